"""What pages declare: which source counts, what a value must look like, and that no page makes it raise."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.extraction.metadata import declared
from harvester.extraction.segment import parse
from harvester.types import EPOCH, Metadata, Source

CAPTURED = "2026-03-10T12:00:00Z"


def read(html: str, url: str | None = "https://www.mill.example/a/b", captured: str = CAPTURED) -> Metadata:
    return declared(parse(html.encode()), url=url, captured=captured)[0]


def meta(**content: str) -> str:
    return "".join(f'<meta property="{name.replace("__", ":")}" content="{value}">' for name, value in content.items())


def ld(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


def article(**fields: object) -> str:
    return ld({"@context": "https://schema.org", "@type": "NewsArticle", **fields})


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
    assert read("<p>By Ann Lee, 8 March 2026</p>") == Metadata()


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
        (article(headline="x" * 1_200), "x" * 1_000, "json-ld"),
    ],
)
def test_the_title_comes_without_the_site(html: str, title: str | None, origin: str | None) -> None:
    found = read(html)
    assert found.title == title
    assert [source.origin for source in found.sources if source.field == "title"] == ([origin] if origin else [])


# Authors


@pytest.mark.parametrize(
    ("stated", "authors"),
    [
        ("By Ann Lee and Bo Yi", ("Ann Lee", "Bo Yi")),
        ("Ann Lee, Bo Yi; ann lee", ("Ann Lee", "Bo Yi")),
        ("Ann Lee (al), London", ("Ann Lee",)),
        ("Ann Lee, PhD", ("Ann Lee",)),
        ("ann@mill.example (Ann Lee)", ()),
        ("Ann Lee &lt;ann@mill.example&gt;", ("Ann Lee",)),
        ("Von Anna Müller", ("Anna Müller",)),
        ("宮前 由布子、桐生航平", ("宮前 由布子", "桐生航平")),
        ("admin", ()),
        ("@annlee", ()),
        ("mill.example", ()),
        ("https://mill.example/ann", ()),
        ("Mill News", ()),
        ("Bono", ("Bono",)),
    ],
)
def test_an_author_is_a_name(stated: str, authors: tuple[str, ...]) -> None:
    assert read(meta(og__site_name="Mill News") + f'<meta name=author content="{stated}">').authors == authors


def test_organisations_in_json_ld_are_no_authors_and_references_are_looked_up() -> None:
    graph = {
        "@graph": [
            {"@type": "BlogPosting", "author": [{"@id": "#p"}, {"@type": "Organization", "name": "Mill News"}]},
            {"@type": "Person", "@id": "#p", "name": "Ann Lee"},
        ]
    }
    assert read(ld(graph)).authors == ("Ann Lee",)


def test_a_site_may_bear_its_author_s_name() -> None:
    html = meta(og__site_name="Ann Lee") + article(author={"@type": "Person", "name": "Ann Lee"})
    assert read(html).authors == ("Ann Lee",)


def test_authors_of_comments_are_not_authors_of_the_page() -> None:
    html = (
        "<article itemscope><b itemprop=author itemscope><i itemprop=name>Ann Lee</i> editor</b>"
        "<i itemprop=author>Bo Yi</i><div itemscope><i itemprop=author>Cy Di</i></div></article>"
    )
    assert read(html).authors == ("Ann Lee", "Bo Yi")


def test_linked_and_catalogued_authors_are_read() -> None:
    assert read("<a rel='author nofollow' href=/ann>Ann Lee</a>").authors == ("Ann Lee",)
    names = "".join(f'<meta name=citation_author content="{name}">' for name in ("Lee, Ann", "Bo Yi"))
    assert read(names).authors == ("Ann Lee", "Bo Yi")


def test_there_are_fifty_authors_and_a_hundred_tags_at_most() -> None:
    names = [f"Ann {chr(65 + n % 26)}{chr(97 + n // 26)}" for n in range(99)]
    found = read(article(author=names, keywords=[f"tag {n}" for n in range(999)]))
    assert (len(found.authors), len(found.tags)) == (50, 100)


# Dates


@pytest.mark.parametrize(
    ("stated", "date"),
    [
        ("2026-03-08", "2026-03-08"),
        ("2026/03/08", "2026-03-08"),
        ("20260308", "2026-03-08"),
        ("2026-03-08 07:42", "2026-03-08T07:42:00"),
        ("2026-03-08T07:42:00Z", "2026-03-08T07:42:00Z"),
        ("2026-03-08T07:42:00.5-0300", "2026-03-08T07:42:00-03:00"),
        ("Sun, 08 Mar 2026 07:42:00 GMT", "2026-03-08T07:42:00Z"),
        ("March 8, 2026", "2026-03-08"),
        ("8th Sept. 2025", "2025-09-08"),
        ("2026-03-08T25:00", "2026-03-08"),
        ("2024-02-29", "2024-02-29"),
        ("2025-02-29", None),
        ("1989-12-31", None),
        ("08/03/2026", None),
        ("2026", None),
        ("yesterday", None),
        ("1772956920", None),
        ("2026-03-11T01:00:00+14:00", "2026-03-11T01:00:00+14:00"),
        ("2026-03-10T12:00:01Z", None),
        ("2026-03-11", "2026-03-11"),
        ("2026-03-12", None),
        ("2026-03-11T02:00:01", None),
    ],
)
def test_a_date_is_iso_8601_and_not_later_than_the_capture_anywhere_on_earth(stated: str, date: str | None) -> None:
    assert read(f'<meta name=date content="{stated}">').date_published == date


def test_without_a_capture_date_any_later_date_is_believed() -> None:
    assert read("<meta name=date content=2031-01-01>", captured=EPOCH).date_published == "2031-01-01"


@pytest.mark.parametrize(
    ("html", "date"),
    [
        ("<time datetime=2020-01-02 pubdate>x</time><time datetime=2021-01-01>", "2020-01-02"),
        ("<article><time datetime=2020-01-02>x</time></article><time datetime=2021-01-01>", "2020-01-02"),
        ("<time datetime=2020-01-02>x</time>", "2020-01-02"),
        ("<time datetime=2020-01-02>x</time><time datetime=2021-01-01>x</time>", None),
        ("<b itemprop=datePublished>2 January 2020</b>", "2020-01-02"),
        (meta(article__published_time="nonsense") + "<time datetime=2020-01-02>", "2020-01-02"),
    ],
)
def test_elements_state_dates_where_it_is_clear_which(html: str, date: str | None) -> None:
    assert read(html).date_published == date


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


# Hostile pages


@pytest.mark.parametrize(
    "script",
    [
        "",
        "{",
        "[" * 100_000,
        "null",
        "[1, {}]",
        '{"@graph": {}}',
        '{"@type": 1, "author": [[[1]]], "image": {"url": 2}}',
    ],
)
def test_odd_json_ld_is_passed_over_and_the_next_is_read(script: str) -> None:
    html = f'<script type="application/ld+json">{script}</script>' + article(headline="Tides")
    assert read(html).title == "Tides"


def test_json_ld_is_read_up_to_a_million_characters_and_ten_scripts() -> None:
    assert read(ld({}) * 9 + article(headline="Tides")).title == "Tides"
    assert read(ld({}) * 10 + article(headline="Tides")).title is None
    assert read(ld("x" * 999_000) + article(headline="Tides" * 300)).title is None


def test_control_characters_and_comments_around_json_ld_do_no_harm() -> None:
    html = '<script type="application/LD+JSON"><!-- {"@type": "Article", "headline": "Ti\ndes"}; --></script>'
    assert read(html).title == "Ti des"


@given(st.text(), st.text(max_size=30), st.recursive(st.text() | st.integers() | st.none(), st.lists, max_leaves=5))
def test_no_page_makes_it_raise(html: str, content: str, value: object) -> None:
    fields = dict.fromkeys(("headline", "author", "datePublished", "image", "keywords", "publisher", "@id"), value)
    names = ("author", "date", "og:title", "og:url", "og:locale", "keywords", "citation_author", "og:site_name")
    quoted = content.replace('"', "&quot;")
    metas = "".join(f'<meta name="{name}" content="{quoted}">' for name in names)
    found = read(metas + article(**fields) + html, url="https://a.example/")
    assert {source.field for source in found.sources} <= set(Metadata.__struct_fields__)


@pytest.mark.parametrize(
    "html",
    [
        "<meta name=author content=x>" * 100_000,
        "<h1>" + "<b>x" * 4_900,
        "<title>" + "a - " * 200_000,
        "<a rel='tag license author' href=x>y</a>" * 50_000,
        "<div itemscope>" * 4_000 + "<b itemprop=author>x</b>" * 20_000,
        article(headline="a | " * 200_000, author="a, " * 200_000),
        ld([{"@type": "Article", "author": [{"@id": "x"}]}] * 10_000),
        f'<meta name=date content="{"1" * 500_000}"><meta name=author content="{"By " * 200_000}">',
        f'<meta name=author content="{"(" * 300_000}{"@" * 300_000}">',
    ],
)
def test_hostile_pages_take_linear_time(html: str) -> None:
    tree = parse(html.encode())
    start = time.process_time()
    declared(tree, url="https://a.example/", captured=CAPTURED)
    assert time.process_time() - start < 3
