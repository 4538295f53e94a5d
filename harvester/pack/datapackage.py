"""`datapackage.json` of a version: its files as a Data Package (datapackage.org, version 2), and the digest of that. Pure."""

import hashlib
import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

import msgspec

from harvester.pack.facts import Facts
from harvester.pack.shards import FileEntry

_MEDIA = {
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".md": "text/markdown",
    ".gz": "application/gzip",
    ".zst": "application/zstd",
}


def datapackage(version: str, facts: Facts, files: Sequence[FileEntry]) -> bytes:
    """The description of a version whose files are given: size and sha256 of each as it is stored."""
    document: dict[str, Any] = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": re.sub(r"[^a-z0-9._-]+", "-", facts.name.lower()).strip("-.") or "corpus",
        "title": facts.name,
        "version": version,
    }
    if facts.description:
        document["description"] = facts.description
    if facts.license:
        named = re.fullmatch(r"[-a-zA-Z0-9._]+", facts.license)
        document["licenses"] = [{"name": facts.license} if named else {"name": "other", "title": facts.license}]
    document["resources"] = [_resource(file) for file in sorted(files, key=lambda file: file.path)]
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def digest_of(package: bytes) -> bytes:
    """`datapackage-digest.json`, as WACZ 1.1.1 has it: who trusts this digest can trust every file that is named there."""
    document = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(package).hexdigest()}"}
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _resource(file: FileEntry) -> dict[str, Any]:
    path = PurePosixPath(file.path)
    inner = path.with_suffix("") if path.suffix in (".gz", ".zst") else path
    resource: dict[str, Any] = {
        "name": file.path.lower(),
        "path": file.path,
        "format": inner.suffix[1:],
        "mediatype": _MEDIA[path.suffix],
        "encoding": "utf-8",
        "bytes": file.stored_bytes,
        "hash": f"sha256:{file.stored_sha256}",
    }
    if inner != path:
        resource["compression"] = {".gz": "gz", ".zst": "zst"}[path.suffix]
    return resource
