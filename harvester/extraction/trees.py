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
_ALL = cython.declare(cython.ulonglong, 0xFFFF_FFFF_FFFF_FFFF)
_PLACE = array("i", bytes(4 * 67))
for _bit in range(64):
    _PLACE[(1 << _bit) % 67] = _bit  # 67 is the smallest number that tells the powers of two below 2**64 apart


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
    """A forest laid out for walking: node numbers run through all trees, a negative child is ~ the number of a leaf.

    For `log_odds` the leaves of a tree stand in `ordered` from left to right, those of all trees one after another, and
    `keep` has for each split as bits the leaves of its tree that a row can still reach when it goes right.
    """

    def __init__(self, forest: Forest) -> None:
        self.roots, self.feature, self.left, self.right = array("i"), array("i"), array("i"), array("i")
        self.cut, self.value = array("d"), array("d")
        self.keep, self.ordered = array("Q"), array("d")
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
            self._order(node, leaf, leaves)
            node += leaves - 1
            leaf += leaves

    def _order(self, node: int, leaf: int, leaves: int) -> None:
        """Place the leaves of a tree, which begins with this split and this leaf, from left to right."""
        order = [self.roots[-1]] if leaves > 1 else []
        for split in order:  # grows while it is read: each split stands before those below it
            order += [child for child in (self.left[split], self.right[split]) if child >= 0]
        below = {~(leaf + i): 1 for i in range(leaves)}
        for split in reversed(order):
            below[split] = below[self.left[split]] + below[self.right[split]]
        start = {self.roots[-1]: 0}
        self.keep.extend([0] * len(order))
        for split in order:
            left, right = self.left[split], self.right[split]
            start[left], start[right] = start[split], start[split] + below[left]
            self.keep[split] = _ALL ^ ((1 << below[left]) - 1) << start[left]
        self.ordered.extend(self.value[i] for i in sorted(range(leaf, leaf + leaves), key=lambda i: start[~i]))


def log_odds(forest: Forest, rows: Sequence[Sequence[float]]) -> list[list[float]]:
    """For each row the sum of its leaves, one a class; columns in the order of `forest.columns`.

    After QuickScorer (Lucchese et al. 2015): a split whose test fails takes the leaves on its left from those that a row
    can reach, and the leftmost that is left is the row's. What all rows have in common decides a split once for all.
    """
    flat = rows.values if isinstance(rows, Rows) else array("d", [value for row in rows for value in row])
    width, classes = len(forest.columns), forest.classes
    sums = array("d", bytes(8 * len(rows) * classes))
    for first in range(0, len(rows), _CHUNK):
        _sum_up(forest, flat, sums, first, min(_CHUNK, len(rows) - first), width)
    return [sums[at : at + classes].tolist() for at in range(0, len(sums), classes)]


@cython.cfunc
@cython.boundscheck(False)
@cython.wraparound(False)
def _sum_up(
    forest: Forest,
    flat: Sequence[float],
    all_sums: Sequence[float],
    first: cython.Py_ssize_t,
    count: cython.Py_ssize_t,
    width: cython.Py_ssize_t,
) -> None:
    """Add the leaves of every tree to the sums of `count` rows from `first` on.

    Long because it is one loop over typed locals: split up, each part would have to look them up anew for every tree.
    """
    nodes = forest.nodes
    feature: cython.int[::1] = nodes.feature
    cut: cython.double[::1] = nodes.cut
    keep: cython.ulonglong[::1] = nodes.keep
    ordered: cython.double[::1] = nodes.ordered
    leaves: cython.uchar[::1] = array("B", forest.leaves)
    place: cython.int[::1] = _PLACE
    sums: cython.double[::1] = all_sums
    rows: cython.double[::1] = flat
    columns: cython.double[::1] = array("d", bytes(8 * width * count))
    low: cython.double[::1] = array("d", bytes(8 * width))
    high: cython.double[::1] = array("d", bytes(8 * width))
    reach: cython.ulonglong[::1] = array("Q", bytes(8 * count))
    open_: cython.int[::1] = array("i", bytes(4 * 64))
    classes: cython.Py_ssize_t = forest.classes
    r: cython.Py_ssize_t
    c: cython.Py_ssize_t
    k: cython.Py_ssize_t
    split: cython.Py_ssize_t
    tree: cython.Py_ssize_t
    node: cython.Py_ssize_t = 0
    leaf: cython.Py_ssize_t = 0
    undecided: cython.Py_ssize_t
    common: cython.ulonglong
    bits: cython.ulonglong
    right: cython.ulonglong
    value: cython.double
    all_: cython.ulonglong = _ALL
    for c in range(width):
        low[c] = high[c] = rows[first * width + c]
        for r in range(count):
            value = rows[(first + r) * width + c]
            columns[c * count + r] = value
            low[c] = min(low[c], value)
            high[c] = max(high[c], value)
    for tree in range(len(leaves)):
        common = all_
        undecided = 0
        for split in range(node, node + leaves[tree] - 1):
            value = cut[split]
            c = feature[split]
            if high[c] <= value or common & ~keep[split] == 0:
                continue
            if low[c] > value:
                common &= keep[split]
            else:
                open_[undecided] = split
                undecided += 1
        if not undecided:
            value = ordered[leaf + place[(common & -common) % 67]]
            for r in range(count):
                sums[(first + r) * classes + tree % classes] += value
        else:
            for r in range(count):
                reach[r] = common
            for k in range(undecided):
                split = open_[k]
                value, right, c = cut[split], keep[split], feature[split] * count
                for r in range(count):
                    reach[r] = reach[r] & (right | (all_ if columns[c + r] <= value else 0))
            for r in range(count):
                bits = reach[r]
                sums[(first + r) * classes + tree % classes] += ordered[leaf + place[(bits & -bits) % 67]]
        node += leaves[tree] - 1
        leaf += leaves[tree]


def probability(log_odd: float) -> float:
    """The probability that log-odds state."""
    return 1.0 / (1.0 + exp(-max(-40.0, min(40.0, log_odd))))
