"""Records with the same or nearly the same text, over a whole corpus.

Exact: the same characters, case, white space and Unicode composition aside. Near: of all runs of five words that two texts have
(five characters in scripts without spaces), they share at least four fifths (Jaccard similarity). MinHash (Broder 1997),
as rensa computes it, tells which texts may be: 128 values a text, of which 126 make 21 bands of 6; two texts of similarity s
share a band with probability 1 - (1 - s^6)^21, .998 for s = .8. Every pair that is found is then compared run by run, so
that chance decides only what is missed.

A cluster is a record and those that are near it itself: likeness is not handed on from text to text, or a chain of small
changes would make one of two texts that have nothing in common.
"""

import sys
from array import array
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b
from operator import eq
from unicodedata import normalize

from rensa import RMinHash

from harvester.curate import grams
from harvester.types import Frozen

SIMILAR = 0.8
"""Jaccard similarity from which texts are near duplicates."""
ALGORITHM = str(RMinHash.ALGORITHM_VERSION)
"""Of rensa's MinHash: with another one all signatures are others, and so may be what is found."""
VALUES, _BANDS, _ROWS, _SEED = 128, 21, 6, 1
_WORTH_COMPARING = 0.65
"""Share of equal values below which texts are not compared: an estimate of .8 has a standard deviation of .035."""
_TRIED = 32
"""Candidates that a text is compared with at most, those with most bands in common first."""
_CROWD = 200
"""Texts that a bucket holds at most. Only pages made from one template fill it, and these share several buckets."""
_REMEMBERED = 64


def digest(text: str) -> bytes:
    """What texts have in common that differ in case, white space and Unicode composition alone."""
    return blake2b(normalize("NFC", " ".join(text.lower().split())).encode(), digest_size=16).digest()


def signature(words: grams.Words) -> bytes:
    """The MinHash signature of a text, 4 bytes a value, little-endian; empty for fewer than five words."""
    runs = grams.runs(words.hashes, grams.SHINGLE)
    if not runs:
        return b""
    (row,) = RMinHash.digest_matrix_from_flat_token_hashes(runs, [0, len(runs)], VALUES, _SEED).to_rows()
    values = array("I", row)
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()


def jaccard(one: frozenset[int], other: frozenset[int]) -> float:
    """The share of all runs that both texts have."""
    both = len(one & other)
    return both / (len(one) + len(other) - both) if both else 0.0


class Duplicate(Frozen):
    """A record whose text another one has."""

    of: int
    """The one that stands for all."""
    similarity: float
    """1 for the same text."""
    is_exact: bool


def find(
    digests: Sequence[bytes],
    signatures: bytes | bytearray,
    order: Sequence[int],
    runs_of: Callable[[int], frozenset[int]],
) -> dict[int, Duplicate]:
    """The records that are duplicates, by number.

    `signatures` holds 512 bytes for each record, zeros where it has none. `order` names the records in the order in which
    they stand for others; `runs_of` gives the hashes of a record's runs of words.
    """
    found, first = dict[int, Duplicate](), dict[bytes, int]()
    for record in order:
        same = first.setdefault(digests[record], record)
        if same != record:
            found[record] = Duplicate(same, 1.0, True)
    buckets = _Buckets(signatures, first.values())
    known = _Remembered(runs_of)
    for record in order:
        if record in found or not buckets.has(record):
            continue
        for candidate in buckets.candidates(record):
            similarity = jaccard(known[candidate], known[record])
            if similarity >= SIMILAR:
                found[record] = Duplicate(candidate, round(similarity, 4), False)
                break
        else:
            buckets.put(record)
    return {record: _resolved(record, found) for record in sorted(found)}


def _resolved(record: int, found: Mapping[int, Duplicate]) -> Duplicate:
    """Its duplicate relation, where the text that it shares is itself near another's."""
    own = found[record]
    further = found.get(own.of)
    return Duplicate(further.of, further.similarity, False) if further else own


class _Buckets:
    """Which records share a band of their signatures: buckets are kept only where there are two or more to share it."""

    def __init__(self, signatures: bytes | bytearray, records: Iterable[int]) -> None:
        self._signatures = memoryview(signatures)
        self._of: dict[int, list[int]] = {}
        self._held: list[list[int]] = []
        members = [record for record in records if any(self._row(record))]
        for band in range(_BANDS):
            self._fill(band, members)

    def _fill(self, band: int, members: Sequence[int]) -> None:
        first, numbers = dict[bytes, int](), dict[bytes, int]()
        for record in members:
            key = bytes(self._row(record)[4 * _ROWS * band : 4 * _ROWS * (band + 1)])
            other = first.setdefault(key, record)
            if other == record:
                continue
            if key not in numbers:
                numbers[key] = len(self._held)
                self._held.append([])
                self._of.setdefault(other, []).append(numbers[key])
            self._of.setdefault(record, []).append(numbers[key])

    def _row(self, record: int) -> memoryview:
        return self._signatures[4 * VALUES * record : 4 * VALUES * (record + 1)]

    def has(self, record: int) -> bool:
        """Whether another record shares a band with it."""
        return record in self._of

    def put(self, record: int) -> None:
        """Let it be found by those that come later."""
        for number in self._of[record]:
            if len(self._held[number]) < _CROWD:
                self._held[number].append(record)

    def candidates(self, record: int) -> list[int]:
        """The records put that may be near it: most bands in common first, of equal ones the first that was put."""
        shared = Counter[int]()
        for number in self._of[record]:
            shared.update(self._held[number])
        own = self._row(record).cast("I")
        likely = []
        for candidate, _ in shared.most_common(8 * _TRIED):
            equal = sum(map(eq, own, self._row(candidate).cast("I")))
            if equal >= _WORTH_COMPARING * VALUES:
                likely.append(candidate)
        return likely[:_TRIED]


class _Remembered:
    """Runs of records, of which those asked for last are kept."""

    def __init__(self, runs_of: Callable[[int], frozenset[int]]) -> None:
        self._runs_of, self._kept = runs_of, OrderedDict[int, frozenset[int]]()

    def __getitem__(self, record: int) -> frozenset[int]:
        if record in self._kept:
            self._kept.move_to_end(record)
        else:
            self._kept[record] = self._runs_of(record)
            if len(self._kept) > _REMEMBERED:
                self._kept.popitem(last=False)
        return self._kept[record]
