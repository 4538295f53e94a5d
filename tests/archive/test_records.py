"""Records of any writer are read; what is damaged is named, and what lies before and behind it is read all the same."""

import base64
import gzip
import hashlib
import random
import tracemalloc
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import brotli
import pytest

from harvester.archive import Archive, Damage, RawRecord, read_capture, read_records
from harvester.archive.warc import capture_records, conversion_record
from harvester.types import EPOCH, Capture, Header
from tests.archive.foreign import packed, record, response
from tests.interrupting import losses

SITE = [
    response(f"https://a.example/{n}", b"<p>page %d</p>" % n * 9, date=f"2025-03-0{n}T00:00:00Z") for n in (1, 2, 3)
]


def read(content: bytes, **options: int) -> tuple[list[RawRecord], list[Damage]]:
    found = list(read_records(BytesIO(content), **options))
    return [f for f in found if isinstance(f, RawRecord)], [f for f in found if isinstance(f, Damage)]


def paths(records: list[RawRecord]) -> list[str]:
    return [(found.uri or "").removeprefix("https://a.example/") for found in records]


@pytest.mark.parametrize("content", [packed(*SITE), gzip.compress(b"".join(SITE)), b"".join(SITE)])
def test_records_are_read_from_members_of_their_own_from_one_member_and_from_plain_files(content: bytes) -> None:
    good, damaged = read(content)
    assert (paths(good), damaged) == (["1", "2", "3"], [])
    assert [read_capture(found).body for found in good] == [b"<p>page %d</p>" % n * 9 for n in (1, 2, 3)]
    assert len({(found.offset, found.inner) for found in good}) == 3


@pytest.mark.parametrize("content", [packed(*SITE), b"".join(SITE)])
def test_a_file_cut_at_any_byte_gives_every_whole_record_and_names_the_torn_one(content: bytes) -> None:
    starts = [found.offset for found in read(content)[0]]
    ends = [*starts[1:], len(content)]
    breaks = 0 if content[:2] == b"\x1f\x8b" else 4  # the two line breaks behind a record may be missing
    for cut in range(1, len(content)):
        good, damaged = read(content[:cut])
        whole = sum(end - breaks <= cut for end in ends)
        torn = [start for start, end in zip(starts, ends, strict=True) if start < cut < end - breaks]
        assert (cut, len(good), [d.offset for d in damaged]) == (cut, whole, torn)


@pytest.fixture
def ours(tmp_path: Path) -> bytes:
    chance = random.Random(7)
    with Archive(tmp_path / "archive", now="2026-01-02T03:04:05Z", name="c", info={"software": "test"}) as archive:
        for number in range(8):
            body = bytes(chance.choices(b"abcdefghij <>/p\n", k=600))
            headers = (Header("Content-Type", "text/html"),)
            archive.add(
                Capture(f"https://a.example/{number}", "2026-01-02T03:04:05Z", body, status=200, headers=headers)
            )
    (file,) = (tmp_path / "archive").glob("*.warc.gz")
    return file.read_bytes()


def test_one_flipped_bit_is_named_with_its_record_and_costs_no_other(ours: bytes) -> None:
    good, _ = read(ours)
    whole = {found.offset: (found.fields, found.block) for found in good}
    unseen = 0
    chance = random.Random(11)
    for bit in chance.sample(range(len(ours) * 8), 1_000):
        content = bytearray(ours)
        content[bit // 8] ^= 1 << bit % 8
        found, damaged = read(bytes(content))
        assert all(whole[f.offset] == (f.fields, f.block) for f in found), bit
        hit = max(offset for offset in whole if offset <= bit // 8)
        assert whole.keys() - {f.offset for f in found} <= {hit}, bit
        assert hit in {d.offset for d in damaged} or not damaged, bit
        assert damaged or len(found) == len(whole), bit
        unseen += not damaged  # bits of a gzip header, and those that fill up its last byte, say nothing
    assert unseen < 30


@pytest.mark.parametrize("wrong", ["-5", "x", "", "1" * 5_000, "99999999999", "3", "100000"])
@pytest.mark.parametrize("form", [packed, lambda *records: b"".join(records)])
def test_a_wrong_length_costs_its_record_only(wrong: str, form: object) -> None:
    bad = record("resource", "https://a.example/bad", b"<p>text</p>", f"Content-Length: {wrong}")
    assert callable(form)
    content = form(SITE[0], bad, SITE[1], SITE[2])
    good, damaged = read(content)
    assert (paths(good), [d.offset for d in damaged]) == (["1", "2", "3"], [len(form(SITE[0]))])


def test_a_bad_record_inside_one_large_member_costs_that_record_only() -> None:
    bad = record("resource", "https://a.example/bad", b"<p>text</p>", "Content-Length: 100000")
    good, damaged = read(gzip.compress(b"".join([SITE[0], bad, SITE[1]])))
    assert (paths(good), len(damaged)) == (["1", "2"], 1)


def test_what_lies_between_records_is_named_and_passed_over() -> None:
    good, damaged = read(packed(SITE[0]) + b"\x1f\x8b\x08garbage" + bytes(70_000) + packed(SITE[1]) + bytes(512))
    assert paths(good) == ["1", "2"]
    assert [d.offset for d in damaged] == [
        len(packed(SITE[0])),
        len(packed(SITE[0])) + 10 + 70_000 + len(packed(SITE[1])),
    ]


@pytest.mark.parametrize("header", [b"X: " + b"a" * 50_000_000 + b"\r\n", b"X: a\r\n" * 1_000_000, b"a" * 2_000_000])
def test_a_header_without_end_is_given_up_and_memory_stays_small(header: bytes) -> None:
    content = zlib.compress(b"WARC/1.1\r\nWARC-Type: response\r\n" + header, wbits=31) + packed(SITE[0])
    tracemalloc.start()
    good, damaged = read(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (paths(good), len(damaged)) == (["1"], 1)
    assert damaged[0].detail.startswith("its header ")
    assert peak < 16_000_000


def _bomb(size: int) -> Iterator[bytes]:
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    yield packer.compress(b"WARC/1.1\r\nWARC-Type: resource\r\nWARC-Date: 2025-01-01T00:00:00Z\r\n")
    yield packer.compress(f"WARC-Target-URI: https://a.example/bomb\r\nContent-Length: {size}\r\n\r\n".encode())
    for _ in range(size >> 20):
        yield packer.compress(bytes(1 << 20))
    yield packer.compress(b"\r\n\r\n") + packer.flush()


def test_a_record_of_a_gigabyte_is_passed_over_in_little_memory() -> None:
    content = b"".join(_bomb(1 << 30)) + packed(SITE[0])
    tracemalloc.start()
    good, damaged = read(content, max_block=1 << 20)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (paths(good), [found.too_large for found in good], damaged) == (["bomb", "1"], [True, False], [])
    assert peak < 16_000_000


@pytest.mark.parametrize("algorithm", ["sha1", "md5", "sha256"])
@pytest.mark.parametrize("hexadecimal", [False, True])
def test_digests_are_checked_in_each_form(algorithm: str, hexadecimal: bool) -> None:
    block = b"<p>text</p>"
    digest = hashlib.new(algorithm, block, usedforsecurity=False).digest()
    value = digest.hex() if hexadecimal else base64.b32encode(digest).decode()
    for field in ("WARC-Block-Digest", "WARC-Payload-Digest"):
        right = record("resource", "https://a.example/r", block, f"{field}: {algorithm}:{value}")
        wrong = record("resource", "https://a.example/w", b"<p>tent</p>", f"{field}: {algorithm}:{value}")
        good, damaged = read(packed(right, wrong, SITE[0]))
        assert paths(good) == ["r", "1"]
        assert [(d.uri, field in d.detail) for d in damaged] == [("https://a.example/w", True)]


def test_a_digest_of_an_unknown_kind_says_nothing() -> None:
    good, damaged = read(packed(record("resource", "https://a.example/1", b"x", "WARC-Block-Digest: blake9:abc")))
    assert (paths(good), damaged) == (["1"], [])


def test_chunks_are_put_together_and_the_digest_may_be_of_either_form() -> None:
    chunked = b"5\r\n<p>te\r\n6;x=y\r\nxt</p>\r\n0\r\n\r\n"
    for form in (chunked, b"<p>text</p>"):
        digest = base64.b32encode(hashlib.sha1(form).digest()).decode()
        head, fields = ("Transfer-Encoding: chunked",), (f"WARC-Payload-Digest: sha1:{digest}",)
        [found], damaged = read(packed(response("https://a.example/1", chunked, *head, fields=fields)))
        assert (read_capture(found).body, damaged) == (b"<p>text</p>", [])


def test_a_body_that_only_says_it_is_chunked_is_taken_as_it_is() -> None:
    [found], _ = read(packed(response("https://a.example/1", b"<p>text</p>", "Transfer-Encoding: chunked")))
    assert read_capture(found).body == b"<p>text</p>"


def test_a_record_with_brotli_is_read_with_its_coding_on() -> None:
    body = brotli.compress(b"<p>text</p>" * 50)
    [found], _ = read(packed(response("https://a.example/1", body, "Content-Encoding: br")))
    assert (read_capture(found).body, read_capture(found).header("content-encoding")) == (body, "br")


def test_names_and_dates_are_read_in_every_case_and_precision() -> None:
    odd = SITE[0].replace(b"WARC-Type: response", b"warc-type: RESPONSE").replace(b"WARC/1.0", b"warc/0.18")
    for stated, meant in {
        "2025": "2025-01-01T00:00:00Z",
        "2025-03": "2025-03-01T00:00:00Z",
        "2025-03-04T05:06Z": "2025-03-04T05:06:00Z",
        "2025-03-04t05:06:07.123456z": "2025-03-04T05:06:07Z",
    }.items():
        [found], damaged = read(odd.replace(b"2025-03-01T00:00:00Z", stated.encode()))
        assert (found.kind, found.date, damaged) == ("response", meant, [])


@pytest.mark.parametrize("date", ["", "yesterday", "2025-13-01", "2025-02-30T00:00:00Z", "2025-01-01T00:00:00+01:00"])
def test_a_date_that_is_none_makes_a_record_damaged(date: str) -> None:
    good, damaged = read(packed(SITE[0].replace(b"2025-03-01T00:00:00Z", date.encode()), SITE[1]))
    assert (paths(good), len(damaged)) == (["2"], 1)


@pytest.mark.parametrize(("written", "held"), [("ai.txt disallow; <script>", "ai.txt disallow"), ("anything", None)])
def test_a_field_of_ours_is_believed_for_what_we_write_alone(written: str, held: str | None) -> None:
    fields = f"WARC-Type: response\r\nHarvester-Opt-Out: {written}\r\nHarvester-Robots: maybe".encode()
    assert b"WARC-Type: response" in SITE[0]
    ((found,), _) = read(SITE[0].replace(b"WARC-Type: response", fields, 1))
    capture = read_capture(found)
    assert (capture.opt_out, capture.robots) == (held, None)


@pytest.mark.parametrize("status", [200, None])
def test_ctrl_c_while_a_record_is_made_is_heard(status: int | None) -> None:
    capture = Capture(
        "https://a.example/", EPOCH, b"<p>page", status, "text/html", (Header("Content-Type", "text/html"),)
    )
    assert losses(lambda: capture_records(capture)) == []


def test_ctrl_c_while_the_record_of_a_text_is_made_is_heard() -> None:
    assert losses(lambda: conversion_record("https://a.example/", "text", date=EPOCH, refers_to="urn:1")) == []
