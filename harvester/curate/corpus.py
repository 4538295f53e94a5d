"""What can only be decided over all records: which are duplicates of which, and what is repeated on a host.

Signatures, digests and hashes lie in files without a name, and what is shared is found by sorting them there. In memory there
are some 20 bytes a record and a byte for each of its blocks, 12 bytes for each band of signatures that records share, some 300
bytes for each duplicate, and what sorting is allowed. No text. The memory allowed changes no result.
"""

from array import array
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

from msgspec.structs import replace

from harvester.curate import duplicates, repeats
from harvester.curate.duplicates import Duplicate
from harvester.curate.reading import Traces
from harvester.sorting import MEMORY, SortedRows
from harvester.types import Frozen


class Dated(Protocol):
    """What is asked of a record, beside its text."""

    @property
    def id(self) -> str: ...
    @property
    def added(self) -> str: ...
    @property
    def created(self) -> str | None: ...


class Remembered:
    """What is remembered of the records, by number. Raises StorageError where `folder` does not hold the files."""

    def __init__(self, folder: Path, *, memory: int = MEMORY) -> None:
        self.folder, self.memory = folder, memory
        self.texts = duplicates.Texts(folder)
        self.paragraphs = repeats.Paragraphs(folder)
        self._standing, self._order = SortedRows(folder, memory=memory), array("I")

    def add(self, record: Dated, traces: Traces) -> None:
        """Remember the next record."""
        # The one published first stands for all, else captured first, else the longer text; the id settles the rest.
        key = "\0".join((record.created or "~", record.added, f"{_LONGEST - traces.length:016x}", record.id, ""))
        self._standing.add(key.encode() + len(self).to_bytes(4, "big"))
        self.texts.add(traces.digest, traces.signature)
        self.paragraphs.add(traces.paragraphs)

    def __len__(self) -> int:
        return len(self.texts)

    def order(self) -> "array[int]":
        """The records in the order in which they stand for others."""
        if len(self._order) < len(self):
            self._order = array("I", (int.from_bytes(row[-4:], "big") for row in self._standing))
        return self._order

    def close(self) -> None:
        """Let the files go."""
        self._standing.close()
        self.texts.close()
        self.paragraphs.close()

    def __enter__(self) -> "Remembered":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_LONGEST = (1 << 63) - 1


class Decided(Frozen):
    """What the corpus says of its records, by number."""

    duplicates: dict[int, Duplicate]
    repeated: repeats.Repeated


def decide(known: Remembered, runs_of: Callable[[int], frozenset[int]], *, repeated_in: int) -> Decided:
    """Find duplicates, and paragraphs that stand in `repeated_in` or more other records of their host.

    `runs_of` gives the shingles of a record, read again; it is asked for those alone that may be near another.
    """
    found = duplicates.find(known.texts, known.order(), runs_of, memory=known.memory)
    stands = {number: duplicate.of for number, duplicate in found.items()}
    return Decided(found, known.paragraphs.repeated(stands, repeated_in, memory=known.memory))


def without_records(found: dict[int, Duplicate], gone: Iterable[int], order: Iterable[int]) -> dict[int, Duplicate]:
    """Duplicates once some records are gone: the next one of a cluster stands for it when the first has left."""
    left = set(gone)
    heirs = dict[int, int]()
    out = dict[int, Duplicate]()
    for number in order:
        own = found.get(number)
        if number in left or own is None:
            continue
        if own.of not in left:
            out[number] = own
        elif own.of in heirs:
            out[number] = replace(own, of=heirs[own.of])
        else:
            heirs[own.of] = number
    return out
