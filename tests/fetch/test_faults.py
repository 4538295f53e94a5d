"""How each fault of a server or of the network is named, and that nothing without an end is read."""

import asyncio
import socket
import struct
import time
import tracemalloc

import pytest

from tests.fetch.loopback import CHUNK, CHUNKED, Behaviour, Site, answer, drip, endless, fetch, outcome, redirect


def test_a_redirect_to_a_name_that_cannot_exist_ends_in_a_dns_failure() -> None:
    with Site({"/": redirect(f"http://{'a' * 64}.example:80/")}) as site:
        [page] = fetch(f"{site.root}/")
    assert (page.reason, page.detail) == ("dns", "the host name does not resolve")


def test_the_endless_body_of_a_redirect_is_not_read() -> None:
    head = b"HTTP/1.1 302 Found\r\nLocation: /page\r\nTransfer-Encoding: chunked\r\n\r\n"
    with Site({"/": endless(head, CHUNK), "/page": answer()}) as site:
        began = time.monotonic()
        [page] = fetch(f"{site.root}/")
    assert ([(c.status, len(c.body)) for c in page.captures], page.reason) == ([(302, 0), (200, 13)], None)
    assert time.monotonic() - began < 2


def test_a_body_may_be_as_long_as_the_limit_and_no_longer() -> None:
    assert outcome(answer(b"a" * 1_000), max_bytes=1_000) == (None, "")
    assert outcome(answer(b"a" * 1_001), max_bytes=1_000) == ("too-large", "more than 1000 bytes on the wire")


def test_an_endless_body_is_cut_off_at_the_limit_without_filling_memory() -> None:
    tracemalloc.start()
    try:
        assert outcome(endless(CHUNKED, CHUNK), max_bytes=3_000_000) == (
            "too-large",
            "more than 3000000 bytes on the wire",
        )
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_a_page_that_drips_is_given_up_when_its_time_is_over() -> None:
    began = time.monotonic()
    body = drip(answer(b"")[:-4].replace(b"Content-Length: 0", b"Content-Length: 999") + b"\r\n\r\n", b"a", 0.05)
    assert outcome(body, total_timeout=0.4) == ("timeout", "not complete within 0.4 seconds")
    assert outcome(drip(b"HTTP/1.1 200 OK\r\nX: ", b"a", 0.05), total_timeout=0.4)[0] == "timeout"
    hints = b"HTTP/1.1 103 Early Hints\r\n\r\n"
    assert outcome(drip(b"", hints, 0.05), total_timeout=0.4)[0] == "timeout"
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("chunk", [0, 8, 65_536])
def test_a_large_page_is_taken_whole_also_where_its_head_came_alone(chunk: int) -> None:
    body = b"a" * 2**20
    framed = b"".join(b"%x\r\n%b\r\n" % (chunk, body[n : n + chunk]) for n in range(0, len(body), chunk or len(body)))
    framing = b"Transfer-Encoding: chunked" if chunk else b"Content-Length: %d" % len(body)

    async def slow(writer: asyncio.StreamWriter) -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX: " + b"x" * 50_000 + b"\r\n" + framing + b"\r\n\r\n"
        writer.write(head)
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.write(framed + b"0\r\n\r\n" if chunk else body)
        await writer.drain()

    assert outcome(slow) == (None, "")


def test_an_answer_of_little_but_framing_is_given_up_long_before_its_time_or_bytes_are_used_up() -> None:
    refused = ("protocol-error", "far more bytes of framing than of a page")
    assert outcome(endless(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100), total_timeout=60.0) == refused
    assert outcome(endless(CHUNKED, b"1\r\na\r\n" * 5_000), total_timeout=60.0) == refused
    whole = CHUNKED + b"1\r\na\r\n" * 5_000 + b"0\r\n\r\n"
    assert outcome(whole) == (None, "")


def test_a_server_that_falls_silent_is_given_up_after_the_read_timeout() -> None:
    assert outcome(drip(b"HTTP/1.1 200 OK\r\n", b"", 60), timeout=0.2) == (
        "timeout",
        "the server was silent for 0.2 seconds",
    )


def test_the_time_limit_holds_for_all_redirects_together_but_not_for_the_pauses_between_them() -> None:
    async def slow(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.3)
        writer.write(redirect("/again"))

    with Site({"/": slow, "/again": slow}) as site:
        [page] = fetch(f"{site.root}/", total_timeout=0.5)
    assert (page.reason, len(page.captures)) == ("timeout", 1)
    with Site({"/": redirect("/b"), "/b": redirect("/c"), "/c": answer()}) as site:
        [page] = fetch(f"{site.root}/", total_timeout=0.5, delay=0.4)
    assert (page.reason, len(page.captures)) == (None, 3)


async def _reset(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
    await writer.drain()
    await asyncio.sleep(0.05)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@pytest.mark.parametrize(
    ("page", "detail"),
    [
        (b"", "the server broke the connection off"),
        (b"HTTP/1.1 200 OK\r\nConte", "the server broke the connection off"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc", "the server broke the connection off"),
        (CHUNKED + b"5\r\nab", "the server broke the connection off"),
        (CHUNKED + b"5\r\nabcde\r\n", "the server broke the connection off"),
        (_reset, "Connection reset by peer"),
    ],
)
def test_an_answer_that_breaks_off_is_a_connection_failure(page: bytes | Behaviour, detail: str) -> None:
    assert outcome(page) == ("connection", detail)


def test_a_port_where_nobody_listens_is_a_connection_failure() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        [page] = fetch(f"http://127.0.0.1:{free.getsockname()[1]}/")
    assert (page.reason, page.detail, page.captures) == ("connection", "Connection refused", ())


@pytest.mark.parametrize(
    "page",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"<p>No head at all.</p>\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 5_000_000 + b"\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
        CHUNKED + b"zz\r\nab\r\n",
    ],
)
def test_an_answer_that_is_not_http_is_a_protocol_error(page: bytes) -> None:
    assert outcome(page)[0] == "protocol-error"


@pytest.mark.parametrize(
    "page",
    [
        answer(status="206 Partial Content"),
        answer(b"<p>He", "Content-Range: bytes 0-4/13", status="206 Partial Content"),
        answer(b"<p>He", "content-range: bytes 0-4/13"),
    ],
    ids=["status", "both", "field"],
)
def test_a_part_that_nobody_asked_for_is_not_taken_for_the_page(page: bytes) -> None:
    assert outcome(page) == ("protocol-error", "a part of the page, though the whole was asked for")


def test_a_range_that_nobody_asked_for_and_cannot_be_had_is_the_answer_that_it_is() -> None:
    with Site({"/": answer(b"", "Content-Range: bytes */13", status="416 Range Not Satisfiable")}) as site:
        [page] = fetch(f"{site.root}/")
    assert (page.reason, page.captures[0].status) == (None, 416)


def test_headers_are_bounded_in_number_and_in_bytes() -> None:
    plain = len([line for line in answer().split(b"\r\n\r\n")[0].split(b"\r\n")[1:] if line])
    assert outcome(answer(b"ok", *["X: 1"] * (256 - plain))) == (None, "")
    assert outcome(answer(b"ok", *["X: 1"] * (257 - plain))) == ("protocol-error", "more than 256 header fields")
    assert outcome(answer(b"ok", *["X: 1"] * 10_000)) == ("protocol-error", "more than 256 header fields")
    assert outcome(answer(b"ok", "X: " + "a" * 65_000)) == (None, "")
    assert outcome(answer(b"ok", "X: " + "a" * 66_000)) == ("protocol-error", "more than 65536 bytes of headers")


def test_a_host_that_does_not_resolve_is_a_dns_failure() -> None:
    [page] = fetch("http://no-such-host.invalid/")
    assert (page.reason, page.detail, page.captures) == ("dns", "the host name does not resolve", ())
