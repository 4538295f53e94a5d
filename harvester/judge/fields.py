"""How far the metadata of a page agrees with its gold: title, authors as a set, and day. Pure; counts a page and a field.

Titles and names are compared folded: case, punctuation and soft hyphens do not count, nor do degrees behind a name.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from harvester.types import Frozen

FIELDS = ("title", "authors", "date")
_WORD = re.compile(r"\w+")
_BETWEEN = re.compile(r"\s*[,;&|]\s*|\s+(?:and|und|et|y|og|och)\s+")
_DEGREE = re.compile(r"(?:ph ?d|m ?d|m ?s|m ?a|b ?a|m ?sc|b ?sc|r ?n|r ?d|mph|mba|j ?d|cpa|cfp|cfa|dvm|do|dds)")


class Values(Frozen):
    """What is stated of a page, by its gold or by a system."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    date: str | None = None
    """ISO 8601; the day counts."""


class FieldCount(Frozen):
    """One page, one field: whether the gold has it, whether the system found any, whether these are equal."""

    gold: bool
    found: bool
    equal: bool


class FieldSummary(Frozen):
    """Rates over pages, four places; None where no page tells."""

    gold: int
    """Pages whose gold has the field."""
    precision: float | None
    """Of the values found on these, how many equal the gold."""
    recall: float | None
    """Of these pages, on how many the value equals the gold."""
    without: int
    """Pages whose gold has none."""
    invented: float | None
    """On how many of those a value is found."""


def gold_authors(stated: str | None) -> tuple[str, ...]:
    """The names in the gold's text, which parts them by commas or `and`."""
    return tuple(name for name in _BETWEEN.split(stated or "") if name.strip())


def compare(found: Values, gold: Values) -> Mapping[str, FieldCount]:
    """The counts of a page by field."""
    pairs = {
        "title": (folded(found.title), folded(gold.title)),
        "authors": (name_set(found.authors), name_set(gold.authors)),
        "date": ((found.date or "")[:10], (gold.date or "")[:10]),
    }
    return {field: FieldCount(bool(theirs), bool(mine), mine == theirs) for field, (mine, theirs) in pairs.items()}


def summarise_field(counts: Iterable[FieldCount]) -> FieldSummary:
    """The rates of a field over pages."""
    pages = list(counts)
    gold = [page for page in pages if page.gold]
    found = sum(page.found for page in gold)
    equal = sum(page.equal for page in gold)
    invented = sum(page.found for page in pages if not page.gold)
    return FieldSummary(
        gold=len(gold),
        precision=_rate(equal, found),
        recall=_rate(equal, len(gold)),
        without=len(pages) - len(gold),
        invented=_rate(invented, len(pages) - len(gold)),
    )


def folded(text: str | None) -> str:
    """The words of a title or a name, as they are compared."""
    plain = unicodedata.normalize("NFKC", (text or "").replace("\xad", "")).casefold()
    return " ".join(_WORD.findall(plain))


def name_set(names: Iterable[str]) -> frozenset[str]:
    """The names of people, as they are compared; degrees are no names."""
    return frozenset(name for name in map(folded, names) if name and not _DEGREE.fullmatch(name))


def _rate(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
