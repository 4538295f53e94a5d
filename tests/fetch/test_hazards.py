"""What else hostile servers, names and environments do: no other host suffers, and no secret gets out."""

import asyncio
import datetime
import gzip
import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from contextlib import aclosing
from pathlib import Path

import httpx
import pytest
import trustme

from harvester.fetch import Fetched, fetch_pages
from harvester.fetch.guard import GuardedTransport
from harvester.settings import FetchSettings
from tests.conftest import Harvest
from tests.fetch.loopback import CHUNKED, DATE, OPEN, Site, answer, drip, endless, fetch, outcome, redirect


@pytest.mark.parametrize(
    "location",
    [
        *(
            "mailto:a@b.example",
            "blob:http://a.example/1",
            "about:blank",
            "view-source:http://a.example/",
            "ws://a.example/",
        ),
        *("http:", "http:///", "https://", "//", "http://[::1]:x/", "http://[v1.a]/", "http://a.example:-1/"),
        *(
            "http://%00/",
            "http://a%20b/",
            "http://1.2.3.4.5/",
            "http://256.1.1.1/",
            "http://0x100000000/",
            "http://[1::2::3]/",
        ),
        *("http://\xad/", "http://a.example:65536/", "http://xn--/"),
    ],
)
def test_no_location_makes_anything_but_a_failure_with_a_reason(location: str) -> None:
    with Site({"/": redirect(location)}) as site:
        [page] = fetch(f"{site.root}/")
    assert page.reason in ("redirect", "dns", "connection", "private-address", "protocol-error")
    assert [capture.status for capture in page.captures] == [302]


def test_tiny_chunks_and_endless_trailers_end_with_the_pages_time_or_bytes() -> None:
    began = time.monotonic()
    # Which bound is met first depends on how much of the flood one read brings.
    assert outcome(endless(CHUNKED, b"1\r\na\r\n" * 5_000), max_bytes=10_000)[0] in ("too-large", "protocol-error")
    trailers = drip(CHUNKED + b"1\r\na\r\n0\r\n", b"X: 1\r\n", 0.01)
    assert outcome(trailers, total_timeout=0.5)[0] in ("timeout", "protocol-error")
    assert time.monotonic() - began < 20


def test_a_bomb_is_kept_as_the_few_bytes_that_came_and_never_inflated_by_fetching() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    with Site({"/": answer(bomb, "Content-Encoding: gzip")}) as site:
        [page] = fetch(f"{site.root}/", max_bytes=100_000)
    assert (page.reason, page.captures[0].body) == (None, bomb)


def test_thousands_of_cookies_are_neither_kept_nor_sent_back() -> None:
    cookies = [f"Set-Cookie: c{n}={n}" for n in range(250)]
    with Site({f"/{n}": answer(b"ok", *cookies) for n in range(3)}) as site:
        fetch(*(f"{site.root}/{n}" for n in range(3)))
    assert all("cookie" not in request.head.lower() for request in site.requests)


def _tls_outcome(server: ssl.SSLContext, authority: trustme.CA) -> Fetched:
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    with Site({"/": answer()}, tls=server) as site:
        [page] = fetch(f"{site.root}/", transport=GuardedTransport(trust, allow_private=True))
    assert site.requests == []
    return page


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_an_expired_certificate_and_an_outdated_tls_are_refused() -> None:
    authority = trustme.CA()
    expired = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    yesterday = datetime.datetime(2020, 1, 1)
    authority.issue_cert("127.0.0.1", not_after=yesterday).configure_cert(expired)
    page = _tls_outcome(expired, authority)
    assert (page.reason, page.detail) == ("tls", "the certificate is refused: certificate has expired")
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(old)
    old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    assert _tls_outcome(old, authority).reason in ("tls", "connection")  # as the server says why, or only hangs up


def test_names_whose_servers_do_not_answer_hold_up_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def lookup(host: str, port: int, **how: object) -> list[object]:
        """As the system's resolver, which goes on asking long after a page has been given up."""
        if host.startswith("hole"):
            over.wait(60)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    with Site({"/": answer()}) as site:
        names = [*(f"hole{n}" for n in range(100)), "good", "fine"]
        try:
            pages = fetch(*(f"http://{name}.example:{site.port}/" for name in names), timeout=0.4)
        finally:
            over.set()
    assert sorted(page.url.split(".")[0] for page in pages if page.reason is None) == ["http://fine", "http://good"]
    assert [page.reason for page in pages if page.reason].count("dns") == 100


def test_a_flood_of_names_that_do_not_exist_is_a_failure_each_and_nothing_else() -> None:
    async def resolve(host: str, port: int) -> list[str]:
        if host.startswith("none"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return ["127.0.0.1"]

    transport = GuardedTransport(httpx.create_ssl_context(), allow_private=True, resolve=resolve)
    with Site({"/": answer()}) as site:
        names = [*(f"none{n}" for n in range(500)), "good"]
        pages = fetch(*(f"http://{name}.example:{site.port}/" for name in names), transport=transport, robots=True)
    assert [page.reason for page in pages if page.url.startswith("http://none")] == ["dns"] * 500
    assert [page.reason for page in pages if page.url.startswith("http://good")] == [None]


def test_fifty_hosts_that_hang_hold_up_nobody_else() -> None:
    ways = [
        drip(b"", b"", 60),  # silence
        drip(b"HTTP/1.1 200 OK\r\nX: ", b"a", 0.5),
        drip(CHUNKED, b"1\r\na\r\n", 0.5),
        drip(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.5),
    ]

    async def first_pages(urls: list[str], number: int) -> list[Fetched]:
        settings = FetchSettings(**OPEN | {"timeout": 60.0, "robots": True})  # type: ignore[arg-type]
        async with aclosing(fetch_pages(urls, settings, now=lambda: DATE)) as pages:
            return [await anext(pages) for _ in range(number)]

    hanging = {f"/{n}": ways[n % 4] for n in range(50)}
    with (
        Site(hanging | {"/robots.txt": ways[0]}, host="0.0.0.0") as bad,
        Site({"/": answer()}, host="127.2.0.1") as good,
    ):
        urls = [f"http://127.1.0.{n + 1}:{bad.port}/{n}" for n in range(50)]
        honest = [f"{good.root}/", f"{good.root}/2", good.root.replace("127.2.0.1", "127.2.0.2") + "/"]
        pages = asyncio.run(first_pages([*urls, *honest], 3))
    assert sorted(page.url for page in pages) == sorted(honest)


def test_a_name_with_a_thousand_addresses_costs_four_attempts() -> None:
    dialled = []

    async def resolve(host: str, port: int) -> list[str]:
        return [f"127.1.{n // 250}.{n % 250 + 1}" for n in range(1_000)]

    class Counting(GuardedTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            try:
                return await super().handle_async_request(request)
            finally:
                dialled.append(request.url.host)

    began = time.monotonic()
    [page] = fetch(
        "http://many.example:9/", transport=Counting(httpx.create_ssl_context(), allow_private=True, resolve=resolve)
    )
    assert (page.reason, page.detail, len(dialled)) == ("connection", "Connection refused", 1)
    assert time.monotonic() - began < 10


def test_robots_txt_too_is_dialled_through_the_guard_behind_a_redirect() -> None:
    class Mixed(httpx.AsyncBaseTransport):
        """The first host is made up, whatever it redirects to is dialled through the guard."""

        guarded = GuardedTransport(httpx.create_ssl_context(), allow_private=False)

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.host[0] == "1":
                return await self.guarded.handle_async_request(request)
            headers = {"Location": "http://169.254.169.254/latest/meta-data"}
            return httpx.Response(302, headers=headers, stream=httpx.ByteStream(b""))

    [page] = fetch("http://example.org/", transport=Mixed(), robots=True)
    assert (page.reason, page.tries, page.captures) == ("private-address", 0, ())


def test_nothing_of_the_environment_changes_who_is_asked_how(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login canary password canary\n")
    (tmp_path / "netrc").chmod(0o600)
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://canary:canary@127.0.0.1:9/")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing.pem"))
    with Site({"/": answer()}) as site:
        [page] = fetch(f"{site.root}/")
    assert page.reason is None
    assert "canary" not in site.requests[0].head and "authorization" not in site.requests[0].head.lower()


def test_a_secret_stands_in_no_file_no_message_and_no_request(harvest: Harvest, tmp_path: Path) -> None:
    pages = {
        "/a": answer(b"<p>The lamp is lit at sunset and out at dawn.</p>", "Set-Cookie: session=canary1"),
        "/b": answer(b"", "Location: /a", status="302 Found"),
        "/c": b"canary2 HTTP\r\n\r\n",
    }
    with Site(pages) as site:
        place = f"127.0.0.1:{site.port}"
        site.pages["/b"] = redirect(f"http://user:canary3@{place}/a#canary4")
        (tmp_path / "pages.md").write_text(
            "".join(f"- [{name}](http://canary5:canary6@{place}/{name})\n" for name in "abc")
            + f"- [d](http://{place}/a?d#canary7)\n"
        )
        environ = {"HTTP_PROXY": "http://canary8@127.0.0.1:9", "PYTHONASYNCIODEBUG": "1"}
        run = harvest("build", "pages.md", "-s", "fetch.allow_private=true", "-s", "fetch.delay=0", **environ)
    assert "canary" not in run.stdout + run.stderr
    assert all("canary" not in request.head for request in site.requests)
    for folder, _, names in os.walk(tmp_path / "corpus"):
        for name in names:
            content = (Path(folder) / name).read_bytes()
            if name.endswith(".warc.gz"):  # what servers sent is archived as they sent it; requests are ours
                records = gzip.decompress(content).split(b"WARC/1.1\r\n")
                content = b"".join(record for record in records if b"WARC-Type: response" not in record)
            assert b"canary" not in content, name


PRIVATE = """
http://127.0.0.1/ http://10.0.0.1/ http://169.254.169.254/ http://0x7f.1/ http://2130706433/ http://[::1]/ http://0/
http://[::ffff:10.0.0.1]/ http://[64:ff9b::a00:1]/ http://localhost/ https://192.168.1.1:8443/ http://100.100.100.200/
"""


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace (Debian package strace)")
def test_the_kernel_is_asked_for_no_connection_to_a_private_address(tmp_path: Path) -> None:
    code = f"""
import asyncio
from harvester.fetch import fetch_pages
from harvester.settings import FetchSettings
async def main():
    settings = FetchSettings(delay=0, retries=0, robots=True)
    return [page.reason async for page in fetch_pages({PRIVATE.split()!r}, settings, now=lambda: {DATE!r})]
print(*asyncio.run(main()))
"""
    command = ["strace", "-f", "-qq", "-e", "trace=connect", "-o", "trace.txt", sys.executable, "-c", code]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=120)
    assert run.stdout.split() == ["private-address"] * len(PRIVATE.split())
    dialled = [line for line in (tmp_path / "trace.txt").read_text().splitlines() if "AF_INET" in line]
    # getaddrinfo asks name servers, and connects unsent datagrams (port 0) to sort what it found.
    assert [line for line in dialled if "htons(53)" not in line and "htons(0)" not in line] == []
