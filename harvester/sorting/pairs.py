"""An external merge sort of pairs of 64-bit numbers; compiled, since a corpus has millions of them.

A piece is sorted by its bytes from the lowest up (radix sort; Knuth, The Art of Computer Programming 3, 5.2.5). Pieces are merged
block by block: of what is loaded of each piece, all that is not above the least of their last numbers can be sorted and given.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import cython

from harvester.sorting.rows import MEMORY
from harvester.sorting.scratch import Scratch

Numbers: TypeAlias = "array[int]"
_PAIR = 16
_LEAST_BLOCK = 256


class SortedPairs:
    """Pairs of numbers in ascending order, once all are added, in blocks; all pairs with the same first number are in one.

    About `memory` bytes are held, and 48 more for each pair with the commonest first number; the other pairs lie in a file
    without a name in `folder`. Raises StorageError where that cannot be written or read.
    """

    def __init__(self, folder: Path, *, memory: int = MEMORY) -> None:
        # Sorting takes twice the room of what is sorted, and what was just added may double it once more.
        self._folder, self._most = folder, max(memory // (3 * _PAIR), 1)
        self._keys, self._values = array("Q"), array("Q")
        self._scratch: Scratch | None = None
        self._pieces: list[tuple[int, int]] = []

    def add(self, keys: Numbers, values: Numbers) -> None:
        """Take more pairs; of `keys` the first numbers, of `values` the second ones."""
        self._keys += keys
        self._values += values
        if len(self._keys) > self._most:
            self._spill()

    def _spill(self) -> None:
        self._scratch = self._scratch or Scratch(self._folder)
        keys, values = in_order(self._keys, self._values)
        self._keys, self._values = array("Q"), array("Q")
        self._pieces.append((self._scratch.size, len(keys)))
        self._scratch.write(memoryview(keys).cast("B"))
        self._scratch.write(memoryview(values).cast("B"))

    def __iter__(self) -> Iterator[tuple[Numbers, Numbers]]:
        if self._scratch is None:
            if self._keys:
                yield in_order(self._keys, self._values)
            return
        if self._keys:
            self._spill()
        block = max(self._most // len(self._pieces), _LEAST_BLOCK)
        pieces = [_Piece(self._scratch, start, count, block) for start, count in self._pieces]
        while pieces:
            last = _load(pieces)
            keys, values = array("Q"), array("Q")
            for piece in pieces:
                piece.move(last, keys, values)
            pieces = [piece for piece in pieces if piece.left or piece.keys]
            yield in_order(keys, values)

    def close(self) -> None:
        """Let the pairs go."""
        self._keys, self._values = array("Q"), array("Q")
        if self._scratch is not None:
            self._scratch.close()

    def __enter__(self) -> "SortedPairs":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Piece:
    """What is loaded of a sorted piece: first its keys lie in the file, then its values."""

    def __init__(self, scratch: Scratch, start: int, count: int, block: int) -> None:
        self._scratch, self._place, self._values_behind, self._block = scratch, start, 8 * count, block
        self.left, self.keys, self.values = count, array("Q"), array("Q")

    def load(self) -> None:
        """Load the next block, behind what is loaded."""
        count = min(self._block, self.left)
        self.keys.frombytes(self._scratch.read(self._place, 8 * count))
        self.values.frombytes(self._scratch.read(self._place + self._values_behind, 8 * count))
        self._place += 8 * count
        self.left -= count

    def move(self, last: int, keys: Numbers, values: Numbers) -> None:
        """Hand over what is loaded up to that key."""
        end = bisect_right(self.keys, last)
        keys += self.keys[:end]
        values += self.values[:end]
        del self.keys[:end], self.values[:end]


def _load(pieces: list[_Piece]) -> int:
    """Load blocks; the key up to which all pairs of all pieces are loaded then."""
    for piece in pieces:
        if not piece.keys:
            piece.load()
    last = min((piece.keys[-1] for piece in pieces if piece.left), default=(1 << 64) - 1)
    for piece in pieces:
        while piece.left and piece.keys[-1] == last:
            piece.load()
    return last


def in_order(keys: Numbers, values: Numbers) -> tuple[Numbers, Numbers]:
    """The pairs in ascending order. What is handed in may be used up."""
    if not cython.compiled:
        pairs = sorted(zip(keys, values, strict=True))
        return array("Q", [key for key, _ in pairs]), array("Q", [value for _, value in pairs])
    other_keys, other_values = array("Q", bytes(8 * len(keys))), array("Q", bytes(8 * len(keys)))
    counts = array("Q", bytes(8 * 16 * 256))
    if keys:
        _count(keys, values, counts)
    for byte in range(16):
        if max(counts[256 * byte : 256 * (byte + 1)]) < len(keys):
            _scatter(keys, values, other_keys, other_values, counts, byte)
            keys, values, other_keys, other_values = other_keys, other_values, keys, values
    return keys, values


@cython.cfunc
@cython.boundscheck(False)
@cython.wraparound(False)
def _count(keys: cython.ulonglong[::1], values: cython.ulonglong[::1], counts: cython.ulonglong[::1]) -> None:
    """How often each byte stands in each place: eight of the values, eight of the keys."""
    i: cython.Py_ssize_t
    byte: cython.Py_ssize_t
    value: cython.ulonglong
    key: cython.ulonglong
    for i in range(len(keys)):
        value, key = values[i], keys[i]
        for byte in range(8):
            counts[256 * byte + (value >> (8 * byte) & 255)] += 1
            counts[256 * (byte + 8) + (key >> (8 * byte) & 255)] += 1


@cython.cfunc
@cython.boundscheck(False)
@cython.wraparound(False)
def _scatter(
    keys: cython.ulonglong[::1],
    values: cython.ulonglong[::1],
    sorted_keys: cython.ulonglong[::1],
    sorted_values: cython.ulonglong[::1],
    counts: cython.ulonglong[::1],
    byte: cython.Py_ssize_t,
) -> None:
    """Sort by one byte and leave equal ones as they stand."""
    place: cython.ulonglong = 0
    count: cython.ulonglong
    i: cython.Py_ssize_t
    first: cython.Py_ssize_t = 256 * byte
    shift: cython.int = 8 * (byte % 8)
    for i in range(first, first + 256):
        count = counts[i]
        counts[i] = place
        place += count
    for i in range(len(keys)):
        place = first + (values[i] >> shift & 255) if byte < 8 else first + (keys[i] >> shift & 255)
        sorted_keys[counts[place]] = keys[i]
        sorted_values[counts[place]] = values[i]
        counts[place] += 1
