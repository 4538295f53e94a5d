"""Seeds become Captures in the archive: local pages are loaded, and of the others those fetched that it lacks.

What came back lies in the archive before anything reads it.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from harvester.archive import Archive, Entry
from harvester.errors import PageError
from harvester.index import Listing, warc_captures
from harvester.settings import Settings
from harvester.types import EPOCH, Capture, Failure, Seed

if TYPE_CHECKING:
    import httpx

    from harvester.fetch import Fetched


class Progress(Protocol):
    """Told how far a stage is: its name, pages done, pages in all."""

    def __call__(self, stage: str, done: int, total: int) -> None: ...


def capture_all(
    listing: Listing,
    archive: Archive,
    settings: Settings,
    now: str | Callable[[], str],
    report: Progress,
    transport: "httpx.AsyncBaseTransport | None",
) -> tuple[list[tuple[Seed, Entry]], list[Failure], list[str]]:
    """Where each seed's capture lies in the archive, the seeds that have none, and what the user should know.

    A page that could not be fetched again keeps the capture that the archive holds.
    """
    found: list[tuple[Seed, Entry]] = []
    lost: list[Failure] = []
    notices: list[str] = []
    local = [seed for seed in listing.seeds if seed.path is not None]
    for done, seed in enumerate(local, 1):
        try:
            found.append((seed, _archived_file(seed, listing, archive, settings)))
        except PageError as error:
            lost.append(failure(seed, error))
        report("load", done, len(local))
    packed = sum(seed.record is not None for seed in listing.seeds)
    for done, (seed, outcome) in enumerate(_archived_records(listing, archive, settings), 1):
        if isinstance(outcome, PageError):
            lost.append(failure(seed, outcome))
        else:
            found.append((seed, outcome))
        report("read", done, packed)
    remote = [seed for seed in listing.seeds if seed.path is None and seed.record is None]
    mode = settings.fetch.mode
    wanted = [s.uri for s in remote if mode == "refresh" or (mode == "missing" and not _held(archive, s.uri, settings))]
    broken = asyncio.run(_fetch_into(archive, wanted, settings, now, report, transport)) if wanted else {}
    for seed in remote:
        trouble = broken.get(seed.uri)
        try:
            entry = _final(archive, seed.uri, settings)
        except PageError as error:
            lost.append(failure(seed, trouble or error))
            continue
        found.append((seed, entry))
        if trouble:
            notices.append(f"{seed.uri}: not fetched again ({trouble}); the capture of {entry.fetched_at} stands")
    return found, lost, notices


def _archived_file(seed: Seed, listing: Listing, archive: Archive, settings: Settings) -> Entry:
    """Archive a local page, unless the archive holds these bytes under this date."""
    from harvester.fetch import load_file

    assert seed.path is not None
    capture = load_file(
        Path(listing.folder),
        seed.path,
        uri=seed.uri,
        captured=seed.captured or EPOCH,
        limit=settings.extract.max_page_bytes,
    )
    held = archive.find(capture.uri, sha256=capture.sha256, fetched_at=capture.fetched_at)
    return held or archive.add(capture)


def _archived_records(
    listing: Listing, archive: Archive, settings: Settings
) -> Iterator[tuple[Seed, Entry | PageError]]:
    """Archive the pages that lie in WARC files, unless the archive holds these bytes under this date."""
    waiting = {seed.id: seed for seed in listing.seeds if seed.record is not None}
    for seed, capture in warc_captures(list(waiting.values()), map(Path, listing.warcs)):
        del waiting[seed.id]
        try:
            if len(capture.body) > settings.extract.max_page_bytes:
                raise PageError("too-large", f"more than {settings.extract.max_page_bytes} bytes")
            held = archive.find(capture.uri, sha256=capture.sha256, fetched_at=capture.fetched_at)
            yield seed, held or archive.add(capture)
        except PageError as error:
            yield seed, error
    for seed in waiting.values():
        yield seed, PageError("unreadable", "the file changed while it was read")


async def _fetch_into(
    archive: Archive,
    urls: Sequence[str],
    settings: Settings,
    now: str | Callable[[], str],
    report: Progress,
    transport: "httpx.AsyncBaseTransport | None",
) -> Mapping[str, PageError]:
    """Fetch pages into the archive; the errors of those that did not come whole, by URL."""
    from harvester.fetch import fetch_pages

    broken: dict[str, PageError] = {}
    clock = (lambda: now) if isinstance(now, str) else now
    done = 0
    async with aclosing(fetch_pages(urls, settings.fetch, now=clock, transport=transport)) as pages:
        async for page in pages:
            trouble = _trouble(page)
            if trouble is not None:
                broken[page.url] = trouble
            if trouble is None or not _held(archive, page.url, settings):
                for capture in page.captures:
                    archive.add(capture)
            report("fetch", done := done + 1, len(urls))
    return broken


def _trouble(page: "Fetched") -> PageError | None:
    """Why a page did not come whole; None where it did."""
    if page.reason is not None:
        return PageError(page.reason, page.detail)
    status = page.captures[-1].status or 0
    return PageError("http-status", f"the server answered {status}") if status >= 400 else None


def _final(archive: Archive, url: str, settings: Settings) -> Entry:
    """The capture that a URL's redirects lead to. Raises PageError where the archive does not hold it."""
    from harvester.fetch import next_hop

    for _ in range(settings.fetch.redirects + 1):
        entry = archive.find(url)
        if entry is None:
            raise PageError("not-archived", "the archive holds no capture of this page")
        target = next_hop(archive.read(entry)) if entry.status.startswith("3") else None
        if target is None:
            return entry
        url = target
    raise PageError("redirect", f"more than {settings.fetch.redirects} redirects")


def _held(archive: Archive, url: str, settings: Settings) -> bool:
    try:
        return _final(archive, url, settings).status.startswith("2")
    except PageError:
        return False


def fetch_one(
    url: str, settings: Settings, *, now: Callable[[], str], transport: "httpx.AsyncBaseTransport | None" = None
) -> Capture:
    """Fetch a page without archiving it. Raises PageError."""
    from harvester.fetch import fetch_pages

    async def first() -> Capture:
        async with aclosing(fetch_pages([url], settings.fetch, now=now, transport=transport)) as pages:
            page = await anext(pages)
        if page.reason is not None:
            raise PageError(page.reason, page.detail)
        return page.captures[-1]

    return asyncio.run(first())


def failure(seed: Seed, error: PageError) -> Failure:
    """The row for a seed that gives no record; it names the index without its folder, which is the caller's."""
    return Failure(seed.id, seed.name, error.reason, error.detail, Path(seed.file).name, seed.line)
