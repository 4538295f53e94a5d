"""Pages are fetched into the archive, as the mode says. What came lies there before anything reads it; what did not
come stands in the frontier."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING

import msgspec

from harvester.archive import Archive, Entry
from harvester.errors import PageError, StorageError, http_error
from harvester.frontier import PageState, RobotsState
from harvester.run import Run, finish
from harvester.settings import AGENT, Settings
from harvester.tombstones import Tombstones
from harvester.types import Capture

if TYPE_CHECKING:
    import httpx

    from harvester.fetch import Fetched, Wanted

_SYNC_EVERY = 2_048  # pages; what the archive has not yet put into its index is held in memory
# Not asked in this run, so that a run which goes on with it must ask.
_PUT_OFF = ("budget", "host-down", "retry-after")


def fetch_into(urls: Sequence[str], run: Run, wanted: "Wanted | None") -> Mapping[str, PageError]:
    """Fetch what the mode wants of the pages; the errors of those that did not come whole, by URL."""
    mode = run.settings.fetch.mode
    if mode == "offline":  # what is known of the others, so that a build without the network says the same
        failed = run.frontier.failed()
        return {url: failed[url] for url in urls if url in failed and not _held(run.archive, url, run.settings)}
    missing = urls if mode == "refresh" else [url for url in urls if not _held(run.archive, url, run.settings)]
    if not missing:
        return {}
    from harvester.fetch import host_of

    asked_for = set(missing)
    run.frontier.expect({url: host_of(url) for url in urls}, (url for url in urls if url not in asked_for))
    through = run.frontier.gone_through(mode, run.now())
    broken = {url: error for url in missing if (error := through.get(url)) is not None}
    # What the state says came, and the archive lacks all the same, is asked for again: the archive decides.
    left = [url for url in missing if url not in through or (mode == "missing" and through[url] is None)]
    if left:
        if run.settings.fetch.user_agent == AGENT and (hint := _HINT) not in run.notices:
            run.notices.append(hint)
        try:
            broken |= finish(_fetch_all(left, run, wanted))
        except ExceptionGroup as group:  # of the tasks that ask: what the archive cannot read is no bug of theirs
            damaged = group.subgroup(StorageError)
            raise damaged.exceptions[0] if damaged else group  # noqa: B904
    return broken


_HINT = (
    "nobody can reach you through the agent string: set one with your address, "
    "such as fetch.user_agent = 'my-corpus/1 (+https://example.org/contact)' in harvest.toml"
)


async def _fetch_all(urls: Sequence[str], run: Run, wanted: "Wanted | None") -> Mapping[str, PageError]:
    import asyncio

    from harvester.fetch import PAGE, Fetched, Known, fetch_pages

    archive, frontier, mode = run.archive, run.frontier, run.settings.fetch.mode
    known = Known(
        site_file=lambda url: _held_file(archive, url, run.settings),
        conditions=lambda url, opt_out: archive.validators(url, opt_out) if mode == "refresh" else (),
        put_off=frontier.put_off(run.now()),
        asked=frontier.asked(),
        refuse=run.tombstones.check,
    )
    broken: dict[str, PageError] = {}
    arrived, handed = list[Fetched](), 0
    writing: asyncio.Task[None] | None = None

    async def write() -> None:
        nonlocal arrived, handed
        while arrived:
            pages, before, arrived = arrived, handed, []
            handed += len(pages)
            await asyncio.to_thread(_write, pages, run, broken, before, len(urls))

    pages = fetch_pages(
        urls,
        run.settings.fetch,
        now=run.now,
        transport=run.transport,
        known=known,
        wanted=wanted or PAGE,
        budget=run.budget,
    )
    # Compressing and writing go on in a thread while the next pages come; at most as many wait as are under way.
    async with aclosing(pages):
        try:
            async for page in pages:
                arrived.append(page)
                if writing is None or writing.done():
                    if writing is not None:
                        await writing
                    writing = asyncio.create_task(write())
                elif len(arrived) >= run.settings.fetch.hosts:
                    await asyncio.shield(writing)  # whoever stops the run waits for it below
        finally:
            if writing is not None:
                await writing
            _write(arrived, run, broken, handed, len(urls))
    return broken


def _write(pages: "Sequence[Fetched]", run: Run, broken: dict[str, PageError], before: int, total: int) -> None:
    """Archive pages of `total` that came, behind the first `before`, and note in `broken` why others did not."""
    troubles = [_trouble(page) for page in pages]
    for page, trouble in zip(pages, troubles, strict=True):
        _archive(page, trouble, run)
    run.archive.flush()  # before the frontier knows of them: a power cut may keep what was written later
    for done, (page, trouble) in enumerate(zip(pages, troubles, strict=True), before + 1):
        if trouble is not None:
            broken[page.url] = trouble
        _note(page, trouble, run)
        if done % _SYNC_EVERY == 0:
            run.archive.sync()
        run.report("fetch", done, total, page.host)


def _archive(page: "Fetched", trouble: PageError | None, run: Run) -> None:
    archive = run.archive
    for capture in page.robots:  # each time anew: the date is what shows that the rules were asked for
        archive.add(capture)
    if trouble is None or not _held(archive, page.url, run.settings):
        for capture in page.captures:
            if capture.status != 304 or trouble is None:  # one that nobody asked for says nothing
                archive.add(capture)


def _note(page: "Fetched", trouble: PageError | None, run: Run) -> None:
    from harvester.fetch import host_of

    if trouble is not None and trouble.reason == "budget":
        return  # it waits as before
    host, now = host_of(page.url), run.now()
    asked = {host_of(capture.uri) for capture in (*page.captures, *page.robots)} | ({host} if page.tries else set())
    robots = [
        RobotsState(capture.uri, host_of(capture.uri), str(capture.status))
        for capture in page.robots
        if capture.uri.endswith("/robots.txt")
    ]
    put_off = trouble is not None and trouble.reason in _PUT_OFF
    run.frontier.record(
        PageState(page.url, host, now, page.tries, trouble, page.not_before),
        None if put_off else run.settings.fetch.mode,
        sorted(asked),
        robots,
    )


def _trouble(page: "Fetched") -> PageError | None:
    """Why a page did not come whole; None where it did."""
    if page.reason is not None:
        return PageError(page.reason, page.detail)
    status = page.captures[-1].status or 0
    return http_error(status) if status >= 400 else None


def _held_file(archive: Archive, url: str, settings: Settings) -> Capture | None:
    """The answer that the archive holds of a site's file, with the date it was last asked for; none that passes."""
    try:
        entry = final(archive, url, settings)
    except PageError:
        return None
    if entry.status == "429" or entry.status >= "5":
        return None
    # Each answer is archived, as a revisit where it was the same; the first hop is what was asked for.
    return msgspec.structs.replace(archive.read(entry), fetched_at=archive.history(url)[0].fetched_at)


def final(
    archive: Archive,
    url: str,
    settings: Settings,
    tombstones: Tombstones = Tombstones(),  # noqa: B008 -- frozen
    until: str | None = None,
) -> Entry:
    """The capture that a URL's redirects lead to; with `until`, led to then.

    Raises PageError where the archive does not hold it, or an address on the way has a tombstone.
    """
    for _ in range(settings.fetch.redirects + 1):
        tombstones.check(url)
        entry = archive.find(url, until=until)
        if entry is None:
            raise PageError("not-archived", "the archive holds no capture of this page")
        if not entry.status.startswith("3"):
            return entry
        from harvester.fetch import next_hop

        target = next_hop(archive.read(entry))
        if target is None:
            return entry
        url = target
    raise PageError("redirect", f"more than {settings.fetch.redirects} redirects")


def _held(archive: Archive, url: str, settings: Settings) -> bool:
    try:
        return final(archive, url, settings).status.startswith("2")
    except PageError:
        return False


def fetch_one(
    url: str, settings: Settings, *, now: Callable[[], str], transport: "httpx.AsyncBaseTransport | None" = None
) -> Capture:
    """Fetch a page without archiving it. Raises PageError."""
    answer = fetch_some([url], settings, now=now, transport=transport)[url]
    if isinstance(answer, PageError):
        raise answer
    return answer


def fetch_some(
    urls: Sequence[str],
    settings: Settings,
    *,
    now: Callable[[], str],
    transport: "httpx.AsyncBaseTransport | None" = None,
) -> Mapping[str, Capture | PageError]:
    """Fetch some pages without archiving them; what came of each, by URL. All are held in memory."""
    import asyncio

    from harvester.fetch import fetch_pages

    async def each() -> Mapping[str, Capture | PageError]:
        answers = dict[str, Capture | PageError]()
        async with aclosing(fetch_pages(urls, settings.fetch, now=now, transport=transport)) as pages:
            async for page in pages:
                answers[page.url] = PageError(page.reason, page.detail) if page.reason else page.captures[-1]
        return answers

    return asyncio.run(each())
