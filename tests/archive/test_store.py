"""The archive: what is added comes back, what a kill tore is cut, what rots is found."""

import gzip
import os
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from harvester.archive import Archive, hold
from harvester.archive.index import surt
from harvester.errors import PageError, StorageError
from harvester.types import EPOCH, Capture, Header

NOW = "2026-01-02T03:04:05Z"


def page(number: int, body: bytes = b"<p>hello</p>") -> Capture:
    return Capture(
        f"https://host{number % 5}.example/{number}",
        NOW,
        body * (number + 1),
        status=200,
        content_type="text/html; charset=utf-8",
        headers=(Header("Content-Type", "text/html; charset=utf-8"), Header("Transfer-Encoding", "chunked")),
        request_headers=(Header("User-Agent", "test"),),
        ip="192.0.2.1",
    )


def opened(folder: Path) -> Archive:
    return Archive(folder / "archive", now=NOW, name="corpus", info={"software": "test/1"})


def warc_file(folder: Path) -> Path:
    (file,) = (folder / "archive").glob("*.warc.gz")
    return file


def test_a_capture_comes_back_as_it_was_added_but_for_the_request(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        archive.add(page(3))
    with opened(tmp_path) as archive:
        entry = archive.find("https://host3.example/3")
        assert entry is not None
        capture = archive.read(entry)
    expected = page(3)
    assert (capture.uri, capture.fetched_at, capture.body, capture.status) == (
        expected.uri,
        expected.fetched_at,
        expected.body,
        expected.status,
    )
    assert (capture.headers, capture.ip, capture.record_id) == (expected.headers, expected.ip, expected.record_id)


def test_a_local_file_is_a_resource_record_and_comes_back(tmp_path: Path) -> None:
    local = Capture("file:///pages/a%20b.html", EPOCH, b"\x00\xffbytes", content_type="text/html")
    with opened(tmp_path) as archive:
        entry = archive.add(local)
        assert archive.read(entry) == local


def test_header_names_and_values_outside_ascii_survive(tmp_path: Path) -> None:
    odd = Capture("https://a.example/", NOW, b"x", status=200, headers=(Header("X-é", "ü \x80"),))
    with opened(tmp_path) as archive:
        assert archive.read(archive.add(odd)).headers == odd.headers


@pytest.mark.parametrize("text", ["a\r\nWARC-Type: x", "a\nb", "a\x00b"])
def test_a_header_that_would_break_the_framing_is_refused(tmp_path: Path, text: str) -> None:
    bad = Capture("https://a.example/", NOW, b"x", status=200, headers=(Header("X", text),))
    named = Capture("https://a.example/", NOW, b"x", status=200, headers=(Header(text, "x"),))
    asked = Capture("https://a.example/", NOW, b"x", status=200, request_headers=(Header("X", text),))
    placed = Capture(f"https://a.example/{text}", NOW, b"x", status=200)
    typed = Capture("file:///a.html", NOW, b"x", content_type=text)
    for capture in (bad, named, asked, placed, typed):
        with opened(tmp_path) as archive, pytest.raises(PageError, match="protocol-error"):
            archive.add(capture)
    assert list((tmp_path / "archive").glob("*.warc.gz")) == []


def test_every_capture_is_found_by_url_and_no_other(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        for number in range(300):
            archive.add(page(number, b"x"))
    with opened(tmp_path) as archive:
        for number in range(300):
            entry = archive.find(f"https://host{number % 5}.example/{number}")
            assert entry is not None
            assert len(archive.read(entry).body) == number + 1
        assert archive.find("https://host0.example/") is None
        assert archive.find("https://zzz.example/1") is None
        assert archive.find("aaa:1") is None


def test_the_newest_capture_of_a_url_is_found_unless_a_digest_is_asked_for(tmp_path: Path) -> None:
    old = Capture("https://a.example/", "2025-01-01T00:00:00Z", b"old", status=200)
    new = Capture("https://a.example/", "2026-01-01T00:00:00Z", b"new", status=200)
    with opened(tmp_path) as archive:
        archive.add(new)
        archive.add(old)
    with opened(tmp_path) as archive:
        newest, older = archive.find(new.uri), archive.find(new.uri, sha256=old.sha256)
        assert newest is not None and older is not None
        assert (archive.read(newest).body, archive.read(older).body) == (b"new", b"old")
        assert archive.find(new.uri, sha256=old.sha256, fetched_at=new.fetched_at) is None


def test_warcio_reads_every_record_and_every_digest_holds(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        for number in range(20):
            archive.add(page(number))
    with warc_file(tmp_path).open("rb") as file:
        iterator = ArchiveIterator(file, check_digests="raise")
        kinds = [record.rec_type for record in iterator if record.content_stream().read() is not None]
    assert kinds == ["warcinfo"] + ["request", "response"] * 20


def test_syncing_twice_lists_a_capture_once(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        archive.add(page(1))
        archive.sync()
        assert archive.find(page(1).uri) is not None
        archive.add(page(2))
    assert len((tmp_path / "archive" / "index.cdxj").read_bytes().splitlines()) == 2


def test_the_index_is_sorted_and_made_again_when_it_is_gone(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        for number in range(50):
            archive.add(page(number))
    index = tmp_path / "archive" / "index.cdxj"
    lines = index.read_bytes().splitlines(keepends=True)
    assert lines == sorted(lines) and len(lines) == 50
    content = index.read_bytes()
    index.unlink()
    with opened(tmp_path):
        pass
    assert index.read_bytes() == content


def test_a_file_cut_at_any_byte_is_repaired_and_gives_the_same_bytes_again(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        for number in range(3):
            archive.add(page(number))
    file, index = warc_file(tmp_path), tmp_path / "archive" / "index.cdxj"
    whole, listing = file.read_bytes(), index.read_bytes()
    for cut in range(0, len(whole), 7):
        file.write_bytes(whole[:cut])
        index.unlink(missing_ok=True)
        with opened(tmp_path) as archive:
            missing = [n for n in range(3) if archive.find(page(n).uri) is None]
            for number in missing:
                archive.add(page(number))
        assert (cut, file.read_bytes() == whole, index.read_bytes() == listing) == (cut, True, True)


def test_a_repair_is_said(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        archive.add(page(1))
    file = warc_file(tmp_path)
    with file.open("ab") as out:
        out.write(gzip.compress(b"WARC/1.1 torn", mtime=0)[:-4])
    with opened(tmp_path) as archive:
        assert len(archive.repairs) == 1 and "cut off" in archive.repairs[0] and str(file) in archive.repairs[0]
    with opened(tmp_path) as archive:
        assert archive.repairs == []


def test_a_file_shorter_than_the_index_says_is_an_error_and_is_not_touched(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        archive.add(page(1))
    file = warc_file(tmp_path)
    file.write_bytes(file.read_bytes()[:-10])
    before = file.read_bytes()
    with pytest.raises(StorageError, match=r"shorter than index\.cdxj says"), opened(tmp_path):
        pass
    assert file.read_bytes() == before


def test_damage_in_the_middle_is_an_error_and_nothing_is_cut(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        entries = [archive.add(page(number)) for number in range(5)]
    (tmp_path / "archive" / "index.cdxj").unlink()
    file = warc_file(tmp_path)
    content = bytearray(file.read_bytes())
    content[entries[2].offset + 20] ^= 0xFF
    file.write_bytes(content)
    with pytest.raises(StorageError, match="damaged"), opened(tmp_path):
        pass
    assert file.read_bytes() == content


def test_what_a_page_says_does_not_decide_what_its_record_is(tmp_path: Path) -> None:
    odd = Capture(
        "https://a.example/", NOW, b"WARC-Type: request\r\n", status=200, headers=(Header("WARC-Type", "request"),)
    )
    orig = Capture(
        "https://b.example/", NOW, b"x", status=200, headers=(Header("X-Archive-Orig-Content-Encoding", "br"),)
    )
    with opened(tmp_path) as archive:
        archive.add(odd)
        archive.add(orig)
    (tmp_path / "archive" / "index.cdxj").unlink()
    with opened(tmp_path) as archive:
        assert archive.repairs == []
        for capture in (odd, orig):
            entry = archive.find(capture.uri)
            assert entry is not None and archive.read(entry).headers == capture.headers


def test_zeros_that_a_power_cut_left_are_cut(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        archive.add(page(1))
    whole = warc_file(tmp_path).read_bytes()
    with warc_file(tmp_path).open("ab") as file:
        file.write(bytes(4096))
    with opened(tmp_path) as archive:
        assert len(archive.repairs) == 1
    assert warc_file(tmp_path).read_bytes() == whole


def test_blocks_that_a_power_cut_kept_from_the_disk_are_cut_with_what_follows_them(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        archive.add(page(1))
    file, index = warc_file(tmp_path), tmp_path / "archive" / "index.cdxj"
    safe, listing = file.read_bytes(), index.read_bytes()
    with opened(tmp_path) as archive:
        for number in range(100, 160):  # more than a block of records
            archive.add(page(number))
    whole, second = file.read_bytes(), 4096 * (len(safe) // 4096 + 1)
    assert len(whole) > second + 3 * 4096
    for begin, end in ((len(safe), second), (second, second + 4096), (second + 4096, second + 8192)):
        file.write_bytes(whole[:begin] + bytes(end - begin) + whole[end:])
        index.write_bytes(listing)
        with opened(tmp_path) as archive:
            assert len(archive.repairs) == 1 and archive.find(page(1).uri)
        left = file.read_bytes()
        assert left.startswith(safe) and whole.startswith(left) and len(left) <= begin


def test_zeros_in_an_archive_whose_index_is_gone_are_damage_and_nothing_is_cut(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        for number in range(100, 160):
            archive.add(page(number))
    file = warc_file(tmp_path)
    holed = file.read_bytes()[:4096] + bytes(4096) + file.read_bytes()[8192:]
    file.write_bytes(holed)
    (tmp_path / "archive" / "index.cdxj").unlink()
    with pytest.raises(StorageError, match="damaged"), opened(tmp_path):
        pass
    assert file.read_bytes() == holed


@pytest.mark.parametrize("change", ["swap", "key", "offset"])
def test_an_index_changed_by_another_hand_is_an_error(tmp_path: Path, change: str) -> None:
    with opened(tmp_path) as archive:
        for number in range(5):
            archive.add(page(number))
    index = tmp_path / "archive" / "index.cdxj"
    lines = index.read_bytes().splitlines(keepends=True)
    if change == "swap":
        lines.reverse()
    elif change == "key":
        lines[2] = b"zzz" + lines[2]
    else:
        lines[2] = lines[2].replace(b'"offset":', b'"offset":  ')
    index.write_bytes(b"".join(lines))
    with pytest.raises(StorageError, match=r"index\.cdxj:\d: changed by another hand"), opened(tmp_path):
        pass


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        archive.add(page(1))
    warc_file(tmp_path).unlink()
    with pytest.raises(StorageError, match=r"listed in index\.cdxj but gone"), opened(tmp_path):
        pass


def test_a_flipped_bit_in_a_payload_is_found_on_reading(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        entry = archive.add(page(1))
    file = warc_file(tmp_path)
    content = bytearray(file.read_bytes())
    content[entry.offset + entry.length - 12] ^= 1
    file.write_bytes(content)
    with opened(tmp_path) as archive, pytest.raises(StorageError, match=f":{entry.offset}"):
        archive.read(entry)


def test_a_planted_link_at_the_index_temporary_name_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / ".index.cdxj.tmp").symlink_to(victim)
    with opened(tmp_path) as archive:
        archive.add(page(1))
    assert victim.read_text() == "mine"


def test_a_second_holder_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    corpus = tmp_path / "c"
    said = f"in use by process {os.getpid()} on .* since {NOW}"
    with hold(corpus, now=NOW), pytest.raises(StorageError, match=said), hold(corpus, now=NOW):
        pass
    with hold(corpus, now=NOW):
        pass


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.example.org/a?b", "org,example,www)/a?b"),
        ("http://example.org:8080", "org,example:8080)/"),
        ("file:///pages/a.html", "file:///pages/a.html"),
        ("http://a.example:99x/", "http://a.example:99x/"),
        ("http://[::1/", "http://[::1/"),
    ],
)
def test_the_sort_key_of_a_url(url: str, key: str) -> None:
    assert surt(url) == key
