"""Captures in the archive become a version of the corpus: each page is read from there, judged and packed."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from importlib.metadata import version as library_version
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from harvester.archive import Archive, Entry
from harvester.curate import ALGORITHM
from harvester.curating import Pages, first_pass
from harvester.diff import Side, changes_file, compare, first_version, open_side
from harvester.extraction import Weights, load_weights
from harvester.index import Listing
from harvester.pack import (
    SEEDS,
    Counts,
    Facts,
    FileEntry,
    Parent,
    RecipeInfo,
    ShardWriter,
    Tally,
    Version,
    describe,
    publish,
    recipe_fingerprint,
    record_schema,
    seed_lines,
    shares,
    split_of,
    to_line,
    write_file,
    write_lines,
)
from harvester.run import Progress
from harvester.settings import Settings
from harvester.types import Failure, Frozen, Seed
from harvester.workers import Workers

if TYPE_CHECKING:
    from harvester.sources import Expansion  # brings lxml with it, which packing needs not

_DECIDING = (
    "harvester",
    "selectolax",
    "trafilatura",
    "justext",
    "py3langid",
    "lxml",
    "faust-cchardet",
    "webencodings",
    "tld",
    "rensa",
)
"""Libraries whose version can change a text, or the split of a record (tld)."""


class BuildResult(Frozen):
    """What a build did."""

    corpus: str
    version: str | None
    """The newest version now; None where no page was usable."""
    folder: str | None
    """Where it lies."""
    new: bool
    """Whether this build made it; otherwise it already held the same bytes."""
    counts: Counts
    failures: tuple[Failure, ...]
    ignored: int
    """Entries of the index that are no seeds."""
    notices: tuple[str, ...] = ()
    """What was mended in the archive, and pages that could not be fetched again: a line each."""


def changes_from(side: Side, parent: Parent | None, corpus: Path | None = None) -> bytes:
    """CHANGES.md of a draft, whose parent lies in `corpus`; beside it, without one."""
    if parent is None:
        return first_version(side.name, side.version, side.counts.records)
    return changes_file(compare(open_side((corpus or side.folder.parent) / parent.version), side))


class Place(Protocol):
    """What gives a draft its number and its place, as `publish` does."""

    def __call__(
        self,
        folder: Path,
        files: list[FileEntry],
        *,
        facts: Facts,
        recipe: RecipeInfo,
        counts: Counts,
        describe: Callable[[Version, Parent | None, Sequence[FileEntry]], list[FileEntry]],
    ) -> tuple[Version, bool]: ...


def pack_version(
    expansion: "Expansion",
    captured: Sequence[tuple[Seed, Entry]],
    lost: Sequence[Failure],
    archive: Archive,
    folder: Path,
    settings: Settings,
    report: Progress,
    *,
    corrections: Mapping[str, Entry],
    workers: Workers,
    place: Place = publish,
    changes: Callable[[Side, Parent | None], bytes] = changes_from,
) -> BuildResult:
    """Read, judge and pack every captured page, judged by `workers`; `place` gives the version its number and its place.

    `corrections` are the texts that persons wrote for pages, by the seed's id; `changes` makes CHANGES.md. Raises
    StorageError.
    """
    listing = expansion.listing
    failures = [*expansion.failures, *lost]

    def seeds() -> FileEntry:
        captures = {seed.id: (entry.record_id, entry.sha256) for seed, entry in captured}
        corrected = {seed: entry.record_id for seed, entry in corrections.items()}
        return write_lines(folder, SEEDS, seed_lines(listing.seeds, captures, corrected))

    return pack_pages(
        first_pass(
            captured,
            archive,
            folder,
            settings,
            report,
            failures,
            corpus=listing.name,
            corrections=corrections,
            workers=workers,
        ),
        failures,
        folder,
        settings,
        listing=listing,
        pages=lambda: len(listing.seeds) + len(listing.failures) + len(expansion.failures),
        seeds=seeds,
        place=place,
        changes=changes,
    )


def pack_pages(
    first: AbstractContextManager[Pages],
    failures: list[Failure],
    folder: Path,
    settings: Settings,
    *,
    listing: Listing,
    pages: Callable[[], int],
    seeds: Callable[[], FileEntry],
    place: Place = publish,
    changes: Callable[[Side, Parent | None], bytes] = changes_from,
) -> BuildResult:
    """Pack the pages that a first pass gives, once it is done; what drops out then is added to the failures.

    `pages` says how many are listed and `seeds` writes them, both asked behind the first pass. Of `listing` only what it
    says of the corpus counts. Raises StorageError.
    """
    tally, splits = Tally(), shares(settings.pack.splits)
    shards = ShardWriter(folder, compression=settings.pack.compression, shard_bytes=settings.pack.shard_bytes)
    try:
        with first as known:
            for page in known.records():
                split = split_of(page.counted.id, page.counted.host, splits)
                shards.write(page.record, page.sidecar, split)
                tally.add(page.counted, split, duplicate_of=page.duplicate_of)
            listed = seeds()
        files = [*shards.finish(), listed]
    finally:
        shards.abandon()
    failures.sort(key=lambda failure: (failure.id, failure.line, failure.reason))
    counts = tally.counts(pages(), failures)
    version: Version | None = None
    new = False
    if tally.records:
        files += [
            write_file(folder, "failures.jsonl", b"".join(map(to_line, failures))),
            write_file(folder, "schema.json", record_schema()),
        ]
        facts = tally.facts(listing.name, listing.description, listing.license, [name for name, _ in splits])
        recipe = recipe_info(settings, load_weights())

        def describe_all(version: Version, parent: Parent | None, files: Sequence[FileEntry]) -> list[FileEntry]:
            side = Side(folder, listing.name, str(version), recipe, counts, tuple(files))
            written = write_file(folder, "CHANGES.md", changes(side, parent))
            return [written, *describe(folder, version, facts, counts, [*files, written])]

        version, new = place(folder, files, facts=facts, recipe=recipe, counts=counts, describe=describe_all)
    return BuildResult(
        listing.name,
        str(version) if version else None,
        str(folder.parent / str(version)) if version else None,
        new,
        counts,
        tuple(failures),
        len(listing.ignored),
    )


def recipe_info(settings: Settings, weights: Weights) -> RecipeInfo:
    """What decides the bytes of a version made now, with its fingerprint."""
    libraries = dict(deciding_libraries()) | {"rensa-algorithm": ALGORITHM}
    digest = hashlib.sha256(msgspec.json.encode(weights, order="sorted")).hexdigest()
    made = RecipeInfo("", settings.extract, settings.curate, settings.pack, libraries, digest)
    return msgspec.structs.replace(made, fingerprint=recipe_fingerprint(made))


def deciding_libraries() -> Mapping[str, str]:
    """The versions of harvester and of the libraries that can change a text."""
    return {name: library_version(name) for name in _DECIDING}
