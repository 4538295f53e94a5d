"""Kept Blocks → one Markdown text (CommonMark with GFM tables and footnotes)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from harvester.extraction.inline import escape_start, note_label, plain_markdown
from harvester.types import Block, Footnote

_MAX_DEPTH = 10
"""Lists and quotes nested deeper are written at this depth, so that the text stays linear in the blocks."""
_CLOSING_HASHES = re.compile(r"(?<![^\s])(?=#+\Z)")
_TICKS = re.compile("`{3,}")


def to_markdown(blocks: Sequence[Block], footnotes: Sequence[Footnote]) -> str:
    """The blocks in order, then the footnotes as definitions; without a line end at the end.

    A table whose first kept row is no header row gets an empty one: GFM has no table without. List items are
    numbered anew, as kept. A block labelled `footnote` gives its Markdown to the footnote with its label.
    """
    parts: list[str] = []
    lists = _Lists()
    previous: Block | None = None
    for table, group in groupby((b for b in blocks if b.label != "footnote"), _table_of):
        if table:
            rows = [*group]
            parts += [_separator(previous, rows[0]), _table(rows)]
            previous = rows[-1]
            continue
        for block in group:
            parts += [_separator(previous, block), _written(block, previous, lists)]
            previous = block
    definitions = _definitions(footnotes, {b.info: b.markdown for b in reversed(blocks) if b.label == "footnote"})
    return "".join(parts[1:]) + ("\n\n" if parts and definitions else "") + definitions


def escape(text: str, *, sure: bool = False) -> str:
    """Plain text, white space folded, as a Markdown paragraph that renders as that text; TeX in it stays TeX.

    `sure` as for `tex.spans`.
    """
    return escape_start(plain_markdown(text, sure=sure))


def _table_of(block: Block) -> int:
    return block.group if block.label == "table-row" else 0


def _separator(previous: Block | None, block: Block) -> str:
    same = previous is not None and previous.label == block.label and previous.group == block.group != 0
    if same and previous is not None and block.label == "list-item" and block.info and previous.info:
        return "\n"
    if same and previous is not None and block.label == "quote":
        return f"\n{_quote_marks(min(previous.level, block.level))}\n"
    return "\n\n"


def _written(block: Block, previous: Block | None, lists: "_Lists") -> str:
    if block.label == "heading":
        hashes = "#" * min(max(block.level, 1), 6)
        return f"{hashes} {_CLOSING_HASHES.sub(lambda _: chr(92), block.markdown, count=1)}"
    if block.label == "quote":
        return f"{_quote_marks(block.level)} {block.markdown}"
    if block.label == "list-item":
        return lists.item(block, previous)
    if block.label == "code":
        indent = " " * lists.indent(block, previous)
        return "\n".join(indent + line if line else line for line in _fenced(block).split("\n"))
    return block.markdown


def _quote_marks(level: int) -> str:
    return " ".join(">" * min(max(level, 1), _MAX_DEPTH))


def _fenced(block: Block) -> str:
    longest = max((len(ticks) for ticks in _TICKS.findall(block.text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{block.info}\n{block.text}\n{fence}"


def _table(rows: Sequence[Block]) -> str:
    width = max(row.text.count("\t") + 1 for row in rows)
    header = rows[0] if rows[0].info == "header" else None
    missing = width - (header.text.count("\t") + 1 if header else 0)
    lines = [f"{header.markdown if header else '|'}{'  |' * missing}", f"|{' --- |' * width}"]
    return "\n".join([*lines, *(row.markdown for row in rows[1 if header else 0 :])])


def _definitions(footnotes: Sequence[Footnote], written: Mapping[str, str]) -> str:
    return "\n".join(
        f"[^{note_label(note.label)}]: {written.get(note.label) or escape(' '.join(note.text.split()))}"
        for note in footnotes
    )


@dataclass(slots=True)
class _OpenList:
    level: int
    ordered: bool
    indent: int
    count: int = 0
    content: int = 0
    """Column at which the text of its last item begins."""


class _Lists:
    """Markers and indents of list items, by the group of the list: one that is interrupted goes on counting."""

    def __init__(self) -> None:
        self._stacks: dict[int, list[_OpenList]] = {}
        self._alternate = False

    def item(self, block: Block, previous: Block | None) -> str:
        """A list item, or a paragraph that continues one, where it stands in its list."""
        stack = self._resumed(block, previous)
        if not block.info:
            return " " * (stack[-1].content if stack else 0) + block.markdown
        ordered, level = block.info == "1.", min(block.level, _MAX_DEPTH)
        if stack and stack[-1].level == level and stack[-1].ordered != ordered:
            stack.pop()
        if not stack or stack[-1].level < level:
            stack.append(_OpenList(level, ordered, stack[-1].content if stack else 0))
        top = stack[-1]
        top.count += 1
        marker = f"{top.count}{')' if self._alternate else '.'}" if ordered else "*" if self._alternate else "-"
        top.content = top.indent + len(marker) + 1
        return f"{' ' * top.indent}{marker} {block.markdown}"

    def indent(self, block: Block, previous: Block | None) -> int:
        """Column of a block of code inside a list item; 0 outside of lists."""
        stack = self._resumed(block, previous) if block.level else []
        return stack[-1].content if stack else 0

    def _resumed(self, block: Block, previous: Block | None) -> list[_OpenList]:
        """The open lists down to the block's level. After an interruption Markdown begins a new list at the margin."""
        stack = self._stacks.setdefault(block.group, [])
        level = min(block.level, _MAX_DEPTH)
        while stack and stack[-1].level > level:
            stack.pop()
        if not _in_list(previous) or (previous is not None and previous.group != block.group):
            # Lists that touch need another marker, or they would be one list.
            self._alternate = _in_list(previous) and not self._alternate
            stack[:] = [_OpenList(top.level, top.ordered, 0, top.count) for top in stack[-1:] if top.level == level]
        return stack


def _in_list(block: Block | None) -> bool:
    return block is not None and block.level > 0 and block.label in ("list-item", "code")
