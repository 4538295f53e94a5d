"""Dates as pages state them, for machines and for people, as ISO 8601 with the precision that is known.

None is guessed at: what names no day, month or year as it stands, or a day that its language leaves open, is no date.
"""

import calendar
import re
from collections.abc import Iterator, Mapping
from functools import cache

import cython

from harvester.extraction.lexicon import load_words
from harvester.types import EPOCH

_FIRST_YEAR = 1700
"""Of what a page declares; `0001-01-01` and `1900-01-01` stand for no date."""
_NO_DATES = ("1970-01-01", "1969-12-31", "1900-01-01")
"""Where the clocks of programs begin."""
_NO_YEAR = 2100
"""Later ones are nobody's, even where it is not known when the page was captured."""
_FIRST_YEAR_SHOWN = 1990
"""Of a date in the visible text, where older ones tell of what the text is about."""
_EARLIEST_ZONE = 14 * 3600
"""Seconds by which a clock on Kiribati is ahead of UTC: a date without a zone may be that much after the capture."""
_CLOCK = r"(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
_ISO = re.compile(rf"\s*(\d{{4}})(?:([-/.]?)(\d{{1,2}})\2(\d{{1,2}}){_CLOCK}|[-/](\d{{1,2}}))?(?![\d-])", re.I)
_AFTER_DAY = re.compile(r",?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?", re.I)
_EAST = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]?")
_NUMBERS = re.compile(r"(?<![\d/.\-:])(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4})(?![\d/])")
_YEAR_FIRST = re.compile(r"(?<![\d/.\-:])(\d{4})([-/.])\s?(\d{1,2})\2\s?(\d{1,2})(?!\d)")
_YEAR = re.compile(r"\d{4}")
_RUN = re.compile(r"\w+")
_FIGURES = re.compile(r"\d([./-])\s?\d{1,2}\1\s?\d")
"""What stands in every date that is written in figures alone."""
_SHORT = re.compile(r"(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{2})(?![\d.:])")
"""`25.04.24`, as in German; other marks leave open which figure is the year."""
_UNITED_STATES = ("en-us", "en")
"""Month before day is usual there, and only there; much that says `en` alone comes from there."""


def stated(value: str, captured: str, language: str | None = None) -> str | None:
    """What a date that is declared as such says: to the year, month, day or second. None for what is none, is before
    1700 or after the capture (unless that is EPOCH)."""
    value = value[:100].strip()
    found = _iso(value) or next(_named(value), None) or next(_numeric(value, language), None)
    return found if found and _credible(found, captured, _FIRST_YEAR) else None


def shown(text: str, captured: str, language: str | None = None, *, first: int = _FIRST_YEAR_SHOWN) -> list[str]:
    """The days that a line of text names, in its order, each once; to the day, from `first` to the capture."""
    text = text[:1_000]
    if not _has_figures(text):
        return []
    found = [*_named(text), *_numeric(text, language)]
    days = dict.fromkeys(day[:10] for day in found if len(day) >= 10)
    return [day for day in days if _credible(day, captured, first)]


@cython.cfunc
def _has_figures(text: str) -> cython.bint:
    """Whether figures enough for a date stand in a text, two of them together."""
    figures: cython.Py_ssize_t = 0
    two: cython.bint = False
    after: cython.bint = False
    for char in text:
        if "0" <= char <= "9" or (char > "\x7f" and char.isdecimal()):
            figures += 1
            two = two or after
            after = True
        else:
            figures += char > "\x7f" and char.isdigit()
            after = False
    return two and figures >= 5


def _iso(value: str) -> str | None:
    match = _ISO.match(value)
    if match is None:
        return None
    year, _, month, day, hour, minute, second, zone, only_month = match.groups()
    if month is None:
        if only_month is not None:
            return f"{year}-{int(only_month):02}" if 1 <= int(only_month) <= 12 else None
        return year if len(value) == 4 else None
    if len(month) != 2 and not match[2]:
        return None
    written = _day(year, month, day)
    return written + _clock(hour, minute, second, zone) if written else None


@cache
def month_names() -> Mapping[str, int]:
    """Numbers of the months by their names and short names, lower case."""
    words = load_words()
    return {
        name: int(number)
        for months in (words.more_months, words.months)
        for number, names in months.items()
        for name in names
    }


@cache
def _month_beginnings() -> frozenset[str]:
    """Each name up to the first character that stands in no word, which is all of most."""
    return frozenset(_RUN.findall(name)[0] for name in month_names())


@cache
def _written() -> re.Pattern[str]:
    """`8 March 2026`, `8. März 2026`, `8 de marzo de 2026`, `March 8th, 2026`, `8-Mar-2026`."""
    by_first: dict[str, list[str]] = {}
    for name in sorted(month_names(), key=len, reverse=True):
        by_first.setdefault(name[0], []).append(re.escape(name[1:]))
    # Grouped by their first letters: each name by itself would be tried wherever a word begins.
    names = "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in by_first.items())
    joint = r"(?:\s+|\s?[-/]\s?)(?:de\s+|del\s+|di\s+|d['’])?"
    day = r"(?P<{}>\d{{1,2}})(?:st|nd|rd|th|er|º|ª|\.)?"
    return re.compile(
        rf"(?<![\w/.:-])(?=\w)(?:{day.format('before')}{joint}(?P<month>{names})\b\.?,?{joint}"
        rf"|(?P<first>{names})\b\.?\s+{day.format('after')}(?:,\s*|\s+))(?P<year>\d{{4}})(?!\d)",
        re.I,
    )


def _named(text: str) -> Iterator[str]:
    if not _YEAR.search(text):  # most texts: the names of months are many
        return
    for match in _EAST.finditer(text):
        if day := _day(*match.groups()):
            yield day
    if _month_beginnings().isdisjoint(
        _RUN.findall(text.lower())
    ):  # most of these: the pattern tries every name anywhere
        return
    for match in _written().finditer(text):
        month = month_names().get((match["month"] or match["first"]).lower())
        if month and (day := _day(match["year"], str(month), match["before"] or match["after"])):
            clock = _AFTER_DAY.match(text, match.end())
            yield day + _clock(*clock.groups()) if clock else day


def _numeric(text: str, language: str | None) -> Iterator[str]:
    if not _FIGURES.search(text):
        return
    for match in _YEAR_FIRST.finditer(text):
        if day := _day(match[1], match[3], match[4]):
            yield day
    for match in _SHORT.finditer(text):
        if day := _day(f"20{match[3]}", match[2], match[1]):
            yield day
    for match in _NUMBERS.finditer(text):
        one, mark, two, year = match.groups()
        a, b = int(one), int(two)
        if a == b or a > 12 or mark == ".":
            day, month = one, two
        elif b > 12:
            day, month = two, one
        elif (language or "").lower() in _UNITED_STATES or not language:
            continue
        else:
            day, month = one, two
        if found := _day(year, month, day):
            yield found


def _day(year: str, month: str, day: str) -> str | None:
    if not 1 <= int(month) <= 12 or int(year) < 1:
        return None
    if not 1 <= int(day) <= calendar.monthrange(int(year), int(month))[1]:
        return None
    return f"{int(year):04}-{int(month):02}-{int(day):02}"


def _clock(hour: str | None, minute: str | None, second: str | None, zone: str | None) -> str:
    if hour is None or minute is None or int(hour) > 23 or int(minute) > 59 or int(second or 0) > 59:
        return ""
    zone = (zone or "").upper()
    zone = "Z" if zone in ("Z", "UTC", "GMT") else f"{zone[:3]}:{zone[-2:]}" if zone else ""
    return f"T{int(hour):02}:{minute}:{second or '00'}{zone}"


def _credible(found: str, captured: str, first: int) -> bool:
    if not first <= int(found[:4]) < _NO_YEAR or found.startswith(_NO_DATES):
        return False
    return captured == EPOCH or seconds(found) <= seconds(captured) + (0 if len(found) > 19 else _EARLIEST_ZONE)


def seconds(moment: str) -> int:
    """Seconds since 1970 of a date in the forms that are written here; of a month or a year, of its beginning."""
    year, month, day = (int(part) for part in (moment[:10] + "-01-01"[len(moment[:10]) - 4 :]).split("-")[:3])
    hour, minute, second = (int(part) for part in (moment[11:19] or "00:00:00").split(":"))
    zone = moment[19:]
    offset = int(f"{zone[0]}1") * (int(zone[1:3]) * 3600 + int(zone[4:]) * 60) if zone not in ("", "Z") else 0
    return calendar.timegm((year, month, day, hour, minute, second)) - offset
