"""What can only be decided over all records: which are duplicates of which, and what is repeated on a host.

About a kilobyte a record stays in memory, and 8 bytes for each of its blocks; no text.
"""

from array import array
from collections.abc import Callable, Iterable

from msgspec.structs import replace

from harvester.curate import duplicates, repeats
from harvester.curate.duplicates import VALUES, Duplicate
from harvester.curate.reading import Reading
from harvester.types import Frozen, Record


class Remembered:
    """What is remembered of the records, by number."""

    def __init__(self) -> None:
        self.signatures = bytearray()
        self.digests: list[bytes] = []
        self.hosts: list[str | None] = []
        self._paragraphs, self._ends = array("Q"), array("Q", [0])
        self._standing: list[tuple[str, str, int, str]] = []

    def add(self, record: Record, reading: Reading, length: int) -> None:
        """Remember the next record, whose text has that many code points."""
        self.signatures += reading.signature or bytes(4 * VALUES)
        self.digests.append(reading.digest)
        self.hosts.append(record.metadata.host)
        self._paragraphs.extend(reading.paragraphs)
        self._ends.append(len(self._paragraphs))
        # The one published first stands for all, else captured first, else the longer text; the id settles the rest.
        self._standing.append((record.created or "~", record.added, -length, record.id))

    def __len__(self) -> int:
        return len(self.digests)

    def order(self) -> list[int]:
        """The records in the order in which they stand for others."""
        return sorted(range(len(self)), key=self._standing.__getitem__)

    def paragraphs(self, number: int) -> "array[int]":
        """The hashes of a record's kept blocks."""
        return self._paragraphs[self._ends[number] : self._ends[number + 1]]


class Decided(Frozen):
    """What the corpus says of its records, by number."""

    duplicates: dict[int, Duplicate]
    repeated: dict[int, list[bool]]
    """For each kept block whether it is repeated on the host; records without any such block are left out."""


def decide(known: Remembered, runs_of: Callable[[int], frozenset[int]], *, repeated_in: int) -> Decided:
    """Find duplicates, and paragraphs that stand in `repeated_in` or more other records of their host.

    `runs_of` gives the shingles of a record, read again; it is asked for those alone that may be near another.
    """
    found = duplicates.find(known.digests, known.signatures, known.order(), runs_of)
    counts = repeats.counted(known.paragraphs(number) for number in range(len(known)) if number not in found)
    repeated = dict[int, list[bool]]()
    for number in range(len(known)):
        stands = found[number].of if number in found else number
        own = known.paragraphs(stands) if known.hosts[stands] == known.hosts[number] else array("Q")
        flags = repeats.repeated(known.paragraphs(number), own, counts, repeated_in)
        if any(flags):
            repeated[number] = flags
    return Decided(found, repeated)


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
