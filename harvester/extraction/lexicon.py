"""The word lists that the rules use, read once a process from the package's own data."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

import msgspec

from harvester.types import Frozen


class Weights(Frozen, forbid_unknown_fields=True):
    """What the judgement of blocks rests on besides the page: word lists in lower case, by what they mark."""

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


@cache
def load_weights(folder: Path | None = None) -> Weights:
    """The weights in a folder; those that ship with the package by default."""
    source = folder or files("harvester.extraction") / "weights"
    text = (source / "words.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), Weights)
