"""The words of a text as 64-bit hashes and runs of n of them.

A word is what it is for `extraction.words`, with one addition: marks that combine with a letter (Devanagari's vowel signs,
Arabic's points) and joiners of no width belong to the word that they stand in, so that a word of Hindi is one word.
Characters of scripts without spaces are a word each, so that a run of n words is a run of n characters there.

The hashes are FNV-1a over code points, then mixed as MurmurHash3 does; the same everywhere, as nothing of the process or
the machine enters. They are no protection against somebody who makes texts collide.

One file, and one long loop over characters in it, because C functions are only called as such within a compiled module.
"""

from array import array
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias
from unicodedata import category

import cython

_MASK = cython.declare(cython.ulonglong, 0xFFFFFFFFFFFFFFFF)  # what C does by itself, and Python must be told
_SEED = cython.declare(cython.ulonglong, 0xCBF29CE484222325)
_PRIME = cython.declare(cython.ulonglong, 0x100000001B3)
_BASE = cython.declare(cython.ulonglong, 0x9E3779B97F4A7C15)
_MIX_1 = cython.declare(cython.ulonglong, 0xFF51AFD7ED558CCD)
_MIX_2 = cython.declare(cython.ulonglong, 0xC4CEB9FE1A85EC53)

Numbers: TypeAlias = "array[int]"
SHINGLE = 5
"""Words in a run by which texts are compared."""


class Words(NamedTuple):
    """The words of some blocks, one after the other."""

    hashes: Numbers
    sizes: Numbers
    """Characters of each."""
    ends: Numbers
    """For each block the number of words up to its end."""
    characters: int
    """Of all words."""
    with_letter: int
    """Words in which there is a letter."""
    unspaced: int
    """Words that are a character of a script without spaces."""

    @property
    def is_unspaced(self) -> bool:
        """Whether most of the text is written without spaces."""
        return 2 * self.unspaced > len(self.hashes)


def read(texts: Sequence[str]) -> Words:
    """The words of the blocks with these texts."""
    return of_lower([text.lower() for text in texts])


def of_lower(lower: list[str]) -> Words:
    """The words of the blocks with these texts in lower case."""
    room = sum(map(len, lower)) + 1
    hashes, sizes = array("Q", bytes(8 * room)), array("I", bytes(4 * room))
    ends, counts = array("Q", bytes(8 * len(lower))), array("Q", (0, 0, 0, 0))
    if lower:
        _read(lower, hashes, sizes, ends, counts)
    return Words(hashes[: counts[0]], sizes[: counts[0]], ends, counts[1], counts[2], counts[3])


@cython.cfunc
@cython.boundscheck(False)
@cython.wraparound(False)
def _read(
    texts: list[str],
    hashes: cython.ulonglong[::1],
    sizes: cython.uint[::1],
    ends: cython.ulonglong[::1],
    counts: cython.ulonglong[::1],
) -> None:
    count: cython.Py_ssize_t = 0
    characters: cython.Py_ssize_t = 0
    with_letter: cython.Py_ssize_t = 0
    unspaced: cython.Py_ssize_t = 0
    size: cython.Py_ssize_t = 0
    value: cython.ulonglong = _SEED
    pending: cython.ulonglong = 0
    has_letter: cython.bint = False
    is_latin: cython.bint
    number: cython.Py_ssize_t
    char: cython.Py_UCS4
    text: str
    for number in range(len(texts)):
        text = texts[number]
        for char in text:
            is_latin = "a" <= char <= "z"  # most are, and it is soon told
            if char >= "\u0e00" and (
                char <= "\u0eff"
                or "\u1000" <= char <= "\u109f"
                or "\u1780" <= char <= "\u17ff"
                or "\u3040" <= char <= "\u30ff"
                or "\u3400" <= char <= "\u4dbf"
                or "\u4e00" <= char <= "\u9fff"
                or "\uf900" <= char <= "\ufaff"
            ):
                if size:
                    hashes[count] = mixed(value)
                    sizes[count] = size
                    characters += size
                    with_letter += has_letter
                    count += 1
                    size, has_letter, value = 0, False, _SEED
                hashes[count] = mixed(((_SEED ^ ord(char)) * _PRIME) & _MASK)
                sizes[count] = 1
                characters += 1
                with_letter += char.isalpha()
                unspaced += 1
                count += 1
                pending = 0
            elif is_latin or (
                char != " " and (char.isalnum() or char == "_" or (size and char >= "\u0300" and _continues(char)))
            ):
                if pending:
                    value = ((value ^ pending) * _PRIME) & _MASK
                    size += 1
                    pending = 0
                value = ((value ^ ord(char)) * _PRIME) & _MASK
                size += 1
                has_letter = has_letter or is_latin or char.isalpha()
            elif size and not pending and (char == "'" or char == "’" or char == "-"):
                pending = ord(char)
            elif size:
                hashes[count] = mixed(value)
                sizes[count] = size
                characters += size
                with_letter += has_letter
                count += 1
                size, has_letter, value, pending = 0, False, _SEED, 0
        if size:
            hashes[count] = mixed(value)
            sizes[count] = size
            characters += size
            with_letter += has_letter
            count += 1
            size, has_letter, value = 0, False, _SEED
        pending = 0
        ends[number] = count
    counts[0], counts[1], counts[2], counts[3] = count, characters, with_letter, unspaced


@cython.cfunc
def _continues(char: cython.Py_UCS4) -> cython.bint:
    return char == "\u200c" or char == "\u200d" or category(char)[0] == "M"


@cython.ccall
def mixed(value: cython.ulonglong) -> cython.ulonglong:
    """A hash in which every bit of `value` counts for every bit (MurmurHash3's 64-bit finalizer)."""
    value = ((value ^ (value >> 33)) * _MIX_1) & _MASK
    value = ((value ^ (value >> 33)) * _MIX_2) & _MASK
    return value ^ (value >> 33)


def hashed(text: str) -> int:
    """The hash of a text as it stands, blanks and all."""
    return _hashed(text)


@cython.cfunc
def _hashed(text: str) -> cython.ulonglong:
    value: cython.ulonglong = _SEED
    for char in text:
        value = ((value ^ ord(char)) * _PRIME) & _MASK
    return mixed(value)


def run_hash(hashes: Numbers, start: int, end: int) -> int:
    """The hash of the run of words from `start` to `end`."""
    return _run_hash(hashes, start, end)


@cython.cfunc
@cython.boundscheck(False)
@cython.wraparound(False)
def _run_hash(hashes: cython.ulonglong[::1], start: cython.Py_ssize_t, end: cython.Py_ssize_t) -> cython.ulonglong:
    value: cython.ulonglong = 0
    i: cython.Py_ssize_t
    for i in range(start, end):
        value = (value * _BASE + hashes[i]) & _MASK
    return mixed(value)


def runs(hashes: Numbers, n: int) -> Numbers:
    """The hash of every run of n words, in order; none where there are fewer words."""
    found = array("Q", bytes(8 * max(len(hashes) - n + 1, 0)))
    if found:
        _runs(hashes, n, found)
    return found


@cython.cfunc
@cython.boundscheck(False)
@cython.wraparound(False)
def _runs(hashes: cython.ulonglong[::1], n: cython.Py_ssize_t, out: cython.ulonglong[::1]) -> None:
    value: cython.ulonglong = 0
    power: cython.ulonglong = 1
    i: cython.Py_ssize_t
    for i in range(n):
        value = (value * _BASE + hashes[i]) & _MASK
        power = (power * _BASE) & _MASK
    out[0] = mixed(value)
    for i in range(n, len(hashes)):
        value = (value * _BASE + hashes[i] - hashes[i - n] * power) & _MASK
        out[i - n + 1] = mixed(value)


def _table_size(entries: int) -> int:
    return 1 << max((2 * entries).bit_length(), 4)


def repeated_characters(found: Numbers, sizes: Numbers, n: int) -> int:
    """Characters of the words that lie in a run of n that stood before, each counted once; `found` are the runs."""
    if not found:
        return 0
    table = array("Q", bytes(8 * _table_size(len(found))))
    return _repeated(found, sizes, n, table)


@cython.cfunc
@cython.boundscheck(False)
@cython.wraparound(False)
def _repeated(
    found: cython.ulonglong[::1], sizes: cython.uint[::1], n: cython.Py_ssize_t, table: cython.ulonglong[::1]
) -> cython.Py_ssize_t:
    last: cython.Py_ssize_t = len(table) - 1
    total: cython.Py_ssize_t = 0
    covered: cython.Py_ssize_t = 0
    i: cython.Py_ssize_t
    j: cython.Py_ssize_t
    slot: cython.Py_ssize_t
    value: cython.ulonglong
    for i in range(len(found)):
        value = found[i] or 1
        slot = value & last
        while table[slot] and table[slot] != value:
            slot = (slot + 1) & last
        if table[slot]:
            for j in range(max(i, covered), i + n):
                total += sizes[j]
            covered = i + n
        else:
            table[slot] = value
    return total


def commonest_characters(found: Numbers, sizes: Numbers, n: int) -> int:
    """Characters of the run of n words that stands most often, times how often; 0 where none stands twice."""
    if not found:
        return 0
    size = _table_size(len(found))
    return _commonest(found, sizes, n, array("Q", bytes(8 * size)), array("I", bytes(4 * size)))


@cython.cfunc
@cython.boundscheck(False)
@cython.wraparound(False)
def _commonest(
    found: cython.ulonglong[::1],
    sizes: cython.uint[::1],
    n: cython.Py_ssize_t,
    table: cython.ulonglong[::1],
    counts: cython.uint[::1],
) -> cython.Py_ssize_t:
    last: cython.Py_ssize_t = len(table) - 1
    most: cython.Py_ssize_t = 1
    best: cython.Py_ssize_t = 0
    size: cython.Py_ssize_t
    i: cython.Py_ssize_t
    j: cython.Py_ssize_t
    slot: cython.Py_ssize_t
    value: cython.ulonglong
    for i in range(len(found)):
        value = found[i] or 1
        slot = value & last
        while table[slot] and table[slot] != value:
            slot = (slot + 1) & last
        table[slot] = value
        counts[slot] += 1
        if counts[slot] > 1 and counts[slot] >= most:
            size = 0
            for j in range(i, i + n):
                size += sizes[j]
            size *= counts[slot]
            best = max(best, size) if counts[slot] == most else size
            most = counts[slot]
    return best
