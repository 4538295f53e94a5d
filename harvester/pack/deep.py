"""Whether the content of a version agrees with itself, beyond its digests: rows, spans, digests of texts, counts."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from heapq import merge
from itertools import groupby, islice, zip_longest
from operator import itemgetter
from pathlib import Path
from typing import TypeVar

import msgspec

from harvester.errors import StorageError, storage
from harvester.extraction import count_words
from harvester.pack.manifest import Counts, Manifest, Version, read_manifest, record_lines
from harvester.pack.record import to_line
from harvester.pack.seeds import SEEDS, ListedSeed
from harvester.pack.shards import read_lines
from harvester.run import EVERY, Progress, silent
from harvester.types import Failure, Record, Sidecar

_Row = TypeVar("_Row", bound=msgspec.Struct)
_Own = TypeVar("_Own", ListedSeed, Failure)
_MOST = 100
"""Findings after which no more are looked for: what is wrong everywhere is clear by then."""


def verify_deep(folder: Path, *, progress: Progress = silent) -> Iterator[str]:
    """One line for each thing wrong, 100 at most, in a version of which `verify` finds every byte in place.

    Every row is decoded strictly as what schema.json describes and must be written as harvester writes it, so that no key is
    missing or unknown. Raises StorageError where a file cannot be read.
    """
    manifest, _ = read_manifest(folder)
    found = list(islice(_findings(folder, manifest, progress), _MOST + 1))
    yield from found[:_MOST]
    if len(found) > _MOST:
        yield "more of the like: looking was stopped"


def _findings(folder: Path, manifest: Manifest, progress: Progress) -> Iterator[str]:
    sums = _Sums(folder, manifest, progress)
    try:
        yield from sums.rows()
        yield from sums.failures()
        unsorted = list(islice(_order(folder, manifest), _MOST + 1))
        yield from unsorted or _against_the_list(folder, manifest)
    except (StorageError, ValueError) as error:  # a line without an id, after its own finding
        yield f"not looked at further: {error}"
        return
    yield from _counts(sums, manifest.counts)
    yield from _parent(folder.resolve().parent, manifest)


def _parent(corpus: Path, manifest: Manifest) -> Iterator[str]:
    """Whether the version that this one follows is still the same, where it lies beside it."""
    parent = manifest.parent
    if parent is None or Version.parse(parent.version) is None or not (corpus / parent.version).is_dir():
        return
    path = corpus / parent.version / "manifest.json"
    with storage(path):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != parent.manifest_sha256:
        yield f"parent: the manifest of {parent.version} is not the one that this version follows"


class _Sums:
    """What is added up while the rows are read."""

    def __init__(self, folder: Path, manifest: Manifest, progress: Progress) -> None:
        self.folder, self.manifest, self._progress = folder, manifest, progress
        self.records = self.low_confidence = self.kept = self.dropped = 0
        self.reasons: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()

    def rows(self) -> Iterator[str]:
        """Look at every record beside its sidecar row."""
        records, sidecars = msgspec.json.Decoder(Record), msgspec.json.Decoder(Sidecar)
        paths = {file.path for file in self.manifest.files}
        for name in sorted(path for path in paths if path.startswith("data/")):
            beside = name.replace("data/", "blocks/", 1)
            if beside not in paths:
                yield f"{name}: has no sidecar"
                continue
            pairs = zip_longest(read_lines(self.folder / name), read_lines(self.folder / beside))
            for number, (line, row) in enumerate(pairs, 1):
                if line is None or row is None:
                    yield f"{name}:{number}: records and sidecar rows do not line up: one of them ends here"
                    break
                record, problem = _decoded(records, line)
                sidecar, other = _decoded(sidecars, row)
                if problem:
                    yield f"{name}:{number}: {problem}"
                if other:
                    yield f"{beside}:{number}: {other}"
                if record is not None and sidecar is not None:
                    yield from (f"{name}:{number}: {what}" for what in self._pair(record, sidecar))
        for name in sorted(path for path in paths if path.startswith("blocks/")):
            if name.replace("blocks/", "data/", 1) not in paths:
                yield f"{name}: has no shard"

    def _pair(self, record: Record, sidecar: Sidecar) -> Iterator[str]:
        extraction = record.metadata.extraction
        self.records += 1
        if self.records % EVERY == 0 or self.records == self.manifest.counts.records:
            self._progress("records", self.records, max(self.records, self.manifest.counts.records))
        self.low_confidence += extraction.low_confidence
        self.kept += extraction.kept_words
        self.dropped += extraction.dropped_words
        if record.id != sidecar.id:
            yield f"{record.id}: the sidecar row beside it is of {sidecar.id}"
            return
        if record.source != self.manifest.name:
            yield f"{record.id}: source is {record.source!r}, the corpus is {self.manifest.name!r}"
        if hashlib.sha256(record.text.encode()).hexdigest() != extraction.sha256:
            yield f"{record.id}: metadata.extraction.sha256 is not that of its text"
        position, dropped = 0, 0
        for block in sidecar.blocks:
            if not block.kept:
                if block.text is None or (block.start, block.end) != (None, None):
                    yield f"{record.id}: a dropped block has a span, or no text"
                words = count_words(block.text or "")
                self.reasons[block.reason] += words
                dropped += words
            elif block.text is not None or block.start != position or block.end is None or block.end < position:
                yield f"{record.id}: the span {block.start}–{block.end} of a kept block is none that begins at {position}"
                return
            else:
                if record.text[block.end : block.end + 2] not in ("\n\n", ""):
                    yield f"{record.id}: no paragraph of its text ends at {block.end}, where a kept block does"
                position = block.end + 2
        if position != len(record.text) + 2:
            yield f"{record.id}: its text has {len(record.text)} code points, the kept blocks {position - 2}"
        if dropped != extraction.dropped_words:
            yield f"{record.id}: dropped_words is {extraction.dropped_words}, its dropped blocks have {dropped}"
        words = count_words(record.text)
        for field, stated in (("word_count", record.metadata.word_count), ("kept_words", extraction.kept_words)):
            if stated != words:
                yield f"{record.id}: {field} is {stated}, its text has {words} words"

    def failures(self) -> Iterator[str]:
        decoder = msgspec.json.Decoder(Failure)
        for number, line in enumerate(read_lines(self.folder / "failures.jsonl"), 1):
            failure, problem = _decoded(decoder, line)
            if problem:
                yield f"failures.jsonl:{number}: {problem}"
            if failure is not None:
                self.failed[failure.reason] += 1


def _decoded(decoder: msgspec.json.Decoder[_Row], line: bytes) -> tuple[_Row | None, str]:
    """The row, and what is wrong with it; no row where it is not of its type."""
    try:
        row = decoder.decode(line)
    except ValueError as error:
        return None, f"not as schema.json says: {error}"
    written = to_line(row)[:-1]
    return row, "" if written == line else "keys are missing, unknown or in another order, or values written otherwise"


def _order(folder: Path, manifest: Manifest) -> Iterator[str]:
    before = ""
    for identifier, _ in record_lines(folder, manifest.files):
        if identifier <= before:
            problem = (
                "stands twice" if identifier == before else f"stands behind {before}: records are not sorted by id"
            )
            yield f"data: {identifier} {problem}"
        before = identifier


def _against_the_list(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Every listed page gave a record or a failure, and no record is of a page that is not listed."""
    records = ((identifier, 0, line) for identifier, line in record_lines(folder, manifest.files))
    seeds = ((row.id, 1, row) for row in _sorted_rows(folder / SEEDS, ListedSeed))
    failures = ((row.id, 2, row) for row in _sorted_rows(folder / "failures.jsonl", Failure))
    decoder, pages = msgspec.json.Decoder(Record), 0
    for identifier, group in groupby(merge(records, seeds, failures, key=itemgetter(0, 1)), key=itemgetter(0)):
        rows = [row for _, _, row in group]
        lines = [row for row in rows if isinstance(row, bytes)]
        listed = [row for row in rows if isinstance(row, ListedSeed)]
        failed = [row for row in rows if isinstance(row, Failure)]
        places = {(seed.file, seed.line) for seed in listed}
        own = [failure for failure in failed if (failure.file, failure.line) in places]
        pages += len(listed) + len(failed) - len(own)
        if len(listed) > 1:
            yield f"{SEEDS}: {identifier} is listed {len(listed)} times"
        elif not listed and lines:
            yield f"{SEEDS}: does not list {identifier}, of which there is a record"
        elif listed and len(lines) + len(own) != 1:
            yield f"{identifier}: is listed, and gave {len(lines)} records and {len(own)} failures"
        elif listed and lines:
            record, _ = _decoded(decoder, lines[0])
            if record is not None and (cited := record.metadata.capture.record_id) != listed[0].capture:
                yield f"{SEEDS}: {identifier} was read from {listed[0].capture}, its record says {cited}"
    if pages != manifest.counts.pages:
        yield f"counts: {manifest.counts.pages} pages, the lists have {pages}"


def _sorted_rows(path: Path, kind: type[_Own]) -> Iterator[_Own]:
    decoder, before = msgspec.json.Decoder(kind), ""
    for number, line in enumerate(read_lines(path), 1):
        try:
            row = decoder.decode(line)
        except ValueError as error:  # msgspec's, or bytes that are no UTF-8
            raise StorageError(f"{path.name}:{number}: {error}") from error
        if row.id < before:
            raise StorageError(f"{path.name}:{number}: {row.id} stands behind {before}: not sorted by id")
        before = row.id
        yield row


def _counts(sums: _Sums, counts: Counts) -> Iterator[str]:
    found: Mapping[str, object] = {
        "records": sums.records,
        "low_confidence": sums.low_confidence,
        "kept_words": sums.kept,
        "dropped_words": sums.dropped,
        "failures": sums.failed.total(),
    }
    for name, number in found.items():
        if number != getattr(counts, name):
            yield f"counts: {name} is {getattr(counts, name)}, the files have {number}"
    for name, tally in (("dropped_words_by_reason", sums.reasons), ("failures_by_reason", sums.failed)):
        stated = getattr(counts, name)
        for reason in sorted(stated.keys() | tally.keys()):
            if stated.get(reason, 0) != tally[reason]:
                yield f"counts: {name} of {reason} is {stated.get(reason, 0)}, the files have {tally[reason]}"
