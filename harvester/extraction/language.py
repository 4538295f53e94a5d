"""The language of an extracted text, by a model that ships with its package."""

import unicodedata
from array import array
from collections.abc import Sequence
from functools import cache
from math import log1p

import cython

from harvester.extraction.language_model import UNIT, load

_ENOUGH = cython.declare(cython.int, 40)
_SAMPLE = 1_000
_SURE = 5.0
"""How much less likely the declared language must be, as a difference of log-likelihoods, for the page to be corrected."""
_NONE = "zxx"
_SAME = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "ji": "yi", "fil": "tl"}
"""Codes for languages that the model knows by another one."""


def language_of(text: str, declared: str | None = None) -> str | None:
    """ISO 639-1 code of the text's language, or of three letters where it has no such one; None for what is in none, such
    as tables of figures, and under 40 letters, where a guess is worth little.

    A page knows its language better than a model where the two are about as likely: then it is the declared one.
    """
    sample = text[:_SAMPLE]
    if not _has_enough(sample):
        return None
    # As the library reads a text and decides, but for the order in which it adds up.
    if sample.isupper():
        sample = sample.lower()
    code = _model().classify(unicodedata.normalize("NFC", sample).encode("utf-8"), base(declared))
    return None if code == _NONE else code


def base(tag: str | None) -> str:
    """The language of a tag as the model calls it: `no` for `nb-NO`."""
    code = (tag or "").strip().lower().replace("_", "-").partition("-")[0]
    return _SAME.get(code, code)


@cache
def _model() -> "_Model":
    return _Model()


@cython.cfunc
def _has_enough(text: str) -> cython.bint:
    letters: cython.int = 0
    for char in text:
        letters += char.isalpha()
        if letters == _ENOUGH:
            return True
    return False


class _Model:
    """The model of py3langid as `language_model` has it; the library's own loop runs over Python objects."""

    def __init__(self) -> None:
        model = load()
        self.languages: Sequence[str] = model.languages
        self.dense: int = model.dense
        self.priors = array("d", model.priors)
        self.weights, self.moves, self.bytes, self.starts = model.weights, model.moves, model.bytes, model.starts
        self.fallbacks, self.found = model.fallbacks, model.found

    def classify(self, data: bytes, declared: str = "") -> str:
        """The likeliest language, or the declared one where it is about as likely; the first where nothing speaks for any."""
        features, counts = array("i", bytes(4 * len(data))), array("i", bytes(4 * len(data)))
        table = array("i", bytes(4 * (2 << len(data).bit_length())))
        known = _find(
            data, self.dense, self.moves, self.bytes, self.starts, self.fallbacks, self.found, features, counts, table
        )
        scores = self.priors[:]
        _add(features, array("d", [log1p(count) for count in counts[:known]]), self.weights, scores)
        best = max(range(len(scores)), key=scores.__getitem__) if known else 0
        stated = [score for language, score in zip(self.languages, scores, strict=True) if language == declared]
        if stated and scores[best] - max(stated) < _SURE * UNIT:  # a language written in two scripts stands there twice
            return declared
        return self.languages[best]


@cython.cfunc
@cython.boundscheck(False)
@cython.wraparound(False)
def _find(
    data: bytes,
    dense: cython.int,
    moves: cython.int[::1],
    bytes_: cython.uchar[::1],
    starts: cython.int[::1],
    fallbacks: cython.int[::1],
    found: cython.int[::1],
    features: cython.int[::1],
    counts: cython.int[::1],
    table: cython.int[::1],
) -> cython.Py_ssize_t:
    """List the different features of a text in the order in which they first occur, and count each; gives how many there
    are. `table`, all zeros, finds the place in the list again; its size is a power of two, twice as large as the text."""
    known: cython.int = 0
    slot: cython.int
    last: cython.int = len(table) - 1
    state: cython.int = 0
    branch: cython.int
    end: cython.int
    byte: cython.uchar
    feature: cython.int
    for byte in data:
        while state >= dense:
            branch, end = starts[state], starts[state + 1]
            while branch < end and bytes_[branch] != byte:
                branch += 1
            if branch < end:
                state = branch + 1
                break
            state = fallbacks[state]
        else:
            state = moves[state * 256 + byte]
        feature = found[state]
        if feature >= 0:
            slot = feature & last
            while table[slot] and features[table[slot] - 1] != feature:
                slot = (slot + 1) & last
            if not table[slot]:
                features[known] = feature
                known += 1
                table[slot] = known
            counts[table[slot] - 1] += 1
    return known


@cython.cfunc
@cython.boundscheck(False)
@cython.wraparound(False)
def _add(
    features: cython.int[::1],
    times: cython.double[::1],
    weights: cython.short[::1],
    scores: cython.double[::1],
) -> None:
    """Add the weights of the features to the scores, each so many times."""
    languages: cython.Py_ssize_t = len(scores)
    start: cython.Py_ssize_t
    i: cython.Py_ssize_t
    k: cython.Py_ssize_t
    often: cython.double
    _reach(features, len(times), weights, languages)
    for k in range(len(times)):
        start, often = features[k] * languages, times[k]
        for i in range(languages):
            scores[i] += often * weights[start + i]


@cython.cfunc
@cython.boundscheck(False)
@cython.wraparound(False)
def _reach(
    features: cython.int[::1], known: cython.Py_ssize_t, weights: cython.short[::1], languages: cython.Py_ssize_t
) -> cython.int:
    """Read something of every line, of 64 bytes, of the rows that are to be added: they lie far apart in memory, and the
    processor waits for many at once where nothing is computed between two of them. What was read is given back, as a
    compiler drops what nobody uses."""
    touched: cython.int = 0
    start: cython.Py_ssize_t
    i: cython.Py_ssize_t
    k: cython.Py_ssize_t
    for k in range(known):
        start = features[k] * languages
        for i in range(start, start + languages, 32):
            touched ^= weights[i]
    return touched
