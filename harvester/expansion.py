"""The feeds, sitemaps and pages of links of an index are fetched into the archive, and read from there.

So an expansion follows from index and archive alone: a rebuild gives the same pages without a network.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from harvester.archive import Archive, Entry
from harvester.captures import capture_all, failure, without_forgotten
from harvester.errors import PageError
from harvester.fetching import final
from harvester.index import Listing
from harvester.run import Run
from harvester.settings import Settings
from harvester.sources import Expansion, Obtained, expand
from harvester.sources.read import MAX_BYTES
from harvester.types import EPOCH, Capture, Failure, Seed

_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml, text/xml, text/html;q=0.9, "
    "*/*;q=0.5"
)
_TYPES = (
    *("text/", "application/xml", "application/xhtml+xml", "application/rss+xml", "application/atom+xml"),
    *("application/rdf+xml", "application/feed+json", "application/json", "application/gzip", "application/x-gzip"),
    "application/octet-stream",  # what many servers call a file that ends in .gz
)


def expand_into(listing: Listing, run: Run) -> Expansion:
    """The listing with all pages that its sources lead to; what the archive lacks of these is fetched into it."""
    settings = run.settings
    mode = "refresh" if settings.fetch.mode == "update" else settings.fetch.mode
    fetch = msgspec.structs.replace(settings.fetch, mode=mode, max_bytes=max(MAX_BYTES, settings.fetch.max_bytes))
    extract = msgspec.structs.replace(settings.extract, max_page_bytes=max(MAX_BYTES, settings.extract.max_page_bytes))
    widened = msgspec.structs.replace(run, settings=msgspec.structs.replace(settings, fetch=fetch, extract=extract))

    def obtain(seeds: Sequence[Seed]) -> Obtained:
        from harvester.fetch import Wanted

        asked = msgspec.structs.replace(listing, seeds=tuple(seeds), failures=(), warcs=())
        found, lost = capture_all(asked, widened, Wanted(_ACCEPT, _TYPES))
        return Obtained({seed.uri: _reader(run.archive, entry) for seed, entry in found}, tuple(lost))

    expansion = expand(listing, obtain, settings.extract)
    run.notices.extend(expansion.notices)
    return msgspec.structs.replace(expansion, listing=without_forgotten(expansion.listing, run.tombstones))


def expand_held(listing: Listing, folder: Path, settings: Settings) -> Expansion:
    """The same as far as the archive in `folder` goes, which is only read; local files need none."""
    archive = Archive(folder, now=EPOCH, name=listing.name, info={})

    def obtain(seeds: Sequence[Seed]) -> Obtained:
        found: dict[str, Callable[[], Iterator[Capture]]] = {}
        lost = list[Failure]()
        for seed in seeds:
            try:
                if seed.path is None:
                    found[seed.uri] = _reader(archive, final(archive, seed.uri, settings))
                else:
                    found[seed.uri] = _loaded(listing, seed)
            except PageError as error:
                lost.append(failure(seed, error))
        return Obtained(found, tuple(lost))

    return expand(listing, obtain, settings.extract)


def _reader(archive: Archive, newest: Entry) -> Callable[[], Iterator[Capture]]:
    """Reads an address's captures that came whole, one by one; what a revisit says is that one of them stands."""
    good = (entry for entry in archive.history(newest.url) if entry.status == "-" or entry.status.startswith("2"))
    held = [newest, *(entry for entry in good if not entry.original and entry != newest)]
    return lambda: map(archive.read, held)


def _loaded(listing: Listing, seed: Seed) -> Callable[[], Iterator[Capture]]:
    from harvester.fetch import load_file

    assert seed.path is not None
    capture = load_file(Path(listing.folder), seed.path, uri=seed.uri, captured=seed.captured or EPOCH, limit=MAX_BYTES)
    return lambda: iter([capture])
