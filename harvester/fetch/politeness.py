"""When a host may be asked: one request at a time, a pause after each, and not at all once it has failed too often."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from harvester.errors import PageError
from harvester.fetch.retry import LONGEST_WAIT, later, retry_after
from harvester.settings import FetchSettings
from harvester.types import Capture, Frozen

FAILURES = 5
"""Failed requests in a row after which a host is left alone until the next run."""
_HOST_FAULTS = ("connection", "dns", "protocol-error", "timeout", "tls")


class Places:
    """How many pages may be under way, or have come and wait to be taken, at once.

    A request that takes long lends its place to another host's page and waits for one when it is through, so that hosts
    which hang hold up nobody else.
    """

    LENT_AFTER = 2.0
    """Seconds; most answers come sooner."""
    HOSTS = 8
    """Hosts under way at once, at most, for each place: hanging ones among them."""

    def __init__(self, number: int) -> None:
        self._free = asyncio.Semaphore(number)

    async def take(self) -> None:
        """Wait for a place; the pages that wait get theirs in order."""
        await self._free.acquire()

    def give_back(self) -> None:
        """Let the next page have the place."""
        self._free.release()

    @asynccontextmanager
    async def lending(self, slow: bool) -> AsyncIterator[Callable[[], None]]:
        """Gives what is to be called when the server is asked; the place is there again when the context is left.

        That of a server known to be `slow` is lent at once, also while the server is not yet to be asked.
        """
        timer: asyncio.TimerHandle | None = None
        lent = cancelled = False

        def lend() -> None:
            nonlocal lent
            lent = True
            self.give_back()

        def asking() -> None:
            nonlocal timer
            if not lent:
                timer = asyncio.get_running_loop().call_later(self.LENT_AFTER, lend)

        if slow:
            lend()
        try:
            yield asking
        except asyncio.CancelledError:  # all pages are given up, and nobody gives a place back
            cancelled = True
            raise
        finally:
            if timer is not None:
                timer.cancel()
            if lent and not cancelled:
                await self.take()


class HostProgress(Frozen, frozen=True):
    """How far a host is in this run."""

    host: str
    pages: int
    """In all; in `done` and `failed` those that are through."""
    done: int
    failed: int
    bytes: int
    """Of bodies on the wire."""
    pace: float
    """Seconds that a page takes, the pause included; 0 before the first."""


class Host:
    """What is known of a host in this run; changes with every answer. Times are those of the event loop's clock."""

    def __init__(self, name: str, delay: float, ago: float | None = None) -> None:
        self.name, self.delay = name, delay
        """The name, and the seconds to wait after each request; `ago`: since an earlier run asked for anything."""
        self.closed: PageError | None = None
        """Why it is asked nothing more."""
        self.not_before: str | None = None
        """The date until which it wants to be left alone, where that is longer than a run waits."""
        self.pages = self.started = self.done = self.failed = self.bytes = 0
        self._lock = asyncio.Lock()
        self._ended = -1e9 if ago is None else asyncio.get_running_loop().time() - ago
        self._held_off = 0.0
        self._failures = 0
        self._first: float | None = None

    @asynccontextmanager
    async def turn(self, budget: "Budget") -> AsyncIterator[None]:
        """Entered when a request may begin. Raises PageError where the host is closed, or the time used up, by then."""
        clock = asyncio.get_running_loop().time
        async with self._lock:
            while self.closed is None and (wait := max(self._ended + self.delay, self._held_off) - clock()) > 0:
                budget.check_time(wait)
                await asyncio.sleep(wait)
            budget.check_time()
            if self.closed:
                raise self.closed
            self._first = clock() if self._first is None else self._first
            try:
                yield
            finally:
                self._ended = clock()

    @property
    def slow(self) -> bool:
        """Whether the last request for a page failed, or it is to be left alone for longer than the pause."""
        return self._failures > 0 or self._held_off > asyncio.get_running_loop().time()

    async def hold_off(self, seconds: float) -> None:
        """Leave the host alone for so long, whoever wants to ask it; returns at once."""
        self._hold_off(seconds)

    def _hold_off(self, seconds: float) -> None:
        self._held_off = max(self._held_off, asyncio.get_running_loop().time() + seconds)

    def took(self, outcome: Capture | PageError, now: str, optional: bool = False) -> None:
        """Note what came of a request: a `Retry-After` holds it off; failures in a row, or a long one, close it.

        What came of an `optional` file says nothing of whether the host is up for pages.
        """
        if isinstance(outcome, Capture):
            self.bytes += len(outcome.body)
            asked = retry_after(outcome, now)
            self._hold_off(min(asked, LONGEST_WAIT))
            if asked > LONGEST_WAIT:
                self.leave_until(later(now, asked))
        if optional:
            return
        failing = outcome.reason in _HOST_FAULTS if isinstance(outcome, PageError) else (outcome.status or 0) >= 500
        self._failures = self._failures + 1 if failing else 0
        if self._failures >= FAILURES and self.closed is None:
            said = outcome.detail if isinstance(outcome, PageError) else f"the server answered {outcome.status}"
            self.closed = PageError("host-down", f"{FAILURES} failures in a row, the last: {said}")

    def leave_until(self, date: str) -> None:
        """Close the host because it asked to be left alone until then."""
        self.not_before = date
        self.closed = PageError("retry-after", f"the host asked to be left alone until {date}")

    def progress(self) -> HostProgress:
        """A picture of now."""
        through = self.done + self.failed
        spent = asyncio.get_running_loop().time() - self._first if self._first is not None else 0.0
        return HostProgress(
            self.name, self.pages, self.done, self.failed, self.bytes, spent / through if through else 0.0
        )


class Budget:
    """What a run may spend on all hosts together, and has spent; each host keeps its own part."""

    def __init__(self, settings: FetchSettings) -> None:
        self._settings = settings
        self._began: float | None = None
        self.pages = self.bytes = 0
        self.used_up = False
        """Whether a page was refused for it."""

    def check_time(self, ahead: float = 0.0) -> None:
        """Raise PageError `budget` where the run's seconds are over, or will be after so many `ahead`."""
        limit, clock = self._settings.run_seconds, asyncio.get_running_loop().time()
        self._began = clock if self._began is None else self._began
        if limit and clock + ahead - self._began >= limit:
            raise self._refusal(f"{limit:g} seconds of this run (fetch.run_seconds)")

    def check(self, host: Host) -> None:
        """Raise PageError `budget` where the run or the host may not ask for a further page."""
        self.check_time()
        limits = self._settings
        for used, limit, what in (
            (self.pages, limits.run_pages, "pages of this run (fetch.run_pages)"),
            (self.bytes, limits.run_bytes, "bytes of this run (fetch.run_bytes)"),
            (host.started, limits.host_pages, "pages of this host (fetch.host_pages)"),
            (host.bytes, limits.host_bytes, "bytes of this host (fetch.host_bytes)"),
        ):
            if limit and used >= limit:
                raise self._refusal(f"{limit} {what}")

    def spend(self, host: Host) -> None:
        """Count a page that is now asked for. Raises PageError `budget` as `check` does."""
        self.check(host)
        self.pages += 1
        host.started += 1

    def _refusal(self, limit: str) -> PageError:
        self.used_up = True
        return PageError("budget", f"the {limit} are used up")
