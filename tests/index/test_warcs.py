"""WARC, WET and WACZ files as an index: each page in them a seed with its capture, and nothing lost silently."""

import gzip
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from harvester.errors import InputError
from harvester.index import Listing, read_index, warc_captures
from harvester.types import url_id
from tests.archive.foreign import DATE, packed, page, record, response, revisit

A, B, C = (f"https://a.example/{name}" for name in "abc")
OLD, NEW = "2025-01-01T00:00:00Z", "2025-06-01T00:00:00Z"


def listing(folder: Path, *records: bytes, name: str = "crawl.warc.gz", content: bytes | None = None) -> Listing:
    (folder / name).write_bytes(packed(*records) if content is None else content)
    return read_index(str(folder / name))


def texts(found: Listing) -> dict[str, tuple[str, bytes]]:
    """Date and body of each page by the last letter of its address."""
    captures = warc_captures(found.seeds, map(Path, found.warcs))
    return {capture.uri[-1]: (capture.fetched_at, capture.body) for _, capture in captures}


def left(found: Listing) -> dict[str, str]:
    return {ignored.text.rsplit("/", 1)[1]: ignored.reason for ignored in found.ignored}


def test_each_page_is_a_seed_with_the_date_and_place_of_its_record(tmp_path: Path) -> None:
    found = listing(
        tmp_path, record("warcinfo", None, b"software: x\r\n"), response(A, page("lamp")), response(B, b"b")
    )
    assert (found.name, [seed.url for seed in found.seeds], found.ignored, found.failures) == ("crawl", [A, B], (), ())
    [first, _] = found.seeds
    assert (first.id, first.captured, first.path, first.record) == (url_id(A), DATE, None, 0)
    assert first.line == len(packed(record("warcinfo", None, b"software: x\r\n")))
    assert texts(found) == {"a": (DATE, page("lamp")), "b": (DATE, b"b")}


def test_addresses_are_normalised_and_one_page_has_one_seed(tmp_path: Path) -> None:
    found = listing(
        tmp_path, response("HTTPS://A.example:443/x/../a#top", b"1"), response("<https://a.example/a>", b"2")
    )
    assert ([seed.url for seed in found.seeds], len(found.ignored)) == ([A], 1)


def test_the_newest_capture_of_a_page_is_taken_wherever_it_stands(tmp_path: Path) -> None:
    found = listing(tmp_path, response(A, b"new", date=NEW), response(A, b"old", date=OLD), response(B, b"b"))
    assert texts(found) == {"a": (NEW, b"new"), "b": (DATE, b"b")}
    assert left(found) == {"a": "superseded by another capture"}


def test_a_newer_error_does_not_take_the_place_of_a_page(tmp_path: Path) -> None:
    found = listing(tmp_path, response(A, b"good", date=OLD), response(A, b"gone", status="404 Gone", date=NEW))
    assert (texts(found), left(found)) == ({"a": (OLD, b"good")}, {"a": "status 404"})


def test_what_is_no_page_is_left_out_with_a_reason(tmp_path: Path) -> None:
    found = listing(
        tmp_path,
        response("https://a.example/image", b"\x89PNG", content_type="image/png; x=y"),
        response("https://a.example/moved", b"", "Location: /a", status="301 Moved"),
        response("https://a.example/part", b"<p>He", "Content-Range: bytes 0-4/13", status="206 Partial Content"),
        response("https://a.example/robots.txt", b"User-agent: *", content_type="text/plain"),
        record("resource", "urn:x/y", b"text", content_type="text/plain"),
        record("response", "https://a.example/dns", b"x", content_type="text/dns"),
        record("request", A, b"GET / HTTP/1.1\r\n\r\n", content_type="application/http"),
        record("metadata", A, b"x: y", content_type="application/warc-fields"),
    )
    assert (found.seeds, found.failures) == ((), ())
    assert left(found) == {
        "image": "not HTML or text: image/png",
        "moved": "status 301",
        "part": "a part of a page (status 206)",
        "robots.txt": "robots.txt",
        "y": "no http or https address",
        "dns": "not HTTP",
    }


def test_a_wet_file_gives_text_and_an_answer_of_the_same_page_goes_before_it(tmp_path: Path) -> None:
    wet = [record("conversion", url, f"text of {url}".encode(), content_type="text/plain", date=NEW) for url in (A, B)]
    found = listing(tmp_path, *wet, name="crawl.wet.gz")
    assert (found.name, texts(found)["a"]) == ("crawl", (NEW, f"text of {A}".encode()))
    (tmp_path / "crawl.warc.gz").write_bytes(packed(response(A, b"<p>whole</p>", date=OLD)))
    both = read_index(str(tmp_path))
    assert texts(both) == {"a": (OLD, b"<p>whole</p>"), "b": (NEW, f"text of {B}".encode())}


def test_a_revisit_gives_the_body_it_refers_to(tmp_path: Path) -> None:
    digest = "WARC-Payload-Digest: sha1:AAAA"
    original = response(B, b"<p>same</p>", date=OLD, fields=("WARC-Record-ID: <urn:uuid:1>",))
    found = listing(
        tmp_path,
        revisit(A, NEW, "WARC-Refers-To: <urn:uuid:1>"),
        revisit(B, NEW, f"WARC-Refers-To-Target-URI: {B}", f"WARC-Refers-To-Date: {OLD}", status="304 Not Modified"),
        original,
        revisit(C, NEW, "WARC-Refers-To: <urn:uuid:9>", digest),
    )
    # B keeps the date from which on it is unchanged; A is another page, and was seen when its revisit says.
    assert texts(found) == {"a": (NEW, b"<p>same</p>"), "b": (OLD, b"<p>same</p>")}
    [failure] = found.failures
    assert (failure.reason, failure.name, failure.detail) == ("damaged", C, "a revisit of what is not in the files")


def test_a_page_that_is_again_what_it_was_before_a_change_has_its_old_body(tmp_path: Path) -> None:
    first = response(A, b"one", date=OLD, fields=("WARC-Record-ID: <urn:uuid:1>",))
    found = listing(tmp_path, first, response(A, b"two", date=DATE), revisit(A, NEW, "WARC-Refers-To: <urn:uuid:1>"))
    assert texts(found) == {"a": (OLD, b"one")}


def test_damaged_records_are_failures_with_their_place_and_the_others_are_read(tmp_path: Path) -> None:
    good = packed(response(A, page("lamp")))
    torn = packed(response(B, page("bell")))[:-20]
    content = good + torn + packed(response(C, page("rope")))
    found = listing(tmp_path, content=content)
    assert sorted(texts(found)) == ["a", "c"]
    [failure] = found.failures
    assert (failure.file, failure.line, failure.reason) == ("crawl.warc.gz", len(good), "damaged")


def test_a_segment_is_a_failure(tmp_path: Path) -> None:
    found = listing(tmp_path, response(A, b"part", fields=("WARC-Segment-Number: 1",)), record("continuation", A, b"x"))
    assert (found.seeds, [f.detail for f in found.failures]) == (
        (),
        ["a record in segments, which are not put together"] * 2,
    )


def test_one_large_member_and_a_plain_file_are_read_too(tmp_path: Path) -> None:
    records = b"".join(response(url, url[-1].encode()) for url in (A, B, C))
    expected = {name: (DATE, name.encode()) for name in "abc"}
    assert texts(listing(tmp_path, content=gzip.compress(records))) == expected
    assert texts(listing(tmp_path, content=records, name="crawl.warc")) == expected


def test_a_folder_gives_its_pages_and_those_of_its_warc_files(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "page.html").write_bytes(page("moon"))
    (tmp_path / "deep" / "x.warc.gz").write_bytes(packed(response(A, b"a")))
    (tmp_path / "y.warc").write_bytes(response(B, b"b"))
    found = read_index(str(tmp_path))
    assert [seed.name for seed in found.seeds] == ["page.html", A, B]


def zipped(folder: Path, name: str = "site.wacz", **entries: bytes) -> Path:
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_STORED) as archive:
        for entry, content in entries.items():
            archive.writestr(entry, content)
    return folder / name


def test_a_wacz_is_read_from_below_its_archive_folder(tmp_path: Path) -> None:
    path = zipped(
        tmp_path,
        **{
            "archive/data.warc.gz": packed(response(A, b"a")),
            "archive/more.warc": response(B, b"b"),
            "pages/pages.jsonl": b"{}",
            "other.warc.gz": packed(response(C, b"c")),
        },
    )
    found = read_index(str(path))
    assert (found.name, texts(found)) == ("site", {"a": (DATE, b"a"), "b": (DATE, b"b")})
    assert [seed.file for seed in found.seeds] == [f"{path}/archive/data.warc.gz", f"{path}/archive/more.warc"]


def test_names_in_a_wacz_make_no_file(tmp_path: Path) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    names = ("archive/../../evil.warc.gz", "archive//tmp/evil.warc.gz", "archive/..\\evil.warc.gz")
    path = zipped(inside, **{name: packed(response(f"{A}{n}", b"a")) for n, name in enumerate(names)})
    assert len(read_index(str(path)).seeds) == 3
    assert sorted(entry.name for entry in tmp_path.rglob("*")) == ["in", "site.wacz"]


def test_a_wacz_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.warc", bytes(300_000_000))
    (tmp_path / "bomb.wacz").write_bytes(buffer.getvalue())
    with pytest.raises(InputError, match="unpacks to over 100 times its size"):
        read_index(str(tmp_path / "bomb.wacz"))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a zip", zipfile.BadZipFile])
def test_a_wacz_that_is_none_is_refused(tmp_path: Path, content: bytes | type) -> None:
    path = zipped(tmp_path, **{"pages/x": b"y"}) if content is zipfile.BadZipFile else tmp_path / "x.wacz"
    if isinstance(content, bytes):
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"WACZ|archive/"):
        read_index(str(path))


def test_a_damaged_wacz_is_refused_by_name(tmp_path: Path) -> None:
    path = zipped(tmp_path, **{"archive/data.warc.gz": packed(response(A, page("lamp")))})
    content = bytearray(path.read_bytes())
    content[120] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"site\.wacz: not a WACZ that can be read"):
        read_index(str(path))


MEMORY = """
import sys
from pathlib import Path
from harvester.index import read_index, warc_captures
found = read_index(sys.argv[1])
bodies = sum(len(capture.body) for _, capture in warc_captures(found.seeds, map(Path, found.warcs)))
# not ru_maxrss, which a process inherits from the one that started it
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(len(found.seeds), bodies, peak)
"""


def test_bodies_do_not_pile_up_in_memory(tmp_path: Path) -> None:
    body = bytes(1_000_000)
    with (tmp_path / "large.warc.gz").open("wb") as file:
        for number in range(150):
            file.write(packed(response(f"https://a.example/{number}", body)))
    command = [sys.executable, "-c", MEMORY, tmp_path / "large.warc.gz"]
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    pages, read, peak = map(int, run.stdout.split())
    assert (pages, read) == (150, 150_000_000)
    assert peak < 150_000  # KiB
