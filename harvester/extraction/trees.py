"""Boosted decision trees as plain data: read from a file, walked without the library that grew them."""

import sys
from array import array
from collections.abc import Sequence
from functools import cached_property
from math import exp

import cython

from harvester.extraction.rows import Rows
from harvester.types import Frozen

_CHUNK = cython.declare(cython.Py_ssize_t, 256)
"""Rows that are read at once: so many stay in the cache."""


class Forest(Frozen, forbid_unknown_fields=True, dict=True):
    """Trees over named columns. The sum of the leaves that a row falls into is the log-odds (one sum a class).

    Arrays are little-endian and lie tree after tree; a tree of n leaves has n - 1 splits. A child is the number of a
    split in its tree, or ~number of a leaf.
    """

    columns: tuple[str, ...]
    classes: int
    """1 for a probability; else tree t belongs to class t modulo `classes`."""
    leaves: bytes
    """uint8: leaves of each tree, 64 at most."""
    features: bytes
    """uint8: column of each split."""
    cuts: bytes
    """uint8: which of the column's cut values; a row goes left when its value is not greater."""
    left: bytes
    """int8."""
    right: bytes
    """int8."""
    values: bytes
    """int16: value of each leaf, in units of `unit`."""
    unit: float
    cut_values: tuple[tuple[float, ...], ...]
    """For each column its cut values, ascending."""

    @cached_property
    def nodes(self) -> "Nodes":
        """The trees laid out for walking."""
        return Nodes(self)


def check(forest: Forest, columns: Sequence[str], *, classes: int) -> None:
    """Raises ValueError where a forest is over other columns, has other classes, or is broken."""
    if forest.columns != tuple(columns):
        odd = sorted({*forest.columns} ^ {*columns}) or ["their order"]
        raise ValueError(f"the trees are over other columns than this version measures ({odd[0]})")
    splits = len(forest.features)
    leaves = sum(forest.leaves)
    if (
        forest.classes != classes
        or len(forest.leaves) % classes
        or splits != leaves - len(forest.leaves)
        or max(forest.leaves, default=0) > 64
        or {len(forest.cuts), len(forest.left), len(forest.right)} != {splits}
        or len(forest.values) != 2 * leaves
        or len(forest.cut_values) != len(columns)
    ):
        raise ValueError("the trees are broken: their parts differ in length, or a tree has more than 64 leaves")
    node = 0
    for count in forest.leaves:
        for split in range(count - 1):
            at = node + split
            column = forest.features[at]
            if column >= len(columns) or forest.cuts[at] >= len(forest.cut_values[column]):
                raise ValueError("the trees are broken: a split asks for what is not there")
            for byte in (forest.left[at], forest.right[at]):
                child = byte - 256 if byte > 127 else byte
                if not (split < child < count - 1 or 0 <= ~child < count):
                    raise ValueError("the trees are broken: a split leads nowhere")
        node += count - 1


class Nodes:
    """A forest laid out for walking: node numbers run through all trees, a negative child is ~ the number of a leaf."""

    def __init__(self, forest: Forest) -> None:
        self.roots, self.feature, self.left, self.right = array("i"), array("i"), array("i"), array("i")
        self.cut, self.value = array("d"), array("d")
        children = [array("b", part) for part in (forest.left, forest.right)]
        values = array("h", forest.values)
        if sys.byteorder == "big":
            values.byteswap()
        node = leaf = 0
        for leaves in forest.leaves:
            self.roots.append(node if leaves > 1 else ~leaf)
            for split in range(node, node + leaves - 1):
                column = forest.features[split]
                self.feature.append(column)
                self.cut.append(forest.cut_values[column][forest.cuts[split]])
                for side, child in ((self.left, children[0][split]), (self.right, children[1][split])):
                    side.append(node + child if child >= 0 else ~(leaf + ~child))
            self.value.extend(values[leaf + i] * forest.unit for i in range(leaves))
            node += leaves - 1
            leaf += leaves


def log_odds(forest: Forest, rows: Sequence[Sequence[float]]) -> list[list[float]]:
    """For each row the sum of its leaves, one a class; columns in the order of `forest.columns`.

    All rows go down a tree together: each split parts those that reach it. What they have in common, such as the numbers
    of the page as a whole, decides a split once for all.
    """
    flat = rows.values if isinstance(rows, Rows) else array("d", [value for row in rows for value in row])
    width, classes, nodes = len(forest.columns), forest.classes, forest.nodes
    sums = array("d", bytes(8 * len(rows) * classes))
    for first in range(0, len(rows), _CHUNK):
        count = min(_CHUNK, len(rows) - first)
        low, high = flat[first * width : (first + 1) * width], flat[first * width : (first + 1) * width]
        _bound(flat, low, high, first, count, width)
        _add_leaves(
            nodes.roots, nodes.feature, nodes.cut, nodes.left, nodes.right, nodes.value, flat, low, high,
            array("i", range(first, first + count)), array("i", bytes(4 * count)), array("i", bytes(4 * 3 * 64)), sums,
            width, count, classes,
        )  # fmt: skip
    return [sums[at : at + classes].tolist() for at in range(0, len(sums), classes)]


# Arrays that are arguments are read faster than those that a function looks up itself: the compiler knows that no store
# changes where they lie.


@cython.cfunc
@cython.boundscheck(False)
@cython.wraparound(False)
def _bound(
    rows: cython.double[::1],
    low: cython.double[::1],
    high: cython.double[::1],
    first: cython.Py_ssize_t,
    count: cython.Py_ssize_t,
    width: cython.Py_ssize_t,
) -> None:
    """Find the least and the greatest value of each column in `count` rows from `first` on."""
    at: cython.Py_ssize_t
    c: cython.Py_ssize_t
    value: cython.double
    for at in range(first * width, (first + count) * width, width):
        for c in range(width):
            value = rows[at + c]
            low[c] = value if value < low[c] else low[c]
            high[c] = value if value > high[c] else high[c]


@cython.cfunc
@cython.boundscheck(False)
@cython.wraparound(False)
@cython.cdivision(True)
def _add_leaves(
    roots: cython.int[::1],
    feature: cython.int[::1],
    cut: cython.double[::1],
    left: cython.int[::1],
    right: cython.int[::1],
    value_of: cython.double[::1],
    rows: cython.double[::1],
    low: cython.double[::1],
    high: cython.double[::1],
    order: cython.int[::1],
    aside: cython.int[::1],
    waiting: cython.int[::1],
    sums: cython.double[::1],
    width: cython.Py_ssize_t,
    count: cython.Py_ssize_t,
    classes: cython.Py_ssize_t,
) -> None:
    """Add the leaves of every tree to the sums of `count` rows from `first` on, which stand in `columns`.

    `order` are the rows, those that go down together beside one another; `waiting` has the parts that wait at a right
    child, as many at most as a tree has leaves. Long because it is one loop over typed locals.
    """
    r: cython.Py_ssize_t
    c: cython.Py_ssize_t
    k: cython.Py_ssize_t
    tree: cython.Py_ssize_t
    node: cython.Py_ssize_t
    start: cython.Py_ssize_t
    end: cython.Py_ssize_t
    to_left: cython.Py_ssize_t
    to_right: cython.Py_ssize_t
    waits: cython.Py_ssize_t
    goes_left: cython.Py_ssize_t
    at: cython.Py_ssize_t
    value: cython.double
    for tree in range(len(roots)):
        node, start, end, waits = roots[tree], 0, count, 0
        at = tree % classes
        while True:
            while node >= 0 and end - start > 1:
                c, value = feature[node], cut[node]
                if high[c] <= value:
                    node = left[node]
                    continue
                if low[c] > value:
                    node = right[node]
                    continue
                to_left, to_right = start, 0
                for k in range(start, end):
                    r = order[k]
                    goes_left = rows[c + r * width] <= value
                    order[to_left] = r
                    aside[to_right] = r
                    to_left += goes_left
                    to_right += 1 - goes_left
                if to_right == 0:
                    node = left[node]
                    continue
                for k in range(to_right):
                    order[to_left + k] = aside[k]
                if to_left == start:
                    node = right[node]
                    continue
                waiting[waits], waiting[waits + 1], waiting[waits + 2] = right[node], to_left, end
                waits += 3
                node, end = left[node], to_left
            r = order[start]
            while node >= 0:
                node = left[node] if rows[feature[node] + r * width] <= cut[node] else right[node]
            value = value_of[~node]
            for k in range(start, end):
                sums[at + order[k] * classes] += value
            if not waits:
                break
            waits -= 3
            node, start, end = waiting[waits], waiting[waits + 1], waiting[waits + 2]


def probability(log_odd: float) -> float:
    """The probability that log-odds state."""
    return 1.0 / (1.0 + exp(-max(-40.0, min(40.0, log_odd))))
