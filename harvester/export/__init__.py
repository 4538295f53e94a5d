"""A version of a corpus comes in; the same records go out as a file or a folder in the format of another tool.

Every format is written record by record, so that memory does not grow with the version.
"""

from pathlib import Path

from harvester.errors import InputError
from harvester.export.formats import FORMATS, Format
from harvester.export.place import Origin, placed
from harvester.export.source import Source
from harvester.export.txt import write_one
from harvester.pack import version_folder
from harvester.run import Progress
from harvester.types import Frozen

__all__ = ["FORMATS", "Exported", "export"]


class Exported(Frozen):
    """What an export wrote."""

    corpus: str
    version: str
    format: str
    records: int
    path: str


def export(
    version: Path, to: str, output: Path | None = None, *, force: bool = False, progress: Progress | None = None
) -> Exported:
    """Write a version, or the latest of a corpus, in a format of `FORMATS`; by default beside the working folder's files.

    Raises InputError for an unknown format and where something stands at `output` already, StorageError for the disk
    and for a version that is damaged.
    """
    if to not in FORMATS:
        raise InputError(f"--to {to}: no such format; take one of {', '.join(FORMATS)}")
    source = Source(version_folder(version), progress or (lambda stage, done, total, host=None: None))
    kind = FORMATS[to]
    if to == "txt" and output is not None and output.suffix == ".txt":
        kind = Format(kind.meaning, ".txt", write_one)
    target = output or Path(f"{source.title}{kind.suffix}")
    manifest = source.manifest
    with placed(
        target, Origin(to, manifest.name, manifest.version, source.digest), folder=kind.folder, force=force
    ) as aside:
        kind.write(source, aside)
    return Exported(manifest.name, manifest.version, to, manifest.counts.records, str(target))
