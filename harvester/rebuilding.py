"""A version made again from what it says it was made from: its listed pages, the captures they cite, its settings.

The index is not needed, and no clock and no network. What comes out is compared with the manifest, byte by byte; where
it differs, the first difference is named, and what has changed since.
"""

import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

import msgspec

from harvester.archive import Archive, Entry, entries, hold, replacement, sync_folder
from harvester.diff import Difference, Side, first_difference, open_side, recipe_differences
from harvester.errors import InputError, StorageError, storage
from harvester.index import Listing
from harvester.pack import (
    DIGEST,
    SEEDS,
    Counts,
    Facts,
    FileEntry,
    ListedSeed,
    Manifest,
    Parent,
    RecipeInfo,
    Version,
    digest_fault,
    draft,
    faults,
    read_lines,
    read_manifest,
    read_seeds,
    recipe_fingerprint,
    seal,
    version_folder,
)
from harvester.packing import changes_from, pack_version
from harvester.run import Progress, clock, silent
from harvester.settings import Settings
from harvester.sources import Expansion
from harvester.tombstones import Tombstones, read_tombstones
from harvester.types import EPOCH, Failure, Frozen, Seed
from harvester.workers import HERE, Workers

_NAMED = 5
"""Missing pages that are named; of more, the number."""


class Rebuilt(Frozen):
    """What a rebuild found."""

    corpus: str
    version: str
    same: bool
    """Whether every file came out as the manifest states, and the manifest itself."""
    differing: tuple[str, ...]
    """The files that did not."""
    first: Difference | None
    causes: tuple[str, ...]
    """What explains the difference, a line each."""
    damaged: tuple[str, ...]
    """Files of the version that were missing or damaged on disk."""
    restored: tuple[str, ...]
    """Those of them that were put back."""
    folder: str | None
    """Where the rebuilt version was written, if it was asked for."""


def rebuild(
    path: Path,
    *,
    output: Path | None = None,
    verify: bool = False,
    progress: Progress | None = None,
    workers: Workers = HERE,
) -> Rebuilt:
    """Make a version again from the archive beside it; `path` is its folder, or the corpus's, then the latest is meant.

    Files that are missing or damaged are put back where the rebuilt bytes are those of the manifest; with `verify`
    nothing is written, with `output` the whole version to that folder, which must not exist. Raises InputError, and
    StorageError where manifest or listed pages are damaged or another run holds the corpus.
    """
    folder = version_folder(path).resolve()
    corpus, (manifest, sha256) = folder.parent, read_manifest(folder)
    if not (corpus / "archive").is_dir():
        raise StorageError(
            f"{corpus}: no archive in it; a rebuild reads the captures that the version was made from. A version of "
            "`harvest batch` is made again by the same batch"
        )
    if output is not None and output.exists():
        raise InputError(f"{output}: exists already; name a folder that does not")
    damaged = {file.path: fault for file in manifest.files for fault in faults(folder, file)}
    if digest_fault(folder, sha256) is not None:
        damaged[DIGEST] = "damaged"
    if SEEDS in damaged:
        raise StorageError(f"{folder}: {damaged[SEEDS]}; a rebuild needs it, restore it from a copy")
    with hold(corpus, now=clock()), _made_in(corpus, output) as made:
        missing = _pack_again(folder, manifest, damaged.keys(), made, progress or silent, workers)
        rebuilt, _ = read_manifest(made) if (made / "manifest.json").exists() else (None, "")
        differing = _differing(folder, manifest, made, rebuilt)
        first = _first(folder, made, differing[0], damaged) if differing else None
        restored = list[str]()
        if rebuilt is not None and not verify and output is None:
            restored = _restore(folder, manifest, rebuilt, made, damaged.keys())
        causes = _causes(manifest, rebuilt, missing, read_tombstones(corpus)) if differing else []
    return Rebuilt(
        corpus=manifest.name,
        version=manifest.version,
        same=not differing,
        differing=tuple(differing),
        first=first,
        causes=tuple(causes),
        damaged=tuple(sorted(damaged)),
        restored=tuple(restored),
        folder=str(output) if output is not None else None,
    )


def _made_in(corpus: Path, output: Path | None) -> AbstractContextManager[Path]:
    return draft(corpus) if output is None else _beside(output)


@contextmanager
def _beside(output: Path) -> Iterator[Path]:
    """A folder that gets the name of `output` when it is whole."""
    made = replacement(output)
    try:
        yield made
        with storage(output):
            made.rename(output)
        sync_folder(output.parent)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _pack_again(
    folder: Path, manifest: Manifest, damaged: Collection[str], made: Path, report: Progress, workers: Workers
) -> list[ListedSeed]:
    """Pack the listed pages into `made`; those whose capture the archive lacks."""
    seeds = list(read_seeds(folder))
    cited = {cited for seed in seeds for cited in (seed.capture, seed.correction) if cited is not None}
    recipe = manifest.recipe
    settings = Settings(
        **{
            group: getattr(recipe, group)
            for group in RecipeInfo.__struct_fields__
            if group in Settings.__struct_fields__
        }
    )
    archive_folder = folder.parent / "archive"
    with Archive(archive_folder, now=EPOCH, name=manifest.name, info={}) as archive:
        held = dict[str, Entry]()
        for entry in entries(archive_folder):
            if entry.record_id in cited and (entry.record_id not in held or not entry.original):
                held[entry.record_id] = entry
        missing = [seed for seed in seeds if not {seed.capture, seed.correction} - {None} <= held.keys()]
        gone = {seed.id for seed in missing}
        captured = [(seed, held[seed.capture]) for seed in seeds if seed.capture is not None and seed.id not in gone]
        lost, beside = _failures(folder, seeds) if "failures.jsonl" not in damaged else ([], [])
        pack_version(
            Expansion(_listing(manifest, seeds), tuple(beside), (), ()),
            captured,
            lost,
            archive,
            made,
            settings,
            report,
            corrections={s.id: held[s.correction] for s in seeds if s.correction is not None and s.id not in gone},
            workers=workers,
            place=partial(_place, manifest=manifest),
            changes=_changes(folder, manifest, "CHANGES.md" in damaged),
        )
    return missing


def _failures(folder: Path, seeds: Sequence[ListedSeed]) -> tuple[list[Failure], list[Failure]]:
    """The failures that do not follow from a capture: of listed pages without one, and of what is no listed page."""
    places = {(seed.id, seed.file, seed.line): seed for seed in seeds}
    lost, beside = list[Failure](), list[Failure]()
    for line in read_lines(folder / "failures.jsonl"):
        try:
            failure = msgspec.json.decode(line, type=Failure)
        except ValueError as error:  # msgspec's, or bytes that are no UTF-8
            raise StorageError(f"{folder / 'failures.jsonl'}: {error}; run `harvest verify`") from error
        seed = places.get((failure.id, failure.file, failure.line))
        if seed is None:
            beside.append(failure)
        elif seed.capture is None:
            lost.append(failure)
    return lost, beside


def _listing(manifest: Manifest, seeds: Sequence[Seed]) -> Listing:
    return Listing(
        name=manifest.name,
        folder="",
        description=manifest.description,
        language=None,
        license=manifest.license,
        site=None,
        captured=None,
        seeds=tuple(seeds),
        ignored=(),
    )


def _place(
    folder: Path,
    files: list[FileEntry],
    *,
    facts: Facts,
    recipe: RecipeInfo,
    counts: Counts,
    describe: Callable[[Version, Parent | None, Sequence[FileEntry]], list[FileEntry]],
    manifest: Manifest,
) -> tuple[Version, bool]:
    """Number and parent are those that the version has."""
    version = Version.parse(manifest.version)
    if version is None:
        raise StorageError(f"{manifest.version!r}: no version number; restore the manifest from a copy")
    files += describe(version, manifest.parent, sorted(files, key=lambda file: file.path))
    seal(folder, files, facts=facts, version=version, parent=manifest.parent, recipe=recipe, counts=counts)
    return version, False


def _changes(folder: Path, manifest: Manifest, damaged: bool) -> Callable[[Side, Parent | None], bytes]:
    """CHANGES.md as it is, or made again where it is damaged and the parent still lies beside the version."""
    if not damaged:
        with storage(folder / "CHANGES.md"):
            content = (folder / "CHANGES.md").read_bytes()
        return lambda side, parent: content
    parent = manifest.parent
    named = parent is None or Version.parse(parent.version) is not None  # else it may lead anywhere
    if parent is not None and not (named and (folder.parent / parent.version / "manifest.json").is_file()):
        raise StorageError(
            f"{folder / 'CHANGES.md'}: damaged, and the parent {parent.version} is gone; restore one of them"
        )
    return lambda side, parent: changes_from(side, parent, folder.parent)


def _differing(folder: Path, manifest: Manifest, made: Path, rebuilt: Manifest | None) -> list[str]:
    """The files that did not come out as the manifest states: records first, the manifest last."""
    before = {file.path: file for file in manifest.files}
    after = {file.path: file for file in rebuilt.files} if rebuilt is not None else {}
    names = [name for name in before.keys() | after.keys() if before.get(name) != after.get(name)]
    rooms = ("data", "blocks")
    names.sort(key=lambda n: (rooms.index(room) if (room := n.partition("/")[0]) in rooms else 2, n not in before, n))
    with storage(folder):
        manifests = [
            (f / "manifest.json").read_bytes() if (f / "manifest.json").exists() else b"" for f in (folder, made)
        ]
    return names if manifests[0] == manifests[1] else [*names, "manifest.json"]


def _first(folder: Path, made: Path, name: str, damaged: Collection[str]) -> Difference:
    if not (made / "manifest.json").exists():  # no page gave a record
        return Difference(name)
    return first_difference(name, open_side(folder), open_side(made), damaged)


def _restore(folder: Path, manifest: Manifest, rebuilt: Manifest, made: Path, damaged: Collection[str]) -> list[str]:
    """Put back the damaged files that came out with the manifest's digests; the others stay as they are."""
    before, after = ({file.path: file for file in m.files} for m in (manifest, rebuilt))
    restored = list[str]()
    for name in sorted(damaged):
        target = folder / name
        same = manifest == rebuilt if name == DIGEST else before[name] == after.get(name)
        if not same or not target.parent.resolve().is_relative_to(folder):
            continue  # names that only the manifest knows may lead anywhere
        with storage(target):
            target.parent.mkdir(exist_ok=True)
            (made / name).replace(target)
        sync_folder(target.parent)
        restored.append(name)
    if restored:
        sync_folder(folder)
    return restored


def _causes(manifest: Manifest, rebuilt: Manifest | None, missing: Sequence[Seed], tombstones: Tombstones) -> list[str]:
    forgotten = sum(tombstones.of(seed) is not None for seed in missing)
    missing = [seed for seed in missing if tombstones.of(seed) is None]
    causes = [f"{forgotten:,} of its pages were removed from the archive on request"] if forgotten else []
    causes += [f"the archive lacks the capture of {seed.name} ({seed.id})" for seed in missing[:_NAMED]]
    if len(missing) > _NAMED:
        causes.append(f"the archive lacks the captures of {len(missing) - _NAMED:,} more pages")
    if rebuilt is not None:
        for key, (before, after) in recipe_differences(manifest.recipe, rebuilt.recipe).items():
            causes.append(f"{_recipe_part(key)}: the version was made with {before}, here is {after}")
    if recipe_fingerprint(manifest.recipe) != manifest.recipe.fingerprint:
        causes.append("settings: the manifest's recipe is not the one that its fingerprint was made of")
    return causes or [
        "nothing that the manifest states: harvester's code changed under the same version, or the files did"
    ]


def _recipe_part(key: str) -> str:
    if key == "libraries.harvester":
        return "harvester"
    if key.startswith("libraries."):
        return f"library {key.removeprefix('libraries.')}"
    return "weights" if key == "weights_sha256" else f"setting {key}"
