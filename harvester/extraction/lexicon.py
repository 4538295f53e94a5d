"""Word lists: what a word, a line or the opening of a line is a sign of; read once a process from the package's own data."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from importlib.resources import files

import msgspec

from harvester.types import Frozen


class Lexicon:
    """The word lists as tables, for features: what a word, a whole line or a line's opening is a sign of.

    `words` has bits: 1 for a word of sharing, 2 of navigation, 4 of a date. `signs` has these too, and 8 and 16 for words that
    a line or an opening of the lists begins with.
    """

    def __init__(self, words: "Words") -> None:
        self.words: dict[str, int] = {}
        dates = words.date_words.union(*words.months.values())
        for bit, names in enumerate((words.share, words.navigation, dates)):
            for name in names:
                self.words[name] = self.words.get(name, 0) | 1 << bit
        self.lines = _numbered((words.label, words.tail, words.notes_heading))
        self.openings = _numbered(
            (
                words.related,
                words.biography,
                words.credit,
                words.byline,
                words.translator,
                words.provenance,
                words.promo_phrases,
            )
        )
        self.longest = max(len(opening.split()) for opening in self.openings)
        self.longest_line = max(len(line.split()) for line in self.lines)
        self.signs = {**self.words}
        for bits, entries in ((8, self.lines), (16, self.openings)):
            for entry in entries:
                first = entry.split()[0]
                self.signs[first] = self.signs.get(first, 4 if first.isdigit() else 0) | bits


def _numbered(lists: Iterable[Iterable[str]]) -> dict[str, int]:
    """Each entry with the number of the first list that has it."""
    found: dict[str, int] = {}
    for number, entries in enumerate(lists, 1):
        for entry in entries:
            found.setdefault(entry, number)
    return found


class Words(Frozen, forbid_unknown_fields=True, dict=True):
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
    signed: tuple[str, ...]
    edited: frozenset[str]
    labels: frozenset[str]
    signed_joined: frozenset[str]
    roles: frozenset[str]
    organisations: frozenset[str]
    nobody: frozenset[str]
    everybody: tuple[str, ...]
    issued: tuple[str, ...]
    changed: tuple[str, ...]
    released: tuple[str, ...]
    author_hints: frozenset[str]
    poster_hints: frozenset[str]
    other_hints: frozenset[str]
    date_hints: frozenset[str]
    subtitle_hints: frozenset[str]
    undated_paths: frozenset[str]
    subject_paths: frozenset[str]
    list_paths: frozenset[str]
    months: Mapping[str, frozenset[str]]
    more_months: Mapping[str, frozenset[str]]

    @cached_property
    def lexicon(self) -> Lexicon:
        """The word lists as tables."""
        return Lexicon(self)

    def month(self, word: str) -> int | None:
        """The number of the month a word names."""
        return next((int(number) for number, names in self.months.items() if word in names), None)


@cache
def load_words() -> Words:
    """The word lists that ship with the package."""
    text = (files("harvester.extraction") / "weights" / "words.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), Words)
