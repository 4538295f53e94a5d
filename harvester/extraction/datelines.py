"""When a page was published, and changed last, by its visible lines."""

import re
from collections.abc import Iterable

from harvester.extraction import dates
from harvester.extraction.head import Head
from harvester.extraction.words import words as tokens

_MOST_WORDS = 6
"""Beside the date, in a line that is a date."""
_SHORT = 80
"""Characters of such a line."""
_MANY_ENTRIES = 9
"""Short lines with a date, beyond which a page is a list of dated entries."""
_BELOW = 3
"""Blocks from the headline to a line that states the day of the last change of the page, not of an entry."""
_CLOCK = re.compile(r"\d{1,2}:\d{2}")
_RELEASE = frozenset(("release",))


def published_and_modified(page: Head) -> tuple[str | None, str | None, str | None]:
    """The day of publication and that of the last change that the lines around the headline state; without one, the only
    one that any line states. And the day of the last change by the lines around the headline alone."""
    published: list[tuple[int, int, str]] = []
    modified: list[tuple[int, int, str]] = []
    for order, i in enumerate(page.near):
        if (stated := _dated(page, i)) is None:
            continue
        day, changed, surely = stated
        if changed:
            modified.append((0, order, changed))
        if day and (
            surely
            or (len(page.blocks[i].text) <= _SHORT and _plain_words(page, i) <= _MOST_WORDS)
            or page.is_marked(i, page.words.author_hints)
        ):
            published.append((0 if surely or page.is_marked(i, page.words.author_hints) else 1, order, day))
    if published and min(published)[0] and _entries(page) > _MANY_ENTRIES:
        # Of a list the first entry stands there, unless it is the line next to the headline, or has a time as posts have.
        lines = [(page.near[order], entry) for entry in published for order in entry[1:2]]
        published = [
            entry for i, entry in lines if abs(i - page.start) == 1 or _CLOCK.search(page.blocks[i].text) is not None
        ]
    updated = min(modified)[2] if modified else None
    if modified and _entries(page) > _MANY_ENTRIES and abs(page.near[min(modified)[1]] - page.start) > _BELOW:
        updated = None
    if not modified:
        found = {day for i in page.dated if (day := _last_changed(page, i))}
        modified = [(0, 0, day) for day in found] if len(found) == 1 else []
    if not published:
        found = {day for i in page.dated if i not in page.near and (day := _surely(page, i))}
        published = [(0, 0, day) for day in found] if len(found) == 1 else []
    return (min(published)[2] if published else None, min(modified)[2] if modified else None, updated)


def _plain_words(page: Head, i: int) -> int:
    """Words of a line without figures."""
    return sum(token.isalpha() and token not in dates.month_names() for token in tokens(page.blocks[i].text))


def _surely(page: Head, i: int) -> str | None:
    stated = _dated(page, i)
    return stated[0] if stated and stated[2] and not page.is_marked(i, page.words.other_hints, around=8) else None


def _last_changed(page: Head, i: int) -> str | None:
    """The day of the last change that a line states which names a day, and begins with words for the change."""
    if len(text := page.blocks[i].text) > _SHORT or page.is_marked(i, page.words.other_hints, around=8):
        return None
    return page.days[i][0] if text.lower().removeprefix("page ").startswith(page.words.changed) else None


def _dated(page: Head, i: int) -> tuple[str | None, str | None, bool] | None:
    """The day of publication and that of the last change that a line states, and whether it says so of the first, in
    words or by its markup. None for a line that states none."""
    text = page.blocks[i].text
    days = page.days[i]
    if not days or page.is_marked(i, page.words.other_hints) or page.is_marked(i, _RELEASE):
        return None
    lowered = text.lower()
    if lowered.startswith(page.words.released):
        return None
    first = min([at for mark in page.words.changed if (at := _at(lowered, mark)) >= 0], default=-1)
    before = first > 0 and bool(dates.shown(text[:first], page.captured, page.language))
    if first == 0 or (first > 0 and not before):
        return None, days[0], False
    if first < 0 and len(days) > 1 and not lowered.startswith(page.words.issued):  # from one day to another
        return None
    surely = (len(text) <= 160 and page.is_marked(i, page.words.date_hints)) or lowered.startswith(page.words.issued)
    return days[0], days[1] if before and len(days) > 1 else None, surely


def _entries(page: Head) -> int:
    """Lines that bear a date: a page of many is a list."""
    return sum([len(page.blocks[i].text) <= _SHORT for i in page.dated])


def days(page: Head, positions: Iterable[int]) -> frozenset[str]:
    """All days that the blocks at these positions name."""
    return frozenset(day for i in positions for day in page.days[i])


def _at(lowered: str, mark: str) -> int:
    """Where words stand as such in a text; -1 where they do not."""
    at = lowered.find(mark)
    if at < 0:
        return -1
    end = at + len(mark)
    joined = mark.isascii() and (lowered[at - 1 : at].isalnum() or lowered[end : end + 1].isalnum())
    return -1 if joined else at
