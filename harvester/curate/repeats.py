"""Paragraphs that stand in several records of a host: notices, teasers and calls that extraction took for text.

A paragraph is a kept block of at least four words; headings, code and rows of tables are none, since what they repeat
("Parameters", `import numpy`) belongs to each text. Records that are duplicates count once, or an article that stands at
six addresses would be repeated through and through.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace

from harvester.curate import grams, groups
from harvester.sorting import Scratch, SortedPairs
from harvester.types import Block, Document, Verdict

REASON = "repeated-on-host"
_LEAST_WORDS = 4
_AT_ONCE = 1 << 17
"""Hashes that are read at once."""
_NONE = frozenset(("heading", "code", "table-row"))


def paragraph_hashes(kept: Sequence[Block], words: grams.Words, host: str | None) -> "array[int]":
    """For each kept block a hash of its words and the host; 0 for what is no paragraph or where no host is known."""
    found = array("Q", bytes(8 * len(kept)))
    if host is None:
        return found
    place, start = grams.hashed(host), 0
    for i, (block, end) in enumerate(zip(kept, words.ends, strict=True)):
        if end - start >= _LEAST_WORDS and block.label not in _NONE:
            found[i] = grams.mixed(grams.run_hash(words.hashes, start, end) ^ place) or 1
        start = end
    return found


class Paragraphs:
    """The hashes of the paragraphs of all records, in a file. Raises StorageError where `folder` does not hold it."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._scratch, self._ends = folder, Scratch(folder), array("Q", [0])

    def add(self, hashes: "array[int]") -> None:
        """Those of the next record: one for each kept block."""
        self._scratch.write(memoryview(hashes).cast("B"))
        self._ends.append(self._ends[-1] + len(hashes))

    def of(self, number: int) -> "array[int]":
        """Those of a record."""
        start, end = self._ends[number], self._ends[number + 1]
        return array("Q", self._scratch.read(8 * start, 8 * (end - start)))

    def repeated(self, stands: Mapping[int, int], least: int, *, memory: int) -> "Repeated":
        """What stands in `least` other records or more; `stands` names the record that is counted for a duplicate."""
        flags, is_duplicate = bytearray(self._ends[-1]), bytearray(len(self._ends) - 1)
        for number in stands:
            is_duplicate[number] = 1
        with SortedPairs(self._folder, memory=memory) as pairs:
            first, at_once = 0, min(memory // 48, _AT_ONCE)
            while first < len(self._ends) - 1:
                until = max(bisect_right(self._ends, self._ends[first] + at_once) - 1, first + 1)
                start, end = self._ends[first], self._ends[until]
                hashes = array("Q", self._scratch.read(8 * start, 8 * (end - start)))
                pairs.add(*groups.paragraphs(hashes, self._ends, first))
                first = until
            for keys, values in pairs:
                groups.flag(keys, values, self._ends, is_duplicate, least, flags)
        for number, of in stands.items():
            if groups.UNDECIDED in flags[self._ends[number] : self._ends[number + 1]]:
                own = {*self.of(of)}
                for place, paragraph in enumerate(self.of(number), self._ends[number]):
                    if flags[place] == groups.UNDECIDED:
                        flags[place] = paragraph not in own
        return Repeated(flags, self._ends)

    def close(self) -> None:
        """Let the file go."""
        self._scratch.close()


class Repeated:
    """For each kept block of each record whether it is repeated on the host."""

    def __init__(self, flags: bytearray, ends: "array[int]") -> None:
        self._flags, self._ends = flags, ends

    def of(self, number: int) -> Sequence[int]:
        """A flag for each kept block of a record, 0 or 1; none where all are 0."""
        flags = self._flags[self._ends[number] : self._ends[number + 1]]
        return flags if any(flags) else b""

    def __iter__(self) -> Iterator[int]:
        """The records with any such block."""
        return (number for number in range(len(self._ends) - 1) if self.of(number))


def share(flags: Sequence[int], sizes: Sequence[int]) -> float:
    """The share of words in blocks that are repeated."""
    words = sum(sizes)
    return round(sum(size for size, flag in zip(sizes, flags, strict=True) if flag) / words, 4) if words else 0.0


def without(document: Document, flags: Sequence[int]) -> Document:
    """The document with these of its kept blocks dropped; its text is still to be written anew."""
    flag, verdicts = iter(flags), list[Verdict]()
    for verdict in document.verdicts:
        gone = verdict.kept and next(flag)
        verdicts.append(Verdict(False, verdict.score, REASON) if gone else verdict)
    return replace(document, verdicts=tuple(verdicts))
