"""An archive folder: WARC files that are only appended to, and the CDXJ index derived from them."""

import heapq
import os
from collections import defaultdict
from pathlib import Path
from types import TracebackType
from typing import Self

from harvester.archive import warc
from harvester.archive.durable import create, sync_folder
from harvester.archive.index import Entry, entry_for, lookup, read_all
from harvester.errors import StorageError, storage
from harvester.types import Capture

INDEX = "index.cdxj"
MAX_FILE = 1 << 30
"""Bytes after which the next record opens a new file (the size the IIPC guidelines suggest)."""
_SYNC_EVERY = 64


class Archive:
    """Captures on disk, open for reading and appending; the caller holds the corpus's lock.

    The WARC files are the truth. Opening cuts off a record that a kill left torn and indexes what
    the index does not cover; `repairs` says so, one line each.
    """

    def __init__(self, folder: Path, *, now: str, name: str, software: str) -> None:
        self.folder, self.repairs = folder, list[str]()
        self._now, self._name, self._software = now, name, software
        self._new: dict[str, list[Entry]] = defaultdict(list)
        self._file: Path | None = None
        self._handle, self._size, self._unsynced = -1, 0, 0

    def __enter__(self) -> Self:
        with storage(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        sync_folder(self.folder.parent)
        covered: dict[str, int] = defaultdict(int)
        for entry in read_all(self.folder / INDEX):
            covered[entry.filename] = max(covered[entry.filename], entry.offset + entry.length)
        files = sorted(self.folder.glob("*.warc.gz"))
        for lost in sorted(covered.keys() - {file.name for file in files}):
            raise StorageError(f"{self.folder / lost}: listed in {INDEX} but gone; restore it, or delete {INDEX}")
        for file in files:
            self._cover(file, covered[file.name])
        self._file = files[-1] if files else None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.sync()
        finally:
            self._close()

    def find(self, url: str, *, sha256: str | None = None, fetched_at: str | None = None) -> Entry | None:
        """The newest capture of a URL (the last written among equals) that has the given digest and date."""
        return next(
            (e for e in self.history(url) if sha256 in (None, e.sha256) and fetched_at in (None, e.fetched_at)), None
        )

    def history(self, url: str) -> list[Entry]:
        """Every capture of a URL, the newest first, and among equals the last written."""
        entries = [*lookup(self.folder / INDEX, url), *self._new.get(url, ())]
        return sorted(entries, key=lambda e: (e.fetched_at, e.filename, e.offset), reverse=True)

    def add(self, capture: Capture) -> Entry:
        """Append a capture; PageError where it cannot be framed, StorageError where it cannot be written."""
        members = warc.capture_records(capture)
        if self._handle < 0 or self._size >= MAX_FILE:
            self._open_file()
        assert self._file is not None
        for member in members:
            self._append(member)
        self._unsynced += 1
        if self._unsynced >= _SYNC_EVERY:
            self._sync()
        length = len(members[-1])
        entry = entry_for(capture, self._file.name, self._size - length, length)
        self._new[entry.url].append(entry)
        return entry

    def read(self, entry: Entry) -> Capture:
        """The capture at an entry, its bytes checked against the entry's digest."""
        path = self.folder / entry.filename
        place = f"{path}:{entry.offset}"
        with storage(path), path.open("rb") as file:
            file.seek(entry.offset)
            capture = warc.read_capture(file.read(entry.length), place=place)
        if capture.sha256 != entry.sha256:
            raise StorageError(f"{place}: the bytes of {entry.url} changed since they were archived; restore a copy")
        return capture

    def sync(self) -> None:
        """Make every capture added so far last, and the index know it."""
        self._sync()
        if self._new:
            self._write_index()

    def _cover(self, file: Path, covered: int) -> None:
        """Index the whole records behind `covered` and cut off what follows the last of them."""
        with storage(file):
            size = file.stat().st_size
        if size < covered:
            raise StorageError(f"{file}: {covered - size} bytes shorter than {INDEX} says; restore it from a copy")
        end = covered
        with storage(file), file.open("rb") as stream:
            for offset, member, head in warc.walk_members(stream, covered):
                kind = warc.kind_of(head)
                if kind == b"request":  # its response is missing until the next record is whole
                    continue
                end = offset + len(member)
                if kind != b"warcinfo":
                    capture = warc.read_capture(member, place=f"{file}:{offset}")
                    self._new[capture.uri].append(entry_for(capture, file.name, offset, len(member)))
        if covered < size:  # what an interrupted run wrote may not have reached the disk
            with storage(file), file.open("r+b") as stream:
                stream.truncate(end)
                os.fsync(stream.fileno())
        if end < size:
            self.repairs.append(f"{file}: cut off {size - end} bytes of a record that an interrupted run left torn")

    def _open_file(self) -> None:
        self._sync()
        self._close()
        if self._file is None or self._file.stat().st_size >= MAX_FILE:
            stamp = "".join(c for c in self._now if c.isdigit())
            serial = 1 + sum(1 for _ in self.folder.glob("*.warc.gz"))
            self._file = self.folder / f"{self._name}-{stamp}-{serial:05}.warc.gz"
            self._handle = create(self._file)
            sync_folder(self.folder)
        else:
            with storage(self._file):
                self._handle = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC)
        self._size = os.fstat(self._handle).st_size
        if not self._size:
            self._append(
                warc.info_record(file_name=self._file.name, date=self._now, software=self._software, part_of=self._name)
            )

    def _append(self, content: bytes) -> None:
        assert self._file is not None
        with storage(self._file):
            left = memoryview(content)
            while left:
                left = left[os.write(self._handle, left) :]
        self._size += len(content)

    def _sync(self) -> None:
        if self._unsynced and self._file is not None:
            with storage(self._file):
                os.fsync(self._handle)
            self._unsynced = 0

    def _close(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def _write_index(self) -> None:
        path = self.folder / INDEX
        temporary = path.with_name(f".{INDEX}.tmp")
        new = sorted(entry.line for entries in self._new.values() for entry in entries)
        with storage(path):
            path.touch()
        with storage(path), os.fdopen(create(temporary), "wb") as out, path.open("rb") as old:
            out.writelines(heapq.merge(old, new))
            out.flush()
            os.fsync(out.fileno())
        with storage(path):
            temporary.rename(path)
        sync_folder(self.folder)
        self._new.clear()
