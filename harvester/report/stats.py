"""What a version holds, counted in one pass over records and blocks; memory grows with hosts, not with text."""

import bisect
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from harvester.errors import StorageError
from harvester.extraction import count_words
from harvester.pack import paired_lines, ranked, read_failures, read_manifest
from harvester.report.figures import (
    BINS,
    LENGTHS,
    Dropped,
    Failed,
    HostStats,
    Sample,
    SampleBlock,
    Share,
    Spread,
    Stats,
)

MOST_HOSTS = 50
"""Hosts that are told apart; the others are summed."""
_EXAMPLES = 10
_SAMPLE_BLOCKS = 60
_SAMPLE_TEXT = 400


class _Extraction(msgspec.Struct):
    engine: str
    confidence: float
    low_confidence: bool
    kept_words: int
    dropped_words: int


class _Capture(msgspec.Struct):
    opt_out: str | None = None


class _Metadata(msgspec.Struct):
    extraction: _Extraction
    capture: _Capture
    url: str | None = None
    title: str | None = None
    host: str | None = None
    language: str | None = None
    page_type: str | None = None
    truncated: bool = False
    quality: dict[str, Any] | None = None
    duplicate_of: str | None = None


class _Record(msgspec.Struct):
    id: str
    text: str
    created: str | None
    metadata: _Metadata


class _Block(msgspec.Struct):
    label: str
    kept: bool
    score: float
    reason: str
    start: int | None
    end: int | None
    text: str | None


class _Blocks(msgspec.Struct):
    id: str
    blocks: list[_Block]


class _Host:
    def __init__(self) -> None:
        self.records = self.kept = 0
        self.dropped: list[int] = []
        """Words, by the number of the reason."""


class _Tally:
    """The counts while the records go by."""

    def __init__(self, samples: int) -> None:
        self._samples, self._reasons = samples, dict[str, int]()
        self.records = self.kept = self.lost = self.low = self.truncated = self.opted_out = 0
        self.repeated = [0, 0]
        self.blocks = Counter[str]()
        self.hosts = dict[str, _Host]()
        self.languages = dict[str, list[int]]()
        self.page_types, self.engines, self.splits, self.months = (Counter[str]() for _ in range(4))
        self.lengths, self.confidences = array("q"), array("d")
        self.quality: dict[str, array[float]] = {}
        self.lowest = list[Sample]()

    def add(self, record: _Record, sidecar: _Blocks, split: str) -> None:
        meta, made = record.metadata, record.metadata.extraction
        self.records += 1
        self.kept += made.kept_words
        self.lost += made.dropped_words
        self.low += made.low_confidence
        self.truncated += meta.truncated
        self.opted_out += meta.capture.opt_out is not None
        if meta.duplicate_of is not None:
            self.repeated[0] += 1
            self.repeated[1] += made.kept_words
        self.page_types[meta.page_type or "unknown"] += 1
        self.engines[made.engine] += 1
        self.splits[split] += 1
        self.months[(record.created or "unknown")[:7]] += 1
        language = self.languages.setdefault(meta.language or "unknown", [0, 0])
        language[0] += 1
        language[1] += made.kept_words
        self.lengths.append(made.kept_words)
        self.confidences.append(made.confidence)
        for signal, value in (meta.quality or {}).items():
            if isinstance(value, (bool, int, float)):
                self.quality.setdefault(signal, array("d")).append(value)
        self._host(meta.host or "no host", made.kept_words, sidecar.blocks)
        self._sample(record, sidecar)

    def _host(self, name: str, kept: int, blocks: Sequence[_Block]) -> None:
        host = self.hosts.get(name)
        if host is None:
            host = self.hosts[name] = _Host()
        host.records += 1
        host.kept += kept
        for block in blocks:
            if not block.kept:
                number = self._reasons.setdefault(block.reason, len(self._reasons))
                self.blocks[block.reason] += 1
                host.dropped += [0] * (number + 1 - len(host.dropped))
                host.dropped[number] += count_words(block.text or "")

    def _sample(self, record: _Record, sidecar: _Blocks) -> None:
        """Keep the record if it is among those of lowest confidence, cut to what is shown."""
        place = record.metadata.extraction.confidence, record.id
        if not self._samples or (len(self.lowest) == self._samples and _place(self.lowest[-1]) < place):
            return
        meta, made = record.metadata, record.metadata.extraction
        blocks = tuple(
            SampleBlock(
                block.label,
                block.kept,
                block.score,
                block.reason,
                (record.text[block.start : block.end] if block.text is None else block.text)[:_SAMPLE_TEXT],
            )
            for block in sidecar.blocks[:_SAMPLE_BLOCKS]
        )
        sample = Sample(
            record.id,
            meta.title,
            meta.url,
            made.confidence,
            made.kept_words,
            made.dropped_words,
            blocks,
            len(sidecar.blocks),
        )
        bisect.insort(self.lowest, sample, key=_place)
        del self.lowest[self._samples :]

    def reasons(self, host: _Host) -> dict[str, int]:
        """Words that a host lost, by reason."""
        return ranked(dict(zip(self._reasons, host.dropped, strict=False)))


def _place(sample: Sample) -> tuple[float, str]:
    return sample.confidence, sample.id


def measure(folder: Path, *, samples: int = 0) -> tuple[Stats, tuple[Sample, ...]]:
    """What a version holds, and the `samples` records of lowest confidence. Raises StorageError."""
    manifest, digest = read_manifest(folder)
    tally = _Tally(samples)
    for record, sidecar, split in _pairs(folder):
        tally.add(record, sidecar, split)
    hosts = _hosts(tally)
    words = Counter[str]()
    for host in tally.hosts.values():
        words.update(tally.reasons(host))
    stats = Stats(
        corpus=manifest.name,
        version=manifest.version,
        manifest_sha256=digest,
        pages=manifest.counts.pages,
        records=tally.records,
        kept_words=tally.kept,
        dropped_words=tally.lost,
        low_confidence=tally.low,
        truncated=tally.truncated,
        opted_out=tally.opted_out,
        duplicates=Share(*tally.repeated),
        dropped={
            reason: Dropped(tally.blocks[reason], words[reason])
            for reason in sorted(tally.blocks, key=lambda reason: (-words[reason], reason))
        },
        hosts=hosts,
        hosts_in_all=len(tally.hosts),
        languages={
            name: Share(*tally.languages[name])
            for name in sorted(tally.languages, key=lambda name: (-tally.languages[name][0], name))
        },
        page_types=ranked(tally.page_types),
        engines=ranked(tally.engines),
        splits=dict(sorted(tally.splits.items())),
        months=dict(sorted(tally.months.items())),
        lengths=_spread(tally.lengths),
        length_bins=_binned(tally.lengths, LENGTHS),
        confidence=_spread(tally.confidences),
        confidence_bins=_binned(tally.confidences, [number / BINS for number in range(BINS)]),
        quality={signal: _spread(values) for signal, values in tally.quality.items()},
        failures=_failures(folder),
    )
    return stats, tuple(tally.lowest)


def _pairs(folder: Path) -> Iterator[tuple[_Record, _Blocks, str]]:
    records, blocks = msgspec.json.Decoder(_Record), msgspec.json.Decoder(_Blocks)
    for place, line, sidecar in paired_lines(folder):
        try:
            pair = records.decode(line), blocks.decode(sidecar)
        except msgspec.MsgspecError as error:
            raise StorageError(f"{place}: not a record with its blocks: {error}; run `harvest verify`") from error
        if pair[0].id != pair[1].id:
            raise StorageError(f"{place}: its sidecar is of another record; run `harvest verify`")
        yield *pair, Path(place).name.partition("-")[0]


def _hosts(tally: _Tally) -> tuple[HostStats, ...]:
    order = sorted(tally.hosts, key=lambda name: (-tally.hosts[name].records, -tally.hosts[name].kept, name))
    hosts = [
        HostStats(name, (host := tally.hosts[name]).records, host.kept, tally.reasons(host))
        for name in order[:MOST_HOSTS]
    ]
    if rest := [tally.hosts[name] for name in order[MOST_HOSTS:]]:
        lost = Counter[str]()
        for host in rest:
            lost.update(tally.reasons(host))
        records, kept = sum(host.records for host in rest), sum(host.kept for host in rest)
        hosts.append(HostStats(f"{len(rest):,} other hosts", records, kept, ranked(lost)))
    return tuple(hosts)


def _failures(folder: Path) -> dict[str, Failed]:
    pages, examples = Counter[str](), dict[str, list[str]]()
    for failure in read_failures(folder):
        pages[failure.reason] += 1
        named = examples.setdefault(failure.reason, [])
        if len(named) < _EXAMPLES:
            named.append(f"{failure.name}: {failure.detail}"[:_SAMPLE_TEXT])
    return {reason: Failed(number, tuple(examples[reason])) for reason, number in ranked(pages).items()}


def _spread(values: Sequence[float]) -> Spread:
    if not values:
        return Spread(0, 0, 0, 0, 0, 0)
    ordered = sorted(values)
    low, median, high = (ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.1, 0.5, 0.9))
    mean = round(sum(ordered) / len(ordered), 4)  # sorted, so that the sum does not depend on the order of the records
    return Spread(mean, low, median, high, ordered[0], ordered[-1])


def _binned(values: Sequence[float], bounds: Sequence[float]) -> tuple[int, ...]:
    """How many values lie at or above each bound and below the next."""
    counts = [0] * len(bounds)
    for value in values:
        counts[max(0, bisect.bisect_right(bounds, value) - 1)] += 1
    return tuple(counts)
