"""A capture becomes a Reading: codings undone, the format recognised by its content."""

import re

from harvester.decode import is_binary, to_text, undo_coding
from harvester.errors import PageError, http_error
from harvester.settings import Recipe
from harvester.sources import feeds, links, markup, sitemaps
from harvester.sources.named import MAX_PAGES, Reading
from harvester.types import Capture

MAX_BYTES = 52_428_800
"""On the wire and, of what is compressed, once decoded: 50 MiB, the bound that the sitemap protocol sets."""
_GZIP = b"\x1f\x8b"
_HTML = re.compile(r"\s*<(?:!doctype\s+html|html)\b", re.I)
_ENCODING = re.compile(rb"""<\?xml[^>]{0,100}\bencoding\s*=\s*["']([A-Za-z0-9_.:-]{1,40})["']""")


def read_list(capture: Capture, kind: str, recipe: Recipe, base: str | None) -> Reading:
    """What a capture of a feed, a sitemap or, where `kind` says so, a page of links names.

    Relative addresses are seen from `base`. Raises PageError `http-…`, `empty`, `decode-error`, `too-large`,
    `too-deep`, `source-unreadable`.
    """
    if capture.status is not None and capture.status >= 400:
        raise http_error(capture.status)
    codings = ",".join(h.value for h in capture.headers if h.name.lower() == "content-encoding")
    body = undo_coding(capture.body, codings, MAX_BYTES)
    if body.startswith(_GZIP):  # a `.gz` file, as sitemaps are stored
        body = undo_coding(body, "gzip", MAX_BYTES)
    if not body.strip():
        raise PageError("empty", "the page has no bytes")
    if is_binary(body):
        raise PageError("source-unreadable", "the body is not text")
    if kind == "links":
        if base is None:
            raise PageError("source-unreadable", "a local page of links: state its address with `url`")
        return links.linked_pages(to_text(body, capture.content_type), base, recipe)
    return _listed(_text(body, capture.content_type), base)


def names_pages(capture: Capture, recipe: Recipe) -> bool:
    """Whether a capture would name pages if it were listed as a feed."""
    try:
        return bool(read_list(capture, "feed", recipe, capture.uri).pages)
    except PageError:
        return False


def _text(body: bytes, content_type: str | None) -> str:
    """Text of XML or JSON: byte order mark, then the header, then the XML declaration (RFC 7303), then detection."""
    declared = _ENCODING.match(body)
    if declared and "charset" not in (content_type or "").lower():
        content_type = f"text/xml; charset={declared[1].decode()}"
    return to_text(body, content_type, html=False)


def _listed(text: str, base: str | None) -> Reading:
    start = text.lstrip()[:1]
    if start == "{":
        return feeds.json_pages(text, base)
    if start != "<":
        return sitemaps.text_pages(text)
    if _HTML.match(text):
        raise PageError("source-unreadable", "an HTML page; to follow its links, list it as `links:`")
    document = markup.read(text, MAX_PAGES)
    if document.root in ("urlset", "sitemapindex"):
        reading = sitemaps.sitemap_pages(document, base)
    elif document.root in ("rss", "rdf", "feed"):
        reading = feeds.feed_pages(document, base)
    else:
        raise PageError("source-unreadable", document.flaw or "XML, but neither a feed nor a sitemap")
    if document.flaw and not (reading.pages or reading.lists):
        raise PageError("source-unreadable", f"broken XML, {document.flaw}")
    return reading
