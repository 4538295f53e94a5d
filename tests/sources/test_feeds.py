"""RSS, Atom and JSON Feed: what their entries say of pages."""

import json

import pytest

from harvester.errors import PageError
from harvester.sources.named import Refusal
from harvester.types import Attribute
from tests.conftest import shared
from tests.sources.reading import pages, read, urls

RSS = """<?xml version="1.0"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"
  xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<title>News of the pier</title><link>https://pier.example/</link><atom:link rel="self" href="https://pier.example/feed"/>
<item><title>Lamps &amp;amp; ropes</title><link>https://pier.example/lamps?a=1&b=2</link>
  <media:title>Not this</media:title><dc:creator>Jane Doe</dc:creator><dc:creator>John Roe</dc:creator>
  <pubDate>Tue, 5 Mar 2024 23:30:00 +0200</pubDate></item>
<item><title><![CDATA[The <b>bell</b> & the fog]]></title><guid>https://pier.example/bell</guid>
  <author>jane@pier.example (Jane Doe)</author></item>
<item><guid isPermaLink="false">https://pier.example/never</guid><title>No address</title></item>
<item><link>/tide</link><dc:date>2024-02</dc:date></item>
</channel></rss>"""


def test_rss_items_give_address_title_authors_and_date() -> None:
    lamps, bell, tide = pages(RSS)
    assert (lamps.url, lamps.title, lamps.authors, lamps.date) == (
        "https://pier.example/lamps?a=1&b=2",
        "Lamps & ropes",
        ("Jane Doe", "John Roe"),
        "2024-03-05",
    )
    assert (bell.url, bell.title, bell.authors, bell.date) == (
        "https://pier.example/bell",
        "The bell & the fog",
        ("Jane Doe",),
        None,
    )
    assert (tide.url, tide.title, tide.date) == ("https://pier.example/tide", None, "2024-02")


def test_what_a_feed_says_is_kept_as_written_too() -> None:
    assert pages(RSS)[0].said == (
        Attribute("title", "Lamps & ropes"),
        Attribute("author", "Jane Doe; John Roe"),
        Attribute("date", "2024-03-05T23:30:00+02:00"),
    )


def test_a_date_that_cannot_be_read_is_only_kept_as_written() -> None:
    (page,) = pages("<rss><item><link>https://x.example/</link><pubDate>last spring</pubDate></item></rss>")
    assert (page.date, page.said) == (None, (Attribute("date", "last spring"),))


def test_atom_entries_take_the_html_link_the_feed_s_author_and_the_base() -> None:
    feed = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://quay.example/">
    <author><name>Harbour Office</name></author>
    <entry xml:base="2024/"><title type="html">Fog &amp;lt;horn&amp;gt;</title><link rel="self" href="horn.atom"/>
      <link rel="alternate" type="application/pdf" href="horn.pdf"/><link type="text/html" href="horn"/>
      <published>2024-05-01T09:00:00Z</published><updated>2024-06-01T09:00:00Z</updated></entry>
    <entry><title>Tide</title><link href="/tide"/><author><name>Max Moe</name></author>
      <updated>2023-01-01T00:00:00Z</updated></entry></feed>"""
    horn, tide = pages(feed)
    assert (horn.url, horn.authors, horn.date) == ("https://quay.example/2024/horn", ("Harbour Office",), "2024-05-01")
    assert Attribute("updated", "2024-06-01T09:00:00Z") in horn.said
    assert (tide.url, tide.authors, tide.date) == ("https://quay.example/tide", ("Max Moe",), None)


def test_rss_1_items_stand_beside_the_channel() -> None:
    feed = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
    <channel rdf:about="x"><title>Pier</title><items><rdf:Seq><rdf:li resource="x"/></rdf:Seq></items></channel>
    <item rdf:about="x"><title>Lamp</title><link>https://pier.example/lamp</link></item></rdf:RDF>"""
    assert [(page.url, page.title) for page in pages(feed)] == [("https://pier.example/lamp", "Lamp")]


def test_json_feed_items_give_the_same() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "authors": [{"name": "Harbour Office"}],
        "items": [
            {"id": "1", "url": "https://pier.example/lamp", "title": "Lamp", "date_published": "2024-03-05T01:02:03Z"},
            {"id": "2", "external_url": "https://quay.example/", "author": {"name": "Max Moe"}},
            {"id": "3"},
            "no item",
        ],
    }
    lamp, quay = pages(json.dumps(feed))
    assert (lamp.url, lamp.title, lamp.authors, lamp.date) == (
        "https://pier.example/lamp",
        "Lamp",
        ("Harbour Office",),
        "2024-03-05",
    )
    assert (quay.url, quay.authors) == ("https://quay.example/", ("Max Moe",))


@pytest.mark.parametrize("coding", ["utf-16", "iso-8859-1", "utf-8"])
def test_the_encoding_is_the_one_that_the_feed_declares(coding: str) -> None:
    feed = f'<?xml version="1.0" encoding="{coding}"?><rss><item><link>https://x.example/</link><title>Fähre</title></item></rss>'
    assert pages(feed.encode(coding))[0].title == "Fähre"


def test_html_entities_and_bare_ampersands_break_nothing_off() -> None:
    feed = "<rss><item><title>F&auml;hre & B&uuml;cher</title><link>https://x.example/?a&b</link></item></rss>"
    (page,) = pages(feed)
    assert (page.title, page.url) == ("Fähre & Bücher", "https://x.example/?a&b")


def test_a_reference_to_no_character_is_replaced() -> None:
    feed = "<rss><item><title>A&#xD800;&#0;&#x110000;&#252;B</title><link>https://x.example/</link></item></rss>"
    assert pages(feed)[0].title == "A\ufffd\ufffd\ufffdüB"


def test_a_feed_that_is_cut_off_gives_what_came_and_says_so() -> None:
    reading = read("<rss><channel><item><link>https://x.example/1</link></item><item><link>https://x.exam")
    assert len(reading.pages) == 1 and reading.flaw is not None and reading.flaw.startswith("line 1: ")


@pytest.mark.parametrize(
    "link",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,x",
        "gopher://x/",
        "https://u:secret@x.example/",
        "http://",
    ],
)
def test_a_feed_names_web_addresses_only(link: str) -> None:
    (page,) = read(f"<rss><item><link>{link}</link></item></rss>").pages
    assert isinstance(page, Refusal)


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ("<!doctype html><html><body><p>Hello", "an HTML page; to follow its links, list it as `links:`"),
        ("<svg xmlns='http://www.w3.org/2000/svg'/>", "XML, but neither a feed nor a sitemap"),
        ("{broken", "broken JSON"),
        ('{"items": []}', "JSON, but no JSON Feed"),
        ("Hello there", "neither XML nor JSON, and no line of it is a web address"),
        (b"\x00\x01\x02\x03" * 9, "the body is not text"),
    ],
)
def test_what_is_no_list_is_refused_with_what_it_is(body: str | bytes, detail: str) -> None:
    with pytest.raises(PageError) as caught:
        read(body)
    assert (caught.value.reason, caught.value.detail) == ("source-unreadable", detail)


def test_every_published_atom_case_is_read_or_refused() -> None:
    cases = sorted((shared("hostile") / "feeds" / "testcases").rglob("*.xml"))
    assert len(cases) > 200
    named = 0
    for case in cases:
        try:
            named += len(read(case.read_bytes(), content_type="application/atom+xml").pages)
        except PageError as error:
            assert error.reason in ("source-unreadable", "empty"), case
    assert named > 200


def test_a_link_of_nothing_but_blanks_takes_no_time_that_grows_with_its_square() -> None:
    assert urls(
        f"<rss><item><link>{' ' * 4_000_000}</link></item><item><link>https://x.example/</link></item></rss>"
    ) == ["https://x.example/"]
