"""Politeness and memory when there is much to do: sixteen hosts on loopback, and a day on a clock that jumps."""

import asyncio
import itertools
import random
import selectors
import tracemalloc
from collections import defaultdict
from contextlib import ExitStack

import httpx

from harvester.fetch import fetch_pages
from harvester.fetch.retry import later
from harvester.settings import FetchSettings
from tests.fetch.loopback import DATE, OPEN, Site, answer, fetch


def test_the_pause_holds_for_sixteen_hosts_of_fifty_pages() -> None:
    delay = 0.06
    pages = {f"/{n}": answer(b"<p>Hello.</p>" * 1_000) for n in range(50)} | {"/robots.txt": answer(b"")}
    with ExitStack() as stack:
        sites = [stack.enter_context(Site(pages, host=f"127.0.0.{n}")) for n in range(1, 17)]
        urls = [f"{site.root}/{n}" for n in range(50) for site in sites]
        found = fetch(*urls, delay=delay, robots=True)
    assert [page.reason for page in found] == [None] * 800
    for site in sites:
        assert sorted(site.targets) == sorted(pages)
        gaps = [later.came - earlier.came for earlier, later in itertools.pairwise(site.requests)]
        assert min(gaps) >= delay


class Jumping(asyncio.SelectorEventLoop):
    """An event loop whose clock jumps to the next thing due when nothing else is left to do."""

    def __init__(self) -> None:
        loop, self.seconds = self, 0.0

        class Selector(selectors.DefaultSelector):  # type: ignore[valid-type, misc]
            def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
                found = super().select(0)
                if not found and timeout:
                    loop.seconds += timeout
                return found

        super().__init__(Selector())

    def time(self) -> float:
        return self.seconds


def test_for_a_day_no_host_is_asked_too_soon_whatever_it_answers() -> None:
    delay, loop = 240.0, Jumping()
    chance = random.Random(5)
    spans = defaultdict[str, list[tuple[float, float]]](list)
    wishes = dict[str, float]()

    async def serve(request: httpx.Request) -> httpx.Response:
        host, began = request.url.host, loop.time()
        assert began >= wishes.get(host, 0.0), "asked before the time that it had named"
        await asyncio.sleep(chance.random())
        spans[host].append((began, loop.time()))
        if request.url.path == "/robots.txt":
            return httpx.Response(200, stream=httpx.ByteStream(b"User-agent: *\nCrawl-delay: 20"))
        if chance.random() < 0.1:
            wait = chance.choice([1, 250, 300])
            wishes[host] = loop.time() + wait
            headers = {"Retry-After": str(wait)}
            return httpx.Response(429, headers=headers, stream=httpx.ByteStream(b""))
        return httpx.Response(200, stream=httpx.ByteStream(b"ok"))

    async def collect() -> int:
        settings = FetchSettings(**OPEN | {"delay": delay, "robots": True, "retries": 2})  # type: ignore[arg-type]
        urls = [f"http://host{n % 12}.example/{n}" for n in range(12 * 360)]
        pages = fetch_pages(
            urls,
            settings,
            now=lambda: later(DATE, loop.time()),
            transport=httpx.MockTransport(serve),
            chance=chance.random,
        )
        return len([page async for page in pages])

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        assert runner.run(collect()) == 12 * 360
    assert loop.seconds > 86_400
    for asked in spans.values():
        assert min(later[0] - earlier[1] for earlier, later in itertools.pairwise(asked)) >= delay - 1e-6  # of rounding


def test_memory_does_not_grow_with_the_number_of_pages() -> None:
    body = b"<p>Hello.</p>" * 2_000

    def serve(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=httpx.ByteStream(body))

    async def grown(pages: int) -> int:
        urls = [f"http://host{n % 16}.example/{n}" for n in range(pages)]
        sizes = list[int]()
        settings = FetchSettings(**OPEN)  # type: ignore[arg-type]
        transport = httpx.MockTransport(serve)
        async for _ in fetch_pages(urls, settings, now=lambda: DATE, transport=transport):
            sizes.append(tracemalloc.get_traced_memory()[0])
        return sizes[-1] - sizes[pages // 10]

    tracemalloc.start()
    try:
        assert asyncio.run(grown(2_000)) < 1_000_000
    finally:
        tracemalloc.stop()
