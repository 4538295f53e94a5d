"""The command on pages of our own: what is scored, what is left out, and that it is the same every time."""

import gzip
import json
import lzma
from pathlib import Path
from typing import Any

import pytest

from harvester.errors import InputError
from harvester.judge.bench import bench
from tests.conftest import Harvest
from tests.judge.pages import PAGES, SENTENCES, lines, page, write

ALL = "trafilatura,resiliparse,readability,justext,newspaper4k"


def figures(stdout: str) -> dict[str, Any]:
    """The part of --json that must not change from run to run."""
    result: dict[str, Any] = json.loads(stdout)
    del result["timing"]
    return result


def test_pages_are_scored_by_file_type_and_language_and_what_is_left_out_is_counted(
    harvest: Harvest, tmp_path: Path
) -> None:
    write(tmp_path / "own.jsonl")
    run = harvest("bench", "own.jsonl", "--json")
    assert (run.returncode, run.stderr) == (0, "")
    result = json.loads(run.stdout)
    (file,) = result["files"]
    assert (file["file"], file["pages"]) == ("own.jsonl", 5)
    assert file["skipped"] == {"empty-gold": 1, "gold-not-in-html": 1}
    assert list(file["overall"]) == ["harvester", "trafilatura"]
    ours = file["overall"]["harvester"]
    # four pages to the word, and one whose words stand in a script alone
    assert (ours["f1"], ours["shingle_f1"], ours["failures"]) == (0.8, 0.8889, 1)
    assert (ours["with_found"], ours["without_found"], ours["snippet_f1"]) == (1.0, 0.0, 1.0)
    assert (ours["leakage"], ours["comment_leakage"]) == (0.0, 0.0)
    assert {name: found["harvester"]["pages"] for name, found in file["by_page_type"].items()} == {
        "article": 2,
        "forum": 2,
        "unknown": 1,
    }
    assert {name: found["harvester"]["f1"] for name, found in file["by_lang"].items()} == {"en": 1.0, "unknown": 0.6667}
    assert set(file["differences"]) == {"trafilatura"}
    (timing,) = result["timing"]
    assert (timing["pages"], timing["ratios"]["harvester"]) == (5, 1.0) and timing["ratios"]["trafilatura"] > 0


def test_every_system_runs_and_the_number_of_workers_changes_nothing(harvest: Harvest, tmp_path: Path) -> None:
    write(tmp_path / "own.jsonl")
    one, two = (harvest("bench", "own.jsonl", "--vs", ALL, "--json", "-w", n) for n in (1, 2))
    assert (one.returncode, two.returncode) == (0, 0), one.stderr + two.stderr
    result = figures(one.stdout)
    assert result == figures(two.stdout)
    found = result["files"][0]["overall"]
    assert list(found) == ["harvester", *ALL.split(",")]
    assert [name for name, summary in found.items() if not 0 < summary["f1"] < 1] == []
    assert {"trafilatura", "readability-lxml", "html-text", "jusText"} <= set(result["versions"])


@pytest.mark.parametrize("compress", [lzma.compress, gzip.compress], ids=["xz", "gzip"])
def test_a_compressed_file_is_read_whatever_its_name(harvest: Harvest, tmp_path: Path, compress: Any) -> None:
    write(tmp_path / "plain")
    plain = figures(harvest("bench", "plain", "--json").stdout)
    (tmp_path / "packed").write_bytes(compress(lines()))
    packed = figures(harvest("bench", "packed", "--json").stdout)
    assert packed["files"][0] | {"file": "plain"} == plain["files"][0]


def test_a_sample_is_the_same_pages_in_any_order_of_the_file(harvest: Harvest, tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", PAGES[:4])
    write(tmp_path / "b.jsonl", PAGES[3::-1])
    run = harvest("bench", "a.jsonl", "b.jsonl", "--sample", 2, "--json")
    a, b = figures(run.stdout)["files"]
    assert a["pages"] == 2 and a | {"file": ""} == b | {"file": ""}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b'{"id": "x", "html": "<p>"}', "missing required field `gold`"),
        (b'{"id": "x", "html": null, "gold": "y"}', "`$.html`"),
        (b'{"id": "x", "html": "", "gold": "", "with": "snippet"}', "`$.with`"),
        (b"[1]", "Expected `object`"),
        (b'{"id": "x"', "broken JSON"),
        (b"\xff\xfe", "broken JSON"),
        (b'{"x": ' + b"[" * 100_000, "broken JSON"),
    ],
)
def test_a_broken_line_is_named_before_any_page_runs(harvest: Harvest, tmp_path: Path, line: bytes, says: str) -> None:
    (tmp_path / "own.jsonl").write_bytes(lines(PAGES[:1]) + b"\n" + line + b"\n")
    run = harvest("bench", "own.jsonl")
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert run.stderr.startswith("harvest: own.jsonl:3: ") and says in run.stderr


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (lzma.compress(lines())[:-40], "broken compression"),
        (gzip.compress(lines())[:-40], "broken compression"),
        (gzip.compress(lines())[:12] + b"\xff" * 40, "broken compression"),
    ],
)
def test_a_cut_or_damaged_file_is_named(harvest: Harvest, tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "own.jsonl.xz").write_bytes(content)
    run = harvest("bench", "own.jsonl.xz")
    assert (run.returncode, run.stderr.count("\n")) == (2, 1)
    assert run.stderr.startswith("harvest: own.jsonl.xz:") and says in run.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["missing.jsonl"], "missing.jsonl: no such file"),
        (["own.jsonl", "--vs", "boilerpipe"], "--vs boilerpipe: no such system; choose from trafilatura,"),
        (["own.jsonl", "--vs", "c4"], "--vs c4: compares flattened text; give --flatten as well"),
        (["own.jsonl", "--folds", "none/here"], "--folds none/here: no such folder"),
        (["own.jsonl", "--flatten", "lynx"], "--flatten lynx: no such flattener; choose from resiliparse,"),
    ],
)
def test_a_wrong_argument_is_one_line_and_exit_2(
    harvest: Harvest, tmp_path: Path, arguments: list[str], says: str
) -> None:
    write(tmp_path / "own.jsonl", PAGES[:1])
    run = harvest("bench", *arguments)
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1) and says in run.stderr


def test_a_library_that_is_not_installed_is_named_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "own.jsonl", PAGES[:1])
    packages = tmp_path / "packages"
    packages.mkdir()
    monkeypatch.setattr("sys.path", [str(packages)])  # where distributions are looked for
    with pytest.raises(InputError, match=r"resiliparse: not installed; run `pip install 'harvester\[bench\]'`"):
        bench([tmp_path / "own.jsonl"], vs=["resiliparse"])


def test_flattened_pages_are_scored_against_the_text_as_it_is_and_the_rules_of_c4(
    harvest: Harvest, tmp_path: Path
) -> None:
    pages = [page("pier", *SENTENCES, "Four words stand here.", "Tides: high at noon, low at six")]
    write(tmp_path / "own.jsonl", pages)
    run = harvest("bench", "own.jsonl", "--flatten", "html-text", "--json")
    assert run.returncode == 0, run.stderr
    result = json.loads(run.stdout)
    assert result["flattener"] == "html-text" and "html-text" in result["versions"]
    (file,) = result["files"]
    none, c4 = file["overall"]["none"], file["overall"]["c4"]
    everything = len(["pier", "Home", "Tide", "tables", "All", "rights", "reserved"])
    gold = sum(len(text.split()) for text in [*SENTENCES, "Four words stand here.", "Tides high at noon low at six"])
    assert (none["recall"], none["precision"]) == (1.0, round(gold / (gold + everything), 4))
    assert (c4["precision"], c4["recall"]) == (1.0, round((gold - 4 - 7) / gold, 4))
    assert file["overall"]["harvester"]["precision"] > none["precision"]


def test_the_tables_read_the_same_aligned_and_in_markdown(harvest: Harvest, tmp_path: Path) -> None:
    write(tmp_path / "own.jsonl")
    plain, md = harvest("bench", "own.jsonl").stdout, harvest("bench", "own.jsonl", "--md").stdout
    for text in (plain, md):
        assert "own.jsonl: 5 pages" in text
        assert "1 page without gold: not scored" in text
        assert "1 page whose gold does not stand in the source: not scored" in text
        assert "CPU time as a multiple of harvester's, median over 5 pages" in text
    header = next(line for line in md.splitlines() if line.startswith("| system"))
    cells = [cell.strip() for cell in header.strip("|").split("|")]
    assert cells == [
        "system", "F1", "precision", "recall", "shingle F1", "with", "without", "snippet F1", "leakage", "comments",
        "failed", "time", "harvester − system",
    ]  # fmt: skip
    assert all(cell in plain for cell in cells)
    assert "| harvester | 0.800 |" in md and "| forum | 2 | 1.000 |" in md


def test_nothing_to_score_is_exit_4(harvest: Harvest, tmp_path: Path) -> None:
    write(tmp_path / "own.jsonl", PAGES[4:5])
    (tmp_path / "empty.jsonl").write_bytes(b"")
    run = harvest("bench", "own.jsonl", "empty.jsonl")
    assert run.returncode == 4 and "own.jsonl: 0 pages" in run.stdout and run.stderr == ""
