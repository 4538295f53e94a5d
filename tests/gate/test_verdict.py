"""What alarms and what does not, on scores made up for it."""

import msgspec
import pytest

from harvester.gate.floors import Floors, Levels, Pin, Regression, read_floors, to_toml
from harvester.gate.page_score import PageScore
from harvester.gate.verdict import Scored, judge, raised
from harvester.gold import Expect, GoldPage
from harvester.judge.overlaps import Overlap
from harvester.settings import CheckSettings
from harvester.types import EPOCH

LIMITS, SEED = CheckSettings(), 7


def page(number: int, host: str = "a.example") -> GoldPage:
    return GoldPage(
        name=f"{host}/{number}",
        page="p.html",
        url=None,
        captured=EPOCH,
        content_type=None,
        kind=None,
        language=None,
        host=host,
        markdown="x",
        expect=Expect(),
        checked=True,
        page_sha256="",
        gold_sha256="",
    )


def scored(*hits: int, host: str = "a.example") -> Scored:
    """Pages that found so many of 1,000 words and as many others."""
    return [
        (page(number, host), PageScore(words=(o := Overlap(hit, 1000, 1000)), shingles=o))
        for number, hit in enumerate(hits)
    ]


def checks(before: Scored, after: Scored) -> set[tuple[str, str, bool]]:
    floors = raised(before, Floors(), LIMITS, {})
    return {(finding.check, finding.where, finding.fails) for finding in judge(after, floors, LIMITS, SEED)}


def failing(before: Scored, after: Scored) -> set[str]:
    return {check for check, _, fails in checks(before, after) if fails}


def test_a_host_whose_pages_all_fell_a_little_fails() -> None:
    assert "f1" in failing(scored(950, 940, 960), scored(930, 925, 945))
    assert "f1" in failing(scored(*[950] * 8), scored(*[930] * 8))


def test_one_page_of_a_host_alone_does_not_fail_it() -> None:
    assert failing(scored(*[950] * 10), scored(870, *[950] * 9)) == set()


def test_pages_that_move_up_and_down_do_not_fail_a_host() -> None:
    assert failing(scored(*[950] * 6), scored(960, 940, 965, 935, 955, 945)) == set()


def test_a_big_fall_of_one_page_fails_by_itself() -> None:
    assert failing(scored(*[950] * 20), scored(850, *[950] * 19)) == {"page"}


def test_a_fall_of_all_that_is_smaller_than_the_limit_passes_once_but_does_not_add_up() -> None:
    now, floors = 950, raised(scored(*[950] * 5), Floors(), LIMITS, {})
    falls = 0
    while not (found := [f.check for f in judge(scored(*[now - 6] * 5), floors, LIMITS, SEED) if f.fails]):
        now, falls = now - 6, falls + 1
        floors = raised(scored(*[now] * 5), floors, LIMITS, {})
        assert falls < 4
    assert set(found) == {"floor"}


def test_a_new_missing_snippet_fails_and_a_known_one_does_not() -> None:
    (gold, score), *others = scored(*[950] * 3)
    lost = [(gold, msgspec.structs.replace(score, missing=("a snippet",), must=1)), *others]
    assert failing(scored(*[950] * 3), lost) == {"must"}
    assert failing(lost, lost) == set()


def test_a_floor_never_sinks_by_an_update() -> None:
    floors = raised(scored(*[950] * 4), Floors(), LIMITS, {})
    again = raised(scored(*[945] * 4), floors, LIMITS, {})
    assert again.floors == floors.floors
    assert raised(scored(*[990] * 4), floors, LIMITS, {}).floors.all > floors.floors.all


def test_a_floor_of_a_page_rises_to_what_it_reached() -> None:
    floors = Floors(floors=Levels(pages={"a.example/0": 0.0}))
    assert raised(scored(951), floors, LIMITS, {}).floors.pages == {"a.example/0": 0.951}


def test_the_seed_decides_and_the_other_hosts_do_not() -> None:
    before, after = scored(*[950] * 9), scored(905, 915, 945, *[950] * 6)
    alone = checks(before, after)
    other = scored(*[950] * 9, host="b.example")
    beside = checks([*before, *other], [*after, *other])
    assert {found for found in alone if "host" in found[1]} == {found for found in beside if "host" in found[1]}


@pytest.mark.parametrize(
    "text", ['"quoted" \\ and\nlines', "DEL \x7f and \x01", "\ud800 lone", "ключ = [1]", "]]", "'''"]
)
def test_the_file_of_floors_holds_any_text(text: str, tmp_path: object) -> None:
    from pathlib import Path

    floors = Floors(
        made_with={"recipe": text},
        floors=Levels(0.5, hosts={text: 0.25}, pages={text: 0.125}),
        pages={text: Pin("a", "b", f1=0.5, failed=text, missing=(text,), leaked=(text,), wrong=("title",))},
        regressions=(Regression(text, (text,)),),
    )
    path = Path(str(tmp_path)) / "floors.toml"
    path.write_text(to_toml(floors), "utf-8")
    kept = text.encode("utf-8", "replace").decode()
    read = read_floors(path)
    assert read is not None
    assert read.pages[kept].missing == (kept,)
    assert to_toml(read) == to_toml(floors)
