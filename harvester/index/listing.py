"""What an index becomes: the Listing, and the parts its readers yield on the way there. Nothing is checked here."""

import re

from harvester.types import Failure, Frozen, Seed

KINDS = ("feed", "sitemap", "links")
"""What an entry can lead to pages by."""
MARKED = re.compile(rf"\s*({'|'.join(KINDS)}):\s+(\S+)", re.I)
"""An entry that begins with its kind: `feed: https://example.org/feed.xml`."""
_SECRET = re.compile(r"//[^/?#\s]*@")


class Ignored(Frozen):
    """A place of the index that was read and is no seed."""

    file: str
    line: int
    text: str
    """The place itself, white space folded, at most 80 code points."""
    reason: str
    """`struck-through`, `no link, URL or path`, `prose`, `further link`; of what a source names, see `sources`; in WARC
    files why a record is no page."""


class PageSource(Frozen):
    """An entry that stands for the pages it leads to, not for itself."""

    kind: str
    """One of `KINDS`."""
    seed: Seed
    """The entry itself: where its bytes are, and what it says of every page it leads to."""
    match: tuple[str, ...] = ()
    """Patterns of which a page's address must match one, as in robots.txt; none lets every address in."""
    hosts: tuple[str, ...] = ()
    """Hosts, beside the source's own, that addresses may have."""


class Listing(Frozen):
    """An index, read and checked: its seeds in index order, and what stands beside them."""

    name: str
    """Name of the corpus: the front matter's, else made from the file's or folder's name."""
    folder: str
    """Where relative paths start."""
    description: str | None
    language: str | None
    license: str | None
    site: str | None
    captured: str | None
    """`YYYY-MM-DDTHH:MM:SSZ`."""
    seeds: tuple[Seed, ...]
    ignored: tuple[Ignored, ...]
    sources: tuple[PageSource, ...] = ()
    """The entries that lead to pages, in index order."""
    failures: tuple[Failure, ...] = ()
    """Records of WARC files that are damaged, or refer to what is not there."""
    warcs: tuple[str, ...] = ()
    """The WARC and WACZ files among the index's, which hold the pages of the seeds with a `record`."""


class Defaults(Frozen):
    """The front matter: what holds for the whole index, and for each seed that does not say otherwise."""

    corpus: str | None = None
    description: str | None = None
    language: str | None = None
    license: str | None = None
    site: str | None = None
    captured: str | None = None
    tags: tuple[str, ...] = ()


class Pair(Frozen):
    """A `key: value` beneath a page, its key in lower case."""

    key: str
    value: str
    line: int
    parts: tuple[str, ...] | None = None
    """The values, where the index wrote them as a list."""


class Entry(Frozen):
    """A listed page as written: nothing in it was looked up or checked."""

    line: int
    target: str
    """A URL, or a path relative to the index."""
    label: str | None = None
    section: str | None = None
    notes: tuple[str, ...] = ()
    pairs: tuple[Pair, ...] = ()
    kind: str | None = None
    """The kind that the entry begins with; it may also be a pair."""


class Problem(Frozen):
    """A place the user must mend."""

    line: int
    text: str
    """What is wrong: how to mend it."""


Part = Entry | Ignored | Problem


def fold(text: str) -> str:
    """White space folded to single spaces, none at the ends."""
    return " ".join(text.split())


def shorten(text: str) -> str:
    """Text to be shown: folded, at most 80 code points, without the user name and password of a URL."""
    text = _SECRET.sub("//…@", fold(text))
    return text if len(text) <= 80 else text[:79] + "…"


def ignore(file: str, line: int, text: str, reason: str) -> Ignored:
    """An Ignored with its text shortened."""
    return Ignored(file=file, line=line, text=shorten(text), reason=reason)
