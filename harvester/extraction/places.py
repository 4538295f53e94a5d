"""What a block-level element makes of the blocks inside it: headings, list items, quotes, code, cells, footnotes."""

import re

from harvester.extraction import markup, note_markup
from harvester.extraction.drafts import Item, List, Row, Table
from harvester.extraction.frames import Frame, Place
from harvester.extraction.markup import Attributes

_NUMBERED = re.compile(r"[\[(]?(\d{1,3}|[*†‡])[\]).:\s]")


class Places:
    """Gives places out, and lists, quotes and tables their numbers."""

    def __init__(self) -> None:
        self._groups = 0
        self.lists: list[List] = []
        """Every list of the page, outer ones before those inside."""

    def place(self, frame: Frame, words: frozenset[str], attributes: Attributes, drafts: int) -> Place:
        """The place inside an element that starts after so many drafts; `frame.place` is still the one around it."""
        tag, place = frame.tag, frame.place
        if note_markup.is_note_list(tag, words):
            place = place._replace(in_notes=True)
        if tag in markup.HEADINGS:
            return place._replace(label="heading", level=markup.HEADINGS[tag], info="", group=0)
        if tag in ("ul", "ol", "menu", "dir"):
            return place._replace(list=self._list(place, ordered=tag == "ol"))
        label = _footnote(frame, place, attributes)
        if label is not None:
            return place._replace(label="footnote", level=0, info=label, group=0, item=None)
        if tag == "li":
            return self._item(place)
        if tag == "blockquote":
            return self._quote(place)
        if tag in markup.PREFORMATTED:
            return place._replace(label="code")
        if tag in ("figcaption", "caption") or (tag in ("p", "div", "td", "dd") and "caption" in words):
            place = place._replace(label="caption", level=0, info="", group=0)
        return self._in_table(frame, place, attributes, drafts)

    def _list(self, place: Place, *, ordered: bool) -> List:
        item = place.item if place.item is not None and place.item.list is place.list else None
        found = List(self._group(), ordered, place.list, item)
        self.lists.append(found)
        return found

    def _item(self, place: Place) -> Place:
        around = place.list or self._list(place, ordered=False)
        return place._replace(label="list-item", info="1." if around.ordered else "-", list=around, item=Item(around))

    def _quote(self, place: Place) -> Place:
        group = place.quote_group or self._group()
        depth = place.quotes + 1
        return place._replace(
            label="quote", level=depth, info="", group=group, quotes=depth, quote_group=group, item=None
        )

    def _in_table(self, frame: Frame, place: Place, attributes: Attributes, drafts: int) -> Place:
        tag, row = frame.tag, place.row
        if tag == "table":
            if row is not None:
                row.table.layout = True
            layout = attributes.get("role") in ("presentation", "none")
            return place._replace(table=Table(self._group(), drafts, layout), row=None)
        if tag == "tr" and place.table is not None:
            in_head = frame.parent is not None and frame.parent.tag == "thead"
            row = Row(place.table, frame.number, in_head)
            place.table.rows.append(row)
            return place._replace(row=row)
        if tag in ("td", "th") and row is not None:
            row.cells.append([])
            row.plain_cells += tag == "td"
        return place

    def _group(self) -> int:
        self._groups += 1
        return self._groups


def code_language(frame: Frame) -> str:
    """The language that a preformatted element or one of the two around it names."""
    outer = frame.parent
    for element in (frame, outer, outer.parent if outer else None):
        if element is not None and (language := markup.code_language(element.node.attributes)):
            return language
    return ""


def _footnote(frame: Frame, place: Place, attributes: Attributes) -> str | None:
    """The label of an entry in a list of notes, None for other elements."""
    around = frame.parent if frame.tag == "li" else None
    if around is not None:
        around.items += 1
    if place.label == "footnote" or not (place.in_notes or "id" in attributes):
        return None
    number = note_markup.note_id(attributes)
    if around is not None and around.tag == "ol" and (number or place.in_notes):
        return str(around.items)
    if number or not place.in_notes or frame.tag not in ("li", "p"):
        return number
    match = _NUMBERED.match(markup.short_text(frame.node))
    return match[1] if match else str(around.items) if around else None
