"""Whether two samples of pages differ beyond chance: permutation tests over many measures at once, and over many hosts.

- A permutation test (Fisher 1935) asks how often a difference as large arises when pages are dealt to the two samples at
  random; it assumes nothing of how values are spread. Where the same page stands in both samples, its two values are swapped
  instead (sign-flip test), so that what pages differ in among themselves does not count.
- Over all measures of a host the largest standardised difference is taken, and held against the largest of each deal
  (Westfall and Young 1993, maxT): one p-value a host, and one adjusted for their number for each measure.
- Dealing stops when chance has won `_ENOUGH` times (Besag and Clifford 1991): a host that did not move costs little.
- Over hosts, Benjamini and Hochberg (1995) bound the share of false ones among those that are reported.

Pure: `seed` decides what is drawn.
"""

import math
from collections.abc import Callable, Sequence
from itertools import compress
from operator import itemgetter
from random import Random

from harvester.types import Frozen

_DEALS = 9_999
_ENOUGH = 20
_EPSILON = 1e-9

Values = Sequence[Sequence[float]]
"""A row a page, a column a measure."""


class Outcome(Frozen):
    """What a test says."""

    p: float
    """That a difference as large is chance, over all measures."""
    by_measure: tuple[float, ...]
    """The same for each, adjusted for their number."""


def paired(old: Values, new: Values, seed: int) -> Outcome:
    """Rows at the same place are of the same page."""
    gaps = [[b - a for a, b in zip(*rows, strict=True)] for rows in zip(old, new, strict=True)]
    columns, chance = _Columns(gaps), Random(seed)
    totals = [math.fsum(column) for column in columns.kept]

    def deal() -> list[float]:
        signs = f"{chance.getrandbits(len(gaps)):0{len(gaps)}b}"
        swapped = [sign == "1" for sign in signs]
        return [abs(t - 2 * sum(compress(c, swapped))) for t, c in zip(totals, columns.kept, strict=True)]

    return columns.outcome([abs(total) for total in totals], deal)


def unpaired(old: Values, new: Values, seed: int) -> Outcome:
    """The samples may have different sizes, neither of them below two."""
    rows = [*old, *new]
    means = [math.fsum(column) / len(rows) for column in zip(*rows, strict=True)]
    columns = _Columns([[value - mean for value, mean in zip(row, means, strict=True)] for row in rows])
    # With the mean taken off, the sum over one sample says all: that over the other is its negative.
    places, few, chance = range(len(rows)), min(len(old), len(new)), Random(seed)
    own = itemgetter(*(range(few) if len(old) == few else range(len(old), len(rows))))

    def deal() -> list[float]:
        dealt = itemgetter(*chance.sample(places, few))
        return [abs(sum(dealt(column))) for column in columns.kept]

    return columns.outcome([abs(sum(own(column))) for column in columns.kept], deal)


class _Columns:
    """The measures that differ between pages at all, each in units of its spread."""

    def __init__(self, rows: Values) -> None:
        columns = list(zip(*rows, strict=True))
        scales = [math.sqrt(math.fsum(value * value for value in column)) for column in columns]
        self._places = [place for place, scale in enumerate(scales) if scale > _EPSILON]
        self._measures = len(columns)
        self.kept = [[value / scales[place] for value in columns[place]] for place in self._places]

    def outcome(self, seen: Sequence[float], deal: Callable[[], list[float]]) -> Outcome:
        """How often what was dealt is as large as what was seen."""
        reached, most = [0] * len(seen), max(seen, default=0.0)
        deals = overall = 0
        while most > _EPSILON and deals < _DEALS and overall < _ENOUGH:
            deals += 1
            largest = max(deal()) + _EPSILON
            overall += largest >= most
            for place, value in enumerate(seen):
                reached[place] += largest >= value
        by_measure = [1.0] * self._measures
        for place, number in zip(self._places, reached, strict=True):
            by_measure[place] = (number + 1) / (deals + 1)
        stopped = overall >= _ENOUGH or not deals
        return Outcome(
            (overall / deals if deals else 1.0) if stopped else (overall + 1) / (deals + 1), tuple(by_measure)
        )


def significant(ps: Sequence[float], share: float) -> list[bool]:
    """Which are reported so that at most `share` of them are expected to be chance (Benjamini and Hochberg)."""
    order = sorted(range(len(ps)), key=lambda place: ps[place])
    last = max((rank for rank, place in enumerate(order, 1) if ps[place] <= share * rank / len(ps)), default=0)
    told = set(order[:last])
    return [place in told for place in range(len(ps))]
