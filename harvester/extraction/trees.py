"""Boosted decision trees as plain data: read from a file, walked without the library that grew them."""

from array import array
from collections.abc import Sequence
from functools import lru_cache
from math import exp

import msgspec

from harvester.types import Frozen


class Forest(Frozen, forbid_unknown_fields=True):
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


class _Walked:
    """A forest laid out for walking: node numbers run through all trees, a negative child is a leaf's."""

    def __init__(self, forest: Forest) -> None:
        self.roots, self.feature, self.left, self.right = array("i"), array("i"), array("i"), array("i")
        self.cut, self.value = array("d"), array("d")
        children = [array("b", part) for part in (forest.left, forest.right)]
        values = array("h", forest.values)
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


@lru_cache(maxsize=64)
def _walked(forest: Forest) -> _Walked:
    return _Walked(forest)


def log_odds(forest: Forest, rows: Sequence[Sequence[float]]) -> list[list[float]]:
    """For each row the sum of its leaves, one a class; columns in the order of `forest.columns`."""
    trees = _walked(forest)
    roots, feature, cut, left, right, value = (
        trees.roots, trees.feature, trees.cut, trees.left, trees.right, trees.value
    )  # fmt: skip
    out = []
    for row in rows:
        sums = [0.0] * forest.classes
        for number, node in enumerate(roots):
            while node >= 0:
                node = left[node] if row[feature[node]] <= cut[node] else right[node]
            sums[number % forest.classes] += value[~node]
        out.append(sums)
    return out


def probability(log_odd: float) -> float:
    """The probability that log-odds state."""
    return 1.0 / (1.0 + exp(-max(-40.0, min(40.0, log_odd))))


def to_json(forest: Forest) -> bytes:
    """The forest as JSON, the same bytes for the same forest."""
    return msgspec.json.encode(forest)
