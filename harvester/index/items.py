"""List items become Entries: an item that names a page, with its notes and the `key: value` items beneath it."""

import re
from collections.abc import Iterator, Sequence
from enum import Enum, auto

from harvester.index.inline import Link, Run, around, kind_of_item, page_of_item
from harvester.index.listing import Entry, Ignored, Pair, Part, fold, ignore

_PAIR = re.compile(r"\s*([^\W\d_][\w -]{0,39}?)\s*:\s+(\S.*)", re.S)


class _Kind(Enum):
    UNREAD = auto()
    PAGE = auto()
    STRUCK = auto()
    OTHER = auto()


class _Item:
    """An open list item: what it said so far."""

    def __init__(self, line: int, section: str | None) -> None:
        self.line, self.section, self.kind = line, section, _Kind.UNREAD
        self.runs, self.notes, self.pairs = list[Run](), list[str](), list[Pair]()
        self.target = ""
        self.label: str | None = None
        self.source: str | None = None


class Items:
    """The list items open at a place of the index, outermost first."""

    def __init__(self, file: str) -> None:
        self.file, self.stack = file, list[_Item]()

    def __bool__(self) -> bool:
        return bool(self.stack)

    def open(self, line: int, section: str | None) -> Iterator[Part]:
        """Enter an item; the text of the one around it is judged before what lies beneath."""
        if self.stack:
            yield from self._read()
        self.stack.append(_Item(line, section))

    def add(self, run: Run) -> None:
        """Text of the innermost item."""
        self.stack[-1].runs.append(run)

    def close(self) -> Iterator[Part]:
        """Leave the innermost item."""
        yield from self._read()
        item = self.stack.pop()
        if item.kind is _Kind.PAGE:
            yield Entry(
                line=item.line,
                target=item.target,
                label=item.label,
                section=item.section,
                notes=tuple(item.notes),
                pairs=tuple(item.pairs),
                kind=item.source,
            )

    def _read(self) -> Iterator[Part]:
        item = self.stack[-1]
        runs, item.runs = item.runs, []
        parent = self.stack[-2] if len(self.stack) > 1 else None
        if parent and parent.kind in (_Kind.PAGE, _Kind.STRUCK) and item.kind is _Kind.UNREAD:
            pair = _pair(runs, item.line)
            if pair is not None:
                item.kind = _Kind.OTHER
                parent.pairs.append(pair)  # what stands beneath a struck page goes with it
                yield from further(self.file, item.line, runs[0], labelled=True)
                return
        yield from self._page(item, runs)

    def _page(self, item: _Item, runs: Sequence[Run]) -> Iterator[Part]:
        pages = ((run, page) for run in runs if (page := page_of_item(run)))
        found, page = (None, None) if item.kind is _Kind.PAGE else next(pages, (None, None))
        if found is not None and page is not None:
            item.kind, item.target, item.label = _Kind.PAGE, page.target, page.label
            item.source = kind_of_item(found, page)
        struck = [target for run in runs for target in run.struck]
        if item.kind is _Kind.PAGE:
            for run in runs:
                own = page if run is found else None
                own_start = own.start if own is not None and item.source else 0
                item.notes.append(run.text if own is None else around(run, own, own_start))
                yield from further(self.file, item.line, run, own)
        elif struck:
            item.kind = _Kind.STRUCK
        elif source := " ".join(run.source for run in runs):
            item.kind = _Kind.OTHER
            yield ignore(self.file, item.line, source, "no link, URL or path")
        for target in struck:
            yield ignore(self.file, item.line, target, "struck-through")


def _pair(runs: Sequence[Run], line: int) -> Pair | None:
    match = _PAIR.fullmatch(runs[0].text) if len(runs) == 1 else None
    if match is None or (runs[0].links and runs[0].links[0].start < match.start(2)):
        return None
    key, links = fold(match[1]).lower(), runs[0].links
    if key == "match":  # as it was written: two `*` would be emphasis, and lost
        return Pair(key=key, value=fold(runs[0].source.partition(":")[2].replace("`", "")), line=line)
    return Pair(key=key, value=links[0].target if key == "url" and links else fold(match[2]), line=line)


def further(file: str, line: int, run: Run, own: Link | None = None, *, labelled: bool = False) -> Iterator[Ignored]:
    """The links of a run but the entry's own; with `labelled`, only those whose address the text does not show."""
    for link in run.links:
        if link is not own and not (labelled and link.label in (None, link.target)):
            yield ignore(file, line, link.target, "further link")
