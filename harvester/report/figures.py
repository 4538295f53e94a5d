"""What is said of a version in numbers: plain data."""

from collections.abc import Mapping

from harvester.types import Frozen

BINS = 20
"""Of confidence, from 0 to 1."""
LENGTHS = (0, 25, 50, 100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800)
"""Words at which a bin of lengths begins."""


class Dropped(Frozen):
    """What one reason took away."""

    blocks: int
    words: int


class Share(Frozen):
    """Records and their kept words."""

    records: int
    words: int


class HostStats(Frozen):
    """What came of the pages of a host."""

    host: str
    records: int
    kept_words: int
    dropped_words: Mapping[str, int]
    """By reason."""


class Spread(Frozen):
    """How numbers are spread; of none, all are 0."""

    mean: float
    low: float
    """The 10th percentile (nearest rank), as `high` is the 90th."""
    median: float
    high: float
    least: float
    most: float


class Failed(Frozen):
    """The pages that failed for a reason."""

    pages: int
    examples: tuple[str, ...]
    """The first of them, with what was said."""


class SampleBlock(Frozen):
    """A block of a sample, cut where it is long."""

    label: str
    kept: bool
    score: float
    reason: str
    text: str


class Sample(Frozen):
    """A record with its blocks, to be looked at."""

    id: str
    title: str | None
    url: str | None
    confidence: float
    kept_words: int
    dropped_words: int
    blocks: tuple[SampleBlock, ...]
    blocks_in_all: int


class Stats(Frozen):
    """What a version holds."""

    corpus: str
    version: str
    manifest_sha256: str
    pages: int
    """Listed by the index."""
    records: int
    kept_words: int
    dropped_words: int
    low_confidence: int
    truncated: int
    opted_out: int
    """Records of pages that ask not to be mined."""
    duplicates: Share
    """Records that repeat another, of those that are kept."""
    dropped: Mapping[str, Dropped]
    """By reason, most words first."""
    hosts: tuple[HostStats, ...]
    """Most records first; `N other hosts` comes last."""
    hosts_in_all: int
    languages: Mapping[str, Share]
    page_types: Mapping[str, int]
    engines: Mapping[str, int]
    splits: Mapping[str, int]
    months: Mapping[str, int]
    """Records by month of publication, `YYYY-MM`; `YYYY` where a month is unknown, `unknown` where the year is."""
    lengths: Spread
    """Words of a record's text."""
    length_bins: tuple[int, ...]
    """Records by `LENGTHS`."""
    confidence: Spread
    confidence_bins: tuple[int, ...]
    quality: Mapping[str, Spread]
    """By signal, in the order of the records, over those that have it; a mark that is true or false counts 1 or 0."""
    failures: Mapping[str, Failed]
    """By reason, most pages first."""
