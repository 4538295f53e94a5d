"""Boosted decision trees as plain data: read from a file, walked without the library that grew them.

A little long, so that what lays the trees out stands beside what walks them: both must agree on every array.
"""

import sys
from array import array
from collections.abc import Sequence
from functools import cached_property
from typing import TypeAlias

import cython

from harvester.extraction.rows import Rows
from harvester.types import Frozen

if cython.compiled:
    from cython.cimports.libc.math import exp
else:
    from math import exp

Numbers: TypeAlias = "array[float]"
_ROWS = cython.declare(cython.Py_ssize_t, 64)
"""Rows that go down the trees together: a bit of a word for each."""
_LEAVES = 64
"""Leaves of a tree at most."""
_MASK = cython.declare(cython.ulonglong, 0xFFFFFFFFFFFFFFFF)  # what C does by itself, and Python must be told
_ZERO, _NO_BITS = array("d", (0.0,)), array("Q", (0,))
_SPREAD = array("Q", [sum((byte >> bit & 1) << 8 * bit for bit in range(8)) for byte in range(256)])
"""For each byte its bits, each as a byte."""


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

    @cached_property
    def plan(self) -> "Plan":
        """The trees laid out for many rows."""
        return Plan((self,))


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
        if len({*forest.left[node : node + count - 1], *forest.right[node : node + count - 1]}) != 2 * (count - 1):
            raise ValueError("the trees are broken: two splits lead to the same")
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


class Plan:
    """Forests over the same columns, laid out for many rows: what they ask of a column is looked up once for all of them."""

    def __init__(self, forests: Sequence[Forest]) -> None:
        self.columns = len(forests[0].columns)
        self.outputs = sum(forest.classes for forest in forests)
        self.cuts, self.starts = array("d"), array("i", [0])
        """The cut values of each column, ascending, begin at its start; the last start is where they end."""
        self.splits, self.output, self.values = array("i"), array("i"), array("d")
        """For each tree its splits and the sum that it adds to; for each leaf its value."""
        self.nodes = array("i")
        """For each split its cut value, by number, and its children: the place of a split in its tree, or of a leaf behind 64."""
        numbers = []
        for column in range(self.columns):
            ascending = sorted({value for forest in forests for value in forest.cut_values[column]})
            numbers.append({value: number for number, value in enumerate(ascending, len(self.cuts))})
            self.cuts.extend(ascending)
            self.starts.append(len(self.cuts))
        first = 0
        for forest in forests:
            own = forest.nodes
            self.splits.extend(leaves - 1 for leaves in forest.leaves)
            self.output.extend(first + tree % forest.classes for tree in range(len(forest.leaves)))
            children = array("b", forest.left), array("b", forest.right)
            for column, value, *sides in zip(own.feature, own.cut, *children, strict=True):
                self.nodes.append(numbers[column][value])
                self.nodes.extend(child if child >= 0 else _LEAVES + ~child for child in sides)
            self.values.extend(own.value)
            first += forest.classes


def log_odds(forest: Forest, rows: Sequence[Sequence[float]]) -> list[list[float]]:
    """For each row the sum of its leaves, one a class; columns in the order of `forest.columns`."""
    found = sums(forest.plan, rows)
    return [found[row :: len(rows)].tolist() for row in range(len(rows))]


@cython.boundscheck(False)
@cython.wraparound(False)
def sums_of_row(forest: Forest, row: Sequence[float]) -> Numbers:
    """For each class the sum of the leaves of one row, in the order of the trees: what `sums` gives for many, which looks at
    every split."""
    trees = forest.nodes
    found = _ZERO * forest.classes
    out: cython.double[::1] = found
    values: cython.double[::1] = array("d", row)
    roots: cython.int[::1] = trees.roots
    feature: cython.int[::1] = trees.feature
    left: cython.int[::1] = trees.left
    right: cython.int[::1] = trees.right
    cut: cython.double[::1] = trees.cut
    value: cython.double[::1] = trees.value
    classes: cython.Py_ssize_t = forest.classes
    of_class: cython.Py_ssize_t = 0
    node: cython.int
    i: cython.Py_ssize_t
    for i in range(len(roots)):
        node = roots[i]
        while node >= 0:
            node = left[node] if values[feature[node]] <= cut[node] else right[node]
        out[of_class] += value[~node]
        of_class += 1
        if of_class == classes:
            of_class = 0
    return found


def sums(plan: Plan, rows: Sequence[Sequence[float]]) -> Numbers:
    """For each output of the forests, and for each row, the sum of its leaves in the order of the trees.

    A bit for each row tells which values are not greater than a cut; with these, all rows go down a tree together, and each
    split parts them by one `and`. No split is left out because no row reaches it: to foresee which takes longer.
    """
    flat = rows.values if isinstance(rows, Rows) else array("d", [value for row in rows for value in row])
    found = _ZERO * (plan.outputs * len(rows))
    under, masks = _NO_BITS * (len(plan.cuts) + 1), _NO_BITS * (2 * _LEAVES)
    for first in range(0, len(rows), _ROWS):
        count = min(_ROWS, len(rows) - first)
        _compare(flat, plan.cuts, plan.starts, under, first, count)
        added = _ZERO * (_ROWS * plan.outputs)
        _add_leaves(plan.splits, plan.output, plan.nodes, plan.values, under, _SPREAD, masks, added, count)
        for output in range(plan.outputs):
            at = output * len(rows) + first
            found[at : at + count] = added[output * _ROWS : output * _ROWS + count]
    return found


# Arrays that are arguments are read faster than those that a function looks up itself: the compiler knows that no store
# changes where they lie.


@cython.cfunc
@cython.inline
@cython.boundscheck(False)
@cython.wraparound(False)
def _first_not_below(
    cuts: cython.double[::1], first: cython.Py_ssize_t, count: cython.Py_ssize_t, value: cython.double
) -> cython.Py_ssize_t:
    """The place of the first of so many cuts that is not below a value; without branches, as no one can foresee them."""
    half: cython.Py_ssize_t
    while count > 1:
        half = count >> 1
        first += half & -(1 - (value <= cuts[first + half - 1]))
        count -= half
    return first + 1 - (value <= cuts[first]) if count else first


@cython.cfunc
@cython.boundscheck(False)
@cython.wraparound(False)
def _compare(
    rows: cython.double[::1],
    cuts: cython.double[::1],
    starts: cython.int[::1],
    under: cython.ulonglong[::1],
    first: cython.Py_ssize_t,
    count: cython.Py_ssize_t,
) -> None:
    """Set for each cut value a bit for each of `count` rows from `first` on: whether the row's value is not greater.

    A value often is that of the row before, and then not looked up again. `under` has one place more than there are cuts:
    behind the last cut of a column a value leaves its bit that is greater than all, and the next column begins anew there.
    """
    width: cython.Py_ssize_t = len(starts) - 1
    c: cython.Py_ssize_t
    r: cython.Py_ssize_t
    k: cython.Py_ssize_t
    at: cython.Py_ssize_t
    place: cython.Py_ssize_t
    last: cython.double
    bits: cython.ulonglong
    for c in range(width):
        for k in range(starts[c], starts[c + 1] + 1):
            under[k] = 0
        at = first * width + c
        last, bits = rows[at], 0
        place = _first_not_below(cuts, starts[c], starts[c + 1] - starts[c], last)
        for r in range(count):
            if rows[at] != last:
                under[place] |= bits
                last, bits = rows[at], 0
                place = _first_not_below(cuts, starts[c], starts[c + 1] - starts[c], last)
            bits |= cython.cast(cython.ulonglong, 1) << r
            at += width
        under[place] |= bits
        bits = 0
        for k in range(starts[c], starts[c + 1]):
            bits |= under[k]
            under[k] = bits


@cython.cfunc
@cython.boundscheck(False)
@cython.wraparound(False)
def _add_leaves(
    splits: cython.int[::1],
    output: cython.int[::1],
    nodes: cython.int[::1],
    value_of: cython.double[::1],
    under: cython.ulonglong[::1],
    spread: cython.ulonglong[::1],
    masks: cython.ulonglong[::1],
    out: cython.double[::1],
    count: cython.Py_ssize_t,
) -> None:
    """Add the leaves of every tree to the sums of `count` rows; `out` has 64 for each output.

    `masks` is room for the rows that reach each split of a tree and, from 64 on, each leaf. The number of a row's leaf has a
    bit where the row reaches one of the leaves whose numbers have it: the upper half of them, then, with the halves put
    together, the upper half of these. `spread` puts the bits of eight rows side by side. Long because it is one loop over
    typed locals.
    """
    tree: cython.Py_ssize_t
    split: cython.Py_ssize_t = 0
    leaf: cython.Py_ssize_t = 0
    size: cython.Py_ssize_t
    at: cython.Py_ssize_t
    k: cython.Py_ssize_t
    rows: cython.ulonglong
    lefts: cython.ulonglong
    leaves: cython.ulonglong
    bit_0: cython.ulonglong
    bit_1: cython.ulonglong
    bit_2: cython.ulonglong
    bit_3: cython.ulonglong
    bit_4: cython.ulonglong
    bit_5: cython.ulonglong
    for tree in range(len(splits)):
        size = splits[tree]
        masks[0] = _MASK >> (64 - count)
        for k in range(size):
            rows = masks[k]
            lefts = rows & under[nodes[split]]
            masks[nodes[split + 1]] = lefts
            masks[nodes[split + 2]] = rows ^ lefts
            split += 3
        for k in range(65 + size, 80 if size < 16 else 96 if size < 32 else 128):
            masks[k] = 0
        bit_0 = bit_1 = bit_2 = bit_3 = bit_4 = bit_5 = 0
        if size >= 32:
            for k in range(32):
                bit_5 |= masks[96 + k]
                masks[64 + k] |= masks[96 + k]
        if size >= 16:
            for k in range(16):
                bit_4 |= masks[80 + k]
                masks[64 + k] |= masks[80 + k]
        for k in range(8):
            bit_3 |= masks[72 + k]
            masks[64 + k] |= masks[72 + k]
        for k in range(4):
            bit_2 |= masks[68 + k]
            masks[64 + k] |= masks[68 + k]
        bit_1 = masks[66] | masks[67]
        bit_0 = masks[65] | masks[67]
        at = output[tree] * _ROWS
        for _ in range((count + 7) >> 3):
            leaves = (
                spread[bit_0 & 255]
                | spread[bit_1 & 255] << 1
                | spread[bit_2 & 255] << 2
                | spread[bit_3 & 255] << 3
                | spread[bit_4 & 255] << 4
                | spread[bit_5 & 255] << 5
            )
            for k in range(8):
                out[at + k] += value_of[leaf + (leaves >> 8 * k & 255)]
            at += 8
            bit_0 >>= 8
            bit_1 >>= 8
            bit_2 >>= 8
            bit_3 >>= 8
            bit_4 >>= 8
            bit_5 >>= 8
        leaf += size + 1


def probability(log_odd: float) -> float:
    """The probability that log-odds state."""
    return _probability(log_odd)


def probabilities(log_odds_: Sequence[float]) -> list[float]:
    """The probability of each."""
    return [_probability(log_odd) for log_odd in log_odds_]


@cython.cfunc
def _probability(log_odd: cython.double) -> cython.double:
    return 1.0 / (1.0 + exp(-max(-40.0, min(40.0, log_odd))))
