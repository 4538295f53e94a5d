"""Where an export is written: aside, then renamed into its place, and never over something else."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from harvester.errors import InputError, storage
from harvester.types import Frozen

MARK = "_export.json"
"""What says that a folder is an export, and of what. Readers of folders pass names over that begin so."""


class Origin(Frozen):
    """What an export was made from."""

    format: str
    corpus: str
    version: str
    manifest_sha256: str


@contextmanager
def placed(output: Path, origin: Origin, *, folder: bool, force: bool) -> Iterator[Path]:
    """A path to write to, which becomes `output` when all went well. Raises InputError where something stands there.

    With `force` a file is replaced, and of folders those that an export made: no other is ever removed.
    """
    output = output.absolute()  # `..` would have no name
    _refuse(output, folder=folder, force=force)
    aside = output.with_name(f".{output.name}.part")
    with storage(output):
        output.parent.mkdir(parents=True, exist_ok=True)
    _remove(aside)
    try:
        if folder:
            with storage(aside):
                aside.mkdir()
            with storage(aside):
                (aside / MARK).write_bytes(msgspec.json.format(msgspec.json.encode(origin), indent=2) + b"\n")
        yield aside
        _refuse(output, folder=folder, force=force)  # what came there meanwhile
        with storage(output):
            if output.is_dir():
                shutil.rmtree(output)
            aside.rename(output)
    finally:
        _remove(aside)


def _refuse(output: Path, *, folder: bool, force: bool) -> None:
    if not (output.exists() or output.is_symlink()):
        return
    if not force:
        raise InputError(f"{output}: exists already; give another -o, or --force to replace it")
    if output.is_symlink() or output.is_dir() != folder or (folder and not (output / MARK).is_file()):
        raise InputError(f"{output}: was not made by this export; remove it yourself, or give another -o")


def _remove(path: Path) -> None:
    with storage(path):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
