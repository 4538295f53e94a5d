"""A new version is built in a folder of its own and renamed into place: it is whole or absent."""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from harvester.archive import refuse_planted, sync_folder, write_atomic
from harvester.errors import StorageError, storage
from harvester.pack.facts import Facts
from harvester.pack.manifest import (
    DIGEST,
    FORMAT,
    MANIFEST,
    Counts,
    Manifest,
    Parent,
    RecipeInfo,
    Version,
    bump,
    digest_line,
    read_manifest,
    record_lines,
    same_records,
    versions,
)
from harvester.pack.shards import FileEntry, write_file
from harvester.pack.verify import verify

BUILDING = ".building"
LATEST = "latest"


@contextmanager
def draft(corpus: Path) -> Iterator[Path]:
    """An empty folder to build a version in; what an interrupted run left there is removed."""
    folder = corpus / BUILDING
    refuse_planted(folder, folder=True)
    with storage(folder):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(
    folder: Path,
    files: list[FileEntry],
    *,
    facts: Facts,
    recipe: RecipeInfo,
    counts: Counts,
    describe: Callable[[Version, Parent | None, Sequence[FileEntry]], list[FileEntry]],
) -> tuple[Version, bool]:
    """Give the draft its number and its place; `(version, whether it is new)`.

    `describe` writes the files that tell of the version, with its number and its parent, and of its files; they come last.
    Nothing is published when the newest version holds the same records, blocks and schema.
    """
    corpus = folder.parent
    files = sorted(files, key=lambda file: file.path)
    version, parent = Version(1, 0, 0), None
    if found := versions(corpus):
        newest = corpus / str(found[-1])
        previous, digest = read_manifest(newest)
        if previous.name != facts.name:
            raise StorageError(
                f"{newest}: belongs to a corpus named {previous.name!r}, not {facts.name!r}; choose another -o"
            )
        if same_records(previous.files, tuple(files)):
            for finding in verify(newest):
                raise StorageError(f"{newest}: damaged: {finding}; restore it, or delete the folder and build again")
            _point_to(corpus, found[-1])
            return found[-1], False
        parent = Parent(str(found[-1]), digest)
        version = found[-1].next(bump(record_lines(newest, previous.files), record_lines(folder, tuple(files))))
    files += describe(version, parent, files)
    seal(folder, files, facts=facts, version=version, parent=parent, recipe=recipe, counts=counts)
    for subfolder in ("data", "blocks"):
        sync_folder(folder / subfolder)
    sync_folder(folder)
    place = corpus / str(version)
    if os.path.lexists(place):
        raise StorageError(f"{place}: something that is no version stands where this one is to lie; move it away")
    with storage(place):
        folder.rename(place)
    sync_folder(corpus)
    _point_to(corpus, version)
    return version, True


def seal(
    folder: Path,
    files: Sequence[FileEntry],
    *,
    facts: Facts,
    version: Version,
    parent: Parent | None,
    recipe: RecipeInfo,
    counts: Counts,
) -> None:
    """Write the manifest over the files of a draft, which makes it whole."""
    listed = tuple(sorted(files, key=lambda file: file.path))
    manifest = Manifest(
        FORMAT, facts.name, facts.description, facts.license, str(version), parent, recipe, counts, listed
    )
    written = write_file(folder, MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")
    write_file(folder, DIGEST, digest_line(written.sha256))


def _point_to(corpus: Path, version: Version) -> None:
    """`latest` follows from the folders; it is only there for readers, and mended where a kill left it behind."""
    content = f"{version}\n".encode()
    path = corpus / LATEST
    refuse_planted(path)
    with storage(path):
        current = path.read_bytes() if path.exists() else b""
    if current != content:
        write_atomic(path, content)
