"""Rows of numbers in one flat array: what features write and trees read."""

from array import array
from collections.abc import Iterator, Sequence
from typing import Any

_ZERO = array("d", (0.0,))


class Rows(Sequence[Sequence[float]]):
    """A table of doubles: `values` holds row after row of `width` numbers."""

    def __init__(self, count: int, width: int) -> None:
        self.width = width
        self.values = _ZERO * (count * width)

    def __len__(self) -> int:
        return len(self.values) // self.width

    def __getitem__(self, i: Any) -> Any:
        """A copy of the row at a position from 0 on; slices are not taken."""
        if not 0 <= i < len(self):
            raise IndexError(i)
        return self.values[i * self.width : (i + 1) * self.width]

    def __iter__(self) -> Iterator[Sequence[float]]:
        return (self.values[at : at + self.width] for at in range(0, len(self.values), self.width))

    def column(self, number: int) -> "array[float]":
        """The values of a column."""
        return self.values[number :: self.width]
