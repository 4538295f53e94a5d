"""The words of gold: Markdown without its markup, and the folding under which snippets are looked for."""

import re
from collections import Counter
from itertools import groupby

from markdown_it import MarkdownIt
from markdown_it.token import Token

from harvester.extraction import UNSPACED

TAG = re.compile(r"<[^<>]*>")
_WORD = re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}]+")

_DEFINITION = re.compile(r"(?m)^\[\^[^\]\n]{1,200}\]:.*$")
_REFERENCE = re.compile(r"(?<!\\)\[\^[^\]\n]{1,200}\]")
_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_BLOCKS = MarkdownIt("commonmark").enable("table").disable("inline")
_SIGN = re.compile(r"[\\`~*_<&]")
_MARKUP = re.compile(r"[\\`~*<]|&[#a-zA-Z][a-zA-Z0-9]*;|(?<![^\W_])_|_(?![^\W_])")
"""What markup within a line has to have, links aside: `_` does nothing between letters, nor `&` without a `;`."""
_BEGIN = r"""(?:
    [^\s#>\-+*_=0-9`~|:<]
    | [0-9] (?! [0-9]{0,8} [.)] (?:\s|\Z))
    | [#] (?! [#]{0,5} (?:\s|\Z))
    | [-+*] (?! \s|\Z) (?! [-:|*\s]* \Z)
    | _ (?! [_\s]* \Z)
    | = (?! =*\s*\Z)
    | [|:] (?! [-:|\s]* \Z)
    | ` (?! ``)
    | ~ (?! ~~)
)"""
_PARAGRAPH = re.compile(_BEGIN, re.VERBOSE)
"""How every line of a paragraph begins that can be nothing else, neither by itself nor by the line before it."""
_HEADING = re.compile(rf"[#]{{1,6}}[ ]({_BEGIN}.*(?<![#\s])\s*)\Z", re.DOTALL | re.VERBOSE)
_ITEM = re.compile(rf"([-+*]|[0-9]{{1,9}}[.)])[ ]({_BEGIN}.*)\Z", re.DOTALL | re.VERBOSE)
_STAND_IN = "x"
_WITH_TEXT = ("inline", "fence", "code_block")
_LINE_END = re.compile(r" *\n[ \t]*")


def plain_text(markdown: str) -> str:
    """The words of a Markdown text, footnotes and their marks left out."""
    known = dict[str, object]()
    source = _REFERENCE.sub("", _DEFINITION.sub("", markdown)) if "[^" in markdown else markdown
    return "\n".join(_words(text, known) if inline else text for text, inline in _blocks(source, known))


def _blocks(source: str, known: dict[str, object]) -> list[tuple[str, bool]]:
    """The blocks of a text in order, and whether markup within lines counts in them; `known` gets what links refer to.

    What can be nothing but a paragraph, a heading or items of a list is not parsed, since markdown-it asks a dozen rules at each
    line: one short line stands in for all that follow one another. Where it does not come back as that, they stand within
    something else, and the whole text is parsed.
    """
    source = source.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")  # as markdown-it does
    plain, lines, last, other = dict[int, list[str]](), list[str](), -1, False
    for blank, group in groupby(source.split("\n"), key=_is_blank):
        part = list(group)
        found = None if blank else _plain(part)
        if found is None:
            lines += part
            last, other = (last, other) if blank else (-1, True)
        else:
            if last < 0:
                last = len(lines)
                lines.append("")
                plain[last] = []
            lines[last] = found[0]
            plain[last] += found[1]
    if not other:
        return [(text, True) for texts in plain.values() for text in texts]
    blocks, back = list[tuple[str, bool]](), 0
    for token in _BLOCKS.parse("\n".join(lines), known):
        texts = plain.get(token.map[0]) if token.type == "inline" and token.map else None
        if texts is not None and token.map:
            blocks += [(text, True) for text in texts]
            back += token.level == (1 if lines[token.map[0]] == _STAND_IN else 3)
        elif token.type in _WITH_TEXT:
            blocks.append((token.content, token.type == "inline"))
    if back == len(plain):
        return blocks
    known.clear()
    parsed = _BLOCKS.parse(source, known)
    return [(token.content, token.type == "inline") for token in parsed if token.type in _WITH_TEXT]


def _is_blank(line: str) -> bool:
    return not line.strip(" \t")


def _plain(lines: list[str]) -> tuple[str, list[str]] | None:
    """What stands in for lines between blank ones, and the texts in them; None where they may be anything."""
    if len(lines) == 1 and (heading := _HEADING.match(lines[0])):
        return _STAND_IN, [heading[1].strip()]
    texts, marker = list[list[str]](), ""
    for line in lines:
        if item := _ITEM.match(line):
            # A number need not begin a list behind other lines: among items of the same kind alone it must.
            if texts and item[1][-1] in ".)" and marker[-1:] != item[1][-1]:
                return None
            marker = item[1]
            texts.append([item[2]])
        elif not _PARAGRAPH.match(line.lstrip(" ") if texts and not marker else line):
            return None
        elif texts:
            texts[-1].append(line)
        else:
            texts.append([line])
    if any(text[0][0] == "[" and any("]:" in line for line in text) for text in texts):
        return None  # it may say what a link refers to
    return f"{marker} {_STAND_IN}".strip(), ["\n".join(text).strip() for text in texts]


def _words(line: str, known: dict[str, object]) -> str:
    """What stands in a paragraph, a heading or a cell; `known` has the addresses that links refer to."""
    marked = _SIGN.search(line) and _MARKUP.search(line)  # a set of characters is looked for in a third of the time
    if not marked and not ("[" in line and (known or "](" in line)):  # most of a text: parsing costs more than all else
        return _LINE_END.sub(" ", line) if "\n" in line else line
    parts = list[Token]()
    _MARKDOWN.inline.parse(line, _MARKDOWN, known, parts)
    return "".join(part.content if part.content else " " if part.type.endswith("break") else "" for part in parts)


def fold(text: str) -> str:
    """White space of any kind as one space."""
    return " ".join(text.split())


def bag(text: str) -> Counter[str]:
    r"""The `\w+` of a text in lower case, each character of a script without spaces a word of its own."""
    return Counter(_WORD.findall(text.lower()))
