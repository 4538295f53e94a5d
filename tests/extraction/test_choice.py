"""The set of blocks with the largest expected F1."""

from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.extraction.choice import best_set

BLOCKS = st.lists(st.tuples(st.integers(1, 50), st.integers(1, 99).map(lambda n: n / 100)), min_size=1, max_size=7)


def expected(blocks: list[tuple[int, float]], chosen: tuple[int, ...]) -> float:
    hit = sum(blocks[i][0] * blocks[i][1] for i in chosen)
    body = sum(size * score for size, score in blocks)
    return 2 * hit / (sum(blocks[i][0] for i in chosen) + body)


@given(BLOCKS)
def test_no_other_set_is_better(blocks: list[tuple[int, float]]) -> None:
    sizes, scores = zip(*blocks, strict=True)
    chosen, promised = best_set(sizes, scores, [True] * len(blocks))
    found = tuple(chosen)
    every = chain.from_iterable(combinations(range(len(blocks)), k) for k in range(1, len(blocks) + 1))
    assert promised == pytest.approx(expected(blocks, found))
    assert expected(blocks, found) >= max(expected(blocks, chosen) for chosen in every) - 1e-6


def test_a_block_that_is_not_allowed_is_not_kept_and_still_counts_as_body() -> None:
    assert best_set([10, 10, 10], [0.9, 0.9, 0.4], [True, False, True]) == ({0, 2}, pytest.approx(26 / 42))
    assert best_set([10, 10], [0.9, 0.05], [True, True]) == ({0}, pytest.approx(18 / 19.5))
    assert best_set([], [], []) == (set(), 0.0)


def test_many_unlikely_blocks_do_not_add_up_to_a_body() -> None:
    sizes, scores, allowed = [10, *[20] * 50], [0.9, *[0.12] * 50], [True] * 51
    assert len(best_set(sizes, scores, allowed)[0]) > 1
    assert best_set(sizes, scores, allowed, unlikely=0.15)[0] == {0}
    assert best_set([20], [0.15], [True], unlikely=0.15) == (set(), 0.0)
