"""The work gate: refuses markup that the parser takes minutes over or crashes on, before it is parsed.

Lexbor needs 19 s for 100,000 nested `<div>`, over a minute for 100,000 attributes on one tag, and
crashes on 80,000 nested `<template>`; no signal stops it. The scan follows the tokenizer of the HTML
standard, not its tree construction: depth is an estimate.
"""

import cython

from harvester.errors import PageError
from harvester.types import Frozen

_ENDS_NAME = frozenset(" \t\n\f\r/>")
_RAW = {"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"}
"""Elements that hold text up to their own end tag."""
# These close one another, so a run of them is flat. `a`, `button` and `nobr` do so too (HTML standard, 13.2.6.4.7).
_FLAT = {
    "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input", "keygen",
    "link", "meta", "param", "source", "track", "wbr", "a", "body", "button", "caption", "colgroup", "dd", "dt",
    "head", "html", "li", "nobr", "optgroup", "option", "p", "rb", "rp", "rt", "rtc", "tbody", "td", "tfoot",
    "th", "thead", "tr",
}  # fmt: skip


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
    depth: cython.Py_ssize_t = 0
    deepest: cython.Py_ssize_t = 0
    elements: cython.Py_ssize_t = 0
    foreign: cython.Py_ssize_t = 0
    position: cython.Py_ssize_t = html.find("<")
    while position >= 0:
        start: cython.Py_ssize_t = position + 1
        is_end: cython.bint = html.startswith("/", start)
        name_end: cython.Py_ssize_t = _name_end(html, start + is_end)
        if name_end < 0:
            position = html.find("<", _skipped(html, start))
            continue
        position = _tag_end(html, name_end, max_attributes)
        name = html[start + is_end : name_end].lower()
        if is_end:
            if opened.get(name):
                opened[name] -= 1
                depth -= 1
                foreign -= name in ("svg", "math")
        else:
            elements += 1
            # Inside SVG and MathML every tag nests, only `/>` closes, and no element holds raw text.
            if not foreign and name in _RAW:
                position = _raw_end(html, position, name)
            elif not (html.startswith("/", position) if foreign or name in ("svg", "math") else name in _FLAT):
                opened[name] = opened.get(name, 0) + 1
                foreign += name in ("svg", "math")
                depth += 1
                deepest = max(deepest, depth)
                if depth > max_depth:
                    raise PageError("too-deep", f"more than {max_depth} elements are nested")
        position = html.find("<", position)
    return Shape(deepest, elements)


# The scans take what is left of the text where an end is missing: nothing is read twice.


@cython.cfunc
def _name_end(html: str, position: cython.Py_ssize_t) -> cython.Py_ssize_t:
    """Where a tag's name ends; -1 where none begins."""
    size: cython.Py_ssize_t = len(html)
    if position >= size or not ("a" <= html[position] <= "z" or "A" <= html[position] <= "Z"):
        return -1
    while position < size and html[position] not in " \t\n\f\r/>":
        position += 1
    return position


@cython.cfunc
def _tag_end(html: str, position: cython.Py_ssize_t, max_attributes: cython.Py_ssize_t) -> cython.Py_ssize_t:
    """Where the `>` or `/>` of a tag stands whose name ends at the position."""
    size: cython.Py_ssize_t = len(html)
    attributes: cython.Py_ssize_t = 0
    while position < size:
        char = html[position]
        if char == ">" or (char == "/" and html.startswith(">", position + 1)):
            return position
        if char in " \t\n\f\r/":
            position += 1
            continue
        attributes += 1
        if attributes > max_attributes:
            raise PageError("too-deep", f"a tag has more than {max_attributes} attributes")
        position += 1
        while position < size and html[position] not in " \t\n\f\r/>=":
            position += 1
        position = _value_end(html, position)
    return size


@cython.cfunc
def _value_end(html: str, position: cython.Py_ssize_t) -> cython.Py_ssize_t:
    """Where the value of an attribute ends whose name ends at the position."""
    size: cython.Py_ssize_t = len(html)
    position = _space_end(html, position)
    if position == size or html[position] != "=":
        return position
    position = _space_end(html, position + 1)
    if position == size or html[position] == ">":
        return position
    quote = html[position]
    if quote == '"' or quote == "'":
        return _behind(html, '"' if quote == '"' else "'", position + 1)
    while position < size and html[position] not in " \t\n\f\r>":
        position += 1
    return position


@cython.cfunc
def _space_end(html: str, position: cython.Py_ssize_t) -> cython.Py_ssize_t:
    size: cython.Py_ssize_t = len(html)
    while position < size and html[position] in " \t\n\f\r":
        position += 1
    return position


@cython.cfunc
def _behind(html: str, wanted: str, position: cython.Py_ssize_t) -> cython.Py_ssize_t:
    """Behind the next `wanted`, at the end of the text where there is none."""
    found: cython.Py_ssize_t = html.find(wanted, position)
    return found + len(wanted) if found >= 0 else len(html)


@cython.cfunc
def _skipped(html: str, position: cython.Py_ssize_t) -> cython.Py_ssize_t:
    """Behind a comment, a declaration or a broken end tag whose `<` stands before the position, or behind that `<`."""
    if not html.startswith("!--", position):
        following = html[position : position + 1]
        return _behind(html, ">", position) if following and following in "!?/" else position
    position += 3
    if html.startswith((">", "->"), position):
        return _behind(html, ">", position)
    while (position := html.find("--", position)) >= 0:
        if html.startswith(("-->", "--!>"), position):
            return _behind(html, ">", position)
        position += 1
    return len(html)


@cython.cfunc
def _raw_end(html: str, position: cython.Py_ssize_t, name: str) -> cython.Py_ssize_t:
    """Where the end tag of a raw text element begins."""
    size: cython.Py_ssize_t = len(name)
    while (position := html.find("</", position)) >= 0:
        end: cython.Py_ssize_t = position + 2 + size
        if html[position + 2 : end].lower() == name and html[end : end + 1] in _ENDS_NAME:
            return position
        position += 2
    return len(html)
