"""Many pages: hosts are asked side by side, each in turn; robots.txt is read before, redirects are followed."""

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence

import httpx
import msgspec

from harvester.errors import PageError
from harvester.fetch.client import PAGE, Wanted, address, host_of, next_hop, request
from harvester.fetch.guard import GuardedTransport
from harvester.fetch.opt_out_files import AI, TDMREP, WISHES, SiteWishes, read_wishes
from harvester.fetch.politeness import Budget, Host, HostProgress, Places
from harvester.fetch.retry import later, seconds_between, with_retries
from harvester.fetch.robots import CACHED, REDIRECTS, ROBOTS, Robots, agent_token, read_robots, robots_url
from harvester.settings import FetchSettings
from harvester.types import Capture, Frozen, Header


class Fetched(Frozen, frozen=True):
    """What came of one address."""

    url: str
    """The address as it was asked for."""
    captures: tuple[Capture, ...] = ()
    """Every redirect (its body not read), then the answer, whatever its status; on a failure those before it."""
    reason: str | None = None
    """One of `types.REASONS` where the network, the guard, robots.txt or a budget failed the page."""
    detail: str = ""
    robots: tuple[Capture, ...] = ()
    """What came of asking for robots.txt, tdmrep.json and ai.txt, where this page was the first that needed them."""
    tries: int = 0
    """Requests for pages that were sent, redirects and further tries among them."""
    not_before: str | None = None
    """The date until which its host wants to be left alone."""
    host: HostProgress | None = None
    """How far its host is now."""


class Known(Frozen, frozen=True):
    """What earlier runs leave to this one."""

    site_file: Callable[[str], Capture | None] = lambda url: None
    """The answer that is held of a robots.txt, tdmrep.json or ai.txt, not a redirect, with its date."""
    conditions: Callable[[str, str | None], Sequence[Header]] = lambda url, opt_out: ()
    """A page's address and its `Capture.opt_out` of now to fields that make the request conditional (RFC 9110 13)."""
    put_off: Mapping[str, str] = {}
    """Host to the date until which it wants to be left alone."""
    asked: Mapping[str, str] = {}
    """Host to the date at which it was last asked for anything."""
    refuse: Callable[[str], None] = lambda url: None
    """Raises PageError for an address that must not be asked for, whatever leads there."""


async def fetch_pages(
    urls: Sequence[str],
    settings: FetchSettings,
    *,
    now: Callable[[], str],
    transport: httpx.AsyncBaseTransport | None = None,
    chance: Callable[[], float] = random.random,
    known: Known = Known(),  # noqa: B008 -- frozen
    wanted: Wanted = PAGE,
    budget: Budget | None = None,
) -> AsyncGenerator[Fetched, None]:
    """Fetch each address once and yield what came of it, in the order of arrival.

    `now` gives the date of a capture, `YYYY-MM-DDTHH:MM:SSZ`, and `chance` numbers from 0 up to 1 for the waits
    between tries. A `transport` is used as it is, without the guard; `budget` goes on being spent. A slow consumer slows
    the fetching down: `settings.hosts` pages are under way or wait to be taken at a time, and those that come slowly.
    """
    if transport is None:
        transport = GuardedTransport(httpx.create_ssl_context(trust_env=False), allow_private=settings.allow_private)
    places = Places(settings.hosts)
    run = _Run(settings, now, transport, chance, known, wanted, budget or Budget(settings), places)
    hosts = defaultdict[str, list[str]](list)
    for url in urls:
        hosts[host_of(url)].append(url)
    waiting = iter(hosts.items())
    results = asyncio.Queue[Fetched | None]()

    async def work() -> None:
        for name, pages in waiting:
            run.host(name).pages = len(pages)
            for url in pages:
                await places.take()
                results.put_nowait(await run.page(url, run.host(name)))

    async def work_all() -> None:
        async with asyncio.TaskGroup() as workers:
            for _ in range(min(settings.hosts * Places.HOSTS, len(hosts))):
                workers.create_task(work())

    running = asyncio.create_task(work_all())
    running.add_done_callback(lambda _: results.put_nowait(None))
    try:
        while (fetched := await results.get()) is not None:
            yield fetched
            places.give_back()
        await running  # where a bug in a worker comes out
    finally:
        running.cancel()
        await asyncio.wait([running])


class _Origin:
    """The rules and wishes of one origin, read when first needed and again when they are a day old."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.rules, self.rules_expire = Robots(), ""
        self.wishes, self.wishes_expire = SiteWishes(), ""


class _Page:
    """A page under way."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds
        """Seconds that servers may still take; those spent waiting for a turn do not count."""
        self.captures: list[Capture] = []
        self.robots: list[Capture] = []
        self.tries = 0


class _Run:
    """What the workers share."""

    def __init__(
        self,
        settings: FetchSettings,
        now: Callable[[], str],
        transport: httpx.AsyncBaseTransport,
        chance: Callable[[], float],
        known: Known,
        wanted: Wanted,
        budget: Budget,
        places: Places,
    ) -> None:
        self._places = places
        self._settings, self._now, self._transport, self._chance = settings, now, transport, chance
        self._known, self._wanted, self._budget = known, wanted, budget
        self._agent = agent_token(settings.user_agent)
        self._hosts = dict[str, Host]()
        self._origins = defaultdict[str, _Origin](_Origin)

    def host(self, name: str) -> Host:
        """The host of that name, as this run knows it."""
        if name not in self._hosts:
            asked = self._known.asked.get(name)
            # A date says the second alone, so that the request may have ended almost one later.
            # A date that is yet to come was written by a clock that was wrong, then or now.
            ago = None if asked is None else max(seconds_between(asked, self._now()), 0.0) - 1
            self._hosts[name] = host = Host(name, self._settings.delay, ago)
            if (until := self._known.put_off.get(name, "")) > self._now():
                host.leave_until(until)
        return self._hosts[name]

    async def page(self, url: str, listed: Host) -> Fetched:
        """All of one page; `listed` is the host that its address names, which a redirect may leave."""
        page, error = _Page(self._settings.total_timeout), None
        try:
            await self._follow(url, page, listed)
        except PageError as raised:
            error = raised
        if error or (page.captures[-1].status or 0) >= 400:
            listed.failed += 1
        else:
            listed.done += 1
        return Fetched(
            url=url,
            captures=tuple(page.captures),
            reason=error.reason if error else None,
            detail=error.detail if error else "",
            robots=tuple(page.robots),
            tries=page.tries,
            not_before=listed.not_before,
            host=listed.progress(),
        )

    async def _follow(self, url: str, page: _Page, listed: Host) -> None:
        settings = self._settings
        following: str | None = _first(url)
        while following is not None:
            self._known.refuse(following)
            host = self.host(host_of(following))
            if host.closed:
                raise host.closed
            self._budget.check(listed)
            said = "ignored"
            if settings.robots:
                rules = await self._rules(following, page)
                rules.check(following)
                said = rules.said
            # Asked for before the page: none is kept without them because time or patience ended in between.
            opt_out = (await self._wishes(following, page)).of(following) if settings.opt_out_files else None
            conditions: Sequence[Header] = ()
            if not page.captures:
                self._budget.spend(listed)
                conditions = self._known.conditions(url, opt_out)
            answer = await self._ask(following, page, self._wanted, conditions)
            capture = msgspec.structs.replace(answer, robots=said, opt_out=opt_out)
            page.captures.append(capture)
            if capture.status == 304 and not conditions:
                raise PageError("protocol-error", "status 304 though the request had no conditions")
            following = next_hop(capture)
            if following is not None and len(page.captures) > settings.redirects:
                raise PageError("redirect", f"more than {settings.redirects} redirects")
            if any(following == passed.uri for passed in page.captures):
                raise PageError("redirect", "the redirects go round in a circle")

    async def _ask(self, url: str, page: _Page, wanted: Wanted, conditions: Sequence[Header] = ()) -> Capture:
        """An answer, after as many tries as it takes and the settings allow. Raises PageError."""
        host, clock, spent = self.host(host_of(url)), asyncio.get_running_loop().time, 0.0

        async def once() -> Capture:
            nonlocal spent
            async with self._places.lending(host.slow) as asking, host.turn(self._budget):
                asking()
                page.tries += wanted not in (ROBOTS, WISHES)
                began = clock()
                try:
                    capture = await request(
                        url,
                        self._settings,
                        now=self._now,
                        transport=self._transport,
                        seconds=page.left,
                        wanted=wanted,
                        conditions=conditions,
                    )
                except PageError as error:
                    host.took(error, self._now(), optional=wanted is WISHES)
                    raise
                spent = clock() - began
                self._budget.bytes += len(capture.body)
                host.took(capture, self._now(), optional=wanted is WISHES)
                return capture

        capture = await with_retries(
            once,
            self._settings,
            chance=self._chance,
            hold_off=host.hold_off,
            given_up=lambda: host.closed is not None,
        )
        page.left -= spent
        return capture

    async def _rules(self, url: str, page: _Page) -> Robots:
        """The rules of an address' origin; what had to be asked for them is in `page.robots`."""
        place = robots_url(url)
        origin = self._origins[place]
        async with origin.lock:
            if origin.rules_expire <= self._now():
                answer = await self._file(place, page, ROBOTS)
                origin.rules = read_robots(answer, self._agent)
                origin.rules_expire = self._expires(answer)
                host = self.host(host_of(url))
                host.delay = max(host.delay, origin.rules.delay)
        return origin.rules

    async def _wishes(self, url: str, page: _Page) -> SiteWishes:
        """What the files of an address' origin say against mining."""
        place = robots_url(url)
        origin = self._origins[place]
        async with origin.lock:
            if origin.wishes_expire <= self._now():
                root = place.removesuffix("/robots.txt")
                tdmrep, ai = [await self._file(root + path, page, WISHES) for path in (TDMREP, AI)]
                origin.wishes = read_wishes(tdmrep, ai, self._agent)
                origin.wishes_expire = min(map(self._expires, (tdmrep, ai)))
        return origin.wishes

    def _expires(self, answer: Capture | PageError) -> str:
        return later(answer.fetched_at if isinstance(answer, Capture) else self._now(), CACHED)

    async def _file(self, place: str, page: _Page, wanted: Wanted) -> Capture | PageError:
        """A file of a whole site: the answer that is held, where it is not a day old, or else what comes of asking."""
        held = self._known.site_file(place)
        if held is not None and later(held.fetched_at, CACHED) > self._now():
            return held
        asked = _Page(self._settings.total_timeout)
        following: str | None = place
        try:
            for _ in range(REDIRECTS + 1):
                assert following is not None
                capture = await self._ask(following, asked, wanted)
                page.robots.append(capture)
                if (following := next_hop(capture)) is None:
                    return capture
        except PageError as error:
            return error
        return PageError("redirect", f"more than {REDIRECTS} redirects")


def _first(url: str) -> str:
    try:
        return address(url)
    except ValueError as error:
        raise PageError("connection", f"not an http or https address: {error}") from error
