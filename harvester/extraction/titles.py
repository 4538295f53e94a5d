"""A page's title among the many that it states: each without the site's name, and then one that others bear out."""

import re
from collections.abc import Iterable, Sequence
from typing import Literal

import cython

from harvester.extraction.values import text
from harvester.extraction.words import words
from harvester.types import Frozen

_SEPARATOR = re.compile(r"\s+(?:[|\-–—•·»«:>/*~]|::|\|\||--)\s+|\s*(?:[|｜ㅣ»：_]|--)\s*|:\s+|-(?=[^\W\d_a-zA-Z])")
_PIPE = re.compile(r"\s*[|｜]\s+")
_MOST_BORDERS = 60
_SHORTEST_NAME = 4
"""Letters from which a site's name counts as such where more follows it in the same part of a title."""

# What a statement is worth where they differ; fitted on the pages of fundus and WCXB's development split.
_WORTH = {
    "h1": 1.8, "catalogued": 1.65, "meta og:title": 1.2, "itemprop": 0.75, "single h1": 0.45, "json-ld": 0.35, "title": 0.2,
    "meta twitter:title": 0.15,
}  # fmt: skip
_WORTH_ARTICLE = {
    "h1": 2.6, "catalogued": 2.15, "single h1": 1.8, "itemprop": 1.2, "meta twitter:title": 0.9, "json-ld": 0.45,
    "meta og:title": 0.01, "title": 0.005,
}  # fmt: skip


class Statement(Frozen):
    """A title as a page states it."""

    origin: str
    text: str


class Stated(Frozen):
    """The titles of a page; each empty where it has none."""

    item: Sequence[str]
    """Headline, or name, of the item that JSON-LD describes."""
    kind: Literal["news", "article", ""]
    """What that item is; empty for what is no article."""
    headings: Sequence[str]
    """The first `h1` elements."""
    open_graph: Sequence[str]
    twitter: Sequence[str]
    catalogued: Sequence[Statement]
    """Library catalogues and `<meta name=headline>`."""
    properties: Sequence[str]
    """What stands in `itemprop=headline`."""
    document: Sequence[str]
    """`<title>`."""


def choose(stated: Stated, sites: Sequence[str]) -> Statement | None:
    """The page's title without the site's name; `sites` are names of the site and labels of its host.

    News: the headline of JSON-LD, else of Open Graph, where it differs from `<title>`, which is written for search
    engines. Other pages: the one worth most, equal ones together.
    """
    sites = [*sites, *_mastheads(stated)]
    cut = stated.kind != "news"
    candidates: list[tuple[str, Statement]] = []

    def add(kind: str, origin: str, values: Iterable[str]) -> str:
        for value in values:
            if title := bare(value, sites, cut=cut):
                candidates.append((kind, Statement(origin, title)))
                return letters(title)
        return ""

    others = [*stated.open_graph[:1], *stated.twitter[:1], *stated.document[:1], *stated.item[:1]]
    shown = [heading for heading in stated.headings if letters(heading) not in {letters(site) for site in sites}]
    alike = [heading for heading in shown if shares_words(heading, others)]
    item = [value for value in stated.item if shares_words(value, [*others[:-1], *shown])]
    headline = add("json-ld", "json-ld", (item or stated.item) if stated.kind else item)
    heading = add("h1", "h1", alike)
    if not alike and len(shown) == 1:
        add("single h1", "h1", shown)
    graph = add("meta og:title", "meta og:title", stated.open_graph)
    for one in stated.catalogued:
        add("catalogued", one.origin, [one.text])
    add("itemprop", "itemprop", stated.properties)
    add("meta twitter:title", "meta twitter:title", stated.twitter)
    document = add("title", "title", stated.document)
    if stated.kind == "news":
        # Where the headline is what search engines are told, another one is the editors' if readers are shown either,
        # unless the headline stands in a source of the editors' too.
        more = [*(one.text for one in stated.catalogued), *stated.properties]
        surely = headline and headline in [letters(bare(value, sites, cut=cut)) for value in more]
        other = graph not in ("", document) and heading in (graph, headline, "") and not surely
        wanted = graph if other and headline == document else headline or graph or heading
    else:
        wanted = _worth_most(candidates, _WORTH_ARTICLE if stated.kind else _WORTH)
    return next((found for _, found in candidates if letters(found.text) == wanted), None)


def _worth_most(candidates: Sequence[tuple[str, Statement]], worth: dict[str, float]) -> str:
    """The letters of the title with the largest sum; one that goes on behind another title, as with a name of the site
    that is not known, speaks for that one too."""
    sums: dict[str, float] = {}
    keys = [letters(found.text) for _, found in candidates]
    for key, (kind, _) in zip(keys, candidates, strict=True):
        sums[key] = sums.get(key, 0.0) + worth[kind]
    for short, (origin, found) in zip(keys, candidates, strict=True):
        if found.text.count(" ") > 1 and origin == "catalogued":
            longer = {key for key in sums if key != short and key.startswith(short)}
            sums[short] += sum(
                worth[kind] for key, (kind, _) in zip(keys, candidates, strict=True) if key in longer
            ) / keys.count(short)
    return max(sums, key=lambda key: round(sums[key], 4), default="")


def _mastheads(stated: Stated) -> list[str]:
    """Headings that name the site: the last part of `<title>` where there is another before it. Behind a colon stands
    the headline as often."""
    found = []
    for document in stated.document[:1]:
        whole = text(document, 1000)
        borders = [match.span() for match in _SEPARATOR.finditer(whole)][:_MOST_BORDERS]
        ends = {letters(whole[end:]) for start, end in borders if letters(whole[:end]) and whole[start] != ":"}
        found = [heading for heading in stated.headings if letters(heading) in ends]
    return found


def bare(value: str, sites: Sequence[str], *, cut: bool = False) -> str:
    """A title without the site's name before or behind it, and without what stands behind that; with `cut`, without
    what stands behind a `|`.

    `sites` are names of the site, and labels of its host.
    """
    whole = text(value, 1000)
    borders = [match.span() for match in _SEPARATOR.finditer(whole)][:_MOST_BORDERS]
    names = [name for site in sites if len(name := letters(site)) > 1]
    ends = [*(start for start, _ in borders[1:]), len(whole)][: len(borders)]
    for (start, end), until in zip(borders, ends, strict=True):
        before = whole[:start].strip()
        if before and not _names_site(before, names) and _names_site(whole[end:until], names):
            whole = before
            break
    else:
        for start, end in borders[:1]:
            if whole[end:].strip() and letters(whole[:start]) in names:
                whole = whole[end:].strip()
    first = _PIPE.split(whole, maxsplit=1)[0] if cut else whole
    return first if letters(first) else whole


def shares_words(value: str, others: Iterable[str]) -> bool:
    """Whether half of the words of the shorter of two titles stand in the other, for any of the others."""
    mine = set(words(text(value, 1000)))
    for other in others:
        theirs = set(words(text(other, 1000)))
        if mine and theirs and 2 * len(mine & theirs) >= min(len(mine), len(theirs)):
            return True
    return False


def letters(name: str) -> str:
    """The letters and digits of a title or a name, lower case: two that differ in marks alone are one."""
    return "".join(_tokens(name.casefold()))


def _tokens(text: str) -> list[str]:
    """The runs of letters and digits of a text."""
    found: list[str] = []
    start: cython.Py_ssize_t = 0
    position: cython.Py_ssize_t = 0
    for char in text:
        if not char.isalnum():
            if position > start:
                found.append(text[start:position])
            start = position + 1
        position += 1
    if position > start:
        found.append(text[start:])
    return found


def _names_site(part: str, names: Sequence[str]) -> bool:
    """Whether a part of a title is the site's name, begins or ends with it, or has its host for initials."""
    tokens = _tokens(part.casefold())
    joined = "".join(tokens)
    if not joined or len(tokens) > 8:
        return False
    initials = "".join(token[0] for token in tokens)
    for name in names:
        long = len(name) >= _SHORTEST_NAME
        if joined == name or (len(tokens) <= 5 and (name == tokens[0] or (long and name == tokens[-1]))):
            return True
        if long and joined.startswith(name) and len(joined) < 3 * len(name):
            return True
        if len(tokens) > 2 and initials == name:
            return True
    return False
