"""Content codings are undone with bounded output, whole or not at all."""

import gzip
import os
import resource
import subprocess
import sys
import time
import zlib

import brotli
import pytest
from backports import zstd

from harvester.decode import undo_coding
from harvester.errors import PageError
from tests.conftest import shared

SAMPLES = "hostile/scrapy-samples/tests/sample_data/compressed"
PAGE = b"".join(b"<p>Line %d of the page.</p>" % n for n in range(10_000))


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


PACK = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": lambda body: brotli.compress(body, quality=4),
    "zstd": zstd.compress,
}
CODINGS = pytest.mark.parametrize("coding", PACK)


def refusal(body: bytes, coding: str, limit: int = 10_000_000) -> str:
    with pytest.raises(PageError) as caught:
        undo_coding(body, coding, limit)
    return str(caught.value)


@CODINGS
def test_a_coding_is_undone(coding: str) -> None:
    assert undo_coding(PACK[coding](PAGE), coding, len(PAGE)) == PAGE


def test_deflate_means_zlib_or_the_bare_stream() -> None:
    assert undo_coding(raw_deflate(PAGE), "deflate", len(PAGE)) == PAGE


@pytest.mark.parametrize("coding", [None, "", "identity", " Identity , "])
def test_no_coding_leaves_the_body_alone(coding: str | None) -> None:
    assert undo_coding(b"page", coding, 4) == b"page"


@pytest.mark.parametrize("coding", ["X-GZIP", " gzip ", "identity,\tgzip", "gzip,"])
def test_names_of_codings_are_read_without_regard_to_case_and_space(coding: str) -> None:
    assert undo_coding(gzip.compress(b"page"), coding, 4) == b"page"


def test_two_codings_are_undone_from_the_last_to_the_first() -> None:
    assert undo_coding(brotli.compress(gzip.compress(PAGE)), "gzip, br", len(PAGE)) == PAGE


def test_three_codings_are_refused() -> None:
    assert refusal(b"", "gzip, br, gzip") == "decode-error: 3 content codings on one body"


@pytest.mark.parametrize("coding", ["compress", "aws-chunked", "gzip;q=1", "x" * 10_000])
def test_an_unknown_coding_is_refused_by_name(coding: str) -> None:
    assert refusal(b"page", coding) == f"decode-error: unknown content coding {coding[:40]!r}"


@pytest.mark.parametrize("coding", [*PACK, "compress", "gzip, br"])
def test_an_empty_body_stays_empty_whatever_its_coding(coding: str) -> None:
    assert undo_coding(b"", coding, 10) == b""


def test_every_member_of_a_gzip_body_and_every_frame_of_a_zstd_body_counts() -> None:
    assert undo_coding(gzip.compress(b"a") + gzip.compress(b"") + gzip.compress(b"b"), "gzip", 2) == b"ab"
    assert undo_coding(zstd.compress(b"a") + zstd.compress(b"") + zstd.compress(b"b"), "zstd", 2) == b"ab"


@pytest.mark.parametrize(("coding", "parts"), [("gzip", "gzip members"), ("zstd", "zstd frames")])
def test_sixty_four_members_are_taken_and_a_flood_of_them_is_refused_at_once(coding: str, parts: str) -> None:
    assert undo_coding(PACK[coding](b"a") * 64, coding, 64) == b"a" * 64
    assert refusal(PACK[coding](b"a") * 65, coding) == f"decode-error: more than 64 {parts}"
    began = time.monotonic()
    assert refusal(PACK[coding](b"") * 500_000, coding) == f"decode-error: more than 64 {parts}"
    assert time.monotonic() - began < 1


def test_what_follows_a_gzip_body_and_is_none_is_ignored() -> None:
    assert undo_coding(gzip.compress(b"page") + b"\0\0junk", "gzip", 4) == b"page"


def test_a_plain_body_that_is_called_gzip_passes_as_it_is() -> None:
    assert undo_coding(b"<p>plain", "gzip", 8) == b"<p>plain"
    assert refusal(b"<p>plain", "gzip", 7) == "too-large: more than 7 bytes"


@CODINGS
def test_a_body_cut_off_anywhere_is_refused(coding: str) -> None:
    whole = PACK[coding](b"some words that do not repeat: 0123456789 abcdefghijklmnopqrstuvwxyz" * 3)
    for length in range(2, len(whole)):
        assert refusal(whole[:length], coding).startswith("decode-error: ")


@pytest.mark.parametrize("coding", ["gzip", "deflate", "zstd"])
def test_a_body_whose_checksum_is_wrong_is_refused(coding: str) -> None:
    options = {zstd.CompressionParameter.checksum_flag: 1}
    whole = zstd.compress(PAGE, options=options) if coding == "zstd" else PACK[coding](PAGE)
    at = len(whole) - (8 if coding == "gzip" else 4)
    broken = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
    assert refusal(broken, coding) == f"decode-error: {coding}: broken data"


@pytest.mark.parametrize("coding", ["deflate", "br", "zstd"])
def test_bytes_that_are_no_stream_of_the_coding_are_refused(coding: str) -> None:
    assert refusal(b"<p>plain text that is long enough</p>", coding) == f"decode-error: {coding}: broken data"


@CODINGS
def test_the_limit_is_exact(coding: str) -> None:
    body = PACK[coding](PAGE)
    assert undo_coding(body, coding, len(PAGE)) == PAGE
    assert refusal(body, coding, len(PAGE) - 1) == f"too-large: more than {len(PAGE) - 1} bytes once decoded"


_BOMB = """
import resource, sys
from harvester.decode import undo_coding
from harvester.errors import PageError
body, before = sys.stdin.buffer.read(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    undo_coding(body, sys.argv[1], 5_000_000)
except PageError as error:
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(error.reason, "small" if grown < 40_000 else grown)
"""


def bomb(body: bytes, coding: str) -> str:
    """What undoing a coding with a limit of 5 MB says, in a process that may have 512 MiB."""
    child = subprocess.run(
        [sys.executable, "-c", _BOMB, coding],
        input=body,
        capture_output=True,
        check=True,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20)),
    )
    return child.stdout.decode().strip()


@CODINGS
def test_a_bomb_is_stopped_at_the_limit_in_little_memory(coding: str) -> None:
    assert bomb(PACK[coding](bytes(200_000_000)), coding) == "too-large small"


def test_a_bomb_inside_a_bomb_is_stopped() -> None:
    assert bomb(gzip.compress(gzip.compress(bytes(500_000_000), 9), 9), "gzip, gzip") == "too-large small"


def test_a_zstd_frame_that_asks_for_a_window_beyond_8_mib_is_refused() -> None:
    options = {zstd.CompressionParameter.window_log: 27, zstd.CompressionParameter.content_size_flag: 0}
    packer = zstd.ZstdCompressor(options=options)
    body = packer.compress(os.urandom(1_000)) + packer.flush()
    assert refusal(body, "zstd") == "decode-error: zstd: broken data"


@CODINGS
def test_the_bombs_that_scrapy_tests_with_are_stopped(coding: str) -> None:
    assert bomb((shared(SAMPLES) / f"bomb-{coding}.bin").read_bytes(), coding) == "too-large small"


@pytest.mark.parametrize(
    ("name", "coding"),
    [
        ("html-gzip.bin", "gzip"),
        ("html-rawdeflate.bin", "deflate"),
        ("html-zlibdeflate.bin", "deflate"),
        ("html-br.bin", "br"),
        ("html-zstd-static-content-size.bin", "zstd"),
        ("html-zstd-static-no-content-size.bin", "zstd"),
        ("html-zstd-streaming-no-content-size.bin", "zstd"),
        ("html-gzip-deflate.bin", "gzip, deflate"),
    ],
)
def test_the_pages_that_scrapy_tests_with_are_undone(name: str, coding: str) -> None:
    page = undo_coding((shared(SAMPLES) / name).read_bytes(), coding, 100_000)
    assert page.startswith(b"<!DOCTYPE")
    assert page.rstrip().endswith(b"</html>")


@pytest.mark.parametrize("name", ["truncated-crc-error.gz", "truncated-crc-error-short.gz", "unexpected-eof.gz"])
def test_the_broken_bodies_that_scrapy_tests_with_are_refused(name: str) -> None:
    assert refusal((shared(SAMPLES) / name).read_bytes(), "gzip").startswith("decode-error: ")
