"""Boosted decision trees as plain data: read from a file, walked without the library that grew them."""

import sys
from array import array
from collections.abc import Sequence
from functools import cached_property
from math import exp

import cython
import msgspec

from harvester.types import Frozen


class Forest(Frozen, forbid_unknown_fields=True, dict=True):
    """Trees over named columns. The sum of the leaves that a row falls into is the log-odds (one sum a class).

    Arrays are little-endian and lie tree after tree; a tree of n leaves has n - 1 splits. A child is the number of a
    split in its tree, or ~number of a leaf.
    """

    columns: tuple[str, ...]
    classes: int
    """1 for a probability; else tree t belongs to class t modulo `classes`."""
    leaves: bytes
    """uint8: leaves of each tree, 127 at most."""
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
        or {len(forest.cuts), len(forest.left), len(forest.right)} != {splits}
        or len(forest.values) != 2 * leaves
        or len(forest.cut_values) != len(columns)
    ):
        raise ValueError("the trees are broken: their parts differ in length")
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


@cython.boundscheck(False)
@cython.wraparound(False)
def log_odds(forest: Forest, rows: Sequence[Sequence[float]]) -> list[list[float]]:
    """For each row the sum of its leaves, one a class; columns in the order of `forest.columns`."""
    nodes = forest.nodes
    roots: cython.int[:] = nodes.roots
    feature: cython.int[:] = nodes.feature
    left: cython.int[:] = nodes.left
    right: cython.int[:] = nodes.right
    cut: cython.double[:] = nodes.cut
    value: cython.double[:] = nodes.value
    classes: cython.int = forest.classes
    count: cython.int = len(nodes.roots)
    number: cython.int
    node: cython.int
    out = []
    sums: cython.double[:] = array("d", [0.0] * forest.classes)
    for row in rows:
        own: cython.double[:] = array("d", row)
        for number in range(classes):
            sums[number] = 0.0
        for number in range(count):
            node = roots[number]
            while node >= 0:
                node = left[node] if own[feature[node]] <= cut[node] else right[node]
            sums[number % classes] += value[~node]
        out.append([sums[number] for number in range(classes)])
    return out


def probability(log_odd: float) -> float:
    """The probability that log-odds state."""
    return 1.0 / (1.0 + exp(-max(-40.0, min(40.0, log_odd))))


def to_json(forest: Forest) -> bytes:
    """The forest as JSON, the same bytes for the same forest."""
    return msgspec.json.encode(forest)
