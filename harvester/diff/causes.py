"""Why a record came, went or changed: which of the things that it follows from differ between two versions. Pure."""

from collections.abc import Mapping
from typing import Any

import msgspec

from harvester.diff.sides import Page
from harvester.pack import ListedSeed, RecipeInfo
from harvester.types import Failure, Frozen, Record

CAUSES: Mapping[str, str] = {
    "forgotten": "it was removed on request",
    "entered": "it entered the index",
    "left": "it left the index",
    "failed": "it fails now",
    "recovered": "it failed before",
    "page": "the page changed at its source",
    "capture": "the page was captured again",
    "correction": "a person corrected its text, or took a correction back",
    "index": "its entry in the index changed",
    "settings": "settings changed",
    "extractor": "harvester, its weights or libraries changed",
    "corpus": "what is decided over all pages changed",
}
"""Every cause with its meaning, the most specific first."""

_PLACES = {"file", "line", "record", "capture", "capture_sha256", "corrected", "correction"}
"""Of a row of seeds.jsonl what says where the page is listed and was read from, not what is said of it."""


class Cause(Frozen):
    """One of `CAUSES`; of a failure with its reason."""

    cause: str
    detail: str | None = None


def recipe_causes(old: RecipeInfo, new: RecipeInfo) -> tuple[Cause, ...]:
    """What holds for every record: whether settings that change records, and whether what reads pages, differ."""
    keys = recipe_differences(old, new)
    causes = ["settings"] if any(key.startswith(("extract.", "curate.")) for key in keys) else []
    if any(key.startswith(("libraries.", "weights")) for key in keys):
        causes.append("extractor")
    return tuple(map(Cause, causes))


def recipe_differences(old: RecipeInfo, new: RecipeInfo) -> dict[str, tuple[str | None, str | None]]:
    """The settings, libraries and weights that differ, by dotted name, with both values."""
    before, after = (_flat(msgspec.to_builtins(recipe)) for recipe in (old, new))
    return {
        key: (before.get(key), after.get(key))
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key) and key != "fingerprint"
    }


def _flat(tree: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    flat = dict[str, str]()
    for key, value in tree.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return flat


def causes_of(
    old: Page, new: Page, records: tuple[Record | None, Record | None], recipe: tuple[Cause, ...]
) -> tuple[Cause, ...]:
    """Every cause whose inputs differ, the most specific first; `recipe` are those that hold for all records."""
    before, after = records
    if before is None:
        if old.seed is None and old.failure is None:
            return (Cause("entered"),)
        return (Cause("recovered", _reason(old)), *_page_causes(old, new), *recipe)
    if after is None:
        if _reason(new) == "forgotten":
            return (Cause("forgotten"),)
        if new.seed is None and new.failure is None:
            return (Cause("left"),)
        return (Cause("failed", _reason(new)), *_page_causes(old, new), *recipe)
    captures = before.metadata.capture, after.metadata.capture
    found = list[Cause]()
    if captures[0].sha256 != captures[1].sha256:
        found.append(Cause("page"))
    elif captures[0] != captures[1]:
        found.append(Cause("capture"))
    found += _corrections(old, new)
    if _index_differs(old, new) or before.source != after.source:
        found.append(Cause("index"))
    found += recipe
    return tuple(found) or (Cause("corpus"),)


def _page_causes(old: Page, new: Page) -> list[Cause]:
    """For a page that failed in one of the versions: its capture is not in a record, but in its listing."""
    found = list[Cause]()
    if old.seed is not None and new.seed is not None:
        before, after = (msgspec.json.decode(seed, type=ListedSeed) for seed in (old.seed, new.seed))
        if before.capture is not None and after.capture is not None:
            if before.capture_sha256 != after.capture_sha256:
                found.append(Cause("page"))
            elif before.capture != after.capture:
                found.append(Cause("capture"))
    found += _corrections(old, new)
    if _index_differs(old, new):
        found.append(Cause("index"))
    return found


def _corrections(old: Page, new: Page) -> list[Cause]:
    if old.seed is None or new.seed is None:
        return []
    before, after = (msgspec.json.decode(seed, type=ListedSeed) for seed in (old.seed, new.seed))
    return [Cause("correction")] if before.correction != after.correction else []


def _index_differs(old: Page, new: Page) -> bool:
    if old.seed is None or new.seed is None:
        return False
    rows = [msgspec.json.decode(seed) for seed in (old.seed, new.seed)]
    before, after = (_stated(row) for row in rows)
    return before != after


def _stated(row: dict[str, Any]) -> dict[str, Any]:
    """What the index says of a page; that it was corrected is a cause of its own."""
    said = [attribute for attribute in row["attributes"] if attribute["key"] != "corrected"]
    return {key: value for key, value in row.items() if key not in _PLACES} | {"attributes": said}


def _reason(page: Page) -> str | None:
    return msgspec.json.decode(page.failure, type=Failure).reason if page.failure is not None else None
