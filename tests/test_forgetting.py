"""What is forgotten goes from the next version and, where asked, from the archive, and no later run brings it back."""

import gzip
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from harvester.archive import Archive, check
from harvester.errors import InputError, StorageError
from harvester.forgetting import Forgotten, forget, recognise, remembered
from harvester.frontier import Frontier
from harvester.pipeline import BuildResult, build, open_corpus
from harvester.settings import FetchSettings, LookupSettings, Settings
from harvester.tombstones import Tombstone, Tombstones, read_tombstones
from harvester.types import url_id
from tests.conftest import NOW, Harvest, tree
from tests.fetch.loopback import Site, answer, redirect
from tests.test_pipeline import LATER, page

WHY = "the author asked for it"


@pytest.fixture
def site() -> Iterator[Site]:
    pages = {
        "/lamp": answer(page("lamp")),
        "/bell": answer(page("bell")),
        "/old": redirect("/moved"),
        "/moved": redirect("/rope"),
        "/rope": answer(page("rope")),
    }
    with Site(pages) as running:
        yield running


def run(folder: Path, index: str, mode: str = "missing", now: str = NOW, lookup: str = "") -> BuildResult:
    (folder / "pages.md").write_text(index)
    fetch = FetchSettings(mode=mode, delay=0, allow_private=True, retries=0)  # type: ignore[arg-type]
    settings = Settings(fetch=fetch, lookup=LookupSettings(cdx=lookup))
    return build(str(folder / "pages.md"), output=folder / "corpus", settings=settings, now=now)


def go(folder: Path, what: str, *, from_archive: bool = False, dry_run: bool = False) -> Forgotten:
    return forget(
        folder / "corpus" / "pages",
        what,
        reason=WHY,
        now=LATER,
        settings=Settings(),
        from_archive=from_archive,
        dry_run=dry_run,
    )


def names(result: BuildResult) -> list[str]:
    assert result.folder is not None
    return sorted(str(record.metadata.url).rpartition("/")[2] for record in open_corpus(result.folder))


def failed(result: BuildResult) -> dict[str, str]:
    return {failure.name.rpartition("/")[2]: failure.reason for failure in result.failures}


def archived(folder: Path) -> dict[str, bytes]:
    with Archive(folder / "corpus" / "pages" / "archive", now=LATER, name="pages", info={}) as archive:
        lines = (archive.folder / "index.cdxj").read_text() if (archive.folder / "index.cdxj").exists() else ""
    assert list(check(folder / "corpus" / "pages")) == []
    return {
        "index": lines.encode(),
        "bytes": b"".join(gzip.decompress(f.read_bytes()) for f in archive.folder.glob("*.gz")),
    }


@pytest.mark.parametrize("by", ["url", "id", "host"])
def test_what_is_forgotten_leaves_with_the_next_version_and_is_not_asked_for_again(
    tmp_path: Path, site: Site, by: str
) -> None:
    other = "http://127.0.0.2:1/never"
    index = f"- {site.root}/lamp\n- {site.root}/bell\n- {other}\n"
    first = run(tmp_path, index)
    what = {"url": f"{site.root}/lamp#part", "id": url_id(f"{site.root}/lamp"), "host": "127.0.0.1"}[by]
    done = go(tmp_path, what)
    assert (done.known, done.already, [held.records for held in done.held]) == (True, False, [2 if by == "host" else 1])
    before, asked = tree(Path(str(first.folder))), len(site.requests)
    if by == "host":
        gone = run(tmp_path, index, mode="refresh", now=LATER)
        assert (gone.version, failed(gone)["lamp"], failed(gone)["bell"]) == (None, "forgotten", "forgotten")
        assert len(site.requests) == asked
    else:
        gone = run(tmp_path, index, mode="refresh", now=LATER)
        assert (gone.version, names(gone), failed(gone)["lamp"]) == ("2.0.0", ["bell"], "forgotten")
        assert "/lamp" not in site.targets[asked:] and "/bell" in site.targets[asked:]
        assert gone.counts.pages == first.counts.pages
    assert tree(Path(str(first.folder))) == before
    assert failed(gone)["never"] == failed(first)["never"]


def test_a_page_that_a_feed_names_stays_away_and_so_does_a_feed_itself(tmp_path: Path, site: Site) -> None:
    items = "".join(f"<item><link>{site.root}/{word}</link></item>" for word in ("lamp", "bell"))
    site.pages["/feed"] = answer(f"<rss><channel>{items}</channel></rss>".encode(), content_type="application/rss+xml")
    index = f"- feed: {site.root}/feed\n"
    run(tmp_path, index)
    go(tmp_path, f"{site.root}/lamp")
    second = run(tmp_path, index, mode="update", now=LATER)
    assert (names(second), failed(second)) == (["bell"], {"lamp": "forgotten"})
    go(tmp_path, f"{site.root}/feed")
    asked = len(site.requests)
    third = run(tmp_path, index + f"- {site.root}/rope\n", mode="update", now=LATER)
    assert (names(third), failed(third)) == (["rope"], {"feed": "forgotten"})
    assert "/feed" not in site.targets[asked:]


def test_a_page_is_not_packed_nor_asked_for_under_the_address_that_redirects_to_it(tmp_path: Path, site: Site) -> None:
    index = f"- {site.root}/old\n- {site.root}/bell\n"
    run(tmp_path, index)
    go(tmp_path, f"{site.root}/rope", from_archive=True)
    assert b"/rope" not in archived(tmp_path)["index"]
    asked = len(site.requests)
    for mode in ("offline", "missing", "refresh"):
        again = run(tmp_path, index, mode=mode, now=LATER)
        assert (mode, names(again), failed(again)) == (mode, ["bell"], {"old": "forgotten"})
    assert "/rope" not in site.targets[asked:]
    assert b"wick of the rope" not in archived(tmp_path)["bytes"]


def test_what_a_page_redirects_to_goes_with_it(tmp_path: Path, site: Site) -> None:
    run(tmp_path, f"- {site.root}/old\n- {site.root}/bell\n")
    done = go(tmp_path, f"{site.root}/old", from_archive=True)
    assert {row.value.rpartition("/")[2] for row in done.tombstones} == {"old", "moved", "rope"}
    content = archived(tmp_path)
    assert b"rope" not in content["bytes"] and b"/bell" in content["index"]
    again = run(tmp_path, f"- {site.root}/rope\n- {site.root}/bell\n", mode="refresh", now=LATER)
    assert (names(again), failed(again)) == (["bell"], {"rope": "forgotten"})


def test_what_another_page_is_made_from_stays_and_is_said(tmp_path: Path, site: Site) -> None:
    index = f"- {site.root}/old\n- {site.root}/rope\n"
    run(tmp_path, index)
    done = go(tmp_path, f"{site.root}/old", from_archive=True)
    assert [row.value for row in done.tombstones] == [f"{site.root}/old", f"{site.root}/moved"]
    assert done.notices == (f"{site.root}/rope: it redirects there, and another page is made from that: it stays",)
    again = run(tmp_path, index, now=LATER)
    assert (names(again), failed(again)) == (["rope"], {"old": "forgotten"})


def test_nothing_of_it_is_left_in_the_archive_the_frontier_or_a_draft(tmp_path: Path, site: Site) -> None:
    index = f"- {site.root}/lamp\n- {site.root}/bell\n"
    first = run(tmp_path, index)
    run(tmp_path, index, mode="refresh", now=LATER)  # a revisit
    corpus = tmp_path / "corpus" / "pages"
    (corpus / ".building").mkdir()
    (corpus / ".building" / "part").write_text("wick of the lamp")
    done = go(tmp_path, f"{site.root}/lamp", from_archive=True)
    assert done.removed is not None and (len(done.removed.dropped), done.captures) == (2, 2)
    shutil.rmtree(str(first.folder))
    left = {name: content for name, content in tree(corpus).items() if b"/lamp" in content}
    assert left.keys() == {"forgotten.jsonl"} and not (corpus / ".building").exists()
    content = archived(tmp_path)
    assert b"lamp" not in content["bytes"] + content["index"] and b"wick of the bell" in content["bytes"]
    with Frontier(corpus) as frontier:
        assert frontier.holds(lambda url: url.endswith("/bell")) and not frontier.holds(lambda url: "lamp" in url)
    assert names(run(tmp_path, index, mode="refresh", now=LATER)) == ["bell"]


def test_a_local_page_is_forgotten_by_its_id_or_by_the_url_that_the_index_states(tmp_path: Path) -> None:
    for word in ("lamp", "bell", "rope"):
        (tmp_path / f"{word}.html").write_bytes(page(word))
    index = "- [l](lamp.html)\n  - url: https://a.example/lamp\n- [b](bell.html)\n- [r](rope.html)\n"
    first = run(tmp_path, index)
    bell = next(r.id for r in open_corpus(str(first.folder)) if r.metadata.seed.path == "bell.html")
    for what in ("https://a.example/lamp", bell.upper()):
        done = go(tmp_path, what, from_archive=True)
        assert done.removed is not None and (done.known, len(done.removed.dropped)) == (True, 1)
    assert b"lamp" not in archived(tmp_path)["bytes"] and b"bell" not in archived(tmp_path)["bytes"]
    second = run(tmp_path, index, now=LATER)
    assert [r.metadata.seed.path for r in open_corpus(str(second.folder))] == ["rope.html"]
    assert failed(second) == {"lamp.html": "forgotten", "bell.html": "forgotten"}
    assert b"wick of the lamp" not in archived(tmp_path)["bytes"]


def test_a_forgotten_page_that_is_gone_is_not_looked_up(tmp_path: Path, site: Site) -> None:
    index = f"- {site.root}/gone\n- {site.root}/bell\n"
    run(tmp_path, index)
    go(tmp_path, f"{site.root}/gone")
    asked = len(site.requests)
    result = run(tmp_path, index, mode="refresh", now=LATER, lookup=f"{site.root}/cdx?url={{url}}")
    assert failed(result) == {"gone": "forgotten"}
    assert [target for target in site.targets[asked:] if "gone" in target] == []


def test_what_is_unknown_is_remembered_all_the_same_and_twice_is_once(tmp_path: Path, site: Site) -> None:
    run(tmp_path, f"- {site.root}/bell\n")
    unknown = go(tmp_path, "https://b.example/new")
    assert (unknown.known, unknown.captures, unknown.held) == (False, 0, ())
    assert go(tmp_path, "https://B.example/new").already
    assert remembered(tmp_path / "corpus" / "pages") == (Tombstone("url", "https://b.example/new", WHY, LATER),)


def test_a_dry_run_changes_no_byte(tmp_path: Path, site: Site) -> None:
    run(tmp_path, f"- {site.root}/bell\n")
    before = tree(tmp_path / "corpus")
    done = go(tmp_path, f"{site.root}/bell", from_archive=True, dry_run=True)
    assert done.removed is not None and len(done.removed.dropped) == 1
    after = tree(tmp_path / "corpus")
    assert {**after, "pages/.lock": b""} == {**before, "pages/.lock": b""}


def test_a_host_is_meant_with_its_subdomains_and_nothing_else() -> None:
    held = Tombstones([Tombstone("host", "a.example", WHY, NOW)])
    for url in ("https://a.example/", "http://www.a.example:8080/x", "urn:dom:https://m.a.example/y"):
        assert held.find(url) is not None, url
    for url in ("https://ba.example/", "https://a.example.org/", "file:///a.example", "https://b.example/a.example"):
        assert held.find(url) is None, url


@pytest.mark.parametrize(
    ("what", "meant"),
    [
        ("6F0A4A57-5a0e-5d52-8f3c-2f6f0a3f9a11", ("id", "6f0a4a57-5a0e-5d52-8f3c-2f6f0a3f9a11")),
        ("HTTPS://Bücher.Example:443/a b#c", ("url", "https://xn--bcher-kva.example/a%20b")),
        ("WWW.Example.org", ("host", "www.example.org")),
        ("bücher.example", ("host", "xn--bcher-kva.example")),
        ("localhost", ("host", "localhost")),
        ("127.0.0.1", ("host", "127.0.0.1")),
    ],
)
def test_ids_urls_and_hosts_are_told_apart_and_normalised(what: str, meant: tuple[str, str]) -> None:
    assert recognise(what) == meant


@pytest.mark.parametrize(
    "what",
    ["", "com", "a.example/page", "ftp://a.example/", "https://", "https://u:p@a.example/", "a,b.example", "x y"],
)
def test_what_is_none_of_the_three_is_refused_in_one_line(what: str) -> None:
    with pytest.raises(InputError) as raised:
        recognise(what)
    assert len(raised.value.problems) == 1


def test_a_broken_list_stops_every_run_instead_of_bringing_pages_back(tmp_path: Path, site: Site) -> None:
    run(tmp_path, f"- {site.root}/bell\n")
    (tmp_path / "corpus" / "pages" / "forgotten.jsonl").write_text('{"kind":"url"\n')
    with pytest.raises(StorageError, match=r"forgotten\.jsonl:1: not a tombstone"):
        run(tmp_path, f"- {site.root}/bell\n", now=LATER)


def test_the_command_says_what_it_did_and_lists_it(tmp_path: Path, harvest: Harvest) -> None:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "bell.html").write_bytes(page("bell"))
    (tmp_path / "seeds" / "rope.html").write_bytes(page("rope"))
    (tmp_path / "seeds" / "INDEX.md").write_text(
        "- [b](bell.html)\n  - url: https://a.example/bell\n- [r](rope.html)\n"
    )
    assert harvest("forget", "a.example", "--reason", "x").returncode == 2
    harvest("build")
    assert harvest("forget", "--list").stdout == "nothing is to be forgotten\n"
    done = harvest("forget", "https://a.example/bell", "--reason", "the\x1b[2J author asked")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "url https://a.example/bell: remembered",
        "corpus/seeds/1.0.0 holds 1 of its records still: a version is never changed; "
        "delete the folder if they must go",
        "the archive holds 1 captures of it still: --from-archive removes them",
    ]
    shown = harvest("forget", "--list", "corpus/seeds").stdout
    assert shown.endswith("  url   https://a.example/bell  the\\u001b[2J author asked\n")
    built = harvest("build")
    assert built.returncode == 3 and "bell.html: forgotten: this address was forgotten on" in built.stderr
    assert "author" not in built.stderr and "seeds 2.0.0 (new version)" in built.stdout
    assert [row.kind for row in read_tombstones(tmp_path / "corpus" / "seeds").rows] == ["url"]
    unknown = harvest("forget", "b.example", "--reason", "y").stdout
    assert "nothing in the corpus is known by it" in unknown
    for wrong in (
        ("forget",),
        ("forget", "b.example"),
        ("forget", "b.example", "--reason", " "),
        ("forget", "--list", "x", "y"),
    ):
        bad = harvest(*wrong)
        assert (bad.returncode, bad.stderr.count("\n")) == (2, 1), wrong
