"""A page of links: which addresses it names, with what labels."""

import pytest

from harvester.errors import PageError
from harvester.sources.named import Named, Refusal
from tests.sources.reading import pages, read


def test_links_are_named_once_with_the_first_text_that_any_of_them_has() -> None:
    page = """<a href="/2024/lamp"><img src=x></a> <a href="/2024/lamp#more">The  <b>lamp</b></a>
    <a href="?page=2">Older</a> <a href="#top">Top</a> <a>None</a> <a href="">Self</a> <a href="//quay.example/">Quay</a>"""
    assert [(link.url, link.label) for link in pages(page, "links")] == [
        ("https://pier.example/2024/lamp", "The lamp"),
        ("https://pier.example/news/feed.xml?page=2", "Older"),
        ("https://quay.example/", "Quay"),
    ]


def test_the_page_s_base_is_where_its_links_start_unless_it_is_none() -> None:
    for base, expected in (
        ("/archive/", "https://pier.example/archive/a"),
        ("file:///etc/", "https://pier.example/news/a"),
    ):
        (link,) = pages(f'<base href="{base}"><a href="a">A</a>', "links")
        assert link.url == expected


def test_other_schemes_are_refused() -> None:
    reading = read('<a href="mailto:x@y.example">M</a><a href="file:///etc/passwd">F</a><a href="/a">A</a>', "links")
    assert [type(page) for page in reading.pages] == [Named, Refusal, Refusal]


@pytest.mark.parametrize(
    ("body", "reason"),
    [("<p>Nothing", "source-unreadable"), ("<div>" * 9_000, "too-deep"), ("<i>" * 500_000, "too-deep")],
)
def test_a_page_without_links_and_one_too_deep_for_the_parser_fail(body: str, reason: str) -> None:
    with pytest.raises(PageError) as caught:
        read(body, "links")
    assert caught.value.reason == reason
