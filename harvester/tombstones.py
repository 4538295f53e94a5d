"""What a corpus is to forget: pages and hosts that no run fetches or packs again, in `forgotten.jsonl` beside the archive."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

import msgspec

from harvester.archive import write_atomic
from harvester.errors import PageError, StorageError, storage
from harvester.types import Frozen, Seed, page_uri, path_id, url_id

FILE = "forgotten.jsonl"
Kind = Literal["id", "url", "host"]


class Tombstone(Frozen):
    """A page or a host that the corpus must not hold: never a word of its text, nor its title."""

    kind: Kind
    value: str
    """A record's id, a URL normalised as those of an index are, or a host's name."""
    reason: str
    """Why, in the words of who asked for it."""
    date: str
    """`YYYY-MM-DDTHH:MM:SSZ`."""


class Tombstones:
    """All that a corpus is to forget, asked page by page."""

    def __init__(self, rows: Sequence[Tombstone] = ()) -> None:
        self.rows = tuple(rows)
        self._held = {(row.kind, row.value): row for row in reversed(self.rows)}

    def find(self, url: str | None, identifier: str | None = None) -> Tombstone | None:
        """The tombstone of a page, by its address, the id that follows from it, its own id, or its host.

        A host's tombstone is that of its subdomains too. `url` is an http(s) URL, `file:///` with a path, or either of
        these behind `urn:dom:` or `urn:corrected:`.
        """
        if not self._held:
            return None
        wanted: list[tuple[Kind, str]] = [("id", identifier)] if identifier else []
        if url is not None:
            url = page_uri(url)
            host = "" if url.startswith("file:") else urlsplit(url).hostname or ""
            names = host.split(".")
            wanted += [("url", url), ("id", _id(url))]
            wanted += [("host", ".".join(names[start:])) for start in range(len(names))]
        return next((self._held[key] for key in wanted if key in self._held), None)

    def of(self, seed: Seed) -> Tombstone | None:
        """The tombstone of a listed page."""
        return self.find(seed.url, seed.id)

    def check(self, url: str) -> None:
        """Raises PageError `forgotten` for an address that has a tombstone."""
        if row := self.find(url):
            raise forgotten(row)


def forgotten(row: Tombstone) -> PageError:
    """The error of a page that has a tombstone. It names no reason: that is not for everyone who reads a version."""
    what = {"id": "this page was", "url": "this address was", "host": f"{row.value} was"}[row.kind]
    return PageError("forgotten", f"{what} forgotten on {row.date[:10]}")


def _id(url: str) -> str:
    return path_id(unquote(url.removeprefix("file:///"))) if url.startswith("file:///") else url_id(url)


def read_tombstones(corpus: Path) -> Tombstones:
    """The tombstones of a corpus, oldest first. Raises StorageError for a line that is none."""
    path = corpus / FILE
    with storage(path):
        content = path.read_bytes() if path.exists() else b""
    decoder, rows = msgspec.json.Decoder(Tombstone), list[Tombstone]()
    for number, line in enumerate(content.split(b"\n"), 1):
        if line.strip():
            try:
                rows.append(decoder.decode(line))
            except msgspec.MsgspecError as error:  # to read on would bring pages back
                raise StorageError(f"{path}:{number}: not a tombstone: {error}; mend or delete the line") from error
    return Tombstones(rows)


def write_tombstones(corpus: Path, rows: Sequence[Tombstone]) -> None:
    """Put `rows` in the place of the list, whole or not at all; the caller holds the corpus's lock."""
    write_atomic(corpus / FILE, b"".join(msgspec.json.encode(row) + b"\n" for row in rows))
