"""The rows of a shard: what is known of a page before it is known which of its captures is taken.

A part of a shard is one zstd frame with a checksum, of rows with their lengths before them, sorted. A row begins with the
page's id, so that rows sort by page, and sorts on by all its bytes: order does not depend on who wrote which part.
"""

import heapq
import struct
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import msgspec
from backports import zstd

from harvester.batch.files import join, reading, write
from harvester.errors import StorageError, storage
from harvester.types import Failure, Frozen, Seed

ID = 36
"""Bytes of an id at the head of a row."""
_LENGTH = struct.Struct(">I")
_OPTIONS: Mapping[int, int] = {
    zstd.CompressionParameter.compression_level: 1,  # they are read once; 3 takes twice as long for a fifteenth less
    zstd.CompressionParameter.window_log: 19,  # 512 KiB: many parts are open at a time
    zstd.CompressionParameter.checksum_flag: 1,
}
_OPEN = 64
"""Parts that are read at a time."""


class Standing(Frozen, order=True):
    """What decides between captures of one page: the greater is taken, as `index.warcs` has it."""

    answered: bool
    date: str
    file: str
    offset: int
    inner: int


class Row(Frozen):
    """A page as one input knows it."""

    seed: Seed | None = None
    """None for a record that is damaged: then all there is, is the failure."""
    standing: Standing | None = None
    capture: tuple[str, str] | None = None
    """Record id of the capture and sha256 of its bytes; None where it could not be had."""
    judged: bytes | None = None
    """What `judging.encoded` makes of the page; None where it failed."""
    failure: Failure | None = None


def encoded(identifier: str, row: Row) -> bytes:
    """A row as bytes."""
    key = identifier.encode()
    assert len(key) == ID
    return key + _encoder.encode(row)


def decoded(row: bytes) -> Row:
    """A row from bytes. Raises StorageError."""
    try:
        return _decoder.decode(memoryview(row)[ID:])
    except msgspec.MsgspecError as error:
        raise StorageError(f"a row of a shard is damaged: {error}; delete the shards and run again") from error


def pack(rows: Iterable[bytes]) -> bytes:
    """A part, sorted."""
    compressor = zstd.ZstdCompressor(options=_OPTIONS)
    pieces = [piece for row in sorted(rows) for piece in (compressor.compress(_LENGTH.pack(len(row)) + row),) if piece]
    return b"".join((*pieces, compressor.flush()))


class Writer:
    """Rows sorted part by part, so that no more than a part is in memory."""

    def __init__(self, folder: str, stem: str, part_bytes: int) -> None:
        self._folder, self._stem, self._part_bytes = folder, stem, part_bytes
        self._rows, self._size = list[bytes](), 0
        self.parts, self.sizes = list[str](), list[int]()

    def add(self, identifier: str, row: Row) -> None:
        """Add a row; a part that is full is written."""
        self._rows.append(encoded(identifier, row))
        self._size += len(self._rows[-1])
        if self._size >= self._part_bytes:
            self._flush()

    def finish(self, stale: Collection[tuple[str, Standing]]) -> None:
        """Write the last part; captures that are `stale`, by their pages' ids, are in no part then."""
        self._flush()
        for number, name in enumerate(self.parts if stale else ()):
            before = list(unpack(join(self._folder, name)))
            after = [row for row in before if _key(decoded(row)) not in stale]
            if len(after) < len(before):
                self.sizes[number] = self._write(name, after)

    def _flush(self) -> None:
        if self._rows:
            name = f"{self._stem}-{len(self.parts):05}.rows.zst"
            self.sizes.append(self._write(name, self._rows))
            self.parts.append(name)
            self._rows, self._size = [], 0

    def _write(self, name: str, content: Iterable[bytes]) -> int:
        packed = pack(content)
        write(join(self._folder, name), packed)
        return len(packed)


def _key(row: Row) -> tuple[str, Standing] | None:
    return None if row.seed is None or row.standing is None else (row.seed.id, row.standing)


def unpack(part: str) -> Iterator[bytes]:
    """The rows of a part, one at a time. Raises StorageError."""
    with reading(part) as stored:
        try:
            with zstd.ZstdFile(stored) as rows:
                while head := rows.read(_LENGTH.size):
                    [length] = _LENGTH.unpack(head)
                    row = rows.read(length)
                    if len(row) < length:
                        raise EOFError("it is cut off")
                    yield row
        except (zstd.ZstdError, EOFError, struct.error) as error:
            raise StorageError(f"{part}: damaged: {error}; delete it and run again") from error


def merged(parts: Sequence[str], scratch: Path, *, most: int = _OPEN) -> Iterator[bytes]:
    """All rows in order. `most` parts are open at a time: more of them are merged in rounds in `scratch`."""
    level, parts = 0, sorted(parts)
    while len(parts) > most:
        made = list[str]()
        for start in range(0, len(parts), most):
            path = scratch / f"{level}-{start // most}"
            _write(path, _merge(parts[start : start + most]))
            if level:
                for part in parts[start : start + most]:
                    Path(part).unlink()
            made.append(str(path))
        level, parts = level + 1, made
    yield from _merge(parts)


def _merge(parts: Sequence[str]) -> Iterator[bytes]:
    with ExitStack() as stack:
        streams = [unpack(part) for part in parts]
        for stream in streams:
            stack.callback(stream.close)  # type: ignore[attr-defined]  # a generator
        yield from heapq.merge(*streams)


def _write(path: Path, rows: Iterable[bytes]) -> None:
    with storage(path), zstd.ZstdFile(path, "wb", options=_OPTIONS) as file:
        for row in rows:
            file.write(_LENGTH.pack(len(row)) + row)


_encoder, _decoder = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(Row)
