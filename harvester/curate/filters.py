"""Which records are kept: by language, by confidence, and by bounds on the signals of quality.

A preset holds the bounds of a published corpus, as far as they judge a text as a whole; what its authors did to single
lines is not done. Where a signal is undefined for a text (null), its bounds do not hold.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from harvester.errors import InputError, PageError
from harvester.settings import CurateSettings
from harvester.types import Frozen, Quality


class Bound(Frozen):
    """What a signal must be for a text to be kept."""

    signal: str
    relation: Literal[">=", "<="]
    value: float


def _bounds(text: str) -> tuple[Bound, ...]:
    found = list[Bound]()
    for part in filter(None, map(str.strip, re.split("[,;]", text))):
        match = re.fullmatch(r"(\w{1,40})\s{0,9}(>=|<=)\s{0,9}(\d{1,9}(?:\.\d{1,9})?)", part)
        if match is None:
            raise InputError(
                f"curate.bounds: {part!r}: write SIGNAL >= NUMBER or SIGNAL <= NUMBER, such as words >= 50"
            )
        if match[1] not in Quality.__struct_fields__:
            known = ", ".join(Quality.__struct_fields__)
            raise InputError(f"curate.bounds: {match[1]!r} is no signal of quality; they are {known}")
        found.append(Bound(match[1], ">=" if match[2] == ">=" else "<=", float(match[3])))
    return tuple(found)


_C4 = _bounds("sentences >= 3, curly_brackets <= 0, lorem_ipsum <= 0")
_GOPHER = _bounds(
    "words >= 50, words <= 100000, mean_word_length >= 3, mean_word_length <= 10, symbol_words <= 0.1, letter_words >= 0.8,"
    "bullet_lines <= 0.9, ellipsis_lines <= 0.3, stop_words >= 2,"
    "duplicate_lines <= 0.3, duplicate_paragraphs <= 0.3,"
    "duplicate_line_characters <= 0.2, duplicate_paragraph_characters <= 0.2,"
    "top_2gram <= 0.2, top_3gram <= 0.18, top_4gram <= 0.16,"
    "duplicate_5gram <= 0.15, duplicate_6gram <= 0.14, duplicate_7gram <= 0.13, duplicate_8gram <= 0.12,"
    "duplicate_9gram <= 0.11, duplicate_10gram <= 0.1"
)
PRESETS: Mapping[str, tuple[Bound, ...]] = {
    "none": (),
    "c4": _C4,
    "gopher": _GOPHER,
    "fineweb": (
        *_GOPHER,
        *_C4,
        *_bounds("terminal_lines >= 0.12, duplicate_line_characters <= 0.1, short_lines <= 0.67"),
    ),
}
"""C4: Raffel et al. 2020, section 2.2. Gopher: Rae et al. 2021, A1.1 and table A1. FineWeb: Penedo et al. 2024, 3.4 to 3.6,
which has Gopher's and C4's bounds beside its own."""


def bounds_of(settings: CurateSettings) -> tuple[Bound, ...]:
    """The bounds in force: of two for the same side of a signal the last, and those of the user last of all.

    Raises InputError where `curate.bounds` states none.
    """
    stated = (*PRESETS[settings.preset], *_bounds(settings.bounds))
    return tuple({(bound.signal, bound.relation): bound for bound in stated}.values())


def check_language(language: str | None, settings: CurateSettings) -> None:
    """Raises PageError `language` for a text in none of the languages to keep."""
    kept = settings.languages.replace(",", " ").split()
    if kept and (language or "").partition("-")[0].lower() not in kept:
        raise PageError("language", f"language = {language or 'unknown'}; kept are {', '.join(kept)}")


def check_quality(quality: Quality, confidence: float, settings: CurateSettings, bounds: Sequence[Bound]) -> None:
    """Raises PageError `quality`, with the first bound that the text is outside of, its signal and the signal's value."""
    if confidence < settings.min_confidence:
        raise PageError("quality", f"confidence = {confidence}, must be >= {settings.min_confidence}")
    for bound in bounds:
        value = getattr(quality, bound.signal)
        if value is not None and (value < bound.value if bound.relation == ">=" else value > bound.value):
            raise PageError("quality", f"{bound.signal} = {value:g}, must be {bound.relation} {bound.value:g}")
