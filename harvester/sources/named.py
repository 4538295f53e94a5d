"""What a feed, a sitemap or a page of links names, as its reader gives it: nothing is chosen among it yet."""

import html
import re

import ada_url

from harvester.index import Refused, published, web_address
from harvester.types import Attribute, Frozen

MAX_PAGES = 50_000
"""Addresses read of one file; the bound that the sitemap protocol sets."""
MAX_URL = 4_096
_MAX_TEXT = 1_000
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


class Named(Frozen):
    """A page that a list names, and what the list says of it."""

    url: str
    """Normalised."""
    label: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    date: str | None = None
    said: tuple[Attribute, ...] = ()
    """All of that as it was written, and when the page was changed."""


class Refusal(Frozen):
    """An address that cannot be taken, shortened."""

    url: str


class Reading(Frozen):
    """One file, read."""

    pages: tuple[Named | Refusal, ...] = ()
    lists: tuple[str | Refusal, ...] = ()
    """The sitemaps that an index of sitemaps names."""
    flaw: str | None = None
    """What was broken in the file; the rest of it was read."""
    full: bool = False
    """Whether it holds more than is read of one file."""


def address(text: str, base: str | None) -> str | Refusal:
    """The http or https address that a list writes, seen from `base`; a Refusal for anything else."""
    text = text.strip()
    try:
        if len(text) > MAX_URL:
            raise Refused("too long")
        return web_address(str(ada_url.URL(text, base).href) if base else text)
    except (Refused, ValueError):
        return Refusal(fold(text)[:80])


def named(
    url: str | Refusal,
    *,
    title: str | None = None,
    authors: tuple[str, ...] = (),
    date: str | None = None,
    changed: str | None = None,
) -> Named | Refusal:
    """A page with what a list says of it, as written; dates are ISO 8601, or else only kept as written."""
    if isinstance(url, Refusal):
        return url
    title, authors = plain(title), tuple(dict.fromkeys(filter(None, map(plain, authors))))
    said = {"title": title, "author": "; ".join(authors), "date": plain(date), "updated": plain(changed)}
    return Named(
        url=url,
        title=title or None,
        authors=authors,
        date=_date(date),
        said=tuple(Attribute(key, value) for key, value in said.items() if value),
    )


def _date(text: str | None) -> str | None:
    try:
        return published(text) if text else None
    except Refused:
        return None


def plain(text: str | None) -> str:
    """A line of text out of what may be escaped HTML."""
    text = html.unescape(_TAG.sub("", (text or "")[: 4 * _MAX_TEXT]))
    return fold(text)[:_MAX_TEXT]


def fold(text: str) -> str:
    """White space folded to single spaces, and no characters that steer a terminal."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
