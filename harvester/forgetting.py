"""`harvest forget`: a page or a host goes, from the next version on, from the archive where asked, and stays away."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from harvester.archive import Archive, Compacted, Entry, entries, hold, remove
from harvester.errors import InputError, storage
from harvester.frontier import Frontier
from harvester.index import Refused, hosts, web_address
from harvester.pack import RECORD_ID, records_as, versions
from harvester.run import SOFTWARE, warcinfo
from harvester.settings import Settings
from harvester.tombstones import FILE as TOMBSTONES
from harvester.tombstones import Kind, Tombstone, Tombstones, read_tombstones, write_tombstones
from harvester.types import Frozen, page_uri, path_uri

_DERIVED = (".building", ".search")
"""What else may hold a page's text, and is made again: a draft that a killed build left, and the indexes of `harvest search`."""


class StillHeld(Frozen):
    """A version with records of what is forgotten. Versions are never changed: who wants them gone deletes the folder."""

    folder: str
    records: int


class Forgotten(Frozen):
    """What a `forget` did."""

    tombstones: tuple[Tombstone, ...]
    """First what was asked for, then the addresses that it redirects to."""
    known: bool
    """Whether any version, the archive or the frontier knew of it."""
    already: bool
    """Whether it was remembered before, with the reason and the date of that time."""
    held: tuple[StillHeld, ...]
    captures: int
    """Of it in the archive; removed where that was asked for."""
    removed: Compacted | None
    """What went from the archive; None where that was not asked for."""
    notices: tuple[str, ...]


class _Meta(msgspec.Struct):
    url: str | None
    seed: "_Listed"
    capture: "_Cited"


class _Listed(msgspec.Struct):
    path: str | None


class _Cited(msgspec.Struct):
    record_id: str


class _Row(msgspec.Struct):
    """As much of a record as says which page it is of."""

    id: str
    metadata: _Meta


class _Traces(Frozen):
    """Where a page or a host turns up in a corpus."""

    targets: tuple[str, ...]
    """Addresses that it redirects to and that no other page is made from."""
    paths: frozenset[str]
    """Addresses in the archive of the local files that its records were made from."""
    held: tuple[StillHeld, ...]
    notices: tuple[str, ...]


def forget(
    corpus: Path,
    what: str,
    *,
    reason: str,
    now: str,
    settings: Settings,
    from_archive: bool = False,
    dry_run: bool = False,
) -> Forgotten:
    """Remember that the corpus must not hold `what`: a record's id, a URL, or a host with its subdomains.

    With `from_archive` its captures go, and what the frontier says of it. What a page redirects to goes with it, unless
    another page is made from that. Nothing is written with `dry_run`. After a kill the same call does the rest.
    Raises InputError for what is none of the three, StorageError for the disk or a corpus in use.
    """
    kind, value = recognise(what)
    reason = " ".join(reason.split())
    if not reason:
        raise InputError("--reason is empty; say why, such as --reason 'the author asked for it'")
    with hold(existing(corpus), now=now), Frontier(corpus) as frontier:
        before = read_tombstones(corpus)
        named = next((row for row in before.rows if (row.kind, row.value) == (kind, value)), None)
        first = named or Tombstone(kind, value, reason, now)
        archive = Archive(corpus / "archive", now=now, name=corpus.resolve().name, info=warcinfo(settings, SOFTWARE))
        if archive.folder.is_dir():
            with archive:  # mends what a killed run left
                traces = _traces(corpus, archive, first)
        else:
            traces = _traces(corpus, None, first)
        rows = [first, *(Tombstone("url", url, reason, now) for url in traces.targets)]
        fresh = [row for row in rows if not any((r.kind, r.value) == (row.kind, row.value) for r in before.rows)]
        gone = _gone(Tombstones(rows), traces.paths)
        captures = sum(gone(entry.url) for entry in entries(archive.folder))
        known = bool(traces.held or captures or frontier.holds(gone))
        if fresh and not dry_run:
            write_tombstones(corpus, [*before.rows, *fresh])
        removed = _remove(corpus, gone, frontier, settings, now, dry_run) if from_archive else None
        if not dry_run:
            for derived in (corpus / name for name in _DERIVED):
                with storage(derived):
                    if derived.exists():
                        shutil.rmtree(derived)
    return Forgotten(tuple(rows), known, named is not None, traces.held, captures, removed, traces.notices)


def _remove(
    corpus: Path, gone: Callable[[str], bool], frontier: Frontier, settings: Settings, now: str, dry_run: bool
) -> Compacted:
    if not (corpus / "archive").is_dir():
        return Compacted((), 0, 0, 0, ())
    removed = remove(
        corpus / "archive",
        gone=gone,
        now=now,
        name=corpus.resolve().name,
        info=warcinfo(settings, SOFTWARE),
        dry_run=dry_run,
    )
    if not dry_run:
        frontier.forget(gone)
    return removed


def remembered(corpus: Path) -> tuple[Tombstone, ...]:
    """What a corpus is to forget, oldest first. Raises InputError where there is no corpus."""
    return read_tombstones(existing(corpus)).rows


def existing(corpus: Path) -> Path:
    """The folder of a corpus. Raises InputError where there is none."""
    if not ((corpus / "archive").is_dir() or versions(corpus) or (corpus / TOMBSTONES).is_file()):
        raise InputError(f"{corpus}: no corpus; name its folder, such as corpus/NAME")
    return corpus


def recognise(what: str) -> tuple[Kind, str]:
    """What is meant: a record's id, a URL, normalised, or a host. Raises InputError for anything else."""
    what = what.strip()
    if RECORD_ID.fullmatch(what):
        return "id", what.lower()
    if "://" in what:
        return "url", web_address(what)
    try:
        (host,) = hosts(what)
    except (Refused, ValueError):
        host = ""
    if "." not in host.strip(".") and host != "localhost" and not host.startswith("["):
        raise InputError(f"{what}: neither the id of a record, nor a URL with https:// or http://, nor a host")
    return "host", host


def _traces(corpus: Path, archive: Archive | None, row: Tombstone) -> _Traces:
    own, reached, elsewhere = set[str](), dict[str, set[str]](), set[str]()
    only = Tombstones([row])
    if archive is not None:
        for entry in entries(archive.folder):
            if only.find(entry.url):
                own.add(entry.record_id)
                for target in _targets(archive, entry):
                    if not only.find(target.url):
                        reached.setdefault(target.url, set()).add(target.record_id)
    if row.kind == "host":
        elsewhere, reached = {urlsplit(url).hostname or "" for url in reached}, {}
    used, paths, held = set[str](), set[str](), list[StillHeld]()
    for version in versions(corpus):
        folder, number = corpus / str(version), 0
        for record in records_as(_Row, folder):
            if only.find(record.metadata.url, record.id) or record.metadata.capture.record_id in own:
                number += 1
                if record.metadata.seed.path is not None:
                    paths.add(path_uri(record.metadata.seed.path))
            else:
                used |= {url for url, ids in reached.items() if record.metadata.capture.record_id in ids}
        if number:
            held.append(StillHeld(str(folder), number))
    notices = [f"{url}: it redirects there, and another page is made from that: it stays" for url in sorted(used)]
    notices += [
        f"{host}: its pages redirect there, which stays: forget that host too if it must go"
        for host in sorted(elsewhere)
    ]
    return _Traces(tuple(sorted(reached.keys() - used)), frozenset(paths), tuple(held), tuple(notices))


def _targets(archive: Archive, entry: Entry) -> Iterator[Entry]:
    """Every capture that the redirect at an entry leads to, in one step or several."""
    from harvester.fetch import next_hop

    waiting, seen = [entry], set[str]()
    while waiting:
        moved = waiting.pop()
        target = next_hop(archive.read(moved)) if moved.status.startswith("3") else None
        if target is not None and target not in seen:
            seen.add(target)
            history = archive.history(target)
            yield from history
            waiting += history


def _gone(tombstones: Tombstones, paths: frozenset[str]) -> Callable[[str], bool]:
    return lambda url: page_uri(url) in paths or tombstones.find(url) is not None
