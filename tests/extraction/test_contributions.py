"""Which features moved a forest, on trees small enough to count by hand."""

from array import array

import pytest

from harvester.extraction.contributions import Contribution, loudest
from harvester.extraction.trees import Forest, log_odds

# Two trees over quarters, and one that is a single leaf.
#
#   words <= 10 ?               link-share <= 0.5 ?
#   ├── yes: -1.00              ├── yes: +0.50
#   └── no: link-share <= 0.5 ? └── no:  -1.00             +0.25
#       ├── yes: +2.00
#       └── no:  -0.50
#
# Leaves counted once each: .75 right of the first root, (-1 + 2 - .5) / 3 = .1667 at it; -.25 at the second.
FOREST = Forest(
    columns=("words", "depth", "link-share"),
    classes=1,
    leaves=bytes([3, 2, 1]),
    features=bytes([0, 2, 2]),
    cuts=bytes([0, 0, 0]),
    left=array("b", [~0, ~1, ~0]).tobytes(),
    right=array("b", [1, ~2, ~1]).tobytes(),
    values=array("h", [-4, 8, -2, 2, -4, 1]).tobytes(),
    unit=0.25,
    cut_values=((10.0,), (), (0.5,)),
)
AT_ROOTS = 0.5 / 3 - 0.25 + 0.25


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        # .75 - .1667 to words; 2 - .75 and .5 + .25 to link-share
        ([20.0, 4.0, 0.1], [("link-share", 0.1, 2.0), ("words", 20.0, 0.5833)]),
        # -.5 - .75 and -1 + .25
        ([20.0, 4.0, 0.9], [("link-share", 0.9, -2.0), ("words", 20.0, 0.5833)]),
        # -1 - .1667; a row goes left at the cut itself
        ([10.0, 4.0, 0.5], [("words", 10.0, -1.1667), ("link-share", 0.5, 0.75)]),
    ],
)
def test_each_split_gives_the_change_of_the_expectation_to_its_feature(
    row: list[float], expected: list[tuple[str, float, float]]
) -> None:
    assert loudest(FOREST, [row]) == (tuple(Contribution(*part) for part in expected),)


def test_shares_and_the_expectation_at_the_roots_add_up_to_the_log_odds() -> None:
    rows = [[words, 0.0, share] for words in (3.0, 10.0, 11.0) for share in (0.0, 0.5, 0.7)]
    for parts, (odds,) in zip(loudest(FOREST, rows), log_odds(FOREST, rows), strict=True):
        assert AT_ROOTS + sum(part.weight for part in parts) == pytest.approx(odds, abs=2e-4)


def test_five_at_most_the_largest_first_ties_in_the_order_of_the_columns_and_no_zero() -> None:
    stumps = [3, -8, 1, 0, 8, 2, -5]  # tree n asks column n, and gives -v or v: v is the share of a row of ones
    forest = Forest(
        columns=tuple("abcdefg"),
        classes=1,
        leaves=bytes([2] * 7),
        features=bytes(range(7)),
        cuts=bytes(7),
        left=array("b", [~0] * 7).tobytes(),
        right=array("b", [~1] * 7).tobytes(),
        values=array("h", [side * v for v in stumps for side in (-1, 1)]).tobytes(),
        unit=1.0,
        cut_values=((0.5,),) * 7,
    )
    (parts,) = loudest(forest, [[1.0] * 7])
    assert [(part.feature, part.weight) for part in parts] == [("b", -8), ("e", 8), ("g", -5), ("a", 3), ("f", 2)]
    assert loudest(forest, []) == ()


def test_a_child_may_stand_before_its_parent() -> None:
    chain = Forest(
        columns=("a",),
        classes=1,
        leaves=bytes([4]),
        features=bytes(3),
        cuts=bytes([2, 0, 1]),
        left=array("b", [2, ~0, 1]).tobytes(),  # split 0 is the root, 2 below it, 1 below that
        right=array("b", [~3, ~1, ~2]).tobytes(),
        values=array("h", [0, 4, 8, 12]).tobytes(),
        unit=1.0,
        cut_values=((1.0, 2.0, 3.0),),
    )
    weights = [parts[0].weight if parts else 0.0 for parts in loudest(chain, [[0.0], [2.0], [3.0], [9.0]])]
    assert weights == [-6.0, -2.0, 2.0, 6.0]
