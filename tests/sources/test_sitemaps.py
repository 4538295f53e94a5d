"""Sitemaps in every form that sites have."""

import gzip

import pytest

from harvester.errors import PageError
from harvester.sources.named import Named
from harvester.types import Attribute
from tests.sources.reading import pages, read, urls

SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
MAP = f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="{SPACE}" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
  xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:xhtml="http://www.w3.org/1999/xhtml">
<url><loc> https://pier.example/lamp </loc><lastmod>2024-04-01</lastmod><priority>0.5</priority>
  <image:image><image:loc>https://pier.example/lamp.png</image:loc></image:image>
  <xhtml:link rel="alternate" hreflang="de" href="https://pier.example/de/lampe"/></url>
<url><loc>https://pier.example/bell#top</loc><news:news><news:publication><news:name>Pier</news:name></news:publication>
  <news:publication_date>2024-03-02T10:00:00Z</news:publication_date><news:title>Bells</news:title></news:news></url>
</urlset>"""


def test_a_sitemap_names_its_pages_and_no_images_or_translations() -> None:
    lamp, bell = pages(MAP, "sitemap")
    assert (lamp.url, lamp.date, lamp.said) == (
        "https://pier.example/lamp",
        None,
        (Attribute("updated", "2024-04-01"),),
    )
    assert (bell.url, bell.title, bell.date) == ("https://pier.example/bell", "Bells", "2024-03-02")


def test_a_sitemap_may_lie_gzipped_on_the_server() -> None:
    assert urls(gzip.compress(MAP.encode()), "sitemap", content_type="application/octet-stream") == urls(MAP, "sitemap")


def test_an_index_of_sitemaps_names_sitemaps() -> None:
    reading = read(
        f'<sitemapindex xmlns="{SPACE}"><sitemap><loc>https://pier.example/1.xml</loc></sitemap></sitemapindex>'
    )
    assert (reading.lists, reading.pages) == (("https://pier.example/1.xml",), ())


def test_a_sitemap_without_or_with_a_wrong_namespace_is_read_all_the_same() -> None:
    for space in ("", ' xmlns="http://www.google.com/schemas/sitemap/0.84"'):
        assert urls(f"<urlset{space}><url><loc>https://x.example/</loc></url></urlset>") == ["https://x.example/"]


def test_a_text_sitemap_has_a_url_a_line() -> None:
    assert urls("\ufeffhttps://x.example/a\r\n\nhttps://x.example/b\n", "sitemap") == [
        "https://x.example/a",
        "https://x.example/b",
    ]


def test_50_000_addresses_are_read_of_one_file_and_the_rest_is_said_to_be_left_out() -> None:
    many = "".join(f"<url><loc>https://x.example/{n}</loc></url>" for n in range(1_000_000))
    for body in (f"<urlset>{many}</urlset>", "".join(f"https://x.example/{n}\n" for n in range(50_001))):
        reading = read(body, "sitemap")
        assert (len(reading.pages), reading.full) == (50_000, True)
        assert isinstance(reading.pages[-1], Named) and reading.pages[-1].url == "https://x.example/49999"
    exact = "".join(f"<url><loc>https://x.example/{n}</loc></url>" for n in range(50_000))
    assert not read(f"<urlset>{exact}</urlset>", "sitemap").full


def test_a_gzip_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(PageError, match="too-large"):
        read(gzip.compress(b"<urlset>" + bytes(80_000_000)), "sitemap")


def test_more_elements_than_any_sitemap_has_end_the_reading() -> None:
    reading = read("<urlset><url><loc>https://x.example/</loc></url>" + "<a/>" * 2_500_000, "sitemap")
    assert (len(reading.pages), reading.full) == (1, True)
