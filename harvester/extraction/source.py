# cython: boundscheck=False, wraparound=False
"""What the source of a page holds, looked for by one rare byte: a search for several takes Python twenty times as long.

`_next` stands in `gate` too: compiled, a function is inlined only inside its module.
"""

import re

import cython

if cython.compiled:
    from cython.cimports.libc.string import memchr

_OPEN_FRAME = re.compile(rb"(<iframe\b[^<>]{0,2000}>)\s*\Z")
_RENDERERS = (b"MathJax", b"mathjax", b"KaTeX", b"katex", b"math/tex")
_LONGEST = 8


def with_closed_frames(html: bytes) -> bytes:
    """The source with an end for each `<iframe>` that stands open where a `<noscript>` ends."""
    parts: list[bytes] = []
    written: cython.Py_ssize_t = 0
    size: cython.Py_ssize_t = len(html)
    before: cython.Py_ssize_t = 0
    position: cython.Py_ssize_t = _next(html, ord("<"), 0)
    while position < size:
        if position + 2 < size and html[position + 1] == ord("/") and html[position + 2] == ord("n"):
            frame = _OPEN_FRAME.match(html, before, position) if html.startswith(b"</noscript", position) else None
            if frame is not None:
                parts += [html[written : frame.end(1)], b"</iframe>"]
                written = frame.end(1)
        before = position
        position = _next(html, ord("<"), position + 1)
    return b"".join([*parts, html[written:]]) if parts else html


def renders_tex(html: bytes) -> bool:
    """Whether a page loads what shows TeX in its text as mathematics."""
    size: cython.Py_ssize_t = len(html)
    position: cython.Py_ssize_t
    before: cython.uchar
    last: cython.uchar
    for last in (ord("x"), ord("X")):
        position = _next(html, last, 1)
        while position < size:
            before = html[position - 1]
            if before == ord("a") or before == ord("e"):
                start: cython.Py_ssize_t = max(position + 1 - _LONGEST, 0)
                if html[start : position + 1].endswith(_RENDERERS):
                    return True
            position = _next(html, last, position + 1)
    return False


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
