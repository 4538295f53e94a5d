# cython: boundscheck=False, wraparound=False
"""What stands before and after a block, and what the page is like as a whole."""

from array import array
from collections.abc import Sequence

import cython

from harvester.extraction.features.facts import CODE, FAR, HEADING, Facts, zeros
from harvester.extraction.features.parts import NAMES
from harvester.extraction.rows import Rows

if cython.compiled:
    from cython.cimports.libc.math import log1p
else:
    from math import log1p

_WINDOW = cython.declare(cython.Py_ssize_t, 4)
_HEADING = cython.declare(cython.int, HEADING)
_LIST_ITEM = cython.declare(cython.int, 2)
_CODE = cython.declare(cython.int, CODE)
_TABLE_ROW = cython.declare(cython.int, 5)
_FAR = cython.declare(cython.int, FAR)
_NUMBER_OF_PART = {name: number for number, name in enumerate(NAMES)}

PLACE_COLUMNS = (
    "position",
    "words-before",
    "depth",
    "headings-before",
    "from-heading",
    "heading-level",
    "negative-words",
)


def places(page: Facts, rows: Rows, column: int) -> None:
    """Where in the page a block stands, and under which heading."""
    out: cython.double[::1] = rows.values
    width: cython.Py_ssize_t = rows.width
    o: cython.Py_ssize_t = column
    at: cython.int[::1] = page.at
    words: cython.int[::1] = page.words
    label: cython.int[::1] = page.label
    level_of: cython.int[::1] = page.level
    depth: cython.int[::1] = page.depth
    negative: cython.int[::1] = page.negative
    inner_words: cython.int[::1] = page.inner_words
    size: cython.Py_ssize_t = page.size
    total: cython.Py_ssize_t = page.total
    before: cython.Py_ssize_t = 0
    headings: cython.int = 0
    away: cython.int = _FAR
    level: cython.int = 0
    i: cython.Py_ssize_t
    e: cython.int
    for i in range(size):
        e = negative[at[i]]
        out[o] = i / size
        out[o + 1] = before / total
        out[o + 2] = depth[at[i]]
        out[o + 3] = min(headings, 20)
        out[o + 4] = away
        out[o + 5] = level
        out[o + 6] = inner_words[e] / total if e >= 0 else 0.0
        before += words[i]
        if label[i] == _HEADING:
            headings, away, level = headings + 1, 1, level_of[i]
        else:
            away = min(away + 1, _FAR)
        o += width


NEIGHBOUR_COLUMNS = (
    "label-after-it", "since-good", "until-good", "good-around", "links-around", "run-of-good", "words-around",
)  # fmt: skip


def neighbours(page: Facts, rows: Rows, column: int) -> None:
    """What the blocks beside are like, and how far the good ones are."""
    out: cython.double[::1] = rows.values
    width: cython.Py_ssize_t = rows.width
    o: cython.Py_ssize_t = column
    words: cython.int[::1] = page.words
    links: cython.int[::1] = page.links
    label: cython.int[::1] = page.label
    good: cython.int[::1] = page.good
    until: cython.int[::1] = _until_good(page)
    runs: cython.int[::1] = _runs(page)
    size: cython.Py_ssize_t = page.size
    since: cython.int = _FAR
    around: cython.Py_ssize_t
    in_good: cython.Py_ssize_t
    linked: cython.Py_ssize_t
    i: cython.Py_ssize_t
    j: cython.Py_ssize_t
    for i in range(size):
        around = in_good = linked = 0
        for j in range(max(0, i - _WINDOW), min(size, i + _WINDOW + 1)):
            around += words[j]
            linked += links[j]
            if good[j]:
                in_good += words[j]
        out[o] = label[i + 1] if i + 1 < size else -1
        out[o + 1] = since
        out[o + 2] = until[i]
        out[o + 3] = in_good / around
        out[o + 4] = linked / around
        out[o + 5] = log1p(runs[i])
        out[o + 6] = log1p(around)
        since = 1 if good[i] else min(since + 1, _FAR)
        o += width


@cython.cfunc
def _until_good(page: Facts) -> Sequence[int]:
    found = zeros(page.size)
    out: cython.int[::1] = found
    good: cython.int[::1] = page.good
    away: cython.int = _FAR
    i: cython.Py_ssize_t
    for i in range(len(good) - 1, -1, -1):
        out[i] = away
        away = 1 if good[i] else min(away + 1, _FAR)
    return found


@cython.cfunc
def _runs(page: Facts) -> Sequence[int]:
    """Length of the unbroken run of good blocks and headings that a block is part of."""
    found = zeros(page.size)
    runs: cython.int[::1] = found
    good: cython.int[::1] = page.good
    label: cython.int[::1] = page.label
    size: cython.Py_ssize_t = page.size
    start: cython.Py_ssize_t = 0
    i: cython.Py_ssize_t
    j: cython.Py_ssize_t
    for i in range(size + 1):
        if i == size or not (good[i] or label[i] == _HEADING):
            for j in range(start, i):
                runs[j] = i - start
            start = i + 1
    return found


PAGE_COLUMNS = (
    "page-blocks", "page-words", "page-good-share", "page-link-share", "page-headings", "page-good", "page-comment-share",
    "page-forum-share", "page-product-share", "page-code-share", "page-table-share", "page-list-share", "page-articles",
    "page-mean-words", "page-longest", "page-docs-share", "page-card-share",
)  # fmt: skip


def whole(page: Facts, rows: Rows, column: int) -> None:
    """The same numbers for every block: sizes, and shares of words by label and by part."""
    words: cython.int[::1] = page.words
    links: cython.int[::1] = page.links
    label: cython.int[::1] = page.label
    is_good: cython.int[::1] = page.good
    good: cython.Py_ssize_t = 0
    good_words: cython.Py_ssize_t = 0
    headings: cython.Py_ssize_t = 0
    linked: cython.Py_ssize_t = 0
    longest: cython.Py_ssize_t = 0
    code: cython.Py_ssize_t = 0
    table: cython.Py_ssize_t = 0
    listed: cython.Py_ssize_t = 0
    total: cython.Py_ssize_t = page.total
    size: cython.Py_ssize_t = page.size
    i: cython.Py_ssize_t
    for i in range(size):
        if is_good[i]:
            good += 1
            good_words += words[i]
        linked += links[i]
        longest = words[i] if words[i] > longest else longest
        headings += label[i] == _HEADING
        code += words[i] if label[i] == _CODE else 0
        table += words[i] if label[i] == _TABLE_ROW else 0
        listed += words[i] if label[i] == _LIST_ITEM else 0
    found = array("d", [
        log1p(size), log1p(total), good_words / total, linked / total, log1p(headings), log1p(good),
        part_share(page, "comment"), part_share(page, "forum"), part_share(page, "product"),
        code / total, table / total, listed / total, min(20, page.tags.count("article")),
        log1p(total / size), log1p(longest), part_share(page, "docs"), part_share(page, "card"),
    ])  # fmt: skip
    same: cython.double[::1] = found
    out: cython.double[::1] = rows.values
    width: cython.Py_ssize_t = rows.width
    o: cython.Py_ssize_t = column
    k: cython.Py_ssize_t
    for _ in range(size):
        for k in range(len(same)):
            out[o + k] = same[k]
        o += width


def part_share(page: Facts, name: str) -> float:
    """Share of the page's words that stand inside an element which names a part."""
    return page.in_part[_NUMBER_OF_PART[name]] / page.total
