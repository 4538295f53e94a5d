"""An archive folder: WARC files that are only appended to, and the CDXJ index derived from them."""

import heapq
import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from harvester.archive import warc
from harvester.archive.durable import create, finish_swap, refuse_planted, sync_folder, write_atomic
from harvester.archive.index import Entry, entry_for, lookup, read_all
from harvester.archive.members import walk_members
from harvester.archive.records import RawRecord
from harvester.errors import PageError, StorageError, storage
from harvester.types import Capture, Header

INDEX = "index.cdxj"
MAX_FILE = 1 << 30
"""Bytes after which the next record opens a new file (the size the IIPC guidelines suggest)."""
_SYNC_EVERY = 64
_TELLING = frozenset(("location", "content-type", "content-encoding", "x-robots-tag", "tdm-reservation"))
_VALIDATORS = (
    ("ETag", "If-None-Match", re.compile(r'(?:W/)?"[!#-~]{0,512}"', re.ASCII)),
    (
        "Last-Modified",
        "If-Modified-Since",
        re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT", re.ASCII),
    ),
)


class Archive:
    """Captures on disk, open for reading and appending; the caller holds the corpus's lock.

    The WARC files are the truth. Opening cuts off a record that a kill left torn and indexes what
    the index does not cover; `repairs` says so, one line each.
    """

    def __init__(self, folder: Path, *, now: str, name: str, info: Mapping[str, str], max_file: int = MAX_FILE) -> None:
        """`name` begins the names of the files, `info` goes into the `warcinfo` of each."""
        self.folder, self.repairs = folder, list[str]()
        self._now, self._name, self._info, self._max_file = now, name, info, max_file
        self._new: dict[str, list[Entry]] = defaultdict(list)
        self._file: Path | None = None
        self._handle, self._size, self._unsynced = -1, 0, 0

    def __enter__(self) -> Self:
        finish_swap(self.folder)
        with storage(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        sync_folder(self.folder.parent)
        index = self.folder / INDEX
        for path in (index, *self.folder.glob("*.warc.gz")):
            refuse_planted(path)
        # Without its index an archive was not left so by a run: damage to it is then none of a power cut.
        interrupted = index.exists()
        covered: dict[str, int] = defaultdict(int)
        for entry in read_all(index):
            covered[entry.filename] = max(covered[entry.filename], entry.offset + entry.length)
        files = sorted(self.folder.glob("*.warc.gz"), key=lambda file: serial(file.name))
        if lost := sorted(covered.keys() - {file.name for file in files}):
            raise StorageError(f"{self.folder / lost[0]}: listed in {INDEX} but gone; restore it, or delete {INDEX}")
        for file in files:
            self._cover(file, covered[file.name], interrupted)
        if not files and not interrupted:
            write_atomic(index, b"")
        self._file = files[-1] if files else None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.sync()
        finally:
            self._close()

    def find(
        self, url: str, *, sha256: str | None = None, fetched_at: str | None = None, until: str | None = None
    ) -> Entry | None:
        """The newest capture of a URL (the last written among equals) of the given digest and date, none after `until`.

        Where no date is asked for and the newest says that a page is unchanged, it is the capture from which on it is.
        """
        entries = [entry for entry in self._entries(url) if until is None or entry.fetched_at <= until]
        found = max(
            (e for e in entries if sha256 in (None, e.sha256) and fetched_at in (None, e.fetched_at)),
            key=_age,
            default=None,
        )
        return original_of(found, entries) if found is not None and fetched_at is None else found

    def history(self, url: str) -> list[Entry]:
        """Every capture of a URL, the newest first, and among equals the last written."""
        return sorted(self._entries(url), key=_age, reverse=True)

    def add(self, capture: Capture) -> Entry:
        """Append a capture; one that answers as the held one did, or with 304, as a `revisit` without its body.

        Raises PageError where it cannot be framed, or answers 304 and none is held; StorageError where it is not written.
        """
        held = self._same(capture)
        if held is not None and held.fetched_at == capture.fetched_at:
            return held
        revisited = None if held is None else self.read(held)
        members = warc.capture_records(capture, revisited=revisited)
        if self._handle < 0 or self._size >= self._max_file:
            self._open_file()
        assert self._file is not None
        for member in members:
            self._append(member)
        self._unsynced += 1
        if self._unsynced >= _SYNC_EVERY:
            self.flush()
        length = len(members[-1])
        entry = entry_for(capture, self._file.name, self._size - length, length, held)
        self._new[entry.url].append(entry)
        return entry

    def _same(self, capture: Capture) -> Entry | None:
        """The held capture that a new one repeats."""
        held = self.find(capture.uri) if capture.status is not None else None
        if capture.status == 304:
            if held is None or not held.status.startswith("2"):
                raise PageError("protocol-error", "the server answered 304, and no page is held")
            return held
        if held is None or held.sha256 != capture.sha256 or held.fetched_at > capture.fetched_at:
            return None
        before = self.read(held)
        same = _telling(before) == _telling(capture) and not _asks_otherwise(capture.opt_out, before)
        return held if same else None

    def validators(self, url: str, opt_out: str | None = None) -> tuple[Header, ...]:
        """The fields that make a request for a held page conditional: `If-None-Match`, `If-Modified-Since`.

        None where no whole good answer is held, where it names neither, or where the site's files (`opt_out`, see Capture)
        ask something else than when it came: it must come anew to be recorded with that.
        """
        held = self.find(url)
        newest = max(self._entries(url), key=_age, default=None)
        if held is None or newest is None or not held.status.startswith("2"):
            return ()
        captures = self._lying_at(newest), self._lying_at(held)  # the newest's validators hold, where it has any
        if captures[1].truncated is not None or _asks_otherwise(opt_out, captures[1]):
            return ()
        fields = list[Header]()
        for name, condition, form in _VALIDATORS:
            value = next((v for capture in captures if (v := capture.header(name))), "")
            if form.fullmatch(value):  # what a server said is not sent back blindly
                fields.append(Header(condition, value))
        return tuple(fields)

    def read(self, entry: Entry) -> Capture:
        """The capture at an entry, its bytes checked against the entry's digest; of a revisit, with the held body."""
        capture = self._lying_at(entry)
        if entry.original:
            capture = warc.revisit_as(capture, self._lying_at(original_of(entry, self._entries(entry.url))))
        if capture.sha256 != entry.sha256:
            place = f"{self.folder / entry.filename}:{entry.offset}"
            raise StorageError(f"{place}: the bytes of {entry.url} changed since they were archived; restore a copy")
        return capture

    def _lying_at(self, entry: Entry) -> Capture:
        path = self.folder / entry.filename
        with storage(path), path.open("rb") as file:
            file.seek(entry.offset)
            member = file.read(entry.length)
        return warc.read_capture(warc.read_record(member, place=f"{path}:{entry.offset}"))

    def _entries(self, url: str) -> list[Entry]:
        new = list(self._new.get(url, ()))  # first, as syncing in another thread moves them into the file
        return [*lookup(self.folder / INDEX, url), *new]

    def copy(self, members: Sequence[bytes]) -> None:
        """Append stored members as they are: the record of a capture, behind the request that belongs to it."""
        if self._handle < 0 or self._size >= self._max_file:
            self._open_file()
        assert self._file is not None
        offset = self._size
        for member in members:
            offset = self._size
            self._append(member)
        self._unsynced += 1
        self._index(warc.read_record(members[-1], place=str(self._file)), self._file.name, offset, len(members[-1]))

    def flush(self) -> None:
        """Make every capture added so far last; the index may not know it yet."""
        if self._unsynced and self._file is not None:
            with storage(self._file):
                os.fsync(self._handle)
            self._unsynced = 0

    def sync(self) -> None:
        """Make every capture added so far last, and the index know it."""
        self.flush()
        if self._new:
            self._write_index()

    def _cover(self, file: Path, covered: int, interrupted: bool) -> None:
        """Index the whole records behind `covered` and cut off what follows the last of them."""
        with storage(file):
            size = file.stat().st_size
        if size < covered:
            raise StorageError(f"{file}: {covered - size} bytes shorter than {INDEX} says; restore it from a copy")
        end = covered
        with storage(file), file.open("rb") as stream:
            for offset, member, head in walk_members(stream, covered, interrupted=interrupted):
                kind = warc.kind_of(head)
                if kind == b"request":  # its response is missing until the next record is whole
                    continue
                end = offset + len(member)
                if kind != b"warcinfo":
                    record = warc.read_record(member, place=f"{file}:{offset}")
                    self._index(record, file.name, offset, len(member))
        if covered < size:  # what an interrupted run wrote may not have reached the disk
            with storage(file), file.open("r+b") as stream:
                stream.truncate(end)
                os.fsync(stream.fileno())
        if end < size:
            self.repairs.append(f"{file}: cut off {size - end} bytes that an interrupted run left torn")

    def _index(self, record: RawRecord, file: str, offset: int, length: int) -> None:
        capture, original = warc.read_capture(record), None
        if record.kind == "revisit":
            referred = (record.field("WARC-Refers-To") or "").strip("<>")
            original = next((e for e in self._entries(capture.uri) if e.record_id == referred and not e.original), None)
            if original is None:
                place = f"{self.folder / file}:{offset}"
                raise StorageError(f"{place}: a revisit of what the archive does not hold; restore it from a copy")
        self._new[capture.uri].append(entry_for(capture, file, offset, length, original))

    def _open_file(self) -> None:
        self.flush()
        self._close()
        if self._file is None or self._file.stat().st_size >= self._max_file:
            stamp = "".join(c for c in self._now if c.isdigit())
            number = 1 + max((serial(file.name) for file in self.folder.glob("*.warc.gz")), default=0)
            self._file = self.folder / f"{self._name}-{stamp}-{number:05}.warc.gz"
            self._handle = create(self._file)
            sync_folder(self.folder)
        else:
            with storage(self._file):
                self._handle = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC)
        self._size = os.fstat(self._handle).st_size
        if not self._size:
            fields = {**self._info, "isPartOf": self._name}
            self._append(warc.info_record(file_name=self._file.name, date=self._now, fields=fields))

    def _append(self, content: bytes) -> None:
        assert self._file is not None
        with storage(self._file):
            left = memoryview(content)
            while left:
                left = left[os.write(self._handle, left) :]
        self._size += len(content)

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


def entries(folder: Path) -> Iterator[Entry]:
    """Every entry of an archive's index, sorted by address; the archive was opened before, which mends the index."""
    return read_all(folder / INDEX)


def original_of(entry: Entry, entries: Sequence[Entry]) -> Entry:
    """The entry that holds the body of a capture; `entries` are those of the same URL. Raises StorageError."""
    if not entry.original:
        return entry
    for other in entries:
        if (other.fetched_at, other.sha256, other.original) == (entry.original, entry.sha256, ""):
            return other
    raise StorageError(f"{entry.filename}:{entry.offset}: a revisit of what the archive does not hold; restore a copy")


def _telling(capture: Capture) -> tuple[object, ...]:
    """What a page's record depends on beside its body: what comes again with something else is no revisit."""
    fields = sorted((name, h.value) for h in capture.headers if (name := h.name.lower()) in _TELLING)
    return capture.status, capture.truncated, fields


def _asks_otherwise(opt_out: str | None, held: Capture) -> bool:
    """Whether the site's files, where they were asked for, say something else than they did of a held page."""
    return opt_out is not None and opt_out != (held.opt_out or "")


def _age(entry: Entry) -> tuple[str, int, int]:
    return entry.fetched_at, serial(entry.filename), entry.offset


def serial(name: str) -> int:
    """The number in a file's name, which tells what was written before what, whatever the clock said."""
    match = re.search(r"-(\d+)\.warc\.gz$", name)
    return int(match[1]) if match else 0
