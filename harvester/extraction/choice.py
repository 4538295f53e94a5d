"""Which blocks to keep, given how likely each is body: those that make the page's expected F1 largest."""

import math
from collections.abc import Sequence

import cython


def best_set(
    sizes: Sequence[int], scores: Sequence[float], allowed: Sequence[bool], *, unlikely: float = 0.0
) -> tuple[set[int], float]:
    """The positions of the allowed blocks that make the expected F1 in words largest, and that F1.

    Blocks that score `unlikely` or less are not kept, and do not count as body that might be missed: many small scores,
    those of fifty comments, would add up to a body that is not there.

    The measure is 2·E[kept body] / (kept + E[body]), as in `page.expected_f1`. Only the blocks above some score can be
    best (Lewis 1995; Jansche 2007), so one pass over them by falling score finds the set.
    """
    falling = [-score for score in scores]
    order = sorted(
        [i for i, is_allowed in enumerate(allowed) if is_allowed and scores[i] > unlikely], key=falling.__getitem__
    )  # stable
    body = math.fsum([words * odd for words, odd in zip(sizes, scores, strict=True) if odd > unlikely])
    best: cython.double = 0.0
    hit: cython.double = 0.0
    kept: cython.double = 0.0
    whole: cython.double = body
    size: cython.double
    score: cython.double
    expected: cython.double
    count: cython.Py_ssize_t = 0
    for number, i in enumerate(order, 1):
        size, score = sizes[i], scores[i]
        kept += size
        hit += size * score
        if kept:
            expected = 2 * hit / (kept + whole)
            # Nine places decide. To round is slow, and changes nothing where the two are further apart.
            if expected > best and (expected - best > 2e-9 or round(expected, 9) > round(best, 9)):
                best, count = expected, number
    return set(order[:count]), round(best, 9)
