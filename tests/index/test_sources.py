"""Entries that lead to pages: feeds, sitemaps and pages of links, in every kind of index."""

from pathlib import Path

import pytest

from harvester.index import read_index
from tests.index.conftest import Index, Problems


def kinds(listing: object) -> list[tuple[str, str, int]]:
    return [(source.kind, source.seed.name, source.seed.line) for source in listing.sources]  # type: ignore[attr-defined]


def test_an_item_that_begins_with_its_kind_leads_to_pages(index: Index) -> None:
    Path("news.rss").touch()
    listing = index(
        "- feed: https://x.org/feed\n- Sitemap: <https://x.org/map.xml>\n- links: [Archive](https://x.org/old) since 2001\n"
        "  - match: /2001/*/ `/*ferry`\n- feed: news.rss\n- https://x.org/page\n"
    )
    assert kinds(listing) == [
        ("feed", "https://x.org/feed", 1),
        ("sitemap", "https://x.org/map.xml", 2),
        ("links", "https://x.org/old", 3),
        ("feed", "news.rss", 5),
    ]
    archive = listing.sources[2]
    assert (archive.seed.label, archive.seed.notes, archive.match) == ("Archive", "since 2001", ("/2001/*/", "/*ferry"))
    assert [seed.name for seed in listing.seeds] == ["https://x.org/page"]


def test_beneath_a_page_the_same_words_are_a_note(index: Index) -> None:
    listing = index("- https://x.org/page\n  - links: https://x.org/more\n")
    assert (kinds(listing), listing.seeds[0].notes) == ([], "links: https://x.org/more")


def test_a_kind_may_be_stated_as_any_other_key(index: Index) -> None:
    assert kinds(index("- https://x.org/\n  - kind: feed\n")) == [("feed", "https://x.org/", 1)]
    assert kinds(index("| page | kind |\n|---|---|\n| https://x.org/ | sitemap |\n")) == [
        ("sitemap", "https://x.org/", 3)
    ]
    assert kinds(index("url,kind,match\nhttps://x.org/,links,/a/*\n", "x.csv")) == [("links", "https://x.org/", 2)]
    rows = '{"url": "https://x.org/", "kind": "feed", "hosts": ["y.org", "Z.org"]}\n'
    assert index(rows, "x.jsonl").sources[0].hosts == ("y.org", "z.org")
    assert kinds(index("sitemap: https://x.org/map\nhttps://x.org/\n", "x.txt")) == [
        ("sitemap", "https://x.org/map", 1)
    ]


def test_another_kind_and_keys_of_sources_are_notes_of_a_page(index: Index) -> None:
    listing = index("- https://x.org/\n  - kind: essay\n  - match: lost 2:1\n")
    assert (listing.sources, listing.seeds[0].notes) == ((), "kind: essay\nmatch: lost 2:1")


@pytest.mark.parametrize(
    ("name", "kind"), [("blog.atom", "feed"), ("blog.rss", "feed"), ("x.xml", "feed"), ("sitemap-1.xml.gz", "sitemap")]
)
def test_a_local_file_of_such_a_name_is_no_page(index: Index, name: str, kind: str) -> None:
    Path(name).touch()
    assert kinds(index(f"- {name}\n")) == [(kind, name, 1)]
    assert kinds(read_index(name)) == [(kind, name, 0)]


def test_a_feed_of_the_web_is_known_by_its_kind_alone(index: Index) -> None:
    assert kinds(index("- https://x.org/feed.xml\n")) == []


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("- feed: ftp://x.org/\n", "x.md:1: unknown scheme 'ftp'"),
        ("- feed: gone.rss\n", "x.md:1: missing file 'gone.rss'"),
        ("- links: https://x.org/\n  - match: 2024/*\n", "x.md:2: pattern '2024/*' does not begin with /"),
        ("- links: https://x.org/\n  - hosts: https://y.org/\n", "x.md:2: 'https://y.org/' is no host name"),
        ("- https://x.org/\n  - render: perhaps\n", "x.md:2: 'perhaps' is neither true nor false"),
        ("- feed: https://x.org/\n- https://x.org/\n", "x.md:2: duplicate page 'https://x.org/'"),
    ],
)
def test_what_cannot_be_taken_is_named_with_its_line(problems: Problems, entry: str, problem: str) -> None:
    (found,) = problems(entry)
    assert found.startswith(problem)
