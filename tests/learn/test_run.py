"""Bench files → weights, weights for each fold, and a card; by the command, as a user runs it."""

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from harvester.extraction import load_weights
from harvester.judge.flatten import flatten
from harvester.judge.scores import word_overlap
from harvester.learn.run import Task, learn_blocks, learn_lines
from tests.conftest import Harvest, tree
from tests.learn.pages import bench, write

PAGES = bench()
NEWS = [page for page in PAGES if page["page_type"] == "article" and str(page["id"]) < "2"]
MIXED = [page for page in PAGES if page not in NEWS]
TREES = 20
MODELS = ("blocks", "lines")
FLATTEN: dict[str, tuple[str, ...]] = {"blocks": (), "lines": ("--flatten", "html-text")}


def files(folder: Path) -> tuple[Path, Path]:
    """Pages that state their type, and articles that do not."""
    untyped = [page | {"page_type": None} for page in NEWS]
    return write(folder / "mixed.jsonl", MIXED), write(folder / "news.jsonl", untyped)


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both models and the files that they were learned from."""
    folder = tmp_path_factory.mktemp("learned")
    mixed, news = files(folder)
    task = Task((mixed,), (news,), folder / "out", folds=3, trees=TREES)
    learn_blocks(task)
    learn_lines(task)
    return folder


def card(learned: Path, model: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((learned / "out" / f"{model}-card.json").read_bytes())
    return found


@pytest.mark.parametrize("model", MODELS)
def test_pages_that_the_weights_have_not_seen_lose_their_boilerplate(learned: Path, model: str) -> None:
    everything = [word_overlap(flatten(str(p["html"]), "html-text"), str(p["gold"])).f1 for p in PAGES]
    assert sum(everything) / len(everything) < 0.8
    found = card(learned, model)
    assert [file["name"] for file in found["files"]] == ["mixed.jsonl", "news.jsonl"]
    assert all(file["f1"] > 0.9 and file["pages"] == file["used"] for file in found["files"])
    assert set(found["by_page_type"]) == {"article", "forum"} and min(found["by_page_type"].values()) > 0.9


@pytest.mark.parametrize("model", MODELS)
def test_the_command_writes_the_same_bytes_whatever_the_number_of_workers(
    learned: Path, model: str, harvest: Harvest, tmp_path: Path
) -> None:
    files(tmp_path)
    run = harvest(
        "learn",
        model,
        "mixed.jsonl",
        "--articles",
        "news.jsonl",
        "--out",
        "again",
        "--folds",
        3,
        "--trees",
        TREES,
        "-w",
        2,
    )
    assert (run.returncode, run.stderr) == (0, "")
    expected = {name: data for name, data in tree(learned / "out").items() if Path(name).name.startswith(model)}
    assert tree(tmp_path / "again") == expected
    assert set(expected) == {f"{model}.json", f"{model}-card.json", *(f"folds/{n}/{model}.json" for n in range(3))}
    f1 = card(learned, model)["files"][1]["f1"]
    assert f"news.jsonl   {len(NEWS):>5}  {len(NEWS):>4}  {f1:.3f}\n" in run.stdout
    assert f"again/{model}.json judges" in run.stdout and "--folds again/folds" in run.stdout


@pytest.mark.parametrize("model", MODELS)
def test_the_card_gives_each_page_a_fold_that_its_site_has_to_itself(learned: Path, model: str) -> None:
    found = card(learned, model)
    folds = {str(page["id"]): found["pages"][sha256(str(page["html"]).encode()).hexdigest()] for page in PAGES}
    assert len(found["pages"]) == len(PAGES) and set(folds.values()) == {0, 1, 2}
    assert len({(name.split("-")[0], fold) for name, fold in folds.items()}) == len({n.split("-")[0] for n in folds})
    assert found["folds"] == 3 and found["trees"] == TREES and "lightgbm" in found["libraries"]


@pytest.mark.parametrize("model", MODELS)
def test_the_bench_scores_pages_by_the_weights_of_their_folds(
    learned: Path, model: str, harvest: Harvest, tmp_path: Path
) -> None:
    run = harvest("bench", learned / "news.jsonl", *FLATTEN[model], "--folds", learned / "out/folds", "--json")
    (file,) = json.loads(run.stdout)["files"]
    assert (file["pages"], file["skipped"]) == (len(NEWS), {}) and file["overall"]["harvester"]["f1"] > 0.9


@pytest.mark.parametrize("model", MODELS)
def test_weights_over_another_column_are_refused(learned: Path, model: str, harvest: Harvest, tmp_path: Path) -> None:
    for name, data in tree(learned / "out").items():
        (tmp_path / "out" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "out" / name).write_bytes(data)
    altered = tmp_path / "out" / "folds" / "0" / f"{model}.json"
    text = altered.read_text("utf-8")
    assert '"words"' in text
    altered.write_text(text.replace('"words"', '"moon-phase"'), "utf-8")
    run = harvest("bench", learned / "news.jsonl", *FLATTEN[model], "--folds", "out/folds")
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert f"out/folds/0/{model}.json: " in run.stderr and "harvest learn" in run.stderr


def test_weights_are_small_and_the_confidence_rises_with_what_is_expected(learned: Path) -> None:
    for path in (learned / "out").rglob("*.json"):
        assert path.stat().st_size < 1_000_000
    points = load_weights(learned / "out").blocks.calibration
    assert list(points) == sorted(set(points)) and [f1 for _, f1 in points] == sorted(f1 for _, f1 in points)


FORUMS = [page for page in PAGES if page["page_type"] == "forum"]
LIKE_ONE_SITE = [page | {"url": "https://one.example/"} for page in PAGES]
UNTYPED = [page | {"page_type": None} for page in PAGES]


@pytest.mark.parametrize(
    ("model", "pages", "articles", "says"),
    [
        ("blocks", PAGES[:49], [], "49 pages with gold are too few to learn from: give 50 at least"),
        ("lines", PAGES[:9], PAGES[9:20], "20 pages with gold are too few"),
        ("lines", [page | {"gold": ""} for page in PAGES], [], "0 pages with gold are too few"),
        ("lines", LIKE_ONE_SITE, [], "the pages are of 1 sites: give pages of 5 at least, one a fold"),
        ("blocks", UNTYPED, [], "no two sites have articles: give pages with `page_type` article, or --articles FILE"),
        ("blocks", [], UNTYPED, "no two sites have other pages: give pages of every kind as FILE too"),
    ],
)
def test_too_few_pages_are_one_line_and_exit_2(
    model: str,
    pages: Sequence[dict[str, object]],
    articles: Sequence[dict[str, object]],
    says: str,
    harvest: Harvest,
    tmp_path: Path,
) -> None:
    write(tmp_path / "pages.jsonl", pages)
    write(tmp_path / "articles.jsonl", articles)
    run = harvest("learn", model, "pages.jsonl", "--articles", "articles.jsonl", "--out", "out")
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1) and says in run.stderr
    assert tree(tmp_path / "out") == {}


@pytest.mark.parametrize("content", [None, b'{"id": "x"}\n'])
def test_a_file_that_is_missing_or_broken_is_named(harvest: Harvest, tmp_path: Path, content: bytes | None) -> None:
    if content:
        (tmp_path / "pages.jsonl").write_bytes(content)
    run = harvest("learn", "blocks", "pages.jsonl", "--out", "out")
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1) and "pages.jsonl" in run.stderr


@pytest.mark.parametrize("model", MODELS)
def test_a_folder_that_cannot_be_written_is_named_before_anything_is_learned(
    model: str, harvest: Harvest, tmp_path: Path
) -> None:
    files(tmp_path)
    (tmp_path / "out").write_text("a file")
    run = harvest("learn", model, "mixed.jsonl", "--articles", "news.jsonl", "--out", "out")
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (5, "", 1) and "out" in run.stderr


def test_a_library_that_is_not_installed_is_named_with_what_to_install(harvest: Harvest, tmp_path: Path) -> None:
    write(tmp_path / "pages.jsonl", PAGES)
    (tmp_path / "lightgbm.py").write_text("raise ModuleNotFoundError('none', name='lightgbm')")
    run = harvest("learn", "lines", "pages.jsonl", "--out", "out", PYTHONPATH=str(tmp_path))
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == "harvest: lightgbm: not installed; run `pip install 'harvester[learn]'`\n"
