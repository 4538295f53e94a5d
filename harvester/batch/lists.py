"""What a user names becomes tasks' inputs: WARC files themselves, lists of them, and lines of a CDX index."""

import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import PurePosixPath

import msgspec

from harvester.archive import is_warc_name
from harvester.batch import files
from harvester.batch.task import Range
from harvester.errors import InputError
from harvester.index import slug
from harvester.types import Frozen

MAX_LINE = 65_536
MAX_RANGE = 256 << 20
"""Bytes of a range, at most: twice what is kept of the largest record."""
_LISTS = (".paths", ".txt")
_INDEXES = (".cdxj", ".cdx")
_GZIP = b"\x1f\x8b"
_STEP = 1 << 20


class Input(Frozen, order=True):
    """A WARC or WET file, or some records of one."""

    name: str
    """As its list has it."""
    path: str
    """With the prefix."""
    ranges: tuple[Range, ...] = ()


class _Line(msgspec.Struct):
    """What is read of the JSON of a CDXJ line; numbers stand there as text."""

    filename: str
    offset: int
    length: int


def name_of(source: str) -> str:
    """The name of a corpus, from what its only list is called, or from what the user calls it."""
    return slug(re.sub(r"(\.(warc|wet|wacz|paths|txt|cdxj?|gz))+\Z", "", PurePosixPath(source).name, flags=re.I))


def inputs_of(lists: Sequence[str], *, prefix: str = "") -> list[Input]:
    """The inputs, each once, by name; so their order says nothing. `prefix` goes before names in lists.

    Raises InputError with a line for each place to mend, StorageError for a list that cannot be read.
    """
    whole, parts = dict[str, str](), defaultdict[tuple[str, str], set[Range]](set)
    for source in lists:
        plain = source.lower().removesuffix(".gz")
        if is_warc_name(source):
            whole[source] = source
        elif plain.endswith(_LISTS):
            for number, line in _lines(source):
                whole[line] = _placed(line, prefix, source, number)
        elif plain.endswith(_INDEXES):
            for number, line in _lines(source):
                name, part = _range(line, source, number)
                parts[name, _placed(name, prefix, source, number)].add(part)
        else:
            kinds = "WARC or WET files, lists (.paths, .txt) and CDXJ indexes (.cdxj)"
            raise InputError(f"{source}: not known by its name; {kinds} are read, gzipped or not")
    for path in {*whole.values(), *(path for _, path in parts)}:
        files.check(path)  # a storage that cannot be used is said before anything is done
    found = [Input(name, path) for name, path in whole.items()]
    found += [Input(name, path, tuple(sorted(ranges))) for (name, path), ranges in parts.items() if name not in whole]
    if not found:
        raise InputError(f"{', '.join(lists)}: no file is named there")
    return sorted(found)


def _placed(name: str, prefix: str, source: str, number: int) -> str:
    if not is_warc_name(name):
        raise InputError(f"{source}:{number}: {name[:80]!r} is no WARC or WET file by its name; delete the line")
    return name if "://" in name or name.startswith("/") else prefix + name


def _range(line: str, source: str, number: int) -> tuple[str, Range]:
    """Of `org,example)/ 20250101000000 {"filename": …, "offset": …, "length": …}`."""
    try:
        found = msgspec.json.decode(line[line.index("{") :], type=_Line, strict=False)
    except (ValueError, msgspec.MsgspecError) as error:
        raise InputError(f"{source}:{number}: no CDXJ line with filename, offset and length: {error}") from None
    if found.offset < 0 or not 0 < found.length <= MAX_RANGE:
        raise InputError(f"{source}:{number}: offset {found.offset} and length {found.length} are no place of a record")
    return found.filename, Range(found.offset, found.length)


def _lines(source: str) -> Iterator[tuple[int, str]]:
    """The lines of a list with their numbers, but for blank ones and those that begin with `#`."""
    with files.reading(source) as file:
        rest, number = b"", 0
        for piece in chain(_plain(iter(lambda: file.read(_STEP), b""), source), [b"\n"]):
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                number += 1
                if len(line) > MAX_LINE:
                    raise InputError(f"{source}:{number}: longer than {MAX_LINE} bytes; break the line")
                try:
                    text = line.decode().strip()
                except UnicodeDecodeError:
                    raise InputError(f"{source}:{number}: not UTF-8; save the list in that encoding") from None
                if text and not text.startswith("#"):
                    yield number, text
            if len(rest) > MAX_LINE:
                raise InputError(f"{source}:{number + 1}: longer than {MAX_LINE} bytes; break the line")


def _plain(pieces: Iterable[bytes], source: str) -> Iterator[bytes]:
    """The bytes of a list, which may be gzip members one after the other."""
    inflater, first = None, True
    for piece in pieces:
        if first and piece.startswith(_GZIP):
            inflater = zlib.decompressobj(31)
        first = False
        if inflater is None:
            yield piece
            continue
        try:
            while piece:
                yield inflater.decompress(piece, _STEP)
                piece = inflater.unconsumed_tail
                if inflater.eof:
                    piece, inflater = inflater.unused_data, zlib.decompressobj(31)
        except zlib.error as error:
            raise InputError(f"{source}: not readable as gzip: {error}; get a whole copy of it") from error
