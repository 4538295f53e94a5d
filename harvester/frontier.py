"""What was asked for, when, and what came of it: the state of a corpus' fetching, in SQLite beside the archive.

The archive is the truth for what came; this remembers what did not come, what an interrupted run has
done already, and when a host was last asked.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from harvester.archive import refuse_planted
from harvester.errors import PageError, StorageError
from harvester.types import Frozen

FILE = "fetch.sqlite"
_FRESH = timedelta(days=1)  # an interrupted run of longer ago is not gone on with: what failed then may come now
_VERSION = 1
# `round`: the mode of the run in which the page was asked for, until that run has ended.
_SCHEMA = f"""
CREATE TABLE pages (
    url TEXT PRIMARY KEY, host TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT '', tries INTEGER NOT NULL DEFAULT 0, asked TEXT, not_before TEXT, round TEXT
) WITHOUT ROWID;
CREATE TABLE hosts (host TEXT PRIMARY KEY, asked TEXT, not_before TEXT) WITHOUT ROWID;
CREATE TABLE robots (place TEXT PRIMARY KEY, host TEXT NOT NULL, asked TEXT NOT NULL, outcome TEXT NOT NULL) WITHOUT ROWID;
PRAGMA user_version = {_VERSION};
"""


class PageState(Frozen):
    """What came of asking for a page."""

    url: str
    host: str
    asked: str
    """`YYYY-MM-DDTHH:MM:SSZ`."""
    tries: int
    error: PageError | None = None
    not_before: str | None = None
    """The date before which its host does not want to be asked again."""


class RobotsState(Frozen):
    """What came of asking for a robots.txt."""

    place: str
    """Its address."""
    host: str
    outcome: str
    """The status of the answer, or why there was none."""


class HostStatus(Frozen):
    """What is known of the pages of a host."""

    host: str
    waiting: int
    done: int
    failed: Mapping[str, int]
    """Reason to number of pages."""
    asked: str | None
    """When the host was last asked for anything."""
    not_before: str | None
    robots: str | None
    """What came of asking for its robots.txt: a status, or why there was none."""


class Frontier:
    """The state, open for reading and writing; the caller holds the corpus's lock. The file is made when first needed.

    Each change is one transaction: after a kill it is there or it is not, and nothing else is lost.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._open: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    def expect(self, host_of: Mapping[str, str], done: Iterable[str]) -> None:
        """Note the pages (address to host) that a run is about; those that are `done` lie in the archive."""
        held = set(done)
        with self._writing() as db:
            db.execute("DELETE FROM pages WHERE state = 'waiting'")
            db.executemany(
                "INSERT INTO pages (url, host, state) VALUES (?, ?, 'done') ON CONFLICT (url) "
                "DO UPDATE SET state = 'done', reason = '', detail = '', not_before = NULL",
                ((url, host) for url, host in host_of.items() if url in held),
            )
            db.executemany(
                "INSERT INTO pages (url, host, state) VALUES (?, ?, 'waiting') ON CONFLICT (url) "
                "DO UPDATE SET state = 'waiting' WHERE round IS NULL",
                ((url, host) for url, host in host_of.items() if url not in held),
            )

    def gone_through(self, mode: str, now: str) -> dict[str, PageError | None]:
        """The pages that an interrupted run of the same mode has asked for, with the error of those that failed."""
        since = (datetime.fromisoformat(now) - _FRESH).strftime("%Y-%m-%dT%H:%M:%SZ")
        rows = self._read("SELECT url, reason, detail FROM pages WHERE round = ? AND asked > ?", mode, since)
        return {url: PageError(reason, detail) if reason else None for url, reason, detail in rows}

    def failed(self) -> dict[str, PageError]:
        """Why pages did not come when they were last asked for."""
        rows = self._read("SELECT url, reason, detail FROM pages WHERE state = 'failed'")
        return {url: PageError(reason, detail) for url, reason, detail in rows}

    def record(self, page: PageState, mode: str | None, asked: Iterable[str], robots: Iterable[RobotsState]) -> None:
        """Note what came of a page, which hosts were asked for it, and what came of their robots.txt.

        With the `mode` of the run an interrupted run is gone on with behind this page; None where nobody was asked.
        """
        error = page.error
        with self._writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    page.url,
                    page.host,
                    "failed" if error else "done",
                    error.reason if error else "",
                    error.detail if error else "",
                    page.tries,
                    page.asked,
                    page.not_before,
                    mode,
                ),
            )
            db.executemany(
                "INSERT INTO hosts (host, asked) VALUES (?, ?) ON CONFLICT (host) DO UPDATE SET asked = excluded.asked",
                [(host, page.asked) for host in asked],
            )
            if page.not_before:
                db.execute(
                    "INSERT INTO hosts (host, not_before) VALUES (?, ?) ON CONFLICT (host) "
                    "DO UPDATE SET not_before = excluded.not_before",
                    (page.host, page.not_before),
                )
            db.executemany(
                "INSERT OR REPLACE INTO robots VALUES (?, ?, ?, ?)",
                [(answer.place, answer.host, page.asked, answer.outcome) for answer in robots],
            )

    def end_round(self) -> None:
        """The run went through all its pages: the next one asks again for those that failed."""
        if self._path.exists():
            with self._writing() as db:
                db.execute("UPDATE pages SET round = NULL WHERE round IS NOT NULL")

    def holds(self, gone: Callable[[str], bool]) -> bool:
        """Whether anything is known of an address that is `gone`."""
        return any(gone(url) for (url,) in self._read("SELECT url FROM pages"))

    def forget(self, gone: Callable[[str], bool]) -> None:
        """Leave no byte of the addresses that are `gone`, not in what SQLite has freed and not in its log either."""
        urls = [(url,) for (url,) in self._read("SELECT url FROM pages") if gone(url)]
        if not urls:
            return
        with self._named():
            self._db().execute("PRAGMA secure_delete = ON")
        with self._writing() as db:
            db.executemany("DELETE FROM pages WHERE url = ?", urls)
        with self._named():
            self._db().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._db().execute("VACUUM")
            self._db().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def put_off(self, now: str) -> dict[str, str]:
        """Hosts that want to be left alone, and until when."""
        return dict(self._read("SELECT host, not_before FROM hosts WHERE not_before > ?", now))

    def asked(self) -> dict[str, str]:
        """When each host was last asked for anything."""
        return dict(self._read("SELECT host, asked FROM hosts WHERE asked IS NOT NULL"))

    def hosts(self) -> list[HostStatus]:
        """Every host of which pages are known, by name."""
        failed: dict[str, dict[str, int]] = {}
        for host, reason, number in self._read(
            "SELECT host, reason, count(*) FROM pages WHERE state = 'failed' GROUP BY host, reason ORDER BY 3 DESC, 2"
        ):
            failed.setdefault(host, {})[reason] = number
        rows = self._read(
            "SELECT host, sum(state = 'waiting'), sum(state = 'done'), hosts.asked, hosts.not_before, "
            "(SELECT outcome FROM robots WHERE robots.host = pages.host ORDER BY asked DESC, place LIMIT 1) "
            "FROM pages LEFT JOIN hosts USING (host) GROUP BY host ORDER BY host"
        )
        return [
            HostStatus(host, waiting, done, failed.get(host, {}), asked, not_before, robots)
            for host, waiting, done, asked, not_before, robots in rows
        ]

    def _read(self, query: str, *values: object) -> list[Any]:
        if not self._path.exists():
            return []
        with self._named():
            return self._db().execute(query, values).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._named():
            db = self._db()
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StorageError(
                f"{self._path}: {error}; delete it if it is damaged: pages that lie in the archive are not fetched again"
            ) from error

    def _db(self) -> sqlite3.Connection:
        if self._open is None:
            for name in (FILE, f"{FILE}-journal", f"{FILE}-wal", f"{FILE}-shm"):
                refuse_planted(self._path.with_name(name))
            # Used by one thread at a time, which need not be the one that opened it.
            db = sqlite3.connect(self._path, isolation_level=None, timeout=10, check_same_thread=False)
            try:
                # No sync at each commit: a kill takes nothing that was written, and after a power cut the archive decides.
                db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA trusted_schema = OFF;")
                (version,) = db.execute("PRAGMA user_version").fetchone()
                if version == 0:  # `harvest status` may read while a run makes the file: the first to lock it does
                    db.execute("BEGIN IMMEDIATE")
                    (version,) = db.execute("PRAGMA user_version").fetchone()
                    for statement in _SCHEMA.split(";") if version == 0 else ():
                        db.execute(statement)
                    db.execute("COMMIT")
                elif version != _VERSION:
                    raise StorageError(f"{self._path}: written by another version of harvester; delete it")
            except BaseException:
                db.close()
                raise
            self._open = db
        return self._open
