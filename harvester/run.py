"""What everything that captures in one run shares: the archive, the frontier and the budget, with others kept out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from harvester.archive import Archive, hold
from harvester.frontier import Frontier
from harvester.settings import Settings
from harvester.types import Frozen

if TYPE_CHECKING:
    import httpx

    from harvester.fetch import Budget, HostProgress


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
