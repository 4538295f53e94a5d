"""Markup of gold, and plain text → Markdown of the same words. Nothing is left out but what is no text."""

from selectolax.lexbor import LexborHTMLParser, LexborNode

from harvester.extraction import escape
from harvester.extraction.gate import check
from harvester.settings import Recipe

_NO_TEXT = frozenset({"script", "style", "head", "template", "noscript", "svg", "math"})
# fmt: off
INLINE = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img",
    "ins", "kbd", "label", "mark", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub",
    "sup", "time", "tt", "u", "var", "wbr",
})
# fmt: on


def flat_text(html: str) -> str:
    """The text of markup, a paragraph for each block, a blank line between. Raises PageError `too-deep`."""
    check(html.encode("utf-8", "replace"), max_depth=Recipe().max_depth, max_attributes=Recipe().max_attributes)
    parser = LexborHTMLParser(html)
    paragraphs, open_ = list[str](), list[str]()

    def close() -> None:
        if words := " ".join("".join(open_).split()):
            paragraphs.append(words)
        open_.clear()

    # A stack of our own: markup of 5,000 levels is more than Python's.
    waiting: list[LexborNode | None] = [parser.body]
    while waiting:
        node = waiting.pop()
        if node is None:  # the end of a block
            close()
        elif node.tag == "-text":
            open_.append(node.text_content or "")
        elif node.tag == "br":
            open_.append(" ")
        elif node.tag is not None and not node.tag.startswith(("-", "_")) and node.tag not in _NO_TEXT:
            block = node.tag not in INLINE
            if block:
                close()
                waiting.append(None)
            waiting += reversed(list(node.iter(include_text=True)))
    close()
    return "\n\n".join(paragraphs)


def as_markdown(text: str) -> str:
    """Plain text as Markdown that renders as that text, a paragraph for each line."""
    return "\n\n".join(escape(" ".join(line.split())) for line in text.splitlines() if line.strip())
