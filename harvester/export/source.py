"""A version as what is exported: its records and the blocks of their pages, one after the other."""

from collections.abc import Iterator, Sequence
from heapq import merge
from pathlib import Path
from typing import NamedTuple

import msgspec

from harvester.errors import StorageError
from harvester.pack.manifest import Manifest, read_manifest
from harvester.pack.shards import read_lines, split_name
from harvester.run import Progress
from harvester.types import Record, Sidecar, SidecarBlock


class Page(NamedTuple):
    """A record with where it stands and what its sidecar holds."""

    split: str
    record: Record
    sidecar: bytes
    """A line of JSON: see `blocks_of`."""


class Shard(NamedTuple):
    """A shard of records and its sidecar."""

    split: str
    data: Path
    blocks: Path

    @property
    def stem(self) -> str:
        """`train-00000-of-00001`: the shard's name without what says how it is written."""
        return self.data.name.partition(".")[0]


class Source:
    """A version that is read once, from its first record to its last; what was read is reported."""

    def __init__(self, folder: Path, report: Progress) -> None:
        self.folder, self.report, self._done = folder, report, 0
        manifest, self.digest = read_manifest(folder)
        self.manifest: Manifest = manifest
        names = sorted(file.path for file in manifest.files if file.path.startswith("data/"))
        self.shards: Sequence[Shard] = [
            Shard(split_name(name), folder / name, folder / name.replace("data/", "blocks/", 1)) for name in names
        ]

    @property
    def title(self) -> str:
        """`my-corpus-1.0.0`."""
        return f"{self.manifest.name}-{self.manifest.version}"

    def pages(self) -> Iterator[Page]:
        """Every record with its sidecar, by id, whatever its split. Raises StorageError."""
        splits = dict[str, list[Shard]]()
        for shard in self.shards:
            splits.setdefault(shard.split, []).append(shard)
        yield from merge(*map(self._split, splits.values()), key=lambda page: page.record.id)

    def _split(self, shards: Sequence[Shard]) -> Iterator[Page]:
        decoder = msgspec.json.Decoder(Record)
        for shard in shards:
            for line, sidecar in self.lines(shard):
                try:
                    yield Page(shard.split, decoder.decode(line), sidecar)
                except msgspec.MsgspecError as error:
                    raise StorageError(f"{shard.data}: not a record: {error}; run `harvest verify`") from error

    def lines(self, shard: Shard) -> Iterator[tuple[bytes, bytes]]:
        """The lines of a shard beside those of its sidecar. Raises StorageError."""
        try:
            for pair in zip(read_lines(shard.data), read_lines(shard.blocks), strict=True):
                self._done += 1
                self.report("export", self._done, self.manifest.counts.records)
                yield pair
        except ValueError as error:
            raise StorageError(
                f"{shard.blocks}: has not a line for each of {shard.data.name}; run `harvest verify`"
            ) from error


_SIDECARS = msgspec.json.Decoder(Sidecar)


def blocks_of(identifier: str, line: bytes) -> tuple[SidecarBlock, ...]:
    """The blocks of the record with that id, kept and dropped. Raises StorageError."""
    try:
        sidecar = _SIDECARS.decode(line)
    except msgspec.MsgspecError as error:
        raise StorageError(f"blocks of {identifier}: {error}; run `harvest verify`") from error
    if sidecar.id != identifier:
        raise StorageError(f"blocks of {identifier}: those of {sidecar.id} stand there; run `harvest verify`")
    return sidecar.blocks


class Paragraph(NamedTuple):
    """A kept block: what it is, and its text."""

    label: str
    text: str


def paragraphs(page: Page) -> list[Paragraph]:
    """The text of a record, block by block, as its sidecar parts it."""
    text = page.record.text
    kept = [block for block in blocks_of(page.record.id, page.sidecar) if block.kept]
    found = [Paragraph(block.label, text[block.start : block.end]) for block in kept]
    # A text that was cut at its limit ends before its blocks do.
    return [paragraph for paragraph in found if paragraph.text]
