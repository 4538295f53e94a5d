# cython: boundscheck=False, wraparound=False
"""What the elements around a block hold: the parts they name, their sizes, the likeliest container of the text."""

from array import array
from collections.abc import Sequence

import cython

from harvester.extraction.features.facts import FAR, Facts, nones, zeros, zeros_real
from harvester.extraction.features.parts import ANY_TELLING, TELLING, TELLING_BITS
from harvester.extraction.rows import Rows

if cython.compiled:
    from cython.cimports.libc.math import log1p
else:
    from math import log1p

_LEVELS = cython.declare(cython.Py_ssize_t, 4)
_MAX_STEPS = cython.declare(cython.int, 12)
_FAR = cython.declare(cython.int, FAR)

PART_COLUMNS = tuple(f"from-{name}" for name in TELLING)


def parts(page: Facts, rows: Rows, column: int) -> None:
    """For each block the steps up to the nearest element that names each telling part; FAR for none."""
    out: cython.double[::1] = rows.values
    width: cython.Py_ssize_t = rows.width
    o: cython.Py_ssize_t = column
    at: cython.int[::1] = page.at
    parents: cython.int[::1] = page.parents
    kinds: cython.int[::1] = page.kinds
    bits: cython.int[::1] = array("i", TELLING_BITS)
    number: cython.Py_ssize_t = len(TELLING_BITS)
    any_: cython.int = ANY_TELLING
    away: cython.int[::1] = zeros(len(page.parents) * number)
    e: cython.Py_ssize_t
    i: cython.Py_ssize_t
    k: cython.Py_ssize_t
    for e in range(len(parents)):
        for k in range(number):
            if kinds[e] & any_ and kinds[e] & bits[k]:
                away[e * number + k] = 0
            else:
                away[e * number + k] = min(away[parents[e] * number + k] + 1, _FAR) if parents[e] >= 0 else _FAR
    for i in range(len(at)):
        for k in range(number):
            out[o + k] = away[at[i] * number + k]
        o += width


AROUND_COLUMNS = tuple(
    f"{name}-{level}" for level in range(1, _LEVELS + 1) for name in ("inner-words", "inner-links", "page-share")
)


def around(page: Facts, rows: Rows, column: int) -> None:
    """Sizes of the nearest four elements around that hold more than the one before; the outermost is repeated."""
    out: cython.double[::1] = rows.values
    width: cython.Py_ssize_t = rows.width
    o: cython.Py_ssize_t = column
    at: cython.int[::1] = page.at
    bigger: cython.int[::1] = page.bigger
    inner_words: cython.int[::1] = page.inner_words
    inner_links: cython.int[::1] = page.inner_links
    inner_blocks: cython.int[::1] = page.inner_blocks
    total: cython.Py_ssize_t = page.total
    words: cython.int
    e: cython.int
    i: cython.Py_ssize_t
    level: cython.Py_ssize_t
    to: cython.Py_ssize_t
    for i in range(len(at)):
        e = at[i]
        if inner_blocks[e] == 1:
            e = bigger[e]
        for level in range(_LEVELS):
            to = o + 3 * level
            if e >= 0:
                words = inner_words[e] if inner_words[e] else 1
                out[to] = log1p(words)
                out[to + 1] = inner_links[e] / words
                out[to + 2] = words / total
                e = bigger[e]
            elif level == 0:
                out[to] = log1p(total)
                out[to + 1] = 0.0
                out[to + 2] = 1.0
            else:
                out[to] = out[to - 3]
                out[to + 1] = out[to - 2]
                out[to + 2] = out[to - 1]
        o += width


BEST_COLUMNS = (
    "in-best",
    "steps-to-best",
    "best-ratio",
    "beside-best",
    "page-best-share",
    "second-ratio",
    "from-edge-of-best",
)


def best(page: Facts, rows: Rows, column: int) -> None:
    """How a block stands to the element that gathers most good text (scores passed up as readability.js does)."""
    scores: cython.double[::1] = _scores(page)
    parents: cython.int[::1] = page.parents
    bigger: cython.int[::1] = page.bigger
    at: cython.int[::1] = page.at
    count: cython.Py_ssize_t = len(page.parents)
    size: cython.Py_ssize_t = page.size
    top: cython.int = -1
    most: cython.double = 0.0
    second: cython.double = 0.0
    e: cython.int
    for e in range(count):
        if scores[e] > most:
            top, most = e, scores[e]
    above: cython.int[::1] = nones(count)
    step: cython.int = 0
    e = top
    while e >= 0:
        above[e] = step
        step += 1
        e = bigger[e]
    inside: cython.int[::1] = zeros(count)
    for e in range(count):
        inside[e] = e == top or (parents[e] >= 0 and inside[parents[e]] != 0)
        if not inside[e] and above[e] < 0:
            second = max(second, scores[e])
    first: cython.Py_ssize_t = -1
    last: cython.Py_ssize_t = -1
    i: cython.Py_ssize_t
    for i in range(size):
        if inside[at[i]]:
            first, last = (i if first < 0 else first), i
    share: cython.double = page.inner_words[top] / page.total if top >= 0 else 0.0
    out: cython.double[::1] = rows.values
    width: cython.Py_ssize_t = rows.width
    o: cython.Py_ssize_t = column
    reach: cython.double
    found: cython.int
    for i in range(size):
        e = at[i]
        reach = 0.0
        found = _FAR
        step = 0
        while e >= 0 and step < _MAX_STEPS:
            reach = max(reach, scores[e])
            if above[e] >= 0:
                found = above[e] + (0 if inside[at[i]] else step)
                break
            e, step = bigger[e], step + 1
        out[o] = inside[at[i]]
        out[o + 1] = found
        out[o + 2] = reach / most if most else 0.0
        out[o + 3] = 1 if i > last else -1 if i < first else 0
        out[o + 4] = share
        out[o + 5] = second / most if most else 0.0
        out[o + 6] = min(i - first, last - i) if inside[at[i]] else -min(abs(i - first), abs(i - last), 30)
        o += width


@cython.cfunc
def _scores(page: Facts) -> Sequence[float]:
    """For each element how much good text it gathers, less what is linked."""
    found = zeros_real(len(page.parents))
    scores: cython.double[::1] = found
    at: cython.int[::1] = page.at
    good: cython.int[::1] = page.good
    words: cython.int[::1] = page.words
    links: cython.int[::1] = page.links
    bigger: cython.int[::1] = page.bigger
    inner_words: cython.int[::1] = page.inner_words
    inner_links: cython.int[::1] = page.inner_links
    inner_blocks: cython.int[::1] = page.inner_blocks
    gain: cython.double
    e: cython.int
    i: cython.Py_ssize_t
    for i in range(len(at)):
        if not good[i]:
            continue
        gain = (1.0 + min(words[i] / 20.0, 5.0)) * (1.0 - links[i] / words[i])
        e = at[i]
        if inner_blocks[e] == 1:
            e = bigger[e]
        for _ in range(5):
            if e < 0:
                break
            scores[e] += gain
            gain *= 0.6
            e = bigger[e]
    for e in range(len(scores)):
        if scores[e] > 0.0:
            scores[e] = scores[e] * (1.0 - inner_links[e] / inner_words[e])
        else:
            scores[e] = 0.0
    return found
