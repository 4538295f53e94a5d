# cython: boundscheck=False, wraparound=False
"""What the words of a block are where they are compared: tokens, each a number of its page."""

from array import array
from collections.abc import Sequence

import cython

_EDGES = cython.declare(str, " \t\n.,;:!?…。、，；：！？؟،؛\"'“”„«»‘’()[]{}<>|/\\–—-•·›→*_#")
_MASK = cython.declare(cython.ulonglong, 0xFFFFFFFFFFFFFFFF)  # what C does by itself, and Python must be told
_PRIME = cython.declare(cython.ulonglong, 0x9E3779B97F4A7C15)
_SLOT_BITS = cython.declare(cython.int, 12)
_ZERO, _NO_NUMBER = array("i", (0,)), array("i", (-1,))


def tokens(text: str) -> list[str]:
    """What stands between white space, lower case, without punctuation at its ends; cheaper than `words`."""
    found = [bare.strip(_EDGES) for bare in text.lower().split()]
    return [bare for bare in found if bare]


def number_tokens(texts: list[str], vocabulary: dict[str, int]) -> tuple[Sequence[int], Sequence[int]]:
    """The numbers of the `tokens` of all texts, as they first stand; and where those of each begin, and of the last one end.

    `vocabulary`, empty, gets the number of each token.
    """
    numbers = _Numbers(vocabulary)
    room: cython.Py_ssize_t = 0
    count: cython.Py_ssize_t = 0
    first: cython.Py_ssize_t
    place: cython.Py_ssize_t
    i: cython.Py_ssize_t
    key: cython.ulonglong
    char: cython.Py_UCS4
    text: str
    lowered = [text.lower() for text in texts]
    for text in lowered:
        room += len(text) // 2 + 1
    starts, found = _ZERO * (len(texts) + 1), _ZERO * room
    start: cython.int[::1] = starts
    out: cython.int[::1] = found
    for i in range(len(lowered)):
        text = lowered[i]
        first = place = 0
        key = 0
        for char in text:
            if "a" <= char <= "z" or not char.isspace():
                key = ((key ^ ord(char)) * _PRIME) & _MASK
            else:
                if place > first:
                    out[count] = numbers.number(text, first, place, key)
                    count += out[count] >= 0
                first = place + 1
                key = 0
            place += 1
        if place > first:
            out[count] = numbers.number(text, first, place, key)
            count += out[count] >= 0
        start[i + 1] = count
    return found[:count], starts


@cython.final
@cython.cclass
class _Numbers:
    """The numbers of a page's tokens. Most tokens came before: these are found by a hash of their characters, and no string is
    made of them. Of two with the same hash the later one has the slot; `vocabulary` has both.
    """

    vocabulary: dict
    tokens: list
    slots: cython.int[::1]

    def __init__(self, vocabulary: dict[str, int]) -> None:
        self.vocabulary, self.tokens, self.slots = vocabulary, [], _NO_NUMBER * (1 << _SLOT_BITS)

    @cython.cfunc
    def number(self, text: str, first: cython.Py_ssize_t, end: cython.Py_ssize_t, key: cython.ulonglong) -> cython.int:
        """The number of what stands between two places of a text in lower case, without the edges; -1 where it is nothing
        else. `key` is the hash of all that stands there."""
        k: cython.Py_ssize_t
        if _is_edge(text, first) or _is_edge(text, end - 1):
            while first < end and _is_edge(text, first):
                first += 1
            while first < end and _is_edge(text, end - 1):
                end -= 1
            if first == end:
                return -1
            key = 0
            for k in range(first, end):
                key = ((key ^ ord(text[k])) * _PRIME) & _MASK
        slot: cython.Py_ssize_t = key >> 64 - _SLOT_BITS
        number: cython.int = self.slots[slot]
        token: str
        if number >= 0:
            token = self.tokens[number]
            if len(token) == end - first:
                k = 0
                while first + k < end and token[k] == text[first + k]:
                    k += 1
                if first + k == end:
                    return number
        token = text[first:end]
        known = self.vocabulary.get(token)
        if known is None:
            known = self.vocabulary[token] = len(self.tokens)
            self.tokens.append(token)
        self.slots[slot] = known
        return known


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def _is_edge(text: str, place: cython.Py_ssize_t) -> cython.bint:
    char: cython.Py_UCS4
    char = text[place]
    return not ("a" <= char <= "z" or char.isalnum()) and char in _EDGES
