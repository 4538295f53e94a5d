"""The place of a text that shows best why it was found. Pure."""

import re
from collections.abc import Sequence

from harvester.search.query import Term
from harvester.search.words import cell
from harvester.types import Frozen

WIDTH = 200
_LEAD = 50
_CHUNK = 20_000
_LONGEST = 500


class Snippet(Frozen):
    """A part of a text, white space folded, `…` where it was cut."""

    text: str
    marks: tuple[tuple[int, int], ...]
    """Where in it what was looked for stands, as code points."""


def snippet(text: str, terms: Sequence[Term]) -> Snippet:
    """The passage of some 200 characters with most of the terms, of the first part of the text that has any."""
    patterns = [re.compile(term.pattern) for term in terms]
    for start in range(0, len(text), _CHUNK):
        chunk = text[start : start + _CHUNK + _LONGEST]
        found = _found(chunk, patterns)
        if found:
            begin = start + _best(found)
            return _cut(text, begin, [(start + a, start + b) for a, b, _ in found])
    return _cut(text, 0, [])


def _found(chunk: str, patterns: Sequence[re.Pattern[str]]) -> list[tuple[int, int, int]]:
    """(start, end, number of the term) in code points of the chunk, in its order."""
    cells, places = list[str](), list[int]()
    for place, character in enumerate(chunk):
        folded = cell(character)
        cells.append(folded)
        places += [place] * len(folded)
    line = "".join(cells)
    found = set[tuple[int, int, int]]()
    for number, pattern in enumerate(patterns):
        for match in pattern.finditer(line):
            found.add((places[match.start()], places[match.end() - 1] + 1, number))
    return sorted(found)


def _best(found: Sequence[tuple[int, int, int]]) -> int:
    """Where the passage with most different terms begins, the first of equal ones."""
    best, begin = 0, found[0][0]
    for number, (start, _, _) in enumerate(found):
        within = {term for a, _, term in found[number : number + 50] if a < start + WIDTH - _LEAD}
        if len(within) > best:
            best, begin = len(within), start
    return begin


def _cut(text: str, begin: int, found: Sequence[tuple[int, int]]) -> Snippet:
    start = max(0, begin - _LEAD)
    if start:  # not within a word, where one ends near
        blank = re.compile(r"\s").search(text, start, begin)
        start = blank.end() if blank else start
    end = min(len(text), start + WIDTH)
    if end < len(text):
        blanks = [match.start() for match in re.finditer(r"\s", text[end - 30 : end])]
        end = end - 30 + blanks[-1] if blanks else end
    shown, marks = "…" if start else "", list[tuple[int, int]]()
    at = start
    for a, b in found:
        if a >= at and b <= end:
            shown = _joined(shown, text[at:a])
            shown, first = _joined(shown, text[a:b]), len(shown)
            marks.append((first, len(shown)))
            at = b
    shown = _joined(shown, text[at:end])
    return Snippet(shown.rstrip() + ("…" if end < len(text) else ""), tuple(marks))


def _joined(shown: str, more: str) -> str:
    folded = re.sub(r"\s+", " ", more)
    return shown + (folded[1:] if shown[-1:] in ("", " ", "…") and folded[:1] == " " else folded)
