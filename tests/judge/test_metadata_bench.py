"""`harvest bench --metadata` on pages of our own: what counts as equal, as missed and as invented."""

import json
from pathlib import Path

import pytest

from harvester.judge.fields import Values, compare, gold_authors, summarise_field
from tests.conftest import Harvest

PROSE = "The keeper climbs the forty steps before sunset and trims the wick of the lamp at the end of the pier. " * 4


def page(name: str, head: str, **gold: object) -> dict[str, object]:
    html = f"<html lang=en><head>{head}</head><body><article><p>{PROSE}</p></article></body></html>"
    return {"id": name, "html": html, "gold": PROSE, "url": f"https://pier.example/{name}", **gold}


PAGES = (
    page(
        "tides",
        "<title>Tides | Pier</title><meta property=og:site_name content=Pier><meta name=author content='By Ann Lee'>"
        "<meta name=date content=2020-01-02>",
        title="TIDES!",
        author="Ann Lee, PhD",
        date="2020-01-02 10:00:00+00:00",
    ),
    page("mills", "<title>Mills</title><meta name=date content=2020-01-03>", title="Other", author="Bo Yi", date=None),
)


def test_every_system_stands_in_a_table_with_precision_recall_and_what_it_invents(
    harvest: Harvest, tmp_path: Path
) -> None:
    (tmp_path / "own.jsonl").write_text("".join(json.dumps(one) + "\n" for one in PAGES))
    run = harvest("bench", "own.jsonl", "--metadata", "--json")
    assert (run.returncode, run.stderr) == (0, "")
    (file,) = json.loads(run.stdout)["files"]
    assert file["pages"] == 2
    assert list(file["fields"]["title"]) == ["harvester", "trafilatura", "newspaper4k"]
    assert list(file["fields"]["date"]) == ["harvester", "trafilatura", "newspaper4k", "htmldate"]
    ours = {field: systems["harvester"] for field, systems in file["fields"].items()}
    assert ours["title"] == {"gold": 2, "precision": 0.5, "recall": 0.5, "without": 0, "invented": None}
    assert ours["authors"] == {"gold": 2, "precision": 1.0, "recall": 0.5, "without": 0, "invented": None}
    assert ours["date"] == {"gold": 1, "precision": 1.0, "recall": 1.0, "without": 1, "invented": 1.0}
    assert file["languages"] == {"pages": 2, "agree": 1.0, "disagreements": []}
    assert 0 < file["time_share"] < 1
    table = harvest("bench", "own.jsonl", "--metadata", "--md", "--vs", "htmldate").stdout
    assert "| date | htmldate |" in table and "| title | htmldate |" not in table


def test_metadata_are_compared_of_pages_as_they_are(harvest: Harvest, tmp_path: Path) -> None:
    (tmp_path / "own.jsonl").write_text(json.dumps(PAGES[0]) + "\n")
    run = harvest("bench", "own.jsonl", "--metadata", "--flatten", "html-text")
    assert run.returncode == 2 and "--metadata" in run.stderr
    run = harvest("bench", "own.jsonl", "--metadata", "--vs", "justext")
    assert run.returncode == 2 and "justext" in run.stderr


@pytest.mark.parametrize(
    ("found", "gold", "equal"),
    [
        (Values(title="Tides & mills"), Values(title="tides mills"), True),
        (Values(title="Heli\xadport"), Values(title="Heliport"), True),
        (Values(title="Tides"), Values(title="Mills"), False),
        (Values(authors=("Bo Yi", "Ann Lee")), Values(authors=("ann lee", "Bo Yi", "MD")), True),
        (Values(authors=("Ann Lee",)), Values(authors=("Ann Lee", "Bo Yi")), False),
        (Values(date="2020-01-02T10:00:00Z"), Values(date="2020-01-02"), True),
        (Values(date="2020-01"), Values(date="2020-01-02"), False),
    ],
)
def test_case_punctuation_order_and_degrees_do_not_count(found: Values, gold: Values, equal: bool) -> None:
    field = next(field for field, count in compare(found, gold).items() if count.gold)
    assert compare(found, gold)[field].equal is equal


def test_gold_authors_are_parted_and_rates_are_none_where_nothing_tells() -> None:
    assert gold_authors("Ann Lee, Bo Yi and Cy Di") == ("Ann Lee", "Bo Yi", "Cy Di")
    assert gold_authors(None) == ()
    assert summarise_field([]).precision is None
