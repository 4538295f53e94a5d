"""What a worker process does: one page through every system, or some pages against the clock."""

import html
import logging
import re
import signal
import statistics
import time
import warnings
from collections.abc import Collection, Mapping
from pathlib import Path

from harvester.extraction import Weights
from harvester.extraction.language import language_of
from harvester.judge.bench_file import BenchPage, read_pages
from harvester.judge.flatten import flatten
from harvester.judge.folds import Fitted, Model, weights_for
from harvester.judge.scores import PageScore, score, tokens
from harvester.judge.systems import HARVESTER, harvest, other
from harvester.types import Frozen, path_uri

_IN_SOURCE = 0.05
"""Share of the gold's words that the source must hold; below it, the gold is of another page."""
_TAG = re.compile(r"<[^<>]*>")


class Plan(Frozen):
    """What is run on every page."""

    systems: tuple[str, ...]
    flattener: str | None
    fitted: Fitted

    @property
    def model(self) -> Model:
        """What harvester judges the pages by."""
        return "lines" if self.flattener else "blocks"


class Outcome(Frozen):
    """What became of a page: its scores by system, or why it was left out."""

    page_type: str | None
    lang: str | None
    scores: Mapping[str, PageScore]
    skipped: str | None = None
    """`empty-gold`, `gold-not-in-html` or `trained-weights`."""


class _Input(Frozen):
    """What the systems are given of a page."""

    source: str
    html: bool
    url: str
    language: str
    weights: Weights


def quiet() -> None:
    """Set up a worker: libraries keep their logs to themselves, and Ctrl-C is the parent's to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")


def judge_page(page: BenchPage, plan: Plan) -> Outcome:
    """Run every system on a page and score it."""
    weights = weights_for(page.sha256, plan.fitted, plan.model)
    wanted = tokens(page.gold)
    skipped = None
    if not wanted:
        skipped = "empty-gold"
    elif weights is None:
        skipped = "trained-weights"
    elif not _stands_in(wanted, page.html):
        skipped = "gold-not-in-html"
    if skipped or weights is None:
        return Outcome(page.page_type, page.lang, {}, skipped)
    given = _input(page, weights, plan)
    return Outcome(page.page_type, page.lang, {system: _score(_text(system, given), page) for system in plan.systems})


def time_pages(path: Path, positions: Collection[int], plan: Plan) -> Mapping[str, float]:
    """Median over pages of each system's CPU time, as a multiple of harvester's.

    Every system runs on a page before the next page comes, each time another one first.
    """
    ratios: dict[str, list[float]] = {system: [] for system in plan.systems}
    pages = [page for position, page in enumerate(read_pages(path)) if position in positions]
    for turn, page in enumerate(pages[:1] + pages):  # the first page twice: imports and tables are not timed
        weights = weights_for(page.sha256, plan.fitted, plan.model)
        assert weights is not None, "only pages that were scored are timed"
        given = _input(page, weights, plan)
        first = turn % len(plan.systems)
        seconds = {}
        for system in plan.systems[first:] + plan.systems[:first]:
            start = time.process_time()
            _text(system, given)
            seconds[system] = max(time.process_time() - start, 1e-9)
        if turn:
            for system, values in ratios.items():
                values.append(seconds[system] / seconds[HARVESTER])
    return {system: round(statistics.median(values), 3) for system, values in ratios.items() if values}


def _input(page: BenchPage, weights: Weights, plan: Plan) -> _Input:
    return _Input(
        source=flatten(page.html, plan.flattener) if plan.flattener else page.html,
        html=plan.flattener is None,
        url=page.url or path_uri(page.id),
        # of the gold: what a page says of itself is often wrong, and sets put countries into `lang`
        language=language_of(page.gold) or "en",
        weights=weights,
    )


def _text(system: str, given: _Input) -> str:
    if system == HARVESTER:
        return harvest(given.source, given.url, given.weights, html=given.html)
    return other(system, given.source, given.language)


def _score(text: str, page: BenchPage) -> PageScore:
    return score(text, page.gold, with_=page.with_ or (), without=page.without or (), comments=page.comments or "")


def _stands_in(wanted: list[str], source: str) -> bool:
    there = set(tokens(html.unescape(_TAG.sub(" ", source))))
    return sum(word in there for word in wanted) >= _IN_SOURCE * len(wanted)
