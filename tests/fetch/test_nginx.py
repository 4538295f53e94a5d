"""Against a server that others run too: gzip, TLS, conditional requests and rate limits of nginx."""

import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from socket import create_connection, create_server
from typing import NamedTuple

import pytest
import trustme

from harvester.archive import Archive
from harvester.decode import undo_coding
from harvester.fetch.guard import GuardedTransport
from harvester.pipeline import FetchResult, fetch
from harvester.settings import FetchSettings, Settings
from tests.conftest import NOW
from tests.fetch.loopback import OPEN

pytestmark = pytest.mark.skipif(shutil.which("nginx") is None, reason="needs nginx (Debian package nginx)")

LATER = "2027-08-09T10:11:12Z"
CONFIG = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 64; }}
http {{
  access_log {folder}/access.log; default_type text/html; types {{ text/html html; text/plain txt; }}
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  gzip on; gzip_min_length 100; gzip_vary on;
  limit_req_zone $binary_remote_addr zone=slow:1m rate=2r/s;
  server {{
    listen 127.0.0.1:{plain}; listen 127.0.0.1:{secure} ssl;
    ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/server.key;
    root {folder}/site;
    location /limited/ {{ limit_req zone=slow; limit_req_status 429; alias {folder}/site/; }}
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


def test_a_page_over_tls_with_gzip_is_archived_as_it_was_sent(nginx: Server, tmp_path: Path) -> None:
    result = run(nginx, tmp_path, f"{nginx.secure}/moved", f"{nginx.secure}/closed/a", f"{nginx.secure}/none")
    assert {failure.name.rsplit("/", 1)[1]: failure.reason for failure in result.failures} == {
        "a": "robots",
        "none": "http-404",
    }
    with Archive(tmp_path / "pages" / "archive", now=NOW, name="pages", info={"software": "test"}) as archive:
        entry = archive.find(f"{nginx.secure}/page.html")
        assert entry is not None
        page = archive.read(entry)
    assert page.header("content-encoding") == "gzip" and len(page.body) < 1_000
    assert undo_coding(page.body, "gzip", 10_000) == (nginx.folder / "site" / "page.html").read_bytes()


def test_an_unchanged_page_is_answered_with_304_and_a_changed_one_comes(nginx: Server, tmp_path: Path) -> None:
    url = f"{nginx.plain}/page.html"
    first = run(nginx, tmp_path, url)
    same = run(nginx, tmp_path, url, mode="refresh", now=LATER)
    assert (first.bytes > same.bytes > 0, same.archived) == (True, 1)  # of the second run robots.txt is all that came
    log = (nginx.folder / "access.log").read_text()
    assert '"GET /page.html HTTP/1.1" 304 0 ' in log
    (nginx.folder / "site" / "page.html").write_text("<p>The lamp is out.</p>\n" * 300)
    changed = run(nginx, tmp_path, url, mode="refresh", now=LATER)
    assert changed.bytes > 0
    with Archive(tmp_path / "pages" / "archive", now=NOW, name="pages", info={"software": "test"}) as archive:
        entry = archive.find(url)
    assert entry is not None and entry.fetched_at == LATER


def test_a_server_that_limits_its_rate_gets_its_pauses_and_every_page_comes(nginx: Server, tmp_path: Path) -> None:
    urls = [f"{nginx.plain}/limited/page.html?{number}" for number in range(6)]
    result = run(nginx, tmp_path, *urls, retries=4, backoff=0.6)
    assert (result.failures, result.archived) == ((), 6)
    assert " 429 " in (nginx.folder / "access.log").read_text()
