"""Runs of inline text → plain text, and inline Markdown (CommonMark with GFM) that renders as that text.

Knows nothing of HTML: a run is text, white space as found, with the markers it stands under.

One long file: compiled, functions call each other as C does only inside one module.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

import cython

from harvester.extraction import tex
from harvester.extraction.tex import is_math
from harvester.extraction.words import count_words

STRONG, EMPHASIS, CODE, LINK, IMAGE = "**", "*", "`", "[", "!"

# Controls, soft hyphen, word joiner, byte order mark, and the private use area, where icon fonts have their glyphs.
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1b\x7f\xad\u2060\ufeff\ue000-\uf8ff]")
_JOINERS = " \t\n\f\r\u200b\u200c\u200d\u200e\u200f"
_OPENS_ENTITY = re.compile(r"&(?:#?\w{1,32};|\Z)")
_OPENS_BLOCK = re.compile(r"(?:(\d{1,9})[.)]|#{1,6}|[-+])(?=\s|\Z)|>|-(?=[- ]+\Z)")
_TICKS = re.compile("`+")
_UNSAFE_IN_ADDRESS = re.compile(r"[\s<>()\\\[\]`*|]")
_ENTITY = re.compile(r"&(?=#?\w{1,32};)")
_CLOSES_UP = tuple(".,;:!?)]»”’")


Style = tuple[str, ...]
"""Markers, outermost first, each kind at most once, CODE, IMAGE or one of `tex` last; a link is `[` and its address, or
`[` alone."""
Run = tuple[str, Style, str]
"""Text, the markers it stands under, and nothing; or no text, markers, and the label of a footnote mark or, under IMAGE,
an image as Markdown."""


@cython.ccall
def clean(text: str) -> str:
    """The text without characters that are never visible; nothing where only joiners and marks are left."""
    for char in text:
        if not ("!" <= char <= "~" or char.isspace() or char.isprintable()):
            text = _INVISIBLE.sub("", text)
            return text if text.strip(_JOINERS) or text.isspace() else ""
    return text


@cython.ccall
def is_tidy(text: str) -> cython.bint:
    """Whether every character is seen and no white space is to be folded: nothing for `clean` and `spaced` to do."""
    after_space: cython.bint = False
    for char in text:
        if char == " ":
            if after_space:
                return False
            after_space = True
        elif "!" <= char <= "~" or char.isprintable():
            after_space = False
        else:
            return False
    return True


@cython.ccall
def spaced(text: str) -> str:
    """White space of any kind and length as one space, at the ends too."""
    middle = text.strip()
    if not middle:
        return " " if text else ""
    if not is_tidy(middle):
        middle = " ".join(middle.split())
    return f"{' ' if text[0].isspace() else ''}{middle}{' ' if text[-1].isspace() else ''}"


@cython.ccall
def folded(runs: Iterable[Run]) -> list[Run]:
    """Spaced runs with white space folded across their borders too, and none at the ends."""
    out: list[Run] = []
    text: str
    note: str
    after_space: cython.bint = True
    for run in runs:
        text, style, note = run
        if note:
            out.append(run)
            after_space = False
            continue
        if after_space and text.startswith(" "):
            text = text[1:]
            run = (text, style, "")
        if text:
            out.append(run)
            after_space = text.endswith(" ")
    while out and not out[-1][2]:
        text, style, _ = out.pop()
        if text := text.rstrip(" "):
            out.append((text, style, ""))
            break
    return out


@cython.ccall
def plain(runs: Sequence[Run]) -> str:
    """The text of folded runs, footnote marks left out."""
    if len(runs) == 1:
        return runs[0][0]
    parts: list[str] = []
    text: str
    note: str
    noted: cython.bint = False
    marked: cython.bint = False
    for text, _, note in runs:
        if noted and len(parts) > 1 and text.startswith(_CLOSES_UP):
            parts[-2] = parts[-2].rstrip(" ")
        parts.append(text)
        noted = note != ""
        marked = marked or noted
    return " ".join("".join(parts).split()) if marked else "".join(parts)


@cython.ccall
def link_words(runs: Sequence[Run]) -> cython.Py_ssize_t:
    """How many words stand in links, wherever these lead."""
    linked = [text for text, style, _ in runs if is_link(style)]
    return count_words(" ".join(linked)) if linked else 0


@cython.ccall
def is_link(style: Style) -> cython.bint:
    """Whether one of the markers is a link."""
    marker: str
    for marker in style:
        if marker[0] == LINK:
            return True
    return False


@cython.ccall
def escape_text(text: str) -> str:
    """Plain text as inline Markdown."""
    for char in text:
        if char in "\\`*[]~<_&":
            return _escaped(text)
    return text


@cython.cfunc
def _escaped(text: str) -> str:
    parts: list[str] = []
    start: cython.Py_ssize_t = 0
    position: cython.Py_ssize_t
    for position in range(len(text)):
        if text[position] in "\\`*[]~<_&" and _is_special(text, position):
            parts.append(text[start:position])
            start = position
    parts.append(text[start:])
    return "\\".join(parts)


@cython.cfunc
def _is_special(text: str, position: cython.Py_ssize_t) -> cython.bint:
    """Whether a sign that may be markup would be read as such."""
    last: cython.bint = position + 1 == len(text)
    sign = text[position]
    if sign == "<":
        return last or not text[position + 1].isspace()
    if sign == "_":  # not within a word
        return position == 0 or last or not text[position - 1].isalnum() or not text[position + 1].isalnum()
    return sign != "&" or _OPENS_ENTITY.match(text, position) is not None


@cython.ccall
def escape_start(markdown: str) -> str:
    """Inline Markdown as a paragraph: what would open a list, a heading, a quote or a rule is escaped."""
    if not markdown or not (markdown[0] in "#-+>" or markdown[0].isdecimal()):
        return markdown
    match = _OPENS_BLOCK.match(markdown)
    position = match.end(1) if match and match[1] else 0
    return f"{markdown[:position]}\\{markdown[position:]}" if match else markdown


def note_label(label: str) -> str:
    """A footnote's label as Markdown allows it: no spaces, no brackets, no markup where the note is missing."""
    return re.sub(r"[^\w∗†‡§¶.-]+", "-", label.replace("*", "∗")).strip("-") or "note"


@cython.final
@cython.cclass
class _Delimiter:
    """One end of an emphasis, standing between two pieces of text."""

    marker: str
    opening: "_Delimiter | None"
    kept: cython.bint

    def __init__(self, marker: str, opening: "_Delimiter | None" = None) -> None:
        self.marker, self.opening = marker, opening
        self.kept = True


def markdown(runs: Sequence[Run], *, sure: bool = False) -> str:
    """Folded runs as inline Markdown. Emphasis that CommonMark could not read where it stands is left out.

    TeX between delimiters is left as it is; `sure` where the page shows it as mathematics.
    """
    runs = _merged(runs)
    if _may_hold_tex(runs):
        runs = tex.marked(runs, sure=sure)
    if len(runs) == 1:  # most blocks, and most of these are plain or one link
        text, style, note = runs[0]
        if not note and not style:
            return escape_text(text)
        if not note and len(style) == 1 and style[0][0] == LINK:
            return f"[{escape_text(text)}]({link_address(style[0][1:])})" if style[0] != LINK else escape_text(text)
    pieces = _pieces(runs)
    if not all([isinstance(piece, str) for piece in pieces]):
        _drop_unreadable(pieces)
    return "".join([_written(piece) for piece in pieces])


@cython.cfunc
def _written(piece: "str | _Delimiter") -> str:
    if isinstance(piece, str):
        return piece
    delimiter: _Delimiter = piece
    return delimiter.marker if delimiter.kept else ""


def plain_markdown(text: str, *, sure: bool = False) -> str:
    """A text without markers as inline Markdown; `sure` as for `markdown`."""
    return markdown([(text, (), "")], sure=sure) if "$" in text or "\\" in text else escape_text(text)


@cython.cfunc
def _may_hold_tex(runs: Sequence[Run]) -> cython.bint:
    text: str
    for text, _, _ in runs:
        if "$" in text or "\\" in text:
            return True
    return False


@cython.cfunc
def _pieces(runs: Sequence[Run]) -> list["str | _Delimiter"]:
    """Text and delimiters in order; spaces at the edges of a marked run stand outside its markers."""
    pieces: list[str | _Delimiter] = []
    stack: list[tuple[str, _Delimiter | None]] = []
    gap = False
    text: str
    note: str
    among_math = any([is_math(run[1]) for run in runs if run[1]])
    for text, style, note in runs:
        core = text.strip(" ")
        gap = gap or text.startswith(" ")
        if not core and not note:
            continue
        shared = 0
        while shared < min(len(stack), len(style)) and stack[shared][0] == style[shared]:
            shared += 1
        _close(pieces, stack, shared)
        if gap:
            pieces.append(" ")
        for marker in style[shared:]:
            _open(pieces, stack, marker)
        _append(pieces, core, style, note, among_math)
        gap = text.endswith(" ")
    _close(pieces, stack, 0)
    return pieces


@cython.cfunc
def _merged(runs: Sequence[Run]) -> Sequence[Run]:
    """Neighbours of one style as one run, each text copied once: a paragraph may have a line break for each word."""
    if len(runs) == 1:
        return runs
    out: list[Run] = []
    start: cython.Py_ssize_t = 0
    end: cython.Py_ssize_t
    while start < len(runs):
        _, style, note = runs[start]
        end = start + 1
        if not note and not (style and is_math(style)):
            while end < len(runs) and runs[end][1] == style and not runs[end][2]:
                end += 1
        out.append(runs[start] if end == start + 1 else ("".join([run[0] for run in runs[start:end]]), style, ""))
        start = end
    return out


@cython.cfunc
def _open(pieces: list[str | _Delimiter], stack: list[tuple[str, _Delimiter | None]], marker: str) -> None:
    delimiter = _Delimiter(marker) if marker in (STRONG, EMPHASIS) else None
    if delimiter:
        pieces.append(delimiter)
    elif marker[0] == LINK and marker[1:]:
        _bracket(pieces, "[")
    stack.append((marker, delimiter))


@cython.cfunc
def _close(pieces: list[str | _Delimiter], stack: list[tuple[str, _Delimiter | None]], depth: int) -> None:
    while len(stack) > depth:
        marker, delimiter = stack.pop()
        if delimiter:
            pieces.append(_Delimiter(marker, delimiter))
        elif marker[0] == LINK and marker[1:]:
            pieces.append(f"]({link_address(marker[1:])})")


@cython.cfunc
def _append(pieces: list[str | _Delimiter], core: str, style: Style, note: str, among_math: bool) -> None:
    before = _last(pieces)
    if note:
        _bracket(pieces, note if style and style[-1] == IMAGE else f"[^{note_label(note)}]")
    elif style and is_math(style):
        touches = before.endswith("$") and not before.endswith("\\$")
        pieces.append((" " if touches else "") + tex.written(core, style[-1]))
    elif CODE in style and not before.endswith("`") and not ("]:" in core and style[0][0] == LINK):
        pieces.append(_code_span(core))  # `[`]:`](x)` would be a link definition
    else:
        # `[^1](x` would be a link, `[^1]: x` a definition.
        guard = "\\" if before.endswith("]") and core[0] in "(:" else ""
        escaped = escape_text(core)
        pieces.append(guard + (escaped.replace("$", "\\$") if among_math else escaped))


@cython.cfunc
def _bracket(pieces: list[str | _Delimiter], text: str) -> None:
    for position in range(len(pieces) - 1, -1, -1):
        piece = pieces[position]
        if isinstance(piece, str):
            pieces[position] = piece[:-1] + "\\!" if piece.endswith("!") else piece  # `![` opens an image
            break
    pieces.append(text)


@cython.cfunc
def _code_span(text: str) -> str:
    fence = "`" * (1 + max((len(ticks) for ticks in _TICKS.findall(text)), default=0))
    pad = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{fence}{pad}{text}{pad}{fence}"


@cython.ccall
def link_address(address: str) -> str:
    """An address as a link's destination: what would end it is percent-encoded."""
    for char in address:
        if char in "<>()\\[]`*|& " or not "!" <= char <= "~":
            escaped = _UNSAFE_IN_ADDRESS.sub(_percent_encoded, address)
            return _ENTITY.sub("&amp;", escaped)
    return address


def _percent_encoded(match: re.Match[str]) -> str:
    return "".join([f"%{byte:02X}" for byte in match[0].encode()])


@cython.cfunc
def _last(pieces: list[str | _Delimiter]) -> str:
    for position in range(len(pieces) - 1, -1, -1):
        piece = pieces[position]
        if isinstance(piece, str):
            return piece
    return ""


@cython.cfunc
def _drop_unreadable(pieces: Sequence[str | _Delimiter]) -> None:
    """Take out pairs that CommonMark 6.2 would not read as written, and those right behind another's end."""
    after: list[str] = []
    for piece in reversed(pieces):
        after.append(piece[0] if isinstance(piece, str) else after[-1] if after else "")
    after.reverse()
    before, closed, depth = "", False, 0
    delimiter: _Delimiter
    opening: _Delimiter | None
    for position, piece in enumerate(pieces):
        if isinstance(piece, str):
            before, closed = piece[-1], False
            continue
        delimiter = piece
        opening = delimiter.opening
        if opening is None:
            delimiter.kept = not closed and _is_read(after[position], before, depth > 0)
            closed = closed and not delimiter.kept
            depth += 1
        else:
            depth -= 1
            delimiter.kept = opening.kept and _is_read(before, after[position], depth > 0)
            opening.kept = delimiter.kept
            closed = closed or delimiter.kept


@cython.cfunc
def _is_read(inner: str, outer: str, nested: cython.bint) -> cython.bint:
    """Whether a delimiter between a character inside the emphasis and one outside opens or closes it.

    Inside other emphasis it must not be readable the other way round too. Versions of CommonMark differ on
    whether symbols are punctuation: both readings must allow it.
    """
    if not outer or outer.isspace():
        return not inner.isspace()
    marks_inside = unicodedata.category(inner)[0] in "PS"
    mark_outside = unicodedata.category(outer)[0] == "P" or (outer.isascii() and not outer.isalnum())
    if nested:
        return mark_outside and not marks_inside
    return not inner.isspace() and (not marks_inside or mark_outside)
