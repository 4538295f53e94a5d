"""The model of py3langid in the form that `language` reads it in: put into it from the library's, or read from a file.

The library's model lies there compressed, as 68 MB; to unpack it, to import numpy and to put it into shape take as long as
to judge some 80 pages, in each process anew. So that is done once, when the package is built (`building`), where the
library is at hand; where it is not, or where another version of it is installed than the file was made of, it is done here.
This module imports nothing of harvester, as the build loads it by itself.
"""

import json
import mmap
import os
import struct
import sys
from array import array
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

PREPARED = "language.model"
"""The file's name, beside this module."""

UNIT = 512
"""How much of a log-likelihood is 1: weights lie between -15 and -2.7."""
_HEAD = struct.Struct("<I")
_ALIGN = 8


class Model(NamedTuple):
    """An automaton that finds features in UTF-8, and what each says for each language.

    The library's automaton has every move of every state, 39 MB of which little is ever in the processor's caches. Here it
    is what such automata are made from (Aho and Corasick 1975): a tree of byte strings, states in the order of their depth,
    and for each state the one to go on from where no branch fits.
    """

    languages: Sequence[str]
    dense: int
    """Number of states of depth 0 and 1, which have many branches."""
    weights: Any
    """For each feature the weight of each language, int16; 16-bit floats in the library, all whole multiples of the unit."""
    moves: Any
    """For each state of depth 0 and 1 and each byte the next state, int32."""
    starts: Any
    """For each state where its branches begin in `bytes`, int32."""
    fallbacks: Any
    """For each state the one to go on from, int32."""
    found: Any
    """For each state the feature that is complete in it, int32; -1 for none."""
    priors: Any
    """For each language what is said for it before, float64."""
    bytes: Any
    """The byte that leads into each state but the first, uint8."""


_TYPES = {"weights": "h", "moves": "i", "starts": "i", "fallbacks": "i", "found": "i", "priors": "d", "bytes": "B"}


def load(file: Path | None = None) -> Model:
    """The model from its prepared file, or from the library where there is none that was made of it."""
    return read(file or Path(__file__).with_name(PREPARED)) or convert()


def convert() -> Model:
    """The library's model, put into this form."""
    import numpy
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE)
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
    dense = 1 + len(states[1])
    values: dict[str, Any] = {
        "weights": UNIT * model.nb_ptc.astype("float32"),
        "moves": numbers[moves[rows[order[:dense]]]],
        "starts": numpy.concatenate([[0], *counts]).cumsum(),
        "fallbacks": numbers[numpy.concatenate(fallbacks)],
        "found": numpy.array(model.tk_output)[order],
        "priors": UNIT * model.nb_pc.astype("float64"),
        "bytes": numpy.concatenate(bytes_),
    }
    arrays = {
        name: memoryview(values[name].ravel().astype({"B": "uint8", "h": "int16", "i": "int32", "d": "float64"}[code]))
        for name, code in _TYPES.items()
    }
    return Model(model.nb_classes, dense, **arrays)


def write(file: Path, model: Model) -> None:
    """Write the prepared file: a head that says what it was made of and how long its arrays are, then these."""
    sizes = [memoryview(getattr(model, name)).nbytes for name in _TYPES]
    head = json.dumps([_made_of(), list(model.languages), model.dense, sizes]).encode()
    parts: list[Any] = [_HEAD.pack(len(head)) + head, *(memoryview(getattr(model, name)).cast("B") for name in _TYPES)]
    new = file.with_name(f"{file.name}.{os.getpid()}")
    with new.open("wb") as out:
        for part in parts:
            out.write(part)
            out.write(bytes(-out.tell() % _ALIGN))
    new.replace(file)


def read(file: Path) -> Model | None:
    """The model in a prepared file, of which pages are read as they are needed and shared by all processes of a machine;
    None for a file that is not there or was made of another version of the library, or elsewhere, or is not whole."""
    try:
        with file.open("rb") as opened:
            data = memoryview(mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_COPY))  # writable, as Cython's views ask
    except (OSError, ValueError):  # not there, or empty
        return None
    try:
        [length] = _HEAD.unpack_from(data)
        made_of, languages, dense, sizes = json.loads(bytes(data[_HEAD.size : _HEAD.size + length]))
    except (struct.error, ValueError):
        return None
    arrays, at = dict[str, Any](), _aligned(_HEAD.size + length)
    if made_of != _made_of():
        return None
    for (name, code), size in zip(_TYPES.items(), sizes, strict=True):
        arrays[name] = data[at : at + size].cast(code)  # type: ignore[call-overload]
        at = _aligned(at + size)
    if at != len(data):
        return None
    return Model(languages, dense, **arrays)


def _aligned(at: int) -> int:
    return at + -at % _ALIGN


def _made_of() -> str:
    """What a prepared file holds for: this form of it, the library's version, the order of bytes and their number."""
    return f"form 1, py3langid {version('py3langid')}, {sys.byteorder}, {array('i').itemsize} bytes"
