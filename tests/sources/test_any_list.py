"""Whatever a server sends as a list: it is read, or refused with a reason, and the same both times."""

import json

from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import PageError
from harvester.sources.named import MAX_URL, Named, Reading, Refusal
from harvester.types import REASONS
from tests.sources.reading import read

PIECES = st.sampled_from(
    [
        *("<rss>", "</rss>", "<channel>", "<item>", "</item>", "<link>", "</link>", "<title>", "</title>", "<entry>"),
        *("<feed xmlns='http://www.w3.org/2005/Atom'>", "</feed>", "<link href='", "'/>", "<urlset>", "<url>", "<loc>"),
        *(
            "</loc>",
            "</url>",
            "<sitemapindex>",
            "<sitemap>",
            "<![CDATA[",
            "]]>",
            "&",
            "&amp;",
            "&#0;",
            "&#xD800;",
            "&x;",
        ),
        *(
            "https://x.example/",
            "/a?b&c",
            "//",
            "file:///",
            "http://[",
            "javascript:",
            "xml:base='",
            "<!--",
            "-->",
            "<?",
        ),
        *(
            "<!DOCTYPE rss>",
            "<?xml version='1.0' encoding='utf-16'?>",
            "<a href='",
            "'>",
            "</a>",
            "<base href='",
            "\x00",
        ),
        *("<pubDate>", "</pubDate>", "1 Mar 2024 99:99 GMT", "2024-13-40", "9999-12-31T23:59:59-23:59", "é", "\ud800"),
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=5), max_size=40).map("".join)
BODIES = st.one_of(
    st.binary(max_size=200),
    TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.tuples(
        st.sampled_from([b"<rss><item><link>", b"<urlset><url><loc>", b"<a href='", b"{", b"https://"]), TEXTS
    ).map(lambda pair: pair[0] + pair[1].encode("utf-8", "surrogatepass")),
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda v: st.lists(v) | st.dictionaries(st.text(max_size=3), v),
)
ITEMS = st.dictionaries(
    st.sampled_from(["url", "external_url", "title", "authors", "author", "date_published"]), VALUES
)


def outcome(body: bytes, kind: str) -> Reading | str:
    try:
        return read(body, kind)
    except PageError as error:
        return error.reason


@given(body=BODIES, kind=st.sampled_from(["feed", "links"]))
def test_any_body_is_read_or_refused(body: bytes, kind: str) -> None:
    reading = outcome(body, kind)
    assert reading == outcome(body, kind)
    if isinstance(reading, str):
        assert reading in REASONS
        return
    for page in reading.pages:
        if isinstance(page, Named):
            assert page.url.startswith(("http://", "https://")) and len(page.url) <= 8 * MAX_URL
            (page.title or "").encode()
    assert all(isinstance(place, (str, Refusal)) for place in reading.lists)


@given(items=st.lists(ITEMS | VALUES, max_size=4), more=VALUES)
def test_any_json_feed_is_read(items: list[object], more: object) -> None:
    feed = {"version": "https://jsonfeed.org/version/1", "items": items, "authors": more, "author": more}
    assert isinstance(outcome(json.dumps(feed).encode(), "feed"), Reading)
