"""A folder becomes Entries, one for each page below it, and the WARC files in it are found. Opens none of them."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from harvester.archive import is_warc_name
from harvester.errors import StorageError
from harvester.index.fields import nfc, show
from harvester.index.listing import Entry, Part, Problem

SUFFIXES = (".html", ".htm", ".xhtml", ".txt")


def read(folder: str) -> Iterator[Part]:
    """Pages by path; hidden files and folders, `INDEX.*` and folders that are symbolic links are left out."""
    for path in sorted(_files(folder, lambda name: name.lower().endswith(SUFFIXES)), key=nfc):
        try:
            path.encode()
        except UnicodeEncodeError:
            yield Problem(line=0, text=f"the file name {show(path)} is not UTF-8: rename it")
        else:
            yield Entry(line=0, target=f"./{path}")  # `http:x.html` is a file here


def warcs(folder: str) -> list[Path]:
    """The WARC and WACZ files below a folder, by path."""
    return [Path(folder, path) for path in sorted(_files(folder, is_warc_name), key=nfc)]


def _files(folder: str, fits: Callable[[str], bool]) -> Iterator[str]:
    for root, folders, names in os.walk(folder, onerror=_raise):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if fits(name) and not name.startswith((".", "INDEX.")):
                yield os.path.relpath(os.path.join(root, name), folder)


def _raise(error: OSError) -> None:
    raise StorageError(f"{error.filename}: {error.strerror}") from error
