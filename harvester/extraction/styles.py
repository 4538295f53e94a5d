"""The markers of text inside an inline element, and what of a block is its text, its Markdown and its links."""

import re
from collections.abc import Sequence

import cython

from harvester.extraction import note_markup
from harvester.extraction.drafts import Draft, Place
from harvester.extraction.inline import (
    CODE,
    LINK,
    STRONG,
    Run,
    Style,
    escape_start,
    folded,
    is_link,
    link_words,
    markdown,
    plain,
    plain_markdown,
)  # fmt: skip
from harvester.extraction.markup import CODE_WORDS, STYLES, Attributes
from harvester.extraction.words import count_words

_MAX_ADDRESS = 2048
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.I)
_LINKED_SCHEMES = {"http", "https", "mailto", "tel"}
_CONTROLS = "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x0e\x0f\x1b\x7f "
_MAY_BE_CONTROLS = frozenset(("paragraph", "list-item", "quote", "caption"))
STYLED = frozenset(("a", *CODE_WORDS, *STYLES))
"""Elements that put a marker on their text."""


def styled(style: Style, tag: str, attributes: Attributes, label: str) -> Style:
    """The markers of text one element down: each kind once, none inside code, no bold in headings."""
    if label == "code" or CODE in style:
        return style
    if tag == "a" and "href" in attributes:
        return style if is_link(style) else _with(style, LINK + _address(attributes["href"]))
    marker = CODE if tag in CODE_WORDS else STYLES.get(tag)
    if marker is None or marker in style or (marker == STRONG and label == "heading"):
        return style
    return _with(style, marker)


@cython.cfunc
def _with(style: Style, marker: str) -> Style:
    return (*style, marker) if style else (marker,)


@cython.cfunc
def _address(href: str | None) -> str:
    """The address as the page writes it; nothing where it leads nowhere: scripts, data, `#`."""
    address = href or ""
    for char in address:
        if char <= " " or char == "\x7f":
            address = address.replace("\t", "").replace("\n", "").replace("\r", "").strip(_CONTROLS)
            break
    if address == "#" or len(address) > _MAX_ADDRESS:
        return ""
    if address.startswith(("/", "https://", "http://")):
        return address
    scheme = _SCHEME.match(address)
    return "" if scheme and scheme[1].lower() not in _LINKED_SCHEMES else address


def code_draft(text: str, language: str, element: int, tag: str) -> Draft:
    """The draft of a code block, its white space kept."""
    code = text.strip("\n").rstrip()
    return Draft("code", code, code, 0, language, 0, element, tag, 0, count_words(code))


def text_draft(
    runs: Sequence[Run], place: Place, note: str, only_controls: bool, element: int, tag: str, sure: bool
) -> Draft:
    """The draft of any other block, from spaced runs. `note` is the label of the footnote that its links say it is,
    `sure` whether TeX in it is mathematics."""
    label, level, info, group = place.label, place.level, place.info, place.group
    if note:
        label, level, info, group = "footnote", 0, note, 0
    elif only_controls and label in _MAY_BE_CONTROLS:
        label, level, info, group = "control", 0, "", 0
    elif label == "list-item" and place.item is not None and place.item.begun:
        info = ""  # continues the item
    if len(runs) == 1 and not runs[0][1] and not runs[0][2] and label != "footnote":  # most blocks
        body = runs[0][0].removeprefix(" ").rstrip(" ")
        written = plain_markdown(body, sure=sure)
        if label != "heading":
            written = escape_start(written)
        return Draft(label, body, written, level, info, group, element, tag, 0, count_words(body))
    runs = folded(runs)
    if label == "footnote" and runs:
        text, style, mark = runs[0]
        runs = folded([(note_markup.without_label(text, info), style, mark), *runs[1:]])
    body = plain(runs)
    written = markdown(runs, sure=sure)
    if label != "heading":
        written = escape_start(written)
    words = count_words(body)
    linked = words if len(runs) == 1 and is_link(runs[0][1]) else link_words(runs)
    return Draft(label, body, written, level, info, group, element, tag, linked, words)
