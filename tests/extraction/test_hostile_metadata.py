"""Broken and hostile metadata: no page makes it raise, and what is kept of any is bounded."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.extraction import segment
from harvester.extraction.declared import Declared
from harvester.extraction.lexicon import load_words
from harvester.extraction.metadata import read as read_metadata
from harvester.types import Metadata
from tests.extraction.declaring import CAPTURED, article, ld, meta, read


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


def test_json_ld_that_is_commonly_broken_is_mended() -> None:
    for script in (
        '{"@type": "Article", "headline": "Tides",}',
        '{"@type": "Article", "headline": "Tides"} {"@type": "WebPage"}',
        '/*<![CDATA[*/ {"@type": "Article", "headline": "Tides"} /*]]>*/',
    ):
        assert read(f'<script type="application/ld+json">{script}</script>').title == "Tides", script


def test_a_hundred_megabytes_of_json_ld_are_passed_over() -> None:
    html = f'<script type="application/ld+json">["{"x" * 100_000_000}"]</script>' + article(headline="Tides")
    assert read(html).title == "Tides"


def test_ten_thousand_authors_become_fifty() -> None:
    many = [{"@type": "Person", "name": f"Ann {chr(65 + n % 26)}{'abcdefghij'[n // 26 % 10]}"} for n in range(10_000)]
    assert len(read(article(author=many)).authors) == 50
    assert len(read(article(author=", ".join(person["name"] for person in many))).authors) <= 50


def test_scripts_in_titles_are_no_part_of_them() -> None:
    assert read(article(headline="Tides<script>alert(1)</script>")).title == "Tides"
    assert read(meta(og__title="Tides &lt;script&gt;alert(1)&lt;/script&gt;")).title == "Tides"
    assert read(article(author="Ann Lee<script>alert(1)</script>")).authors == ("Ann Lee",)


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
    tree = segment.parse(html.encode())
    cut, declaring = segment.read(tree)
    start = time.process_time()
    declared = Declared(tree.root, declaring)
    read_metadata(declared, cut, url="https://a.example/x", captured=CAPTURED, words=load_words())
    assert time.process_time() - start < 3
