"""From an index of addresses to a version, with a real server on loopback; the archive is the cache."""

import gzip
import hashlib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

import harvester
from harvester.diff import choose, compare
from harvester.errors import InputError
from harvester.pack import read_seeds
from harvester.pipeline import BuildResult, build, open_corpus, version_folder
from harvester.settings import FetchSettings, Recipe, Settings
from harvester.types import Record
from tests.conftest import NOW, tree
from tests.fetch.loopback import OPEN, Site, answer, redirect

LATER = "2027-08-09T10:11:12Z"


def page(word: str) -> bytes:
    return (
        f"<html lang=en><title>The {word}</title><article><h1>The {word}</h1>"
        f"<p>The keeper climbs the forty steps before sunset and trims the wick of the {word} at the end of the pier.</p>"
        f"<p>When the book of the {word} is full it goes into the archive, and a new one is bought on the square.</p>"
        "</article></html>"
    ).encode()


@pytest.fixture
def site() -> Iterator[Site]:
    pages = {
        "/lamp": answer(page("lamp")),
        "/bell": answer(gzip.compress(page("bell")), "Content-Encoding: gzip"),
        "/old": redirect("/moved", status="301 Moved Permanently"),
        "/moved": redirect("/rope"),
        "/rope": answer(page("rope")),
        "/loop": redirect("/loop2"),
        "/loop2": redirect("/loop"),
        "/image": answer(b"\x89PNG", content_type="image/png"),
    }
    with Site(pages) as running:
        yield running


def run(
    folder: Path,
    site: Site,
    *paths: str,
    mode: str = "missing",
    now: str = NOW,
    recipe: Recipe | None = None,
    **changed: object,
) -> BuildResult:
    index = folder / "pages.txt"
    index.write_text("".join(f"{site.root}{path}\n" for path in paths))
    fetch = FetchSettings(**OPEN | {"mode": mode} | changed)  # type: ignore[arg-type]
    settings = Settings(fetch=fetch, extract=recipe or Recipe())
    return build(str(index), output=folder / "corpus", settings=settings, now=now)


def records(result: BuildResult) -> dict[str, Record]:
    assert result.folder is not None
    return {str(record.metadata.url).rsplit("/", 1)[1]: record for record in open_corpus(result.folder)}


@pytest.mark.parametrize(
    ("rules", "robots", "said"),
    [(answer(b"User-agent: *\nDisallow: /x"), True, "allowed"), (None, True, "none"), (None, False, "ignored")],
)
def test_a_record_says_what_robots_txt_said_of_its_page_and_the_archive_knows_it(
    tmp_path: Path, site: Site, rules: bytes | None, robots: bool, said: str
) -> None:
    if rules is not None:
        site.pages["/robots.txt"] = rules
    for path in ("/lamp", "/old"):
        assert records(run(tmp_path, site, path, robots=robots))[path[1:]].metadata.capture.robots == said
    (tmp_path / "corpus" / "pages" / "archive" / "index.cdxj").unlink()
    again = run(tmp_path, site, "/old", mode="offline", robots=not robots)
    assert not again.new and records(again)["old"].metadata.capture.robots == said
    refreshed = run(tmp_path, site, "/old", mode="refresh", now=LATER, robots=not robots)
    assert not refreshed.new, "a page that is unchanged keeps its capture, and with it what was said then"


def test_fetched_pages_become_records_with_their_capture(tmp_path: Path, site: Site) -> None:
    result = run(tmp_path, site, "/lamp", "/bell")
    assert (result.version, result.counts.records, result.failures) == ("1.0.0", 2, ())
    bell = records(result)["bell"]
    assert bell.text.startswith("The keeper climbs") and "wick of the bell" in bell.text
    assert (bell.added, bell.metadata.capture.status, bell.metadata.host) == (NOW, 200, "127.0.0.1")
    assert bell.metadata.title == "The bell"
    assert bell.metadata.extraction.sha256 == hashlib.sha256(bell.text.encode()).hexdigest()


def test_what_a_page_asks_of_miners_stands_in_its_record_or_drops_it(tmp_path: Path) -> None:
    signals = answer(page("lamp"), "X-Robots-Tag: noai, noimageai", "TDM-Reservation: 1")
    with Site({"/lamp": signals, "/bell": answer(page("bell"))}) as site:
        kept = records(run(tmp_path, site, "/lamp", "/bell"))
        asked = "http x-robots-tag noai; http x-robots-tag noimageai; http tdm-reservation"
        assert {name: record.metadata.capture.opt_out for name, record in kept.items()} == {"lamp": asked, "bell": None}
        dropped = run(tmp_path, site, "/lamp", "/bell", recipe=Recipe(opt_out="drop"))
    assert list(records(dropped)) == ["bell"]
    assert [(failure.reason, failure.detail) for failure in dropped.failures] == [("opt-out", asked)]


def test_what_files_of_the_site_say_against_mining_is_recorded_and_kept_in_the_archive(
    tmp_path: Path, site: Site
) -> None:
    site.pages["/.well-known/tdmrep.json"] = answer(b'[{"location": "/lamp", "tdm-reservation": 1}]')
    site.pages["/ai.txt"] = answer(b"User-Agent: *\nDisallow: /bell\n", content_type="text/plain")
    found = records(run(tmp_path, site, "/lamp", "/bell", "/rope", opt_out_files=True))
    wishes = {name: record.metadata.capture.opt_out for name, record in found.items()}
    assert wishes == {"lamp": "tdmrep.json tdm-reservation", "bell": "ai.txt disallow", "rope": None}
    assert site.targets.count("/ai.txt") == site.targets.count("/.well-known/tdmrep.json") == 1
    again = run(tmp_path, site, "/lamp", "/bell", "/rope", mode="offline", recipe=Recipe(opt_out="drop"))
    assert sorted(records(again)) == ["rope"]


def test_files_against_mining_that_fail_close_no_host_and_are_held_for_the_next_run(tmp_path: Path, site: Site) -> None:
    broken = {
        path: answer(b"No.", status="503 Service Unavailable") for path in ("/ai.txt", "/.well-known/tdmrep.json")
    }
    site.pages |= broken
    run(tmp_path, site, "/lamp", opt_out_files=True, retries=2, backoff=0)
    result = run(tmp_path, site, "/lamp", "/bell", "/rope", opt_out_files=True, retries=2, backoff=0)
    assert (sorted(records(result)), result.failures) == (["bell", "lamp", "rope"], ())
    site.pages["/ai.txt"] = answer(b"User-Agent: *\nDisallow: /moved\n", content_type="text/plain")
    del site.pages["/.well-known/tdmrep.json"]
    run(tmp_path, site, "/old", opt_out_files=True)
    before = len(site.targets)
    run(tmp_path, site, "/old", "/loop", opt_out_files=True)
    assert not {"/ai.txt", "/.well-known/tdmrep.json"} & set(site.targets[before:]), "they are not a day old"


def test_files_against_mining_are_not_asked_for_unless_the_settings_say_so(tmp_path: Path, site: Site) -> None:
    run(tmp_path, site, "/lamp")
    assert site.targets == ["/lamp"]


def test_a_redirect_leads_to_the_page_and_the_record_keeps_the_listed_address(tmp_path: Path, site: Site) -> None:
    record = records(run(tmp_path, site, "/old"))["old"]
    assert "wick of the rope" in record.text
    assert str(record.metadata.url).endswith("/old")
    assert site.targets == ["/old", "/moved", "/rope"]


def test_a_second_build_fetches_nothing_and_changes_nothing(tmp_path: Path, site: Site) -> None:
    run(tmp_path, site, "/lamp", "/bell", "/old")
    asked, before = len(site.requests), tree(tmp_path / "corpus" / "pages" / "1.0.0")
    again = run(tmp_path, site, "/lamp", "/bell", "/old", now=LATER)
    assert (len(site.requests), again.new, again.version) == (asked, False, "1.0.0")
    assert tree(tmp_path / "corpus" / "pages" / "1.0.0") == before


def test_a_page_added_to_the_index_is_all_that_is_fetched(tmp_path: Path, site: Site) -> None:
    run(tmp_path, site, "/lamp")
    result = run(tmp_path, site, "/lamp", "/bell", now=LATER)
    assert site.targets == ["/lamp", "/bell"] and result.version == "1.1.0"
    assert {name: record.added for name, record in records(result).items()} == {"lamp": NOW, "bell": LATER}


def test_refresh_fetches_again_and_only_a_changed_payload_is_a_new_capture(tmp_path: Path, site: Site) -> None:
    run(tmp_path, site, "/lamp", "/bell", "/old")
    same = run(tmp_path, site, "/lamp", "/bell", "/old", mode="refresh", now=LATER)
    assert (same.new, len(site.requests)) == (False, 10)
    site.pages["/lamp"] = answer(page("lantern"))
    site.pages["/old"] = redirect("/bell")
    changed = run(tmp_path, site, "/lamp", "/bell", "/old", mode="refresh", now=LATER)
    assert changed.version == "2.0.0"
    found = records(changed)
    assert "lantern" in found["lamp"].text and "wick of the bell" in found["old"].text
    assert (found["lamp"].added, found["bell"].added) == (LATER, NOW)


def test_a_page_that_cannot_be_fetched_again_keeps_its_capture_and_it_is_said(tmp_path: Path, site: Site) -> None:
    first = run(tmp_path, site, "/lamp")
    bad_days = [b"no HTTP at all", answer(b"down", status="503 Service Unavailable"), redirect("/nowhere")]
    for bad in bad_days:
        site.pages["/lamp"] = bad
        again = run(tmp_path, site, "/lamp", mode="refresh", now=LATER)
        assert (again.version, again.new, again.failures, first.notices) == ("1.0.0", False, (), ())
        (notice,) = again.notices
        assert "/lamp: not fetched again (" in notice and f"the capture of {NOW} stands" in notice
        assert run(tmp_path, site, "/lamp", mode="offline", now=LATER).failures == ()


def test_the_same_bytes_under_another_charset_are_another_capture(tmp_path: Path, site: Site) -> None:
    body = page("clé").decode().encode("latin-1")
    site.pages["/lamp"] = answer(body, content_type="text/html; charset=windows-1251")
    assert "clé" not in records(run(tmp_path, site, "/lamp"))["lamp"].text
    site.pages["/lamp"] = answer(body, content_type="text/html; charset=iso-8859-1")
    assert "clé" in records(run(tmp_path, site, "/lamp", mode="refresh", now=LATER))["lamp"].text
    [change] = compare(*choose(str(tmp_path / "corpus" / "pages"))).changes
    assert [cause.cause for cause in change.causes] == ["capture"]


def test_offline_takes_the_archive_and_says_what_it_lacks(tmp_path: Path, site: Site) -> None:
    run(tmp_path, site, "/lamp", "/old")
    asked = len(site.requests)
    result = run(tmp_path, site, "/lamp", "/old", "/bell", mode="offline", now=LATER)
    assert len(site.requests) == asked
    assert sorted(records(result)) == ["lamp", "old"]
    assert [(f.name.rsplit("/", 1)[1], f.reason) for f in result.failures] == [("bell", "not-archived")]


def test_what_does_not_come_is_a_failure_with_a_reason_and_is_tried_again(tmp_path: Path, site: Site) -> None:
    paths = ("/lamp", "/gone", "/loop", "/image")
    result = run(tmp_path, site, *paths)
    reasons = {f.name.rsplit("/", 1)[1]: (f.reason, f.line) for f in result.failures}
    assert reasons == {"gone": ("http-404", 2), "loop": ("redirect", 3), "image": ("not-html", 4)}
    assert result.counts.failures_by_reason == {"http-404": 1, "not-html": 1, "redirect": 1}
    site.pages["/gone"] = answer(page("goat"))
    assert "goat" in records(run(tmp_path, site, *paths, now=LATER))["gone"].text


def test_a_server_s_bad_day_is_no_new_version(tmp_path: Path, site: Site) -> None:
    assert run(tmp_path, site, "/lamp", "/gone").version == "1.0.0"
    again = run(tmp_path, site, "/lamp", "/gone", mode="offline", now=LATER)
    del site.pages["/lamp"]
    third = run(tmp_path, site, "/lamp", "/image", now=LATER)
    assert [(r.version, r.new) for r in (again, third)] == [("1.0.0", False)] * 2


def test_private_addresses_are_refused_unless_allowed(tmp_path: Path, site: Site) -> None:
    index = tmp_path / "pages.txt"
    index.write_text(f"{site.root}/lamp\n")
    result = build(str(index), output=tmp_path / "corpus", settings=Settings(), now=NOW)
    assert result.version is None and site.requests == []
    assert [f.reason for f in result.failures] == ["private-address"]


def test_the_order_of_the_index_changes_no_byte_but_the_lines_in_the_list_of_pages(tmp_path: Path, site: Site) -> None:
    trees, lists = [], []
    for number, paths in enumerate((["/lamp", "/bell", "/rope"], ["/rope", "/lamp", "/bell"])):
        folder = tmp_path / str(number)
        folder.mkdir()
        result = run(folder, site, *paths)
        files = tree(Path(str(result.folder)))
        lists.append([msgspec.structs.replace(seed, line=0) for seed in read_seeds(Path(str(result.folder)))])
        for name in (
            "seeds.jsonl",
            "manifest.json",
            "manifest.json.sha256",
            "datapackage.json",
            "datapackage-digest.json",
            "croissant.json",
        ):
            del files[name]  # the list, and what holds its digest
        trees.append(files)
    assert trees[0] == trees[1] and "CHANGES.md" in trees[0]
    assert lists[0] == lists[1] and len(lists[0]) == 3


def test_the_records_are_sorted_by_id_and_the_library_reads_them(tmp_path: Path, site: Site) -> None:
    result = run(tmp_path, site, "/lamp", "/bell", "/rope")
    ids = [record.id for record in harvester.open_corpus(tmp_path / "corpus" / "pages")]
    assert ids == sorted(ids) and len(ids) == 3
    assert str(version_folder(tmp_path / "corpus" / "pages")) == result.folder
    with pytest.raises(InputError, match="no corpus version"):
        version_folder(tmp_path)


def test_extract_of_a_string_knows_the_document_s_parts() -> None:
    document = harvester.extract(page("clé").decode(), url="https://example.org/a")
    assert document.metadata.title == "The clé" and document.metadata.url == "https://example.org/a"
    assert document.metadata.host == "example.org" and document.metadata.language == "en"
    assert "wick of the clé" in document.text and document.markdown.count("\n\n") == 1
    assert [verdict.kept for verdict in document.verdicts] == [False, True, True]
    assert 0 < document.confidence <= 1
