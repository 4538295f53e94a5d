"""Seeds become Captures in the archive: local pages are loaded, and of the others those fetched that it lacks.

What came back lies in the archive before anything reads it; what did not come stands in the frontier.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from harvester.archive import Archive, Entry, hold
from harvester.errors import PageError, StorageError, http_error
from harvester.frontier import Frontier, PageState, RobotsState
from harvester.index import Listing, warc_captures
from harvester.settings import AGENT, Settings
from harvester.types import EPOCH, Capture, Failure, Frozen, Seed

if TYPE_CHECKING:
    import httpx

    from harvester.fetch import Budget, Fetched, HostProgress, Wanted

_SYNC_EVERY = 2_048  # pages; what the archive has not yet put into its index is held in memory
# Not asked in this run, so that a run which goes on with it must ask.
_PUT_OFF = ("budget", "host-down", "retry-after")


class Progress(Protocol):
    """Told how far a stage is: its name, pages done, pages in all, and of fetching how far the page's host is."""

    def __call__(self, stage: str, done: int, total: int, host: "HostProgress | None" = None) -> None: ...


class Run(Frozen, frozen=True):
    """What everything that captures in one run shares."""

    archive: Archive
    frontier: Frontier
    budget: "Budget"
    settings: Settings
    now: Callable[[], str]
    report: Progress
    transport: "httpx.AsyncBaseTransport | None"
    notices: list[str]
    """What the user should know: a line each."""


@contextmanager
def begin(
    corpus: Path,
    settings: Settings,
    *,
    now: Callable[[], str],
    software: str,
    report: Progress,
    transport: "httpx.AsyncBaseTransport | None",
) -> Iterator[Run]:
    """Open the archive and the frontier of a corpus for one run, with every other run kept out."""
    from harvester.fetch import Budget

    started = now()
    with (
        hold(corpus, now=started),
        Archive(corpus / "archive", now=started, name=corpus.name, info=warcinfo(settings, software)) as archive,
        Frontier(corpus) as frontier,
    ):
        budget = Budget(settings.fetch)
        yield Run(archive, frontier, budget, settings, now, report, transport, list(archive.repairs))
        if not budget.used_up:
            frontier.end_round()


def warcinfo(settings: Settings, software: str) -> dict[str, str]:
    """What each WARC file says about who made it, and how."""
    return {
        "software": software,
        "operator": settings.fetch.user_agent,  # in which the contact stands
        "robots": "obey" if settings.fetch.robots else "ignore",
    }


def capture_all(
    listing: Listing, run: Run, wanted: "Wanted | None" = None
) -> tuple[list[tuple[Seed, Entry]], list[Failure]]:
    """Where each seed's capture lies in the archive, and the seeds that have none.

    A page that could not be fetched again keeps the capture that the archive holds, and it is said. `wanted` says
    what answers are taken; pages by default.
    """
    found: list[tuple[Seed, Entry]] = []
    lost = list(listing.failures)
    local = [seed for seed in listing.seeds if seed.path is not None]
    for done, seed in enumerate(local, 1):
        try:
            found.append((seed, _archived_file(seed, listing, run)))
        except PageError as error:
            lost.append(failure(seed, error))
        run.report("load", done, len(local))
    packed = sum(seed.record is not None for seed in listing.seeds)
    for done, (seed, outcome) in enumerate(_archived_records(listing, run), 1):
        if isinstance(outcome, PageError):
            lost.append(failure(seed, outcome))
        else:
            found.append((seed, outcome))
        run.report("read", done, packed)
    remote = [seed for seed in listing.seeds if seed.path is None and seed.record is None]
    broken = _fetch([seed.uri for seed in remote], run, wanted) if remote else {}
    for seed in remote:
        trouble = broken.get(seed.uri)
        try:
            entry = final(run.archive, seed.uri, run.settings)
        except PageError as error:
            lost.append(failure(seed, trouble or error))
            continue
        if entry.status >= "4":  # an error page, archived as what came
            lost.append(failure(seed, trouble or http_error(int(entry.status))))
            continue
        found.append((seed, entry))
        if trouble:
            run.notices.append(f"{seed.uri}: not fetched again ({trouble}); the capture of {entry.fetched_at} stands")
    return found, lost


def _archived_file(seed: Seed, listing: Listing, run: Run) -> Entry:
    """Archive a local page, unless the archive holds these bytes under this date."""
    from harvester.fetch import load_file

    assert seed.path is not None
    capture = load_file(
        Path(listing.folder),
        seed.path,
        uri=seed.uri,
        captured=seed.captured or EPOCH,
        limit=run.settings.extract.max_page_bytes,
    )
    held = run.archive.find(capture.uri, sha256=capture.sha256, fetched_at=capture.fetched_at)
    return held or run.archive.add(capture)


def _archived_records(listing: Listing, run: Run) -> Iterator[tuple[Seed, Entry | PageError]]:
    """Archive the pages that lie in WARC files, unless the archive holds these bytes under this date."""
    waiting = {seed.id: seed for seed in listing.seeds if seed.record is not None}
    limit = run.settings.extract.max_page_bytes
    for seed, capture in warc_captures(list(waiting.values()), map(Path, listing.warcs)):
        del waiting[seed.id]
        try:
            if len(capture.body) > limit:
                raise PageError("too-large", f"more than {limit} bytes")
            held = run.archive.find(capture.uri, sha256=capture.sha256, fetched_at=capture.fetched_at)
            yield seed, held or run.archive.add(capture)
        except PageError as error:
            yield seed, error
    for seed in waiting.values():
        yield seed, PageError("unreadable", "the file changed while it was read")


def _fetch(urls: Sequence[str], run: Run, wanted: "Wanted | None") -> Mapping[str, PageError]:
    """Fetch what the mode wants of the pages; the errors of those that did not come whole, by URL."""
    from harvester.fetch import host_of

    mode = run.settings.fetch.mode
    if mode == "offline":
        return {}
    missing = urls if mode == "refresh" else [url for url in urls if not _held(run.archive, url, run.settings)]
    if not missing:
        return {}
    asked_for = set(missing)
    run.frontier.expect({url: host_of(url) for url in urls}, (url for url in urls if url not in asked_for))
    through = run.frontier.gone_through(mode, run.now())
    broken = {url: error for url in missing if (error := through.get(url)) is not None}
    left = [url for url in missing if url not in through]
    if left:
        if run.settings.fetch.user_agent == AGENT and (hint := _HINT) not in run.notices:
            run.notices.append(hint)
        try:
            broken |= asyncio.run(_fetch_into(left, run, wanted))
        except ExceptionGroup as group:  # of the tasks that ask: what the archive cannot read is no bug of theirs
            damaged = group.subgroup(StorageError)
            raise damaged.exceptions[0] if damaged else group  # noqa: B904
    return broken


_HINT = (
    "nobody can reach you through the agent string: set one with your address, "
    "such as fetch.user_agent = 'my-corpus/1 (+https://example.org/contact)' in harvest.toml"
)


async def _fetch_into(urls: Sequence[str], run: Run, wanted: "Wanted | None") -> Mapping[str, PageError]:
    from harvester.fetch import PAGE, Fetched, Known, fetch_pages

    archive, frontier = run.archive, run.frontier
    robots_asked = frontier.robots_asked()
    known = Known(
        robots=lambda url: _held_robots(archive, url, run.settings, robots_asked.get(url, "")),
        conditions=lambda url: archive.validators(url) if run.settings.fetch.mode == "refresh" else (),
        put_off=frontier.put_off(run.now()),
        asked=frontier.asked(),
    )
    broken: dict[str, PageError] = {}
    arrived, handed, writing = list[Fetched](), 0, None
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
                if writing is None or writing.done() or len(arrived) >= run.settings.fetch.hosts:
                    if writing is not None:
                        await writing
                    writing = asyncio.create_task(asyncio.to_thread(_write, arrived, run, broken, handed, len(urls)))
                    handed += len(arrived)
                    arrived = []
        finally:
            if writing is not None:
                await writing
            _write(arrived, run, broken, handed, len(urls))
    return broken


def _write(pages: "Sequence[Fetched]", run: Run, broken: dict[str, PageError], before: int, total: int) -> None:
    """Archive pages of `total` that came, behind the first `before`, and note in `broken` why others did not."""
    for done, page in enumerate(pages, before + 1):
        trouble = _trouble(page)
        if trouble is not None:
            broken[page.url] = trouble
        _archive(page, trouble, run)
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


def _held_robots(archive: Archive, url: str, settings: Settings, asked: str) -> Capture | None:
    """The answer that the archive holds of a robots.txt, with the date it was last `asked` for; none that passes."""
    try:
        entry = final(archive, url, settings)
    except PageError:
        return None
    if entry.status == "429" or entry.status >= "5":
        return None
    held = archive.read(entry)
    return msgspec.structs.replace(held, fetched_at=max(held.fetched_at, asked))


def final(archive: Archive, url: str, settings: Settings) -> Entry:
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
        return final(archive, url, settings).status.startswith("2")
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
