"""Where two files of versions differ first: which row and which field of it."""

from collections.abc import Collection, Iterator
from itertools import zip_longest
from typing import Any

import msgspec

from harvester.diff.sides import Side, identified_lines
from harvester.pack import record_lines
from harvester.types import Frozen

Rows = Iterator[tuple[str, bytes]]


class Difference(Frozen):
    """The first place where a rebuilt file is not what the version holds."""

    file: str
    record: str | None = None
    """Id of the row that differs."""
    field: str | None = None
    """What in it, as a dotted name; in other files the line."""
    before: str | None = None
    after: str | None = None


def first_difference(name: str, old: Side, new: Side, damaged: Collection[str] = ()) -> Difference:
    """Where a file of two versions differs first; of shards, which record, in whichever shard it now lies.

    Without a place where files of the first are `damaged`, or where only the compression differs.
    """
    if name.startswith("data/"):
        if any(other.startswith("data/") for other in damaged):
            return Difference(name)
        return next(
            _row_differences(name, *(record_lines(side.folder, side.files) for side in (old, new))), Difference(name)
        )
    paths = old.folder / name, new.folder / name
    if name in damaged or not all(path.is_file() for path in paths):
        return Difference(name)
    if name.startswith("blocks/") or name.endswith(".jsonl"):
        return next(_row_differences(name, *map(identified_lines, paths)), Difference(name))
    if name.endswith(".json"):
        return _field_difference(name, None, *(_flat(msgspec.json.decode(path.read_bytes())) for path in paths))
    lines = zip_longest(*(path.read_text("utf-8").splitlines() for path in paths))
    number = next((number for number, (one, other) in enumerate(lines, 1) if one != other), None)
    return Difference(name, field=f"line {number}" if number else None)


def _row_differences(name: str, old: Rows, new: Rows) -> Iterator[Difference]:
    for before, after in zip_longest(old, new):
        if before == after:
            continue
        if before is None or after is None or before[0] != after[0]:
            # in id order, the smaller id is what the other side lacks
            yield Difference(name, min(row[0] for row in (before, after) if row is not None))
        else:
            yield _field_difference(name, before[0], *(_flat(msgspec.json.decode(row[1])) for row in (before, after)))


def _field_difference(name: str, record: str | None, old: dict[str, str], new: dict[str, str]) -> Difference:
    for key in [*old, *new]:
        if old.get(key) != new.get(key):
            return Difference(name, record, key, *(_short(row.get(key)) for row in (old, new)))
    return Difference(name, record)


def _flat(tree: Any, prefix: str = "") -> dict[str, str]:
    if isinstance(tree, dict):
        return {
            k: v for key, value in tree.items() for k, v in _flat(value, f"{prefix}.{key}" if prefix else key).items()
        }
    if isinstance(tree, list) and tree and isinstance(tree[0], dict):
        return {k: v for i, value in enumerate(tree) for k, v in _flat(value, f"{prefix}[{i}]").items()}
    return {prefix: msgspec.json.encode(tree).decode()}


def _short(value: str | None) -> str | None:
    return value if value is None or len(value) <= 200 else value[:199] + "…"
