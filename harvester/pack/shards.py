"""JSON Lines files: written in shards with digests of the uncompressed bytes, read back whatever their compression."""

import hashlib
import os
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Literal

import msgspec
from backports import zstd

from harvester.archive import create
from harvester.errors import StorageError, storage
from harvester.types import Frozen

Compression = Literal["none", "gzip", "zstd"]
SUFFIX: dict[Compression, str] = {"none": "", "gzip": ".gz", "zstd": ".zst"}


class FileEntry(Frozen):
    """A file of a version, as the manifest lists it."""

    path: str
    bytes: int
    sha256: str
    """Of the uncompressed bytes: what a rebuild must give again."""
    stored_bytes: int
    stored_sha256: str


class _File:
    """One file being written, compressed or not, its digests kept on the way."""

    def __init__(self, path: Path, compression: Compression) -> None:
        self.path, self.size = path, 0
        self._plain, self._stored_size = hashlib.sha256(), 0
        self._stored = None if compression == "none" else hashlib.sha256()  # the same bytes have the same digest
        self._out = os.fdopen(create(path), "wb")
        self._compress: Callable[[bytes], bytes] = lambda content: content
        self._flush: Callable[[], bytes] = lambda: b""
        if compression == "gzip":
            gzip = zlib.compressobj(6, zlib.DEFLATED, 31)  # its header carries no time and no name
            self._compress, self._flush = gzip.compress, gzip.flush
        elif compression == "zstd":
            zst = zstd.ZstdCompressor()
            self._compress, self._flush = zst.compress, zst.flush

    def write(self, content: bytes) -> None:
        self.size += len(content)
        self._plain.update(content)
        self._store(self._compress(content))

    def _store(self, stored: bytes) -> None:
        with storage(self.path):
            self._out.write(stored)
        if self._stored is not None:
            self._stored.update(stored)
        self._stored_size += len(stored)

    def close(self, name: str) -> FileEntry:
        self._store(self._flush())
        with storage(self.path):
            self._out.flush()
            os.fsync(self._out.fileno())
            self._out.close()
        stored = self._stored or self._plain
        return FileEntry(name, self.size, self._plain.hexdigest(), self._stored_size, stored.hexdigest())

    def abandon(self) -> None:
        # Closing writes what is buffered, and may meet the full disk that is being reported.
        with suppress(OSError):
            self._out.close()


def write_file(folder: Path, name: str, content: bytes) -> FileEntry:
    """Write one whole file, synced."""
    file = _File(folder / name, "none")
    file.write(content)
    return file.close(name)


def write_lines(folder: Path, name: str, lines: Iterable[bytes]) -> FileEntry:
    """Write a file line by line, synced."""
    file = _File(folder / name, "none")
    try:
        for line in lines:
            file.write(line)
        return file.close(name)
    finally:
        file.abandon()


class ShardWriter:
    """Rows side by side into `data/` and `blocks/`: line n of one belongs to line n of the other. Each split has shards
    of its own."""

    def __init__(self, folder: Path, *, compression: Compression, shard_bytes: int) -> None:
        self._folder, self._compression, self._shard_bytes = folder, compression, shard_bytes
        self._open: dict[str, tuple[_File, _File]] = {}
        self._closed: list[FileEntry] = []
        self._count: Counter[str] = Counter()
        for kind in ("data", "blocks"):
            with storage(folder / kind):
                (folder / kind).mkdir()

    def write(self, record: bytes, sidecar: bytes, split: str = "train") -> None:
        """Append a record's line and its sidecar's to the shards of a split."""
        if split not in self._open:
            part = f"{split}-{self._count[split]:05}.part"
            data, blocks = (_File(self._folder / kind / part, self._compression) for kind in ("data", "blocks"))
            self._open[split] = data, blocks
            self._count[split] += 1
        shard = self._open[split]
        shard[0].write(record)
        shard[1].write(sidecar)
        if shard[0].size >= self._shard_bytes:
            self._close_shard(split)

    def finish(self) -> list[FileEntry]:
        """Close the last shards and give all their final names, which state how many a split has."""
        for split in list(self._open):
            self._close_shard(split)
        entries = []
        for entry in self._closed:
            name = f"{entry.path}-of-{self._count[split_name(entry.path)]:05}.jsonl{SUFFIX[self._compression]}"
            with storage(self._folder / name):
                (self._folder / f"{entry.path}.part").rename(self._folder / name)
            entries.append(msgspec.structs.replace(entry, path=name))
        return entries

    def abandon(self) -> None:
        """Close what is open after an error."""
        for file in chain.from_iterable(self._open.values()):
            file.abandon()

    def _close_shard(self, split: str) -> None:
        number = f"{self._count[split] - 1:05}"
        for file, kind in zip(self._open.pop(split), ("data", "blocks"), strict=True):
            self._closed.append(file.close(f"{kind}/{split}-{number}"))


def split_name(path: str) -> str:
    """`data/train-00000-of-00001.jsonl` → `train`."""
    return path.partition("/")[2].partition("-")[0]


def read_chunks(path: Path) -> Iterator[bytes]:
    """The uncompressed bytes of a file in pieces; raises StorageError where they cannot be had."""
    with storage(path), path.open("rb") as file:
        if path.suffix == ".gz":
            yield from _inflated(iter(lambda: file.read(1 << 20), b""), path)
        elif path.suffix == ".zst":
            try:
                with zstd.ZstdFile(file) as frames:
                    yield from iter(lambda: frames.read(1 << 20), b"")
            except (zstd.ZstdError, EOFError) as error:
                raise StorageError(f"{path}: not readable as zstd: {error}") from error
        else:
            yield from iter(lambda: file.read(1 << 20), b"")


def _inflated(chunks: Iterator[bytes], path: Path) -> Iterator[bytes]:
    inflater = zlib.decompressobj(31)
    try:
        for chunk in chunks:
            while chunk:
                yield inflater.decompress(chunk, 1 << 20)
                chunk = inflater.unconsumed_tail
    except zlib.error as error:
        raise StorageError(f"{path}: not readable as gzip: {error}") from error
    if not inflater.eof:
        raise StorageError(f"{path}: cut off")


def read_lines(path: Path) -> Iterator[bytes]:
    """The lines of a JSON Lines file, split at `\\n` alone, as bytes without it."""
    rest = b""
    for chunk in read_chunks(path):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
    if rest:
        yield rest
