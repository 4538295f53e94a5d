"""What a version is: its manifest, its number, and how it differs from the version before it."""

import hashlib
import heapq
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal, Self

import msgspec

from harvester.errors import StorageError, storage
from harvester.pack.seeds import SEEDS
from harvester.pack.shards import FileEntry, read_lines, split_name
from harvester.settings import CurateSettings, PackSettings, Recipe
from harvester.types import Frozen

FORMAT = "harvester-corpus/2"
MANIFEST = "manifest.json"
DIGEST = "manifest.json.sha256"
"""What says of the manifest that no bit of it changed, as `sha256sum --check` reads it."""
Bump = Literal["major", "minor", "patch"]


class Version(Frozen, order=True):
    """MAJOR.MINOR.PATCH."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The version a folder's name states; None where it states none."""
        match = re.fullmatch(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)", text)
        return cls(*map(int, match.groups())) if match else None

    def next(self, bump: Bump) -> "Version":
        """The number after this one."""
        if bump == "major":
            return Version(self.major + 1, 0, 0)
        if bump == "minor":
            return Version(self.major, self.minor + 1, 0)
        return Version(self.major, self.minor, self.patch + 1)


class Parent(Frozen):
    """The version that this one follows."""

    version: str
    manifest_sha256: str


class Counts(Frozen):
    """What went in and what came out."""

    pages: int
    records: int
    low_confidence: int
    kept_words: int
    dropped_words: int
    dropped_words_by_reason: Mapping[str, int]
    failures: int
    failures_by_reason: Mapping[str, int]
    duplicates: int = 0
    """Records that are marked as a duplicate of another."""
    clusters: int = 0
    """Records that others are marked as duplicates of."""
    pii: Mapping[str, int] = {}
    """Places in the text that tell a person, by kind, masked or not."""


class RecipeInfo(Frozen):
    """What decided the bytes: a rebuild with the same fingerprint gives them again."""

    fingerprint: str
    """Of all that follows."""
    extract: Recipe
    curate: CurateSettings
    pack: PackSettings
    libraries: Mapping[str, str]
    weights_sha256: str


def recipe_fingerprint(recipe: RecipeInfo) -> str:
    """The fingerprint of all of a recipe but its own."""
    content = msgspec.json.encode(msgspec.structs.replace(recipe, fingerprint=""), order="sorted")
    return hashlib.sha256(content).hexdigest()[:16]


class _Formatted(msgspec.Struct):
    format: str


class Manifest(Frozen):
    """`manifest.json` of a version."""

    format: str
    name: str
    description: str | None
    """What the index says of the corpus; so too its licence."""
    license: str | None
    version: str
    parent: Parent | None
    recipe: RecipeInfo
    counts: Counts
    files: tuple[FileEntry, ...]
    """Every other file of the version, by path."""


def versions(corpus: Path) -> list[Version]:
    """The versions in a corpus's folder, oldest first."""
    if not corpus.is_dir():
        return []
    with storage(corpus):
        found = [Version.parse(entry.name) for entry in corpus.iterdir() if (entry / "manifest.json").is_file()]
    return sorted(version for version in found if version is not None)


def read_manifest(folder: Path) -> tuple[Manifest, str]:
    """The manifest of a version and the sha256 of its bytes; raises StorageError."""
    path = folder / MANIFEST
    with storage(path):
        content = path.read_bytes()
    try:
        stated = msgspec.json.decode(content, type=_Formatted).format
        if stated != FORMAT:
            raise StorageError(
                f"{path}: its format is {stated!r}; this harvester reads {FORMAT!r}; use the one that made it, or move the "
                "version away and build again"
            )
        manifest = msgspec.json.decode(content, type=Manifest)
    except ValueError as error:  # msgspec's, or bytes that are no UTF-8
        raise StorageError(f"{path}: not a manifest of {FORMAT}: {error}") from error
    return manifest, hashlib.sha256(content).hexdigest()


def digest_line(sha256: str) -> bytes:
    """The content of `DIGEST`."""
    return f"{sha256}  {MANIFEST}\n".encode()


_ABOUT = (
    "CHANGES.md",
    "LICENSES.md",
    "README.md",
    "croissant.json",
    "datapackage-digest.json",
    "datapackage.json",
    "failures.jsonl",
    SEEDS,
)
"""Files that tell of a run: a server's bad day changes them, and is no new version of the records."""


def same_records(one: tuple[FileEntry, ...], other: tuple[FileEntry, ...]) -> bool:
    """Whether two versions hold the same records, blocks and schema, by the digests of the uncompressed bytes."""
    kept = [sorted((f.path, f.sha256) for f in files if f.path not in _ABOUT) for files in (one, other)]
    return kept[0] == kept[1]


class _Identified(msgspec.Struct):
    id: str


def record_lines(folder: Path, files: tuple[FileEntry, ...]) -> Iterator[tuple[str, bytes]]:
    """Every record of a version as (id, line), in id order, whatever its split."""
    splits = dict[str, list[Path]]()
    for path in sorted(f.path for f in files if f.path.startswith("data/")):
        splits.setdefault(split_name(path), []).append(folder / path)
    return heapq.merge(*map(_split_lines, splits.values()), key=lambda row: row[0])


def _split_lines(shards: list[Path]) -> Iterator[tuple[str, bytes]]:
    decoder = msgspec.json.Decoder(_Identified)
    for file in shards:
        for number, line in enumerate(read_lines(file), 1):
            try:
                yield decoder.decode(line).id, line
            except ValueError as error:  # msgspec's, or bytes that are no UTF-8
                raise StorageError(f"{file}:{number}: not a record: {error}; run `harvest verify`") from error


def bump(old: Iterator[tuple[str, bytes]], new: Iterator[tuple[str, bytes]]) -> Bump:
    """How a version's number moves (Croissant's rule): major when a record changed or left, minor when
    records were only added, patch when the same records are written differently. Both come in id order."""
    added = False
    before, after = next(old, None), next(new, None)
    while before is not None:
        if after is None or after[0] > before[0] or (after[0] == before[0] and after[1] != before[1]):
            return "major"
        if after[0] < before[0]:
            added = True
        else:
            before = next(old, None)
        after = next(new, None)
    return "minor" if added or after is not None else "patch"
