"""Which two versions are meant: by their folders, or by a corpus and their numbers."""

from pathlib import Path

from harvester.diff.sides import Side, open_side
from harvester.errors import InputError
from harvester.pack import Version, only_corpus, read_manifest, version_folder


def choose(*names: str) -> tuple[Side, Side]:
    """The older and the newer side. Raises InputError, and StorageError for a damaged manifest.

    No name: the only corpus under `corpus`. A corpus, then its latest, or a version: against its parent. Two of them: the
    first against the second. A corpus and a number: that version against the latest; and two numbers: these two.
    """
    first, *rest = names or (str(only_corpus()),)
    numbers = [name for name in rest if Version.parse(name) is not None and not Path(name).exists()]
    if len(rest) > 2 or (len(rest) == 2 and len(numbers) < 2):
        raise InputError(f"{' '.join(names)}: name one or two versions, or a corpus and one or two numbers")
    if not rest:
        newer = version_folder(Path(first))
        return open_side(parent_of(newer)), open_side(newer)
    if numbers:
        corpus = Path(first)
        folders = [_numbered(corpus, number) for number in numbers]
        older, newer = folders if len(folders) == 2 else (folders[0], version_folder(corpus))
        return open_side(older), open_side(newer)
    return open_side(version_folder(Path(first))), open_side(version_folder(Path(rest[0])))


def _numbered(corpus: Path, number: str) -> Path:
    if not (corpus / number / "manifest.json").is_file():
        raise InputError(f"{corpus}: has no version {number}; `harvest status` lists those there are")
    return corpus / number


def parent_of(folder: Path) -> Path:
    """The folder of the version that a version follows. Raises InputError where there is none."""
    manifest, _ = read_manifest(folder)
    if manifest.parent is None:
        raise InputError(f"{folder}: the first version, it follows none; name another to compare it with")
    parent = folder.resolve().parent / manifest.parent.version
    if Version.parse(manifest.parent.version) is None or not (parent / "manifest.json").is_file():
        raise InputError(
            f"{folder}: its parent {manifest.parent.version} is gone; name another version to compare with"
        )
    return parent
