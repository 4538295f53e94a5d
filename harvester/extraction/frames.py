"""What the walk over a page keeps of open elements and of the block being read."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from harvester.extraction.drafts import Draft, Item, List, Row, Table
from harvester.extraction.inline import CODE, LINK, STRONG, Run
from harvester.extraction.markup import BLOCKS, CODE_WORDS, HEADINGS, STYLES, Attributes

_MAX_ADDRESS = 2048
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.I)
_LINKED_SCHEMES = {"http", "https", "mailto", "tel"}
_CONTROL_HOSTS = {"p", *HEADINGS}
"""Elements in which a button or a label is part of the sentence."""


class Place(NamedTuple):
    """What a block at this place of the page is."""

    label: str = "paragraph"
    level: int = 0
    info: str = ""
    group: int = 0
    list: List | None = None
    quotes: int = 0
    quote_group: int = 0
    item: Item | None = None
    table: Table | None = None
    row: Row | None = None
    in_notes: bool = False
    """Inside an element that holds the page's footnotes."""


@dataclass(slots=True)
class Text:
    """The block being read."""

    runs: list[Run] = field(default_factory=list)
    common: "Frame | None" = None
    """The innermost element that holds all visible runs so far; None before the first."""
    here: "Frame | None" = None
    """The innermost element that holds them and is still open."""
    only_controls: bool = True
    after_break: bool = False
    mark: str = ""
    """Label of a footnote mark whose note has not come yet."""
    note: str = ""
    """Label of the footnote that this block is, as its link back to the mark says."""
    held: list[Draft] = field(default_factory=list)
    """Blocks that interrupt this one."""

    def see(self, frame: "Frame") -> None:
        """Take note that a visible run stands in `frame`."""
        if self.common is None:
            self.here = frame
        self.common = self.here
        self.after_break = False
        self.only_controls = self.only_controls and frame.in_control


@dataclass(slots=True, eq=False)
class Frame:
    """An open element."""

    node: LexborNode
    tag: str
    parent: "Frame | None"
    is_block: bool
    block_tag: str
    """Tag of the nearest block-level element, itself included."""
    place: Place
    style: tuple[str, ...]
    number: int
    """Its place among the elements of the page."""
    hidden_by: int
    """The outermost hidden element around the text, by its `mem_id`; 0 where the text is shown."""
    in_control: bool
    items: int = 0
    """Items of a list read so far."""
    interrupted: Text | None = None
    """The block that this element interrupts."""


def is_block(tag: str, parent: Frame | None) -> bool:
    """Whether a block ends at the element's edges."""
    if tag in ("button", "label"):
        return parent is None or parent.block_tag not in _CONTROL_HOSTS
    return tag in BLOCKS


def styled(style: tuple[str, ...], tag: str, attributes: Attributes, label: str) -> tuple[str, ...]:
    """The markers of text one element down: each kind once, none inside code, no bold in headings."""
    if CODE in style or label == "code":
        return style
    if tag == "a" and "href" in attributes:
        in_link = any(marker[0] == LINK for marker in style)
        return style if in_link else (*style, LINK + _address(attributes.get("href")))
    marker = CODE if tag in CODE_WORDS else STYLES.get(tag)
    if marker is None or marker in style or (marker == STRONG and label == "heading"):
        return style
    return (*style, marker)


def link_text(runs: Iterable[Run]) -> str:
    """The text that stands in links, wherever these lead."""
    return " ".join(run.text for run in runs if any(marker[0] == LINK for marker in run.style))


def _address(href: str | None) -> str:
    """The address as the page writes it; nothing where it leads nowhere: scripts, data, `#`."""
    address = re.sub(r"[\t\n\r]", "", href or "").strip("\x00\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x0e\x0f\x1b\x7f ")
    scheme = _SCHEME.match(address)
    if address == "#" or len(address) > _MAX_ADDRESS or (scheme and scheme[1].lower() not in _LINKED_SCHEMES):
        return ""
    return address
