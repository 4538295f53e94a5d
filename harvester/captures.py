"""Seeds become Captures in the archive: local pages are loaded, those in WARC files copied, the others fetched."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from harvester.archive import Entry
from harvester.errors import InputError, PageError, http_error
from harvester.fetching import fetch_into, fetch_one, final
from harvester.index import Listing, warc_captures, web_address
from harvester.run import Run
from harvester.settings import Settings
from harvester.tombstones import Tombstones, forgotten
from harvester.types import EPOCH, Capture, Failure, Seed

if TYPE_CHECKING:
    import httpx

    from harvester.fetch import Wanted


def capture_all(
    listing: Listing, run: Run, wanted: "Wanted | None" = None
) -> tuple[list[tuple[Seed, Entry]], list[Failure]]:
    """Where each seed's capture lies in the archive, and the seeds that have none.

    A page that could not be fetched again keeps the capture that the archive holds, and it is said. `wanted` says
    what answers are taken; pages by default.
    """
    found: list[tuple[Seed, Entry]] = []
    listing = without_forgotten(listing, run.tombstones)
    lost = list(listing.failures)
    local = [seed for seed in listing.seeds if seed.path is not None]
    for done, seed in enumerate(local, 1):
        try:
            found.append((seed, _archived_file(seed, listing, run)))
        except PageError as error:
            lost.append(failure(seed, error))
        run.report("load", done, len(local))
    packed = sum(seed.record is not None for seed in listing.seeds)
    for done, (seed, outcome) in enumerate(_archived_records(listing, run), 1):
        if isinstance(outcome, PageError):
            lost.append(failure(seed, outcome))
        else:
            found.append((seed, outcome))
        run.report("read", done, packed)
    remote = [seed for seed in listing.seeds if seed.path is None and seed.record is None]
    broken = fetch_into([seed.uri for seed in remote], run, wanted) if remote else {}
    for seed in remote:
        trouble = broken.get(seed.uri)
        try:
            entry = final(run.archive, seed.uri, run.settings, run.tombstones)
        except PageError as error:
            lost.append(failure(seed, trouble or error))
            continue
        if entry.status >= "4":  # an error page, archived as what came
            lost.append(failure(seed, trouble or http_error(int(entry.status))))
            continue
        found.append((seed, entry))
        if trouble:
            run.notices.append(f"{seed.uri}: not fetched again ({trouble}); the capture of {entry.fetched_at} stands")
    return found, lost


def without_forgotten(listing: Listing, tombstones: Tombstones) -> Listing:
    """The listing with those of its pages that are to be forgotten among its failures: nothing else is done with them."""
    gone = {seed.id: row for seed in listing.seeds if (row := tombstones.of(seed)) is not None}
    return msgspec.structs.replace(
        listing,
        seeds=tuple(seed for seed in listing.seeds if seed.id not in gone),
        failures=(
            *listing.failures,
            *(failure(seed, forgotten(gone[seed.id])) for seed in listing.seeds if seed.id in gone),
        ),
    )


def _archived_file(seed: Seed, listing: Listing, run: Run) -> Entry:
    """Archive a local page, unless the archive holds these bytes under this date."""
    from harvester.fetch import load_file

    assert seed.path is not None
    capture = load_file(
        Path(listing.folder),
        seed.path,
        uri=seed.uri,
        captured=seed.captured or EPOCH,
        limit=run.settings.extract.max_page_bytes,
    )
    held = run.archive.find(capture.uri, sha256=capture.sha256, fetched_at=capture.fetched_at)
    return held or run.archive.add(capture)


def _archived_records(listing: Listing, run: Run) -> Iterator[tuple[Seed, Entry | PageError]]:
    """Archive the pages that lie in WARC files, unless the archive holds these bytes under this date."""
    waiting = {seed.id: seed for seed in listing.seeds if seed.record is not None}
    limit = run.settings.extract.max_page_bytes
    for seed, capture in warc_captures(list(waiting.values()), map(Path, listing.warcs)):
        del waiting[seed.id]
        try:
            if len(capture.body) > limit:
                raise PageError("too-large", f"more than {limit} bytes")
            held = run.archive.find(capture.uri, sha256=capture.sha256, fetched_at=capture.fetched_at)
            yield seed, held or run.archive.add(capture)
        except PageError as error:
            yield seed, error
    for seed in waiting.values():
        yield seed, PageError("unreadable", "the file changed while it was read")


def capture_named(
    source: str,
    settings: Settings,
    *,
    now: Callable[[], str],
    stdin: BinaryIO | None,
    transport: "httpx.AsyncBaseTransport | None",
) -> Capture:
    """The capture of one page named by path, by URL, or `-` for stdin, which is not archived.

    Raises InputError or PageError.
    """
    limit = settings.extract.max_page_bytes
    if source == "-":
        if stdin is None and sys.stdin is None:
            raise InputError("-: standard input is closed; pipe a page in, or name a path or a URL")
        return Capture("file:///-", EPOCH, (stdin or sys.stdin.buffer).read(limit + 1))
    if source.lower().startswith(("http://", "https://")):
        return fetch_one(web_address(source), settings, now=now, transport=transport)
    from harvester.fetch import load_file

    path = Path(source)
    if not os.path.exists(path):
        raise InputError(f"{source}: no such file; give a path, an http(s) URL, or - for stdin")
    return load_file(path.parent, path.name, uri=f"file:///{path.name}", captured=EPOCH, limit=limit)


def failure(seed: Seed, error: PageError) -> Failure:
    """The row for a seed that gives no record; it names the index without its folder, which is the caller's."""
    return Failure(seed.id, seed.name, error.reason, error.detail, Path(seed.file).name, seed.line)
