"""What lies in WARC files, without opening them as an archive: nothing is repaired, so nothing is hidden."""

from collections.abc import Iterator
from pathlib import Path

from harvester.archive import warc
from harvester.archive.files import is_warc_name, open_warcs
from harvester.archive.index import Entry, entry_for, read_all
from harvester.archive.records import Damage, RawRecord, read_records
from harvester.archive.store import INDEX, serial
from harvester.errors import InputError, StorageError
from harvester.types import Frozen

KINDS = ("response", "revisit", "resource", "conversion")
"""The records that hold a capture."""


class Held(Frozen):
    """A capture as `harvest archive list` shows it."""

    url: str
    date: str
    kind: str
    """`response`, `revisit`, `resource` or `conversion`."""
    status: int | None
    """HTTP status; null for what is no HTTP answer."""
    type: str | None
    """Content type as stated."""
    bytes: int
    """Of the body as sent; 0 for a revisit."""
    sha256: str | None
    """Of the body; null for a revisit and for a record too large to be kept in memory."""
    truncated: str | None
    """Why the body is not whole."""
    file: str
    offset: int


class Broken(Frozen):
    """A place that is no whole record."""

    file: str
    offset: int
    detail: str
    url: str | None


def warc_files(path: Path) -> list[Path]:
    """The WARC and WACZ files that a path names: itself, those of a folder, or those of a corpus. Raises InputError."""
    folder = path / "archive" if (path / "archive").is_dir() else path
    if folder.is_dir():
        files = [file for file in folder.iterdir() if is_warc_name(file.name) and not file.name.startswith(".")]
        if not files:
            raise InputError(f"{path}: no WARC or WACZ file in it; name a corpus, its archive, or such a file")
        return sorted(files, key=lambda file: (serial(file.name), file.name))
    if not path.is_file():
        raise InputError(f"{path}: no such file or folder; name a corpus, its archive, or a WARC or WACZ file")
    return [path]


def survey(path: Path) -> Iterator[Held | Broken]:
    """Every capture below a path and every damaged place, in the order of the files. Raises InputError."""
    for file in warc_files(path):
        for name, stream in open_warcs(file):
            place = str(file.parent / name)
            for found in read_records(stream):
                if isinstance(found, Damage):
                    yield Broken(place, found.offset, found.detail, found.uri)
                elif found.kind in KINDS and found.uri is not None:
                    yield _held(found, place)


def _held(record: RawRecord, place: str) -> Held:
    stated = record.field("Content-Length") or "0"
    if record.too_large:
        return Held(
            record.uri or "",
            record.date,
            record.kind,
            None,
            None,
            int(stated),
            None,
            record.field("WARC-Truncated"),
            place,
            record.offset,
        )
    capture = warc.read_capture(record)
    revisit = record.kind == "revisit"
    return Held(
        url=capture.uri,
        date=capture.fetched_at,
        kind=record.kind,
        status=capture.status,
        type=capture.content_type,
        bytes=0 if revisit else len(capture.body),
        sha256=None if revisit else capture.sha256,
        truncated=capture.truncated,
        file=place,
        offset=record.offset,
    )


def check(path: Path) -> Iterator[str]:
    """A line for each damaged record below a path, and for each capture that an index lists otherwise than it lies.

    What is checked: gzip checksums, lengths, fields, block and payload digests; in an archive of harvester's also
    record ids, which are made from the sha256 of the body, revisits, and `index.cdxj`.
    """
    for file in warc_files(path):
        for name, stream in open_warcs(file):
            for found in read_records(stream):
                if isinstance(found, Damage):
                    yield f"{file.parent / name}:{found.offset}: {found.detail}" + (
                        f" ({found.uri})" if found.uri else ""
                    )
    folder = path / "archive" if (path / "archive").is_dir() else path
    if (folder / INDEX).is_file():
        yield from _check_index(folder)


def _check_index(folder: Path) -> Iterator[str]:
    lying = dict[tuple[str, int], Entry]()
    by_id = dict[str, Entry]()
    for file in warc_files(folder):
        for _, stream in open_warcs(file):
            for record in read_records(stream):
                if isinstance(record, Damage) or record.kind not in KINDS or record.uri is None:
                    continue
                place = f"{file}:{record.offset}"
                capture, original = warc.read_capture(record), None
                stated = (record.field("WARC-Record-ID") or "").strip("<>")
                if record.kind == "revisit":
                    original = by_id.get((record.field("WARC-Refers-To") or "").strip("<>"))
                    if original is None:
                        yield f"{place}: a revisit of what the archive does not hold ({record.uri})"
                        continue
                elif stated != capture.record_id:
                    yield f"{place}: its record id is not that of its address, date and bytes ({record.uri})"
                entry = entry_for(capture, file.name, record.offset, record.length, original)
                by_id.setdefault(entry.record_id, entry)
                lying[file.name, record.offset] = entry
    try:
        for listed in read_all(folder / INDEX):
            lies = lying.pop((listed.filename, listed.offset), None)
            if lies != listed:
                yield f"{folder / INDEX}: {listed.url}: not what lies at {listed.filename}:{listed.offset}"
    except StorageError as error:
        yield str(error)
        return
    for entry in lying.values():
        yield f"{folder / entry.filename}:{entry.offset}: not in {INDEX}: the next build lists it ({entry.url})"
