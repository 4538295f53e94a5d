"""The mean of differences, and the interval that it lies in."""

import math
from collections.abc import Sequence
from random import Random

from harvester.types import Frozen

_RESAMPLES = 1000
_TAIL = 25
"""Of 1,000 resamples, those left out at each end: 2.5 %."""


class Difference(Frozen):
    """By how much one system's word F1 is above another's, page by page: mean, and the 95 % interval of the mean."""

    mean: float
    low: float
    high: float


def mean_gap(gaps: Sequence[float], seed: int) -> Difference:
    """The mean of differences page by page, at least one; percentile bootstrap over pages."""
    chance = Random(seed)
    means = sorted(mean(chance.choices(gaps, k=len(gaps))) for _ in range(_RESAMPLES))
    return Difference(places(mean(gaps)), places(means[_TAIL - 1]), places(means[-_TAIL]))


def mean(values: Sequence[float]) -> float:
    """Of floats, summed exactly; 0 where there are none."""
    return math.fsum(values) / len(values) if values else 0.0


def places(value: float) -> float:
    """Four places, as figures have."""
    return round(value, 4) + 0.0  # no -0.0
