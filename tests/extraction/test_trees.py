"""Trees are read for many rows at once: the same as walking them from the root, row by row."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.extraction.trees import Forest, Plan, check, log_odds, sums, sums_of_row

_VALUES = (-1.0, 0.0, 0.5, 2.0)
_ROWS = st.lists(st.lists(st.sampled_from((-2.0, *_VALUES, 3.0)), min_size=3, max_size=3), max_size=9)


@st.composite
def forests(draw: st.DrawFn, trees: int = 4) -> Forest:
    """Trees of up to 64 leaves, grown by splitting leaves drawn by chance; each split stands before those below it."""
    leaves, features, cuts, left, right = [], [], [], [], []
    for _ in range(trees):
        count = draw(st.sampled_from((1, 2, 3, 8, 64)))
        sides: list[list[int]] = []
        ends: list[tuple[int, int]] = [(-1, 0)]
        for split in range(count - 1):
            parent, side = ends.pop(draw(st.integers(0, len(ends) - 1)))
            if parent >= 0:
                sides[parent][side] = split
            sides.append([0, 0])
            ends += [(split, 0), (split, 1)]
        for leaf, (parent, side) in enumerate(draw(st.permutations(ends))):
            if parent >= 0:
                sides[parent][side] = ~leaf
        leaves.append(count)
        left += [pair[0] for pair in sides]
        right += [pair[1] for pair in sides]
        features += [draw(st.integers(0, 2)) for _ in sides]
        cuts += [draw(st.integers(0, len(_VALUES) - 1)) for _ in sides]
    return Forest(
        columns=("a", "b", "c"),
        classes=2,
        leaves=bytes(leaves),
        features=bytes(features),
        cuts=bytes(cuts),
        left=struct.pack(f"{len(left)}b", *left),
        right=struct.pack(f"{len(right)}b", *right),
        values=struct.pack(f"<{sum(leaves)}h", *(7 * i % 1999 - 999 for i in range(sum(leaves)))),
        unit=0.001,
        cut_values=(_VALUES,) * 3,
    )


def walked(forest: Forest, row: list[float]) -> list[float]:
    trees, sums = forest.nodes, [0.0] * forest.classes
    for number, node in enumerate(trees.roots):
        while node >= 0:
            node = trees.left[node] if row[trees.feature[node]] <= trees.cut[node] else trees.right[node]
        sums[number % forest.classes] += trees.value[~node]
    return sums


@given(forests(), _ROWS)
def test_a_row_has_the_leaves_that_walking_finds(forest: Forest, rows: list[list[float]]) -> None:
    check(forest, forest.columns, classes=2)
    assert log_odds(forest, rows) == [walked(forest, row) for row in rows]
    assert [sums_of_row(forest, row).tolist() for row in rows] == [walked(forest, row) for row in rows]


@given(forests(trees=2))
def test_many_rows_are_read_as_each_alone(forest: Forest) -> None:
    rows = [[float(i % 5 - 2), float(i % 3), float(i % 7 - 3)] for i in range(600)]
    assert log_odds(forest, rows) == [log_odds(forest, [row])[0] for row in rows]


@given(forests(trees=2), forests(trees=6), _ROWS)
def test_two_forests_that_are_asked_at_once_say_what_each_says(
    one: Forest, other: Forest, rows: list[list[float]]
) -> None:
    found = sums(Plan((one, other)), rows).tolist()
    assert [found[row :: len(rows)] for row in range(len(rows))] == [
        a + b for a, b in zip(log_odds(one, rows), log_odds(other, rows), strict=True)
    ]


def test_a_tree_has_64_leaves_at_most() -> None:
    chain = bytes(range(1, 64)) + bytes([256 - 65])
    forest = Forest(
        ("a",),
        1,
        bytes([65]),
        bytes(64),
        bytes(64),
        chain,
        bytes([255 - i for i in range(64)]),
        bytes(130),
        1.0,
        ((0.0,),),
    )
    with pytest.raises(ValueError, match="64 leaves"):
        check(forest, ("a",), classes=1)


def test_no_two_splits_lead_to_the_same() -> None:
    both_to_a_leaf = struct.pack("b", ~0)
    forest = Forest(("a",), 1, b"\2", b"\0", b"\0", both_to_a_leaf, both_to_a_leaf, bytes(4), 1.0, ((0.0,),))
    with pytest.raises(ValueError, match="two splits lead to the same"):
        check(forest, ("a",), classes=1)
