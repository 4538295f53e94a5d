"""A file as its gzip members, or as one plain run of bytes: read forward in bounded pieces, resumed behind damage.

Knows no records beyond how their first line begins, which is what is looked for behind damage.
"""

import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from harvester.errors import StorageError

STEP = 65_536
MAX_INFLATED = 4 << 30
"""Decoded bytes of a gzip member, at most: what follows is not read, as time must be bounded too."""
MAX_MEMBER = 128 << 20
"""Decoded bytes of a member that is one record of ours, at most: four times the largest page that is taken."""

_GZIP = b"\x1f\x8b\x08"
FIRST_LINE = re.compile(rb"WARC/\d\.\d{1,2}\r?\n", re.I)
# A record begins at the head of a gzip member, or of a line that a field follows.
_LINE = re.compile(rb"\n(?=WARC/\d\.\d{1,2}\r?\n[!-9;-~]+:)", re.I)
_START = re.compile(_LINE.pattern + rb"|\x1f\x8b\x08[\x00-\x1f]", re.I)
_SECTOR = 512
_LOOK = 256  # bytes behind the start of a match that decide about it


class Damaged(Exception):
    """The bytes at hand are no whole record; the text says why."""


class Broken(Damaged):
    """The gzip member is damaged or cut off: nothing behind this place of it can be read."""


class Member:
    """The decoded bytes of one gzip member, or of a plain file up to its end."""

    def __init__(self, file: BinaryIO, offset: int) -> None:
        file.seek(offset)
        head = file.read(len(_GZIP))
        file.seek(offset)
        self.offset, self.position = offset, 0
        self.lost = False  # set by who reads, where the end of a record in a plain file could not be told
        self._file, self._at_end, self._inflated = file, False, 0
        self._buffer, self._start = bytearray(), 0
        self._inflater = zlib.decompressobj(31) if head == _GZIP else None

    @property
    def packed(self) -> bool:
        """Whether this is a gzip member."""
        return self._inflater is not None

    @property
    def read_whole(self) -> bool:
        """Whether everything was read and, of a gzip member, the checksum was right."""
        return self._at_end and self._start == len(self._buffer) and not self.lost

    @property
    def end(self) -> int:
        """Offset in the file of the first byte behind a member that is read."""
        return self._file.tell() - (len(self._inflater.unused_data) if self._inflater else 0)

    def more(self) -> bool:
        """Whether another byte follows; at the end of a gzip member its checksum was right."""
        return self._start < len(self._buffer) or self._fill()

    def line(self, limit: int) -> bytes:
        """The bytes up to the next line feed, with it."""
        searched = self._start
        while (found := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            if searched - self._start > limit:
                raise Damaged("its header is too long")
            before = self._start
            if not self._fill():
                raise Damaged("it ends inside its header")
            searched += self._start - before
        if found - self._start >= limit:
            raise Damaged("its header is too long")
        return self._take(found + 1 - self._start)

    def read(self, size: int) -> bytes:
        """The next `size` bytes, or what there is of them."""
        parts = [self._take(min(size, len(self._buffer) - self._start))]
        left = size - len(parts[0])
        while left and (piece := self._next()):  # not by way of the buffer: most bytes of a file are read here
            parts.append(piece[:left])
            self._buffer, self._start = bytearray(piece[left:]), 0
            left -= len(parts[-1])
            self.position += len(parts[-1])
        return b"".join(parts)

    def skip(self, size: int) -> int:
        """Pass over `size` bytes, or what there is of them; how many these were."""
        left = size
        while left and self.more():
            passed = min(left, len(self._buffer) - self._start)
            self._start += passed
            self.position += passed
            left -= passed
        return size - left

    def skip_breaks(self) -> int:
        """Pass over carriage returns and line feeds; how many these were."""
        count = 0
        while self.more() and self._buffer[self._start] in b"\r\n":
            self._start += 1
            self.position += 1
            count += 1
        return count

    def put_back(self, content: bytes) -> None:
        """Let bytes that were read come again."""
        self._buffer[: self._start] = content
        self._start = 0
        self.position -= len(content)

    def seek_record(self) -> bool:
        """Pass over everything before the next line that looks like a record's first; False where there is none."""
        while True:
            while len(self._buffer) - self._start < STEP and self._fill():
                pass
            if match := _LINE.search(self._buffer, self._start):
                self._take(match.end() - self._start)
                return True
            at_hand = len(self._buffer) - self._start
            self._take(max(at_hand - _LOOK, 0))
            if not self._fill():
                self._take(_LOOK)
                return False

    def _take(self, size: int) -> bytes:
        with memoryview(self._buffer) as view:  # a slice of the buffer itself would be copied once more
            taken = bytes(view[self._start : self._start + size])
        self._start += len(taken)
        self.position += len(taken)
        return taken

    def _fill(self) -> bool:
        if self._start > STEP:
            del self._buffer[: self._start]
            self._start = 0
        piece = self._next()
        self._buffer += piece
        return bool(piece)

    def _next(self) -> bytes:
        """The bytes behind those in the buffer, some of them; none at the end."""
        if self._at_end:
            return b""
        return self._plain() if self._inflater is None else self._inflate(self._inflater)

    def _plain(self) -> bytes:
        piece = self._file.read(STEP)
        self._at_end = not piece
        return piece

    def _inflate(self, inflater: "zlib._Decompress") -> bytes:
        while True:
            data = inflater.unconsumed_tail or self._file.read(STEP)
            if not data:
                raise Broken("the file ends inside it")
            try:
                piece = inflater.decompress(data, STEP)
            except zlib.error as error:
                raise Broken(f"its compressed bytes are damaged: {error}") from error
            self._inflated += len(piece)
            if self._inflated > MAX_INFLATED:
                raise Broken(f"it has more than {MAX_INFLATED} bytes")
            self._at_end = inflater.eof
            if piece or self._at_end:
                return piece


def next_start(file: BinaryIO, offset: int) -> int | None:
    """Offset of the first record that begins at or behind `offset`, by its looks; None where there is none."""
    file.seek(offset)
    window, base = b"", offset
    while True:
        piece = file.read(1 << 20)
        window += piece
        for match in _START.finditer(window):
            if piece and len(window) - match.start() < _LOOK:
                break  # judged when more of it is at hand
            if match[0] == b"\n":
                return base + match.end()
            if _inflates_to_a_record(file, base + match.start()):
                return base + match.start()
        if not piece:
            return None
        file.seek(base + len(window))
        cut = max(len(window) - _LOOK, 0)
        window, base = window[cut:], base + cut


def _inflates_to_a_record(file: BinaryIO, offset: int) -> bool:
    file.seek(offset)
    try:
        return FIRST_LINE.match(zlib.decompressobj(31).decompress(file.read(4096), 64)) is not None
    except zlib.error:
        return False


def walk_members(file: BinaryIO, start: int, *, interrupted: bool = False) -> Iterator[tuple[int, bytes, bytes]]:
    """`(offset, stored bytes, first decoded KiB)` of each whole gzip member from `start` on; stops at a torn one.

    Torn is a member that the file ends in, or zeros, which a power cut can leave; behind `start`, where an `interrupted`
    run wrote, also one with a sector of zeros in it or behind it. Anything else is damage and raises StorageError.
    """
    file.seek(start)
    offset, pending = start, b""
    while True:
        inflater, head, stored, size = zlib.decompressobj(31), b"", bytearray(), 0
        while not inflater.eof:
            chunk = pending or file.read(65_536)
            pending = b""
            if not chunk:
                return
            try:
                size += len(part := inflater.decompress(chunk, MAX_MEMBER))
                while inflater.unconsumed_tail:
                    size += len(inflater.decompress(inflater.unconsumed_tail, MAX_MEMBER))
            except zlib.error as error:
                if _never_written(file, offset, some=interrupted):
                    return
                raise StorageError(f"{file.name}:{offset}: damaged: {error}; restore the file from a copy") from error
            head = (head + part)[:1024] if len(head) < 1024 else head
            stored += chunk[: len(chunk) - len(inflater.unused_data)]
        pending = inflater.unused_data
        yield offset, bytes(stored), head
        offset += len(stored)


def _never_written(file: BinaryIO, offset: int, *, some: bool) -> bool:
    """Whether zeros stand in all of the rest of a file, or in `some` sector: blocks that a power cut kept from the disk.

    Nothing that is compressed has so many zeros in a row.
    """
    file.seek(offset)
    size, zeros = _SECTOR - offset % _SECTOR, list[bool]()
    while sector := file.read(size):
        zeros.append(not any(sector))
        size = _SECTOR
    return (any if some else all)(zeros)
