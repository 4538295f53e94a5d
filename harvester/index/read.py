"""The room's door: a source becomes bytes, text, then whatever reader its name asks for. Knows limits, no formats."""

import io
import os
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec

from harvester.archive import is_warc_name
from harvester.errors import InputError, storage
from harvester.index import fields, folder, records, warcs
from harvester.index.listing import Defaults, Entry, Listing, Part
from harvester.index.seeds import settle

MAX_BYTES = 67_108_864
MAX_LINE = 65_536


def read_index(source: str, *, stdin: BinaryIO | None = None) -> Listing:
    """Read the index `source`: a file, a folder of pages, a WARC, WET or WACZ file, or `-` for `stdin`.

    Raises InputError with a line for each place to mend, StorageError if the disk fails.
    """
    try:
        source.encode()
    except UnicodeEncodeError:
        raise InputError(
            f"{source.encode(errors='backslashreplace').decode()}: its name is not UTF-8: rename it"
        ) from None
    if os.path.isdir(source):
        listing = _listing(source, source, Path(os.path.abspath(source)).name, Defaults(), folder.read(source))
        return _with_warcs(listing, folder.warcs(source))
    if is_warc_name(source):
        name = re.sub(r"(\.(warc|wet|wacz|gz))+\Z", "", Path(source).name, flags=re.I)
        if not os.path.isfile(source):
            raise InputError(f"{source}: no such file: name a WARC or WACZ file")
        listing = _listing(source, str(Path(source).parent), name, Defaults(), ())
        return _with_warcs(listing, [Path(source)])
    if source == "-":
        if stdin is None and sys.stdin is None:
            raise InputError("-: standard input is closed: pipe an index in, or name a file")
        text = _text(_bytes(stdin or sys.stdin.buffer), source)
        reader = records.json_lines if text.lstrip().startswith("{") else records.plain
        return _listing(source, ".", Path.cwd().name, Defaults(), reader(text))
    path = Path(source)
    if path.name.lower().endswith((*fields.LISTS, ".json")):
        if not path.is_file():
            raise _absent(source)
        kind = fields.list_kind(path.name) or "feed"
        alone = Entry(line=0, target=f"./{path.name}", kind=kind)
        return _listing(source, str(path.parent), path.name.split(".")[0], Defaults(), [alone])
    defaults, parts = _parts(_text(_file(source), source), path.suffix.lower(), source)
    name = Path(os.path.abspath(source)).parent.name if path.stem.casefold() == "index" else path.stem
    return _listing(source, str(path.parent), name, defaults, parts)


def _with_warcs(listing: Listing, files: Sequence[Path]) -> Listing:
    if not files:
        return listing
    pages = warcs.read(files)
    return msgspec.structs.replace(
        listing,
        seeds=(*listing.seeds, *pages.seeds),
        ignored=(*listing.ignored, *pages.ignored),
        failures=pages.failures,
        warcs=tuple(map(str, files)),
    )


def _parts(text: str, suffix: str, file: str) -> tuple[Defaults, Iterable[Part]]:
    match suffix:
        case ".md":
            from harvester.index import markdown  # its parser and YAML take longer to load than all else here

            return markdown.read(text, file)
        case ".jsonl" | ".ndjson":
            return Defaults(), records.json_lines(text)
        case ".csv" | ".tsv":
            return Defaults(), records.delimited(text, "," if suffix == ".csv" else "\t")
        case _:
            return Defaults(), records.plain(text)


def _listing(file: str, base: str, name: str, defaults: Defaults, parts: Iterable[Part]) -> Listing:
    seeds, sources, ignored = settle(parts, defaults, file, base)
    return Listing(
        name=defaults.corpus or fields.slug(name),
        folder=base,
        description=defaults.description,
        language=defaults.language,
        license=defaults.license,
        site=defaults.site,
        captured=defaults.captured,
        seeds=seeds,
        ignored=ignored,
        sources=sources,
    )


def _bytes(stream: BinaryIO) -> bytes:
    data = bytearray()
    while len(data) <= MAX_BYTES and (part := stream.read(1_048_576)):  # a larger read is allocated whole beforehand
        data += part
    return bytes(data)


def _file(source: str) -> bytes:
    with storage(source):
        try:
            with open(source, "rb") as file:
                return _bytes(file)
        except (FileNotFoundError, NotADirectoryError):
            raise _absent(source) from None


def _absent(source: str) -> InputError:
    return InputError(f"{source}: no such index: run `harvest init` to begin one, or name another")


def _text(data: bytes, file: str) -> str:
    """UTF-8 within the limits, without a byte order mark."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    if len(data) > MAX_BYTES:
        raise InputError(f"{file}:1: the index is larger than {MAX_BYTES} bytes: part it into several")
    long = [number for number, line in enumerate(io.BytesIO(data), 1) if len(line) > MAX_LINE]
    if long:
        raise InputError(*(f"{file}:{number}: the line is longer than {MAX_LINE} bytes: break it" for number in long))
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{file}:{line}: not UTF-8: save the index in that encoding") from None
