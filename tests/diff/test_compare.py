"""Which records of two versions differ, and why."""

import json
import shutil
import tracemalloc
from pathlib import Path

import msgspec
import pytest

from harvester.diff import Diff, choose, compare, open_side, to_markdown
from harvester.errors import InputError, StorageError
from harvester.pack import read_manifest, recipe_fingerprint
from harvester.settings import Recipe
from tests.conftest import Harvest
from tests.diff.planting import FATES, expected, plant
from tests.pack.making import build_pages, page, write_manifest

NUMBER = 24


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of two versions, with pages of every fate."""
    folder = tmp_path_factory.mktemp("planted")
    plant(folder, NUMBER)
    return folder / "corpus" / "sample"


def said(diff: Diff) -> dict[str, tuple[str, list[tuple[str, str | None]]]]:
    return {c.id: (c.kind, [(cause.cause, cause.detail) for cause in c.causes]) for c in diff.changes}


def test_every_record_that_came_went_or_changed_has_its_causes_and_no_other_is_named(planted: Path) -> None:
    diff = compare(*choose(str(planted)), most=10_000)
    assert said(diff) == expected(NUMBER)
    kinds = [kind for kind, _ in FATES.values()]
    assert (diff.added, diff.removed, diff.changed, diff.unchanged) == tuple(
        NUMBER * kinds.count(kind) for kind in ("added", "removed", "changed", "")
    )
    counted = {(c.kind, c.cause.cause, c.cause.detail): c.records for c in diff.causes}
    assert counted["changed", "capture", None] == NUMBER
    assert counted["removed", "failed", "empty"] == 2 * NUMBER
    assert counted["changed", "correction", None] == 3 * NUMBER
    assert counted["removed", "page", None] == counted["added", "page", None] == NUMBER
    assert counted["changed", "index", None] == 3 * NUMBER
    assert not diff.recipe


def test_both_ways_round_words_and_hosts_add_up(planted: Path) -> None:
    old, new = choose(str(planted))
    there, back = compare(old, new, most=10_000), compare(new, old, most=10_000)
    assert (there.words_added, there.words_lost) == (back.words_lost, back.words_added)
    assert (there.added, there.removed, there.changed) == (back.removed, back.added, back.changed)
    totals = [sum(getattr(host, field) for host in there.hosts) for field in ("added", "removed", "changed")]
    assert totals == [there.added, there.removed, there.changed]
    assert new.counts.kept_words - old.counts.kept_words == there.words_added - there.words_lost
    page_host = next(host for host in there.hosts if host.host == "page.example")
    assert (page_host.changed, page_host.words_added, page_host.words_lost) == (NUMBER, NUMBER, 0)


def test_a_setting_is_told_for_every_record_that_it_changed_beside_its_other_causes(tmp_path: Path) -> None:
    plant(tmp_path, 3, after=Recipe(max_text=150))
    diff = compare(*choose(str(tmp_path / "corpus" / "sample")), most=1_000)
    causes = said(diff)
    for identifier, (kind, before) in expected(3).items():
        more = [] if before[0][0] in ("entered", "left", "forgotten") else [("settings", None)]
        assert causes.pop(identifier) == (kind, before + more)
    assert len(causes) == 3 and all(what == ("changed", [("settings", None)]) for what in causes.values())
    assert [(part.name, part.before, part.after) for part in diff.recipe] == [("extract.max_text", "4194304", "150")]


@pytest.mark.parametrize("part", ["libraries", "weights_sha256"])
def test_libraries_and_weights_are_told_as_the_extractor(tmp_path: Path, part: str) -> None:
    pages = {f"https://a.example/{i}": page(f"lamp {i}") for i in range(12)}
    old = Path(build_pages(tmp_path, pages).folder or "")
    changed = {url: html.replace("nobody", "somebody") for url, html in pages.items()}
    new = Path(build_pages(tmp_path, changed).folder or "")
    # the pages are the same again, the words are not: as if what reads them had changed
    manifest, _ = read_manifest(new)
    recipe = manifest.recipe
    value: object = {**recipe.libraries, "lxml": "99"} if part == "libraries" else "0" * 64
    recipe = msgspec.structs.replace(recipe, **{part: value})
    recipe = msgspec.structs.replace(recipe, fingerprint=recipe_fingerprint(recipe))
    for shard in (new / "data").iterdir():
        rows = [json.loads(line) for line in shard.read_bytes().splitlines()]
        before = {r["id"]: r for f in (old / "data").iterdir() for r in map(json.loads, f.read_bytes().splitlines())}
        for row in rows:
            row["metadata"]["capture"] = before[row["id"]]["metadata"]["capture"]
        shard.write_text("".join(json.dumps(row) + "\n" for row in rows))
    write_manifest(new, msgspec.structs.replace(manifest, recipe=recipe))
    diff = compare(open_side(old), open_side(new))
    assert diff.changed == 12
    assert all([c.cause for c in change.causes] == ["extractor"] for change in diff.changes)


def test_a_record_that_changes_because_another_one_left_has_the_corpus_for_its_cause(tmp_path: Path) -> None:
    twins = {f"https://twin.example/{i}": page("lamp") for i in range(2)}
    build_pages(tmp_path, twins | {"https://a.example/": page("bell")})
    corpus = tmp_path / "corpus" / "sample"
    rows = [
        json.loads(line) for file in (corpus / "1.0.0" / "data").iterdir() for line in file.read_bytes().splitlines()
    ]
    (first,) = [row["metadata"]["duplicate_of"] for row in rows if row["metadata"]["duplicate_of"]]
    (name,) = [row["metadata"]["url"] for row in rows if row["id"] == first]
    del twins[name]
    build_pages(tmp_path, twins | {"https://a.example/": page("bell")})
    found = {c.name: (c.kind, [cause.cause for cause in c.causes]) for c in compare(*choose(str(corpus))).changes}
    assert found == {name: ("removed", ["left"]), next(iter(twins)): ("changed", ["corpus"])}


def test_what_changed_most_comes_first_and_no_more_is_kept_than_asked_for(tmp_path: Path) -> None:
    pages = {f"https://a.example/{i}": page(f"lamp {i}") for i in range(9)}
    build_pages(tmp_path, pages)
    for number, url in enumerate(pages):
        more = f"<p>{'The bell of the harbour rings. ' * number}</p>" if number else ""
        pages[url] = pages[url].replace("</article>", f"{more}</article>")
    build_pages(tmp_path, pages)
    diff = compare(*choose(str(tmp_path / "corpus" / "sample")), most=3)
    assert [change.name for change in diff.changes] == [f"https://a.example/{i}" for i in (8, 7, 6)]
    assert diff.changed == 8 and diff.unchanged == 1
    assert [(p.sign, p.text[:8]) for p in diff.changes[0].paragraphs] == [("+", "The bell")]
    assert "metadata.word_count" in [field.field for field in diff.changes[0].fields]


def test_a_version_that_is_not_sorted_is_refused(planted: Path, tmp_path: Path) -> None:
    shutil.copytree(planted / "2.0.0", tmp_path / "2.0.0")
    path = tmp_path / "2.0.0" / "failures.jsonl"
    path.write_bytes(b"".join(reversed(path.read_bytes().splitlines(keepends=True))))
    with pytest.raises(StorageError, match="stands behind"):
        compare(open_side(planted / "1.0.0"), open_side(tmp_path / "2.0.0"))


def test_memory_does_not_grow_with_the_records(planted: Path) -> None:
    def peak(sides: int) -> int:
        tracemalloc.start()
        for _ in range(sides):
            compare(*choose(str(planted)), most=2)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(1)
    assert peak(1) < 8_000_000


def test_a_forgotten_page_is_named_by_its_id_alone(planted: Path) -> None:
    text = (planted / "2.0.0" / "CHANGES.md").read_text()
    assert "forgotten.example/" not in text and "removed on request" in text
    assert "The forgotten" not in text


def test_changes_md_is_the_same_difference_and_stays_short(planted: Path) -> None:
    text = (planted / "2.0.0" / "CHANGES.md").read_text()
    assert text == to_markdown(compare(*choose(str(planted))), texts=False)
    assert f"Records: {3 * NUMBER} added, {5 * NUMBER} removed, {7 * NUMBER} changed" in text
    assert text.count("\n- ") <= 70 and "44 more" not in text and f"{7 * NUMBER - 20} more" in text
    assert "is the first version" in (planted / "1.0.0" / "CHANGES.md").read_text()


@pytest.mark.parametrize(
    ("names", "problem"),
    [
        (("1.0.0",), "the first version"),
        (("", "9.9.9"), "has no version 9.9.9"),
        (("", "1.0.0", "x"), "name one or two versions"),
        (("absent",), "no corpus version"),
    ],
)
def test_what_cannot_be_compared_is_told(planted: Path, names: tuple[str, ...], problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        choose(str(planted / names[0]), *names[1:])


def test_versions_are_named_by_folder_or_by_number(planted: Path) -> None:
    wanted = choose(str(planted))
    assert choose(str(planted), "1.0.0") == wanted
    assert choose(str(planted), "1.0.0", "2.0.0") == wanted
    assert choose(str(planted / "1.0.0"), str(planted / "2.0.0")) == wanted
    assert choose(str(planted), "2.0.0", "1.0.0") == wanted[::-1]


def test_the_command_shows_tables_json_markdown_and_a_page(tmp_path: Path, planted: Path, harvest: Harvest) -> None:
    shown = harvest("diff", planted, COLUMNS="100")
    assert shown.returncode == 0 and shown.stderr == ""
    assert (
        "72 records added" in shown.stdout
        and "corrected.example" in shown.stdout
        and "it left the index" in shown.stdout
    )
    assert len(shown.stdout.splitlines()) < 200 and max(map(len, shown.stdout.splitlines())) <= 100
    data = json.loads(harvest("diff", planted, "--json", "--most", "1").stdout)
    assert data["added"] == 72 and len(data["changes"]) == 3
    assert harvest("diff", planted, "--md").stdout.startswith("# Changes\n")
    assert harvest("diff", planted, "--exit-code").returncode == 1
    same = harvest("diff", planted / "2.0.0", planted / "2.0.0", "--exit-code")
    assert same.returncode == 0 and "0 records added" in same.stdout
    assert harvest("diff", planted, "--json", "--md").returncode == 2
    assert harvest("diff", planted, "--html", "why.html").returncode == 0
    html = (tmp_path / "why.html").read_text()
    assert "default-src 'none'" in html and "<script" not in html and "<ins" in html


def test_nothing_in_a_page_becomes_markup_of_the_report(tmp_path: Path, harvest: Harvest) -> None:
    evil = "&lt;img src=x onerror=alert(1)&gt; [red]x[/red] | **b** \x1b[31m"
    build_pages(tmp_path, {"https://a.example/1": page("lamp")})
    build_pages(tmp_path, {"https://a.example/1": page(f"lantern {evil}")})
    corpus = tmp_path / "corpus" / "sample"
    html = harvest("diff", corpus, "--html", "-").stdout
    assert "<img" not in html and "&lt;img" in html
    shown = harvest("diff", corpus).stdout
    assert "\x1b" not in shown and "[red]x[/red]" in shown
    markdown = harvest("diff", corpus, "--md").stdout
    assert " <img" not in markdown and "**b**" not in markdown and "\x1b" not in markdown
