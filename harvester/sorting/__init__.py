"""Rows come in, in any order and more than memory holds; the same rows go out in ascending order.

They are sorted piece by piece, the pieces lie in a file without a name, and are merged. Knows nothing of the program.
"""

from harvester.sorting.pairs import SortedPairs
from harvester.sorting.rows import MEMORY, SortedRows
from harvester.sorting.scratch import Scratch

__all__ = ["MEMORY", "Scratch", "SortedPairs", "SortedRows"]
