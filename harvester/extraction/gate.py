# cython: boundscheck=False, wraparound=False
"""The work gate: refuses markup that the parser takes minutes over or crashes on, before it is parsed.

Lexbor needs 19 s for 100,000 nested `<div>`, over a minute for 100,000 attributes on one tag, and
crashes on 80,000 nested `<template>`; no signal stops it. The scan follows the tokenizer of the HTML
standard, not its tree construction: depth is an estimate.
"""

import cython

from harvester.errors import PageError
from harvester.types import Frozen

if cython.compiled:
    from cython.cimports.libc.string import memchr

_RAW = {b"script", b"style", b"textarea", b"title", b"xmp", b"iframe", b"noembed", b"noframes"}
"""Elements that hold text up to their own end tag."""
# These close one another, so a run of them is flat. `a`, `button` and `nobr` do so too (HTML standard, 13.2.6.4.7).
_FLAT = {
    b"area", b"base", b"basefont", b"bgsound", b"br", b"col", b"embed", b"frame", b"hr", b"img", b"input",
    b"keygen", b"link", b"meta", b"param", b"source", b"track", b"wbr", b"a", b"body", b"button", b"caption",
    b"colgroup", b"dd", b"dt", b"head", b"html", b"li", b"nobr", b"optgroup", b"option", b"p", b"rb", b"rp",
    b"rt", b"rtc", b"tbody", b"td", b"tfoot", b"th", b"thead", b"tr",
}  # fmt: skip


class Shape(Frozen):
    """How much work a page's markup is."""

    depth: int
    """Most elements open at once, those that close one another left out."""
    elements: int
    """Start tags."""


@cython.final
@cython.cclass
class _Name:
    """A tag name of the page."""

    lowered: bytes
    size: cython.Py_ssize_t
    is_raw: cython.bint
    is_flat: cython.bint
    is_foreign: cython.bint
    opened: cython.Py_ssize_t
    """Elements of this name that are open."""

    def __init__(self, lowered: bytes) -> None:
        self.lowered, self.size, self.opened = lowered, len(lowered), 0
        self.is_raw, self.is_flat, self.is_foreign = lowered in _RAW, lowered in _FLAT, lowered in (b"svg", b"math")

    @cython.cfunc
    def stands(self, html: bytes, start: cython.Py_ssize_t, end: cython.Py_ssize_t) -> cython.bint:
        """Whether the name stands there."""
        if end - start != self.size:
            return False
        lowered = self.lowered
        i: cython.Py_ssize_t
        char: cython.uchar
        for i in range(self.size):
            char = html[start + i]
            if ord("A") <= char <= ord("Z"):
                char += 32
            if char != lowered[i]:
                return False
        return True


def check(html: bytes, *, max_depth: int, max_attributes: int) -> Shape:
    """Measure the markup, in UTF-8, in one scan, linear in its length whatever it holds.

    Raises PageError `too-deep` where more than `max_depth` elements are open at once or a tag has more
    than `max_attributes` attributes.
    """
    names: dict[bytes, _Name] = {}
    # The names met last, by a few of their bits, before the dictionary: most pages have but a few, and each looked up there
    # is an object made.
    last: list[_Name | None] = [None] * 128
    slot: cython.Py_ssize_t
    depth: cython.Py_ssize_t = 0
    deepest: cython.Py_ssize_t = 0
    elements: cython.Py_ssize_t = 0
    foreign: cython.Py_ssize_t = 0
    position: cython.Py_ssize_t = 0
    size: cython.Py_ssize_t = len(html)
    most: cython.Py_ssize_t = max_attributes
    limit: cython.Py_ssize_t = max_depth
    while True:
        position = _next(html, ord("<"), position)
        if position == size:
            return Shape(deepest, elements)
        start: cython.Py_ssize_t = position + 1
        is_end: cython.bint = start < size and html[start] == ord("/")
        name_end: cython.Py_ssize_t = _name_end(html, start + is_end)
        if name_end < 0:
            position = _skipped(html, start)
            continue
        position = _tag_end(html, name_end, most)
        start += is_end
        slot = ((html[start] & 31) * 4 + (html[name_end - 1] & 31) + (name_end - start)) & 127
        name: _Name | None = last[slot]
        if name is None or not name.stands(html, start, name_end):
            lowered = html[start:name_end].lower()
            name = names.get(lowered)
            if name is None:
                name = names[lowered] = _Name(lowered)
            last[slot] = name
        if is_end:
            if name.opened:
                name.opened -= 1
                depth -= 1
                foreign -= name.is_foreign
            continue
        elements += 1
        # Inside SVG and MathML every tag nests, only `/>` closes, and no element holds raw text.
        if not foreign and name.is_raw:
            position = _raw_end(html, position, name.lowered)
        elif not ((position < size and html[position] == ord("/")) if foreign or name.is_foreign else name.is_flat):
            name.opened += 1
            foreign += name.is_foreign
            depth += 1
            deepest = max(deepest, depth)
            if depth > limit:
                raise PageError("too-deep", f"more than {max_depth} elements are nested")


# The scans take what is left of the text where an end is missing: nothing is read twice.


@cython.cfunc
@cython.inline
def _is_space(char: cython.uchar) -> cython.bint:
    return char == ord(" ") or (ord("\t") <= char <= ord("\r") and char != ord("\v"))


@cython.cfunc
@cython.inline
def _is_letter(char: cython.uchar) -> cython.bint:
    return ord("a") <= char <= ord("z") or ord("A") <= char <= ord("Z")


@cython.cfunc
@cython.inline
def _next(html: bytes, wanted: cython.uchar, position: cython.Py_ssize_t) -> cython.Py_ssize_t:
    """Where the next `wanted` stands, the end of the text where there is none: what C has for that reads many bytes at once."""
    size: cython.Py_ssize_t = len(html)
    if position >= size:
        return size
    if cython.compiled:
        start: cython.size_t = cython.cast(cython.size_t, cython.cast(cython.p_char, html))
        where = memchr(cython.cast(cython.p_void, start + position), wanted, size - position)
        found: cython.size_t = cython.cast(cython.size_t, where)
        return found - start if found else size
    else:
        at: cython.Py_ssize_t = html.find(wanted, position)
        return size if at < 0 else at


@cython.cfunc
def _name_end(html: bytes, position: cython.Py_ssize_t) -> cython.Py_ssize_t:
    """Where a tag's name ends; -1 where none begins."""
    size: cython.Py_ssize_t = len(html)
    char: cython.uchar
    if position >= size or not _is_letter(html[position]):
        return -1
    while position < size:
        char = html[position]
        if char == ord(">") or char == ord("/") or _is_space(char):
            break
        position += 1
    return position


@cython.cfunc
def _tag_end(html: bytes, position: cython.Py_ssize_t, max_attributes: cython.Py_ssize_t) -> cython.Py_ssize_t:
    """Where the `>` or `/>` of a tag stands whose name ends at the position."""
    size: cython.Py_ssize_t = len(html)
    attributes: cython.Py_ssize_t = 0
    char: cython.uchar
    while position < size:
        char = html[position]
        if char == ord(">"):
            return position
        if char == ord("/") and position + 1 < size and html[position + 1] == ord(">"):
            return position
        position += 1
        if char == ord("/") or _is_space(char):
            continue
        attributes += 1
        if attributes > max_attributes:
            raise PageError("too-deep", f"a tag has more than {max_attributes} attributes")
        while position < size:
            char = html[position]
            if char == ord("=") or char == ord(">") or char == ord("/") or _is_space(char):
                break
            position += 1
        position = _value_end(html, position)
    return size


@cython.cfunc
def _value_end(html: bytes, position: cython.Py_ssize_t) -> cython.Py_ssize_t:
    """Where the value of an attribute ends whose name ends at the position."""
    size: cython.Py_ssize_t = len(html)
    char: cython.uchar
    position = _space_end(html, position)
    if position == size or html[position] != ord("="):
        return position
    position = _space_end(html, position + 1)
    if position == size or html[position] == ord(">"):
        return position
    char = html[position]
    if char == ord('"') or char == ord("'"):
        return _behind(html, char, position + 1)
    while position < size and html[position] != ord(">") and not _is_space(html[position]):
        position += 1
    return position


@cython.cfunc
def _space_end(html: bytes, position: cython.Py_ssize_t) -> cython.Py_ssize_t:
    size: cython.Py_ssize_t = len(html)
    while position < size and _is_space(html[position]):
        position += 1
    return position


@cython.cfunc
def _behind(html: bytes, wanted: cython.uchar, position: cython.Py_ssize_t) -> cython.Py_ssize_t:
    """Behind the next `wanted`, at the end of the text where there is none."""
    return min(_next(html, wanted, position) + 1, len(html))


@cython.cfunc
def _skipped(html: bytes, position: cython.Py_ssize_t) -> cython.Py_ssize_t:
    """Behind a comment, a declaration or a broken end tag whose `<` stands before the position, or behind that `<`."""
    if not html.startswith(b"!--", position):
        is_markup: cython.bint = position < len(html) and html[position] in b"!?/"
        return _behind(html, ord(">"), position) if is_markup else position
    position += 3
    if html.startswith((b">", b"->"), position):
        return _behind(html, ord(">"), position)
    while (position := html.find(b"--", position)) >= 0:
        if html.startswith((b"-->", b"--!>"), position):
            return _behind(html, ord(">"), position)
        position += 1
    return len(html)


@cython.cfunc
def _raw_end(html: bytes, position: cython.Py_ssize_t, name: bytes) -> cython.Py_ssize_t:
    """Where the end tag of a raw text element begins."""
    size: cython.Py_ssize_t = len(html)
    while (position := _next(html, ord("<"), position)) < size:
        end: cython.Py_ssize_t = position + 2 + len(name)
        if (
            position + 1 < size
            and html[position + 1] == ord("/")
            and html[position + 2 : end].lower() == name
            and (end >= size or html[end] == ord("/") or html[end] == ord(">") or _is_space(html[end]))
        ):
            return position
        position += 1
    return size
