"""Against a server that others run too: gzip, TLS, HTTP/2, ranges, conditional requests and rate limits of nginx."""

import gzip
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from socket import create_connection, create_server
from typing import NamedTuple
from urllib.request import Request, urlopen

import pytest
import trustme

from harvester.archive import Archive, Entry
from harvester.decode import undo_coding
from harvester.fetch.guard import GuardedTransport
from harvester.pipeline import FetchResult, fetch
from harvester.settings import FetchSettings, Settings
from harvester.types import Capture
from tests.conftest import NOW
from tests.fetch.loopback import OPEN

pytestmark = pytest.mark.skipif(shutil.which("nginx") is None, reason="needs nginx (Debian package nginx)")

LATER = "2027-08-09T10:11:12Z"
PACKED = b"<p>The bell is rung in fog.</p>\n" * 100
CONFIG = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 64; }}
http {{
  log_format said '$request $status range=$http_range alpn=$ssl_alpn_protocol if=$http_if_none_match|$http_if_modified_since';
  access_log {folder}/access.log said; default_type text/html; types {{ text/html html; text/plain txt; }}
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  gzip on; gzip_min_length 100; gzip_vary on;
  limit_req_zone $binary_remote_addr zone=slow:1m rate=1r/s;
  server {{
    listen 127.0.0.1:{plain}; listen 127.0.0.1:{secure} ssl http2;
    ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/server.key;
    root {folder}/site;
    location /limited/ {{ limit_req zone=slow; limit_req_status 429; alias {folder}/site/; }}
    location /untagged/ {{ etag off; alias {folder}/site/; }}
    location /packed/ {{ gzip_static on; }}
    location /moved {{ return 301 /page.html; }}
  }}
}}
"""


class Server(NamedTuple):
    """A running nginx."""

    folder: Path
    plain: str
    secure: str
    trust: ssl.SSLContext


def _free_port() -> int:
    with create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture(scope="module")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("nginx")
    folder.chmod(0o755)
    folder.parent.chmod(0o755)
    folder.parent.parent.chmod(0o755)
    (folder / "site").mkdir()
    (folder / "site" / "page.html").write_text("<p>The lamp is lit at sunset.</p>\n" * 200)
    (folder / "site" / "short.txt").write_text("The fog lifts.\n")
    (folder / "site" / "packed").mkdir()
    (folder / "site" / "packed" / "page.html").write_text("<p>This is for those who take no gzip.</p>\n")
    (folder / "site" / "packed" / "page.html.gz").write_bytes(gzip.compress(PACKED))
    (folder / "site" / "robots.txt").write_text("User-agent: *\nDisallow: /closed\n")
    authority, trust = trustme.CA(), ssl.create_default_context()
    authority.configure_trust(trust)
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_pem.write_to_path(folder / "server.key")
    for pem in certificate.cert_chain_pems:
        pem.write_to_path(folder / "server.pem", append=True)
    plain, secure = _free_port(), _free_port()
    (folder / "nginx.conf").write_text(CONFIG.format(folder=folder, plain=plain, secure=secure))
    running = subprocess.Popen(["nginx", "-e", folder / "error.log", "-c", folder / "nginx.conf"])
    try:
        for _ in range(200):
            try:
                create_connection(("127.0.0.1", secure)).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.05)
        yield Server(folder, f"http://127.0.0.1:{plain}", f"https://127.0.0.1:{secure}", trust)
    finally:
        running.terminate()
        running.wait(10)


def run(nginx: Server, folder: Path, *urls: str, now: str = NOW, **changed: object) -> FetchResult:
    (folder / "pages.txt").write_text("".join(f"{url}\n" for url in urls))
    settings = Settings(fetch=FetchSettings(**OPEN | {"robots": True} | changed))  # type: ignore[arg-type]
    transport = GuardedTransport(nginx.trust, allow_private=True)
    return fetch(str(folder / "pages.txt"), output=folder, settings=settings, now=now, transport=transport)


def archived(folder: Path, url: str) -> tuple[Entry, Capture]:
    with Archive(folder / "pages" / "archive", now=NOW, name="pages", info={"software": "test"}) as archive:
        entry = archive.find(url)
        assert entry is not None
        return entry, archive.read(entry)


def logged(nginx: Server, path: str) -> list[str]:
    """What nginx noted of the requests for a path, in order."""
    lines = (nginx.folder / "access.log").read_text().splitlines()
    return [line for line in lines if line.startswith(f"GET {path} ")]


def test_a_page_over_tls_with_gzip_is_archived_as_it_was_sent(nginx: Server, tmp_path: Path) -> None:
    result = run(nginx, tmp_path, f"{nginx.secure}/moved", f"{nginx.secure}/closed/a", f"{nginx.secure}/none")
    assert {failure.name.rsplit("/", 1)[1]: failure.reason for failure in result.failures} == {
        "a": "robots",
        "none": "http-404",
    }
    _, page = archived(tmp_path, f"{nginx.secure}/page.html")
    assert page.header("content-encoding") == "gzip" and len(page.body) < 1_000
    assert undo_coding(page.body, "gzip", 10_000) == (nginx.folder / "site" / "page.html").read_bytes()


def test_a_server_that_offers_http_2_is_spoken_to_in_http_1_1(nginx: Server, tmp_path: Path) -> None:
    trust = ssl.create_default_context(cadata="")
    trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    trust.set_alpn_protocols(["h2", "http/1.1"])
    with (
        create_connection(("127.0.0.1", int(nginx.secure.rsplit(":", 1)[1]))) as plain,
        trust.wrap_socket(plain) as tls,
    ):
        assert tls.selected_alpn_protocol() == "h2"
    body = b"".join(b"<p>Step %d of the lighthouse.</p>\n" % number for number in range(20_000))
    (nginx.folder / "site" / "long.html").write_bytes(body)
    assert run(nginx, tmp_path, f"{nginx.secure}/long.html").failures == ()
    assert logged(nginx, "/long.html") == ["GET /long.html HTTP/1.1 200 range=- alpn=http/1.1 if=-|-"]
    _, page = archived(tmp_path, f"{nginx.secure}/long.html")
    assert undo_coding(page.body, page.header("content-encoding"), 10_000_000) == body


def test_a_server_that_gives_ranges_is_asked_for_the_whole_page(nginx: Server, tmp_path: Path) -> None:
    (nginx.folder / "site" / "ranged.txt").write_text("The fog lifts.\n")
    part = urlopen(Request(f"{nginx.plain}/ranged.txt", headers={"Range": "bytes=0-3"}))
    assert (part.status, part.read()) == (206, b"The ")
    assert run(nginx, tmp_path, f"{nginx.plain}/ranged.txt").failures == ()
    _, page = archived(tmp_path, f"{nginx.plain}/ranged.txt")
    assert (page.status, page.header("accept-ranges"), page.body) == (200, "bytes", b"The fog lifts.\n")
    assert logged(nginx, "/ranged.txt")[1:] == ["GET /ranged.txt HTTP/1.1 200 range=- alpn=- if=-|-"]


def test_a_page_that_lies_there_compressed_is_archived_byte_for_byte(nginx: Server, tmp_path: Path) -> None:
    url = f"{nginx.plain}/packed/page.html"
    assert run(nginx, tmp_path, url).failures == ()
    _, page = archived(tmp_path, url)
    assert page.body == (nginx.folder / "site" / "packed" / "page.html.gz").read_bytes()
    assert (page.header("content-encoding"), undo_coding(page.body, "gzip", 10_000)) == ("gzip", PACKED)


@pytest.mark.parametrize(("name", "weak"), [("/page.html", True), ("/packed/page.html", False), ("/short.txt", False)])
def test_an_unchanged_page_is_answered_with_304_and_a_changed_one_comes(
    nginx: Server, tmp_path: Path, name: str, weak: bool
) -> None:
    url, file = f"{nginx.plain}{name}", nginx.folder / "site" / name.removeprefix("/")
    first = run(nginx, tmp_path, url)
    before, page = archived(tmp_path, url)
    etag, date = page.header("etag") or "", page.header("last-modified")
    assert etag.startswith("W/") is weak  # nginx weakens that of a page which it compresses while sending
    same = run(nginx, tmp_path, url, mode="refresh", now=LATER)
    assert (first.bytes > same.bytes > 0, same.archived) == (True, 1)  # of the second run robots.txt is all that came
    # nginx logs a quotation mark as \\x22
    quoted = etag.replace('"', "\\x22")
    assert logged(nginx, name)[-1] == f"GET {name} HTTP/1.1 304 range=- alpn=- if={quoted}|{date}"
    assert archived(tmp_path, url) == (before, page)
    if name == "/packed/page.html":
        file = file.with_name("page.html.gz")
    file.write_bytes(gzip.compress(b"new") if file.suffix == ".gz" else b"<p>The lamp is out.</p>\n" * 300)
    changed = run(nginx, tmp_path, url, mode="refresh", now=LATER)
    assert changed.bytes > 0
    assert archived(tmp_path, url)[0].fetched_at == LATER


def test_a_date_alone_is_asked_with_where_the_server_gives_no_tag(nginx: Server, tmp_path: Path) -> None:
    url = f"{nginx.plain}/untagged/short.txt"
    run(nginx, tmp_path, url)
    _, page = archived(tmp_path, url)
    assert page.header("etag") is None
    run(nginx, tmp_path, url, mode="refresh", now=LATER)
    last = logged(nginx, "/untagged/short.txt")[-1]
    assert last == f"GET /untagged/short.txt HTTP/1.1 304 range=- alpn=- if=-|{page.header('last-modified')}"


def test_a_page_comes_anew_when_its_site_asks_otherwise_and_not_when_it_asks_the_same(
    nginx: Server, tmp_path: Path
) -> None:
    file = nginx.folder / "site" / ".well-known" / "tdmrep.json"
    file.parent.mkdir()
    url, found = f"{nginx.plain}/wished.txt", []
    (nginx.folder / "site" / "wished.txt").write_text("The gulls are silent.\n")
    for number, (wish, asking) in enumerate([(0, True), (1, True), (1, True), (0, False), (0, True), (1, False)]):
        file.write_text(f'[{{"location": "/", "tdm-reservation": {wish}}}]')
        run(nginx, tmp_path, url, mode="refresh", now=f"2027-01-1{number}T00:00:00Z", opt_out_files=asking)
        entry, page = archived(tmp_path, url)
        found.append((logged(nginx, "/wished.txt")[-1].split()[3], page.opt_out, entry.fetched_at[8:10]))
    assert found == [
        ("200", None, "10"),
        ("200", "tdmrep.json tdm-reservation", "11"),
        ("304", "tdmrep.json tdm-reservation", "11"),
        ("304", "tdmrep.json tdm-reservation", "11"),  # nobody asked whether it still holds
        ("200", None, "14"),
        ("304", None, "14"),
    ]


def test_a_server_that_limits_its_rate_gets_its_pauses_and_every_page_comes(nginx: Server, tmp_path: Path) -> None:
    urls = [f"{nginx.plain}/limited/page.html?{number}" for number in range(4)]
    result = run(nginx, tmp_path, *urls, retries=4, backoff=1.2)
    assert (result.failures, result.archived) == ((), 4)
    assert " 429 " in (nginx.folder / "access.log").read_text()
