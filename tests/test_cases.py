"""One folder a trap: the page and the text that must come out.

Beside them, where the trap lies there: the footnotes, the Markdown, and settings of the recipe that are not the default.
"""

import tomllib
from pathlib import Path

import msgspec
import pytest

from harvester.extraction import extract_page, load_weights
from harvester.settings import Recipe
from harvester.types import EPOCH, Capture, Document

CASES = sorted(folder for folder in (Path(__file__).parent / "cases").iterdir() if folder.is_dir())


def extracted(folder: Path) -> Document:
    (page,) = folder.glob("page.*")
    kind = {".html": "text/html", ".txt": "text/plain"}[page.suffix]
    stated = folder / "recipe.toml"
    recipe = msgspec.convert(tomllib.loads(stated.read_text("utf-8")) if stated.exists() else {}, Recipe)
    return extract_page(
        Capture(f"file:///{page.name}", EPOCH, page.read_bytes(), content_type=kind), recipe, load_weights()
    )


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_the_text_is_the_expected_one(folder: Path) -> None:
    document = extracted(folder)
    assert document.text == (folder / "expected.txt").read_text("utf-8").rstrip("\n")
    notes = folder / "footnotes.txt"
    expected = notes.read_text("utf-8").splitlines() if notes.exists() else []
    assert [f"{note.label} {note.text}" for note in document.metadata.footnotes] == expected
    markdown = folder / "expected.md"
    if markdown.exists():
        assert document.markdown == markdown.read_text("utf-8").rstrip("\n")


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_every_block_has_a_verdict_and_the_kept_ones_are_the_text(folder: Path) -> None:
    document = extracted(folder)
    assert len(document.blocks) == len(document.verdicts)
    kept = [block.text for block, verdict in zip(document.blocks, document.verdicts, strict=True) if verdict.kept]
    assert "\n\n".join(kept) == document.text
    assert all(0 <= verdict.score <= 1 and verdict.reason for verdict in document.verdicts)
