"""A fetch killed at any point goes on: no page is lost, none is archived twice, and none that was answered asked again.

`HARVEST_KILL_POINTS` sets how many random points are tried.
"""

import os
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from harvester.archive import Archive, Entry
from harvester.archive.index import read_all
from harvester.frontier import Frontier
from tests.conftest import NOW
from tests.fetch.loopback import Site, answer, redirect

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace (Debian package strace)")

POINTS = int(os.environ.get("HARVEST_KILL_POINTS", "10"))
CALLS = "write,pwrite64,fsync,fdatasync,rename,openat,unlink,ftruncate,mkdir,connect,sendto,recvfrom,close"
HOSTS = 2
FETCH = f"""
from pathlib import Path
from harvester.pipeline import fetch
from harvester.settings import FetchSettings, Settings
settings = FetchSettings(allow_private=True, delay=0, retries=0, hosts={HOSTS}, user_agent="test/1")
result = fetch("pages.txt", output=Path("out"), settings=Settings(fetch=settings), now={NOW!r})
print(*sorted(f"{{failure.name}} {{failure.reason}}" for failure in result.failures), sep="\\n")
"""


def page(number: int) -> bytes:
    return answer(f"<p>{random.Random(number).randbytes(1500).hex()}</p>".encode())


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[Site]]]:
    pages = {f"/{n}": page(n) for n in range(8)}
    pages |= {
        "/robots.txt": answer(b"User-agent: *\nDisallow: /no"),
        "/old": redirect("/0"),
        "/bad": b"not HTTP\r\n\r\n",
    }
    folder = tmp_path_factory.mktemp("kill")
    with Site(pages) as one, Site(pages, host="127.0.0.2") as two:
        names = [*map(str, range(1, 8)), "old", "bad", "gone", "no"]
        (folder / "pages.txt").write_text("".join(f"{site.root}/{name}\n" for name in names for site in (one, two)))
        yield folder, [one, two]


def run(folder: Path, *strace: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", FETCH]
    if strace:
        command = ["strace", "-f", "-qq", "-y", "-o", "trace.txt", *strace, *command]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


def start_over(folder: Path, sites: list[Site]) -> None:
    shutil.rmtree(folder / "out", ignore_errors=True)
    for site in sites:
        site.requests.clear()


def captures(folder: Path) -> Counter[tuple[str, int | None, str, bytes]]:
    """Everything that the archive's index knows, read back and checked against its digest."""
    place = folder / "out" / "pages" / "archive"
    entries: list[Entry] = list(read_all(place / "index.cdxj"))
    with Archive(place, now=NOW, name="pages", info={"software": "test"}) as archive:
        assert archive.repairs == []
        found = map(archive.read, entries)
        return Counter((capture.uri, capture.status, capture.fetched_at, capture.body) for capture in found)


def asked(sites: list[Site]) -> Counter[str]:
    return Counter(site.root + target for site in sites for target in site.targets)


def test_killed_at_random_points_then_run_again(place: tuple[Path, list[Site]]) -> None:
    folder, sites = place
    start_over(folder, sites)
    assert run(folder, "-e", f"trace={CALLS}").returncode == 0
    numbers, points = Counter[str](), list[tuple[str, int]]()
    for line in (folder / "trace.txt").read_text(errors="replace").splitlines():
        call = re.match(r"\d+ +(\w+)\(", line)
        if call and "unfinished" not in line.partition("(")[0]:
            numbers[call[1]] += 1
            if re.search(r'[</"]out/|socket:|TCP:|sin_port', line):
                points.append((call[1], numbers[call[1]]))
    whole, failures, requests = captures(folder), run(folder).stdout, asked(sites)
    assert len(points) > 200 and len(whole) == 2 * (
        1 + 7 + 2 + 1
    )  # robots.txt, pages, a redirect and its aim, an error
    killed = 0
    for call, number in random.Random(7).sample(points, POINTS):
        where = f"{call} number {number}"
        start_over(folder, sites)
        first = run(folder, "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}")
        killed += first.returncode != 0
        before = asked(sites)
        again = run(folder)
        assert (again.returncode, again.stderr) == (0, ""), where
        assert again.stdout == failures, where
        found = captures(folder)
        twice = {uri for (uri, *_), count in found.items() if count > 1}
        assert found.keys() == whole.keys() and not twice, where
        with Frontier(folder / "out" / "pages") as frontier:
            assert [host.waiting for host in frontier.hosts()] == [0, 0], where
        # Under way when it was killed: a page a host, or what it had got and not yet written.
        repeated = sum((asked(sites) - requests).values())
        assert repeated <= 2 * (HOSTS + HOSTS), (where, before)
    assert killed > POINTS // 2, "the points lie outside the run"
