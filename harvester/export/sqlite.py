"""SQLite: tables `records`, `blocks` and `failures`, and a full-text index over title and text."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from harvester.errors import StorageError
from harvester.export.columns import COLUMNS
from harvester.export.source import Page, Source, blocks_of
from harvester.pack.shards import read_lines
from harvester.types import Failure

_TYPES = {"word_count": "integer", "confidence": "real"}
_BLOCK = ("label", "kept", "score", "reason", "start", "end", "text")


def write(source: Source, target: Path) -> None:
    """Write one database, as datasette serves it: keys, foreign keys, and FTS5 where this SQLite has it.

    A kept block's text is in its record, from `start` to `end`, which count characters as `substr` does, from 0.
    """
    try:
        with closing(sqlite3.connect(target)) as database:
            database.executescript("pragma journal_mode = off; pragma synchronous = off; pragma foreign_keys = off;")
            _tables(database)
            for page in source.pages():
                _insert(database, page)
            database.executemany(
                f"insert into failures values ({', '.join('?' * len(Failure.__struct_fields__))})", _failures(source)
            )
            database.executescript("create index blocks_reason on blocks (reason);")
            _index(database)
            database.commit()
    except sqlite3.Error as error:
        raise StorageError(f"{target}: {error}") from error


def _tables(database: sqlite3.Connection) -> None:
    columns = ", ".join(f"{name} {_TYPES.get(name, 'text')}" for name in [*COLUMNS, "markdown", "metadata"])
    failure = ", ".join(f"{name} {'integer' if name == 'line' else 'text'}" for name in Failure.__struct_fields__)
    database.executescript(f"""
        create table records ({columns.replace("id text", "id text primary key", 1)});
        create table blocks (
            record_id text not null references records (id), position integer not null, label text, kept integer,
            score real, reason text, start integer, "end" integer, text text, primary key (record_id, position)
        );
        create table failures ({failure});
    """)


def _insert(database: sqlite3.Connection, page: Page) -> None:
    record = page.record
    row: list[Any] = [value(page) for value in COLUMNS.values()]
    row += [record.markdown, msgspec.json.encode(record.metadata).decode()]
    database.execute(f"insert into records values ({', '.join('?' * len(row))})", row)
    blocks = enumerate(blocks_of(record.id, page.sidecar))
    database.executemany(
        "insert into blocks values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((record.id, number, *(getattr(block, name) for name in _BLOCK)) for number, block in blocks),
    )


def _failures(source: Source) -> Iterator[tuple[Any, ...]]:
    decoder = msgspec.json.Decoder(Failure)
    path = source.folder / "failures.jsonl"
    for line in read_lines(path):
        try:
            yield msgspec.structs.astuple(decoder.decode(line))
        except msgspec.MsgspecError as error:
            raise StorageError(f"{path}: not a failure: {error}; run `harvest verify`") from error


def _index(database: sqlite3.Connection) -> None:
    if database.execute("select sqlite_compileoption_used('ENABLE_FTS5')").fetchone()[0]:
        database.executescript("""
            create virtual table records_fts using fts5 (title, text, content='records', tokenize='unicode61');
            insert into records_fts (records_fts) values ('rebuild');
        """)
