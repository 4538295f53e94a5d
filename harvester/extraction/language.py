"""The language of an extracted text, by a model that ships with its package."""

import unicodedata
from array import array
from collections.abc import Sequence
from functools import cache
from math import log1p
from typing import Any

import cython

_ENOUGH = cython.declare(cython.int, 40)
_SAMPLE = 1_000
_UNIT = 512
"""How much of it is 1: weights lie between -15 and -2.7."""


def language_of(text: str) -> str | None:
    """ISO 639-1 code of the text's language; None under 40 letters, where a guess is worth little."""
    sample = text[:_SAMPLE]
    if not _has_enough(sample):
        return None
    # As the library reads a text and decides, but for the order in which it adds up.
    if sample.isupper():
        sample = sample.lower()
    return _model().classify(unicodedata.normalize("NFC", sample).encode("utf-8"))


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
    """The model of py3langid: an automaton that finds features in UTF-8, and what each says for each language.

    The library's loop runs over Python objects, and its automaton has every move of every state, 39 MB of which little is
    ever in the processor's caches. Here it is what such automata are made from (Aho and Corasick 1975): a tree of byte
    strings, states in the order of their depth, and for each state the one to go on from where no branch fits.
    """

    def __init__(self) -> None:
        import numpy
        from py3langid.langid import MODEL_FILE, LanguageIdentifier

        model = LanguageIdentifier.from_model_file(MODEL_FILE)
        self.languages: Sequence[str] = model.nb_classes
        self.priors = array("d", (_UNIT * model.nb_pc.astype("float64")).tolist())
        self.weights = (_UNIT * model.nb_ptc.astype("float32")).astype("int16").ravel()
        """For each feature the weight of each language; 16-bit floats in the model, all whole multiples of the unit."""
        moves = numpy.frombuffer(model.tk_nextmove, "uint32").reshape(-1, 256)
        rows = numpy.frombuffer(model.tk_row, "uint16")
        level = numpy.zeros(1, "int64")
        numbers = numpy.full(len(rows), -1)  # of the states, in the order of depth
        numbers[0] = 0
        states, bytes_, counts, fallbacks = [level], list[Any](), list[Any](), [numpy.zeros(1, "int64")]
        while len(level):
            following = moves[rows[level]]
            parents, branches = numpy.nonzero(numbers[following] < 0)
            after = moves[rows[fallbacks[-1][parents]], branches] if level[0] else numpy.zeros(len(parents), "int64")
            counts.append(numpy.bincount(parents, minlength=len(level)))
            level = following[parents, branches]
            numbers[level] = numpy.arange(len(level)) + sum(map(len, states))
            states.append(level)
            bytes_.append(branches)
            fallbacks.append(after)
        order = numpy.concatenate(states)
        self.dense: int = 1 + len(states[1])
        """Number of states of depth 0 and 1, which have many branches."""
        self.moves = array("i", numbers[moves[rows[order[: self.dense]]]].ravel().tolist())
        """The next state for each of these and each byte."""
        self.bytes = array("B", numpy.concatenate(bytes_).tolist())
        """The byte that leads into each state but the first."""
        self.starts = array("i", [0, *numpy.cumsum(numpy.concatenate(counts)).tolist()])
        """For each state where its branches begin in `bytes`."""
        self.fallbacks = array("i", numbers[numpy.concatenate(fallbacks)].tolist())
        self.found = array("i", numpy.array(model.tk_output)[order].tolist())
        """The feature that is complete in a state; -1 for none."""

    def classify(self, data: bytes) -> str:
        """The likeliest language; the first where nothing speaks for any."""
        features: dict[int, int] = {}
        _find(data, self.dense, self.moves, self.bytes, self.starts, self.fallbacks, self.found, features)
        scores = self.priors[:]
        _add(array("i", features), array("d", map(log1p, features.values())), self.weights, scores)
        return self.languages[max(range(len(scores)), key=scores.__getitem__) if features else 0]


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
    features: dict[int, int],
) -> None:
    """Count the features in a text."""
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
            features[feature] = features.get(feature, 0) + 1


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
    for k in range(len(features)):
        start = features[k] * languages
        for i in range(languages):
            scores[i] += times[k] * weights[start + i]
