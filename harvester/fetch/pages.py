"""Many pages: which host is asked when, and results handed over as they come.

A host gets one request at a time and a pause after each; hosts are asked side by side.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import httpx

from harvester.fetch.client import PAGE, Fetched, Wanted, fetch_page, host_of
from harvester.fetch.guard import GuardedTransport
from harvester.settings import FetchSettings


async def fetch_pages(
    urls: Sequence[str],
    settings: FetchSettings,
    *,
    now: Callable[[], str],
    transport: httpx.AsyncBaseTransport | None = None,
    wanted: Wanted = PAGE,
) -> AsyncGenerator[Fetched, None]:
    """Fetch each address once and yield what came of it, in the order of arrival.

    `now` gives the date of a capture, `YYYY-MM-DDTHH:MM:SSZ`. A `transport` is used as it is, without the
    guard. At most `settings.hosts` pages are in memory at a time: a slow consumer slows the fetching down.
    """
    if transport is None:
        transport = GuardedTransport(httpx.create_ssl_context(trust_env=False), allow_private=settings.allow_private)
    turns = _Turns(settings.delay)
    hosts = defaultdict[str, list[str]](list)
    for url in urls:
        hosts[host_of(url)].append(url)
    waiting = iter(hosts.values())
    results = asyncio.Queue[Fetched | None]()
    room = asyncio.Semaphore(settings.hosts)

    async def work() -> None:
        for pages in waiting:
            for url in pages:
                await room.acquire()
                page = fetch_page(url, settings, now=now, transport=transport, turn=turns.turn, wanted=wanted)
                results.put_nowait(await page)

    async def run() -> None:
        async with asyncio.TaskGroup() as workers:
            for _ in range(min(settings.hosts, len(hosts))):
                workers.create_task(work())

    running = asyncio.create_task(run())
    running.add_done_callback(lambda _: results.put_nowait(None))
    try:
        while (fetched := await results.get()) is not None:
            yield fetched
            room.release()
        await running  # where a bug in a worker comes out
    finally:
        running.cancel()
        await asyncio.wait([running])


class _Turns:
    """Keeps requests to a host apart: `delay` seconds from the end of one to the start of the next."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._locks = defaultdict[str, asyncio.Lock](asyncio.Lock)
        self._free = dict[str, float]()

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        clock = asyncio.get_running_loop().time
        async with self._locks[host]:
            await asyncio.sleep(self._free.get(host, 0.0) - clock())
            try:
                yield
            finally:
                self._free[host] = clock() + self._delay
