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
from bisect import bisect_right
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import blake2b, sha512
from itertools import accumulate, groupby
from operator import itemgetter
from pathlib import Path
from unicodedata import normalize

from rensa import RMinHash

from harvester.curate import grams, groups
from harvester.extraction.words import fold
from harvester.sorting import MEMORY, Scratch, SortedPairs
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
_DIGEST, _SIGNATURE = 16, 4 * VALUES
_ROW = _SIGNATURE + _DIGEST
_AT_ONCE = 4096
"""Rows that are read at once."""


def digest(lower: str) -> bytes:
    """What texts, in lower case, have in common that differ in white space and Unicode composition alone."""
    return blake2b(normalize("NFC", fold(lower)).encode(), digest_size=_DIGEST).digest()


def signature(words: grams.Words) -> bytes:
    """The MinHash signature of a text, 4 bytes a value, little-endian; empty for fewer than five words."""
    runs = grams.runs(words.hashes, grams.SHINGLE)
    if not runs:
        return b""
    (row,) = RMinHash.digest_matrix_from_flat_token_hashes(runs, [0, len(runs)], VALUES, _SEED).to_rows()
    # rensa leaves the upper halves of vector registers in use, which on x86 makes every `exp` and `log1p` from then on take
    # five times as long; OpenSSL's SHA-512 gives them back.
    sha512(b"").digest()
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


class Texts:
    """What records are compared by: signatures and digests, in a file. Raises StorageError where `folder` does not hold it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._rows, self._count = folder, Scratch(folder), 0

    def __len__(self) -> int:
        return self._count

    def add(self, digest: bytes, signature: bytes) -> None:
        """Those of the next record, as the functions of these names make them."""
        self._rows.write((signature or bytes(_SIGNATURE)) + digest)
        self._count += 1

    def signature(self, number: int) -> bytes:
        """That of a record; zeros where it has none."""
        return self._rows.read(number * _ROW, _SIGNATURE)

    def digest(self, number: int) -> bytes:
        """That of a record."""
        return self._rows.read(number * _ROW + _SIGNATURE, _DIGEST)

    def blocks(self, memory: int) -> Iterator[tuple[int, bytes]]:
        """All rows in order, some at a time, each time with the number of the first."""
        at_once = max(min(memory // (48 * _BANDS), _AT_ONCE), 1)
        for first in range(0, self._count, at_once):
            yield first, self._rows.read(first * _ROW, min(at_once, self._count - first) * _ROW)

    def close(self) -> None:
        """Let the file go."""
        self._rows.close()


def find(
    texts: Texts, order: "array[int]", runs_of: Callable[[int], frozenset[int]], *, memory: int = MEMORY
) -> dict[int, Duplicate]:
    """The records that are duplicates, by number.

    `order` names the records in the order in which they stand for others; `runs_of` gives the hashes of a record's runs of
    words. About `memory` bytes are used for sorting.
    """
    ranks = array("I", bytes(4 * len(order)))
    for rank, record in enumerate(order):
        ranks[record] = rank
    found = _same(texts, order, ranks, memory)
    known = _Remembered(runs_of)
    with SortedPairs(texts.folder, memory=memory) as bands:
        buckets = _Buckets(_shared_bands(texts, ranks, found, bands, memory))
        for rank, own in _by_rank(bands):
            record = order[rank]
            for candidate in _likely(texts, record, [order[other] for other in buckets.sharing(own)]):
                similarity = jaccard(known[candidate], known[record])
                if similarity >= SIMILAR:
                    found[record] = Duplicate(candidate, round(similarity, 4), False)
                    break
            else:
                buckets.put(rank, own)
    return {record: _resolved(record, found) for record in sorted(found)}


def _same(texts: Texts, order: "array[int]", ranks: "array[int]", memory: int) -> dict[int, Duplicate]:
    """The records with the same digest as one before them."""
    found = dict[int, Duplicate]()
    with SortedPairs(texts.folder, memory=memory) as pairs:
        for first, rows in texts.blocks(memory):
            starts = memoryview(rows).cast("Q")[_SIGNATURE // 8 :: _ROW // 8].tolist()
            pairs.add(array("Q", starts), array("Q", (groups.BANDS * ranks[first + i] for i in range(len(starts)))))
        for keys, values in pairs:
            members, numbers, _ = groups.shared(keys, values, 0)
            for _, group in groupby(zip(numbers, members, strict=True), itemgetter(0)):
                standing = dict[bytes, int]()
                for _, rank in group:
                    record = order[rank]
                    same = standing.setdefault(texts.digest(record), record)
                    if same != record:
                        found[record] = Duplicate(same, 1.0, True)
    return found


def _shared_bands(
    texts: Texts, ranks: "array[int]", left_out: Iterable[int], bands: SortedPairs, memory: int
) -> "array[int]":
    """Find the bands that several records have. The rank of each such record goes with each of its bands to `bands`; what is
    given are the sizes of the bands."""
    is_left_out, sizes = bytearray(len(texts)), array("Q")
    for record in left_out:
        is_left_out[record] = 1
    with SortedPairs(texts.folder, memory=memory) as pairs:
        for first, rows in texts.blocks(memory):
            pairs.add(*groups.bands(rows, ranks, is_left_out, first, (_ROW // 4, _BANDS, _ROWS)))
        for keys, values in pairs:
            members, numbers, more = groups.shared(keys, values, len(sizes))
            sizes += more
            bands.add(members, numbers)
    return sizes


def _by_rank(bands: SortedPairs) -> Iterator[tuple[int, list[int]]]:
    """The ranks of records that share bands, in ascending order, and these bands in the order of the signature."""
    for keys, values in bands:
        start = 0
        while start < len(keys):
            end = bisect_right(keys, keys[start], start, min(start + _BANDS, len(keys)))
            yield keys[start], [value & groups.NUMBER for value in values[start:end]]
            start = end


def _likely(texts: Texts, record: int, candidates: Iterable[int]) -> Iterator[int]:
    """Of the candidates those that are worth comparing with the record, as many as are tried."""
    own, tried = b"", 0
    for candidate in candidates:
        own = own or texts.signature(record)
        if groups.equal_values(own, texts.signature(candidate)) >= _WORTH_COMPARING * VALUES:
            yield candidate
            tried += 1
            if tried == _TRIED:
                break


def _resolved(record: int, found: Mapping[int, Duplicate]) -> Duplicate:
    """Its duplicate relation, where the text that it shares is itself near another's."""
    own = found[record]
    further = found.get(own.of)
    return Duplicate(further.of, further.similarity, False) if further else own


class _Buckets:
    """For each band that several records have those that were put, as many as it may hold."""

    def __init__(self, sizes: "array[int]") -> None:
        # The last record of a band is looked for by none.
        self._starts = array("Q", accumulate((min(size - 1, _CROWD) for size in sizes), initial=0))
        self._held, self._counts = array("I", bytes(4 * self._starts[-1])), array("B", bytes(len(sizes)))

    def put(self, rank: int, bands: Iterable[int]) -> None:
        """Let a record be found by those that come later."""
        for band in bands:
            place = self._starts[band] + self._counts[band]
            if place < self._starts[band + 1]:
                self._held[place] = rank
                self._counts[band] += 1

    def sharing(self, bands: Iterable[int]) -> list[int]:
        """The records put that have some of the bands: most bands in common first, of equal ones the first that was put."""
        shared = Counter[int]()
        for band in bands:
            count, start = self._counts[band], self._starts[band]
            if count:
                shared.update(self._held[start : start + count])
        return [rank for rank, _ in shared.most_common(8 * _TRIED)] if shared else []


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
