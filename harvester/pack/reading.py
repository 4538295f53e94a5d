"""Versions read back: records beside their blocks, one page by its id, and why a page is not there."""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from harvester.errors import InputError, StorageError
from harvester.index import web_address
from harvester.pack.manifest import read_manifest
from harvester.pack.shards import read_lines
from harvester.types import Failure, Record, Sidecar, url_id

RECORD_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I | re.ASCII)
"""A record's id, alone."""


def paired_lines(folder: Path) -> Iterator[tuple[str, bytes, bytes]]:
    """(place, line of a record, line of its blocks) of every record, shard by shard; the place is for errors.

    Raises StorageError where a shard and its sidecar do not line up.
    """
    for file in sorted(f.path for f in read_manifest(folder)[0].files if f.path.startswith("data/")):
        path = folder / file
        records, blocks = read_lines(path), read_lines(folder / "blocks" / path.name)
        try:
            for number, (record, sidecar) in enumerate(zip(records, blocks, strict=True), 1):
                yield f"{path}:{number}", record, sidecar
        except ValueError as error:
            raise StorageError(f"{path}: its sidecar has another number of lines; run `harvest verify`") from error


def find_record(folder: Path, what: str) -> tuple[Record, Sidecar, bytes]:
    """The record that `what` names by id or URL, its blocks, and its line. Raises InputError where there is none."""
    identifier = what.strip().lower() if RECORD_ID.fullmatch(what.strip()) else url_id(web_address(what))
    start = b'{"id":"%s"' % identifier.encode()
    for place, line, blocks in paired_lines(folder):
        if line.startswith(start):
            try:
                return msgspec.json.decode(line, type=Record), msgspec.json.decode(blocks, type=Sidecar), line
            except msgspec.MsgspecError as error:
                raise StorageError(f"{place}: not a record: {error}; run `harvest verify`") from error
    for failure in read_failures(folder):
        if failure.id == identifier:
            raise InputError(f"{what}: no record of {folder}: {failure.name}: {failure.reason}: {failure.detail}")
    raise InputError(f"{what}: neither a record nor a failed page of {folder}")


def read_failures(folder: Path) -> Iterator[Failure]:
    """Every failed page of a version."""
    decoder = msgspec.json.Decoder(Failure)
    for number, line in enumerate(read_lines(folder / "failures.jsonl"), 1):
        try:
            yield decoder.decode(line)
        except msgspec.MsgspecError as error:
            raise StorageError(f"{folder}/failures.jsonl:{number}: not a failure: {error}") from error
