"""What the judgement rests on besides the page: word lists and trees, read once a process from the package's own data."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

import msgspec

from harvester.errors import InputError
from harvester.extraction import line_features
from harvester.extraction.trees import Forest
from harvester.types import Frozen

_FOLDER = files("harvester.extraction") / "weights"


class Words(Frozen, forbid_unknown_fields=True):
    """Word lists in lower case, by what they mark."""

    share: frozenset[str]
    share_core: frozenset[str]
    navigation: frozenset[str]
    promo: frozenset[str]
    promo_phrases: tuple[str, ...]
    related: tuple[str, ...]
    tail: frozenset[str]
    biography: tuple[str, ...]
    credit: tuple[str, ...]
    byline: tuple[str, ...]
    translator: tuple[str, ...]
    provenance: tuple[str, ...]
    notes_heading: frozenset[str]
    label: frozenset[str]
    footer: tuple[str, ...]
    date_words: frozenset[str]
    hints: frozenset[str]
    comment_hints: frozenset[str]
    months: Mapping[str, frozenset[str]]

    def month(self, word: str) -> int | None:
        """The number of the month a word names."""
        return next((int(number) for number, names in self.months.items() if word in names), None)


class Weights(Words):
    """What the judgement of blocks rests on besides the page."""

    line_forest: Forest
    """Log-odds that a line of flat text is body; columns of `line_features`."""


@cache
def load_weights(folder: Path | None = None) -> Weights:
    """The weights in a folder; those that ship with the package by default.

    Raises InputError where a forest has other columns than the code.
    """
    lines = read_forest(((folder or _FOLDER) / "lines.json").read_bytes(), line_features.COLUMNS, "lines.json")
    return Weights(**msgspec.structs.asdict(load_words()), line_forest=lines)


@cache
def load_words() -> Words:
    """The word lists alone, which is all that training needs."""
    return msgspec.convert(tomllib.loads((_FOLDER / "words.toml").read_text("utf-8")), Words)


def read_forest(data: bytes, columns: tuple[str, ...], name: str) -> Forest:
    """A forest from its JSON, over exactly these columns. Raises InputError."""
    forest = msgspec.json.decode(data, type=Forest)
    if forest.columns != columns:
        odd = sorted({*forest.columns} ^ {*columns}) or ["their order"]
        raise InputError(f"{name}: grown over other columns than this version measures ({odd[0]}): train it again")
    return forest
