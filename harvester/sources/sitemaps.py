"""Sitemaps (sitemaps.org 0.9): XML, an index of sitemaps, news (Google's extension), or a URL a line."""

import io

from harvester.errors import PageError
from harvester.sources.markup import Item, Markup
from harvester.sources.named import MAX_PAGES, Named, Reading, Refusal, address, named


def sitemap_pages(sitemap: Markup, base: str | None) -> Reading:
    """The pages of a parsed `urlset`, or the sitemaps of a `sitemapindex`."""
    if sitemap.root == "sitemapindex":
        lists = tuple(address(text, base) for item in sitemap.items if (text := _text(item, "loc")))
        return Reading(lists=lists, flaw=sitemap.flaw, full=sitemap.full)
    pages = tuple(_page(item, text, base) for item in sitemap.items if (text := _text(item, "loc")))
    return Reading(pages, flaw=sitemap.flaw, full=sitemap.full)


def _page(item: Item, loc: str, base: str | None) -> Named | Refusal:
    return named(
        address(loc, base),
        title=_text(item, "news:news/news:title"),
        date=_text(item, "news:news/news:publication_date"),
        changed=_text(item, "lastmod"),
    )


def _text(item: Item, path: str) -> str | None:
    return next((text for field in item.get(path, ()) if (text := field.text.strip())), None)


def text_pages(text: str) -> Reading:
    """A list with a URL a line. Raises PageError `source-unreadable` where no line is one."""
    lines = (line.strip() for line in io.StringIO(text, newline=None))
    pages = list[Named | Refusal]()
    for line in lines:
        if line:
            if len(pages) == MAX_PAGES:
                return Reading(tuple(pages), full=True)
            pages.append(named(address(line, None)))
    if not any(isinstance(page, Named) for page in pages):
        raise PageError("source-unreadable", "neither XML nor JSON, and no line of it is a web address")
    return Reading(tuple(pages))
