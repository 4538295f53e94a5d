# cython: boundscheck=False, wraparound=False
"""What repeats on a page: blocks whose paths are the same, and elements of one kind beside one another."""

from array import array
from collections.abc import Sequence

import cython

from harvester.extraction.features.facts import Facts, zeros
from harvester.extraction.rows import Rows

if cython.compiled:
    from cython.cimports.libc.math import log1p
else:
    from math import log1p

_MASK = cython.declare(cython.ulonglong, 0xFFFFFFFFFFFFFFFF)  # what C does by itself, and Python must be told
_PRIME = cython.declare(cython.ulonglong, 0x9E3779B97F4A7C15)
_EMPTY = array("Q", (0,))
_SINGLE = frozenset(("a", "b", "br", "em", "h2", "h3", "i", "p", "span", "strong", "td", "tr"))
"""Tags that repeat in every text; what repeats otherwise is cards, posts or rows."""

COLUMNS = (
    "alike-blocks", "alike-words", "alike-good", "alike-links", "same-path-blocks", "same-path-words", "same-path-good",
    "repeats", "repeat-words", "repeat-links", "repeat-share", "inner-repeats", "page-repeats", "page-repeat-share",
)  # fmt: skip


def groups(page: Facts, rows: Rows, column: int) -> None:
    """Blocks whose paths of tags and words, or of tags, are the same; and elements that repeat beside one another."""
    both = _both(page)
    _alike(page, _paths(page, both), rows, column, True)
    _alike(page, _paths(page, page.tag), rows, column + 4, False)
    _repeats(page, both, rows, column + 7)


@cython.cfunc
def _number(
    first: cython.ulonglong,
    second: cython.ulonglong,
    keys: cython.ulonglong[::1],
    numbers: cython.int[::1],
    new: cython.int,
) -> cython.int:
    """The number that a pair has in a hash table, at most half full; `new` for one that is not in it, which it has then."""
    last: cython.ulonglong = len(numbers) - 1
    key: cython.ulonglong = (first << 32 | second) + 1  # 0 is an empty slot
    slot: cython.ulonglong = ((key * _PRIME) & _MASK) >> 40 & last
    while keys[slot] and keys[slot] != key:
        slot = (slot + 1) & last
    if not keys[slot]:
        keys[slot], numbers[slot] = key, new
    return numbers[slot]


@cython.cfunc
def _table(count: int) -> tuple[Sequence[int], Sequence[int]]:
    """An empty hash table for so many pairs: keys and numbers."""
    size = 2 << count.bit_length()
    return _EMPTY * size, zeros(size)


@cython.cfunc
def _both(page: Facts) -> Sequence[int]:
    """For each element that holds text a number that those of the same tag and words share."""
    found = zeros(len(page.parents))
    out: cython.int[::1] = found
    tag: cython.int[::1] = page.tag
    name: cython.int[::1] = page.name
    inner_words: cython.int[::1] = page.inner_words
    table = _table(len(page.parents))
    keys: cython.ulonglong[::1] = table[0]
    numbers: cython.int[::1] = table[1]
    count: cython.int = 0
    e: cython.Py_ssize_t
    for e in range(len(inner_words)):
        if inner_words[e]:
            out[e] = _number(tag[e], name[e], keys, numbers, count)
            count += out[e] == count
    return found


@cython.cfunc
def _paths(page: Facts, kind: Sequence[int]) -> Sequence[int]:
    """For each element that holds text the number of its path: those of the same kinds all the way up share it."""
    found = zeros(len(page.parents))
    out: cython.int[::1] = found
    kinds: cython.int[::1] = kind
    parents: cython.int[::1] = page.parents
    inner_words: cython.int[::1] = page.inner_words
    table = _table(len(page.parents))
    keys: cython.ulonglong[::1] = table[0]
    numbers: cython.int[::1] = table[1]
    count: cython.int = 1
    e: cython.Py_ssize_t
    for e in range(len(kinds)):
        if inner_words[e]:
            out[e] = _number(out[parents[e]] if parents[e] >= 0 else 0, kinds[e], keys, numbers, count)
            count += out[e] == count
    return found


@cython.cfunc
def _alike(page: Facts, path: Sequence[int], rows: Rows, column: cython.Py_ssize_t, linked: cython.bint) -> None:
    """Blocks with the same path: how many, their mean words, the share that is good and, if asked for, of linked words."""
    out: cython.double[::1] = rows.values
    width: cython.Py_ssize_t = rows.width
    o: cython.Py_ssize_t = column
    number: cython.int[::1] = path
    at: cython.int[::1] = page.at
    own_words: cython.int[::1] = page.words
    own_links: cython.int[::1] = page.links
    own_good: cython.int[::1] = page.good
    most: cython.Py_ssize_t = len(number) + 1
    blocks: cython.int[::1] = zeros(most)
    words: cython.int[::1] = zeros(most)
    good: cython.int[::1] = zeros(most)
    links: cython.int[::1] = zeros(most)
    i: cython.Py_ssize_t
    n: cython.int
    for i in range(len(at)):
        n = number[at[i]]
        blocks[n] += 1
        words[n] += own_words[i]
        good[n] += own_good[i]
        links[n] += own_links[i]
    for i in range(len(at)):
        n = number[at[i]]
        out[o] = log1p(blocks[n])
        out[o + 1] = log1p(words[n] / blocks[n])
        out[o + 2] = good[n] / blocks[n]
        if linked:
            out[o + 3] = links[n] / words[n]
        o += width


@cython.cfunc
def _repeats(page: Facts, kind: Sequence[int], rows: Rows, column: cython.Py_ssize_t) -> None:
    """Elements of the same tag and words beside one another, three or more that hold text: the largest such group around."""
    parents: cython.int[::1] = page.parents
    both: cython.int[::1] = kind
    tag: cython.int[::1] = page.tag
    single: cython.int[::1] = array("i", [name in _SINGLE for name in page.tag_names])
    inner_words: cython.int[::1] = page.inner_words
    inner_links: cython.int[::1] = page.inner_links
    count: cython.Py_ssize_t = len(page.parents)
    group: cython.int[::1] = zeros(count)
    members: cython.int[::1] = zeros(count)
    words: cython.int[::1] = zeros(count)
    links: cython.int[::1] = zeros(count)
    inner: cython.int[::1] = zeros(count)
    outer: cython.int[::1] = zeros(count)
    table = _table(count)
    keys: cython.ulonglong[::1] = table[0]
    numbers: cython.int[::1] = table[1]
    groups_: cython.int = 0
    parent: cython.Py_ssize_t
    e: cython.Py_ssize_t
    g: cython.int
    for e in range(count):
        if inner_words[e]:
            parent = parents[e]
            g = _number(parent + 1, both[e], keys, numbers, groups_)
            groups_ += g == groups_
            group[e] = g
            members[g] += 1
            words[g] += inner_words[e]
            links[g] += inner_links[e]
    for e in range(count):
        if inner_words[e]:
            parent = parents[e]
            inner[e] = inner[parent] if parent >= 0 else -1
            outer[e] = outer[parent] if parent >= 0 else -1
            g = group[e]
            if members[g] >= 3 and not single[tag[e]]:
                inner[e] = g
                if outer[e] < 0 or words[g] > words[outer[e]]:
                    outer[e] = g
    out: cython.double[::1] = rows.values
    width: cython.Py_ssize_t = rows.width
    o: cython.Py_ssize_t = column
    at: cython.int[::1] = page.at
    total: cython.Py_ssize_t = page.total
    most: cython.double = 0.0
    most_share: cython.double = 0.0
    i: cython.Py_ssize_t
    for i in range(len(at)):
        g = outer[at[i]]
        if g >= 0:
            out[o] = log1p(members[g])
            out[o + 1] = log1p(words[g] / members[g])
            out[o + 2] = links[g] / words[g]
            out[o + 3] = words[g] / total
            if out[o + 3] > most_share:
                most, most_share = out[o], out[o + 3]
        g = inner[at[i]]
        out[o + 4] = log1p(members[g]) if g >= 0 else 0.0
        o += width
    o = column
    for _ in range(len(at)):
        out[o + 5] = most
        out[o + 6] = most_share
        o += width
