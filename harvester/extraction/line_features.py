"""What is known of each line of a flattened page: a row of numbers, the same columns on every page.

Counts over flat lists only, in time linear in the page: the lines themselves (`line_marks`), their place, runs of prose,
windows, neighbours, the whole page. No number depends on a language, a site or another page.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import log1p
from typing import TypeAlias

import cython

from harvester.extraction.line_marks import KIND, LISTS, Columns, Lines, WordLists, line_columns
from harvester.extraction.rows import Rows
from harvester.types import Block

Numbers: TypeAlias = "array[float]"

_FAR = 30.0
_NEAR = (
    "dated", "labelled", "numbers", "title-case", "starts-capital", "recurs", "subject", "core", "heading", "money",
    "exclamations",
)  # fmt: skip
"""Columns whose means over 5 and 15 lines to both sides are columns too."""
_NEXT = ("words", "title-case", "ends-sentence", "repeated", "digits", "core", "small-words")
"""Columns whose values in the line before and the line after are columns too."""


def measure(blocks: Sequence[Block], kinds: Sequence[str | None], lists: WordLists) -> Rows:
    """A row for each block, with the columns of `COLUMNS`; `kinds` says what each is by its own words."""
    rows = Rows(len(blocks), len(COLUMNS))
    for number, column in enumerate(_columns(blocks, kinds, lists).values()):
        if isinstance(column, array):
            rows.values[number :: rows.width] = column
        else:
            _put(rows.values, column, number, rows.width)
    return rows


@cython.boundscheck(False)
@cython.wraparound(False)
def _put(
    rows: cython.double[::1], column: Sequence[float], number: cython.Py_ssize_t, width: cython.Py_ssize_t
) -> None:
    """Write a column of as many numbers as there are rows."""
    value: cython.double
    for value in column:
        rows[number] = value
        number += width


def _columns(blocks: Sequence[Block], kinds: Sequence[str | None], lists: WordLists) -> Columns:
    page = Lines(blocks, kinds)
    own = {**line_columns(page, lists), **_place(page), **_runs(page)}
    own |= _signs(page, own)
    return {**own, **_windows(page, own), **_neighbours(own), **_whole_page(page, own)}


def _place(page: Lines) -> Columns:
    """Where the line stands: in the page, and behind the last line that looks like a heading."""
    n = len(page.texts)
    before = _sums(page.sizes)
    headings, from_heading = [], []
    count, distance = 0, _FAR
    for heading, own in zip(page.headings, page.kinds, strict=True):
        headings.append(float(min(count, 40)))
        from_heading.append(distance)
        if heading or own in (KIND["related"], KIND["notes-heading"], KIND["share"]):
            count, distance = count + 1, 1.0
        else:
            distance = min(distance + 1.0, _FAR)
    return {
        "position": [i / n for i in range(n)],
        "line": [log1p(i) for i in range(n)],
        "lines-left": [log1p(n - i) for i in range(n)],
        "words-before": [before[i] / page.total for i in range(n)],
        "heading": [float(x) for x in page.headings],
        "headings-before": headings,
        "from-heading": from_heading,
    }


def _runs(page: Lines) -> Columns:
    """Distances to prose, runs of prose and of other lines, and the stretch of the page that holds most of it."""
    n = len(page.texts)
    since, since_words, short_before = _since(page)
    until, until_words, short_after = (column[::-1] for column in _since(page, backwards=True))
    prose = _sums([size if is_prose else 0 for size, is_prose in zip(page.sizes, page.prose, strict=True)])
    columns: Columns = {
        "since-prose": since,
        "until-prose": until,
        "since-prose-words": since_words,
        "until-prose-words": until_words,
        "short-before": short_before,
        "short-after": short_after,
        "prose-before": [prose[i] / (prose[n] or 1) for i in range(n)],
    }
    for name, cost in (("near", 20.0), ("far", 6.0)):
        gains = [float(min(s, 100)) if p else -cost for s, p in zip(page.sizes, page.prose, strict=True)]
        start, end = _richest(gains)
        share = (prose[end] - prose[start]) / (prose[n] or 1)
        edge = [
            float(min(i - start, end - 1 - i)) if start <= i < end else -float(max(start - i, i - end + 1))
            for i in range(n)
        ]
        columns[f"{name}-side"] = [float((i >= end) - (i < start)) for i in range(n)]
        columns[f"{name}-edge"] = [max(-40.0, min(40.0, value)) for value in edge]
        columns[f"{name}-share"] = array("d", [share]) * n
        columns[f"{name}-from-start"] = [max(-40.0, min(40.0, float(i - start))) for i in range(n)]
    return columns


def _signs(page: Lines, own: Columns) -> Columns:
    """Signs that are read in windows, and what has been passed on the way down: headings of lists, gaps in the prose."""
    n = len(page.texts)
    dated = [
        float(kind in (KIND["date"], KIND["byline"]) or share >= 0.5)
        for kind, share in zip(page.kinds, own["list-date"], strict=True)
    ]
    tails, since_tail, gaps = [], [], []
    passed, words_since, gap_count, run = 0, 2000, 0, 0
    lists = (KIND["related"], KIND["share"], KIND["promo"], KIND["footer"])
    for size, kind, is_prose, side in zip(page.sizes, page.kinds, page.prose, own["far-side"], strict=True):
        tails.append(float(min(passed, 20)))
        since_tail.append(log1p(words_since))
        gaps.append(float(min(gap_count, 20)))
        if kind in lists:
            passed, words_since = passed + 1, 0
        else:
            words_since = min(words_since + size, 2000)
        run = 0 if is_prose else run + 1
        gap_count += run == 10 and side >= 0
    return {
        "known": [float(kind > 0) for kind in page.kinds],
        "dated": dated,
        "labelled": [float(kind == KIND["label"]) for kind in page.kinds],
        "core": _core(page, own),
        "subject": [max(value, 0.0) for value in own["subject-words"]],
        "lists-before": tails,
        "words-since-list": since_tail,
        "gaps-before": gaps,
        "dates-before": [log1p(x) for x in accumulate(dated, initial=0.0)][:n],
    }


def _core(page: Lines, own: Columns) -> list[float]:
    """Share of the line's longer words that also stand in another prose line of the stretch that holds most prose."""
    inside = [p and side == 0.0 for p, side in zip(page.prose, own["far-side"], strict=True)]
    found: Counter[str] = Counter()
    for tokens, is_inside in zip(page.tokens, inside, strict=True):
        if is_inside:
            found.update({t for t in tokens if len(t) >= 4})
    out = []
    for tokens, is_inside in zip(page.tokens, inside, strict=True):
        long = [t for t in tokens[:100] if len(t) >= 4]
        out.append(sum(found[t] > is_inside for t in long) / len(long) if long else 0.0)
    return out


def _since(page: Lines, *, backwards: bool = False) -> tuple[list[float], list[float], list[float]]:
    """For each line: lines and words since the last prose line, and how many short ones stand right before it."""
    lines, many, short = [], [], []
    distance, count, run = _FAR, 300, 0
    both = zip(page.sizes, page.prose, strict=True)
    for size, is_prose in reversed(list(both)) if backwards else both:
        lines.append(distance)
        many.append(log1p(count))
        short.append(log1p(run))
        distance, count = (1.0, 0) if is_prose else (min(distance + 1.0, _FAR), min(count + size, 300))
        run = run + 1 if size <= 6 else 0
    return lines, many, short


def _richest(gains: Sequence[float]) -> tuple[int, int]:
    """Start and end of the stretch with the largest sum (Kadane)."""
    best, where, here, start = 0.0, (0, 0), 0.0, 0
    for i, gain in enumerate(gains):
        if here <= 0.0:
            here, start = 0.0, i
        here += gain
        if here > best:
            best, where = here, (start, i + 1)
    return where


def _windows(page: Lines, own: Columns) -> Columns:
    """Means over the lines around: how much is prose, ends as a sentence, is recognised, recurs, speaks of the subject."""
    lines = array("d", range(len(page.texts) + 1))
    sizes = _sums(page.sizes)
    prose = _sums([size if p else 0 for size, p in zip(page.sizes, page.prose, strict=True)])
    sums = {name: _sums(own[name]) for name in ("ends-sentence", "known", "repeated", *_NEAR)}
    columns: Columns = {}
    for reach in (2, 5, 15, 40):
        columns[f"prose~{reach}"] = _ratios(prose, sizes, -reach, reach + 1)
        columns[f"mean~{reach}"] = list(map(log1p, _ratios(sizes, lines, -reach, reach + 1)))
        for name in ("ends-sentence", "known", "repeated"):
            columns[f"{name}~{reach}"] = _ratios(sums[name], lines, -reach, reach + 1)
        if 5 <= reach <= 15:
            for name in _NEAR:
                columns[f"{name}~{reach}"] = _ratios(sums[name], lines, -reach, reach + 1)
    for reach in (5, 15):
        for side, start, end in (("behind", -reach, 0), ("ahead", 1, reach + 1)):
            columns[f"prose-{side}~{reach}"] = _ratios(prose, sizes, start, end)
            for name in ("repeated", "core"):
                columns[f"{name}-{side}~{reach}"] = _ratios(sums[name], lines, start, end)
    return columns


@cython.boundscheck(False)
@cython.wraparound(False)
def _ratios(
    above: cython.double[::1], below: cython.double[::1], start: cython.Py_ssize_t, end: cython.Py_ssize_t
) -> Numbers:
    """For each line, of the lines from so many behind it up to that many: what they add to one sum over what they add to
    the other, or over 1 where that is nothing."""
    n: cython.Py_ssize_t = len(above) - 1
    i: cython.Py_ssize_t
    first: cython.Py_ssize_t
    last: cython.Py_ssize_t
    under: cython.double
    found = array("d", bytes(8 * n))
    out: cython.double[::1] = found
    for i in range(n):
        first, last = i + start, i + end
        if first < 0:
            first = 0
        if first > n:
            first = n
        if last > n:
            last = n
        under = below[last] - below[first]
        out[i] = (above[last] - above[first]) / (under if under else 1.0)
    return found


def _neighbours(own: Columns) -> Columns:
    columns: Columns = {}
    for name in _NEXT:
        columns[f"{name}-1"] = [-1.0, *own[name][:-1]][: len(own[name])]
        columns[f"{name}+1"] = [*own[name][1:], -1.0][: len(own[name])]
    return columns


def _whole_page(page: Lines, own: Columns) -> Columns:
    n = len(page.texts)
    total = page.total or 1

    def share(chosen: Iterable[bool]) -> float:
        return sum(size for size, is_chosen in zip(page.sizes, chosen, strict=True) if is_chosen) / total

    values = {
        "page-lines": log1p(n),
        "page-words": log1p(total),
        "page-mean": log1p(total / (n or 1)),
        "page-prose-lines": log1p(sum(page.prose)),
        "page-prose": share(page.prose),
        "page-longest": log1p(max(page.sizes, default=0)),
        "page-ends": sum(page.ends) / (n or 1),
        "page-short": share(size <= 3 for size in page.sizes),
        "page-known": sum(kind > 0 for kind in page.kinds) / (n or 1),
        "page-dates": log1p(page.kinds.count(KIND["date"])),
        "page-bylines": log1p(page.kinds.count(KIND["byline"])),
        "page-labels": log1p(page.kinds.count(KIND["label"])),
        "page-repeats": share(x > 0 for x in own["same-before"]),
        "page-recurs": share(x > 0 for x in own["recurs"]),
        "page-bullets": share(page.bullets),
        "page-money": share(x > 0 for x in own["money"]),
        "page-questions": sum(own["questions"]) / (n or 1),
        "page-headings": sum(page.headings) / (n or 1),
    }
    return {name: array("d", [value]) * n for name, value in values.items()}


def _sums(values: Iterable[float]) -> Numbers:
    """Sums of all values before each position, and of all."""
    return array("d", accumulate(values, initial=0.0))


COLUMNS: tuple[str, ...] = tuple(_columns([], [], dict.fromkeys(LISTS, frozenset[str]())))
