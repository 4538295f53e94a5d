"""WARC files become Seeds, one for each page in them, and give the captures of these Seeds. Keeps no body in memory.

An index is read twice over: once to choose the captures, once to hand them over. Who can wait for the choice takes each
capture as it comes, and knows behind the last which of them stand.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple
from urllib.parse import urlsplit

import msgspec

from harvester.archive import Damage, RawRecord, open_warcs, read_capture, read_records
from harvester.index.fields import Refused, web_address
from harvester.index.listing import Ignored, ignore
from harvester.types import Capture, Failure, Frozen, Seed, path_id, url_id

PAGES = ("text/html", "application/xhtml+xml", "text/plain")
MAX_BLOCK = 48 << 20
"""Bytes of a record that is kept in memory, at most: half as much again as the largest page taken by default."""
SUPERSEDED = "superseded by another capture"
_KINDS = ("response", "resource", "conversion", "revisit")


Files = Iterable[tuple[str, int, BinaryIO]]
"""WARC files, or parts of them: the name that seeds get, how many of its bytes lie before the part, and the open file."""


class Place(NamedTuple):
    """Where a record lies: the file's name, and the offset and inner position that `read_records` gives."""

    file: str
    offset: int
    inner: int


class Choice(NamedTuple):
    """A record that could be a page's capture; of two the greater is taken."""

    answered: bool
    """Whether it is what a server sent; a conversion is what somebody made of that."""
    date: str
    place: Place
    url: str
    captured: str
    """The date that the page's capture gets."""


class _Revisit(NamedTuple):
    url: str
    date: str
    place: Place
    refers_to: str
    target: str
    target_date: str
    digest: str


class Pages(Frozen):
    """What a pass over WARC files finds."""

    choices: tuple[Choice, ...]
    """For each page the record that is its capture."""
    ignored: tuple[Ignored, ...]
    failures: tuple[Failure, ...]
    """Records that are damaged, or that refer to what is not there."""

    @property
    def seeds(self) -> tuple[Seed, ...]:
        """The pages."""
        return tuple(map(seed_of, self.choices))


class Choosing:
    """What is known after the records seen so far."""

    def __init__(self) -> None:
        self.choices = dict[str, Choice]()
        """By page."""
        self.ignored, self.failures, self.revisits = list[Ignored](), list[Failure](), list[_Revisit]()
        # By record id, by address and date, and by payload digest: where the body lies; None for what is no page.
        self.known = dict[str, Choice | None]()

    def captures(self, files: Files) -> Iterator[tuple[Choice, Capture]]:
        """Read WARC files that are open, and give each capture that is its page's when it comes; one that comes behind it, or
        a revisit, may take its place. When there is no more, all is known. What opening raises comes through."""
        for name, start, stream in files:
            for record in read_records(stream, max_block=MAX_BLOCK):
                placed = msgspec.structs.replace(record, offset=start + record.offset) if start else record
                if (taken := _take(placed, name, self)) is not None:
                    choice, capture = taken
                    yield choice, _as_of(capture, choice.url, choice.captured)
        for revisit in self.revisits:
            _resolve(revisit, self)

    def choose(self, choice: Choice) -> bool:
        """Take a capture, unless a greater one is there; whether it is taken."""
        before = self.choices.get(choice.url, choice)
        self.choices[choice.url] = max(before, choice)
        if before.place != choice.place:
            self.leave(min(before, choice).place, choice.url, SUPERSEDED)
        return self.choices[choice.url] is choice

    def leave(self, place: Place, what: str, reason: str) -> None:
        self.ignored.append(ignore(place.file, place.offset, what, reason))

    def fail(self, file: str, offset: int, url: str | None, detail: str, reason: str = "damaged") -> None:
        name = f"{Path(file).name}:{offset}"
        self.failures.append(
            Failure(url_id(url) if url else path_id(name), url or name, reason, detail, Path(file).name, offset)
        )


def read(files: Iterable[Path]) -> Pages:
    """The pages in WARC and WACZ files. Raises InputError and StorageError for a file that cannot be read at all."""
    return choose(_opened(files))


def choose(files: Files) -> Pages:
    """The pages in WARC files that are open; what opening them raises comes through."""
    found = Choosing()
    for _ in found.captures(files):
        pass
    return Pages(tuple(found.choices.values()), tuple(found.ignored), tuple(found.failures))


def seed_of(choice: Choice) -> Seed:
    """The page as an index would list it."""
    place = choice.place
    return Seed(
        url_id(choice.url), choice.url, None, place.file, place.offset, captured=choice.captured, record=place.inner
    )


def captures(seeds: Sequence[Seed], files: Iterable[Path]) -> Iterator[tuple[Seed, Capture]]:
    """The captures of seeds that `read` found in `files`, in the files' order, one body in memory at a time."""
    return captures_in(seeds, _opened(files))


def captures_in(seeds: Sequence[Seed], files: Files) -> Iterator[tuple[Seed, Capture]]:
    """The same, of seeds that `choose` found."""
    wanted = defaultdict[Place, list[Seed]](list)
    for seed in seeds:
        assert seed.record is not None
        wanted[Place(seed.file, seed.line, seed.record)].append(seed)
    for name, start, stream in files:
        for record in read_records(stream, max_block=MAX_BLOCK):
            if isinstance(record, Damage):
                continue
            for seed in wanted.pop(Place(name, start + record.offset, record.inner), ()):
                assert seed.url is not None and seed.captured is not None
                yield seed, _as_of(read_capture(record), seed.url, seed.captured)


def _as_of(capture: Capture, url: str, captured: str) -> Capture:
    """The capture under the page's address and date."""
    return msgspec.structs.replace(capture, uri=url, fetched_at=captured)


def _opened(files: Iterable[Path]) -> Files:
    for file in files:
        for name, stream in open_warcs(file):
            yield str(file.parent / name), 0, stream


def _take(record: RawRecord | Damage, file: str, found: Choosing) -> tuple[Choice, Capture] | None:
    """Note what a record is; a capture that is taken is given back."""
    if isinstance(record, Damage):
        found.fail(file, record.offset, _page_url(record.uri), record.detail)
        return None
    place, kind = Place(file, record.offset, record.inner), record.kind
    if kind == "continuation" or record.field("WARC-Segment-Number"):
        found.fail(file, record.offset, _page_url(record.uri), "a record in segments, which are not put together")
        return None
    if kind not in _KINDS:  # warcinfo, request, metadata: what stands beside the pages
        return None
    url = _page_url(record.uri)
    capture, reason = (None, "no http or https address") if url is None else _page(record, url)
    if kind == "revisit" and reason is None and url is not None:
        found.revisits.append(
            _Revisit(
                url,
                record.date,
                place,
                record.field("WARC-Refers-To") or "",
                _page_url(record.field("WARC-Refers-To-Target-URI")) or "",
                record.field("WARC-Refers-To-Date") or "",
                record.field("WARC-Payload-Digest") or "",
            )
        )
        return None
    choice = None
    if reason is None and url is not None:
        choice = Choice(kind != "conversion", record.date, place, url, record.date)
    for key in (
        record.field("WARC-Record-ID"),
        f"{url} {record.field('WARC-Date')}",
        record.field("WARC-Payload-Digest"),
    ):
        if key and kind != "conversion":
            found.known.setdefault(key, choice)
    if choice is None:
        found.leave(place, record.uri or "", reason or "")
    elif record.too_large:
        found.fail(file, record.offset, url, "more bytes than are kept in memory", "too-large")
    elif found.choose(choice) and capture is not None:
        return choice, capture
    return None


def _page_url(uri: str | None) -> str | None:
    try:
        return web_address(uri) if uri else None
    except Refused:
        return None


def _page(record: RawRecord, url: str) -> tuple[Capture | None, str | None]:
    """The capture that a record holds, and why it is no page; None for one that is."""
    if record.kind == "response" and not record.is_http:
        return None, "not HTTP"
    if urlsplit(url).path == "/robots.txt":
        return None, "robots.txt"
    capture = read_capture(record)
    return capture, _no_page(record, capture)


def _no_page(record: RawRecord, capture: Capture) -> str | None:
    # A revisit may say nothing of the answer but that it was the same.
    if record.kind == "revisit" and capture.status in (0, 304):
        return None
    if capture.status == 206:
        return "a part of a page (status 206)"
    if capture.status is not None and not 200 <= capture.status < 300:
        return f"status {capture.status}"
    stated = capture.content_type or record.field("WARC-Identified-Payload-Type") or ""
    kind = stated.partition(";")[0].strip().lower()
    return None if kind in PAGES or not kind else f"not HTML or text: {kind}"[:80]


def _resolve(revisit: _Revisit, found: Choosing) -> None:
    """Give a revisit the body it refers to; the page keeps the date of the capture from which on it is unchanged."""
    keys = (revisit.refers_to, f"{revisit.target} {revisit.target_date}", revisit.digest)
    key = next((key for key in keys if key in found.known), None)
    if key is None:
        found.fail(revisit.place.file, revisit.place.offset, revisit.url, "a revisit of what is not in the files")
        return
    original = found.known[key]
    if original is None:
        found.leave(revisit.place, revisit.url, "a revisit of what is no page")
        return
    captured = original.captured if original.url == revisit.url else revisit.date
    found.choose(Choice(True, revisit.date, original.place, revisit.url, captured))
