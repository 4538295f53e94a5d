"""What everything that captures in one run shares: the archive, the frontier and the budget, with others kept out."""

import signal
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from importlib.metadata import version as library_version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from harvester.archive import Archive, hold
from harvester.frontier import Frontier
from harvester.settings import Settings
from harvester.tombstones import Tombstones, read_tombstones
from harvester.types import Frozen

if TYPE_CHECKING:
    import httpx

    from harvester.fetch import Budget, HostProgress

_Result = TypeVar("_Result")
SOFTWARE = f"harvester/{library_version('harvester')}"
"""What made an archive, as its files state it."""


def clock() -> str:
    """Now, as `YYYY-MM-DDTHH:MM:SSZ`: read by what a user runs, and handed on."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


class Progress(Protocol):
    """Told how far a stage is: its name, pages done, pages in all, and of fetching how far the page's host is."""

    def __call__(self, stage: str, done: int, total: int, host: "HostProgress | None" = None) -> None: ...


def silent(stage: str, done: int, total: int, host: "HostProgress | None" = None) -> None:
    """The progress that nobody looks at."""


EVERY = 250
"""Rows after which a stage reports that is through with a row too soon to report each."""


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
    tombstones: Tombstones
    """Pages that are not fetched, looked at or packed."""


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
        yield Run(
            archive, frontier, budget, settings, now, report, transport, list(archive.repairs), read_tombstones(corpus)
        )
        if not budget.used_up:
            frontier.end_round()


def warcinfo(settings: Settings, software: str) -> dict[str, str]:
    """What each WARC file says about who made it, and how."""
    return {
        "software": software,
        "operator": settings.fetch.user_agent,  # in which the contact stands
        "robots": "obey" if settings.fetch.robots else "ignore",
    }


def finish(work: Coroutine[Any, Any, _Result]) -> _Result:
    """`asyncio.run`, in which SIGTERM cancels the work, as Ctrl-C does, before the program's own handler is asked to end it.

    An exit raised by a handler inside a task would be reported as an exception that nobody fetched.
    """
    import asyncio

    handler, told = signal.getsignal(signal.SIGTERM), False
    if not callable(handler) or threading.current_thread() is not threading.main_thread():
        return asyncio.run(work)

    async def stoppable() -> _Result:
        task = asyncio.current_task()

        def stop() -> None:
            nonlocal told
            told = True
            if task is not None:
                task.cancel()

        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop)
        return await work

    try:
        return asyncio.run(stoppable())
    finally:
        signal.signal(signal.SIGTERM, handler)
        if told:
            handler(signal.SIGTERM, None)
