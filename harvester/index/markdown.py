"""A Markdown index becomes Entries: its blocks are parsed at once, the text inside them one run at a time."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

from markdown_it.token import Token

from harvester.index import front_matter
from harvester.index.inline import NESTING, Run, parser, read_run
from harvester.index.items import Items
from harvester.index.listing import Defaults, Part, Problem, ignore
from harvester.index.tables import Table, unreadable

MAX_BYTES = 8_388_608
MAX_TOKENS = 1_000_000
MAX_RUN = 8_192  # inline rules need quadratic time for some runs: 16 KiB of `a://` took 2.1 s, 8 KiB 0.5 s
_MARKS = re.compile(r"-{3,}[ \t]*(?:\n|$)")


class _TooMany(Exception):
    """More blocks than MAX_TOKENS."""


class _Tokens(list[Token]):
    """A list that bounds what markdown-it makes of a small input: 500 bytes of tokens for each `*` on a line."""

    def append(self, token: Token) -> None:
        if len(self) >= MAX_TOKENS:
            raise _TooMany
        super().append(token)


def read(text: str, file: str) -> tuple[Defaults, Iterator[Part]]:
    """The front matter, and the parts of the index in the order in which they end."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    if len(text) > MAX_BYTES:
        return Defaults(), _only(1, f"a Markdown index of more than {MAX_BYTES} characters: write it as JSON Lines")
    tokens, environment = _Tokens(), dict[str, Any]()
    try:
        parser().block.parse(text, parser(), environment, tokens)
    except _TooMany:
        line = next(token.map[0] for token in reversed(tokens) if token.map) + 1
        return Defaults(), _only(line, "too many items for Markdown: write the index as JSON Lines")
    defaults, problems = Defaults(), tuple[Problem, ...]()
    if tokens and tokens[0].type == "front_matter":
        defaults, problems = front_matter.read(tokens[0].content, line=2)
    elif _MARKS.match(text):
        problems = (Problem(line=1, text="front matter is not ended: close it with a line `---`"),)
    return defaults, chain(problems, _Walk(file, text, environment).parts(tokens))


def _only(line: int, text: str) -> Iterator[Part]:
    yield Problem(line=line, text=text)


class _Walk:
    """Where the reading of an index is: the headings, list items and table around the token at hand."""

    def __init__(self, file: str, text: str, environment: dict[str, Any]) -> None:
        self.file, self.environment = file, environment
        self.lines = text.split("\n")
        self.headings, self.skip_title, self.level = list[tuple[int, str]](), False, 0
        self.items = Items(file)
        self.table: Table | None = None

    @property
    def section(self) -> str | None:
        return " / ".join(text for _, text in self.headings) or None

    def parts(self, tokens: list[Token]) -> Iterator[Part]:
        """Walk the tokens, freeing each once it is read."""
        self.skip_title = sum(token.type == "heading_open" and token.tag == "h1" for token in tokens) == 1
        tokens.reverse()
        while tokens:
            token = tokens.pop()
            line = token.map[0] + 1 if token.map else 0
            if token.type in ("list_item_open", "blockquote_open") and token.level >= NESTING - 1:
                yield Problem(line=line, text="lists or quotes nested too deep: ten lists, or twenty quotes, at most")
                return
            yield from self._take(token, line)

    def _take(self, token: Token, line: int) -> Iterator[Part]:
        match token.type:
            case "inline":
                yield from self._inline(token.content, line)
            case "list_item_open":
                yield from self.items.open(line, self.section)
            case "list_item_close":
                yield from self.items.close()
            case "heading_open":
                self.level = int(token.tag[1])
            case "heading_close":
                self.level = 0
            case "table_open":
                self.table = Table(self.file, self.section)
            case "table_close":
                self.table = None
            case "tr_open" if self.table is not None:
                self.table.begin(line, self.lines[line - 1])
            case "tr_close" if self.table is not None:
                yield from self.table.end()

    def _inline(self, source: str, line: int) -> Iterator[Part]:
        if len(source) > MAX_RUN:
            yield Problem(line=line, text=f"more than {MAX_RUN} characters of text in one piece: part or shorten it")
            return
        if self.table is None and (problem := unreadable(source, line)):
            yield problem
            return
        run = read_run(source, self.environment)
        if self.table is not None:
            self.table.cells.append(run)
        elif self.items:
            self.items.add(run)
        else:
            if self.level:
                self._enter(run)
            if run.links:
                yield ignore(self.file, line, source, "prose")

    def _enter(self, run: Run) -> None:
        """A heading begins a section; the only first-level one is the document's title and begins none."""
        self.headings = [(level, text) for level, text in self.headings if level < self.level]
        if not (self.level == 1 and self.skip_title):
            self.headings.append((self.level, run.text.strip()))
