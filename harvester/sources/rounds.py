"""Sources are read round by round, sitemaps of sitemaps three deep; what they name becomes Seeds, chosen and bounded."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import translate
from pathlib import Path

import ada_url
import msgspec

from harvester.errors import PageError
from harvester.index import Ignored, Listing, PageSource
from harvester.settings import Recipe
from harvester.sources.named import Named, Reading, Refusal
from harvester.sources.read import read_list
from harvester.types import Attribute, Capture, Failure, Frozen, Seed, Source, url_id

MAX_DEPTH = 3
"""Files from the listed sitemap to one that names pages."""
MAX_FILES = 500
"""Sitemaps read of one source."""
MAX_PAGES = 500_000
"""Pages of one source."""
_FIELDS = ("title", "authors", "date")


class Obtained(Frozen):
    """What there is of some seeds' pages."""

    captures: Mapping[str, Callable[[], Iterable[Capture]]]
    """By `Seed.uri`, newest first. Of a feed all there are; of others only the newest is looked at."""
    failures: tuple[Failure, ...]
    notices: tuple[str, ...] = ()


Obtain = Callable[[Sequence[Seed]], Obtained]
"""Fetches the pages of seeds, or only looks them up."""


class Expansion(Frozen):
    """An index with the pages that its sources lead to."""

    listing: Listing
    failures: tuple[Failure, ...]
    """Sources, or sitemaps of theirs, that could not be read whole; each names the line of the source."""
    notices: tuple[str, ...]
    counts: tuple[tuple[PageSource, int], ...]
    """Pages by source; a page that two name counts for the first."""


def expand(listing: Listing, obtain: Obtain, recipe: Recipe) -> Expansion:
    """Read every source of a listing and add the pages. What the index itself says of a page stands."""
    works = [_Work(source, recipe) for source in listing.sources]
    failures, notices = list[Failure](), list[str]()
    for _ in range(MAX_DEPTH):
        wanted = {seed.uri: seed for work in works for seed in work.wanted}
        if not wanted:
            break
        obtained = obtain(list(wanted.values()))
        failures += obtained.failures
        notices += obtained.notices
        for work in works:
            work.take(obtained.captures)
    for work in works:
        for seed in work.wanted:
            work.fail(seed, "source-limit", f"an index of sitemaps, nested deeper than {MAX_DEPTH}")
    return _joined(listing, works, failures, notices)


def _joined(
    listing: Listing, works: Sequence["_Work"], failures: Iterable[Failure], notices: Iterable[str]
) -> Expansion:
    listed = {seed.id: seed for seed in listing.seeds}
    own = {work.source.seed.uri for work in works}
    found, counts = dict[str, Seed](), list[tuple[PageSource, int]]()
    for work in works:
        before = len(found)
        for page in work.pages.values():
            identifier = url_id(page.url)
            if identifier in listed:
                listed[identifier] = _filled(listed[identifier], page, work.source)
            elif identifier not in found and page.url not in own:
                found[identifier] = _seed(page, work.source)
        counts.append((work.source, len(found) - before))
    ignored = [place for work in works for place in work.ignored()]
    return Expansion(
        msgspec.structs.replace(
            listing, seeds=(*listed.values(), *found.values()), ignored=(*listing.ignored, *ignored)
        ),
        (*failures, *(failure for work in works for failure in work.failures)),
        (*notices, *(notice for work in works for notice in work.notices)),
        tuple(counts),
    )


class _Work:
    """A source being read."""

    def __init__(self, source: PageSource, recipe: Recipe) -> None:
        self.source, self.recipe = source, recipe
        self.wanted, self.pages = [source.seed], dict[str, Named]()
        self.failures, self.notices = list[Failure](), list[str]()
        self._left_out = dict[str, tuple[int, str]]()
        self._seen = {source.seed.uri}
        self._patterns = [_compiled(pattern) for pattern in source.match]
        self._hosts = {*source.hosts, *([_host(source.seed.url)] if source.seed.url else [])}

    def take(self, captures: Mapping[str, Callable[[], Iterable[Capture]]]) -> None:
        """Read what was obtained of what was wanted."""
        now, self.wanted = self.wanted, []
        for seed in now:
            if seed.uri not in captures:
                continue  # it is among the failures
            for number, capture in enumerate(captures[seed.uri]()):
                # A feed is a window on what is newest, so that all its captures count; the others list what there is.
                if number and (self.source.kind != "feed" or seed.path is not None):
                    break
                try:
                    self._read(seed, capture, first=not number)
                except PageError as error:
                    if not number:
                        self.fail(seed, error.reason, error.detail)

    def _read(self, seed: Seed, capture: Capture, first: bool) -> None:
        base = capture.uri if capture.uri.startswith("http") else seed.url
        if base is not None and self._hosts:
            self._hosts.add(_host(base))  # where the site itself redirected to
        reading = read_list(capture, self.source.kind, self.recipe, base)
        if first and reading.flaw:
            self.notices.append(
                f"{self._place}: {seed.name}: broken, {reading.flaw}; what could be read of it is taken"
            )
        if first and reading.full:
            self.fail(seed, "source-limit", "the file holds more than is read of one; the rest is left out")
        self._choose(reading, seed)

    def _choose(self, reading: Reading, seed: Seed) -> None:
        for page in reading.pages:
            if isinstance(page, Named) and page.url in self.pages:
                continue
            if self._lets_in(page, self._patterns) and isinstance(page, Named):
                if len(self.pages) >= MAX_PAGES:
                    self.fail(seed, "source-limit", f"the source names more than {MAX_PAGES:,} pages")
                    return
                self.pages[page.url] = page
        for address in reading.lists:
            url = address if isinstance(address, str) else address.url
            if url in self._seen or not self._lets_in(address, ()):
                continue
            if len(self._seen) >= MAX_FILES:
                self.fail(seed, "source-limit", f"the source leads to more than {MAX_FILES} sitemaps")
                return
            self._seen.add(url)
            said = self.source.seed
            self.wanted.append(Seed(id=url_id(url), url=url, path=None, file=said.file, line=said.line))

    def _lets_in(self, page: Named | Refusal | str, patterns: Sequence[re.Pattern[str]]) -> bool:
        """Whether an address is one that this source may name; what is not is counted."""
        url = page if isinstance(page, str) else page.url
        if isinstance(page, Refusal):
            reason = "no web address"
        elif self.source.kind != "feed" and self._hosts and _host(url) not in self._hosts:
            reason = "another host"
        elif patterns and not any(pattern.match(form) for pattern in patterns for form in (url, _path(url))):
            reason = "matches no pattern"
        else:
            return True
        count, first = self._left_out.get(reason, (0, url))
        self._left_out[reason] = (count + 1, first)
        return False

    def ignored(self) -> Iterable[Ignored]:
        """A place for each reason for which addresses were left out."""
        for reason, (count, first) in sorted(self._left_out.items()):
            text = first if count == 1 else f"{first} and {count - 1:,} more"
            yield Ignored(file=self.source.seed.file, line=self.source.seed.line, text=text, reason=reason)

    def fail(self, seed: Seed, reason: str, detail: str) -> None:
        """Note that a file of this source was not read, or not whole."""
        said = self.source.seed
        self.failures.append(Failure(seed.id, seed.name, reason, detail, Path(said.file).name, said.line))

    @property
    def _place(self) -> str:
        return f"{self.source.seed.file}:{self.source.seed.line}"


def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of robots.txt (RFC 9309 2.2.3): a beginning, in which `*` is anything, and `$` the end."""
    glob = pattern.replace("[", "[[]").replace("?", "[?]")
    return re.compile(translate(glob[:-1] if glob.endswith("$") else f"{glob}*"))


def _host(url: str) -> str:
    return str(ada_url.URL(url).hostname)


def _path(url: str) -> str:
    parsed = ada_url.URL(url)
    return f"{parsed.pathname}{parsed.search}"


def _seed(page: Named, source: PageSource) -> Seed:
    """A page as if the index listed it: with what its source's entry says, then with what the source says."""
    empty = msgspec.structs.replace(
        source.seed, id=url_id(page.url), url=page.url, path=None, label=page.label, title=None, captured=None
    )
    return _filled(empty, page, source)


def _filled(seed: Seed, page: Named, source: PageSource) -> Seed:
    """A seed with what a source says of its page where the index says nothing."""
    said = {name: value for name in _FIELDS if (value := getattr(page, name)) and not getattr(seed, name)}
    origin = Attribute(source.kind, source.seed.name)
    return msgspec.structs.replace(
        seed,
        **said,
        attributes=(*seed.attributes, origin, *page.said),
        found=(*seed.found, *(Source("date_published" if name == "date" else name, source.kind) for name in said)),
    )
