# cython: boundscheck=False, wraparound=False
"""What a block that is not body seems to be."""

import cython

from harvester.extraction import features
from harvester.extraction.features.parts import BIT
from harvester.extraction.rows import Rows

_PARTS = ("comment", "related", "promo", "share", "author", "notice", "nav", "footer", "aside", "form")
"""Parts that a dropped block is said to stand in, the telling ones first."""
_IN_PARTS = [(BIT[name], f"in-{name}") for name in _PARTS]
_LINES = ("", "label", "related", "notes-heading")
_OPENINGS = ("", "related", "biography", "credit", "byline", "translator", "provenance", "promo")
_SHARE_WORDS, _DATE_WORDS, _LINE, _OPENING, _LINK_SHARE = (
    features.COLUMNS.index(name) for name in ("share-words", "date-words", "known-line", "known-opening", "link-share")
)


def why_dropped(page: features.Facts, rows: Rows) -> list[str]:
    """What each block, if it is not body, seems to be: by its words, else by the part of the page it stands in."""
    values: cython.double[::1] = rows.values
    width: cython.Py_ssize_t = rows.width
    o: cython.Py_ssize_t = 0
    share_words: cython.Py_ssize_t = _SHARE_WORDS
    date_words: cython.Py_ssize_t = _DATE_WORDS
    line: cython.Py_ssize_t = _LINE
    opening: cython.Py_ssize_t = _OPENING
    link_share: cython.Py_ssize_t = _LINK_SHARE
    at: cython.int[::1] = page.at
    negative: cython.int[::1] = page.negative
    kinds_of: cython.int[::1] = page.kinds
    part: str = ""
    seen: cython.int = 0
    kinds: cython.int
    i: cython.Py_ssize_t
    reasons: list[str] = []
    for i in range(len(at)):
        if values[o + share_words] >= 0.8:
            reasons.append("share")
        elif values[o + date_words] >= 0.8:
            reasons.append("date")
        elif values[o + line]:
            reasons.append(_LINES[int(values[o + line])])
        elif values[o + opening]:
            reasons.append(_OPENINGS[int(values[o + opening])])
        else:
            kinds = kinds_of[negative[at[i]]] if negative[at[i]] >= 0 else 0
            if kinds != seen:  # blocks beside one another often stand in the same part
                seen = kinds
                named = [why for bit, why in _IN_PARTS if kinds & bit]
                part = named[0] if named else ""
            reasons.append(part or ("navigation" if values[o + link_share] > 0.5 else "boilerplate"))
        o += width
    return reasons
