"""What sources name becomes the seeds of a listing: hosts, patterns, bounds, and what the index itself says."""

from collections.abc import Mapping
from pathlib import Path

from harvester.errors import PageError
from harvester.index import Listing, read_index
from harvester.settings import Recipe
from harvester.sources import Expansion, Obtained, expand
from harvester.types import Attribute, Capture, Failure, Seed, Source, url_id

DATE = "2026-01-02T03:04:05Z"


def listing(folder: Path, index: str, name: str = "INDEX.md") -> Listing:
    (folder / name).write_text(index)
    return read_index(str(folder / name))


def expanded(listed: Listing, web: Mapping[str, str | list[str]]) -> Expansion:
    """`web` holds the body of each address, or all its captures, newest first."""

    def obtain(seeds: object) -> Obtained:
        captures, failures = {}, []
        for seed in seeds:  # type: ignore[attr-defined]
            bodies = web.get(seed.uri)
            if bodies is None:
                failures.append(Failure(seed.id, seed.name, "dns", "gone", "INDEX.md", seed.line))
                continue
            each = [bodies] if isinstance(bodies, str) else bodies
            captures[seed.uri] = lambda uri=seed.uri, each=each: [Capture(uri, DATE, b.encode()) for b in each]
        return Obtained(captures, tuple(failures))

    return expand(listed, obtain, Recipe())


def rss(*links: str, more: str = "") -> str:
    return "<rss>" + "".join(f"<item><link>{link}</link>{more}</item>" for link in links) + "</rss>"


def urlset(*locs: str) -> str:
    return "<urlset>" + "".join(f"<url><loc>{loc}</loc></url>" for loc in locs) + "</urlset>"


def mapindex(*locs: str) -> str:
    return "<sitemapindex>" + "".join(f"<sitemap><loc>{loc}</loc></sitemap>" for loc in locs) + "</sitemapindex>"


def urls(expansion: Expansion) -> list[str | None]:
    return [seed.url for seed in expansion.listing.seeds]


def test_a_feed_s_pages_carry_what_its_entry_says_and_what_the_feed_says(tmp_path: Path) -> None:
    listed = listing(
        tmp_path,
        "---\nlanguage: en\n---\n# T\n\n## News\n\n- feed: [The pier](https://x.example/feed) — weekly\n"
        "  - tags: boats\n  - author: Jane Doe\n  - via: Bob\n",
    )
    more = "<title>Lamps</title><author>M (Max Moe)</author><pubDate>1 Mar 2024 00:00 GMT</pubDate>"
    (seed,) = expanded(listed, {"https://x.example/feed": rss("https://y.example/lamp", more=more)}).listing.seeds
    assert seed == Seed(
        id=url_id("https://y.example/lamp"),
        url="https://y.example/lamp",
        path=None,
        file=str(tmp_path / "INDEX.md"),
        line=8,
        section="News",
        notes="weekly\nvia: Bob",
        title="Lamps",
        authors=("Jane Doe",),
        date="2024-03-01",
        language="en",
        tags=("boats",),
        attributes=(
            Attribute("tags", "boats"),
            Attribute("author", "Jane Doe"),
            Attribute("via", "Bob"),
            Attribute("feed", "https://x.example/feed"),
            Attribute("title", "Lamps"),
            Attribute("author", "M (Max Moe)"),
            Attribute("date", "2024-03-01T00:00:00+00:00"),
        ),
        found=(Source("title", "feed"), Source("date_published", "feed")),
    )


def test_what_the_index_says_of_a_page_stands_and_the_feed_fills_the_gaps(tmp_path: Path) -> None:
    listed = listing(tmp_path, "- https://y.example/lamp\n  - title: Mine\n- feed: https://x.example/feed\n")
    more = "<title>Theirs</title><pubDate>1 Mar 2024 00:00 GMT</pubDate>"
    expansion = expanded(listed, {"https://x.example/feed": rss("https://y.example/lamp", more=more)})
    (seed,) = expansion.listing.seeds
    assert (seed.line, seed.title, seed.date) == (1, "Mine", "2024-03-01")
    assert seed.found == (Source("date_published", "feed"),)


def test_pages_that_two_sources_name_are_taken_once_for_the_first(tmp_path: Path) -> None:
    listed = listing(tmp_path, "- feed: https://x.example/a\n- feed: https://x.example/b\n")
    web = {"https://x.example/a": rss("https://x.example/1"), "https://x.example/b": rss("https://x.example/1")}
    expansion = expanded(listed, web)
    assert [(seed.url, seed.line) for seed in expansion.listing.seeds] == [("https://x.example/1", 1)]
    assert [count for _, count in expansion.counts] == [1, 0]


def test_a_feed_s_older_captures_count_and_a_sitemap_s_do_not(tmp_path: Path) -> None:
    listed = listing(tmp_path, "- feed: https://x.example/feed\n- sitemap: https://x.example/map\n")
    web = {
        "https://x.example/feed": [rss("https://x.example/new"), rss("https://x.example/old", "https://x.example/new")],
        "https://x.example/map": [urlset("https://x.example/here"), urlset("https://x.example/gone")],
    }
    assert urls(expanded(listed, web)) == ["https://x.example/new", "https://x.example/old", "https://x.example/here"]


def test_sitemaps_and_links_name_pages_of_their_own_host_or_a_stated_one(tmp_path: Path) -> None:
    web = {
        "https://x.example/map": urlset("https://x.example/1", "https://www.x.example/2", "https://evil.example/3"),
        "https://x.example/list": "<a href=/4>A</a><a href=https://evil.example/5>B</a><a href=file:///etc/x>C</a>",
    }
    listed = listing(
        tmp_path, "- sitemap: https://x.example/map\n  - hosts: www.x.example\n- links: https://x.example/list\n"
    )
    expansion = expanded(listed, web)
    assert urls(expansion) == ["https://x.example/1", "https://www.x.example/2", "https://x.example/4"]
    assert [(place.line, place.text, place.reason) for place in expansion.listing.ignored] == [
        (1, "https://evil.example/3", "another host"),
        (3, "https://evil.example/5", "another host"),
        (3, "file:///etc/x", "no web address"),
    ]


def test_patterns_choose_by_path_or_by_the_whole_address(tmp_path: Path) -> None:
    paths = ("2024/a", "2023/b.html", "p?id=2024", "tag/2024/")
    web = {"https://x.example/map": urlset(*(f"https://x.example/{path}" for path in paths))}
    for patterns, expected in (
        ("/2024/", [0]),
        ("/202*/", [0, 1]),
        ("/*.html$ /p?id=", [1, 2]),
        ("/*2024", [0, 2, 3]),
        ("/*2024$", [2]),
        ("/p[?]id", []),
        ("https://x.example/tag", [3]),
    ):
        listed = listing(tmp_path, f"- sitemap: https://x.example/map\n  - match: {patterns}\n")
        assert urls(expanded(listed, web)) == [f"https://x.example/{paths[n]}" for n in expected], patterns


def test_sitemaps_are_followed_three_deep_and_circles_end(tmp_path: Path) -> None:
    listed = listing(tmp_path, "- sitemap: https://x.example/0\n")
    web = {f"https://x.example/{n}": mapindex(f"https://x.example/{n + 1}", "https://x.example/0") for n in range(10)}
    expansion = expanded(listed, web)
    assert urls(expansion) == []
    assert [(f.name, f.reason, f.line) for f in expansion.failures] == [("https://x.example/3", "source-limit", 1)]
    web["https://x.example/2"] = urlset("https://x.example/page")
    expansion = expanded(listed, web)
    assert (urls(expansion), expansion.failures) == (["https://x.example/page"], ())


def test_500_sitemaps_are_read_of_one_source(tmp_path: Path) -> None:
    listed = listing(tmp_path, "- sitemap: https://x.example/map\n")
    many = [f"https://x.example/{n}" for n in range(600)]
    web = {"https://x.example/map": mapindex(*many)} | {url: urlset(f"{url}/page") for url in many}
    expansion = expanded(listed, web)
    assert len(urls(expansion)) == 499
    assert [f.reason for f in expansion.failures] == ["source-limit"]


def test_sitemaps_on_another_host_are_not_asked_for(tmp_path: Path) -> None:
    listed = listing(tmp_path, "- sitemap: https://x.example/map\n")
    expansion = expanded(listed, {"https://x.example/map": mapindex("https://evil.example/1", "http://127.0.0.1/2")})
    assert (urls(expansion), expansion.failures) == ([], ())
    assert [place.text for place in expansion.listing.ignored] == ["https://evil.example/1 and 1 more"]


def test_a_source_that_cannot_be_read_is_a_failure_that_names_its_line(tmp_path: Path) -> None:
    listed = listing(tmp_path, "# T\n\n- feed: https://x.example/gone\n- feed: https://x.example/page\n")
    expansion = expanded(listed, {"https://x.example/page": "<html><p>No feed</html>"})
    assert [(f.line, f.name, f.reason) for f in expansion.failures] == [
        (3, "https://x.example/gone", "dns"),
        (4, "https://x.example/page", "source-unreadable"),
    ]


def test_a_broken_feed_gives_what_can_be_read_and_a_notice(tmp_path: Path) -> None:
    listed = listing(tmp_path, "- feed: https://x.example/feed\n")
    expansion = expanded(listed, {"https://x.example/feed": rss("https://x.example/1")[:-6]})
    assert (urls(expansion), expansion.failures) == (["https://x.example/1"], ())
    assert expansion.notices[0].startswith(f"{tmp_path}/INDEX.md:1: https://x.example/feed: broken, line 1: ")


def test_a_listing_without_sources_is_as_it_was(tmp_path: Path) -> None:
    listed = listing(tmp_path, "- https://x.example/\n")

    def never(seeds: object) -> Obtained:
        raise PageError("dns", "nothing is to be obtained")

    assert expand(listed, never, Recipe()) == Expansion(listed, (), (), ())
