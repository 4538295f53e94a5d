"""Runs of inline text → plain text, and inline Markdown (CommonMark with GFM) that renders as that text.

Knows nothing of HTML: a run is text, white space as found, with the markers it stands under.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

STRONG, EMPHASIS, CODE, LINK = "**", "*", "`", "["

# Controls, soft hyphen, word joiner, byte order mark, and the private use area, where icon fonts have their glyphs.
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1b\x7f\xad\u2060\ufeff\ue000-\uf8ff]")
_SPACES = re.compile(r"\s+")
_JOINERS = " \t\n\f\r\u200b\u200c\u200d\u200e\u200f"
_SPECIAL = re.compile(r"[\\`*\[\]~]|<(?!\s)|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w{1,32};|\Z)")
_OPENS_BLOCK = re.compile(r"(?:(\d{1,9})[.)]|#{1,6}|[-+])(?=\s|\Z)|>|-(?=[- ]+\Z)")
_TICKS = re.compile("`+")
_UNSAFE_IN_ADDRESS = re.compile(r"[\s<>()\\\[\]`*|]")
_ENTITY = re.compile(r"&(?=#?\w{1,32};)")
_CLOSES_UP = tuple(".,;:!?)]»”’")


class Run(NamedTuple):
    """Text under the same markers, or a footnote mark, whose `note` is its label and whose text is empty."""

    text: str
    style: tuple[str, ...] = ()
    """Markers, outermost first, each kind at most once, CODE last; a link is `[` and its address, or `[` alone."""
    note: str = ""


def clean(text: str) -> str:
    """The text without characters that are never visible; nothing where only joiners and marks are left."""
    text = _INVISIBLE.sub("", text)
    return text if text.strip(_JOINERS) or text.isspace() else ""


def folded(runs: Iterable[Run]) -> list[Run]:
    """The runs with white space folded across their borders and none at the ends; equal neighbours are one."""
    out: list[Run] = []
    after_space = True
    for run in runs:
        text = _SPACES.sub(" ", run.text)
        text = text[1:] if after_space and text[:1] == " " else text
        if run.note:
            out.append(run)
            after_space = False
        elif text:
            out.append(run._replace(text=text))
            after_space = text[-1] == " "
    while out and not out[-1].note:
        text = out[-1].text.rstrip(" ")
        if text:
            out[-1] = out[-1]._replace(text=text)
            break
        out.pop()
    return out


def plain(runs: Sequence[Run]) -> str:
    """The text of folded runs, footnote marks left out."""
    parts: list[str] = []
    for position, run in enumerate(runs):
        after = runs[position + 1].text if position + 1 < len(runs) else ""
        if run.note and parts and after.startswith(_CLOSES_UP):
            parts[-1] = parts[-1].rstrip(" ")
        parts.append(run.text)
    return " ".join("".join(parts).split())


def escape_text(text: str) -> str:
    """Plain text as inline Markdown."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def escape_start(markdown: str) -> str:
    """Inline Markdown as a paragraph: what would open a list, a heading, a quote or a rule is escaped."""
    match = _OPENS_BLOCK.match(markdown)
    position = match.end(1) if match and match[1] else 0
    return f"{markdown[:position]}\\{markdown[position:]}" if match else markdown


def note_label(label: str) -> str:
    """A footnote's label as Markdown allows it: no spaces, no brackets, no markup where the note is missing."""
    return re.sub(r"[^\w∗†‡§¶.-]+", "-", label.replace("*", "∗")).strip("-") or "note"


class _Delimiter:
    """One end of an emphasis, standing between two pieces of text."""

    def __init__(self, marker: str, opening: "_Delimiter | None" = None) -> None:
        self.marker, self.opening = marker, opening
        self.kept = True


def markdown(runs: Sequence[Run]) -> str:
    """Folded runs as inline Markdown. Emphasis that CommonMark could not read where it stands is left out."""
    pieces = _pieces(runs)
    _drop_unreadable(pieces)
    return "".join(piece if isinstance(piece, str) else piece.marker * piece.kept for piece in pieces)


def _pieces(runs: Sequence[Run]) -> list["str | _Delimiter"]:
    """Text and delimiters in order; spaces at the edges of a marked run stand outside its markers."""
    pieces: list[str | _Delimiter] = []
    stack: list[tuple[str, _Delimiter | None]] = []
    gap = False
    for run in _merged(runs):
        core = run.text.strip(" ")
        gap = gap or run.text[:1] == " "
        if not core and not run.note:
            continue
        shared = 0
        while shared < min(len(stack), len(run.style)) and stack[shared][0] == run.style[shared]:
            shared += 1
        _close(pieces, stack, shared)
        if gap:
            pieces.append(" ")
        for marker in run.style[shared:]:
            _open(pieces, stack, marker)
        _append(pieces, run, core)
        gap = run.text[-1:] == " "
    _close(pieces, stack, 0)
    return pieces


def _merged(runs: Sequence[Run]) -> list[Run]:
    out: list[Run] = []
    for run in runs:
        if out and out[-1].style == run.style and not run.note and not out[-1].note:
            out[-1] = run._replace(text=out[-1].text + run.text)
        else:
            out.append(run)
    return out


def _open(pieces: list[str | _Delimiter], stack: list[tuple[str, _Delimiter | None]], marker: str) -> None:
    delimiter = _Delimiter(marker) if marker in (STRONG, EMPHASIS) else None
    if delimiter:
        pieces.append(delimiter)
    elif marker[0] == LINK and marker[1:]:
        _bracket(pieces, "[")
    stack.append((marker, delimiter))


def _close(pieces: list[str | _Delimiter], stack: list[tuple[str, _Delimiter | None]], depth: int) -> None:
    while len(stack) > depth:
        marker, delimiter = stack.pop()
        if delimiter:
            pieces.append(_Delimiter(marker, delimiter))
        elif marker[0] == LINK and marker[1:]:
            pieces.append(f"]({_address(marker[1:])})")


def _append(pieces: list[str | _Delimiter], run: Run, core: str) -> None:
    before = _last(pieces)
    if run.note:
        _bracket(pieces, f"[^{note_label(run.note)}]")
    elif CODE in run.style and not before.endswith("`") and not ("]:" in core and run.style[0][0] == LINK):
        pieces.append(_code_span(core))  # `[`]:`](x)` would be a link definition
    else:
        # `[^1](x` would be a link, `[^1]: x` a definition.
        guard = "\\" if before.endswith("]") and core[0] in "(:" else ""
        pieces.append(guard + escape_text(core))


def _bracket(pieces: list[str | _Delimiter], text: str) -> None:
    for position in range(len(pieces) - 1, -1, -1):
        piece = pieces[position]
        if isinstance(piece, str):
            pieces[position] = piece[:-1] + "\\!" if piece.endswith("!") else piece  # `![` opens an image
            break
    pieces.append(text)


def _code_span(text: str) -> str:
    fence = "`" * (1 + max((len(ticks) for ticks in _TICKS.findall(text)), default=0))
    pad = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _address(address: str) -> str:
    escaped = _UNSAFE_IN_ADDRESS.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), address)
    return _ENTITY.sub("&amp;", escaped)


def _last(pieces: Sequence[str | _Delimiter]) -> str:
    return next((piece for piece in reversed(pieces) if isinstance(piece, str)), "")


def _drop_unreadable(pieces: Sequence[str | _Delimiter]) -> None:
    """Take out pairs that CommonMark 6.2 would not read as written, and those right behind another's end."""
    after: list[str] = []
    for piece in reversed(pieces):
        after.append(piece[0] if isinstance(piece, str) else after[-1] if after else "")
    after.reverse()
    before, closed, depth = "", False, 0
    for position, piece in enumerate(pieces):
        if isinstance(piece, str):
            before, closed = piece[-1], False
        elif piece.opening is None:
            piece.kept = not closed and _is_read(after[position], before, nested=depth > 0)
            closed = closed and not piece.kept
            depth += 1
        else:
            depth -= 1
            piece.kept = piece.opening.kept and _is_read(before, after[position], nested=depth > 0)
            piece.opening.kept = piece.kept
            closed = closed or piece.kept


def _is_read(inner: str, outer: str, *, nested: bool) -> bool:
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
