"""An archive without the captures that nothing needs any more: written anew beside it, then put in its place."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from harvester.archive import warc
from harvester.archive.durable import replacement, swap
from harvester.archive.index import Entry, read_all
from harvester.archive.members import walk_members
from harvester.archive.store import INDEX, Archive, original_of, serial
from harvester.errors import StorageError, storage
from harvester.types import Capture, Frozen


class Compacted(Frozen):
    """What a compaction did."""

    dropped: tuple[Entry, ...]
    kept: int
    bytes_before: int
    bytes_after: int
    repairs: tuple[str, ...]
    """What was mended before, as a build does it."""


def compact(
    folder: Path,
    *,
    cited: Iterable[str],
    now: str,
    name: str,
    info: Mapping[str, str],
    needed: Callable[[Capture], bool] = lambda capture: False,
    dry_run: bool = False,
) -> Compacted:
    """Drop every capture but the newest of each URL, the newest good one, and those with the record ids `cited`.

    Of the others `needed` says which stay all the same. A revisit that is kept keeps the capture with its body. Nothing
    is written where nothing is to be dropped, or with `dry_run`. The caller holds the lock.
    """
    with Archive(folder, now=now, name=name, info=info) as archive:
        repairs = tuple(archive.repairs)
    _only_ours(folder)
    before = _size(folder)
    kept, dropped = _parted(archive, frozenset(cited), needed)
    if dropped and not dry_run:
        _write_anew(folder, kept, now=now, name=name, info=info)
    return Compacted(tuple(dropped), len(kept), before, _size(folder), repairs)


def remove(
    folder: Path,
    *,
    gone: Callable[[str], bool],
    now: str,
    name: str,
    info: Mapping[str, str],
    dry_run: bool = False,
) -> Compacted:
    """Drop every capture of the addresses that are `gone`, with the requests for them; otherwise as `compact`."""
    with Archive(folder, now=now, name=name, info=info) as archive:
        repairs = tuple(archive.repairs)
    _only_ours(folder)
    before = _size(folder)
    kept, dropped = list[Entry](), list[Entry]()
    for entry in read_all(folder / INDEX):
        (dropped if gone(entry.url) else kept).append(entry)
    if dropped and not dry_run:
        _write_anew(folder, kept, now=now, name=name, info=info)
    return Compacted(tuple(dropped), len(kept), before, _size(folder), repairs)


def _write_anew(folder: Path, kept: Iterable[Entry], *, now: str, name: str, info: Mapping[str, str]) -> None:
    fresh = replacement(folder)
    with Archive(fresh, now=now, name=name, info=info) as made:
        _copy(folder, {(entry.filename, entry.offset) for entry in kept}, made)
    swap(folder)


def _only_ours(folder: Path) -> None:
    """Raises StorageError for a file that the new archive would lack."""
    with storage(folder):
        others = [
            f for f in folder.iterdir() if not (f.name == INDEX or f.name.endswith(".warc.gz") or f.name[0] == ".")
        ]
    for other in others:
        raise StorageError(f"{other}: not a file of the archive; move it elsewhere, it would be lost")


def _size(folder: Path) -> int:
    with storage(folder):
        return sum(file.stat().st_size for file in folder.glob("*.warc.gz"))


def _parted(
    archive: Archive, cited: frozenset[str], needed: Callable[[Capture], bool]
) -> tuple[list[Entry], list[Entry]]:
    by_url = defaultdict[str, list[Entry]](list)
    for entry in read_all(archive.folder / INDEX):
        by_url[entry.url].append(entry)
    kept, dropped = list[Entry](), list[Entry]()
    for entries in by_url.values():
        by_age = sorted(entries, key=lambda e: (e.fetched_at, serial(e.filename), e.offset), reverse=True)
        good = [entry for entry in by_age if entry.status == "-" or entry.status.startswith("2")]
        stay = {*by_age[:1], *good[:1], *(entry for entry in entries if entry.record_id in cited)}
        stay |= {original_of(entry, entries) for entry in stay}
        stay |= {e for e in good if e not in stay and not e.original and needed(archive.read(e))}
        for entry in entries:
            (kept if entry in stay else dropped).append(entry)
    return kept, dropped


def _copy(folder: Path, places: set[tuple[str, int]], into: Archive) -> None:
    for file in sorted(folder.glob("*.warc.gz"), key=lambda file: serial(file.name)):
        request = list[bytes]()
        with storage(file), file.open("rb") as stream:
            for offset, member, head in walk_members(stream, 0):
                kind = warc.kind_of(head)
                if kind == b"request":
                    request = [member]
                    continue
                if (file.name, offset) in places:
                    into.copy([*request, member])
                request = []
