"""Text without markup → Blocks and what its title, byline, credit and date lines say.

A line is a block, except in hard-wrapped text, where a block ends at a blank line.
"""

import re
from collections.abc import Sequence

from harvester.extraction.lexicon import Words
from harvester.extraction.lines import byline_name
from harvester.extraction.serialize import escape
from harvester.extraction.tex import is_in
from harvester.extraction.words import fold, words
from harvester.types import Block, Footnote, Metadata, Source, Verdict

_WRAP = 100
"""Characters that a hard-wrapped line seldom exceeds (e-mail and Gutenberg texts wrap at 65 to 80)."""


def split(text: str) -> list[Block]:
    """The blocks of a flattened page, all labelled `paragraph`."""
    groups = [[fold(line) for line in group.split("\n") if line.strip()] for group in re.split(r"\n\s*\n", text)]
    lines = [line for group in groups for line in group]
    filled = sum(_WRAP // 2 <= len(line) <= _WRAP for line in lines)
    wrapped = lines and max(map(len, lines)) <= _WRAP and 2 * filled > len(lines) and len(groups) < len(lines)
    pieces = [" ".join(group) for group in groups] if wrapped else lines
    shows_tex = any("\\" in piece and is_in(piece) for piece in pieces)
    return [Block("paragraph", piece, escape(piece, sure=shows_tex)) for piece in pieces if piece]


def metadata(
    blocks: Sequence[Block],
    verdicts: Sequence[Verdict],
    footnotes: tuple[Footnote, ...],
    weights: Words,
) -> Metadata:
    """What the dropped lines of a flattened page state: title, authors, translators."""
    kept = [i for i, verdict in enumerate(verdicts) if verdict.kept]
    # Names and dates also stand in teasers and comments: only those at the head of the text are the page's own.
    head = kept[min(2, len(kept) - 1)] if kept else len(blocks)
    found: dict[str, str] = {}
    for i, (block, verdict) in enumerate(zip(blocks, verdicts, strict=True)):
        if not verdict.kept and (i < head or verdict.reason == "translator"):
            found.setdefault(verdict.reason, block.text)
    title = found.get("title")
    author = byline_name(found["byline"], weights) if "byline" in found else None
    translator = _after(found["translator"], weights.translator) if "translator" in found else None
    published = _date(found.get("date", ""), weights)
    sources = [
        ("title", title, "title line"),
        ("authors", author, "byline"),
        ("translators", translator, "credit line"),
    ]
    sources.append(("date_published", published, "date line"))
    return Metadata(
        title=title[:1000] if title else None,
        authors=people(author),
        translators=people(translator),
        date_published=published,
        footnotes=footnotes,
        sources=tuple(Source(field, origin) for field, value, origin in sources if value),
    )


def _date(line: str, weights: Words) -> str | None:
    """The day a date line names, ISO 8601; None where it is ambiguous (03/04/2020) or names none."""
    if match := re.search(r"\b(\d{4})[-/.年]\s?(\d{1,2})[-/.月]\s?(\d{1,2})", line):
        year, month, day = map(int, match.groups())
    else:
        tokens = words(line)
        named = [number for number in map(weights.month, tokens) if number]
        digits = [int(n) for token in tokens if (n := re.sub(r"\D+$", "", token)).isdecimal()]
        years, days = [n for n in digits if 1000 <= n <= 9999], [n for n in digits if 1 <= n <= 31]
        if len(named) != 1 or not years or not days:
            return None
        year, month, day = years[0], named[0], days[0]
    valid = 1 <= month <= 12 and 1 <= day <= 31
    return f"{year:04}-{month:02}-{day:02}" if valid else None


def people(names: str | None) -> tuple[str, ...]:
    """`Ann Lee and Bo Yi` → both names."""
    parts = re.split(r"\s*(?:,|;|&|·|、)\s*|\s+(?:and|und|et|y|e|och|en|i|и|ve|و)\s+", names or "")
    return tuple(dict.fromkeys(fold(part) for part in parts if part.strip()))


def _after(text: str, openings: Sequence[str]) -> str:
    for opening in sorted(openings, key=len, reverse=True):
        if text.lower().startswith(opening):
            return text[len(opening) :].strip(" :：.—–-|/")
    return text
