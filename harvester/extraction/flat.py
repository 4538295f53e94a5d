"""Text without markup → Blocks and what its title, byline, credit and date lines say.

A line is a block, except in hard-wrapped text, where a block ends at a blank line.
"""

import re
from collections.abc import Sequence

from harvester.extraction import dates, http_headers, names, values
from harvester.extraction.lexicon import Words
from harvester.extraction.serialize import escape
from harvester.extraction.tex import is_in
from harvester.extraction.words import fold
from harvester.types import Block, Capture, Footnote, Metadata, Source, Verdict

_FIRST_YEAR = 1000
"""A date line of a flattened page is the page's own date, however old the text."""
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
    capture: Capture,
) -> Metadata:
    """What the dropped lines of a flattened page state: title, authors, translators, dates; and its HTTP headers."""
    kept = [i for i, verdict in enumerate(verdicts) if verdict.kept]
    # Names and dates also stand in teasers and comments: only those at the head of the text are the page's own.
    head = kept[min(2, len(kept) - 1)] if kept else len(blocks)
    found: dict[str, str] = {}
    for i, (block, verdict) in enumerate(zip(blocks, verdicts, strict=True)):
        if not verdict.kept and (i < head or verdict.reason == "translator"):
            found.setdefault(verdict.reason, block.text)
    title = found.get("title")
    language = next(
        iter(filter(None, map(values.language, http_headers.values(capture.headers, "content-language")))), None
    )
    authors = names.named([found["byline"]], nicks=False).people if "byline" in found else ()
    translators = names.named([_after(found["translator"], weights.translator)]).people if "translator" in found else ()
    published, modified = _dates(found.get("date", ""), weights, capture.fetched_at, language)
    header = next(iter(http_headers.last_modified(capture.headers, capture.fetched_at)), None)
    sources = [
        ("title", title, "title line"),
        ("authors", authors, "byline"),
        ("translators", translators, "credit line"),
        ("date_published", published, "date line"),
        ("date_modified", modified or header, "date line" if modified else "http last-modified"),
        ("language", language, "http content-language"),
    ]
    return Metadata(
        title=title[:1000] if title else None,
        authors=authors,
        translators=translators,
        date_published=published,
        date_modified=modified or header,
        language=language,
        footnotes=footnotes,
        sources=tuple(Source(field, origin) for field, value, origin in sources if value),
    )


def _dates(line: str, weights: Words, captured: str, language: str | None) -> tuple[str | None, str | None]:
    """The day of publication and that of the last change that a date line names."""
    days = dates.shown(line, captured, language, first=_FIRST_YEAR)
    if not days:
        return None, None
    changed = line.lower().startswith(weights.changed)
    return (None, days[0]) if changed else (days[0], None)


def _after(text: str, openings: Sequence[str]) -> str:
    for opening in sorted(openings, key=len, reverse=True):
        if text.lower().startswith(opening):
            return text[len(opening) :].strip(" :：.—–-|/")
    return text
