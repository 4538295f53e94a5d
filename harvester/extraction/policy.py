"""What stands above the scores of an HTML page's blocks: what is never body, what belongs together.

Public sets disagree on headlines, standfirsts and copies; here one policy holds (docs/extraction.md).
"""

from bisect import bisect_right
from collections.abc import Sequence, Set
from itertools import pairwise
from math import fsum

import cython

from harvester.extraction import features
from harvester.extraction.features.facts import LABELS
from harvester.extraction.features.parts import BIT
from harvester.extraction.rows import Rows
from harvester.types import Block

_HEADLINE = 1.2
"""How much of the title a heading has, and of it the title, in sum, to be the headline."""
_COPY = 20
"""Words from which a block that stands twice is a copy."""
_STANDFIRST, _STANDFIRST_WORDS, _BEHIND_HEADLINE = 0.6, 10, 3
"""Score of a standfirst, words that it has at least, and blocks behind the headline among which it is looked for."""
_SMALL_PRINT = 0.05
_BRIDGED, _LONGEST_BRIDGE = 0.1, 4
"""Least score of the blocks of a bridge, and their number."""
_LINKED = 0.5
_SMALL_PARTS = {
    **dict.fromkeys(("newsletter", "newsletters", "signup", "subscribe", "subscription"), "in-promo"),
    "signature": "biography",
}
"""Words that name parts which are no body, and the reason."""
_CONSENT = frozenset(
    (
        *(
            f"{first}-{last}"
            for first in ("ccpa", "consent", "cookie", "cookies", "gdpr")
            for last in (
                "alert", "banner", "bar", "box", "consent", "container", "dialog", "layer", "manager", "message", "modal",
                "notice", "overlay", "popup", "prompt", "root", "sdk", "widget", "wrapper",
            )
        ),
        *("cookiebanner", "cookiebar", "cookieconsent", "cookielaw", "cookienotice"),
    )
)  # fmt: skip
"""Names of elements that ask readers for consent to cookies."""
_LEVELS, _SMALL_PART = 3, 0.2
"""Elements around a block that may name such a part; share of the page's words that it stays below."""
_IN_BODY = ("code", "heading", "list-item", "quote", "table-row")
_TITLE_COVERED, _COVERS_TITLE, _SAME_BEFORE, _DESCRIBED, _LINK_SHARE = (
    features.COLUMNS.index(name) for name in ("title-covered", "covers-title", "same-before", "described", "link-share")
)

_HEADING, _CODE, _TABLE_ROW, _FOOTNOTE = (LABELS.index(name) for name in ("heading", "code", "table-row", "footnote"))


def never_body(page: features.Facts, rows: Rows) -> list[str | None]:
    """Why each block is never body, whatever its score; None where it may be."""
    values, width = rows.values, rows.width
    before: list[float] = rows.column(_SAME_BEFORE).tolist()
    labels: list[int] = page.label.tolist()
    reasons: list[str | None] = [None] * page.size
    for i, label in enumerate(labels):
        if label == _FOOTNOTE:
            reasons[i] = "footnote"
        elif label == _HEADING and values[i * width + _TITLE_COVERED] + values[i * width + _COVERS_TITLE] > _HEADLINE:
            reasons[i] = "title"
        elif before[i] and label not in (_CODE, _TABLE_ROW) and len(page.blocks[i].text.split()) >= _COPY:
            reasons[i] = "repeated"
    return reasons


def with_one_headline(reasons: Sequence[str | None]) -> list[str | None]:
    """The reasons, `title` only for the first: further headings that are like it head posts of a thread or sections."""
    first = next((i for i, why in enumerate(reasons) if why == "title"), -1)
    return [None if why == "title" and i != first else why for i, why in enumerate(reasons)]


def without_small_parts(page: features.Facts, reasons: Sequence[str | None]) -> list[str | None]:
    """The reasons, with one for each block of a small part of the page that names itself a newsletter, a subscription or the
    signature under a post: such boxes stand between paragraphs and are written like them."""
    out = list(reasons)
    of_hint = {page.hints[word]: word for word in _SMALL_PARTS if word in page.hints}
    if not of_hint:
        return out
    starts = list(page.name_starts)
    hints = list(page.names)
    named: dict[int, str] = {}
    for number, hint in enumerate(hints):
        if hint in of_hint:
            name = bisect_right(starts, number) - 1
            named[name] = min(named.get(name, of_hint[hint]), of_hint[hint])
    at: list[int] = page.at.tolist()
    parents: list[int] = page.parents.tolist()
    names: list[int] = page.name.tolist()
    e: cython.Py_ssize_t
    level: cython.Py_ssize_t
    for i, why in enumerate(reasons):
        e, level = at[i], 0
        while why is None and e >= 0 and level < _LEVELS:
            word = named.get(names[e])
            if word is not None:
                if page.inner_words[e] < _SMALL_PART * page.total:
                    out[i] = _SMALL_PARTS[word]
                break
            e = parents[e]
            level += 1
    return out


def without_consent(page: features.Facts, reasons: Sequence[str | None]) -> list[str | None]:
    """The reasons, with one for each block of a part of the page that names itself a request for consent: its prose is as
    long as an article's. Not where that part has the headline or the main element: the whole page is named after such
    requests too."""
    if page.hints.keys().isdisjoint(_CONSENT):
        return list(reasons)
    part = [-1] * len(page.parents)
    whole = {-1}
    for e, parent in enumerate(page.parents):
        part[e] = part[parent] if parent >= 0 else -1
        if part[e] < 0 and not _CONSENT.isdisjoint(page.hint_words[e]) and page.tags[e] not in ("html", "body"):
            part[e] = e
        if page.tags[e] in ("article", "main"):
            whole.add(part[e])
    whole.update(
        part[page.at[i]]
        for i, (block, why) in enumerate(zip(page.blocks, reasons, strict=True))
        if why == "title" or (block.label == "heading" and block.level == 1)
    )
    return ["in-notice" if why is None and part[page.at[i]] not in whole else why for i, why in enumerate(reasons)]


def without_small_print(
    blocks: Sequence[Block], scores: Sequence[float], reasons: Sequence[str | None]
) -> list[str | None]:
    """The reasons, `small-print` for notes that are most unlikely to be body: those under offers are terms of sale."""
    return [
        "small-print" if why == "footnote" and block.label == "footnote" and score < _SMALL_PRINT else why
        for block, score, why in zip(blocks, scores, reasons, strict=True)
    ]


def with_standfirst(
    blocks: Sequence[Block],
    page: features.Facts,
    rows: Rows,
    scores: Sequence[float],
    reasons: Sequence[str | None],
) -> list[float]:
    """The scores, raised for the standfirst: what stands behind the headline and is the page's declared description, or
    is a sentence in an element that names itself a lead."""
    out = list(scores)
    headline = next((i for i, why in enumerate(reasons) if why == "title"), len(blocks))
    for i in range(headline + 1, min(headline + 1 + _BEHIND_HEADLINE, len(blocks))):
        if (
            reasons[i] is None
            and blocks[i].label in ("paragraph", "heading")
            and len(blocks[i].text.split()) >= _STANDFIRST_WORDS
            and (rows[i][_DESCRIBED] >= 0.5 or (page.ends[i] and page.kinds[page.at[i]] & BIT["lead"]))
            and rows[i][_LINK_SHARE] < _LINKED
        ):
            out[i] = max(out[i], _STANDFIRST)
    return out


def tables_together(blocks: Sequence[Block], page: features.Facts, scores: Sequence[float]) -> list[float]:
    """The scores, the same for all rows of a table: their mean by words, four places. A table is body or it is not."""
    out = list(scores)
    if _TABLE_ROW not in page.label:
        return out
    tables: dict[int, list[int]] = {}
    for i, block in enumerate(blocks):
        if block.label == "table-row" and block.group:
            tables.setdefault(block.group, []).append(i)
    for rows in tables.values():
        total = sum([page.words[i] for i in rows])
        mean = round(fsum([page.words[i] * scores[i] for i in rows]) / total, 4)
        for i in rows:
            out[i] = mean
    return out


def bridged(
    blocks: Sequence[Block],
    page: features.Facts,
    rows: Rows,
    scores: Sequence[float],
    reasons: Sequence[str | None],
    kept: Set[int],
) -> set[int]:
    """The kept blocks, and the few headings, items, quotes, rows or lines of code that stand between two of them in the
    same element: what parts a body is part of it."""
    out = set(kept)
    at, bigger = page.at, page.bigger
    for before, after in pairwise(sorted(kept)):
        if not 1 < after - before <= 1 + _LONGEST_BRIDGE:
            continue
        between, around = range(before + 1, after), bigger[at[before]]
        if around == bigger[at[after]] and all(
            around == bigger[at[i]]
            and reasons[i] is None
            and scores[i] >= _BRIDGED
            and blocks[i].label in _IN_BODY
            and rows[i][_LINK_SHARE] < _LINKED
            for i in between
        ):
            out.update(between)
    return out
