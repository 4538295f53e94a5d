"""Bench files: pages with their gold, one JSON object a line, plain or compressed with xz or gzip."""

import gzip
import hashlib
import lzma
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from harvester.errors import InputError, storage
from harvester.types import Frozen


class BenchPage(Frozen, rename={"with_": "with"}):
    """A page with its gold. Keys that are not named here are ignored."""

    id: str
    html: str
    """The page's source, decoded."""
    gold: str
    """The main content as plain text."""
    url: str | None = None
    page_type: str | None = None
    lang: str | None = None
    with_: tuple[str, ...] | None = None
    """Snippets that must appear in the text."""
    without: tuple[str, ...] | None = None
    """Snippets that must not."""
    title: str | None = None
    author: str | None = None
    """Names, parted by commas."""
    date: str | None = None
    """ISO 8601."""
    comments: str | None = None
    """What readers wrote below, where that is no content."""

    @property
    def sha256(self) -> str:
        """Hex digest of the source in UTF-8: what a page is known by."""
        return hashlib.sha256(self.html.encode("utf-8", "replace")).hexdigest()


def read_pages(path: Path) -> Iterator[BenchPage]:
    """The pages of a bench file, one at a time. Raises InputError, which names the line, and StorageError."""
    if not path.exists():
        raise InputError(f"{path}: no such file; give a bench file, one JSON object a line")
    with storage(path), _opened(path) as lines:
        number = 0
        try:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _page(line, f"{path}:{number}")
        except (lzma.LZMAError, EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise InputError(f"{path}:{number + 1}: broken compression, {error}: fetch the file again") from error


def _opened(path: Path) -> BinaryIO:
    """The file's lines as bytes; its first bytes say how it is compressed."""
    with path.open("rb") as file:
        head = file.read(6)
    if head == b"\xfd7zXZ\0":
        return cast(BinaryIO, lzma.open(path))
    return cast(BinaryIO, gzip.open(path)) if head[:2] == b"\x1f\x8b" else path.open("rb")


def _page(line: bytes, place: str) -> BenchPage:
    try:
        return msgspec.json.decode(line, type=BenchPage)
    except msgspec.ValidationError as error:
        raise InputError(f"{place}: {error}: a page needs id, html and gold as text") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{place}: broken JSON, {error}: correct the line") from error
    except RecursionError as error:
        raise InputError(f"{place}: broken JSON, nested too deep: correct the line") from error
