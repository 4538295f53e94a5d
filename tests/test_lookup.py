"""Pages that are gone come from a web archive on loopback, under their own address and the date of the copy."""

import json
from pathlib import Path
from urllib.parse import quote

import pytest

from harvester.archive.warc import capture_records
from harvester.errors import PageError
from harvester.lookup import Row, newest, read_rows
from harvester.pipeline import BuildResult, build, open_corpus
from harvester.settings import FetchSettings, LookupSettings, Settings
from harvester.types import Capture, Header, Record, Source
from tests.conftest import NOW
from tests.fetch.loopback import Site, answer
from tests.test_pipeline import LATER, page

HEADER = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]


def run(
    folder: Path, url: str, mode: str = "missing", now: str = NOW, opt_out_files: bool = False, **lookup: str
) -> BuildResult:
    (folder / "old.txt").write_text(f"{url}\n")
    fetch = FetchSettings(mode=mode, delay=0, retries=0, allow_private=True, opt_out_files=opt_out_files)  # type: ignore[arg-type]
    settings = Settings(fetch=fetch, lookup=LookupSettings(**lookup))
    return build(str(folder / "old.txt"), output=folder / "corpus", settings=settings, now=now)


def only(result: BuildResult) -> Record:
    assert result.folder is not None, (result.failures, result.notices)
    (record,) = open_corpus(result.folder)
    return record


def query(url: str) -> str:
    return f"/cdx?url={quote(url, safe='')}&output=json"


def settings_of(web: Site) -> dict[str, str]:
    return {"cdx": f"{web.root}/cdx?url={{url}}&output=json", "replay": f"{web.root}/web/{{timestamp}}id_/{{url}}"}


def wayback(site: Site, url: str) -> Site:
    table = [
        HEADER,
        ["k", "20100101000000", url, "text/html", "200", "A", "9"],
        ["k", "20150607080910", url, "text/html", "200", "B", "9"],
        ["k", "20160101000000", url, "text/html", "404", "C", "9"],
        ["k", "20170101000000", url, "warc/revisit", "-", "B", "9"],
    ]
    return Site(
        {
            query(url): answer(json.dumps(table).encode(), content_type="application/json"),
            f"/web/20150607080910id_/{url}": answer(page("lamp")),
        }
    )


def test_a_page_that_is_gone_comes_from_the_web_archive_with_its_address_date_and_origin(tmp_path: Path) -> None:
    with Site({}) as site, wayback(site, url := f"{site.root}/lamp") as web:
        result = run(tmp_path, url, **settings_of(web))
        record = only(result)
        assert "wick of the lamp" in record.text and result.failures == ()
        assert (record.metadata.url, record.added) == (url, "2015-06-07T08:09:10Z")
        assert Source("capture", f"{web.root}/web/20150607080910id_/{url}") in record.metadata.sources
        asked = len(web.requests)
        again = run(tmp_path, url, now=LATER, **settings_of(web))
        assert (again.new, len(web.requests)) == (False, asked)
    offline = run(tmp_path, url, mode="offline", now=LATER)
    assert (offline.new, only(offline)) == (False, record)


def test_what_the_web_archive_says_against_mining_is_not_said_of_the_pages_it_keeps(tmp_path: Path) -> None:
    with Site({}) as site, wayback(site, url := f"{site.root}/lamp") as web:
        web.pages["/ai.txt"] = answer(b"User-Agent: *\nDisallow: /\n", content_type="text/plain")
        record = only(run(tmp_path, url, opt_out_files=True, **settings_of(web)))
        assert record.metadata.capture.opt_out is None and "/ai.txt" not in web.targets


def test_a_host_that_is_gone_is_looked_up_and_a_page_that_is_refused_is_not(tmp_path: Path) -> None:
    with Site({}) as closed:
        pass
    with wayback(closed, url := f"{closed.root}/lamp") as web:
        assert "wick of the lamp" in only(run(tmp_path, url, **settings_of(web))).text
    with Site({"/lamp": answer(b"No.", status="403 Forbidden")}) as site, wayback(site, f"{site.root}/lamp") as web:
        result = run(tmp_path, f"{site.root}/lamp", **settings_of(web))
        assert [failure.reason for failure in result.failures] == ["http-403"]
        assert web.requests == []


def test_nothing_is_looked_up_unless_a_setting_says_where(tmp_path: Path) -> None:
    with Site({}) as site, wayback(site, url := f"{site.root}/lamp") as web:
        result = run(tmp_path, url)
        assert ([failure.reason for failure in result.failures], web.requests) == (["http-404"], [])


def test_a_page_that_comes_back_replaces_the_copy(tmp_path: Path) -> None:
    with Site({}) as site, wayback(site, url := f"{site.root}/lamp") as web:
        run(tmp_path, url, **settings_of(web))
        site.pages["/lamp"] = answer(page("bell"))
        record = only(run(tmp_path, url, now=LATER, **settings_of(web)))
    assert "wick of the bell" in record.text and record.added == LATER
    assert "capture" not in {source.field for source in record.metadata.sources}


def test_common_crawl_s_copies_are_parts_of_warc_files(tmp_path: Path) -> None:
    with Site({}) as site:
        url = f"{site.root}/lamp"
        body = page("lamp").partition(b"\r\n\r\n")[2] or page("lamp")
        fields = (Header("Content-Type", "text/html"), Header("X-Crawler-Transfer-Encoding", "chunked"))
        copy = Capture(url, "2019-01-02T03:04:05Z", body, 200, "text/html", fields)
        member = capture_records(copy)[-1]
        row = {"urlkey": "k", "timestamp": "20190102030405", "url": url, "mime": "text/html", "status": "200"}
        row |= {"filename": "crawl-data/a b.warc.gz", "offset": "100", "length": str(len(member))}
        pages = {
            query(url): answer(json.dumps(row).encode() + b"\n", content_type="text/x-ndjson"),
            "/crawl-data/a%20b.warc.gz": answer(member, status="206 Partial Content", content_type="application/gzip"),
        }
        with Site(pages) as web:
            record = only(run(tmp_path, url, **settings_of(web) | {"replay": f"{web.root}/{{filename}}"}))
            assert "wick of the lamp" in record.text and record.added == "2019-01-02T03:04:05Z"
            assert f"range: bytes=100-{99 + len(member)}" in web.requests[-1].head.lower()
            assert "accept-encoding: identity" in web.requests[-1].head.lower()


@pytest.mark.parametrize(
    ("answered", "said"),
    [
        (answer(b"[]", content_type="application/json"), "holds no copy"),
        (answer(b"", content_type="application/json"), "holds no copy"),
        (answer(b"No captures found", status="404 Not Found"), "holds no copy"),
        (answer(b"<html>Busy</html>"), "what the CDX server answered is no list of captures in JSON"),
        (answer(b"[" * 100_000, content_type="application/json"), "no list of captures in JSON"),
        (answer(b"", status="403 Forbidden"), "the CDX server answered 403"),
        (
            answer(json.dumps([HEADER, ["k", "20150607080910", "http://x/", "text/html", "200", "B", "9"]]).encode()),
            "404",
        ),
    ],
)
def test_a_page_without_a_copy_fails_as_before_and_it_is_said_why(tmp_path: Path, answered: bytes, said: str) -> None:
    with Site({}) as site, Site({query(f"{site.root}/lamp"): answered}) as web:
        result = run(tmp_path, f"{site.root}/lamp", **settings_of(web))
    assert [failure.reason for failure in result.failures] == ["http-404"]
    assert any(said in notice for notice in result.notices), result.notices


def test_rows_that_name_no_page_are_passed_over_and_the_newest_is_chosen() -> None:
    good = {"timestamp": "20150607080910", "url": "https://x.example/", "mime": "text/html", "status": "200"}
    for change in (
        {"status": "301"},
        {"mime": "image/png"},
        {"timestamp": "2015"},
        {"timestamp": "20159907080910"},
        {"url": "file:///etc/passwd"},
    ):
        assert read_rows(json.dumps(good | change)) == []
    older = json.dumps(good | {"timestamp": "20140607080910"})
    assert newest(read_rows(f"{json.dumps(good)}\n{older}\n")) == Row("20150607080910", "https://x.example/")
    with pytest.raises(PageError, match="protocol-error"):
        read_rows('{"timestamp": 5}')
