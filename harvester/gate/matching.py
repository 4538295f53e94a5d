"""How far the text of a page is its gold, and which of its blocks stand in the gold: words and runs of them, as numbers.

Compiled, since every block of a page is held against the gold, and Python would do that as slowly as a page is extracted. A
word is what it is for `judge.scores.tokens`, each character of a script without spaces by itself. Words are hashed to 64 bits
as `curate.grams` does (FNV-1a, mixed as MurmurHash3 does), a run of words as a polynomial over them. Two that differ have the
same number on one page of many millions, which is no matter for a score. Time and memory grow with the words of a page.

The loop over characters is like that of `grams`, over another definition of a word: a compiled module calls the functions of
another one as Python does, which for each word would take longer than the word.
"""

from array import array
from typing import NamedTuple, TypeAlias

import cython

_MASK = cython.declare(cython.ulonglong, 0xFFFFFFFFFFFFFFFF)  # what C does by itself, and Python must be told
_SEED = cython.declare(cython.ulonglong, 0xCBF29CE484222325)
_PRIME = cython.declare(cython.ulonglong, 0x100000001B3)
_BASE = cython.declare(cython.ulonglong, 0x9E3779B97F4A7C15)
_MIX_1 = cython.declare(cython.ulonglong, 0xFF51AFD7ED558CCD)
_MIX_2 = cython.declare(cython.ulonglong, 0xC4CEB9FE1A85EC53)
_RUN = cython.declare(cython.Py_ssize_t, 4)  # words of a shingle, as `judge.scores` has it

Numbers: TypeAlias = "array[int]"
Common: TypeAlias = tuple[int, int, int]
"""Of two bags: how many they have in common, how many the text has, how many the gold."""


class Matched(NamedTuple):
    """What a page and its gold have in common; blocks and lines by their place, those without a word in none of the lists."""

    words: Common
    shingles: Common
    """Runs of four words; a shorter text is one run."""
    sizes: list[int]
    """Words of each block."""
    outside: list[int]
    """Blocks that do not stand in the gold."""
    lost: list[int]
    """Blocks that stand in the gold, were not kept, and do not stand in the text."""
    missing: list[int]
    """Lines of the gold that stand neither in the text nor anywhere on the page."""


def match(blocks: list[str], kept: list[bool], lines: list[str]) -> Matched:
    """The blocks of a page, which of them are its text, and the lines of its gold.

    Something stands in a text if half of its runs of four words do; up to four words must stand there one after the other.
    """
    page, ends = _words(blocks)
    gold, line_ends = _words(lines)
    text = array("Q")
    for start, end, is_kept in zip([0, *ends], ends, kept, strict=False):
        if is_kept:
            text += page[start:end]
    wanted, counts = _runs(gold)
    shingles, words = _common(text, gold, wanted, counts)
    sizes = [end - start for start, end in zip([0, *ends], ends, strict=False)]
    in_gold = _held(page, ends, wanted)
    outside = [place for place, size in enumerate(sizes) if size and not in_gold[place]]
    doubtful = [place for place, size in enumerate(sizes) if size and in_gold[place] and not kept[place]]
    lost, missing = list[int](), list[int]()
    if doubtful or words < len(gold):
        there, _ = _runs(text)
        if doubtful:
            in_text = _held(page, ends, there)
            lost = [place for place in doubtful if not in_text[place]]
        if words < len(gold):
            in_text = _held(gold, line_ends, there)
            missing = [place for place in range(len(lines)) if not in_text[place]]
    if missing:
        anywhere, _ = _runs(page)
        on_page = _held(gold, line_ends, anywhere)
        missing = [place for place in missing if not on_page[place]]
    return Matched(
        (words, len(text), len(gold)), (shingles, _shingles(text), _shingles(gold)), sizes, outside, lost, missing
    )


def _shingles(words: Numbers) -> int:
    return max(len(words) - _RUN + 1, 1) if words else 0


def _words(texts: list[str]) -> tuple[Numbers, Numbers]:
    """The words of all texts as numbers, and for each text the number of words up to its end."""
    lower = [text.lower() for text in texts]
    most = sum((len(text) + 1) // 2 if text.isascii() else len(text) for text in lower)
    found, ends = array("Q", (0,)) * (most + 1), array("Q", (0,)) * len(lower)
    count = _read(lower, found, ends) if lower else 0
    return found[:count], ends


@cython.cfunc
@cython.boundscheck(False)
@cython.wraparound(False)
def _read(texts: list[str], found: cython.ulonglong[::1], ends: cython.ulonglong[::1]) -> cython.Py_ssize_t:
    count: cython.Py_ssize_t = 0
    value: cython.ulonglong = _SEED
    inside: cython.bint = False
    number: cython.Py_ssize_t
    char: cython.Py_UCS4
    text: str
    for number in range(len(texts)):
        text = texts[number]
        for char in text:
            if (
                "a" <= char <= "z"
            ):  # most of most texts: in lower case, and known to be a letter without being looked up
                value, inside = ((value ^ ord(char)) * _PRIME) & _MASK, True
            elif char >= "\u0e00" and (
                char <= "\u0eff"
                or "\u1000" <= char <= "\u109f"
                or "\u1780" <= char <= "\u17ff"
                or "\u3040" <= char <= "\u30ff"
                or "\u3400" <= char <= "\u4dbf"
                or "\u4e00" <= char <= "\u9fff"
                or "\uf900" <= char <= "\ufaff"
            ):
                if inside:
                    found[count] = _mixed(value)
                    count += 1
                    value, inside = _SEED, False
                found[count] = _mixed(((_SEED ^ ord(char)) * _PRIME) & _MASK)
                count += 1
            elif char != " " and (char.isalnum() or char == "_"):
                value, inside = ((value ^ ord(char)) * _PRIME) & _MASK, True
            elif inside:
                found[count] = _mixed(value)
                count += 1
                value, inside = _SEED, False
        if inside:
            found[count] = _mixed(value)
            count += 1
            value, inside = _SEED, False
        ends[number] = count
    return count


@cython.cfunc
def _mixed(value: cython.ulonglong) -> cython.ulonglong:
    value = ((value ^ (value >> 33)) * _MIX_1) & _MASK
    value = ((value ^ (value >> 33)) * _MIX_2) & _MASK
    return value ^ (value >> 33)


def _runs(words: Numbers) -> tuple[Numbers, Numbers]:
    """All runs of one to four words as a hash table with open addressing, and how often each stands; 0 is an empty place."""
    size = 1 << max((6 * len(words)).bit_length(), 4)  # at most four runs a word: two thirds are taken at most
    keys, counts = array("Q", (0,)) * size, array("I", (0,)) * size
    if words:
        _fill(words, keys, counts)
    return keys, counts


@cython.cfunc
@cython.boundscheck(False)
@cython.wraparound(False)
def _fill(words: cython.ulonglong[::1], keys: cython.ulonglong[::1], counts: cython.uint[::1]) -> None:
    start: cython.Py_ssize_t
    end: cython.Py_ssize_t
    place: cython.Py_ssize_t
    value: cython.ulonglong
    for start in range(len(words)):
        value = 0
        for end in range(start, min(start + _RUN, len(words))):
            value = (value * _BASE + words[end]) & _MASK
            place = _place(keys, value)
            keys[place] = value or 1
            counts[place] += 1


@cython.cfunc
@cython.boundscheck(False)
@cython.wraparound(False)
def _place(keys: cython.ulonglong[::1], value: cython.ulonglong) -> cython.Py_ssize_t:
    """Where a run stands in the table, or would."""
    last: cython.Py_ssize_t = len(keys) - 1
    value = value or 1
    place: cython.Py_ssize_t = value & last
    while keys[place] and keys[place] != value:
        place = (place + 1) & last
    return place


@cython.cfunc
@cython.boundscheck(False)
@cython.wraparound(False)
def _run(words: cython.ulonglong[::1], start: cython.Py_ssize_t, end: cython.Py_ssize_t) -> cython.ulonglong:
    value: cython.ulonglong = 0
    i: cython.Py_ssize_t
    for i in range(start, end):
        value = (value * _BASE + words[i]) & _MASK
    return value


def _common(text: Numbers, gold: Numbers, keys: Numbers, counts: Numbers) -> tuple[int, int]:
    """How many shingles and words text and gold have in common; the counts of the gold are used up."""
    if not text or not gold:
        return 0, 0
    size = min(len(text), len(gold), _RUN)
    if len(text) < _RUN or len(gold) < _RUN:
        shingles = int(len(text) == len(gold) and bool(keys[_place(keys, _run(text, 0, size))]))
    else:
        shingles = _taken(text, _RUN, keys, counts)
    return shingles, _taken(text, 1, keys, counts)


@cython.cfunc
@cython.boundscheck(False)
@cython.wraparound(False)
def _taken(
    words: cython.ulonglong[::1], n: cython.Py_ssize_t, keys: cython.ulonglong[::1], counts: cython.uint[::1]
) -> cython.Py_ssize_t:
    """How many runs of n words find one like them that no run before has taken."""
    total: cython.Py_ssize_t = 0
    start: cython.Py_ssize_t
    place: cython.Py_ssize_t
    for start in range(len(words) - n + 1):
        place = _place(keys, _run(words, start, start + n))
        if counts[place]:
            counts[place] -= 1
            total += 1
    return total


def _held(words: Numbers, ends: Numbers, keys: Numbers) -> bytearray:
    """For each text, whether it stands in the one whose runs these are; one without a word does."""
    held = bytearray(len(ends))
    if ends:
        _hold(words if words else array("Q", (0,)), ends, keys, held)
    return held


@cython.cfunc
@cython.boundscheck(False)
@cython.wraparound(False)
def _hold(
    words: cython.ulonglong[::1], ends: cython.ulonglong[::1], keys: cython.ulonglong[::1], held: cython.uchar[::1]
) -> None:
    start: cython.Py_ssize_t = 0
    end: cython.Py_ssize_t
    number: cython.Py_ssize_t
    i: cython.Py_ssize_t
    hits: cython.Py_ssize_t
    for number in range(len(ends)):
        end = ends[number]
        if end - start <= _RUN:
            held[number] = end == start or keys[_place(keys, _run(words, start, end))] != 0
        else:
            hits = 0
            for i in range(start, end - _RUN + 1):
                hits += keys[_place(keys, _run(words, i, i + _RUN))] != 0
            held[number] = 2 * hits >= end - start - _RUN + 1
        start = end
