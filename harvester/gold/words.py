"""The words of gold: Markdown without its markup, and the folding under which snippets are looked for."""

import re
from collections import Counter

from markdown_it import MarkdownIt
from markdown_it.token import Token

from harvester.extraction import UNSPACED

TAG = re.compile(r"<[^<>]*>")
_WORD = re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}]+")

_DEFINITION = re.compile(r"(?m)^\[\^[^\]\n]{1,200}\]:.*$")
_REFERENCE = re.compile(r"(?<!\\)\[\^[^\]\n]{1,200}\]")
_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_BLOCKS = MarkdownIt("commonmark").enable("table").disable("inline")
_MARKUP = re.compile(r"[\\`~*_\[<&]")
"""What markup within a line has to have."""
_LINE_END = re.compile(r" *\n[ \t]*")


def plain_text(markdown: str) -> str:
    """The words of a Markdown text, footnotes and their marks left out."""
    source, known = _REFERENCE.sub("", _DEFINITION.sub("", markdown)), dict[str, object]()
    lines = []
    for token in _BLOCKS.parse(source, known):
        if token.type == "inline":
            lines.append(_words(token.content, known))
        elif token.type in ("fence", "code_block"):
            lines.append(token.content)
    return "\n".join(lines)


def _words(line: str, known: dict[str, object]) -> str:
    """What stands in a paragraph, a heading or a cell; `known` has the addresses that links refer to."""
    if _MARKUP.search(line) is None:  # most of a text: parsing it costs more than all else
        return _LINE_END.sub(" ", line)
    parts = list[Token]()
    _MARKDOWN.inline.parse(line, _MARKDOWN, known, parts)
    return "".join(part.content if part.content else " " if part.type.endswith("break") else "" for part in parts)


def fold(text: str) -> str:
    """White space of any kind as one space."""
    return " ".join(text.split())


def bag(text: str) -> Counter[str]:
    r"""The `\w+` of a text in lower case, each character of a script without spaces a word of its own."""
    return Counter(_WORD.findall(text.lower()))
