"""Pages in the archive become records in two passes: what a page is by itself, then what it is among the others.

The first pass has each page judged, in this process or in others, and spools what the filters let pass into the draft, as
lines that are ready to be written. Then it is decided which records are duplicates and which paragraphs repeated; the second
reads the spool in order of ids, and changes the lines of those records alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
from msgspec.structs import replace

from harvester import curate
from harvester.archive import Archive, Entry
from harvester.captures import failure
from harvester.correcting import correction_of
from harvester.errors import PageError
from harvester.extraction import count_words, rewritten
from harvester.judging import Asked, Judged, Row, Shared, decoded, judge_pages, kept_texts, made_of, row_of
from harvester.pack import Counted, Spool, to_line, with_document
from harvester.rendering import read_capture
from harvester.run import Progress
from harvester.settings import Settings
from harvester.types import Failure, Frozen, Record, Seed
from harvester.workers import Workers, in_order

SPOOL = "spool"


class Curated(Frozen):
    """A page that became a record."""

    record: bytes
    """Its line."""
    sidecar: bytes
    """Its line."""
    counted: Counted
    duplicate_of: str | None


class Pages:
    """The records of a corpus between the passes."""

    def __init__(self, spool: Spool, known: curate.Remembered, settings: Settings, failures: list[Failure]) -> None:
        self._spool, self._settings, self._failures = spool, settings, failures
        self._bounds = curate.bounds_of(settings.curate)
        self._known, self._seeds = known, list[Seed]()
        self._rows, self._records = msgspec.msgpack.Decoder(Row), msgspec.json.Decoder(Record)

    def __len__(self) -> int:
        return len(self._seeds)

    def add(self, seed: Seed, page: Judged) -> None:
        """Keep the next page, in the order of ids, for the second pass."""
        self._known.add(page, page.traces)
        self._seeds.append(seed)
        self._spool.append(page.row)

    def records(self) -> Iterator[Curated]:
        """The second pass: the records in the order they were added; those that drop out are among the failures."""
        self._spool.flush()
        decided = curate.decide(self._known, self._shingles, repeated_in=self._settings.curate.repeated_in)
        duplicates = decided.duplicates
        gone = set[int]()
        if self._settings.curate.repeated_paragraphs == "drop":
            gone = self._drop_repeated(decided.repeated)
            duplicates = curate.without_records(duplicates, gone, self._known.order())
        for number, seed in enumerate(self._seeds):
            if number in gone:
                continue
            duplicate = duplicates.get(number)
            if duplicate is not None and self._settings.curate.duplicates == "drop":
                kind = "the same text as" if duplicate.is_exact else f"Jaccard similarity {duplicate.similarity} to"
                detail = f"{kind} {self._seeds[duplicate.of].name}"
                self._failures.append(failure(seed, PageError("duplicate", detail)))
                continue
            row = self._row(number)
            of = None if duplicate is None else self._seeds[duplicate.of].id
            share = None
            if self._settings.curate.repeated_paragraphs == "keep" and (flags := decided.repeated.of(number)):
                share = _repeated(row, flags)
            line = row.record if of is None and share is None else self._line(row.record, share, of)
            yield Curated(line, row.sidecar, row.counted, of)

    def _line(self, line: bytes, share: float | None, duplicate_of: str | None) -> bytes:
        """The line of a record with what other records say of it."""
        record = self._records.decode(line)
        page = replace(record.metadata, duplicate_of=duplicate_of)
        if share is not None:
            assert page.quality is not None
            page = replace(page, quality=replace(page.quality, repeated_on_host=share))
        return to_line(replace(record, metadata=page))

    def _row(self, number: int) -> Row:
        return self._rows.decode(self._spool[number])

    def _shingles(self, number: int) -> frozenset[int]:
        return curate.shingles(kept_texts(self._row(number)))

    def _drop_repeated(self, repeated: curate.Repeated) -> set[int]:
        """Take repeated paragraphs out of the spooled documents; the records of which the filters leave nothing."""
        gone = set[int]()
        for number in repeated:
            try:
                row = self._without(self._row(number), repeated.of(number))
            except PageError as error:
                gone.add(number)
                self._failures.append(failure(self._seeds[number], error))
            else:
                self._spool.replace(number, row)
        self._spool.flush()
        return gone

    def _without(self, row: Row, flags: Sequence[int]) -> bytes:
        made, share = made_of(row), _repeated(row, flags)
        page = made.record.metadata
        document = rewritten(curate.without(made.document, flags))
        if not document.text:
            raise PageError("quality", f"repeated_on_host = {share}: every paragraph stands in other records, too")
        reading = curate.read(document, language=page.language, host=page.host)
        quality = replace(reading.quality, repeated_on_host=share)
        curate.check_quality(quality, document.confidence, self._settings.curate, self._bounds)
        record = with_document(replace(made.record, metadata=replace(page, quality=quality)), document)
        return row_of(record, document, self._settings.curate)


def _repeated(row: Row, flags: Sequence[int]) -> float:
    """The share of a text's words in blocks that are repeated."""
    return curate.share(flags, [count_words(text) for text in kept_texts(row)])


@contextmanager
def first_pass(
    captured: Sequence[tuple[Seed, Entry]],
    archive: Archive,
    folder: Path,
    settings: Settings,
    report: Progress,
    failures: list[Failure],
    *,
    corpus: str,
    corrections: Mapping[str, Entry],
    workers: Workers,
) -> Iterator[Pages]:
    """Extract and measure each captured page; what drops out is added to the failures, then and in the second pass."""
    ordered = sorted(captured, key=lambda pair: pair[0].id)
    workers = workers.for_pages_of(settings.extract.max_page_bytes)
    shared = msgspec.msgpack.encode(Shared(settings, corpus, at_once=workers.count > 0))
    with Spool(folder / SPOOL) as spool, curate.Remembered(folder) as known:
        pages = Pages(spool, known, settings, failures)
        with in_order(judge_pages, shared, _asked(ordered, archive, corrections, settings), workers) as results:
            for done, ((seed, _), result) in enumerate(zip(ordered, results, strict=True), 1):
                if isinstance(result, PageError):
                    failures.append(failure(seed, result))
                else:
                    pages.add(seed, decoded(result))
                report("extract", done, len(ordered))
        yield pages


def _asked(
    captured: Sequence[tuple[Seed, Entry]], archive: Archive, corrections: Mapping[str, Entry], settings: Settings
) -> Iterator[bytes | PageError]:
    """The pages as they are sent to be judged; those of which the archive has no whole capture are errors already."""
    for seed, entry in captured:
        try:
            capture, correction = read_capture(archive, entry, settings), correction_of(seed, corrections, archive)
            yield msgspec.msgpack.encode(Asked(seed, capture, correction, entry.sha256))
        except PageError as error:
            yield error
