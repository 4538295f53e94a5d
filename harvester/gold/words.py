"""The words of gold: Markdown without its markup, and the folding under which snippets are looked for."""

import re
from collections import Counter

from markdown_it import MarkdownIt

from harvester.extraction import UNSPACED

TAG = re.compile(r"<[^<>]*>")
_WORD = re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}]+")

_DEFINITION = re.compile(r"(?m)^\[\^[^\]\n]{1,200}\]:.*$")
_REFERENCE = re.compile(r"(?<!\\)\[\^[^\]\n]{1,200}\]")
_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def plain_text(markdown: str) -> str:
    """The words of a Markdown text, footnotes and their marks left out."""
    source = _REFERENCE.sub("", _DEFINITION.sub("", markdown))
    lines = []
    for token in _MARKDOWN.parse(source):
        if token.type == "inline":
            pieces = (c.content if c.content else " " if c.type.endswith("break") else "" for c in token.children or ())
            lines.append("".join(pieces))
        elif token.type in ("fence", "code_block"):
            lines.append(token.content)
    return "\n".join(lines)


def fold(text: str) -> str:
    """White space of any kind as one space."""
    return " ".join(text.split())


def bag(text: str) -> Counter[str]:
    r"""The `\w+` of a text in lower case, each character of a script without spaces a word of its own."""
    return Counter(_WORD.findall(text.lower()))
