"""Many hosts at once, some of them hostile, each in its way: every honest page comes, and nothing piles up.

In every run 60 hosts of 5 pages. `HARVESTER_CROWD=1000x20 pytest tests/fetch/test_crowd.py -s` takes so many, of which 5 % are
hostile, three times in turn with none of them hostile; it prints what was measured and checks the honest hosts' speed.
"""

import asyncio
import gzip
import json
import os
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

import pytest

from tests.conftest import NOW
from tests.fetch.loopback import CHUNK, CHUNKED, OPEN, Behaviour, Site, answer, drip, endless, redirect

PAGE = answer(b"<p>The keeper climbs the forty steps before sunset and trims the wick of the lamp.</p>\n" * 300)
HINT = b"HTTP/1.1 103 Early Hints\r\n\r\n"
HEAD = b"HTTP/1.1 200 OK\r\n"


async def _reset(writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD + b"Content-Length: 100\r\n\r\nabc")
    await writer.drain()
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


HOSTILE: dict[str, bytes | Behaviour] = {
    "bomb": answer(gzip.compress(b"\0" * 20_000_000), "Content-Encoding: gzip"),
    "endless redirect": endless(b"HTTP/1.1 302 Found\r\nLocation: /x\r\nTransfer-Encoding: chunked\r\n\r\n", CHUNK),
    "endless body": endless(CHUNKED, CHUNK),
    "reset": _reset,
    "cut": HEAD + b"Content-Length: 100\r\n\r\nabc",
    "lengths": HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "silence": drip(b"", b"", 600),
    "dripping head": drip(HEAD + b"X: ", b"a", 0.5),
    "dripping body": drip(CHUNKED, b"1\r\na\r\n", 0.5),
    "dripping hints": drip(b"", HINT, 0.5),
    "flood of hints": endless(b"", HINT * 100),
    "tiny chunks": endless(CHUNKED, b"1\r\na\r\n" * 5_000),
    "circle": redirect("/circle"),
    "nowhere": redirect("http://[::1"),
    "long head": endless(HEAD + b"X: ", b"a" * 65_536),
    "cookies": answer(b"ok", *(f"Set-Cookie: c{n}={n}" for n in range(1_000))),
    "garbage": b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
    "picture": endless(CHUNKED.replace(b"text/html", b"image/png"), CHUNK),
    "faults": answer(b"", status="503 Service Unavailable"),
    "patience": answer(b"", "Retry-After: 100000", status="429 Too Many Requests"),
}


class Crowd(Site):
    """A thousand hosts, which the addresses 127.x.y.z are, in one server; `kinds` says which of them are hostile, and how."""

    def __init__(self, kinds: dict[str, str]) -> None:
        super().__init__({}, host="0.0.0.0")
        self.kinds = kinds

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        target = (await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)[1]
        page = HOSTILE.get(self.kinds.get(writer.get_extra_info("sockname")[0], ""), PAGE)
        if target == b"/robots.txt":
            page = answer(b"")
        if isinstance(page, bytes):
            writer.write(page)
            await writer.drain()
        else:
            await page(writer)


class Measured(NamedTuple):
    """What a run says of itself."""

    archived: int
    """Pages that came and lie in the archive."""
    seconds: float
    """Until the honest hosts' pages were through, but for the last sixteen: these are written with the next that comes."""
    peak: int
    """Bytes of memory."""
    files: int
    """Open at once, at most."""
    sockets: int
    """Open when the run is over."""
    failed: dict[str, str]
    """Pages that did not come, with the reason."""


def measure(folder: Path, changed: dict[str, object], hostile: list[str]) -> None:
    """Fetch the pages in a process of its own, and print what it took as JSON."""
    from harvester.pipeline import fetch
    from harvester.settings import FetchSettings, Settings

    began, times, most, over = time.monotonic(), [0.0] * 17, 0, threading.Event()
    bad = set(hostile)

    def report(stage: str, done: int, total: int, host: object = None) -> None:
        if stage == "fetch" and getattr(host, "host", None) not in bad:
            times.append(time.monotonic() - began)

    def watch() -> None:
        nonlocal most
        while not over.wait(0.02):
            most = max(most, len(os.listdir("/proc/self/fd")))

    watching = threading.Thread(target=watch)
    watching.start()
    settings = Settings(fetch=FetchSettings(**OPEN | {"robots": True} | changed))  # type: ignore[arg-type]
    result = fetch(str(folder / "pages.txt"), output=folder / "corpus", settings=settings, now=NOW, progress=report)
    over.set()
    watching.join()
    failed = {failure.name: failure.reason for failure in result.failures}
    # Not ru_maxrss: that counts what the process it was forked from took, too.
    status = Path("/proc/self/status").read_text()
    peak = int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))) * 1_024
    sockets = sum(file.is_socket() for file in Path("/proc/self/fd").iterdir())
    print(json.dumps([result.archived, times[-17], peak, most, sockets, failed]))


def crowd(folder: Path, hosts: int, pages: int, hostile: int, **changed: object) -> tuple[Measured, dict[str, str]]:
    """What a run of so many hosts took; the hostile ones, spread among the others, with how each of them is."""
    folder.mkdir()
    names = [f"127.{1 + n // 62_500}.{n // 250 % 250}.{n % 250 + 1}" for n in range(hosts)]
    ways = list(HOSTILE)
    kinds = {names[n * hosts // hostile]: ways[n % len(ways)] for n in range(hostile)}
    with Crowd(kinds) as site:
        urls = [f"http://{name}:{site.port}/{page}" for page in range(pages) for name in names]
        (folder / "pages.txt").write_text("".join(f"{url}\n" for url in urls))
        code = "import sys, json; from pathlib import Path; from tests.fetch.test_crowd import measure; "
        code += "measure(Path(sys.argv[1]), json.loads(sys.argv[2]), json.loads(sys.argv[3]))"
        command = [sys.executable, "-c", code, folder, json.dumps(changed), json.dumps(list(kinds))]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=1_800)
    return Measured(*json.loads(done.stdout)), kinds


def check(found: Measured, kinds: dict[str, str], hosts: int, pages: int) -> None:
    """Every honest page is there, every other has a reason of its kind, and nothing has piled up."""
    honest = [name for name in found.failed if name.split("/")[2].partition(":")[0] not in kinds]
    assert honest == []
    kept = sum(way in ("bomb",) for way in kinds.values()) * pages
    assert found.archived == (hosts - len(kinds)) * pages + kept
    assert len(found.failed) == len(kinds) * pages - kept
    assert found.peak <= 300 * 2**20
    assert found.files <= 8 * 16 + 64  # what is under way at once, hosts that hang among it
    assert found.sockets == 0


def test_every_honest_page_comes_though_hostile_hosts_do_their_worst(tmp_path: Path) -> None:
    found, kinds = crowd(tmp_path / "run", 60, 5, len(HOSTILE), timeout=0.5, total_timeout=1.5, max_bytes=1_000_000)
    check(found, kinds, 60, 5)
    assert set(kinds.values()) == set(HOSTILE)


@pytest.mark.skipif("HARVESTER_CROWD" not in os.environ, reason="takes minutes; HARVESTER_CROWD=1000x20 runs it")
def test_hostile_hosts_slow_honest_ones_by_less_than_a_fifth(tmp_path: Path) -> None:
    hosts, pages = map(int, os.environ["HARVESTER_CROWD"].split("x"))
    patience = {"timeout": 5.0, "total_timeout": 10.0, "retries": 2, "backoff": 0.5}
    ratios = []
    for number in range(3):
        alone, _ = crowd(tmp_path / f"alone{number}", hosts, pages, 0, **patience)
        check(alone, {}, hosts, pages)
        found, kinds = crowd(tmp_path / f"crowd{number}", hosts, pages, hosts // 20, **patience)
        check(found, kinds, hosts, pages)
        honest = (hosts - len(kinds)) * pages
        ratios.append((honest / found.seconds) / (hosts * pages / alone.seconds))
        print(f"speed {ratios[-1]:.2f}, {found._replace(failed={})}, alone {alone}")
    assert median(ratios) >= 0.8
