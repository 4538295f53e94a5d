"""What holds WARC records: a WARC file, a WACZ with several in it, or a folder of both, opened to be read."""

import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from harvester.errors import InputError, storage

SUFFIXES = (".warc", ".warc.gz", ".wet", ".wet.gz", ".wacz")
_STEP = 1 << 20
# Zip packs text by 10, gzip members by 1; a bomb is packed by 1,000.
_MAX_RATIO = 100
_MAX_ENTRIES = 100_000


def is_warc_name(name: str) -> bool:
    """Whether a file of that name holds WARC records."""
    return name.lower().endswith(SUFFIXES)


def open_warcs(path: Path) -> Iterator[tuple[str, BinaryIO]]:
    """The WARC files that `path` is or holds, by name and opened for as long as the next is not asked for.

    Of a WACZ these are the entries below `archive/`, named `pages.wacz/archive/data.warc.gz`; entries are copied to
    a temporary file without a name, so that no name in a zip becomes one on the disk. Raises InputError for a WACZ
    that is none, or whose entries unpack to more than a hundred times their size.
    """
    if path.name.lower().endswith(".wacz"):
        with _zip(path) as archive:
            for info in _entries(archive, path):
                with tempfile.TemporaryFile() as copy:
                    _unpack(archive, info, copy, path)
                    yield f"{path.name}/{info.filename}", copy
    else:
        with storage(path), path.open("rb") as file:
            yield path.name, file


@contextmanager
def _zip(path: Path) -> Iterator[zipfile.ZipFile]:
    with storage(path):
        try:
            with zipfile.ZipFile(path) as archive:
                yield archive
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise InputError(f"{path}: not a WACZ that can be read: {error}; get a whole copy of it") from error


def _entries(archive: zipfile.ZipFile, path: Path) -> list[zipfile.ZipInfo]:
    infos = archive.infolist()
    if len(infos) > _MAX_ENTRIES:
        raise InputError(f"{path}: {len(infos)} entries in one WACZ; {_MAX_ENTRIES} are read at most")
    found = [info for info in infos if info.filename.startswith("archive/") and is_warc_name(info.filename)]
    if not found:
        raise InputError(f"{path}: no WARC below archive/ in it; a WACZ has one there")
    return sorted(found, key=lambda info: info.filename)


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, copy: BinaryIO, path: Path) -> None:
    most, size = _STEP + info.compress_size * _MAX_RATIO, 0
    if info.flag_bits & 1:
        raise InputError(f"{path}: {info.filename} is encrypted; pack the WACZ without a password")
    with archive.open(info) as entry:
        while part := entry.read(_STEP):
            size += len(part)
            if size > most:
                raise InputError(f"{path}: {info.filename} unpacks to over {_MAX_RATIO} times its size: not read")
            copy.write(part)
    copy.seek(0)
