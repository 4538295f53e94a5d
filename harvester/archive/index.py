"""The CDXJ index of an archive: sorted lines of `SURT timestamp {json}`, searched in place on disk."""

import mmap
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from harvester.errors import StorageError, storage
from harvester.types import Capture, record_id

REVISIT = "warc/revisit"
"""The `mime` of an entry without a body, as CDX files name it."""


class Entry(msgspec.Struct, frozen=True, order=True, omit_defaults=True):
    """Where a capture lies, and enough about it to know whether it is the one looked for."""

    url: str
    fetched_at: str
    filename: str
    offset: int
    length: int
    mime: str
    status: str
    """HTTP status, or `-` for a file."""
    sha256: str
    """Of the body; of a revisit, of the body that it says is unchanged."""
    original: str = ""
    """Date of the capture of the same URL that holds a revisit's body; empty where the body lies here."""

    @property
    def record_id(self) -> str:
        """The id of the capture, as `Capture.record_id` makes it."""
        return record_id(self.url, self.fetched_at, self.sha256)

    @property
    def line(self) -> bytes:
        """The entry as a CDXJ line, with its line break."""
        stamp = "".join(c for c in self.fetched_at if c.isdigit())
        return f"{surt(self.url)} {stamp} ".encode() + msgspec.json.encode(self) + b"\n"


def entry_for(capture: Capture, filename: str, offset: int, length: int, original: Entry | None = None) -> Entry:
    """The entry of a capture that was written at `offset`; of a revisit, with the entry that holds the body."""
    status = "-" if capture.status is None else str(capture.status)
    if original is not None:
        return Entry(
            capture.uri,
            capture.fetched_at,
            filename,
            offset,
            length,
            REVISIT,
            status,
            original.sha256,
            original.fetched_at,
        )
    mime = (capture.content_type or "unk").partition(";")[0].strip() or "unk"
    return Entry(capture.uri, capture.fetched_at, filename, offset, length, mime, status, capture.sha256)


def surt(url: str) -> str:
    """`https://www.example.org/a?b` → `org,example,www)/a?b`, the sort key of CDX files."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:  # no address of the web, which a damaged index may list
        return url
    if not parts.netloc:
        return url
    host = ",".join(reversed((parts.hostname or "").split(".")))
    return f"{host}{port}){parts.path or '/'}{'?' + parts.query if parts.query else ''}"


def parse(line: bytes, place: str) -> Entry:
    """Read a CDXJ line; raises StorageError naming `place`."""
    try:
        return msgspec.json.decode(line[line.index(b" {") + 1 :], type=Entry)
    except (ValueError, msgspec.MsgspecError) as error:
        raise StorageError(f"{place}: not a CDXJ line: {error}; delete the file, it is made again") from error


def read_all(path: Path) -> Iterator[Entry]:
    """Every entry of an index file, in its order; none where there is no file."""
    try:
        with path.open("rb") as file:
            before = b""
            for number, line in enumerate(file, 1):
                entry = parse(line, f"{path}:{number}")
                if entry.line != line or line < before:
                    raise StorageError(f"{path}:{number}: changed by another hand; delete the file, it is made again")
                yield entry
                before = line
    except FileNotFoundError:
        return
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from error


def lookup(path: Path, url: str) -> Iterator[Entry]:
    """The entries of one URL, found by binary search: memory does not grow with the index."""
    key = f"{surt(url)} ".encode()
    with storage(path):
        if not path.exists() or not path.stat().st_size:
            return
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as lines:
            low, high = 0, len(lines)
            while low < high:  # first line whose key is not smaller
                middle = lines.rfind(b"\n", 0, (low + high) // 2) + 1
                if lines[middle : middle + len(key)] < key:
                    low = lines.find(b"\n", (low + high) // 2) + 1 or len(lines)
                else:
                    high = middle
            while lines[low : low + len(key)] == key:
                end = lines.find(b"\n", low) + 1 or len(lines)
                if (entry := parse(lines[low:end], str(path))).url == url:
                    yield entry
                low = end
