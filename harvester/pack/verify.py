"""Whether a version on disk still is what its manifest says."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from harvester.errors import StorageError, storage
from harvester.pack.manifest import DIGEST, MANIFEST, digest_line, read_manifest, record_lines
from harvester.pack.shards import FileEntry, read_chunks
from harvester.run import Progress, silent


def verify(folder: Path, *, progress: Progress = silent) -> Iterator[str]:
    """One line for each thing wrong; nothing where every byte is as the manifest states.

    Raises StorageError where there is no readable manifest.
    """
    folder = folder.resolve()
    manifest, digest = read_manifest(folder)
    if (fault := digest_fault(folder, digest)) is not None:
        yield fault
    listed = {file.path for file in manifest.files}
    if folder.name != manifest.version:
        yield f"{folder.name}: the manifest says this is version {manifest.version}"
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_dir() and name not in listed and name not in (MANIFEST, DIGEST):
            yield f"{name}: not in the manifest"
    sound = True
    for done, file in enumerate(manifest.files, 1):
        for finding in faults(folder, file):
            sound = False
            yield finding
        progress("files", done, len(manifest.files))
    if sound:
        try:
            records = sum(1 for _ in record_lines(folder, manifest.files))
        except StorageError as error:  # its bytes are those that the manifest states, but they are no records
            yield str(error)
            return
        if records != manifest.counts.records:
            yield f"data: {records} records, the manifest says {manifest.counts.records}"


def digest_fault(folder: Path, sha256: str) -> str | None:
    """One line where the manifest's digest beside it is missing or another than `sha256`."""
    with storage(folder / DIGEST):
        stated = (folder / DIGEST).read_bytes() if (folder / DIGEST).is_file() else None
    if stated == digest_line(sha256):
        return None
    said = "is missing" if stated is None else "says otherwise"
    return f"{MANIFEST}: its bytes may have changed (sha256 {sha256}, {DIGEST} {said})"


def faults(folder: Path, file: FileEntry) -> Iterator[str]:
    """One line where a file is not, byte by byte, what the manifest states."""
    path = folder / file.path
    if "\0" in file.path or path.is_symlink() or not path.resolve().is_relative_to(folder.resolve()):
        yield f"{file.path}: leads out of the version"
        return
    if not path.is_file():
        yield f"{file.path}: missing"
        return
    stored, size = hashlib.sha256(), 0
    with storage(path), path.open("rb") as content:
        while chunk := content.read(1 << 20):
            stored.update(chunk)
            size += len(chunk)
    if size != file.stored_bytes:
        yield f"{file.path}: {size} bytes, the manifest says {file.stored_bytes}"
    elif stored.hexdigest() != file.stored_sha256:
        yield f"{file.path}: its bytes changed (sha256 {stored.hexdigest()}, the manifest says {file.stored_sha256})"
    else:
        plain, size = hashlib.sha256(), 0
        try:
            for chunk in read_chunks(path):
                plain.update(chunk)
                size += len(chunk)
        except StorageError as error:
            yield f"{file.path}: {error}"
            return
        if (size, plain.hexdigest()) != (file.bytes, file.sha256):
            yield f"{file.path}: its uncompressed bytes are not those the manifest states"
