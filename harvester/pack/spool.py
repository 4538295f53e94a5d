"""Rows in a file that is deleted when it is closed: what is known of each page between the first pass and the second."""

import os
from array import array
from pathlib import Path
from types import TracebackType
from typing import Self

from harvester.archive import create
from harvester.errors import storage


class Spool:
    """Rows of bytes by number. In memory there are twelve bytes for each."""

    def __init__(self, path: Path) -> None:
        self._path, self._size = path, 0
        self._starts, self._sizes = array("Q"), array("I")
        self._out = os.fdopen(create(path), "wb")
        with storage(path):
            self._in = path.open("rb")

    def __len__(self) -> int:
        return len(self._starts)

    def append(self, row: bytes) -> None:
        """Put a row behind the last one."""
        self._starts.append(self._size)
        self._sizes.append(len(row))
        self._write(row)

    def replace(self, number: int, row: bytes) -> None:
        """Put another row in the place of one."""
        self._starts[number], self._sizes[number] = self._size, len(row)
        self._write(row)

    def _write(self, row: bytes) -> None:
        with storage(self._path):
            self._out.write(row)
        self._size += len(row)

    def __getitem__(self, number: int) -> bytes:
        """A row as it was written; after `flush`."""
        with storage(self._path):
            if self._in.tell() != self._starts[number]:
                self._in.seek(self._starts[number])
            return self._in.read(self._sizes[number])

    def flush(self) -> None:
        """Let everything written so far be read."""
        with storage(self._path):
            self._out.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._in.close()
        if kind is None:
            with storage(self._path):
                self._out.close()
                self._path.unlink()
        else:  # the draft goes as a whole; closing may meet the full disk that is being reported
            try:
                self._out.close()
            except OSError:
                self._path.unlink(missing_ok=True)
