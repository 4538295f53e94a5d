"""What two bags of anything have in common: counts, and the shares that they give."""

from harvester.types import Frozen


class Overlap(Frozen):
    """Two bags: how many of `found` and of `gold` they have in common."""

    common: int
    found: int
    gold: int

    @property
    def precision(self) -> float:
        """Share of what was found that is gold; 1 where both bags are empty, 0 where one is."""
        return self.common / self.found if self.found else float(self.gold == 0)

    @property
    def recall(self) -> float:
        """Share of the gold that was found; 1 where both bags are empty, 0 where one is."""
        return self.common / self.gold if self.gold else float(self.found == 0)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return f_measure(self.precision, self.recall)


class Part(Frozen):
    """So many of so many."""

    found: int
    all: int


def f_measure(precision: float, recall: float) -> float:
    """Harmonic mean; 0 where both are 0."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
