"""What the visible lines of an HTML page state of it: people, dates, a second headline."""

from collections.abc import Sequence

from harvester.extraction import bylines, datelines
from harvester.extraction.head import Head
from harvester.extraction.lexicon import Words
from harvester.extraction.names import Named
from harvester.extraction.segment import Page
from harvester.extraction.titles import letters
from harvester.types import Frozen

_SUBTITLE_NEAR = 4
"""Blocks from the headline to a second one."""
_SUBTITLE_LENGTHS = range(10, 501)


class Lines(Frozen):
    """Empty where no line says."""

    authors: Named = Named()
    guessed: tuple[str, ...] = ()
    """Names beside the date under the headline that nothing introduces or marks."""
    signature: tuple[str, ...] = ()
    """Names in bold or italics above or below the text."""
    editors: frozenset[str] = frozenset()
    """Names, folded, of those whom lines call so."""
    translators: tuple[str, ...] = ()
    published: str | None = None
    modified: str | None = None
    updated: str | None = None
    """The day of the last change as the lines around the headline state it."""
    days: frozenset[str] = frozenset()
    """The days that stand anywhere in short lines."""
    near: frozenset[str] = frozenset()
    """Those that stand around the headline; all of them where there is none."""
    subtitle: str | None = None


def read(
    cut: Page, title: str | None, sites: Sequence[str], language: str | None, captured: str, words: Words
) -> Lines:
    """The lines of a page with this headline, on a site of these names; days until the capture."""
    page = Head(cut, title, sites, language, captured, words)
    published, modified, updated = datelines.published_and_modified(page)
    authors = bylines.authors(page)
    return Lines(
        authors=authors,
        guessed=() if authors.people else bylines.guessed(page),
        signature=() if authors.people else bylines.signature(page),
        editors=bylines.editors(page),
        translators=bylines.translators(page),
        published=published,
        modified=modified,
        updated=updated,
        days=datelines.days(page, page.dated),
        near=datelines.days(page, page.near if page.start >= 0 else page.dated),
        subtitle=_subtitle(page),
    )


def _subtitle(page: Head) -> str | None:
    """The line under the headline that is marked as its second."""
    others = (page.words.other_hints, page.words.author_hints, page.words.date_hints)
    for i in page.near:
        text = page.blocks[i].text
        if abs(i - page.start) > _SUBTITLE_NEAR or len(text) not in _SUBTITLE_LENGTHS:
            continue
        if (
            page.is_marked(i, page.words.subtitle_hints, around=2)
            and not any(page.is_marked(i, hints) for hints in others)
            and letters(text) != letters(page.title or "")
        ):
            return text
    return None
