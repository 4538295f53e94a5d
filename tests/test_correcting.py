"""A person's correction takes the place of a page's text, is archived, and can be taken back."""

import json
from pathlib import Path

import pytest

from harvester.archive import remove
from harvester.errors import InputError
from harvester.pack import read_seeds, verify_deep
from harvester.pipeline import BuildResult, build, compact_archive, rebuild
from harvester.settings import FetchSettings, Settings
from tests.conftest import NOW, Harvest, tree
from tests.pack.making import page

TEXT = """## The wick

The keeper trims *the wick*[^one] twice a night.

- oil
- matches

| hour | turn |
| --- | --- |
| nine | first |

[^one]: Of cotton.
"""


def made(folder: Path, correction: str | None, *, text: str = TEXT) -> BuildResult:
    """Build a corpus of two pages, one of them corrected."""
    (folder / "lamp.html").write_text(page("lamp"))
    (folder / "bell.html").write_text(page("bell"))
    (folder / "lamp.md").write_text(text)
    lines = ["- [bell](bell.html)", "- [lamp](lamp.html)", "  - url: https://lamp.example/"]
    if correction is not None:
        lines.append(f"  - corrected: {correction}")
    (folder / "INDEX.md").write_text("---\ncorpus: sample\n---\n" + "\n".join(lines) + "\n")
    settings = Settings(fetch=FetchSettings(mode="offline"))
    return build(str(folder / "INDEX.md"), output=folder / "corpus", settings=settings, now=NOW)


def rows(result: BuildResult, part: str) -> dict[str, dict[str, object]]:
    """Records or sidecar rows by what the page is called."""
    assert result.folder is not None
    names = {seed.id: seed.name.partition(".")[0] for seed in read_seeds(Path(result.folder))}
    lines = [line for file in Path(result.folder, part).iterdir() for line in file.read_bytes().splitlines()]
    return {names[row["id"]]: row for row in map(json.loads, lines)}


def test_the_correction_is_the_text_and_the_markdown_and_the_page_states_the_rest(tmp_path: Path) -> None:
    result = made(tmp_path, "lamp.md")
    record = rows(result, "data")["lamp"]
    assert (
        record["text"]
        == "The wick\n\nThe keeper trims the wick twice a night.\n\noil\n\nmatches\n\nhour\tturn\n\nnine\tfirst"
    )
    assert record["markdown"] == TEXT.replace("[^one]", "[^1]").rstrip("\n")
    metadata = record["metadata"]
    assert isinstance(metadata, dict)
    assert metadata["title"] == "The lamp" and metadata["footnotes"] == [{"label": "1", "text": "Of cotton."}]
    assert (metadata["extraction"]["engine"], metadata["extraction"]["confidence"]) == ("corrected", 1.0)
    assert rows(result, "data")["bell"]["metadata"]["extraction"]["engine"] == "blocks"  # type: ignore[index]
    assert not list(verify_deep(Path(str(result.folder))))


def test_what_had_been_kept_is_data_with_a_reason(tmp_path: Path) -> None:
    blocks = rows(made(tmp_path, "lamp.md"), "blocks")["lamp"]["blocks"]
    assert isinstance(blocks, list)
    assert {(block["kept"], block["reason"]) for block in blocks} == {
        (True, "corrected"),
        (False, "corrected"),
        (False, "footnote"),
        (False, "repeated"),
    }
    assert any("Of the lamp nobody speaks" in block["text"] for block in blocks if not block["kept"])


def test_a_rebuild_takes_the_correction_from_the_archive_even_when_a_later_one_is_there(tmp_path: Path) -> None:
    first = made(tmp_path, "lamp.md")
    second = made(tmp_path, "lamp.md", text="The lamp is out.")
    assert (first.version, second.version) == ("1.0.0", "2.0.0")
    compact_archive(tmp_path / "corpus" / "sample", now=NOW)
    (tmp_path / "lamp.md").unlink()
    for result in (first, second):
        assert result.folder is not None
        done = rebuild(Path(result.folder), output=tmp_path / f"again-{result.version}")
        assert done.same, done
        assert tree(tmp_path / f"again-{result.version}") == tree(Path(result.folder))


def test_a_page_whose_correction_the_archive_has_lost_is_named(tmp_path: Path) -> None:
    result = made(tmp_path, "lamp.md")
    assert result.folder is not None
    remove(
        tmp_path / "corpus" / "sample" / "archive",
        gone=lambda url: url.startswith("urn:corrected:"),
        now=NOW,
        name="sample",
        info={},
    )
    done = rebuild(Path(result.folder), verify=True)
    assert not done.same and "the archive lacks the capture of lamp.html" in done.causes[0]


def test_a_correction_that_is_taken_back_gives_the_old_text_again(tmp_path: Path, harvest: Harvest) -> None:
    before = rows(made(tmp_path, None), "data")
    assert made(tmp_path, "lamp.md").version == "2.0.0"
    assert rows(made(tmp_path, None), "data") == before
    said = json.loads(harvest("diff", tmp_path / "corpus" / "sample", "--json").stdout)
    assert [[cause["cause"] for cause in change["causes"]] for change in said["changes"]] == [["correction"]]


@pytest.mark.parametrize(
    ("correction", "problem"),
    [
        ("absent.md", "missing file 'absent.md'"),
        ("../lamp.md", "leads out of the index's folder"),
        ("https://lamp.example/lamp.md", "is no path: name a Markdown file"),
    ],
)
def test_a_correction_that_cannot_be_found_is_a_problem_of_the_index(
    tmp_path: Path, correction: str, problem: str
) -> None:
    with pytest.raises(InputError, match=problem):
        made(tmp_path, correction)


def test_an_empty_correction_fails_the_page_and_the_others_are_packed(tmp_path: Path) -> None:
    result = made(tmp_path, "lamp.md", text="")
    assert [(f.reason, f.detail) for f in result.failures] == [("empty", "lamp.md: 0 bytes")]
    assert result.counts.records == 1


def test_forgetting_a_page_takes_its_correction_out_of_the_archive(tmp_path: Path, harvest: Harvest) -> None:
    made(tmp_path, "lamp.md")
    corpus = tmp_path / "corpus" / "sample"
    assert "urn:corrected:" in (corpus / "archive" / "index.cdxj").read_text()
    done = harvest("forget", "https://lamp.example/", corpus, "--reason", "asked", "--from-archive")
    assert done.returncode == 0, done.stderr
    assert "urn:corrected:" not in (corpus / "archive" / "index.cdxj").read_text()
    assert rebuild(corpus, verify=True).causes == ("1 of its pages were removed from the archive on request",)
