"""A version and the one before it, page by page in id order: what the gate needs to know of each page. Nothing is kept."""

import heapq
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import msgspec

from harvester.diff import identified_lines
from harvester.errors import StorageError
from harvester.extraction import count_words
from harvester.pack import SEEDS, pairs_in_order
from harvester.types import Failure, Frozen, Record, Sidecar


class Page(Frozen):
    """A record in figures."""

    host: str
    """`no host` for a local page without an address."""
    language: str | None
    text: str
    kept: int
    """Words, as `dropped`."""
    dropped: int
    confidence: float
    low: bool
    truncated: bool
    repeats: bool
    """Whether it is marked as a duplicate of another."""
    text_sha256: str
    capture_sha256: str
    fetched_at: str
    blocks: int
    shape: Mapping[str, float]
    """What its blocks are: the share of blocks by label, of all words dropped by reason, and of all words kept by label."""

    @property
    def kept_share(self) -> float:
        """Kept words of all words."""
        return self.kept / (self.kept + self.dropped) if self.kept + self.dropped else 0.0


class Step(Frozen):
    """What both versions hold of the page with an id."""

    id: str
    old: Page | None
    new: Page | None
    failed: str | None
    """The reason for which it failed in the newer version."""
    listed: bool
    """Whether the newer version lists it."""


def walk(new: Path, old: Path | None) -> Iterator[Step]:
    """Every page that either version knows. Raises StorageError for a row that is not as schema.json says."""
    rows: list[Iterator[tuple[str, int, Any]]] = [
        _records(new, 0),
        ((identifier, 1, line) for identifier, line in identified_lines(new / "failures.jsonl")),
        ((identifier, 2, line) for identifier, line in identified_lines(new / SEEDS)),
    ]
    if old is not None:
        rows.append(_records(old, 3))
    for identifier, group in groupby(heapq.merge(*rows, key=itemgetter(0)), key=itemgetter(0)):
        held: list[Any] = [None] * 4
        for _, slot, row in group:
            held[slot] = held[slot] or row  # of a seed's failures the first
        failed = _reason(new, held[1]) if held[1] is not None and held[0] is None else None
        yield Step(identifier, held[3], held[0], failed, held[2] is not None)


def _reason(folder: Path, line: bytes) -> str:
    try:
        return msgspec.json.decode(line, type=Failure).reason
    except ValueError as error:
        raise StorageError(f"{folder}/failures.jsonl: not as schema.json says: {error}") from error


def _records(folder: Path, slot: int) -> Iterator[tuple[str, int, Page]]:
    records, sidecars = msgspec.json.Decoder(Record), msgspec.json.Decoder(Sidecar)
    for identifier, place, line, blocks in pairs_in_order(folder):
        try:
            record, sidecar = records.decode(line), sidecars.decode(blocks)
        except ValueError as error:  # msgspec's, or bytes that are no UTF-8
            raise StorageError(f"{place}: not as schema.json says: {error}") from error
        if record.id != sidecar.id:
            raise StorageError(f"{place}: the row of blocks beside it is of {sidecar.id}")
        yield identifier, slot, figures_of(record, sidecar)


def figures_of(record: Record, sidecar: Sidecar) -> Page:
    """A record and its blocks in figures."""
    about = record.metadata
    made = about.extraction
    return Page(
        host=about.host or "no host",
        language=about.language,
        text=record.text,
        kept=made.kept_words,
        dropped=made.dropped_words,
        confidence=made.confidence,
        low=made.low_confidence,
        truncated=about.truncated,
        repeats=about.duplicate_of is not None,
        text_sha256=made.sha256,
        capture_sha256=about.capture.sha256,
        fetched_at=about.capture.fetched_at,
        blocks=len(sidecar.blocks),
        shape=_shape(record.text, sidecar, made.kept_words + made.dropped_words),
    )


def _shape(text: str, sidecar: Sidecar, all_words: int) -> dict[str, float]:
    blocks, words = Counter[str](), Counter[str]()
    for block in sidecar.blocks:
        blocks[f"blocks that are {block.label}"] += 1
        if block.kept:
            words[f"words kept as {block.label}"] += count_words(text[block.start : block.end])
        else:
            words[f"words dropped as {block.reason}"] += count_words(block.text or "")
    shape = {name: number / len(sidecar.blocks) for name, number in blocks.items()}
    return shape | {name: number / all_words for name, number in words.items() if all_words}
