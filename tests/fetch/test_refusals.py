"""What is never asked for and never sent: other schemes, private hosts, cookies, passwords."""

import logging
from pathlib import Path

import httpx
import pytest

from harvester.errors import InputError
from harvester.fetch import Known
from harvester.fetch.guard import GuardedTransport
from harvester.settings import resolve
from harvester.types import Header
from tests.fetch.loopback import Site, answer, fetch, outcome, redirect


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,hello",
        "ftp://127.0.0.1/",
        "gopher://127.0.0.1:70/",
        "http://",
        "http://[::1",
        "http://127.0.0.1:99999/",
        "http://a b/",
        "/" + "a" * 5_000,
    ],
)
def test_a_redirect_to_something_that_is_no_web_address_is_not_followed(location: str) -> None:
    with Site({"/": redirect(location)}) as site:
        [page] = fetch(f"{site.root}/")
    assert (page.reason, [c.status for c in page.captures]) == ("redirect", [302])
    assert site.targets == ["/"]


def test_cookies_are_never_sent_back_and_a_password_in_an_address_never_at_all() -> None:
    pages = {
        "/": answer(b"", "Location: /b", "Set-Cookie: canary=1; Path=/", status="302 Found"),
        "/b": answer(b"", "Location: http://canary:canary@127.0.0.1:{port}/c", status="302 Found"),
        "/c": answer(),
    }
    with Site(pages) as site:
        site.pages["/b"] = site.pages["/b"].replace(b"{port}", str(site.port).encode())
        first, second = fetch(f"http://canary:canary@127.0.0.1:{site.port}/", f"{site.root}/c")
    assert (first.reason, second.reason) == (None, None)
    assert site.targets == ["/", "/b", "/c", "/c"]
    for request in site.requests:
        assert "canary" not in request.head
        assert "authorization" not in request.head.lower()
    assert [capture.uri for capture in first.captures] == [f"{site.root}{path}" for path in ("/", "/b", "/c")]
    assert first.captures[0].header("set-cookie") == "canary=1; Path=/"


def test_nothing_that_one_origin_said_or_was_told_is_told_to_another() -> None:
    conditions = (Header("If-None-Match", '"canary1"'), Header("If-Modified-Since", "Thu, 01 Jan 2026 00:00:00 GMT"))
    told = ("Set-Cookie: canary2=1; Domain=127.0.0.1", "WWW-Authenticate: Basic realm=canary3", 'ETag: "canary4"')
    with Site({"/": answer()}, host="127.0.0.2") as other, Site({"/2": answer()}) as site:
        same = Site({"/c": redirect(f"{site.root}/2#canary5")}, host="127.0.0.1")  # another port of the host
        with same:
            site.pages["/?token=canary6"] = answer(b"", f"Location: {same.root}/c", *told, status="302 Found")
            site.pages["/2"] = answer(
                b"", f"Location: http://canary7:canary8@127.0.0.2:{other.port}/", *told, status="303 See"
            )
            [page] = fetch(
                f"http://canary9:canary0@127.0.0.1:{site.port}/?token=canary6",
                known=Known(conditions=lambda url, opt_out: conditions),
            )
    assert [capture.status for capture in page.captures] == [302, 302, 303, 200]
    first, last = site.requests
    assert "canary1" in first.head
    for request, path in ((same.requests[0], "/c"), (last, "/2"), (other.requests[0], "/")):
        names = [line.partition(":")[0] for line in request.head.splitlines()[1:] if line]
        assert names == ["Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"]
        assert "canary" not in request.head and request.target == path


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    assert outcome(answer()) == (None, "")


def test_nothing_of_an_address_or_a_header_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with Site({"/?token=canary": answer(b"ok", "Set-Cookie: canary")}) as site:
        fetch(f"{site.root}/?token=canary")
    assert "canary" not in caplog.text


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.1/", "file:///etc/passwd", "pages/a.html", "http://", "http://[::1", ""]
)
def test_what_is_no_web_address_is_a_failure_without_a_request(url: str) -> None:
    [page] = fetch(url)
    assert (page.url, page.reason, page.captures) == (url, "connection", ())
    assert page.detail.startswith("not an http or https address: ")


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "0x7f.1", "2130706433", "0177.0.0.1", "127.1", "0", "[::1]", "[::]"),
        *("[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "１２７.0.0.1"),
    ],
)
def test_loopback_is_refused_by_default_however_it_is_spelled(host: str) -> None:
    with Site({"/": answer()}) as site:
        for url in (f"http://{host}:80/", f"http://{host}:8080/", f"https://{host}/"):
            [page] = fetch(url, allow_private=False)
            assert (page.reason, page.captures) == ("private-address", ())
        assert page.detail == "the host has an address that is not public"
    assert site.requests == []


def test_a_redirect_to_a_private_address_is_refused_and_the_redirect_is_kept() -> None:
    def elsewhere(request: httpx.Request) -> httpx.Response:
        return httpx.Response(302, headers={"Location": "http://127.0.0.1:80/"}, stream=httpx.ByteStream(b""))

    class Mixed(httpx.AsyncBaseTransport):
        """The first host is made up, whatever it redirects to is dialled through the guard."""

        guarded = GuardedTransport(httpx.create_ssl_context(), allow_private=False)

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            return (
                await self.guarded.handle_async_request(request) if request.url.host[0] == "1" else elsewhere(request)
            )

    [page] = fetch("http://example.org/", transport=Mixed())
    assert (page.reason, [c.status for c in page.captures]) == ("private-address", [302])


@pytest.mark.parametrize("agent", ["", "a\r\nCookie: b", "a\n", " a", "naïve"])
def test_a_user_agent_that_no_header_can_hold_is_refused_with_the_settings(agent: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"fetch\.user_agent"):
        resolve({"fetch.user_agent": agent}, environ={}, folder=tmp_path)
    assert resolve({"fetch.user_agent": "a (+b)"}, environ={}, folder=tmp_path).fetch.user_agent == "a (+b)"
