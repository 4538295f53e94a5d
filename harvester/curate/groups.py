"""What many records share, found in sorted pairs of numbers; compiled, since each record has dozens.

A key is a hash: that of a band of a signature, of a paragraph. Keys of 64 bits meet by chance once in some 10^19 pairs.
"""

from array import array
from typing import TypeAlias

import cython

_MASK = cython.declare(cython.ulonglong, 0xFFFFFFFFFFFFFFFF)  # what C does by itself, and Python must be told
_SEED = cython.declare(cython.ulonglong, 0xCBF29CE484222325)
_PRIME = cython.declare(cython.ulonglong, 0x9E3779B97F4A7C15)  # of many bits, as what is hashed has 32 at once

Numbers: TypeAlias = "array[int]"
BANDS = 32
"""Bands that a signature may have. A band of a record is a number: the record's rank times this plus the band's own number."""
NUMBER = (1 << 56) - 1
"""Of the number of a group what is left when the band's own number is taken off, by which groups of a record are sorted."""
INDEX_BITS = 24
"""A block is a number of 64 bits: that of its record, and below these bits its index in the record."""
UNDECIDED = 2
"""Flag of a paragraph that is repeated unless it stands in the record that is counted for its own."""


def bands(
    rows: bytes, ranks: Numbers, left_out: bytearray, first: int, shape: tuple[int, int, int]
) -> tuple[Numbers, Numbers]:
    """For each band of the records from number `first` on its hash, and its number as `BANDS` says.

    `rows` begin with signatures; `shape`: 32-bit values in a row, bands, and values in each. Records with zeros only have none.
    """
    width, count, size = shape
    most = len(rows) // (4 * width) * count
    keys, values = array("Q", bytes(8 * most)), array("Q", bytes(8 * most))
    found = _bands(array("I", rows), ranks, left_out, first, width, count, size, keys, values) if rows else 0
    return keys[:found], values[:found]


@cython.cfunc
@cython.boundscheck(False)
@cython.wraparound(False)
def _bands(
    rows: cython.uint[::1],
    ranks: cython.uint[::1],
    left_out: cython.uchar[::1],
    first: cython.Py_ssize_t,
    width: cython.Py_ssize_t,
    count: cython.Py_ssize_t,
    size: cython.Py_ssize_t,
    keys: cython.ulonglong[::1],
    values: cython.ulonglong[::1],
) -> cython.Py_ssize_t:
    found: cython.Py_ssize_t = 0
    row: cython.Py_ssize_t
    band: cython.Py_ssize_t
    i: cython.Py_ssize_t
    start: cython.Py_ssize_t
    key: cython.ulonglong
    seen: cython.uint
    for row in range(len(rows) // width):
        seen = 0
        for i in range(row * width, row * width + count * size):
            seen |= rows[i]
        if not seen or left_out[first + row]:
            continue
        for band in range(count):
            start = row * width + band * size
            key = ((_SEED ^ band) * _PRIME) & _MASK
            for i in range(start, start + size):
                key = ((key ^ rows[i]) * _PRIME) & _MASK
            keys[found] = key ^ (key >> 32)
            values[found] = (cython.cast(cython.ulonglong, ranks[first + row]) << 5) + band
            found += 1
    return found


def shared(keys: Numbers, values: Numbers, first: int) -> tuple[Numbers, Numbers, Numbers]:
    """Of sorted pairs, as `bands` makes them, those whose key others have, too: the record's rank, and the band's number in the
    eight highest bits of that of its group. Then the sizes of the groups, which are numbered from `first` on."""
    members, groups = array("Q", bytes(8 * len(keys))), array("Q", bytes(8 * len(keys)))
    sizes = array("Q", bytes(8 * (len(keys) // 2)))
    found = _shared(keys, values, first, members, groups, sizes) if sizes else (0, 0)
    return members[: found[0]], groups[: found[0]], sizes[: found[1]]


@cython.cfunc
@cython.boundscheck(False)
@cython.wraparound(False)
def _shared(
    keys: cython.ulonglong[::1],
    values: cython.ulonglong[::1],
    first: cython.ulonglong,
    members: cython.ulonglong[::1],
    groups: cython.ulonglong[::1],
    sizes: cython.ulonglong[::1],
) -> tuple[int, int]:
    found: cython.Py_ssize_t = 0
    count: cython.Py_ssize_t = 0
    start: cython.Py_ssize_t = 0
    end: cython.Py_ssize_t
    i: cython.Py_ssize_t
    for end in range(1, len(keys) + 1):
        if end < len(keys) and keys[end] == keys[start]:
            continue
        if end - start > 1:
            for i in range(start, end):
                members[found] = values[i] >> 5
                groups[found] = ((values[i] & 31) << 56) + first + count
                found += 1
            sizes[count] = end - start
            count += 1
        start = end
    return found, count


def equal_values(one: bytes, other: bytes) -> int:
    """In how many places two rows of 32-bit values are the same."""
    return _equal_values(array("I", one), array("I", other))


@cython.cfunc
@cython.boundscheck(False)
@cython.wraparound(False)
def _equal_values(one: cython.uint[::1], other: cython.uint[::1]) -> cython.Py_ssize_t:
    count: cython.Py_ssize_t = 0
    i: cython.Py_ssize_t
    for i in range(len(one)):
        count += one[i] == other[i]
    return count


def paragraphs(hashes: Numbers, ends: Numbers, first: int) -> tuple[Numbers, Numbers]:
    """The hashes that are not 0, and the blocks they are of. `hashes` are those of the records from number `first` on, and
    `ends[n]` is the number of blocks of all records up to number n."""
    keys, values = array("Q", bytes(8 * len(hashes))), array("Q", bytes(8 * len(hashes)))
    found = _paragraphs(hashes, ends, first, keys, values) if hashes else 0
    return keys[:found], values[:found]


@cython.cfunc
@cython.boundscheck(False)
@cython.wraparound(False)
def _paragraphs(
    hashes: cython.ulonglong[::1],
    ends: cython.ulonglong[::1],
    number: cython.Py_ssize_t,
    keys: cython.ulonglong[::1],
    values: cython.ulonglong[::1],
) -> cython.Py_ssize_t:
    found: cython.Py_ssize_t = 0
    start: cython.Py_ssize_t = ends[number]
    i: cython.Py_ssize_t
    base: cython.Py_ssize_t = start
    for i in range(len(hashes)):
        while base + i >= cython.cast(cython.Py_ssize_t, ends[number + 1]):
            number += 1
            start = ends[number]
        if hashes[i]:
            keys[found] = hashes[i]
            values[found] = (cython.cast(cython.ulonglong, number) << INDEX_BITS) + (base + i - start)
            found += 1
    return found


def flag(keys: Numbers, values: Numbers, ends: Numbers, is_duplicate: bytearray, least: int, flags: bytearray) -> None:
    """Flag blocks whose paragraph stands in `least` or more other records, duplicates not counted: 1, or `UNDECIDED`.

    Takes sorted pairs as `paragraphs` makes them; a flag's place is its block's among the blocks of all records.
    """
    if keys:
        _flag(keys, values, ends, is_duplicate, least, flags)


@cython.cfunc
@cython.boundscheck(False)
@cython.wraparound(False)
def _flag(
    keys: cython.ulonglong[::1],
    values: cython.ulonglong[::1],
    ends: cython.ulonglong[::1],
    is_duplicate: cython.uchar[::1],
    least: cython.Py_ssize_t,
    flags: cython.uchar[::1],
) -> None:
    start: cython.Py_ssize_t = 0
    end: cython.Py_ssize_t
    i: cython.Py_ssize_t
    count: cython.Py_ssize_t
    number: cython.Py_ssize_t
    before: cython.Py_ssize_t
    for end in range(1, len(keys) + 1):
        if end < len(keys) and keys[end] == keys[start]:
            continue
        count, before = 0, -1
        for i in range(start, end):
            number = values[i] >> INDEX_BITS
            count += number != before and not is_duplicate[number]
            before = number
        for i in range(start, end):
            number = values[i] >> INDEX_BITS
            if count > least or (count == least and is_duplicate[number]):
                flags[ends[number] + (values[i] & ((1 << INDEX_BITS) - 1))] = 1 if count > least else UNDECIDED
        start = end
