# cython: boundscheck=False, wraparound=False
"""What the words and tags of the elements around a block state, by odds that were learned."""

from array import array
from collections.abc import Mapping, Sequence

import cython

from harvester.extraction.features.facts import Facts, nones, zeros, zeros_real
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
    """The words of a page that have odds, numbered in their order, and behind them its tags: `around` and `near` are their
    odds, 0 for a tag that has none.

    The words of name n stand in `words` from `start[n]` to `start[n + 1]`, in ascending order: sums do not depend on the order
    in which a set of words gives them.
    """

    around: object
    near: object
    words: object
    start: object
    first_tag: cython.Py_ssize_t

    def __init__(self, page: Facts, odds: Mapping[str, tuple[float, float]]) -> None:
        numbers: dict[str, int] = page.hints
        known: list[str] = sorted([word for word in numbers if word in odds])
        self.first_tag = len(known)
        pairs = [odds[word] for word in known] + [odds.get("<" + tag, (0.0, 0.0)) for tag in page.tag_names]
        self.around, self.near = zeros_real(len(pairs)), zeros_real(len(pairs))
        around: cython.double[::1] = self.around
        near: cython.double[::1] = self.near
        ranks: cython.int[::1] = nones(len(numbers))
        hints: cython.int[::1] = page.names
        start: cython.int[::1] = page.name_starts
        self.words, self.start = zeros(len(hints)), zeros(len(start))
        out: cython.int[::1] = self.words
        starts: cython.int[::1] = self.start
        count: cython.Py_ssize_t = 0
        n: cython.Py_ssize_t
        k: cython.Py_ssize_t
        place: cython.Py_ssize_t
        rank: cython.int
        for n in range(len(pairs)):
            around[n], near[n] = pairs[n]
        for n in range(len(known)):
            place = numbers[known[n]]
            ranks[place] = n
        for n in range(len(start) - 1):
            for k in range(start[n], start[n + 1]):
                rank = ranks[hints[k]]
                if rank >= 0:
                    place = count
                    while place > starts[n] and out[place - 1] > rank:
                        out[place] = out[place - 1]
                        place -= 1
                    out[place] = rank
                    count += 1
            starts[n + 1] = count


@cython.cfunc
def _odds_around(page: Facts, known: _Known) -> Sequence[float]:
    """For each element that holds blocks the sum over the distinct words of its path; counts along it tell which are new."""
    found = zeros_real(len(page.parents))
    out: cython.double[::1] = found
    parents: cython.int[::1] = page.parents
    name: cython.int[::1] = page.name
    tag: cython.int[::1] = page.tag
    odds: cython.double[::1] = known.around
    words: cython.int[::1] = known.words
    start: cython.int[::1] = known.start
    first_tag: cython.int = known.first_tag
    blocks: cython.int[::1] = page.inner_blocks
    counts: cython.int[::1] = zeros(len(odds))
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
            counts[first_tag + tag[open_]] -= 1
            open_ = parents[open_]
        total = out[open_] if open_ >= 0 else 0.0
        for k in range(start[name[e]], start[name[e] + 1]):
            word = words[k]
            if not counts[word]:
                total += odds[word]
            counts[word] += 1
        word = first_tag + tag[e]
        if not counts[word]:
            total += odds[word]
        counts[word] += 1
        out[e] = total
        open_ = e
    return found


@cython.cfunc
def _odds_near(page: Facts, known: _Known) -> Sequence[float]:
    """For each element that blocks stand in the sum over `words_near`."""
    found = zeros_real(len(page.parents))
    out: cython.double[::1] = found
    parents: cython.int[::1] = page.parents
    name: cython.int[::1] = page.name
    tag: cython.int[::1] = page.tag
    at: cython.int[::1] = page.at
    odds: cython.double[::1] = known.near
    words: cython.int[::1] = known.words
    start: cython.int[::1] = known.start
    all_start: cython.int[::1] = page.name_starts
    first_tag: cython.int = known.first_tag
    inline: cython.int[::1] = array("i", [own in _INLINE for own in page.tag_names])
    seen: cython.int[::1] = zeros(len(odds))
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
            word = first_tag + tag[e]
            if seen[word] != turn:
                seen[word] = turn
                total += odds[word]
            if all_start[name[e] + 1] > all_start[name[e]] or not inline[tag[e]]:
                levels += 1
            steps += 1
            e = parents[e]
        out[at[i]] = total
    return found


WHOLE_COLUMNS = ("markup-mean", "markup-most", "markup-blocks-over-0", "markup-over-0", "markup-over-1")


def whole_markup(page: Facts, odds: Sequence[float]) -> tuple[float, float, float, float, float]:
    """For a page as a whole the mean of its blocks' odds, by words, and the greatest; the share of blocks over 0, of words in
    them, and of words in blocks over 1."""
    of_block: cython.double[::1] = odds
    words: cython.int[::1] = page.words
    total: cython.double = page.total
    size: cython.double = page.size
    sum_: cython.double = 0.0
    most: cython.double = of_block[0]
    over_0: cython.Py_ssize_t = 0
    words_over_0: cython.Py_ssize_t = 0
    words_over_1: cython.Py_ssize_t = 0
    i: cython.Py_ssize_t
    for i in range(len(words)):
        sum_ += of_block[i] * words[i]
        most = of_block[i] if of_block[i] > most else most
        if of_block[i] > 0:
            over_0 += 1
            words_over_0 += words[i]
            words_over_1 += words[i] if of_block[i] > 1 else 0
    return sum_ / total, most, over_0 / size, words_over_0 / total, words_over_1 / total


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
