"""Values that pages declare, made clean: titles without the site's name, names of people, dates, addresses, languages.

A value that is not what it should be becomes nothing; none is guessed at.
"""

import calendar
import html
import re
from collections.abc import Iterable, Sequence
from urllib.parse import urljoin, urlsplit

from harvester.extraction.words import words
from harvester.types import EPOCH

KEYWORD_BORDER = re.compile(r"[,;、，]")
_FIRST_YEAR = 1990
_EARLIEST_ZONE = 14 * 3600
"""Seconds by which a clock on Kiribati is ahead of UTC: a date without a zone may be that much after the capture."""
_TAG = re.compile(r"<[^<>]{0,500}>")
_SEPARATOR = re.compile(r"\s+(?:[|\-–—•·»«:>/]|::|\|\|)\s+|\s*[|｜»]\s*|:\s+")
_WORDS = re.compile(r"[^\W_]+")
_DATE = re.compile(
    r"\s*(\d{4})([-/.]?)(\d{2})\2(\d{2})"
    r"(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?(?!\d)",
    re.I,
)
_WRITTEN = re.compile(
    r"\s*(?:[a-z]{3,9},?\s+)?(?:(\d{1,2})(?:st|nd|rd|th)?\s+([a-z]{3,9})\.?,?|([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?)"
    r"\s+(\d{4})(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?(?!\d)",
    re.I,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_BY = re.compile(
    r"(?:written by|words by|by|von|por|par|door|text|author|autor|автор|作者)\s*[:：]\s*"
    r"|(?:[Bb][Yy]|Von|Por|Par|Door)\s+"
)
_AND = re.compile(r"\s*[;|]\s*|\s+(?:and|und|et|y|e|en|och|og|i|и|&)\s+|\s*[,、，]\s*(?:and\s+|und\s+)?")
_E_MAIL = re.compile(r"[(<\[]?[^\s@]+@[^\s@]+\.[^\s@]+[)>\]]?")
_BRACKETED = re.compile(r"[(（][^()（）]{0,40}[)）]")
_CREDENTIALS = re.compile(
    r"(?:Ph\.?D|M\.?D|M\.?Sc|M\.?A|B\.?A|B\.?Sc|RN|R\.?D|MPH|MBA|J\.?D|Jr|Sr|II|III|Esq|CFP|CPA|D\.?O|DDS|DVM)\.?"
)
_NOBODY = {
    "admin", "administrator", "anonymous", "author", "contributor", "contributors", "editor", "false", "guest", "n/a",
    "na", "no author", "none", "null", "root", "staff", "true", "undefined", "unknown", "user", "webmaster",
}  # fmt: skip
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")


def text(value: str, limit: int = 5000) -> str:
    """Markup and character references undone, white space folded, at most `limit` characters."""
    plain = _TAG.sub("", html.unescape(value[: 4 * limit])) if "&" in value or "<" in value else value[: 4 * limit]
    return " ".join(plain.replace("\ufffd", "").split())[:limit].rstrip()


def title(value: str, sites: Sequence[str], headings: Iterable[str]) -> str:
    """A title without the site's name before or behind it, or the heading that is one of its parts.

    `sites` are names of the site, and labels of its host.
    """
    whole = text(value, 1000)
    borders = [match.span() for match in _SEPARATOR.finditer(whole)]
    for heading in headings:
        if len(heading) > 4 and any(heading.casefold() in _parts(whole, border) for border in borders):
            return heading
    known = [name for site in sites if len(name := _letters(site)) > 3]
    for start, end in reversed(borders):
        before, after = whole[:start].strip(), whole[end:].strip()
        if before and _names_site(after, known):
            return before
        if after and _letters(before) in known:
            return after
    return whole


def shares_words(value: str, others: Iterable[str]) -> bool:
    """Whether half of the words of the shorter of two titles stand in the other, for any of the others."""
    mine = set(words(text(value, 1000)))
    for other in others:
        theirs = set(words(text(other, 1000)))
        if mine and theirs and 2 * len(mine & theirs) >= min(len(mine), len(theirs)):
            return True
    return False


def _parts(whole: str, border: tuple[int, int]) -> tuple[str, str]:
    return whole[: border[0]].casefold(), whole[border[1] :].casefold()


def _letters(name: str) -> str:
    return "".join(_WORDS.findall(name.casefold()))


def _names_site(part: str, known: Iterable[str]) -> bool:
    letters = _letters(part)
    return any(letters == name or (letters.startswith(name) and len(letters) < 3 * len(name)) for name in known)


def names(values: Iterable[str]) -> tuple[str, ...]:
    """Names of people, each once, at most 50: no `By`, no initials in brackets, e-mail, handle or address."""
    out: dict[str, str] = {}
    for value in values:
        for name in _persons(text(value, 500)):
            if _is_name(name):
                out.setdefault(name.casefold(), name)
    return tuple(out.values())[:50]


def turned(value: str) -> str:
    """`Doe, Jane`, as library catalogues write it, as `Jane Doe`."""
    last, comma, first = value.partition(",")
    return f"{first.strip()} {last.strip()}" if comma and "," not in first else value


def _persons(value: str) -> list[str]:
    match = _BY.match(value)
    bare = _BRACKETED.sub(" ", _E_MAIL.sub(" ", value[match.end() :] if match else value))
    parts = [part.strip(" -–—") for part in _AND.split(" ".join(bare.split()))]
    parts = [part for part in parts if part and not _CREDENTIALS.fullmatch(part)]
    # Places, agencies and desks stand behind commas too: of several parts those of two words are the names.
    full = [part for part in parts if " " in part or not part.isascii()]
    return full or [" ".join(bare.split()).strip(" ,;|-–—")]


def _is_name(name: str) -> bool:
    if not 2 <= len(name) <= 100 or name.casefold() in _NOBODY or (" " not in name and "." in name):
        return False
    return not re.search(r"[/\\@{}<>\[\]=:]|www\.|\d{3}", name) and any(letter.isalpha() for letter in name)


def date(value: str, captured: str) -> str | None:
    """A date, with its time where that is given, as ISO 8601; None before 1990, after the capture or if unreadable."""
    value = value[:100]
    if match := _DATE.match(value):
        year, _, month, day, *clock = match.groups()
    elif (match := _WRITTEN.match(value)) and (name := (match[2] or match[3])[:3].lower()) in _MONTHS:
        year, month, day = match[5], f"{_MONTHS.index(name) + 1:02}", f"{int(match[1] or match[4]):02}"
        clock = [*match.groups()[5:]]
    else:
        return None
    if not 1 <= int(month) <= 12 or int(year) < _FIRST_YEAR:
        return None
    if not 1 <= int(day) <= calendar.monthrange(int(year), int(month))[1]:
        return None
    found = f"{year}-{month}-{day}{_clock(*clock)}"
    return found if captured == EPOCH or _seconds(found) <= _seconds(captured) + _slack(found) else None


def _clock(hour: str | None, minute: str | None, second: str | None, zone: str | None) -> str:
    if hour is None or minute is None or int(hour) > 23 or int(minute) > 59 or int(second or 0) > 59:
        return ""
    zone = (zone or "").upper()
    zone = "Z" if zone in ("Z", "UTC", "GMT") else f"{zone[:3]}:{zone[-2:]}" if zone else ""
    return f"T{int(hour):02}:{minute}:{second or '00'}{zone}"


def _seconds(moment: str) -> int:
    """Seconds since 1970 of a date that `date` writes."""
    year, month, day = (int(part) for part in moment[:10].split("-"))
    hour, minute, second = (int(part) for part in (moment[11:19] or "00:00:00").split(":"))
    zone = moment[19:]
    offset = int(f"{zone[0]}1") * (int(zone[1:3]) * 3600 + int(zone[4:]) * 60) if zone not in ("", "Z") else 0
    return calendar.timegm((year, month, day, hour, minute, second)) - offset


def _slack(moment: str) -> int:
    return 0 if len(moment) > 19 else _EARLIEST_ZONE


def address(value: str, base: str | None) -> str | None:
    """An absolute http(s) address, joined to the page's where it is relative; None for others."""
    value = "".join(value.split())
    try:
        joined = urljoin(base, value) if base and base.startswith("http") else value
        parts = urlsplit(joined)
        host = parts.hostname
    except ValueError:  # brackets that are no IPv6 address
        return None
    return joined if value and parts.scheme in ("http", "https") and host and len(joined) <= 2048 else None


def host_labels(url: str | None) -> list[str]:
    """The labels of a host that may name the site: `forum`, `doom9` for `https://forum.doom9.org/x`."""
    host = urlsplit(url).hostname if url and address(url, None) else None
    return [label for label in (host or "").split(".")[:-1] if label != "www"]


def language(value: str) -> str | None:
    """A language tag, `pt_br` as `pt-BR`; None where it is none."""
    value = value.strip()
    if not _LANGUAGE.fullmatch(value):
        return None
    first, *rest = value.replace("_", "-").split("-")
    return "-".join([first.lower(), *(part.upper() if len(part) == 2 else part for part in rest)])


def tags(values: Iterable[str]) -> tuple[str, ...]:
    """Keywords, each once, at most 100 of at most 100 characters."""
    out: dict[str, str] = {}
    for value in values:
        tag = text(value, 200).lstrip("#")
        if 0 < len(tag) <= 100:
            out.setdefault(tag.casefold(), tag)
    return tuple(out.values())[:100]
