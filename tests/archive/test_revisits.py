"""A page that came again as it was is a revisit without its body, and is read with the body that is held."""

from pathlib import Path

import msgspec
import pytest

from harvester.archive import Archive, check
from harvester.errors import PageError, StorageError
from harvester.types import Capture, Header

URL = "https://a.example/page"
DATES = ("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z")
LATE = "2026-05-01T00:00:00Z"
BODY = b"<p>the same text</p>" * 400
LAST = "Thu, 01 Jan 2026 00:00:00 GMT"


def opened(folder: Path) -> Archive:
    return Archive(folder / "archive", now="2026-01-02T03:04:05Z", name="c", info={"software": "test"})


def page(date: str, body: bytes = BODY, *headers: Header, status: int = 200, url: str = URL) -> Capture:
    fields = (Header("Content-Type", "text/html"), *headers)
    return Capture(url, date, body, status=status, content_type="text/html", headers=fields)


def unchanged(date: str, *headers: Header) -> Capture:
    return Capture(URL, date, b"", status=304, headers=headers)


def stored(folder: Path) -> int:
    return sum(file.stat().st_size for file in (folder / "archive").glob("*.warc.gz"))


def test_an_unchanged_page_keeps_its_capture_and_stores_no_body(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        first = archive.add(page(DATES[0]))
        again, third = archive.add(page(DATES[1])), archive.add(unchanged(DATES[2], Header("ETag", '"x"')))
        assert archive.find(URL) == first
        assert (again.mime, again.original, again.sha256) == ("warc/revisit", DATES[0], first.sha256)
        assert (third.status, archive.read(third).status) == ("304", 200)
        for entry, date in ((again, DATES[1]), (third, DATES[2])):
            assert (archive.read(entry).body, archive.read(entry).fetched_at) == (BODY, date)
        assert archive.find(URL, fetched_at=DATES[1]) == again
    assert list(check(tmp_path / "archive")) == []


def test_the_index_made_again_knows_the_revisits(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        for date in DATES[:2]:
            archive.add(page(date))
        archive.add(unchanged(DATES[2]))
    index = tmp_path / "archive" / "index.cdxj"
    content = index.read_bytes()
    index.unlink()
    with opened(tmp_path):
        pass
    assert index.read_bytes() == content and content.count(b'"warc/revisit"') == 2


def test_a_page_that_is_again_what_it_was_before_a_change_is_the_newest(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        archive.add(page(DATES[0], b"one"))
        archive.add(page(DATES[1], b"two"))
        archive.add(page(DATES[2], b"one"))
        newest = archive.find(URL)
        assert newest is not None and archive.read(newest).body == b"one"


def test_another_type_status_or_target_is_another_capture(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        first = archive.add(page(DATES[0]))
        typed = archive.add(Capture(URL, DATES[1], BODY, status=200, headers=(Header("Content-Type", "text/plain"),)))
        assert (first.original, typed.original) == ("", "")
        moved = page(DATES[0], b"", Header("Location", "/a"), status=301, url=URL + "2")
        elsewhere = page(DATES[1], b"", Header("Location", "/b"), status=301, url=URL + "2")
        assert [archive.add(moved).original, archive.add(elsewhere).original] == ["", ""]


def test_a_page_that_comes_again_with_another_opt_out_is_another_capture(tmp_path: Path) -> None:
    asked = Header("X-Robots-Tag", "noai")
    reserved = "tdmrep.json tdm-reservation"
    captures = [
        page(DATES[0], BODY, Header("X-Robots-Tag", "all")),
        page(DATES[1], BODY, Header("x-robots-tag", "all"), asked),
        msgspec.structs.replace(page(DATES[2], BODY, Header("X-Robots-Tag", "all"), asked), opt_out=reserved),
        page(DATES[3], BODY, Header("X-Robots-Tag", "all"), asked),  # nobody asked for the files
        msgspec.structs.replace(page(LATE, BODY, Header("X-Robots-Tag", "all"), asked), opt_out=""),
    ]
    with opened(tmp_path) as archive:
        assert [archive.add(capture).original for capture in captures] == ["", "", "", DATES[2], ""]
        newest = archive.find(URL)
        assert newest is not None and archive.read(newest).opt_out is None


def test_no_conditions_where_files_of_the_site_ask_otherwise_than_of_the_held_page(tmp_path: Path) -> None:
    tagged = page(DATES[0], BODY, Header("ETag", '"1"'))
    with opened(tmp_path) as archive:
        archive.add(tagged)
        assert [bool(archive.validators(URL, said)) for said in (None, "", "ai.txt disallow")] == [True, True, False]
        archive.add(msgspec.structs.replace(tagged, fetched_at=DATES[1], opt_out="ai.txt disallow"))
        assert [bool(archive.validators(URL, said)) for said in (None, "", "ai.txt disallow")] == [True, False, True]


def test_a_file_and_an_older_capture_are_stored_whole(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        for date in DATES[:2]:
            assert archive.add(Capture("file:///a.html", date, BODY, content_type="text/html")).original == ""
        assert archive.add(page(DATES[2])).original == ""
        assert archive.add(page(DATES[0])).original == ""


def test_the_same_capture_added_twice_is_stored_once(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        first = archive.add(page(DATES[0]))
        size = stored(tmp_path)
        assert archive.add(page(DATES[0])) == first
    assert stored(tmp_path) == size


def test_a_304_for_what_is_not_held_is_refused(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        with pytest.raises(PageError, match="protocol-error"):
            archive.add(unchanged(DATES[0]))
        archive.add(page(DATES[0], b"gone", status=410))
        with pytest.raises(PageError, match="protocol-error"):
            archive.add(unchanged(DATES[1]))


def test_validators_are_those_of_the_newest_answer(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        assert archive.validators(URL) == ()
        archive.add(page(DATES[0], BODY, Header("ETag", 'W/"1"'), Header("Last-Modified", LAST)))
        assert archive.validators(URL) == (Header("If-None-Match", 'W/"1"'), Header("If-Modified-Since", LAST))
        archive.add(unchanged(DATES[1]))
        assert archive.validators(URL) == (Header("If-None-Match", 'W/"1"'), Header("If-Modified-Since", LAST))
        archive.add(page(DATES[2], BODY, Header("ETag", '"2"')))
        assert archive.validators(URL) == (Header("If-None-Match", '"2"'), Header("If-Modified-Since", LAST))
        archive.add(page(DATES[3], b"not found", Header("ETag", '"3"'), status=404))
        assert archive.validators(URL) == ()


@pytest.mark.parametrize("value", ["abc", '"a\x7f"', '"a b"', '"é"', '"' + "a" * 600 + '"'])
def test_a_validator_that_is_none_is_not_sent_back(tmp_path: Path, value: str) -> None:
    with opened(tmp_path) as archive:
        archive.add(page(DATES[0], BODY, Header("ETag", value), Header("Last-Modified", f"{value} GMT")))
        assert archive.validators(URL) == ()


def test_a_page_that_was_cut_off_is_asked_for_without_conditions_and_says_so_in_its_record(tmp_path: Path) -> None:
    cut = Capture(URL, DATES[0], BODY, status=200, headers=(Header("ETag", '"1"'),), truncated="length")
    with opened(tmp_path) as archive:
        entry = archive.add(cut)
        assert (archive.validators(URL), archive.read(entry).truncated) == ((), "length")


def test_a_revisit_of_what_is_gone_is_an_error_that_names_the_place(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        archive.add(page(DATES[0]))
    with opened(tmp_path) as archive:
        entry = archive.add(page(DATES[1]))
    (file,) = (tmp_path / "archive").glob("*.warc.gz")
    content = file.read_bytes()
    file.write_bytes(content[entry.offset :])
    (tmp_path / "archive" / "index.cdxj").unlink()
    with pytest.raises(StorageError, match="a revisit of what the archive does not hold"), opened(tmp_path):
        pass
