"""Which servers are trusted over TLS, and what comes of the others."""

import asyncio
import shutil
import socket
import ssl
import subprocess
from pathlib import Path

import httpx
import pytest
import trustme

from harvester.fetch import Fetched, fetch_pages, next_hop
from harvester.fetch.guard import GuardedTransport
from harvester.settings import FetchSettings
from harvester.types import Capture, Header
from tests.fetch.loopback import DATE, OPEN, Site, answer, fetch, outcome, redirect


def _server_tls(*names: str, authority: trustme.CA | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    (authority or trustme.CA()).issue_cert(*names).configure_cert(context)
    return context


def test_a_certificate_of_an_unknown_authority_is_a_tls_failure() -> None:
    with Site({"/": answer()}, tls=_server_tls("127.0.0.1")) as site:
        [page] = fetch(f"{site.root}/")
    assert (page.reason, page.captures) == ("tls", ())
    assert page.detail.startswith("the certificate is refused: ")
    assert site.requests == []


def test_a_server_that_speaks_no_tls_is_a_tls_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        async def talk() -> Fetched:
            loop = asyncio.get_running_loop()
            server.setblocking(False)

            async def serve() -> None:
                client, _ = await loop.sock_accept(server)
                with client:
                    await loop.sock_recv(client, 4096)
                    await loop.sock_sendall(client, answer())
                    await asyncio.sleep(0.2)

            serving = asyncio.create_task(serve())
            url = f"https://127.0.0.1:{server.getsockname()[1]}/"
            settings = FetchSettings(**OPEN)
            [page] = [page async for page in fetch_pages([url], settings, now=lambda: DATE)]
            await serving
            return page

        page = asyncio.run(talk())
    assert (page.reason, page.detail) == ("tls", "no TLS connection could be agreed on")


def test_a_tls_handshake_that_hangs_ends_with_the_pages_time_and_its_connection_is_closed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        [page] = fetch(f"https://127.0.0.1:{server.getsockname()[1]}/", total_timeout=0.3)
        client, _ = server.accept()
        with client:
            client.settimeout(2)
            while client.recv(4096):  # the hello of the handshake, then the end
                pass
    assert (page.reason, page.detail) == ("timeout", "not complete within 0.3 seconds")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl (Debian package openssl)")
@pytest.mark.parametrize(("digest", "reason"), [("sha256", None), ("sha1", "tls"), ("md5", "tls")])
def test_a_certificate_signed_with_a_broken_digest_is_refused(tmp_path: Path, digest: str, reason: str | None) -> None:
    (tmp_path / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    for command in (
        "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=ca -sha256",
        "req -newkey rsa:2048 -nodes -keyout site.key -out site.csr -subj /CN=site",
        f"x509 -req -in site.csr -CA ca.pem -CAkey ca.key -CAcreateserial -{digest} -extfile names -out site.pem",
    ):
        subprocess.run(["openssl", *command.split()], cwd=tmp_path, check=True, capture_output=True)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.set_ciphers("ALL:@SECLEVEL=0")
    server.load_cert_chain(tmp_path / "site.pem", tmp_path / "site.key")
    trust = httpx.create_ssl_context(trust_env=False)  # the one that is used where no other is given
    trust.load_verify_locations(tmp_path / "ca.pem")
    with Site({"/": answer()}, tls=server) as site:
        [page] = fetch(f"{site.root}/", transport=GuardedTransport(trust, allow_private=True))
    assert page.reason == reason


def test_a_certificate_is_checked_against_the_hosts_name_although_an_address_is_dialled() -> None:
    authority = trustme.CA()
    trust = ssl.create_default_context()
    authority.configure_trust(trust)

    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    transport = GuardedTransport(trust, allow_private=True, resolve=resolve)
    with Site({"/": answer()}, tls=_server_tls("good.example", authority=authority)) as site:
        [good] = fetch(f"https://good.example:{site.port}/", transport=transport)
        [other] = fetch(f"https://other.example:{site.port}/", transport=transport)
    assert (good.reason, good.captures[0].ip) == (None, "127.0.0.1")
    assert f"Host: good.example:{site.port}\r\n" in site.requests[0].head
    assert (other.reason, len(site.requests)) == ("tls", 1)


def test_a_server_that_speaks_http_2_unasked_is_a_protocol_error() -> None:
    authority = trustme.CA()
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    settings_frame = b"\0\0\0\x04\0\0\0\0\0"
    with Site({"/": settings_frame * 3}, tls=_server_tls("127.0.0.1", authority=authority)) as site:
        [page] = fetch(f"{site.root}/", transport=GuardedTransport(trust, allow_private=True))
    assert (page.reason, page.captures) == ("protocol-error", ())
    # The head of the answer that HTTP/2 gives to HTTP/1.1 (RFC 9113 3.4): settings, then GOAWAY.
    assert outcome(settings_frame + b"\0\0\x08\x07\0\0\0\0\0\0\0\0\0\0\0\0\x01")[0] in ("protocol-error", "connection")


def test_a_page_over_tls_does_not_lead_back_to_plain_http() -> None:
    secure = Capture("https://example.org/a", DATE, b"", 302, headers=(Header("location", "//example.org/b"),))
    assert next_hop(secure) == "https://example.org/b"
    authority = trustme.CA()
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    transport = GuardedTransport(trust, allow_private=True)
    tls = _server_tls("127.0.0.1", authority=authority)
    with Site({"/": answer()}) as plain, Site({"/": redirect(f"{plain.root}/")}, tls=tls) as site:
        [page] = fetch(f"{site.root}/", transport=transport)
    assert (page.reason, page.detail) == ("redirect", "a redirect from https to http")
    assert ([c.status for c in page.captures], plain.requests) == ([302], [])
