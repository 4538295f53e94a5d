"""Two versions walked side by side in id order: of each page its record, its listing and its failure, as lines.

Nothing is kept but the page at hand, so that memory does not grow with the versions.
"""

import heapq
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import msgspec

from harvester.errors import StorageError
from harvester.pack import SEEDS, Counts, FileEntry, RecipeInfo, read_lines, read_manifest, record_lines
from harvester.types import Frozen


class Side(Frozen):
    """A version to be compared: published, or a draft that has its number already."""

    folder: Path
    name: str
    """Of the corpus."""
    version: str
    recipe: RecipeInfo
    counts: Counts
    files: tuple[FileEntry, ...]


class Page(Frozen):
    """What a version holds of the page with an id: lines of its files, None where there is none."""

    record: bytes | None = None
    seed: bytes | None = None
    failure: bytes | None = None


class _Identified(msgspec.Struct):
    id: str


def open_side(folder: Path) -> Side:
    """A published version. Raises StorageError."""
    manifest, _ = read_manifest(folder)
    return Side(folder, manifest.name, manifest.version, manifest.recipe, manifest.counts, manifest.files)


def side_by_side(old: Side, new: Side) -> Iterator[tuple[str, Page, Page]]:
    """Each id that either version knows, with what both hold of it. Raises StorageError for files that are not sorted."""
    rows = heapq.merge(*_rows(old, 0), *_rows(new, 3), key=itemgetter(0))
    for identifier, group in groupby(rows, key=itemgetter(0)):
        held: list[bytes | None] = [None] * 6
        for _, slot, line in group:
            held[slot] = held[slot] or line  # of a seed's failures the first
        yield identifier, Page(*held[:3]), Page(*held[3:])


def _rows(side: Side, slot: int) -> tuple[Iterator[tuple[str, int, bytes]], ...]:
    records = record_lines(side.folder, side.files)
    seeds = identified_lines(side.folder / SEEDS)
    failures = identified_lines(side.folder / "failures.jsonl")
    return tuple(_sorted(rows, side.folder, slot + number) for number, rows in enumerate((records, seeds, failures)))


def _sorted(rows: Iterator[tuple[str, bytes]], folder: Path, slot: int) -> Iterator[tuple[str, int, bytes]]:
    before = ""
    for identifier, line in rows:
        if identifier < before:
            raise StorageError(f"{folder}: {identifier} stands behind {before}; run `harvest verify --deep`")
        before = identifier
        yield identifier, slot, line


def identified_lines(path: Path) -> Iterator[tuple[str, bytes]]:
    """The rows of a JSON Lines file as (id, line). Raises StorageError."""
    decoder = msgspec.json.Decoder(_Identified)
    for number, line in enumerate(read_lines(path), 1):
        try:
            yield decoder.decode(line).id, line
        except ValueError as error:  # msgspec's, or bytes that are no UTF-8
            raise StorageError(f"{path}:{number}: not a row: {error}; run `harvest verify`") from error
