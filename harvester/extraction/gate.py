"""The work gate: refuses markup that the parser takes minutes over or crashes on, before it is parsed.

Lexbor needs 19 s for 100,000 nested `<div>`, over a minute for 100,000 attributes on one tag, and
crashes on 80,000 nested `<template>`; no signal stops it. The scan follows the tokenizer of the HTML
standard, not its tree construction: depth is an estimate.
"""

import re

from harvester.errors import PageError
from harvester.types import Frozen

_SPACE = r"[ \t\n\f\r]"
_ATTRIBUTE = rf"""
    [^ \t\n\f\r/>][^ \t\n\f\r/>=]*+
    (?:{_SPACE}*+={_SPACE}*+(?:"[^"]*+"?|'[^']*+'?|[^ \t\n\f\r>"'][^ \t\n\f\r>]*+)?)?
"""
# Every alternative takes what is left of the text where its end is missing: nothing is scanned twice.
_MARKUP = re.compile(
    rf"""<(?:
        !--(?:-?>|(?:[^-]++|-(?!-!?>))*+(?:--!?>)?)
      | (?:[!?]|/(?![a-zA-Z]))[^>]*+>?
      | (?P<end>/?)(?P<name>[a-zA-Z][^ \t\n\f\r/>]*+)(?:{_SPACE}++|/(?!>)|{_ATTRIBUTE})*+(?P<closed>/?)>?
    )""",
    re.X,
)
_ATTRIBUTES = re.compile(_ATTRIBUTE, re.X)
_NAME = re.compile(r"</?[a-zA-Z][^ \t\n\f\r/>]*+")
_RAW_END = {
    name: re.compile(rf"</{name}(?=[ \t\n\f\r/>])", re.I)
    for name in ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")
}
# These close one another, so a run of them is flat. `a`, `button` and `nobr` do so too (HTML standard, 13.2.6.4.7).
_FLAT = {
    "area",
    "base",
    "basefont",
    "bgsound",
    "br",
    "col",
    "embed",
    "frame",
    "hr",
    "img",
    "input",
    "keygen",
    "link",
    "meta",
    "param",
    "source",
    "track",
    "wbr",
    "a",
    "body",
    "button",
    "caption",
    "colgroup",
    "dd",
    "dt",
    "head",
    "html",
    "li",
    "nobr",
    "optgroup",
    "option",
    "p",
    "rb",
    "rp",
    "rt",
    "rtc",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
}


class Shape(Frozen):
    """How much work a page's markup is."""

    depth: int
    """Most elements open at once, those that close one another left out."""
    elements: int
    """Start tags."""


def check(html: str, *, max_depth: int, max_attributes: int) -> Shape:
    """Measure the markup in one scan, linear in its length whatever it holds.

    Raises PageError `too-deep` where more than `max_depth` elements are open at once or a tag has more
    than `max_attributes` attributes.
    """
    opened: dict[str, int] = {}
    depth = deepest = elements = position = 0
    while match := _MARKUP.search(html, position):
        position = match.end()
        if match["name"] is None:
            continue
        # An attribute takes two characters, so that short tags need no count.
        if position - match.start() > 2 * max_attributes:
            _check_attributes(match[0], max_attributes)
        name = match["name"].lower()
        if match["end"]:
            if opened.get(name):
                opened[name] -= 1
                depth -= 1
            continue
        elements += 1
        # Inside SVG and MathML every tag nests, only `/>` closes, and no element holds raw text.
        foreign = opened.get("svg") or opened.get("math")
        if name in _RAW_END and not foreign:
            end = _RAW_END[name].search(html, position)
            position = end.start() if end else len(html)
        elif not (match["closed"] if foreign or name in ("svg", "math") else name in _FLAT):
            opened[name] = opened.get(name, 0) + 1
            depth += 1
            deepest = max(deepest, depth)
            if depth > max_depth:
                raise PageError("too-deep", f"more than {max_depth} elements are nested")
    return Shape(deepest, elements)


def _check_attributes(tag: str, limit: int) -> None:
    start = _NAME.match(tag)
    assert start is not None
    if sum(1 for _ in _ATTRIBUTES.finditer(tag, start.end())) > limit:
        raise PageError("too-deep", f"a tag has more than {limit} attributes")
