"""An external merge sort of rows of bytes (Knuth, The Art of Computer Programming 3, 5.4)."""

import heapq
import sys
from collections.abc import Iterator
from pathlib import Path
from struct import Struct

from harvester.sorting.scratch import Scratch

MEMORY = 64 << 20
"""Bytes of rows that are held at once, unless said otherwise."""
_SIZE = Struct("<I")
_OBJECT = sys.getsizeof(b"") + 8  # and the place in a list
_LEAST_BLOCK = 1 << 12


class SortedRows:
    """Rows of bytes in ascending order, once all are added; equal ones stay apart.

    About `memory` bytes of them are held, as Python counts them; the others lie in a file without a name in `folder`, which
    is gone when this is closed or the process ends. Raises StorageError where that file cannot be written or read.
    """

    def __init__(self, folder: Path, *, memory: int = MEMORY) -> None:
        self._folder, self._memory = folder, memory
        self._held, self._size = list[bytes](), 0
        self._scratch: Scratch | None = None
        self._pieces: list[tuple[int, int]] = []

    def add(self, row: bytes) -> None:
        """Take one more row, of under 4 GiB."""
        self._held.append(row)
        self._size += len(row) + _OBJECT
        if self._size > self._memory:
            self._spill()

    def _spill(self) -> None:
        self._scratch = self._scratch or Scratch(self._folder)
        self._held.sort()
        start = self._scratch.size
        for row in self._held:
            self._scratch.write(_SIZE.pack(len(row)) + row)
        self._pieces.append((start, self._scratch.size))
        self._held, self._size = [], 0

    def __iter__(self) -> Iterator[bytes]:
        self._held.sort()
        if self._scratch is None:
            return iter(self._held)
        block = max(self._memory // (len(self._pieces) + 1), _LEAST_BLOCK)
        return heapq.merge(*(_rows(self._scratch, *piece, block) for piece in self._pieces), self._held)

    def close(self) -> None:
        """Let the rows go."""
        self._held = []
        if self._scratch is not None:
            self._scratch.close()

    def __enter__(self) -> "SortedRows":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _rows(scratch: Scratch, start: int, end: int, block: int) -> Iterator[bytes]:
    """The rows of one piece, read in blocks of at least that many bytes."""
    while start < end:
        data, place = scratch.read(start, min(block, end - start)), 0
        while place + _SIZE.size <= len(data):
            (size,) = _SIZE.unpack_from(data, place)
            if place + _SIZE.size + size > len(data):
                break
            yield data[place + _SIZE.size : place + _SIZE.size + size]
            place += _SIZE.size + size
        if not place:  # a row that is larger than the block
            block = _SIZE.size + _SIZE.unpack_from(data)[0]
        start += place
