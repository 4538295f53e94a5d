"""Two versions of a corpus between which each page has met a known fate."""

from pathlib import Path

from harvester.pipeline import BuildResult, build
from harvester.settings import FetchSettings, Recipe, Settings
from harvester.tombstones import Tombstone, write_tombstones
from harvester.types import url_id
from tests.conftest import NOW
from tests.pack.making import page

OFFLINE = Settings(fetch=FetchSettings(mode="offline"))
FATES: dict[str, tuple[str, list[tuple[str, str | None]]]] = {
    "same": ("", []),
    "page": ("changed", [("page", None)]),
    "recaptured": ("changed", [("capture", None), ("index", None)]),
    "index": ("changed", [("index", None)]),
    "corrected": ("changed", [("correction", None)]),
    "recorrected": ("changed", [("correction", None)]),
    "uncorrected": ("changed", [("correction", None)]),
    "unread": ("removed", [("failed", "empty")]),
    "both": ("changed", [("page", None), ("index", None)]),
    "entered": ("added", [("entered", None)]),
    "left": ("removed", [("left", None)]),
    "emptied": ("removed", [("failed", "empty")]),
    "wordless": ("removed", [("failed", "no-text"), ("page", None)]),
    "worded": ("added", [("recovered", "no-text"), ("page", None)]),
    "filled": ("added", [("recovered", "empty")]),
    "forgotten": ("removed", [("forgotten", None)]),
}
"""What happens to a page → what the diff must say: the kind, and all causes, the most specific first."""


def address(fate: str, number: int) -> str:
    return f"https://{fate}.example/{number}"


def expected(number: int) -> dict[str, tuple[str, list[tuple[str, str | None]]]]:
    """By id, of `number` pages for each fate."""
    return {url_id(address(fate, i)): said for fate, said in FATES.items() if said[0] for i in range(number)}


def plant(folder: Path, number: int, *, after: Recipe | None = None) -> tuple[BuildResult, BuildResult]:
    """Build both versions, with `number` pages for each fate; `after` is the recipe of the second."""
    first = _build(folder, number, later=False, recipe=Recipe())
    rows = [Tombstone("id", url_id(address("forgotten", i)), "asked for", NOW) for i in range(number)]
    write_tombstones(folder / "corpus" / "sample", rows)
    return first, _build(folder, number, later=True, recipe=after or Recipe())


def _build(folder: Path, number: int, *, later: bool, recipe: Recipe) -> BuildResult:
    entries = ["An introduction moves every line.\n\n"] if later else []
    for fate in FATES:
        for i in range(number):
            if fate == ("left" if later else "entered"):
                continue
            name = f"{fate}-{i}.html"
            (folder / name).write_text(_html(fate, i, later))
            captured = "2026-02-02T00:00:00Z" if later and fate == "recaptured" else "2026-01-01T00:00:00Z"
            keeper = "Bea" if later and fate in ("index", "both") else "Ada"
            entries.append(
                f"- [page]({name})\n  - url: {address(fate, i)}\n  - captured: {captured}\n  - keeper: {keeper}\n"
            )
            if fate in (("corrected", "unread") if later else ("uncorrected",)) or fate == "recorrected":
                (folder / f"{name}.md").write_text("" if fate == "unread" else f"The lamp of {i}, corrected {later}.")
                entries.append(f"  - corrected: {name}.md\n")
    (folder / "INDEX.md").write_text("---\ncorpus: sample\n---\n" + "".join(entries))
    settings = Settings(fetch=FetchSettings(mode="offline"), extract=recipe)
    result = build(str(folder / "INDEX.md"), output=folder / "corpus", settings=settings, now=NOW)
    assert result.folder is not None
    return result


def _html(fate: str, i: int, later: bool) -> str:
    if fate == ("emptied" if later else "filled"):
        return ""
    if fate == ("wordless" if later else "worded"):
        return "<html><body><nav><a href=/>Home</a></nav></body></html>"
    return page(f"{fate} {i}" + (" lantern" if later and fate in ("page", "both") else ""))
