"""Corpora on disk, read: which there are, which version is meant, its records."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from harvester.errors import InputError, StorageError, storage
from harvester.frontier import HostStatus
from harvester.pack.manifest import Manifest, read_manifest, record_lines, versions
from harvester.types import Frozen, Record

T = TypeVar("T")


def open_corpus(path: str | Path) -> Iterator[Record]:
    """The records of a version, in id order; `path` is the version or the corpus (then its latest)."""
    return records_as(Record, version_folder(Path(path)))


def records_as(shape: type[T], folder: Path) -> Iterator[T]:
    """The records of a version, in id order, with the fields that `shape` has. Raises StorageError for one that is none."""
    decoder = msgspec.json.Decoder(shape)
    for identifier, line in record_lines(folder, read_manifest(folder)[0].files):
        try:
            yield decoder.decode(line)
        except ValueError as error:  # msgspec's, or bytes that are no UTF-8
            raise StorageError(f"{folder}: record {identifier}: {error}; run `harvest verify`") from error


def version_folder(path: Path) -> Path:
    """The folder of a version, for the version itself or its corpus. Raises InputError."""
    with storage(path):
        if (path / "manifest.json").is_file():
            return path
    # The folders are the truth; the pointer `latest` is for readers without a program.
    if found := versions(path):
        return path / str(found[-1])
    raise InputError(f"{path}: no corpus version; name a folder such as corpus/NAME/1.0.0, or run `harvest build`")


class VersionStatus(Frozen):
    """A version of a corpus, by its manifest."""

    version: str
    parent: str | None = None
    records: int = 0
    words: int = 0
    failures: int = 0
    """Pages that failed."""
    problem: str | None = None
    """Why its manifest cannot be read; then nothing else is known."""


class CorpusStatus(Frozen):
    """A corpus under the output folder."""

    name: str
    versions: tuple[VersionStatus, ...]
    """Oldest first."""
    latest: Manifest | None
    archive_bytes: int
    hosts: tuple[HostStatus, ...] = ()
    """What is known of fetching, a host each."""


def corpora(output: Path = Path("corpus")) -> list[CorpusStatus]:
    """Every corpus below the output folder."""
    if not output.is_dir():
        return []
    found = []
    for folder in sorted(entry for entry in output.iterdir() if entry.is_dir()):
        numbers = versions(folder)
        archive = folder / "archive"
        if numbers or archive.is_dir():
            found.append(
                CorpusStatus(
                    folder.name,
                    tuple(_version_status(folder / str(number)) for number in numbers),
                    read_manifest(folder / str(numbers[-1]))[0] if numbers else None,
                    sum(file.stat().st_size for file in archive.glob("*.warc.gz")),
                )
            )
    return found


def _version_status(folder: Path) -> VersionStatus:
    try:
        manifest, _ = read_manifest(folder)
    except StorageError as error:  # one damaged version must not hide the others
        return VersionStatus(folder.name, problem=str(error))
    counts, parent = manifest.counts, manifest.parent
    return VersionStatus(
        folder.name, parent.version if parent else None, counts.records, counts.kept_words, counts.failures
    )


def only_corpus(output: Path = Path("corpus")) -> Path:
    """The corpus that is meant where none is named: the only one below the output folder. Raises InputError."""
    names = [corpus.name for corpus in corpora(output)]
    if len(names) != 1:
        there = f"more than one corpus: {', '.join(names)}" if names else "no corpus there"
        raise InputError(f"{output}: {there}; name the folder of one, such as {output}/{names[0] if names else 'NAME'}")
    return output / names[0]
