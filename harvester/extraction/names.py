"""Names of people as pages give them, made clean and told from names of organisations.

A text that names several people is taken apart; one that is neither a name of a person nor of an organisation becomes
nothing. What tells the two apart are the words of `weights/words.toml`, and what the page says of its site.
"""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import cache

from harvester.extraction.dates import month_names
from harvester.extraction.lexicon import load_words
from harvester.extraction.titles import letters
from harvester.extraction.values import text
from harvester.types import Frozen

_MOST = 50
"""Names of a page."""
_MOST_LETTERS = 1_000
"""Of a text that names people."""
_AND = r"and|und|et|y|e|en|och|og|i|и|та|ja|ve|và|&|\+"
_BORDER = re.compile(
    rf"\s*[;|•·⋅●/、，；]\s*|\s+[-–—]\s+|\s*,\s*(?:(?:{_AND})\s+)?|\s+(?:{_AND}|with|mit|avec|con)\s+|\s{{3,}}", re.I
)
_LONG_SITE = 10
"""Letters of a site's name that no person's begins with."""
_ADDRESS = re.compile(r"\s*(?:https?:|www\.|/|@)", re.I)
_E_MAIL = re.compile(r"[(<\[]?[^\s@<>()\[\]]{1,64}@[^\s@<>()\[\]]{1,200}[)>\]]?")
_BRACKETED = re.compile(r"\s*[(（\[【][^()（）\[\]【】]{0,60}[)）\]】]")
_CREDENTIALS = re.compile(
    r"(?:Ph\.?\s?D|Psy\.?D|M\.?D|M\.?S|M\.?Sc|M\.?A|B\.?A|B\.?S|B\.?Sc|R\.?N|R\.?D|R\.?D\.?N|L\.?D|MPH|MBA|MSN|MSW|LCSW|J\.?D|LL\.?M"
    r"|Jr|Sr|II|III|IV|Esq|CF[APE]|CFP®?|CPA|CPP|PSP|CSCS|CPT|D\.?O|DDS|DMD|DV?M|VMD|DACVB|FACP|FAND|FOMA|DABOM|PE|PT|DPT|OTR|LVT)\.?®?"
)
_NOT_IN_NAMES = re.compile(r"[/\\@{}<>=#*%$€£\"“”„?!|:]|https?:|www\.")
_NUMBER = re.compile(r"\d{3}")
_SMALL = frozenset(
    [
        "da",
        "de",
        "del",
        "della",
        "der",
        "den",
        "di",
        "do",
        "dos",
        "das",
        "du",
        "el",
        "la",
        "le",
        "van",
        "von",
        "vom",
        "zu",
        "zur",
        "ten",
        "ter",
        "bin",
        "ibn",
        "al",
        "el",
        "und",
        "y",
        "e",
        "af",
        "av",
        "o'",
    ]
)
"""Words inside a name that need no capital."""
_PARTICLES = frozenset(
    ["af", "aus", "av", "da", "de", "del", "di", "na", "par", "per", "text", "texto", "theo", "van", "von"]
)
"""Words that stand before names and in them: `De Niro`, `De Ann Lee`."""


class Named(Frozen):
    """Whom a page names."""

    people: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()


def named(values: Iterable[str], sites: Sequence[str] = (), *, nicks: bool = True, trusted: bool = False) -> Named:
    """The people and the organisations that texts name, each once, in their order; 50 at most.

    No `By`, no brackets, no e-mail, no handle, no address, no degree. A name that is one of `sites` is an organisation's.
    Without `nicks` a name has the shape of a person's: two words or more, most of them capitalised. What is `trusted` to
    be a name may have figures and points in it.
    """
    known: Set[str] | None = None
    people: dict[str, str] = {}
    organisations: dict[str, str] = {}
    for number, value in enumerate(values):
        if number >= 2 * _MOST or len(people) >= _MOST:
            break
        for name in _persons(text(value, _MOST_LETTERS)):
            if not _is_name(name, trusted=trusted):
                continue
            if known is None:  # most texts name nobody
                known = {letters(site) for site in sites}
            name = _without_site(name, known)
            key = name.casefold()
            if _is_site(name, known) or is_organisation(name):
                organisations.setdefault(key, name)
            elif nicks or has_shape(name):
                people.setdefault(key, name)
    return Named(tuple(people.values())[:_MOST], tuple(organisations.values())[:_MOST])


def whole(values: Iterable[str]) -> tuple[str, ...]:
    """Names of organisations, each as it stands; 50 at most."""
    found = [text(value, 200) for _, value in zip(range(_MOST), values, strict=False)]
    return tuple(dict.fromkeys(n for n in found if 2 <= len(n) <= 100 and not _ADDRESS.match(n) and not _is_nobody(n)))


def are_sites(found: Iterable[str], sites: Sequence[str]) -> bool:
    """Whether all of the names are names of the site."""
    known = {letters(site) for site in sites}
    return all(_is_site(name, known) for name in found)


def are_like_people(found: Iterable[str]) -> bool:
    """Whether all of the names have the shape of a person's, and no word of an organisation's."""
    return all(has_shape(name) and not is_organisation(name) for name in found)


def _without_site(name: str, known: Set[str]) -> str:
    """A person's name without that of the site behind it: `Jane Doe MILL NEWS`."""
    tokens = name.split()
    ends = next((end for end in range(2, len(tokens)) if letters("".join(tokens[end:])) in known), len(tokens))
    return " ".join(tokens[:ends])


def _is_site(name: str, known: Set[str]) -> bool:
    """Whether a name is one of the site's, begins with a long one or with one in capitals (`MDR THÜRINGEN`), or is
    shortened to one."""
    whole = letters(name)
    if whole in known or any(len(site) >= _LONG_SITE and whole.startswith(site) for site in known):
        return True
    tokens = name.split()
    if len(tokens) > 1 and name.isupper() and letters(tokens[0]) in known:
        return True
    return len(tokens) > 1 and "".join(token[0] for token in tokens).casefold() in known


def turned(value: str) -> str:
    """`Doe, Jane`, as library catalogues write it, as `Jane Doe`."""
    last, comma, first = value.partition(",")
    return f"{first.strip()} {last.strip()}" if comma and "," not in first else value


def without_opening(value: str) -> str:
    """A byline without the words before the name; the text as it is where there are none."""
    lowered = value.lower()
    for opening in _openings_by_first().get(lowered[:1], ()):
        if lowered.startswith(opening):
            rest = value[len(opening) :]
            if rest.startswith(("-", "'", "’")):
                continue
            bare = rest.lstrip(" \u00a0:：.–—-|/")
            if not bare or (
                rest[:1].isalpha() and opening[-1].isalpha() and opening.isascii() and not rest[0].isupper()
            ):
                continue
            joined = opening in load_words().signed_joined or (opening == "by" and rest[:1].isupper())
            if rest[:1].isalnum() and not joined:
                continue
            if opening in _PARTICLES and (" " not in bare.partition(",")[0] or not bare[0].isupper()):
                continue
            return without_opening(bare)
    return value


def is_opening(value: str) -> bool:
    """Whether a text is the words before a name, and no name."""
    return value.lower().strip(" :：") in _all_openings()


def is_organisation(name: str) -> bool:
    """Whether a word of a name says that it is an organisation's: `Mill News`, `Redaktion`, `dpa`."""
    marks = load_words().organisations
    tokens = re.findall(r"[^\W_]+", name.casefold())
    return any(token in marks for token in tokens) or any(
        name.endswith(mark) for mark in ("新聞", "新闻", "編集部", "뉴스")
    )


def has_shape(name: str) -> bool:
    """Whether a text has the shape of a person's name: two to six words, most of them capitalised; or, in a script
    without capitals, one to four."""
    parts = name.split()
    first = name[:1]
    if first.lower() == first.upper():
        return first.isalpha() and 2 <= len(name) <= 20 and len(parts) <= 4
    capitals = sum(part[:1].isupper() or part[:1].lower() == part[:1].upper() for part in parts)
    small = sum(part.lower() in _SMALL for part in parts)
    return 2 <= len(parts) <= 6 and first.isupper() and capitals + small == len(parts) and len(name) <= 60


def _persons(value: str) -> list[str]:
    value = value.strip()
    if _ADDRESS.match(value):
        return []
    if value[:1] in "(（[【" and value[-1:] in ")）]】":
        value = value[1:-1]
        if ":" in value:  # of an image: `(Photo: Jane Doe)`
            return []
    bare = _BRACKETED.sub("", _E_MAIL.sub(" ", without_opening(value)))
    parts = [_name_of(part) for part in _BORDER.split(bare)]
    parts = [part for part in parts if part and not _CREDENTIALS.fullmatch(part) and _is_name(part, trusted=True)]
    # Places, agencies and desks stand behind commas too: of several parts those of two words are the names.
    full = [part for part in parts if " " in part or not part.isascii() or is_organisation(part)]
    return full or (parts[:1] if "," in bare else parts[:3])


def _name_of(part: str) -> str:
    """A part without an opening of its own, without what is said of the person behind, without degrees."""
    part = part.strip(" .,:;|-–—»«›·*")
    if part.casefold().startswith(load_words().changed):
        return ""
    tokens = without_opening(part).split()
    if len(tokens) <= 5 and is_organisation(" ".join(tokens)) and not has_digit(part):
        return " ".join(tokens)
    roles = load_words().roles
    for number, token in enumerate(tokens):
        bare = token.casefold().strip(".,:;()")
        least = 1 if tokens[0].casefold() == tokens[0].upper().casefold() and not tokens[0].isascii() else 2
        if number >= least and (bare in roles or bare in _issued() or (number >= 2 and has_digit(bare))):
            tokens = tokens[:number]
            if has_digit(bare) and len(tokens) > 2 and tokens[-1].casefold().strip(".") in month_names():
                tokens.pop()
            break
    while len(tokens) > 2 and _CREDENTIALS.fullmatch(tokens[-1]):
        tokens.pop()
    return " ".join(tokens).strip(" .,:;|-–—") if len(tokens) > 1 or not tokens else tokens[0].strip(",:;|")


@cache
def _issued() -> Set[str]:
    return frozenset(load_words().issued + load_words().changed)


def has_digit(text: str) -> bool:
    """Whether a figure stands in a text."""
    return any(c.isdigit() for c in text)


def _is_nobody(name: str) -> bool:
    """Whether a name is a word for one, or of all who ever wrote (`Contributors to the Encyclopedia`)."""
    words = load_words()
    folded = name.casefold()
    return folded in words.nobody or folded.startswith(words.everybody)


def _is_name(name: str, *, trusted: bool = False) -> bool:
    if not 2 <= len(name) <= 100 or _is_nobody(name):
        return False
    parts = name.split()
    if not trusted and (_NUMBER.search(name) or (len(parts) == 1 and "." in name)):
        return False
    if len(parts) > 1 and (
        parts[0].casefold() in ("about", "more", "view", "visit")
        or (parts[0].casefold() in ("in", "for", "the", "from", "at", "on") and not is_organisation(name))
        or _NUMBER.search(name)
    ):
        return False
    small = [part for part in parts[1:] if part[:1].islower() and part not in _SMALL]
    if len(parts) > 8 or len(small) > 2 or _NOT_IN_NAMES.search(name) or (len(parts) > 1 and "_" in name):
        return False
    return any(letter.isalpha() for letter in name)


@cache
def _openings() -> tuple[str, ...]:
    words = load_words()
    return tuple(sorted({*words.byline, *words.signed, *words.signed_joined}, key=len, reverse=True))


@cache
def _all_openings() -> Set[str]:
    return frozenset(_openings())


@cache
def _openings_by_first() -> Mapping[str, Sequence[str]]:
    """The openings by their first letter, the longest first."""
    found: dict[str, list[str]] = {}
    for opening in _openings():
        found.setdefault(opening[0], []).append(opening)
    return found
