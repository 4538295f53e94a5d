"""Feeds, sitemaps and pages of links on a real server become a version; the archive alone gives it again."""

import gzip
import shutil
from pathlib import Path

import msgspec

from harvester.archive import Archive
from harvester.pipeline import BuildResult, build, compact_archive, fetch, list_index, open_corpus
from harvester.settings import FetchSettings, Settings
from harvester.types import Capture, Failure, Source
from tests.conftest import NOW, Harvest, tree
from tests.fetch.loopback import Site, answer, redirect
from tests.test_pipeline import LATER, page


def rss(site: Site, *words: str) -> bytes:
    items = "".join(
        f"<item><link>{site.root}/{word}</link><title>On the {word}</title><pubDate>1 Mar 2024 00:00 GMT</pubDate></item>"
        for word in words
    )
    return answer(f"<rss><channel>{items}</channel></rss>".encode(), content_type="application/rss+xml")


def a_site() -> Site:
    return Site({f"/{word}": answer(page(word)) for word in ("lamp", "bell", "rope", "tide")})


def run(folder: Path, index: str, mode: str = "missing", now: str = NOW) -> BuildResult:
    (folder / "news.md").write_text(index)
    fetch = FetchSettings(mode=mode, delay=0, allow_private=True)  # type: ignore[arg-type]
    return build(str(folder / "news.md"), output=folder / "corpus", settings=Settings(fetch=fetch), now=now)


def names(result: BuildResult) -> list[str]:
    assert result.folder is not None
    return sorted(str(record.metadata.url).rpartition("/")[2] for record in open_corpus(result.folder))


def test_a_feed_becomes_records_that_say_where_their_title_and_date_come_from(tmp_path: Path) -> None:
    with a_site() as site:
        site.pages["/feed"] = rss(site, "lamp", "bell")
        result = run(tmp_path, f"- feed: {site.root}/feed\n  - license: CC0\n- {site.root}/rope\n")
    assert (names(result), result.failures, result.counts.pages) == (["bell", "lamp", "rope"], (), 3)
    assert result.folder is not None
    lamp = next(record for record in open_corpus(result.folder) if str(record.metadata.url).endswith("/lamp"))
    assert (lamp.metadata.title, lamp.created, lamp.metadata.license) == ("On the lamp", "2024-03-01", "CC0")
    assert {Source("title", "feed"), Source("date_published", "feed"), Source("license", "index")} <= set(
        lamp.metadata.sources
    )


def test_a_build_from_the_archive_alone_gives_the_same_bytes(tmp_path: Path) -> None:
    with a_site() as site:
        site.pages["/moved"] = redirect("/feed")
        site.pages["/feed"] = rss(site, "lamp")
        site.pages["/map"] = answer(
            f"<sitemapindex><sitemap><loc>{site.root}/1.gz</loc></sitemap></sitemapindex>".encode(),
            content_type="application/xml",
        )
        site.pages["/1.gz"] = answer(
            gzip.compress(f"<urlset><url><loc>{site.root}/bell</loc></url></urlset>".encode()),
            content_type="application/x-gzip",
        )
        site.pages["/list"] = answer(b"<a href=/rope>The rope</a> <a href=/tide>The tide</a>")
        index = f"- feed: {site.root}/moved\n- sitemap: {site.root}/map\n- links: {site.root}/list\n  - match: /rope\n"
        first = run(tmp_path, index)
        assert (names(first), first.failures) == (["bell", "lamp", "rope"], ())
        asked = len(site.requests)
        again = run(tmp_path, index, now=LATER)
        assert (again.new, len(site.requests)) == (False, asked)
    before = tree(tmp_path / "corpus" / "news" / "1.0.0")
    shutil.rmtree(tmp_path / "corpus" / "news" / "1.0.0")
    (tmp_path / "corpus" / "news" / "latest").unlink()
    offline = run(tmp_path, index, mode="offline", now=LATER)
    assert (offline.new, offline.failures) == (True, ())
    assert tree(tmp_path / "corpus" / "news" / "1.0.0") == before


def test_a_feed_that_does_not_come_counts_as_a_page_that_failed_of_a_fetch_too(tmp_path: Path) -> None:
    with a_site() as site:
        (tmp_path / "news.md").write_text(f"- feed: {site.root}/gone\n- {site.root}/lamp\n")
        settings = Settings(fetch=FetchSettings(delay=0, allow_private=True))
        fetched = fetch(str(tmp_path / "news.md"), output=tmp_path / "corpus", settings=settings, now=NOW)
    assert (fetched.pages, fetched.archived, len(fetched.failures)) == (2, 1, 1)


def test_a_compaction_keeps_every_copy_of_a_feed_and_the_last_good_answer_of_a_page(tmp_path: Path) -> None:
    with a_site() as site:
        index = f"- feed: {site.root}/feed\n"
        for now, words in ((NOW, ("lamp", "bell")), (LATER, ("rope",))):
            site.pages["/feed"] = rss(site, *words)
            run(tmp_path, index, mode="update", now=now)
    archive = tmp_path / "corpus" / "news" / "archive"
    with Archive(archive, now=LATER, name="news", info={"software": "test"}) as held:
        held.add(Capture(f"{site.root}/bell", "2030-01-01T00:00:00Z", b"Gone.", status=404, content_type="text/html"))
        held.add(Capture(f"{site.root}/other", NOW, b"<p>Old.</p>", status=200, content_type="text/html"))
        held.add(Capture(f"{site.root}/other", LATER, b"<p>New.</p>", status=200, content_type="text/html"))
    for version in ("1.0.0", "1.1.0"):
        shutil.rmtree(tmp_path / "corpus" / "news" / version)
    done = compact_archive(tmp_path / "corpus" / "news", now=LATER)
    assert [(entry.url, entry.fetched_at) for entry in done.dropped] == [(f"{site.root}/other", NOW)]
    assert names(again := run(tmp_path, index, mode="offline", now=LATER)) == ["bell", "lamp", "rope"]
    assert again.failures == ()


def test_an_update_finds_new_pages_keeps_those_that_left_the_feed_and_fetches_no_page_twice(tmp_path: Path) -> None:
    with a_site() as site:
        site.pages["/feed"] = rss(site, "lamp", "bell")
        index = f"- feed: {site.root}/feed\n"
        run(tmp_path, index)
        site.pages["/feed"] = rss(site, "rope", "bell")
        site.requests.clear()
        result = run(tmp_path, index, mode="update", now=LATER)
        assert (names(result), result.version) == (["bell", "lamp", "rope"], "1.1.0")
        assert [target for target in site.targets if target != "/robots.txt"] == ["/feed", "/rope"]


def test_a_page_that_left_a_sitemap_leaves_the_corpus(tmp_path: Path) -> None:
    with a_site() as site:
        site.pages["/map"] = answer(f"{site.root}/lamp\n{site.root}/bell\n".encode(), content_type="text/plain")
        index = f"- sitemap: {site.root}/map\n"
        run(tmp_path, index)
        site.pages["/map"] = answer(f"{site.root}/bell\n".encode(), content_type="text/plain")
        assert names(run(tmp_path, index, mode="update", now=LATER)) == ["bell"]


def test_a_feed_that_cannot_be_read_fails_with_its_line_and_the_rest_is_built(tmp_path: Path) -> None:
    with a_site() as site:
        site.pages["/page"] = answer(b"<html><p>No feed.</html>")
        site.pages["/film"] = answer(b"....", content_type="video/mp4")
        result = run(
            tmp_path,
            f"# News\n\n- feed: {site.root}/none\n- feed: {site.root}/page\n- feed: {site.root}/film\n- {site.root}/lamp\n",
        )
    assert names(result) == ["lamp"]
    assert [failure.line for failure in sorted(result.failures, key=lambda f: f.line)] == [3, 4, 5]
    assert (result.counts.pages, result.counts.failures, result.counts.records) == (4, 3, 1)
    assert result.folder is not None
    lines = (Path(result.folder) / "failures.jsonl").read_bytes().splitlines()
    assert {msgspec.json.decode(line, type=Failure).name for line in lines} == {
        f"{site.root}/none",
        f"{site.root}/page",
        f"{site.root}/film",
    }


def test_private_addresses_that_a_feed_names_are_refused(tmp_path: Path) -> None:
    (tmp_path / "feed.rss").write_text(
        "<rss>"
        + "".join(
            f"<item><link>{link}</link></item>"
            for link in ("http://127.0.0.1/a", "http://169.254.169.254/b", "http://[::1]/c", "file:///etc/passwd")
        )
        + "</rss>"
    )
    (tmp_path / "news.md").write_text("- feed.rss\n")
    settings = Settings(fetch=FetchSettings(delay=0))
    result = build(str(tmp_path / "news.md"), output=tmp_path / "corpus", settings=settings, now=NOW)
    assert len(result.failures) == 3 and result.version is None
    assert all("address" in failure.reason for failure in result.failures)


def test_list_shows_what_the_archive_and_local_files_expand_to(tmp_path: Path, harvest: Harvest) -> None:
    (tmp_path / "old.rss").write_text("<rss><item><link>https://x.example/1</link></item></rss>")
    with a_site() as site:
        site.pages["/feed"] = rss(site, "lamp")
        index = f"- feed: {site.root}/feed\n- old.rss\n"
        (tmp_path / "news.md").write_text(index)
        listed = list_index(str(tmp_path / "news.md"), output=tmp_path / "corpus")
        assert [count for _, count in listed.counts] == [0, 1]
        shown = harvest("list", "news.md").stdout.splitlines()
        assert shown[:3] == [
            f"news.md:1: feed {site.root}/feed: read when `harvest build` first runs",
            "news.md:2: feed old.rss: 1 page",
            "news.md:2: https://x.example/1",
        ]
        before = tree(tmp_path)
        run(tmp_path, f"- feed: {site.root}/feed\n")
    assert tree(tmp_path) != before
    assert f"news.md:1: {site.root}/lamp  On the lamp" in harvest("list", "news.md").stdout
    built = tree(tmp_path)
    harvest("list", "news.md")
    assert tree(tmp_path) == built


def test_a_feed_may_be_the_index_itself(tmp_path: Path, harvest: Harvest) -> None:
    with a_site() as site:
        body = f"<rss><item><link>{site.root}/lamp</link></item></rss>"
        (tmp_path / "blog.rss").write_text(body)
        done = harvest("build", "blog.rss", "-s", "fetch.allow_private=true", "-s", "fetch.delay=0")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "corpus" / "blog" / "1.0.0" / "manifest.json").exists()
