"""What a block-level element makes of the blocks inside it: headings, list items, quotes, code, cells, footnotes."""

import re

from msgspec.structs import replace
from selectolax.lexbor import LexborNode

from harvester.extraction.drafts import Draft, Item, List, Place, Row, Table
from harvester.extraction.markup import HEADINGS, PREFORMATTED, Attributes, short_text
from harvester.extraction.note_markup import LIST_TAGS, is_note_list, note_id

_LISTS = frozenset(("ul", "ol", "menu", "dir"))
_CAPTIONS = frozenset(("figcaption", "caption"))
_MAY_BE_CAPTIONS = frozenset(("p", "div", "td", "dd"))
_TABLED = frozenset(("table", "tr", "td", "th"))
PLACED = frozenset((*HEADINGS, *PREFORMATTED, *_LISTS, *_CAPTIONS, *_TABLED, "li", "blockquote"))
"""Elements whose tag alone makes a place."""
_NUMBERED = re.compile(r"[\[(]?(\d{1,3}|[*†‡])[\]).:\s]")


class Places:
    """Gives places out, and lists, quotes and tables their numbers."""

    def __init__(self) -> None:
        self._groups = 0
        self.lists: list[List] = []
        """Every list of the page, outer ones before those inside."""

    def place(
        self,
        node: LexborNode,
        tag: str,
        place: Place,
        words: frozenset[str],
        attributes: Attributes,
        parent: str,
        nth: int,
        element: int,
        drafts: int,
    ) -> Place:
        """The place inside an element that starts after so many drafts, the `nth` item of its parent.

        `place` is the one around it. Of elements that are not `PLACED` only an id, words and notes around tell anything.
        """
        if words and tag in LIST_TAGS and is_note_list(words):
            place = replace(place, in_notes=True)
        if tag in HEADINGS:
            return replace(place, label="heading", level=HEADINGS[tag], info="", group=0)
        if tag in _LISTS:
            return replace(place, list=self._list(place, ordered=tag == "ol"))
        label = None
        if place.in_notes or "id" in attributes:
            label = _footnote(node, tag, place, attributes, parent, nth)
        if label is not None:
            return replace(place, label="footnote", level=0, info=label, group=0, item=None)
        if tag == "li":
            return self._item(place)
        if tag == "blockquote":
            return self._quote(place)
        if tag in PREFORMATTED:
            return replace(place, label="code")
        if tag in _CAPTIONS or (tag in _MAY_BE_CAPTIONS and "caption" in words):
            place = replace(place, label="caption", level=0, info="", group=0)
        return self._in_table(tag, place, attributes, parent, element, drafts) if tag in _TABLED else place

    def _list(self, place: Place, *, ordered: bool) -> List:
        item = place.item if place.item is not None and place.item.list is place.list else None
        found = List(self._group(), ordered, place.list, item)
        self.lists.append(found)
        return found

    def _item(self, place: Place) -> Place:
        around = place.list or self._list(place, ordered=False)
        return Place(
            "list-item", place.level, "1." if around.ordered else "-", place.group, around, place.quotes,
            place.quote_group, Item(around), place.table, place.row, place.in_notes,
        )  # fmt: skip

    def _quote(self, place: Place) -> Place:
        group = place.quote_group or self._group()
        depth = place.quotes + 1
        return replace(
            place, label="quote", level=depth, info="", group=group, quotes=depth, quote_group=group, item=None
        )

    def _in_table(
        self, tag: str, place: Place, attributes: Attributes, parent: str, element: int, drafts: int
    ) -> Place:
        row = place.row
        if tag == "table":
            if row is not None:
                row.table.layout = True
            layout = attributes.get("role") in ("presentation", "none")
            return replace(place, table=Table(self._group(), drafts, layout), row=None)
        if tag == "tr" and place.table is not None:
            row = Row(place.table, element, parent == "thead")
            place.table.rows.append(row)
            return replace(place, row=row)
        if tag in ("td", "th") and row is not None:
            row.cells.append([])
            row.plain_cells += tag == "td"
        return place

    def _group(self) -> int:
        self._groups += 1
        return self._groups


def settle_in(draft: Draft, place: Place) -> None:
    """Add a draft to the list item and to the table cell of its place."""
    item, row, label = place.item, place.row, draft.label
    if item is not None:
        if label == "list-item" or label == "code":
            draft.item = item
            item.blocks += 1
            if label == "list-item":
                item.begun = True
        elif label == "heading":
            item.headed = True
    if row is not None:
        if label == "heading" or label == "code":
            row.table.layout = True
        if label != "footnote" and label != "caption" and row.cells:
            draft.row = row
            row.cells[-1].append(draft)


def _footnote(node: LexborNode, tag: str, place: Place, attributes: Attributes, parent: str, nth: int) -> str | None:
    """The label of an entry in a list of notes, None for other elements."""
    if place.label == "footnote":
        return None
    number = note_id(attributes)
    is_item = tag == "li" and nth > 0
    if is_item and parent == "ol" and (number or place.in_notes):
        return str(nth)
    if number or not place.in_notes or tag not in ("li", "p"):
        return number
    match = _NUMBERED.match(short_text(node))
    return match[1] if match else str(nth) if is_item else None
