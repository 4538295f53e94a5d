"""`harvest fetch` fills the archive: within budgets, without asking twice, and with a reason for every page that lacks."""

import asyncio
import signal
import sqlite3
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path

import msgspec
import pytest

from harvester.archive import Archive
from harvester.errors import StorageError
from harvester.fetch import HostProgress
from harvester.frontier import FILE, Frontier
from harvester.pipeline import FetchResult, build, fetch, status
from harvester.settings import AGENT, FetchSettings, Settings
from harvester.types import Capture
from tests.conftest import HARVEST, NOW, Harvest
from tests.fetch.loopback import OPEN, Site, answer, redirect

SOON = "2026-01-02T05:00:00Z"
LATER = "2027-08-09T10:11:12Z"
GOOD = answer(
    b"<article><p>The keeper climbs the forty steps before sunset and trims the wick of the lamp.</p></article>"
)


def run(folder: Path, *urls: str, now: str = NOW, **changed: object) -> FetchResult:
    (folder / "pages.txt").write_text("".join(f"{url}\n" for url in urls))
    settings = Settings(fetch=FetchSettings(**OPEN | changed))  # type: ignore[arg-type]
    return fetch(str(folder / "pages.txt"), output=folder / "corpus", settings=settings, now=now)


def reasons(result: FetchResult) -> dict[str, str]:
    return {failure.name.rsplit("/", 1)[1]: failure.reason for failure in result.failures}


def archived(folder: Path) -> list[Capture]:
    """Every capture of the archive that has a body of its own, in the order of its index."""
    place = folder / "corpus" / "pages" / "archive"
    lines = [line for line in (place / "index.cdxj").read_bytes().splitlines() if b'"warc/revisit"' not in line]
    urls = dict.fromkeys(msgspec.json.decode(line[line.index(b" {") :])["url"] for line in lines)
    with Archive(place, now=NOW, name="pages", info={"software": "test"}) as archive:
        entries = [archive.find(url) for url in urls]
        assert len(entries) == len(lines), "a page is archived twice"
        return [archive.read(entry) for entry in entries if entry]


def test_fetch_fills_the_archive_and_build_goes_on_without_the_network(tmp_path: Path) -> None:
    with Site({"/a": GOOD, "/b": redirect("/a"), "/robots.txt": answer(b"User-agent: *\nDisallow: /c")}) as site:
        urls = [f"{site.root}/{name}" for name in "abcd"]
        result = run(tmp_path, *urls, robots=True)
    assert (result.pages, result.archived, result.asked) == (4, 2, 3)
    assert reasons(result) == {"c": "robots", "d": "http-404"}
    offline = Settings(fetch=FetchSettings(mode="offline"))
    built = build(str(tmp_path / "pages.txt"), output=tmp_path / "corpus", settings=offline, now=LATER)
    assert (built.counts.records, built.counts.failures) == (2, 2)
    assert {failure.name[-1]: failure.reason for failure in built.failures} == reasons(result)


def test_the_answer_about_robots_txt_lies_in_the_archive_with_its_date(tmp_path: Path) -> None:
    with Site({"/a": GOOD, "/robots.txt": answer(b"User-agent: *\nDisallow: /c", content_type="text/plain")}) as site:
        run(tmp_path, f"{site.root}/a", robots=True)
        captures = {capture.uri.removeprefix(site.root): capture for capture in archived(tmp_path)}
        assert captures["/robots.txt"].body == b"User-agent: *\nDisallow: /c"
        assert captures["/robots.txt"].fetched_at == captures["/a"].fetched_at == NOW
        run(tmp_path, f"{site.root}/a", f"{site.root}/c", robots=True, now=SOON)
        assert site.targets == ["/robots.txt", "/a"]
        run(tmp_path, f"{site.root}/a", f"{site.root}/d", robots=True, now=LATER)
    assert site.targets == ["/robots.txt", "/a", "/robots.txt", "/d"]


def test_a_robots_txt_that_could_not_be_read_is_asked_for_again_by_the_next_run(tmp_path: Path) -> None:
    with Site({"/a": GOOD, "/robots.txt": answer(b"", status="503 Busy")}) as site:
        assert reasons(run(tmp_path, f"{site.root}/a", robots=True)) == {"a": "robots"}
        site.pages["/robots.txt"] = answer(b"")
        assert reasons(run(tmp_path, f"{site.root}/a", robots=True, now=SOON)) == {}


def test_a_limit_of_pages_is_kept_and_the_next_run_goes_on_behind_it(tmp_path: Path) -> None:
    pages = {f"/{n}": GOOD for n in (0, 1, 3, 4, 5)}
    with Site(pages) as site:
        urls = [f"{site.root}/{n}" for n in range(6)]
        first = run(tmp_path, *urls, run_pages=3)
        assert (first.asked, first.archived, reasons(first)) == (
            3,
            2,
            {"2": "http-404", "3": "budget", "4": "budget", "5": "budget"},
        )
        assert first.failures[1].detail == "the 3 pages of this run (fetch.run_pages) are used up"
        second = run(tmp_path, *urls, run_pages=2)
        assert (second.asked, reasons(second)) == (2, {"2": "http-404", "5": "budget"})
        third = run(tmp_path, *urls, run_pages=3)
        assert (third.asked, reasons(third)) == (1, {"2": "http-404"})
        assert sorted(site.targets) == ["/0", "/1", "/2", "/3", "/4", "/5"]
        run(tmp_path, *urls)
    assert sorted(site.targets) == ["/0", "/1", "/2", "/2", "/3", "/4", "/5"]


@pytest.mark.parametrize(
    ("budget", "came"),
    [({"run_bytes": 150}, 2), ({"host_pages": 3}, 3), ({"host_bytes": 90}, 1), ({"run_seconds": 0.5, "delay": 1.0}, 1)],
)
def test_each_budget_ends_the_run_with_a_reason_for_the_pages_left(
    tmp_path: Path, budget: dict[str, object], came: int
) -> None:
    with Site({f"/{n}": answer(b"a" * 100) for n in range(5)}) as site:
        result = run(tmp_path, *(f"{site.root}/{n}" for n in range(5)), **budget)
    assert (result.archived, len(site.requests)) == (came, came)
    assert {failure.reason for failure in result.failures} == {"budget"}
    assert all("used up" in failure.detail for failure in result.failures)


def test_the_budget_of_a_host_does_not_bind_another(tmp_path: Path) -> None:
    pages = {f"/{n}": GOOD for n in range(3)}
    with Site(pages) as one, Site(pages, host="127.0.0.2") as two:
        result = run(tmp_path, *(f"{site.root}/{n}" for site in (one, two) for n in range(3)), host_pages=2)
    assert (len(one.requests), len(two.requests), result.archived) == (2, 2, 4)


def test_a_refresh_sends_conditions_and_an_unchanged_page_sends_no_body(tmp_path: Path) -> None:
    fields = ('ETag: "v1"', "Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT")
    with Site({"/a": answer(GOOD, *fields), "/b": GOOD}) as site:
        urls = (f"{site.root}/a", f"{site.root}/b")
        run(tmp_path, *urls)
        site.pages["/a"] = b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\n\r\n'
        again = run(tmp_path, *urls, mode="refresh", now=LATER)
    assert (again.failures, again.archived) == ((), 2)
    asked = [request.head for request in site.requests if request.target == "/a"]
    assert "If-None-Match" not in asked[0]
    assert 'If-None-Match: "v1"\r\n' in asked[1]
    assert "If-Modified-Since: Thu, 01 Jan 2026 00:00:00 GMT\r\n" in asked[1]
    assert [capture.fetched_at for capture in archived(tmp_path) if capture.uri == urls[0]] == [NOW]


def test_a_304_that_nobody_asked_for_is_a_failure(tmp_path: Path) -> None:
    with Site({"/a": b"HTTP/1.1 304 Not Modified\r\n\r\n"}) as site:
        assert reasons(run(tmp_path, f"{site.root}/a")) == {"a": "protocol-error"}


def test_two_runs_in_a_row_keep_the_pause_between_requests(tmp_path: Path) -> None:
    with Site({"/a": GOOD, "/b": GOOD}) as site:
        run(tmp_path, f"{site.root}/a", delay=0.4)
        run(tmp_path, f"{site.root}/a", f"{site.root}/b", delay=0.4)
    first, second = site.requests
    assert second.came - first.came >= 0.4


def test_a_host_that_wants_to_be_left_alone_is_by_later_runs_too(tmp_path: Path) -> None:
    with Site({"/a": answer(b"", "Retry-After: 3600", status="429 Slow")}) as site:
        assert reasons(run(tmp_path, f"{site.root}/a")) == {"a": "http-429"}
        assert reasons(run(tmp_path, f"{site.root}/a", now="2026-01-02T04:04:04Z")) == {"a": "retry-after"}
        [corpus] = status(tmp_path / "corpus")
        assert (corpus.hosts[0].not_before, corpus.hosts[0].failed) == ("2026-01-02T04:04:05Z", {"retry-after": 1})
        site.pages["/a"] = GOOD
        assert reasons(run(tmp_path, f"{site.root}/a", now="2026-01-02T04:04:05Z")) == {}
    assert site.targets == ["/a", "/a"]


def test_status_shows_each_host_with_what_is_done_waits_and_failed(tmp_path: Path, harvest: Harvest) -> None:
    with Site({"/0": GOOD, "/robots.txt": answer(b"")}) as site, Site({"/": b""}, host="127.0.0.2") as other:
        run(tmp_path, *(f"{site.root}/{n}" for n in range(4)), f"{other.root}/", robots=True, host_pages=3)
    [corpus] = status(tmp_path / "corpus")
    first, second = corpus.hosts
    assert (first.host, first.done, first.waiting, first.failed) == ("127.0.0.1", 1, 1, {"http-404": 2})
    assert (first.robots, first.asked) == ("200", NOW)
    assert (second.done, second.waiting, second.failed) == (0, 0, {"connection": 1})
    shown = harvest("status").stdout
    assert "  127.0.0.1: 1 done, 1 waiting, 2 failed (2 http-404); robots.txt: 200\n" in shown
    assert '"http-404": 2' in harvest("status", "--json").stdout


def test_an_agent_string_without_a_contact_is_remarked_on_once(tmp_path: Path) -> None:
    with Site({"/a": GOOD, "/b": GOOD}) as site:
        noted = run(tmp_path, f"{site.root}/a", f"{site.root}/b", user_agent=AGENT)
        silent = run(tmp_path, f"{site.root}/a", user_agent=AGENT)
    assert [notice for notice in noted.notices if "fetch.user_agent" in notice] == list(noted.notices)
    assert (len(noted.notices), silent.notices) == (1, ())


def test_the_command_says_what_came_and_ends_with_3_where_pages_failed(tmp_path: Path, harvest: Harvest) -> None:
    with Site({"/a": GOOD}) as site:
        (tmp_path / "pages.txt").write_text(f"{site.root}/a\n{site.root}/b\n")
        options = ("-s", "fetch.allow_private=true", "--delay", "0", "--user-agent", "me/1 (+me@example.org)")
        some = harvest("fetch", "pages.txt", *options, "--no-robots")
        (tmp_path / "pages.txt").write_text(f"{site.root}/b\n")
        none = harvest("fetch", "pages.txt", "-o", "other", *options)
        limited = harvest("fetch", "pages.txt", "-o", "third", "--limit", "0", *options)
    assert (some.returncode, none.returncode, limited.returncode) == (3, 4, 2)
    assert "pages    2 listed, 1 archived, 1 failed\n" in some.stdout and "failed   1 http-404\n" in some.stdout
    assert some.stderr == f"pages.txt:2: {site.root}/b: http-404: the server answered 404\n"
    assert site.targets == ["/a", "/b", "/robots.txt", "/b"]


def test_a_state_that_is_no_database_is_named_and_one_that_is_deleted_costs_no_page(tmp_path: Path) -> None:
    with Site({"/a": GOOD}) as site:
        run(tmp_path, f"{site.root}/a")
        state = tmp_path / "corpus" / "pages" / FILE
        state.unlink()
        assert run(tmp_path, f"{site.root}/a").archived == 1
        assert site.targets == ["/a"]
        state.write_bytes(b"no database at all, but longer than its header would be" * 20)
        with pytest.raises(StorageError, match=f"{FILE}: .*delete it"):
            run(tmp_path, f"{site.root}/a", f"{site.root}/b")
        state.unlink()
        with sqlite3.connect(state) as other:
            other.execute("PRAGMA user_version = 99")
        other.close()
        with pytest.raises(StorageError, match="another version"):
            run(tmp_path, f"{site.root}/a", f"{site.root}/b")


def test_a_page_that_the_state_says_came_and_the_archive_lacks_is_asked_for_again(tmp_path: Path) -> None:
    with Site({f"/{n}": GOOD for n in range(3)}) as site:
        pages = [f"{site.root}/{n}" for n in range(3)]
        run(tmp_path, *pages, run_pages=2)  # ends by its budget, so that the next goes on with it
        for file in (tmp_path / "corpus" / "pages" / "archive").iterdir():
            file.unlink()
        assert run(tmp_path, *pages).archived == 3
        assert sorted(site.targets) == ["/0", "/0", "/1", "/1", "/2"]


def test_a_clock_that_went_back_between_two_runs_holds_nobody_up(tmp_path: Path) -> None:
    with Site({"/a": GOOD, "/b": GOOD}) as site:
        run(tmp_path, f"{site.root}/a", now="2026-01-03T03:04:05Z")
        again = run(tmp_path, f"{site.root}/a", f"{site.root}/b", now="2026-01-02T03:04:05Z", run_seconds=60)
        assert again.archived == 2


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_that_is_told_to_stop_does_and_the_next_goes_on(tmp_path: Path, number: int, code: int) -> None:
    with Site({f"/{n}": GOOD for n in range(11)}) as site:
        (tmp_path / "pages.txt").write_text("".join(f"{site.root}/{n}\n" for n in range(12)))
        options = ["-s", "fetch.allow_private=true", "--delay", "0.2", "--user-agent", "me/1 (+me@a.example)"]
        command = [HARVEST, "fetch", "pages.txt", "--no-robots", *options]
        first = subprocess.Popen(
            command,
            cwd=tmp_path,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: signal.signal(
                signal.SIGINT, signal.default_int_handler
            ),  # a background shell ignores it
        )
        while len(site.requests) < 4 and first.poll() is None:
            time.sleep(0.01)
        first.send_signal(number)
        _, error = first.communicate(timeout=30)
        assert (first.returncode, "Traceback" in error) == (code, False), error
        before = len(site.requests)
        assert before < 12
        again = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert (again.returncode, "12 listed, 11 archived, 1 failed" in again.stdout) == (3, True)
    assert sorted(set(site.targets)) == sorted(f"/{n}" for n in range(12))
    assert len(site.targets) <= 13  # the one that was under way
    assert len(archived(tmp_path)) == 12


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_that_waits_for_hosts_which_hang_is_stopped_and_keeps_what_came(
    tmp_path: Path, number: int, code: int
) -> None:
    async def hang(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(600)

    with ExitStack() as stack:
        hanging = [stack.enter_context(Site({"/": hang}, host=f"127.0.0.{n}")) for n in range(2, 8)]
        site = stack.enter_context(Site({f"/{n}": GOOD for n in range(5)}))
        pages = [f"{host.root}/" for host in hanging] + [f"{site.root}/{n}" for n in range(5)]
        (tmp_path / "pages.txt").write_text("".join(f"{page}\n" for page in pages))
        options = ["-s", "fetch.allow_private=true", "-s", "fetch.timeout=500", "-s", "fetch.total_timeout=500"]
        command = [HARVEST, "fetch", "pages.txt", "--no-robots", "--delay", "0", *options]
        waiting = subprocess.Popen(
            command,
            cwd=tmp_path,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
        deadline = time.monotonic() + 60
        with Frontier(tmp_path / "corpus" / "pages") as frontier:
            while len(frontier.gone_through("missing", NOW)) < 5 and time.monotonic() < deadline:
                time.sleep(0.05)
        waiting.send_signal(number)
        _, error = waiting.communicate(timeout=60)
        assert (waiting.returncode, "Traceback" in error) == (code, False), error
    assert len(archived(tmp_path)) == 5


def test_an_archive_that_cannot_be_read_ends_a_refresh_as_such(tmp_path: Path, harvest: Harvest) -> None:
    with Site({"/a": answer(b"ok", 'ETag: "v1"')}) as site:
        run(tmp_path, f"{site.root}/a")
        [file] = (tmp_path / "corpus" / "pages" / "archive").glob("*.warc.gz")
        content = bytearray(file.read_bytes())
        content[-20] ^= 1
        file.write_bytes(content)
        options = ("-s", "fetch.allow_private=true", "-s", "fetch.delay=0", "--no-robots")
        again = harvest("fetch", "pages.txt", "--refresh", *options)
    assert (again.returncode, "Traceback" in again.stderr) == (5, False), again.stderr


def test_local_pages_need_no_state(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "INDEX.md").write_text("- [a](a.txt)\n")
    (tmp_path / "site" / "a.txt").write_text("The keeper climbs the forty steps.\n")
    fetch(str(tmp_path / "site" / "INDEX.md"), output=tmp_path / "corpus", now=NOW)
    assert not (tmp_path / "corpus" / "site" / FILE).exists()
    assert Frontier(tmp_path / "corpus" / "site").hosts() == []


def test_progress_tells_how_far_each_host_is(tmp_path: Path) -> None:
    told: list[tuple[str, int, int, HostProgress | None]] = []

    def report(stage: str, done: int, total: int, host: HostProgress | None = None) -> None:
        told.append((stage, done, total, host))

    with Site({"/a": GOOD}) as site, Site({"/": GOOD}, host="127.0.0.2") as other:
        (tmp_path / "pages.txt").write_text(f"{site.root}/a\n{site.root}/b\n{other.root}/\n")
        settings = Settings(fetch=FetchSettings(**OPEN))  # type: ignore[arg-type]
        fetch(str(tmp_path / "pages.txt"), output=tmp_path, settings=settings, now=NOW, progress=report)
    assert [(stage, done, total) for stage, done, total, _ in told] == [("fetch", n, 3) for n in (1, 2, 3)]
    last = {host.host: host for *_, host in told if host}
    assert (last["127.0.0.1"].pages, last["127.0.0.1"].done, last["127.0.0.1"].failed) == (2, 1, 1)
    assert (last["127.0.0.2"].pages, last["127.0.0.2"].done) == (1, 1) and last["127.0.0.2"].bytes > 50
