"""Dates as pages state them, for machines and for people, as ISO 8601 with the precision that is known.

None is guessed at: what names no day, month or year as it stands, or a day that its language leaves open, is no date.
"""

import calendar
import re
from collections.abc import Mapping, Sequence
from functools import cache

import cython

from harvester.extraction.lexicon import load_words
from harvester.types import EPOCH, Block

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
_WORD = re.compile(r"[^\W\d_]+")
_SHORT = re.compile(r"(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{2})(?![\d.:])")
"""`25.04.24`, as in German; other marks leave open which figure is the year."""
_YEAR, _FIGURES, _DAY_FIRST = 1, 2, 4
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_UNITED_STATES = ("en-us", "en")
"""Month before day is usual there, and only there; much that says `en` alone comes from there."""


def stated(value: str, captured: str, language: str | None = None) -> str | None:
    """What a date that is declared as such says: to the year, month, day or second. None for what is none, is before
    1700 or after the capture (unless that is EPOCH)."""
    value = value[:100].strip()
    found = _iso(value)
    if found is None:
        for day in [*_eastern(value), *_named(value)] or _numeric(value, language):
            found = day
            break
    return found if found and _credible(found, captured, _FIRST_YEAR) else None


def shown(text: str, captured: str, language: str | None = None, *, first: int = _FIRST_YEAR_SHOWN) -> list[str]:
    """The days that a line of text names, in its order, each once; to the day, from `first` to the capture."""
    text = text[:1_000]
    signs = _signs(text)
    return _shown(text, signs, captured, language, first) if signs else []


def shown_in(blocks: Sequence[Block], longest: int, captured: str, language: str | None) -> list[Sequence[str]]:
    """For each block the days that it names as `shown` gives them; none for one with more than `longest` characters."""
    found: list[Sequence[str]] = []
    text: str
    for block in blocks:
        text = block.text
        signs = _signs(text) if len(text) <= longest else 0
        found.append(_shown(text, signs, captured, language, _FIRST_YEAR_SHOWN) if signs else ())
    return found


@cython.cfunc
def _shown(text: str, signs: cython.int, captured: str, language: str | None, first: cython.int) -> list[str]:
    found = _eastern(text) if signs & _YEAR else []
    if signs & _DAY_FIRST:
        found += _named(text)
    if signs & _FIGURES:
        found += _numeric(text, language)
    days = dict.fromkeys([day[:10] for day in found if len(day) >= 10])
    return [day for day in days if _credible(day, captured, first)]


@cython.cfunc
def _signs(text: str) -> cython.int:
    """What dates there may be in a text: `_YEAR` for such as name a year of four figures, `_DAY_FIRST` for such as name a
    day before it, of one figure or two, `_FIGURES` for such as are written in figures alone. Nothing for a text with fewer
    than five figures, or of which no two stand together."""
    figures: cython.Py_ssize_t = 0
    marks: cython.Py_ssize_t = 0
    together: cython.Py_ssize_t = 0
    most: cython.Py_ssize_t = 0
    day: cython.bint = False
    day_first: cython.bint = False
    for char in text:
        if not together and (char == " " or "9" < char < "\x80"):  # most are such
            continue
        if "0" <= char <= "9" or (char > "\x7f" and char.isdecimal()):
            figures += 1
            together += 1
            most = max(most, together)
        else:
            marks += together > 0 and (char == "." or char == "/" or char == "-")
            figures += char > "\x7f" and char.isdigit()
            day_first = day_first or (day and together == 4)
            day = day or 0 < together < 3
            together = 0
    if most < 2 or figures < 5:
        return 0
    day_first = day_first or (day and together == 4)
    return (_YEAR if most >= 4 else 0) | (_DAY_FIRST if day_first else 0) | (_FIGURES if marks > 1 else 0)


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
def _written() -> re.Pattern[str]:
    """`8 March 2026`, `8. März 2026`, `8 de marzo de 2026`, `March 8th, 2026`, `8-Mar-2026`.

    Any word stands for the name of a month: to look it up afterwards takes a fraction of the time of a pattern of all names.
    """
    others = sorted([name for name in month_names() if not _WORD.fullmatch(name)], key=len, reverse=True)
    names = "|".join([*map(re.escape, others), _WORD.pattern])
    joint = r"(?:\s+|\s?[-/]\s?)(?:de\s+|del\s+|di\s+|d['’])?"
    day = r"(?P<{}>\d{{1,2}})(?:st|nd|rd|th|er|º|ª|\.)?"
    return re.compile(
        rf"(?<![\w/.:-])(?=\w)(?:{day.format('before')}{joint}(?P<month>{names})\b\.?,?{joint}"
        rf"|(?P<first>{names})\b\.?\s+{day.format('after')}(?:,\s*|\s+))(?P<year>\d{{4}})(?!\d)",
        re.I,
    )


def _eastern(text: str) -> list[str]:
    found: list[str] = []
    if "年" in text or "년" in text:
        for match in _EAST.finditer(text):
            if day := _day(match[1], match[2], match[3]):
                found.append(day)
    return found


def _named(text: str) -> list[str]:
    found: list[str] = []
    for match in _written().finditer(text):
        month = month_names().get((match["month"] or match["first"]).lower())
        if month and (day := _day(match["year"], str(month), match["before"] or match["after"])):
            clock = _AFTER_DAY.match(text, match.end())
            found.append(day + _clock(*clock.groups()) if clock else day)
    return found


def _numeric(text: str, language: str | None) -> list[str]:
    found: list[str] = []
    for match in _YEAR_FIRST.finditer(text):
        if written := _day(match[1], match[3], match[4]):
            found.append(written)
    for match in _SHORT.finditer(text):
        if written := _day(f"20{match[3]}", match[2], match[1]):
            found.append(written)
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
        if written := _day(year, month, day):
            found.append(written)
    return found


def _day(year: str, month: str, day: str) -> str | None:
    y, m, d = int(year), int(month), int(day)
    if not 1 <= m <= 12 or y < 1 or not 1 <= d <= _DAYS[m - 1] + (m == 2 and calendar.isleap(y)):
        return None
    return f"{y:04}-{m:02}-{d:02}"


def _clock(hour: str | None, minute: str | None, second: str | None, zone: str | None) -> str:
    if hour is None or minute is None or int(hour) > 23 or int(minute) > 59 or int(second or 0) > 59:
        return ""
    zone = (zone or "").upper()
    zone = "Z" if zone in ("Z", "UTC", "GMT") else f"{zone[:3]}:{zone[-2:]}" if zone else ""
    return f"T{int(hour):02}:{minute}:{second or '00'}{zone}"


def _credible(found: str, captured: str, first: int) -> bool:
    if not first <= int(found[:4]) < _NO_YEAR or found.startswith(_NO_DATES):
        return False
    if captured == EPOCH or (len(found) <= 19 and found[:10] < captured[:10]):  # as most are, on an earlier day
        return True
    return seconds(found) <= seconds(captured) + (0 if len(found) > 19 else _EARLIEST_ZONE)


def seconds(moment: str) -> int:
    """Seconds since 1970 of a date in the forms that are written here; of a month or a year, of its beginning."""
    year, month, day = (int(part) for part in (moment[:10] + "-01-01"[len(moment[:10]) - 4 :]).split("-")[:3])
    hour, minute, second = (int(part) for part in (moment[11:19] or "00:00:00").split(":"))
    zone = moment[19:]
    offset = int(f"{zone[0]}1") * (int(zone[1:3]) * 3600 + int(zone[4:]) * 60) if zone not in ("", "Z") else 0
    return calendar.timegm((year, month, day, hour, minute, second)) - offset
