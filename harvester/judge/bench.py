"""Bench files come in, the figures of every system go out.

The figures depend neither on the number of worker processes nor on their order; only `timing` differs from run to run.
"""

from collections import Counter, deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from harvester.judge.bench_file import read_pages
from harvester.judge.folds import Fitted, check_folds
from harvester.judge.intervals import Difference
from harvester.judge.sample import lowest, pool, ranks
from harvester.judge.summary import Summary, difference, summarise
from harvester.judge.systems import HARVESTER, check, versions
from harvester.judge.work import Outcome, Plan, judge_page, time_pages
from harvester.types import Frozen

if TYPE_CHECKING:
    from harvester.run import Progress

_TIMED = 100
"""Pages of a file that are timed, at most."""


class FileResult(Frozen):
    """What the systems reached on one bench file; mappings by system have harvester first."""

    file: str
    pages: int
    """Pages that were scored."""
    skipped: Mapping[str, int]
    """Pages left out, by reason: `empty-gold`, `gold-not-in-html`, `trained-weights`."""
    overall: Mapping[str, Summary]
    by_page_type: Mapping[str, Mapping[str, Summary]]
    """By type, then by system; `unknown` where the page states none; empty where no page does."""
    by_lang: Mapping[str, Mapping[str, Summary]]
    differences: Mapping[str, Difference]
    """harvester against each other system."""


class Timing(Frozen):
    """CPU time on pages of one file, a system: the median over pages of its ratio to harvester's."""

    file: str
    pages: int
    ratios: Mapping[str, float]


class BenchResult(Frozen):
    """The figures, and beside them how fast the systems were on this machine."""

    versions: Mapping[str, str]
    """Of the libraries that were compared."""
    flattener: str | None
    files: tuple[FileResult, ...]
    timing: tuple[Timing, ...]


def bench(
    files: Sequence[Path],
    *,
    vs: Sequence[str] = ("trafilatura",),
    workers: int = 1,
    sample: int | None = None,
    flattener: str | None = None,
    fitted: Fitted | None = None,
    progress: "Progress | None" = None,
) -> BenchResult:
    """Score harvester and the systems `vs` on the pages of bench files.

    `sample` takes so many pages of each file, those whose ids have the lowest digests; `flattener` names what
    turns every page into flat text first. Raises InputError for a file, a line, a system or a fold that must be
    mended, before any page is run.
    """
    vs = tuple(name for name in dict.fromkeys(vs) if name != HARVESTER)
    fitted = fitted or Fitted()
    check(vs, flattener)
    plan = Plan((HARVESTER, *vs), flattener, fitted)
    check_folds(fitted, plan.model)
    ranked = {path: ranks(path) for path in files}
    report = progress or (lambda stage, done, total: None)
    results, timings = [], []
    with pool(workers) as processes:
        for path, rank in ranked.items():
            chosen = lowest(rank, range(len(rank)), sample)
            outcomes = {}
            for position, outcome in _outcomes(processes, path, chosen, plan, ahead=4 * workers):
                outcomes[position] = outcome
                report(path.name, len(outcomes), len(chosen))
            results.append(_file_result(path, list(outcomes.values()), plan))
            timed = lowest(rank, [i for i, outcome in outcomes.items() if outcome.scores], _TIMED)
            timings.append(Timing(str(path), len(timed), processes.submit(time_pages, path, timed, plan).result()))
    return BenchResult(
        versions([*plan.systems, *([flattener] if flattener else [])]), flattener, tuple(results), tuple(timings)
    )


def _outcomes(
    processes: ProcessPoolExecutor, path: Path, chosen: Collection[int], plan: Plan, *, ahead: int
) -> Iterator[tuple[int, Outcome]]:
    """The outcome of each chosen page in the file's order; at most `ahead` pages are held in memory."""
    pending: deque[tuple[int, Future[Outcome]]] = deque()
    for position, page in enumerate(read_pages(path)):
        if position in chosen:
            pending.append((position, processes.submit(judge_page, page, plan)))
        if len(pending) >= ahead:
            done, future = pending.popleft()
            yield done, future.result()
    for done, future in pending:
        yield done, future.result()


def _file_result(path: Path, outcomes: Sequence[Outcome], plan: Plan) -> FileResult:
    scored = [outcome for outcome in outcomes if outcome.scores]
    reasons = Counter(outcome.skipped for outcome in outcomes if outcome.skipped)
    return FileResult(
        file=str(path),
        pages=len(scored),
        skipped=dict(sorted(reasons.items())),
        overall=_by_system(scored, plan),
        by_page_type=_grouped(scored, plan, lambda outcome: outcome.page_type),
        by_lang=_grouped(scored, plan, lambda outcome: outcome.lang),
        differences={
            system: difference([o.scores[HARVESTER] for o in scored], [o.scores[system] for o in scored])
            for system in plan.systems[1:]
            if scored
        },
    )


def _by_system(scored: Sequence[Outcome], plan: Plan) -> Mapping[str, Summary]:
    return {system: summarise([o.scores[system] for o in scored]) for system in plan.systems if scored}


def _grouped(
    scored: Sequence[Outcome], plan: Plan, group: Callable[[Outcome], str | None]
) -> Mapping[str, Mapping[str, Summary]]:
    names = {group(outcome) or None for outcome in scored}
    if names <= {None}:
        return {}
    return {
        name or "unknown": _by_system([o for o in scored if (group(o) or None) == name], plan)
        for name in sorted(names, key=lambda name: (name is None, name or ""))
    }
