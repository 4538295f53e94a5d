"""What pages declare: which source counts, and what a value must look like."""

import pytest

from harvester.types import Header, Metadata, Source
from tests.extraction.declaring import PROSE, article, ld, meta, origin, read


def test_an_article_is_described_by_its_json_ld_and_every_field_names_its_source() -> None:
    found = read(
        "<html lang=en-gb><title>Tides | Mill News</title>"
        + '<link rel=canonical href="/tides"><meta name=description content="About tides.">'
        + meta(og__site_name="Mill News", og__title="Tides - Mill News", og__image="/i.jpg")
        + article(
            headline="Tides &amp; mills",
            author=[{"@type": "Person", "name": "Ann Lee"}, "By Bo Yi"],
            datePublished="2026-03-08T07:42:00.123+0100",
            dateModified="2026-03-09",
            keywords="tides, mills,Tides",
            license="https://creativecommons.org/licenses/by/4.0/",
        )
    )
    assert found == Metadata(
        canonical_url="https://www.mill.example/tides",
        title="Tides & mills",
        authors=("Ann Lee", "Bo Yi"),
        date_published="2026-03-08T07:42:00+01:00",
        date_modified="2026-03-09",
        site_name="Mill News",
        language="en-GB",
        license="https://creativecommons.org/licenses/by/4.0/",
        description="About tides.",
        tags=("tides", "mills"),
        image="https://www.mill.example/i.jpg",
        sources=(
            Source("canonical_url", "link canonical"),
            Source("title", "json-ld"),
            Source("authors", "json-ld"),
            Source("date_published", "json-ld"),
            Source("date_modified", "json-ld"),
            Source("site_name", "meta og:site_name"),
            Source("language", "html lang"),
            Source("license", "json-ld"),
            Source("description", "meta description"),
            Source("tags", "json-ld"),
            Source("image", "meta og:image"),
        ),
    )


def test_a_page_that_declares_nothing_has_no_metadata() -> None:
    assert read("<p>The tide comes in twice a day.</p>") == Metadata()


# Titles


@pytest.mark.parametrize(
    ("html", "title", "origin"),
    [
        (meta(og__title="Tides | Mill News", og__site_name="Mill News"), "Tides", "meta og:title"),
        (meta(og__title="Mill News: Tides", og__site_name="Mill News"), "Tides", "meta og:title"),
        ("<title>Tides - Mill</title>", "Tides", "title"),
        ("<title>The long tides of the north</title><h1>Long <b>tides</b><br>north</h1>", "Long tides north", "h1"),
        ("<title>Tides and mills | by Ann | Some Blog</title><h1>Tides and mills</h1>", "Tides and mills", "h1"),
        ("<title>Tides</title><h1>Some Blog</h1>", "Some Blog", "h1"),
        ("<title>Tides</title><h1>A</h1><h1>B</h1>", "Tides", "title"),
        ("<svg><title>Logo</title></svg>", None, None),
        (meta(og__title="Tides") + ld({"@type": "FAQPage", "name": "Questions"}), "Tides", "meta og:title"),
        (meta(og__title="Tides") + article(headline="Short description", name="Tides"), "Tides", "json-ld"),
        (meta(og__title="SEO words") + article(headline="Real headline"), "Real headline", "json-ld"),
        ("<title>The Mill: Tides and mills</title><h1>Tides and mills</h1>", "Tides and mills", "h1"),
        (article(headline="x" * 1_200), "x" * 1_000, "json-ld"),
    ],
)
def test_the_title_comes_without_the_site(html: str, title: str | None, origin: str | None) -> None:
    found = read(html)
    assert found.title == title
    assert [source.origin for source in found.sources if source.field == "title"] == ([origin] if origin else [])


def test_of_news_the_headline_is_taken_that_editors_gave_it() -> None:
    told = "<title>Tides rise as the mill stops</title>"
    graph = meta(og__title="The mill stops")
    news = told + article(headline="Tides rise as the mill stops") + graph
    assert read(news).title == "The mill stops"
    assert read(news + "<h1>Tides rise as the mill stops</h1>").title == "The mill stops"
    sure = read(news + "<h1 itemprop=headline>Tides rise as the mill stops</h1>")
    assert (sure.title, origin(sure, "title")) == ("Tides rise as the mill stops", "json-ld")


def test_a_subtitle_is_marked_or_declared_and_shown() -> None:
    dek = "Why the mill turns twice a day"
    assert read(f"<h1>Tides</h1><p class=article-subtitle>{dek}</p><p>{PROSE}</p>").subtitle == dek
    assert read(article(alternativeHeadline=dek) + f"<h1>Tides</h1><p>{dek}</p>").subtitle == dek
    assert read(article(alternativeHeadline=dek) + "<h1>Tides</h1>").subtitle is None
    for marks in ("hover-underline", "subtitle-author", "subtitle date"):
        assert read(f"<h1>Tides</h1><p class='{marks}'>{dek}</p><p>{PROSE}</p>").subtitle is None


def test_rdfa_is_read_as_microdata_is() -> None:
    found = read(
        "<article vocab='https://schema.org/' typeof=Article><h2 property=headline>Tides</h2>"
        "<span property='schema:author' typeof=Person><b property=name>Ann Lee</b></span>"
        "<span property=datePublished content=2020-01-02>x</span></article>"
    )
    assert (found.title, found.authors, found.date_published) == ("Tides", ("Ann Lee",), "2020-01-02")


# HTTP headers


def test_http_headers_state_language_address_licence_and_change() -> None:
    by = "https://creativecommons.org/licenses/by/4.0/"
    found = read(
        "",
        headers=[
            Header("Content-Language", "de-CH, fr"),
            Header("Link", f'</c>; rel="canonical", <{by}>; rel=license, <x'),
            Header("last-modified", "Sun, 01 Mar 2026 07:42:00 GMT"),
        ],
    )
    assert (found.language, found.canonical_url, found.license) == ("de-CH", "https://www.mill.example/c", by)
    assert (found.date_modified, origin(found, "date_modified")) == ("2026-03-01T07:42:00Z", "http last-modified")


def test_a_page_made_for_the_request_was_not_changed_then() -> None:
    assert read("", headers=[Header("Last-Modified", "Tue, 10 Mar 2026 11:59:00 GMT")]).date_modified is None


def test_the_page_s_own_alternate_and_its_feed_tell_language_and_site() -> None:
    html = (
        "<link rel=alternate hreflang=fr href=/fr><link rel=alternate hreflang=de href=/a/b>"
        "<link rel=alternate type=application/rss+xml title='Mill News &raquo; Feed' href=/feed>"
    )
    found = read(html)
    assert (found.language, found.site_name) == ("de", "Mill News")


# Addresses, language, licence, tags


@pytest.mark.parametrize(
    ("href", "url", "canonical"),
    [
        ("/c", "https://a.example/b", "https://a.example/c"),
        ("https://a.example/c", None, "https://a.example/c"),
        ("/c", "file:///c", None),
        ("javascript:x", "https://a.example/b", None),
        ("http://[x", "https://a.example/b", None),
        ("http://", None, None),
    ],
)
def test_the_canonical_address_is_absolute(href: str, url: str | None, canonical: str | None) -> None:
    assert read(f'<link rel=canonical href="{href}">', url=url).canonical_url == canonical


@pytest.mark.parametrize(
    ("stated", "language"), [("pt_br", "pt-BR"), ("EN", "en"), ("zh-hant-TW", "zh-hant-TW"), ("e n", None)]
)
def test_a_language_is_a_tag(stated: str, language: str | None) -> None:
    assert read(meta(og__locale=stated)).language == language


def test_a_licence_is_linked_by_relation_or_is_the_only_creative_commons_link() -> None:
    by, zero = "https://creativecommons.org/licenses/by/4.0/", "https://creativecommons.org/publicdomain/zero/1.0/"
    assert read(f"<a rel=license href='{by}'>x</a><a href='{zero}'>y</a>").license == by
    assert read(f"<a href='{by}'>x</a><a href='{by}'>y</a><a href=https://creativecommons.org/>z</a>").license == by
    assert read(f"<a href='{by}'>x</a><a href='{zero}'>y</a>").license is None


def test_tags_come_from_the_first_source_that_has_any() -> None:
    html = "<a rel=tag href=/a>Sea</a><a rel=tag href=/b>#mud</a><meta name=keywords content='x, y'>"
    assert read(html).tags == ("Sea", "mud")
    assert read("<meta name=keywords content='x, y,,X'>").tags == ("x", "y")
