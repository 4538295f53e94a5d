"""Table rows become Entries: a row with a cell that names a page; the other columns are its `key: value` pairs."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from harvester.index.fields import show
from harvester.index.inline import Link, Run, around, page_of_cell
from harvester.index.items import further
from harvester.index.listing import Entry, Pair, Part, Problem, fold, ignore
from harvester.index.seeds import TYPED

_PIPE = re.compile(r"(?<!\\)\|")
_DELIMITER = re.compile(r"[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")


class Table:
    """A table being read: its header, once known, and the cells of the row that is open."""

    def __init__(self, file: str, section: str | None) -> None:
        self.file, self.section = file, section
        self.header, self.cells, self.usable = list[str](), list[Run](), True
        self.line, self.width = 0, 0

    def begin(self, line: int, source: str) -> None:
        """A row; `source` is its line of the index."""
        self.line, self.width, self.cells = line, _width(source), []

    def end(self) -> Iterator[Part]:
        """The row's cells are all there; the first row is the header."""
        cells, line = self.cells, self.line
        if not self.header:
            self.header = [fold(cell.text).lower() for cell in cells]
            twice = [key for key, count in Counter(self.header).items() if key and count > 1]
            if twice:
                self.usable = False
                yield Problem(line=line, text=f"unreadable table, two columns are named {show(twice[0])}: rename one")
        elif self.usable and self.width > len(cells):
            text = f"unreadable table, {self.width} cells under {len(cells)} columns: write a pipe inside a cell as \\|"
            yield Problem(line=line, text=text)
        elif self.usable:
            yield from self._entry(line, cells)

    def _entry(self, line: int, cells: Sequence[Run]) -> Iterator[Part]:
        own, page = self._page(cells)
        struck = [target for cell in cells for target in cell.struck]
        if page is not None:
            yield Entry(
                line=line,
                target=page.target,
                label=page.label,
                section=self.section,
                notes=() if self.header[own] in TYPED else (around(cells[own], page),),
                pairs=tuple(self._pairs(cells, own, line)),
            )
            for index, cell in enumerate(cells):
                yield from further(self.file, line, cell, page, labelled=index != own)
        elif not struck and any(cell.source for cell in cells):
            yield ignore(self.file, line, " | ".join(cell.source for cell in cells), "no link, URL or path")
        for target in struck:
            yield ignore(self.file, line, target, "struck-through")

    def _page(self, cells: Sequence[Run]) -> tuple[int, Link | None]:
        """The column that names the page: `path`, else the first one free for it, else `url`, else any."""
        found = ((self._rank(index), index, page) for index, cell in enumerate(cells) if (page := page_of_cell(cell)))
        _, own, page = min(found, key=lambda place: place[:2], default=(0, 0, None))
        return own, page

    def _rank(self, index: int) -> int:
        key = self.header[index]
        if key == "path":
            return 0
        if key == "url":
            return 2
        return 3 if key in TYPED - {"title", "label"} else 1

    def _pairs(self, cells: Sequence[Run], own: int, line: int) -> Iterator[Pair]:
        for index, (key, cell) in enumerate(zip(self.header, cells, strict=True)):
            if index == own and (key == "url" or key not in TYPED):
                continue
            value = cell.links[0].target if key == "url" and cell.links else fold(cell.text)
            if value:
                yield Pair(key=key, value=value, line=line)


def _width(source: str) -> int:
    """Cells of a row as GFM counts them."""
    cells = _PIPE.split(source.strip(" \t>"))
    return len(cells) - (cells[0] == "") - (len(cells) > 1 and cells[-1] == "")


def unreadable(source: str, line: int) -> Problem | None:
    """What keeps a paragraph with lines that begin with `|` from being a table."""
    rows = source.split("\n")
    for number, row in enumerate(rows):
        if row.lstrip().startswith("|"):
            below = rows[number + 1] if number + 1 < len(rows) else ""
            if _DELIMITER.fullmatch(below):
                text = f"its header has {_width(row)} columns, the delimiter row {_width(below)}: give both the same"
            else:
                text = "no delimiter row such as |---|---| under the header: add one"
            return Problem(line=line + number, text=f"unreadable table, {text}")
    return None
