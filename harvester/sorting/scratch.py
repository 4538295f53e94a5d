"""A file without a name: gone when it is closed or the process ends, however it ends."""

import os
import tempfile
from pathlib import Path

from harvester.errors import StorageError, storage

_BUFFER = 1 << 20


class Scratch:
    """Bytes that are written one behind the other and read anywhere. Raises StorageError where the disk does not do it."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.size = folder, 0
        self._buffer, self._written = bytearray(), 0
        try:
            # Not TemporaryFile: where the disk fails it tries a second way, and the failure passes unseen.
            self._file, name = tempfile.mkstemp(dir=folder)
            os.unlink(name)
        except OSError as error:  # of which the file's name would say nothing
            raise StorageError(f"{folder}: {error.strerror or error}") from error

    def write(self, data: bytes | memoryview) -> None:
        """Put bytes behind the last ones."""
        self._buffer += data
        self.size += len(data)
        if len(self._buffer) >= _BUFFER:
            self._flush()

    def _flush(self) -> None:
        rest = memoryview(self._buffer)
        with storage(self._folder):
            while rest:
                done = os.pwrite(self._file, rest, self._written)
                self._written += done
                rest = rest[done:]
        self._buffer = bytearray()

    def read(self, start: int, size: int) -> bytes:
        """So many bytes from there on, all of which were written."""
        if start + size > self._written:
            self._flush()
        try:  # and no `with storage`: millions of times it is what takes longest
            data = os.pread(self._file, size, start)
            while len(data) < size:  # the kernel gives at most 2 GiB at once
                more = os.pread(self._file, size - len(data), start + len(data))
                if not more:
                    raise StorageError(f"{self._folder}: a temporary file is shorter than it was written")
                data += more
        except OSError as error:
            raise StorageError(f"{self._folder}: {error.strerror or error}") from error
        return data

    def close(self) -> None:
        """Let the file go."""
        os.close(self._file)
