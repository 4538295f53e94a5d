"""What is captured of a page that comes: its bytes, its headers, every redirect on the way."""

import gzip

import httpx
import msgspec
import pytest

from harvester.fetch import Fetched, next_hop
from harvester.types import Capture, Header
from tests.fetch.loopback import CHUNK, CHUNKED, DATE, Site, answer, endless, fetch, outcome, redirect


def test_a_page_is_captured_with_all_that_was_sent_and_received() -> None:
    with Site(
        {"/a?b=c": answer(b"<p>caf\xe9</p>", "X-Odd:  two  words ", "x-odd: \xe9", content_type="Text/HTML")}
    ) as site:
        [page] = fetch(f"{site.root}/a?b=c")
    assert page.host is not None
    assert msgspec.structs.replace(page, host=None) == Fetched(
        url=f"{site.root}/a?b=c",
        tries=1,
        captures=(
            Capture(
                uri=f"{site.root}/a?b=c",
                fetched_at=DATE,
                body=b"<p>caf\xe9</p>",
                status=200,
                content_type="Text/HTML",
                headers=(
                    Header("Content-Length", "11"),
                    Header("X-Odd", "two  words"),
                    Header("x-odd", "é"),
                    Header("Content-Type", "Text/HTML"),
                ),
                request_headers=(
                    Header("Host", f"127.0.0.1:{site.port}"),
                    Header("User-Agent", "test/1"),
                    Header(
                        "Accept", "text/html, application/xhtml+xml, application/xml;q=0.9, text/*;q=0.8, */*;q=0.1"
                    ),
                    Header("Accept-Encoding", "gzip, deflate, br, zstd"),
                    Header("Connection", "close"),
                ),
                ip="127.0.0.1",
                robots="ignored",
            ),
        ),
    )
    [request] = site.requests
    sent = "".join(f"{h.name}: {h.value}\r\n" for h in page.captures[0].request_headers)
    assert request.head == f"GET /a?b=c HTTP/1.1\r\n{sent}\r\n"


def test_a_compressed_page_is_kept_as_it_was_sent() -> None:
    body = gzip.compress(b"<p>Hello.</p>" * 100)
    with Site({"/": answer(body, "Content-Encoding: gzip")}) as site:
        [page] = fetch(f"{site.root}/")
    assert page.captures[0].body == body
    assert page.captures[0].header("content-encoding") == "gzip"


def test_an_error_status_is_a_capture_and_not_a_failure() -> None:
    with Site({"/gone": answer(b"\x89PNG", status="410 Gone", content_type="image/png")}) as site:
        missing, gone = fetch(f"{site.root}/missing", f"{site.root}/gone")
    assert (missing.reason, missing.captures[0].status, missing.captures[0].body) == (
        None,
        404,
        b"<p>Nothing here.</p>",
    )
    assert (gone.reason, gone.captures[0].status, gone.captures[0].body) == (None, 410, b"\x89PNG")


def test_every_redirect_is_captured_on_the_way_to_the_page() -> None:
    pages = {
        "/1": redirect("/2", "301 Moved Permanently"),
        "/2": redirect("3?x=\xc3\xa9#part", "307 Temporary Redirect"),
        "/3?x=%C3%A9": answer(b"<p>There.</p>"),
    }
    with Site(pages) as site:
        [page] = fetch(f"{site.root}/1#top")
    assert page.url == f"{site.root}/1#top"
    assert [(c.uri.removeprefix(site.root), c.status, c.body) for c in page.captures] == [
        ("/1", 301, b""),
        ("/2", 307, b""),
        ("/3?x=%C3%A9", 200, b"<p>There.</p>"),
    ]
    assert [next_hop(c) for c in page.captures] == [f"{site.root}/2", f"{site.root}/3?x=%C3%A9", None]


def test_as_many_redirects_are_followed_as_the_settings_say() -> None:
    pages = {f"/{n}": redirect(f"/{n - 1}") for n in range(1, 5)} | {"/0": answer()}
    with Site(pages) as site:
        [three] = fetch(f"{site.root}/3", redirects=3)
        [four] = fetch(f"{site.root}/4", redirects=3)
        [none] = fetch(f"{site.root}/1", redirects=0)
    assert (three.reason, [c.status for c in three.captures]) == (None, [302, 302, 302, 200])
    assert (four.reason, four.detail, len(four.captures)) == ("redirect", "more than 3 redirects", 4)
    assert (none.reason, none.detail, len(none.captures)) == ("redirect", "more than 0 redirects", 1)


def test_redirects_that_go_round_end_at_the_second_visit() -> None:
    with Site({"/a": redirect("/b"), "/b": redirect("/a"), "/self": redirect("/self")}) as site:
        pair, self = fetch(f"{site.root}/a", f"{site.root}/self")
    assert (pair.reason, pair.detail, len(pair.captures)) == ("redirect", "the redirects go round in a circle", 2)
    assert (self.reason, self.detail, len(self.captures)) == ("redirect", "the redirects go round in a circle", 1)
    assert site.targets == ["/a", "/b", "/self"]


def test_a_redirect_that_names_no_place_fails() -> None:
    with Site({"/": answer(b"", status="302 Found"), "/304": answer(b"", "Location: /", status="300 Choose")}) as site:
        nowhere, choice = fetch(f"{site.root}/", f"{site.root}/304")
    assert (nowhere.reason, nowhere.detail) == ("redirect", "status 302 that names no other address")
    assert (choice.reason, choice.detail) == ("redirect", "status 300 that names no other address")


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "text/markdown;charset=utf-8", "application/xhtml+xml", "Application/XML ; a=b"]
)
def test_text_and_pages_that_name_no_type_are_taken(content_type: str) -> None:
    assert outcome(answer(content_type=content_type)) == (None, "")


@pytest.mark.parametrize("content_type", ["image/png", "Application/PDF; x", "application/octet-stream", "textual"])
def test_other_content_types_are_refused_before_their_body_is_read(content_type: str) -> None:
    head = CHUNKED.replace(b"text/html", content_type.encode())
    expected = content_type.partition(";")[0].lower()
    assert outcome(endless(head, CHUNK), max_bytes=100) == ("not-html", expected)


def test_a_transport_given_by_the_caller_is_used_without_the_guard_and_has_no_peer() -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, stream=httpx.ByteStream(b"ok")))
    [page] = fetch("http://10.0.0.1:22/", transport=transport, allow_private=False)
    assert (page.captures[0].body, page.captures[0].ip, page.captures[0].content_type) == (b"ok", None, None)


def test_a_line_break_in_a_header_is_refused() -> None:
    headers = [(b"X", b"a\r\nWARC-Type: response")]
    transport = httpx.MockTransport(lambda request: httpx.Response(200, headers=headers, stream=httpx.ByteStream(b"")))
    [page] = fetch("http://example.org/", transport=transport)
    assert (page.reason, page.detail) == ("protocol-error", "a line break or NUL inside a header")
