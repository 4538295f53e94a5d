"""What a version's card and manifest count, page by page, so that no page has to be kept."""

from collections import Counter
from collections.abc import Mapping, Sequence

from harvester.extraction import count_words
from harvester.pack.facts import Facts
from harvester.pack.licenses import Stated
from harvester.pack.manifest import Counts
from harvester.pack.markdown import clean
from harvester.types import Document, Failure, Frozen, Record, Sidecar


class Counted(Frozen):
    """What is asked of a record when all are counted and parted, so that its text need not be read for that."""

    id: str
    added: str
    created: str | None
    host: str | None
    language: str | None
    license: Stated
    confidence: float
    low_confidence: bool
    kept_words: int
    dropped_words: int
    reasons: Mapping[str, int]
    """Words of the blocks that were dropped, by reason."""
    truncated: bool
    opted_out: bool
    pii: tuple[str, ...]
    """A kind for each place that tells a person."""


def counted(record: Record, document: Document, sidecar: Sidecar) -> Counted:
    """What is counted of a page that became a record."""
    page, reasons = record.metadata, Counter[str]()
    for block, verdict in zip(document.blocks, document.verdicts, strict=True):
        if not verdict.kept:
            reasons[verdict.reason] += count_words(block.text)
    return Counted(
        record.id,
        record.added,
        record.created,
        page.host,
        page.language,
        _stated(record),
        page.extraction.confidence,
        document.low_confidence,
        document.kept_words,
        document.dropped_words,
        dict(reasons),
        page.truncated,
        page.capture.opt_out is not None,
        tuple([span.kind for span in sidecar.pii]),
    )


class Tally:
    """Counts that grow with the pages, so that no page has to be kept."""

    def __init__(self) -> None:
        self.records = self.low_confidence = self.kept_words = self.dropped_words = 0
        self.cut = self.opted_out = self.duplicates = 0
        self.newest = ""
        self.reasons: Counter[str] = Counter()
        self.languages: Counter[str] = Counter()
        self.hosts: Counter[str] = Counter()
        self.years: Counter[str] = Counter()
        self.splits: Counter[str] = Counter()
        self.tenths: Counter[int] = Counter()
        self.licenses: Counter[Stated] = Counter()
        self.standing = set[str]()
        self.pii: Counter[str] = Counter()

    def add(self, record: Counted, split: str, *, duplicate_of: str | None) -> None:
        """Count a record that is in a split, and the one that stands for it."""
        self.records += 1
        self.low_confidence += record.low_confidence
        self.kept_words += record.kept_words
        self.dropped_words += record.dropped_words
        self.reasons.update(record.reasons)
        self.languages[record.language or "unknown"] += 1
        self.hosts[record.host or "no host"] += 1
        self.years[record.created[:4] if record.created else "unknown"] += 1
        self.splits[split] += 1
        self.tenths[min(int(record.confidence * 10), 9)] += 1
        self.licenses[record.license] += 1
        self.newest = max(self.newest, record.added)
        self.cut += record.truncated
        self.opted_out += record.opted_out
        if duplicate_of is not None:
            self.duplicates += 1
            self.standing.add(duplicate_of)
        self.pii.update(record.pii)

    def counts(self, pages: int, failures: Sequence[Failure]) -> Counts:
        """The counts for the manifest; `pages` is how many the index lists."""
        reasons = Counter(failure.reason for failure in failures)
        return Counts(
            pages,
            self.records,
            self.low_confidence,
            self.kept_words,
            self.dropped_words,
            ranked(self.reasons),
            len(failures),
            ranked(reasons),
            self.duplicates,
            len(self.standing),
            ranked(self.pii),
        )

    def facts(self, name: str, description: str | None, license: str | None, splits: Sequence[str]) -> Facts:
        """What the version's own description tells of it; the first three are what its index says, `splits` their order."""
        return Facts(
            name,
            description,
            license,
            ranked(self.languages),
            ranked(self.hosts),
            dict(sorted(self.years.items())),
            {split: self.splits[split] for split in splits if self.splits[split]},
            {
                f"0.{tenth} to {(tenth + 1) / 10:.1f}": self.tenths[tenth]
                for tenth in range(9, -1, -1)
                if self.tenths[tenth]
            },
            dict(sorted(self.licenses.items())),
            self.newest,
            self.cut,
            self.opted_out,
            self.duplicates,
        )


def _stated(record: Record) -> Stated:
    page = record.metadata
    license = clean(page.license or "")[:200]
    origin = next((source.origin for source in page.sources if source.field == "license"), "")
    return Stated(license, page.host or "no host", ("index" if origin == "index" else "page") if license else "")


def ranked(counts: Mapping[str, int]) -> dict[str, int]:
    """Counts above zero, the largest first, equal ones by name."""
    return dict(sorted(((k, n) for k, n in counts.items() if n), key=lambda item: (-item[1], item[0])))
