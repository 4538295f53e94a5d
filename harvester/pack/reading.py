"""Versions read back: records beside their blocks, one page by its id, and why a page is not there."""

import heapq
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from harvester.errors import InputError, StorageError
from harvester.index import web_address
from harvester.pack.manifest import read_manifest
from harvester.pack.shards import read_lines, split_name
from harvester.types import Failure, Record, Sidecar, url_id

RECORD_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I | re.ASCII)
"""A record's id, alone."""


def paired_lines(folder: Path) -> Iterator[tuple[str, bytes, bytes]]:
    """(place, line of a record, line of its blocks) of every record, shard by shard; the place is for errors.

    Raises StorageError where a shard and its sidecar do not line up.
    """
    for file in _shards(folder):
        yield from _pairs(folder, file)


def pairs_in_order(folder: Path) -> Iterator[tuple[str, str, bytes, bytes]]:
    """(id, place, line of a record, line of its blocks) of every record, in id order, whatever its split."""
    splits = dict[str, list[str]]()
    for file in _shards(folder):
        splits.setdefault(split_name(file), []).append(file)
    return heapq.merge(*(_identified(folder, files) for files in splits.values()), key=lambda row: row[0])


class _Identified(msgspec.Struct):
    id: str


def _identified(folder: Path, files: list[str]) -> Iterator[tuple[str, str, bytes, bytes]]:
    decoder, before = msgspec.json.Decoder(_Identified), ""
    for file in files:
        for place, record, sidecar in _pairs(folder, file):
            try:
                identifier = decoder.decode(record).id
            except ValueError as error:  # msgspec's, or bytes that are no UTF-8
                raise StorageError(f"{place}: not a record: {error}; run `harvest verify`") from error
            if identifier <= before:
                raise StorageError(
                    f"{place}: {identifier} stands behind {before or 'nothing'}; run `harvest verify --deep`"
                )
            before = identifier
            yield identifier, place, record, sidecar


def _shards(folder: Path) -> list[str]:
    return sorted(f.path for f in read_manifest(folder)[0].files if f.path.startswith("data/"))


def _pairs(folder: Path, file: str) -> Iterator[tuple[str, bytes, bytes]]:
    path = folder / file
    records, blocks = read_lines(path), read_lines(folder / "blocks" / path.name)
    try:
        for number, (record, sidecar) in enumerate(zip(records, blocks, strict=True), 1):
            yield f"{path}:{number}", record, sidecar
    except ValueError as error:
        raise StorageError(f"{path}: its sidecar has another number of lines; run `harvest verify`") from error


class _Addressed(msgspec.Struct):
    host: str | None


class _Text(msgspec.Struct):
    text: str
    metadata: _Addressed


def record_texts(folder: Path) -> Iterator[tuple[str, str]]:
    """(host, text) of every record, shard by shard; `no host` where none is known."""
    decoder = msgspec.json.Decoder(_Text)
    for file in _shards(folder):
        for number, line in enumerate(read_lines(folder / file), 1):
            try:
                record = decoder.decode(line)
            except ValueError as error:
                raise StorageError(f"{folder / file}:{number}: not a record: {error}; run `harvest verify`") from error
            yield record.metadata.host or "no host", record.text


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
