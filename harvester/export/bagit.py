"""BagIt (RFC 8493): the version as it lies, in a bag with the digests of every file."""

import hashlib
from pathlib import Path

from harvester.errors import StorageError, storage
from harvester.export.place import MARK
from harvester.export.source import Source
from harvester.pack import DIGEST, MANIFEST, verify


def write(source: Source, target: Path) -> None:
    """Write a bag whose payload is the version. Raises StorageError where a byte of it is not as its manifest states.

    `Bagging-Date` is left out: no clock enters an export.
    """
    for finding in verify(source.folder):
        raise StorageError(f"{source.folder}: damaged: {finding}")
    total, lines = 0, list[str]()
    files = [MANIFEST, DIGEST, *(file.path for file in source.manifest.files)]
    for number, name in enumerate(sorted(files), 1):
        size, digest = _copy(source.folder / name, target / "data" / name)
        total += size
        lines.append(f"{digest}  data/{name}\n")
        source.report("export", number, len(files))
    about = {
        "External-Identifier": source.title,
        "Bag-Software-Agent": "harvester",
        "Payload-Oxum": f"{total}.{len(lines)}",
    }
    tags = {
        "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": "".join(f"{name}: {' '.join(value.split())}\n" for name, value in about.items()),
        "manifest-sha256.txt": "".join(lines),
    }
    with storage(target):
        for name, text in tags.items():
            (target / name).write_bytes(text.encode())
        names = sorted([*tags, MARK])
        stated = (f"{hashlib.sha256((target / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
        (target / "tagmanifest-sha256.txt").write_bytes("".join(stated).encode())


def _copy(origin: Path, target: Path) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with storage(origin):
        target.parent.mkdir(parents=True, exist_ok=True)
        with origin.open("rb") as read, target.open("xb") as write:
            while chunk := read.read(1 << 20):
                digest.update(chunk)
                size += len(chunk)
                write.write(chunk)
    return size, digest.hexdigest()
