"""What in a block's row moved a forest towards its verdict: each feature's share in the log-odds."""

from collections.abc import Sequence
from math import fsum

from harvester.extraction.trees import Forest, Nodes
from harvester.types import Frozen

_LOUDEST = 5


class Contribution(Frozen):
    """One feature's part in the verdict on a block."""

    feature: str
    value: float
    """What the feature measured, four places."""
    weight: float
    """Its share in the log-odds, four places: above 0 it spoke for keeping the block, below 0 against."""


def loudest(forest: Forest, rows: Sequence[Sequence[float]]) -> tuple[tuple[Contribution, ...], ...]:
    """For each row the features with the largest shares in its log-odds, five at most, the largest first.

    Saabas' method (Ando Saabas, "Interpreting random forests", 2014): at each split that a row passes, the change of
    the value to expect there goes to the feature that the split asks. All shares of a row and what to expect at the
    roots add up to its log-odds. A node's expectation is the mean of the leaves below it, each counted once: a Forest
    does not store how many rows each leaf saw. Takes forests of one class.
    """
    trees = forest.nodes
    expected = _expectations(trees)
    return tuple(_of_row(forest, trees, expected, row) for row in rows)


def _of_row(forest: Forest, trees: Nodes, expected: Sequence[float], row: Sequence[float]) -> tuple[Contribution, ...]:
    changes: dict[int, list[float]] = {}
    for node in trees.roots:
        while node >= 0:
            column = trees.feature[node]
            child = trees.left[node] if row[column] <= trees.cut[node] else trees.right[node]
            after = expected[child] if child >= 0 else trees.value[~child]
            changes.setdefault(column, []).append(after - expected[node])
            node = child
    shares = ((column, round(fsum(parts), 4)) for column, parts in changes.items())
    ranked = sorted((-abs(weight), column, weight) for column, weight in shares if weight)
    return tuple(
        Contribution(forest.columns[column], round(row[column], 4), weight) for _, column, weight in ranked[:_LOUDEST]
    )


def _expectations(trees: Nodes) -> list[float]:
    """The mean of the leaves below each split."""
    order = [root for root in trees.roots if root >= 0]
    for node in order:  # grows while it is read: each split stands before those below it
        order += [child for child in (trees.left[node], trees.right[node]) if child >= 0]
    total, leaves = [0.0] * len(order), [0] * len(order)
    for node in reversed(order):
        for child in (trees.left[node], trees.right[node]):
            total[node] += total[child] if child >= 0 else trees.value[~child]
            leaves[node] += leaves[child] if child >= 0 else 1
    return [sum_ / count for sum_, count in zip(total, leaves, strict=True)]
