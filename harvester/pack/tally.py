"""What a version's card and manifest count, page by page, so that no page has to be kept."""

from collections import Counter
from collections.abc import Mapping, Sequence

from harvester.extraction import count_words
from harvester.pack.manifest import Counts
from harvester.types import Document, Failure, Record


class Tally:
    """Counts that grow with the pages, so that no page has to be kept."""

    def __init__(self) -> None:
        self.records = self.low_confidence = self.kept_words = self.dropped_words = 0
        self.reasons: Counter[str] = Counter()
        self.languages: Counter[str] = Counter()
        self.hosts: Counter[str] = Counter()
        self.years: Counter[str] = Counter()

    def add(self, record: Record, document: Document) -> None:
        """Count a page that became a record."""
        self.records += 1
        self.low_confidence += document.low_confidence
        self.kept_words += document.kept_words
        self.dropped_words += document.dropped_words
        for block, verdict in zip(document.blocks, document.verdicts, strict=True):
            if not verdict.kept:
                self.reasons[verdict.reason] += count_words(block.text)
        self.languages[record.metadata.language or "unknown"] += 1
        self.hosts[record.metadata.host or "no host"] += 1
        self.years[(record.created or "unknown")[:4] if record.created else "unknown"] += 1

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
        )


def ranked(counts: Mapping[str, int]) -> dict[str, int]:
    """Counts above zero, the largest first, equal ones by name."""
    return dict(sorted(((k, n) for k, n in counts.items() if n), key=lambda item: (-item[1], item[0])))
