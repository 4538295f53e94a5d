"""Our archives are read by the tools others use: warcio, FastWARC, gzip, pywb, and a browser that replays a page."""

import gzip
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator

from harvester.archive import Archive, RawRecord, read_records
from harvester.types import EPOCH, Capture, Header

NOW = "2026-01-02T03:04:05Z"
URL = "https://site.example/page?x=1"
TEXT = "The lamp burns above the harbour, ÄÖÜ"
DATES = ("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z")
KINDS = ["warcinfo", *["request", "response"], *["request", "revisit"] * 2, *["request", "response"] * 3, "resource"]


def fetched(uri: str, date: str, body: bytes, status: int, *headers: Header) -> Capture:
    asked = (Header("Host", "site.example"), Header("User-Agent", "test/1"))
    fields = (Header("Content-Type", "text/html; charset=utf-8"), *headers)
    return Capture(uri, date, body, status, "text/html; charset=utf-8", fields, asked, "192.0.2.1")


@pytest.fixture(scope="module")
def warc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One of each: a coded page, the same again, a 304, a redirect, a cut page, odd headers, a local file."""
    folder = tmp_path_factory.mktemp("readers")
    coded = gzip.compress(f"<html><body><p id=said>{TEXT}</p></body></html>".encode(), mtime=0)
    sent = (Header("Content-Encoding", "gzip"), Header("Transfer-Encoding", "chunked"), Header("ETag", '"v1"'))
    info = {"software": "test/1", "operator": "test", "robots": "obey"}
    with Archive(folder / "archive", now=NOW, name="c", info=info) as archive:
        for date in DATES[:2]:
            archive.add(fetched(URL, date, coded, 200, *sent))
        archive.add(Capture(URL, DATES[2], b"", 304, None, (Header("ETag", '"v1"'),)))
        archive.add(fetched("https://site.example/old", DATES[2], b"", 301, Header("Location", "/page?x=1")))
        cut = fetched("https://site.example/cut", DATES[0], b"<p>cut off he", 200)
        archive.add(Capture(cut.uri, cut.fetched_at, cut.body, 200, cut.content_type, cut.headers, truncated="length"))
        archive.add(fetched("https://site.example/odd", DATES[0], b"", 200, Header("X-é", "ü\x85"), Header("X-é", "")))
        archive.add(Capture("file:///pages/a%20b.html", EPOCH, b"<p>local</p>", content_type="text/html"))
    (file,) = (folder / "archive").glob("*.warc.gz")
    return file


def test_warcio_check_finds_nothing_and_reads_every_record(warc: Path) -> None:
    command = [Path(sys.executable).with_name("warcio"), "check", warc]
    checked = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")
    with warc.open("rb") as file:
        records = [(r.rec_type, r.raw_stream.read()) for r in ArchiveIterator(file, check_digests="raise")]
    assert [kind for kind, _ in records] == KINDS


def test_gzip_finds_nothing(warc: Path) -> None:
    assert subprocess.run(["gzip", "-t", warc], check=False, timeout=60).returncode == 0


def test_fastwarc_reads_as_many_records_and_every_digest_holds(warc: Path) -> None:
    with warc.open("rb") as file:
        records = []
        for record in FastIterator(file, parse_http=False):
            assert record.verify_block_digest(), record.record_id
            records.append((str(record.record_type).rpartition(".")[2], record.record_id))
    with warc.open("rb") as file:
        ours = [r for r in read_records(file) if isinstance(r, RawRecord)]
    assert [kind for kind, _ in records] == KINDS == [record.kind for record in ours]
    assert [name.strip("<>") for _, name in records] == [(r.field("WARC-Record-ID") or "").strip("<>") for r in ours]


def test_each_record_has_what_the_standard_asks_for(warc: Path) -> None:
    with warc.open("rb") as file:
        records = [r for r in read_records(file) if isinstance(r, RawRecord)]
    stated = records[0].block.decode().split("\r\n")
    assert [line.partition(": ")[0] for line in stated if line] == [
        "software", "operator", "robots", "isPartOf", "format", "conformsTo"
    ]  # fmt: skip
    assert records[0].field("WARC-Filename") == warc.name and warc.name == "c-20260102030405-00001.warc.gz"
    by_kind = {kind: [r for r in records if r.kind == kind] for kind in KINDS}
    for request, answer in zip(by_kind["request"], by_kind["response"][:1] + by_kind["revisit"], strict=False):
        assert request.field("WARC-Concurrent-To") == answer.field("WARC-Record-ID")
        assert request.block.startswith(b"GET /page?x=1 HTTP/1.1\r\n")
    for record in records:
        assert record.field("WARC-Block-Digest") and (record.kind == "warcinfo" or record.uri)
    first = by_kind["response"][0]
    assert (first.field("WARC-IP-Address"), first.date) == ("192.0.2.1", DATES[0])
    assert [r.field("WARC-Truncated") for r in by_kind["response"]] == [None, None, "length", None]
    same, unmodified = by_kind["revisit"]
    for revisit, profile in ((same, "identical-payload-digest"), (unmodified, "server-not-modified")):
        assert revisit.field("WARC-Profile") == f"http://netpreserve.org/warc/1.1/revisit/{profile}"
        assert revisit.field("WARC-Refers-To") == first.field("WARC-Record-ID")
        assert (revisit.field("WARC-Refers-To-Target-URI"), revisit.field("WARC-Refers-To-Date")) == (URL, DATES[0])
        assert revisit.field("WARC-Payload-Digest") == first.field("WARC-Payload-Digest")
    assert same.block.endswith(b"\r\n\r\n") and same.block.startswith(b"HTTP/1.1 200 ")
    assert unmodified.block == b""


class _Replay(BaseHTTPRequestHandler):
    """Answers `/URL` with what warcio reads of it: nothing of harvester's takes part."""

    warc: Path

    def do_GET(self) -> None:
        with self.warc.open("rb") as file:
            for record in ArchiveIterator(file):
                if record.rec_type == "response" and record.rec_headers["WARC-Target-URI"] == self.path[1:]:
                    self.send_response(int(record.http_headers.get_statuscode()))
                    for name, value in record.http_headers.headers:
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(record.raw_stream.read())
                    return
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:
        pass


def test_a_browser_shows_the_captured_page(warc: Path, tmp_path: Path) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("needs chromium: a page is replayed as a browser shows it")
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Replay", (_Replay,), {"warc": warc}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"http://127.0.0.1:{server.server_port}/{URL}"
        quiet = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-sync", f"--user-data-dir={tmp_path}")
        command = [chromium, *quiet, "--dump-dom", address]
        shown = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60).stdout
    finally:
        server.shutdown()
        server.server_close()
    assert f'<p id="said">{TEXT}</p>' in shown


@contextmanager
def _wayback(tools: Path, folder: Path, warc: Path) -> Iterator[str]:
    for arguments in (["init", "ours"], ["add", "ours", str(warc)]):
        subprocess.run([tools / "wb-manager", *arguments], cwd=folder, check=True, capture_output=True, timeout=60)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [tools / "wayback", "--bind", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/ours"
    finally:
        process.terminate()
        process.wait()


def test_pywb_replays_the_page_at_each_date(warc: Path, tmp_path: Path) -> None:
    tools = Path(os.environ.get("HARVESTER_PYWB", "/nonexistent"))
    if not (tools / "wayback").exists():
        pytest.skip("needs pywb in an environment of its own, its bin folder named by HARVESTER_PYWB")
    with _wayback(tools, tmp_path, warc) as address:
        for date in DATES:
            stamp = "".join(c for c in date if c.isdigit())
            with urllib.request.urlopen(f"{address}/{stamp}id_/{URL}", timeout=30) as answer:
                assert TEXT.encode() in answer.read()  # pywb undoes the coding for who accepts none
                assert answer.headers["Memento-Datetime"]
