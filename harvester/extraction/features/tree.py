# cython: boundscheck=False, wraparound=False
"""What the words and tags of the elements around a block state, by odds that were learned."""

from array import array
from collections.abc import Mapping, Sequence

import cython

from harvester.extraction.features.facts import Facts, zeros
from harvester.extraction.rows import Rows

_NEAR = cython.declare(cython.int, 3)
"""Levels that count as near: elements with hint words, or of a tag that is no inline style."""
_INLINE = frozenset(("a", "b", "em", "i", "span", "strong"))
_MAX_STEPS = cython.declare(cython.int, 12)

MARKUP_COLUMNS = (
    "markup", "markup-around", "markup-near", "markup-to-best", "markup-around-to-best", "markup-before", "markup-after",
    "markup-to-mean", "page-markup", "page-best-markup",
)  # fmt: skip


def markup(page: Facts, odds: Mapping[str, tuple[float, float]]) -> Rows:
    """Log-odds that the words and tags of the elements around state (see `learn.markup`), each word counted once.

    `odds` gives for a word, or `<` and a tag, its weight anywhere around and its weight near the block.
    """
    rows = Rows(page.size, len(MARKUP_COLUMNS))
    put_markup(page, odds, rows, 0)
    return rows


def put_markup(page: Facts, odds: Mapping[str, tuple[float, float]], rows: Rows, column: int) -> None:
    """The same, into rows that have more columns."""
    if not page.size:
        return
    out: cython.double[::1] = rows.values
    width: cython.Py_ssize_t = rows.width
    o: cython.Py_ssize_t = column
    at: cython.int[::1] = page.at
    words: cython.int[::1] = page.words
    known = _Known(page, odds)
    around: cython.double[::1] = _odds_around(page, known)
    near: cython.double[::1] = _odds_near(page, known)
    size: cython.Py_ssize_t = page.size
    best: cython.double = around[at[0]] + near[at[0]]
    best_around: cython.double = around[at[0]]
    sum_: cython.double = 0.0
    sizes: cython.double = 0.0
    root: cython.double
    z: cython.double
    before: cython.double = -9.0
    i: cython.Py_ssize_t
    for i in range(size):
        root = words[i] ** 0.5
        z = around[at[i]] + near[at[i]]
        sum_ += z * root
        sizes += root
        best = max(best, z)
        best_around = max(best_around, around[at[i]])
    mean: cython.double = sum_ / sizes
    for i in range(size):
        z = around[at[i]] + near[at[i]]
        out[o] = z
        out[o + 1] = around[at[i]]
        out[o + 2] = near[at[i]]
        out[o + 3] = z - best
        out[o + 4] = around[at[i]] - best_around
        out[o + 5] = before
        out[o + 6] = around[at[i + 1]] + near[at[i + 1]] if i + 1 < size else -9.0
        out[o + 7] = z - mean
        out[o + 8] = mean
        out[o + 9] = best
        before = z
        o += width


@cython.final
@cython.cclass
class _Known:
    """The words of a page that have odds, numbered: `around` and `near` are their odds.

    The words of the set with number n stand in `words` from `start[n]` to `start[n + 1]`; a tag's word, or -1, in `tags`.
    """

    around: object
    near: object
    words: object
    start: object
    tags: object
    inline: object
    count: cython.Py_ssize_t

    def __init__(self, page: Facts, odds: Mapping[str, tuple[float, float]]) -> None:
        around, near, words, start = array("d"), array("d"), array("i"), array("i", [0])
        numbers: dict[str, int] = {}
        names: list[str]
        for names in page.names:
            for word in names:
                number = numbers.get(word)
                if number is None:
                    own = odds.get(word)
                    if own is None:
                        continue
                    number = numbers[word] = len(around)
                    around.append(own[0])
                    near.append(own[1])
                words.append(number)
            start.append(len(words))
        tags, inline = array("i"), array("i")
        for tag in page.tag_names:
            own = odds.get("<" + tag)
            tags.append(-1 if own is None else len(around))
            inline.append(tag in _INLINE)
            if own is not None:
                around.append(own[0])
                near.append(own[1])
        self.around, self.near, self.words, self.start = around, near, words, start
        self.tags, self.inline, self.count = tags, inline, len(around)


@cython.cfunc
def _odds_around(page: Facts, known: _Known) -> Sequence[float]:
    """For each element that holds blocks the sum over the distinct words of its path; counts along it tell which are new."""
    found = array("d", bytes(8 * len(page.parents)))
    out: cython.double[::1] = found
    parents: cython.int[::1] = page.parents
    name: cython.int[::1] = page.name
    tag: cython.int[::1] = page.tag
    odds: cython.double[::1] = known.around
    words: cython.int[::1] = known.words
    start: cython.int[::1] = known.start
    tags: cython.int[::1] = known.tags
    blocks: cython.int[::1] = page.inner_blocks
    counts: cython.int[::1] = zeros(known.count)
    total: cython.double
    e: cython.int
    open_: cython.int = -1
    word: cython.int
    k: cython.int
    for e in range(len(parents)):
        if not blocks[e]:
            continue
        while open_ >= 0 and open_ != parents[e]:
            for k in range(start[name[open_]], start[name[open_] + 1]):
                counts[words[k]] -= 1
            if tags[tag[open_]] >= 0:
                counts[tags[tag[open_]]] -= 1
            open_ = parents[open_]
        total = out[open_] if open_ >= 0 else 0.0
        for k in range(start[name[e]], start[name[e] + 1]):
            word = words[k]
            if not counts[word]:
                total += odds[word]
            counts[word] += 1
        word = tags[tag[e]]
        if word >= 0:
            if not counts[word]:
                total += odds[word]
            counts[word] += 1
        out[e] = total
        open_ = e
    return found


@cython.cfunc
def _odds_near(page: Facts, known: _Known) -> Sequence[float]:
    """For each element that blocks stand in the sum over `words_near`."""
    found = array("d", bytes(8 * len(page.parents)))
    out: cython.double[::1] = found
    parents: cython.int[::1] = page.parents
    name: cython.int[::1] = page.name
    tag: cython.int[::1] = page.tag
    at: cython.int[::1] = page.at
    odds: cython.double[::1] = known.near
    words: cython.int[::1] = known.words
    start: cython.int[::1] = known.start
    tags: cython.int[::1] = known.tags
    inline: cython.int[::1] = known.inline
    bare: cython.int[::1] = array("i", [not names for names in page.names])
    seen: cython.int[::1] = zeros(known.count)
    done: cython.int[::1] = zeros(len(page.parents))
    total: cython.double
    e: cython.int
    i: cython.Py_ssize_t
    k: cython.int
    word: cython.int
    levels: cython.int
    steps: cython.int
    turn: cython.int
    for i in range(len(at)):
        e = at[i]
        if done[e]:
            continue
        done[e] = 1
        turn = i + 1
        total = 0.0
        levels = steps = 0
        while e >= 0 and levels < _NEAR and steps < _MAX_STEPS:
            for k in range(start[name[e]], start[name[e] + 1]):
                word = words[k]
                if seen[word] != turn:
                    seen[word] = turn
                    total += odds[word]
            word = tags[tag[e]]
            if word >= 0 and seen[word] != turn:
                seen[word] = turn
                total += odds[word]
            if not (bare[name[e]] and inline[tag[e]]):
                levels += 1
            steps += 1
            e = parents[e]
        out[at[i]] = total
    return found


def words_near(page: Facts, e: int) -> list[str]:
    """Distinct words, and tags behind `<`, of an element and those around it, three levels up."""
    seen: dict[str, None] = {}
    levels = steps = 0
    while e >= 0 and levels < _NEAR and steps < _MAX_STEPS:
        words, tag = page.hint_words[e], page.tags[e]
        seen.update(dict.fromkeys(sorted(words)))
        seen["<" + tag] = None
        if words or tag not in _INLINE:
            levels += 1
        steps += 1
        e = page.parents[e]
    return list(seen)


def words_around(page: Facts, e: int) -> list[str]:
    """Distinct words, and tags behind `<`, of an element and all those around it."""
    seen: dict[str, None] = {}
    while e >= 0:
        seen.update(dict.fromkeys(sorted(page.hint_words[e])))
        seen["<" + page.tags[e]] = None
        e = page.parents[e]
    return list(seen)
