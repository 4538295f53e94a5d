"""Where an answer ends and what its head says: by RFC 9112, or the answer is refused."""

import pytest

from tests.fetch.loopback import CHUNKED, Site, endless, fetch, outcome

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKS = b"5\r\nabcde\r\n0\r\n\r\n"
REFUSED = "protocol-error"


def came(answer: bytes) -> bytes | str | None:
    """The body, or the reason for which there is none."""
    with Site({"/": answer}) as site:
        [page] = fetch(f"{site.root}/", timeout=2.0)
    return page.reason or page.captures[0].body


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (OK + b"Content-Length: 3\r\n\r\nabcdef", b"abc"),
        (OK + b"Content-Length: 3\r\n\r\nabcHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ndef", b"abc"),
        (OK + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", b"abc"),
        (OK + b"Content-Length: 3, 3\r\n\r\nabc", b"abc"),
        (OK + b"Content-Length: 3, 4\r\n\r\nabcd", REFUSED),
        (OK + b"Content-Length: +3\r\n\r\nabc", REFUSED),
        (OK + b"Content-Length: 0x3\r\n\r\nabc", REFUSED),
        (OK + b"Content-Length: 1_0\r\n\r\nabcdefghij", REFUSED),
        (OK + b"Content-Length: \xd9\xa3\r\n\r\nabc", REFUSED),
        (OK + b"Content-Length: \r\n\r\nabc", REFUSED),
    ],
    ids=["short", "two answers", "twice", "list", "list differs", "sign", "hex", "underscore", "digits", "empty"],
)
def test_a_length_is_one_number_and_what_lies_behind_it_is_no_part_of_the_page(
    answer: bytes, expected: bytes | str
) -> None:
    assert came(answer) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (OK + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS, b"abcde"),
        (OK + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n" + CHUNKS, b"abcde"),
        (OK + b"Transfer-Encoding: xchunked\r\n\r\n" + CHUNKS, REFUSED),
        (OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + CHUNKS, REFUSED),
        (OK + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS, REFUSED),
        (OK + b"Transfer-Encoding: identity\r\nContent-Length: 3\r\n\r\nabc", REFUSED),
        (CHUNKED + b"5;name=value\r\nabcde\r\n0\r\nX: y\r\n\r\n", b"abcde"),
        (CHUNKED + b"-5\r\nabcde\r\n0\r\n\r\n", REFUSED),
        (CHUNKED + b"0x5\r\nabcde\r\n0\r\n\r\n", REFUSED),
        (CHUNKED + b"f" * 400 + b"\r\nabcde\r\n0\r\n\r\n", REFUSED),
        (CHUNKED + b"5;" + b"a" * 200_000 + b"\r\nabcde\r\n0\r\n\r\n", REFUSED),
        (CHUNKED + b"5\r\nabcdef0\r\n\r\n", REFUSED),
    ],
    ids=[
        *("length before", "length behind", "unknown", "gzip", "twice", "identity", "extension", "negative", "hex"),
        *("huge", "huge extension", "no end"),
    ],
)
def test_chunks_go_before_a_length_and_are_read_strictly(answer: bytes, expected: bytes | str) -> None:
    assert came(answer) == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"X: a\r\n b\r\n\tc\r\n", b"abc"),
        (b"X: a\n", b"abc"),
        (b" X: a\r\n", REFUSED),
        (b"X: a\rContent-Length: 9\r\n", REFUSED),
        (b"X : a\r\n", REFUSED),
        (b": a\r\n", REFUSED),
        (b"X\xe9: a\r\n", REFUSED),
        (b"X: a\0b\r\n", REFUSED),
    ],
    ids=["folded", "bare LF", "folded first", "bare CR", "blank", "no name", "name", "NUL"],
)
def test_fields_that_could_be_read_in_two_ways_are_refused(head: bytes, expected: bytes | str) -> None:
    assert came(OK + head + b"Content-Length: 3\r\n\r\nabc") == expected


@pytest.mark.parametrize(
    "line",
    [
        *(
            b"HTTP/1.1 2000 OK",
            b"HTTP/1.1 099 OK",
            b"HTTP/1.1 abc OK",
            b"HTTP/1.1 -20 OK",
            b"HTTP/1.1 20",
            b"ICY 200 OK",
        ),
        *(b"HTTP/1.1 200 a\rb", b"\r\nHTTP/1.1 200 OK", b"HTTP 200 OK", b"<html>"),
    ],
)
def test_a_first_line_that_is_none_is_refused(line: bytes) -> None:
    assert came(line + b"\r\nContent-Length: 3\r\n\r\nabc") == REFUSED


def test_an_answer_without_a_head_as_before_http_1_is_no_page() -> None:
    for body in (b"<html>\n\n<p>Hello.</p>\n", b"Hello.\r\n\r\nThere.", b"<p>Hello.</p>"):
        assert came(body) in (REFUSED, "connection")


def test_a_head_without_end_is_given_up_long_before_the_pages_time() -> None:
    for piece in (b"X: a\r\n" * 1_000, b"a" * 10_000, b" a\r\n" * 1_000):
        assert outcome(endless(OK + b"X: a", piece), timeout=60.0)[0] == REFUSED
