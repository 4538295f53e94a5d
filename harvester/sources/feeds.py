"""RSS 0.9–2.0, Atom (RFC 4287) and JSON Feed 1: entries become Named."""

import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec

from harvester.errors import PageError
from harvester.sources.markup import BASE, Field, Item, Markup
from harvester.sources.named import MAX_PAGES, Named, Reading, Refusal, address, fold, named

_ISO = re.compile(r"\d{4}-\d")
_NAME = re.compile(r"[^\s@()]+@[^\s()]+\s*\(([^()]+)\)")
"""`jane@example.org (Jane Doe)`, what RSS asks an author to be."""
_SHORT_ZONE = re.compile(r"([+-]\d\d)(\d\d)$")


def feed_pages(feed: Markup, base: str | None) -> Reading:
    """The entries of a parsed RSS or Atom feed."""
    base = _base(feed.head, base)
    read = _atom if feed.root == "feed" else _rss
    pages = tuple(page for item in feed.items if (page := read(item, feed.head, base)) is not None)
    return Reading(pages, flaw=feed.flaw, full=feed.full)


def _base(item: Item, base: str | None) -> str | None:
    stated = next((f.attributes[BASE] for f in item.get("", ()) if BASE in f.attributes), None)
    found = address(stated, base) if stated else base
    return base if isinstance(found, Refusal) else found


def _rss(item: Item, head: Item, base: str | None) -> Named | Refusal | None:
    base = _base(item, base)
    links = [field.text for field in item.get("link", ()) if field.text.strip()]
    links += [field.attributes.get("href", "") for field in item.get("atom:link", ()) if _alternate(field)]
    links += [f.text for f in item.get("guid", ()) if f.attributes.get("isPermaLink", "true").lower() != "false"]
    if not links:
        return None
    authors = _texts(item, "dc:creator") or tuple(
        _NAME.sub(r"\1", text) for text in (*_texts(item, "author"), *_texts(item, "atom:author/atom:name"))
    )
    return named(
        address(links[0], base),
        title=_text(item, "title", "dc:title"),
        authors=authors,
        date=_date(_text(item, "pubdate", "dc:date", "atom:published")),
        changed=_text(item, "atom:updated"),
    )


def _atom(entry: Item, head: Item, base: str | None) -> Named | Refusal | None:
    base = _base(entry, base)
    links = [field for field in entry.get("link", ()) if _alternate(field) and field.attributes.get("href")]
    if not links:
        return None
    link = next((link for link in links if "html" in link.attributes.get("type", "html")), links[0])
    return named(
        address(link.attributes["href"], _base({"": [link]}, base)),
        title=_text(entry, "title"),
        authors=_texts(entry, "author/name") or _texts(head, "author/name"),
        date=_date(_text(entry, "published", "issued")),
        changed=_text(entry, "updated", "modified"),
    )


def _alternate(field: Field) -> bool:
    return field.attributes.get("rel", "alternate") == "alternate"


def _texts(item: Item, path: str) -> tuple[str, ...]:
    return tuple(field.text for field in item.get(path, ()) if field.text.strip())


def _text(item: Item, *paths: str) -> str | None:
    return next((text for path in paths for text in _texts(item, path)), None)


def _date(text: str | None) -> str | None:
    """ISO 8601 out of that or of an e-mail date (RFC 822), with which RSS dates; else the text itself."""
    text = fold(text or "")
    if not text or _ISO.match(text):
        return _SHORT_ZONE.sub(r"\1:\2", text) or None
    try:
        return parsedate_to_datetime(text).isoformat()
    except (ValueError, IndexError, TypeError, OverflowError):
        return text


def json_pages(text: str, base: str | None) -> Reading:
    """The items of a JSON Feed. Raises PageError `source-unreadable`."""
    try:
        feed = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise PageError("source-unreadable", "broken JSON") from error
    version = feed.get("version") if isinstance(feed, dict) else None
    if (
        not isinstance(version, str)
        or "jsonfeed.org/version/" not in version
        or not isinstance(feed.get("items"), list)
    ):
        raise PageError("source-unreadable", "JSON, but no JSON Feed")
    items = feed["items"]
    pages = tuple(page for item in items[:MAX_PAGES] if (page := _json_item(item, feed, base)) is not None)
    return Reading(pages, full=len(items) > MAX_PAGES)


def _json_item(item: Any, feed: Any, base: str | None) -> Named | Refusal | None:
    if not isinstance(item, dict):
        return None
    url = _string(item.get("url")) or _string(item.get("external_url"))
    if url is None:
        return None
    return named(
        address(url, base),
        title=_string(item.get("title")),
        authors=tuple(_json_authors(item)) or tuple(_json_authors(feed)),
        date=_date(_string(item.get("date_published"))),
        changed=_string(item.get("date_modified")),
    )


def _json_authors(holder: Any) -> Iterator[str]:
    authors = holder.get("authors")
    for author in (*(authors if isinstance(authors, list) else ()), holder.get("author")):
        if isinstance(author, dict) and (name := _string(author.get("name"))):
            yield name


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None
