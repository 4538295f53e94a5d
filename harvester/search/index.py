"""An index of a version's words, made when first needed beside the version, and asked."""

import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

import msgspec

from harvester.archive import create, hold
from harvester.errors import StorageError, storage
from harvester.pack import read_manifest, records_as
from harvester.search.query import parse
from harvester.search.snippets import Snippet, snippet
from harvester.search.words import searchable
from harvester.types import Frozen

FOLDER = ".search"
_FORM = "harvester-search/1"
_TITLE = 5.0
"""How much more a word in the title says than one in the text."""
# The words are parted by `searchable`, so that all that is left to SQLite is to split at what is no letter, mark or digit.
_SCHEMA = """
CREATE TABLE about (form TEXT NOT NULL, manifest_sha256 TEXT NOT NULL);
CREATE TABLE records (rowid INTEGER PRIMARY KEY, id TEXT NOT NULL, about TEXT NOT NULL, text BLOB NOT NULL);
CREATE VIRTUAL TABLE words USING fts5 (
    title, text, content = '', tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* Co'"
);
"""


class Hit(Frozen):
    """A record that was found."""

    id: str
    score: float
    """BM25, larger is better; only comparable within one answer."""
    title: str | None
    url: str | None
    created: str | None
    language: str | None
    snippet: Snippet


class _About(msgspec.Struct):
    title: str | None = None
    url: str | None = None
    language: str | None = None


class _Row(msgspec.Struct):
    id: str
    text: str
    created: str | None
    metadata: _About


def search(folder: Path, words: str, *, now: str, limit: int = 10) -> list[Hit]:
    """The records of a version that `words` find, the best first, then by id; what can be asked says `query.parse`.

    The index lies in `.search/` beside the version, for the manifest it was made from, and is made where it is missing
    or of another one. Raises InputError for what cannot be asked, StorageError where another process makes the index.
    """
    query = parse(words)
    folder = folder.resolve()
    index = folder.parent / FOLDER / f"{folder.name}.sqlite"
    _, digest = read_manifest(folder)
    if not _fits(index, digest):
        _make(folder, index, digest, now)
    try:
        with closing(_opened(index)) as db:
            rows = db.execute(
                f"SELECT found.score, id, about, text FROM (SELECT rowid, bm25(words, {_TITLE}, 1.0) AS score FROM words "
                "WHERE words MATCH ? ORDER BY score, rowid LIMIT ?) AS found JOIN records USING (rowid) "
                "ORDER BY found.score, rowid",
                (query.match, limit),
            ).fetchall()
    except sqlite3.DatabaseError as error:
        raise StorageError(f"{index}: {error}; delete it, it is made again") from error
    return [
        Hit(
            identifier,
            round(-score, 4),
            about.title,
            about.url,
            created,
            about.language,
            snippet(zlib.decompress(text).decode(), query.wanted),
        )
        for score, identifier, packed, text in rows
        for created, about in [msgspec.json.decode(packed, type=tuple[str | None, _About])]
    ]


def _opened(index: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{index.absolute().as_uri()}?mode=ro", uri=True)


def _fits(index: Path, digest: str) -> bool:
    if not index.is_file():
        return False
    try:
        with closing(_opened(index)) as db:
            return db.execute("SELECT form, manifest_sha256 FROM about").fetchall() == [(_FORM, digest)]
    except sqlite3.Error:
        return False


def _make(folder: Path, index: Path, digest: str, now: str) -> None:
    """Write the index under another name and put it in its place; indexes of versions that are gone go too."""
    with hold(index.parent, now=now):
        for other in sorted(index.parent.iterdir()):
            if other.name != ".lock" and not (folder.parent / other.stem / "manifest.json").is_file():
                with storage(other):
                    other.unlink()
        made = index.with_name(f".{index.name}.making")
        with storage(made):
            open(create(made)).close()
        try:
            with closing(sqlite3.connect(made, isolation_level=None)) as db:
                db.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_SCHEMA} BEGIN;")
                db.execute("INSERT INTO words (words, rank) VALUES ('hashsize', 16777216)")
                for number, row in enumerate(records_as(_Row, folder), 1):
                    about = msgspec.json.encode((row.created, row.metadata)).decode()
                    text = zlib.compress(row.text.encode(), 1)
                    db.execute("INSERT INTO records VALUES (?, ?, ?, ?)", (number, row.id, about, text))
                    words = number, searchable(row.metadata.title or ""), searchable(row.text)
                    db.execute("INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)", words)
                db.execute("INSERT INTO about VALUES (?, ?)", (_FORM, digest))
                db.execute("COMMIT")
        except sqlite3.Error as error:
            raise StorageError(f"{made}: {error}") from error
        with storage(index):
            made.rename(index)
