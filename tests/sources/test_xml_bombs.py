"""XML that expands, fetches or nests: nothing is expanded, nothing fetched, and reading ends soon."""

import pytest

from harvester.errors import PageError
from harvester.sources import markup
from tests.conftest import shared
from tests.sources.reading import read

LOL = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol" * 100}">' for n in range(9))


@pytest.mark.parametrize(
    "subset",
    [
        LOL,
        f'<!ENTITY l8 "{"a" * 50_000}">',
        '<!ENTITY l8 SYSTEM "file:///etc/passwd">',
        '<!ENTITY l8 SYSTEM "http://127.0.0.1:9/x">',
        '<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd">%p;',
    ],
)
def test_a_feed_that_declares_entities_is_refused(subset: str) -> None:
    feed = f"<!DOCTYPE rss [{subset}]><rss><item><link>https://x.example/&l8;</link></item></rss>"
    for body in (feed.encode(), f'<?xml version="1.0" encoding="utf-16"?>{feed}'.encode("utf-16")):
        with pytest.raises(PageError, match="source-unreadable: it declares entities"):
            read(body)


def test_a_doctype_without_entities_is_not_looked_up() -> None:
    feed = '<!DOCTYPE rss PUBLIC "-//X" "http://127.0.0.1:9/rss.dtd"><rss><item><link>https://x.example/</link></item></rss>'
    assert len(read(feed).pages) == 1


def test_every_published_bomb_is_refused() -> None:
    bombs = sorted((shared("hostile") / "xml-bombs" / "xmltestdata").glob("*.xml"))
    assert len(bombs) >= 9
    for bomb in bombs:
        with pytest.raises(PageError) as caught:
            read(bomb.read_bytes())
        assert caught.value.reason == "source-unreadable", bomb


@pytest.mark.parametrize(
    "body",
    [
        "<rss>" * 500_000,
        "<rss " + " ".join(f"a{n}=''" for n in range(300_000)) + "/>",
        "<rss>" + "&" * 5_000_000,
        "<rss>" + "<![CDATA[" * 1_000_000,
        "<rss>" + "<!--" * 1_000_000,
        "<rss><item><title>" + "<" * 3_000_000,
        "<?xml" + " " * 3_000_000 + "?><rss/>",
    ],
)
def test_markup_that_is_hard_to_read_ends_as_a_list_without_pages(body: str) -> None:
    try:
        assert read(body).pages == ()
    except PageError as error:
        assert error.reason == "source-unreadable"


def test_a_field_is_cut_and_its_repetitions_are_counted_out() -> None:
    item = "<item><title>" + "x" * 1_000_000 + "</title>" + "<category>y</category>" * 10_000 + "</item>"
    (read_item,) = markup.read(f"<rss>{item}</rss>", 10).items
    assert len(read_item["title"][0].text) == 8_192
    assert len(read_item["category"]) == 100
