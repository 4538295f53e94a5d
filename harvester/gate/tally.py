"""What a version and the one before it hold, in numbers; memory grows with hosts and by some bytes for each record."""

from collections import Counter
from collections.abc import Iterator

from harvester.gate.walk import Page, Step
from harvester.settings import CheckSettings

BINS = 10
"""Of confidence, from 0 to 1."""
_EXAMPLES = 5


class Side:
    """The records of one version, added up."""

    def __init__(self) -> None:
        self.records = self.kept = self.low = self.truncated = self.short = self.marked = self.exact = 0
        self.languages, self.confidence = Counter[str](), Counter[int]()
        self._texts = set[bytes]()

    def add(self, page: Page, limits: CheckSettings) -> None:
        """Count a record."""
        self.records += 1
        self.kept += page.kept
        self.low += page.low
        self.truncated += page.truncated
        self.short += page.kept < limits.short_words
        self.marked += page.repeats
        self.languages[page.language or "unknown"] += 1
        self.confidence[min(BINS - 1, int(page.confidence * BINS))] += 1
        digest = bytes.fromhex(page.text_sha256)[:16] if len(page.text_sha256) == 64 else page.text_sha256.encode()
        self.exact += digest in self._texts
        self._texts.add(digest)


class Host:
    """What became of the pages of a host."""

    __slots__ = ("gone", "new", "old")

    def __init__(self) -> None:
        self.old, self.new = [0, 0, 0], [0, 0, 0]
        """Records, kept words, all words."""
        self.gone: Counter[str] = Counter()
        """Records that are no more: by the reason they fail for, `unlisted` where the index lists them no more."""


class Tally:
    """Both versions."""

    def __init__(self, limits: CheckSettings) -> None:
        self._limits = limits
        self.old, self.new = Side(), Side()
        self.hosts = dict[str, Host]()
        self.examples: dict[str, list[str]] = {}
        """Ids of records by what is odd about them, some of each."""

    def add(self, step: Step) -> None:
        """Count a page."""
        for page, side, is_old in ((step.old, self.old, True), (step.new, self.new, False)):
            if page is not None:
                side.add(page, self._limits)
                host = self.hosts.setdefault(page.host, Host())
                numbers = host.old if is_old else host.new
                numbers[0] += 1
                numbers[1] += page.kept
                numbers[2] += page.kept + page.dropped
        if step.old is not None and step.new is None:
            self.hosts[step.old.host].gone[step.failed or "unlisted"] += 1
        if step.new is not None:
            for what in _odd(step.new, self._limits):
                named = self.examples.setdefault(what, [])
                if len(named) < _EXAMPLES:
                    named.append(step.id)


def _odd(page: Page, limits: CheckSettings) -> Iterator[str]:
    for what, is_so in (
        ("empty", not page.text.strip()),
        ("short", page.kept < limits.short_words),
        ("truncated", page.truncated),
        ("low-confidence", page.low),
        ("duplicates", page.repeats),
    ):
        if is_so:
            yield what
