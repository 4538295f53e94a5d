"""`forget --from-archive` killed at any write, sync, rename or removal leaves an archive that is whole, old or new, and
run again gives the bytes of an undisturbed one; the page never comes back in between."""

import shutil
import sys
from pathlib import Path

import pytest

from harvester.archive import Archive, check
from harvester.tombstones import read_tombstones
from harvester.types import Capture, Header
from tests.conftest import NOW, tree
from tests.test_kill import points, run

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace (Debian package strace)")

CALLS = ("write", "fsync", "rename", "unlink", "unlinkat")
GONE = "https://a.example/b"
FORGET = f"""
from pathlib import Path
from harvester.forgetting import forget
from harvester.settings import Settings
forget(Path("out/c"), {GONE!r}, reason="why", now={NOW!r}, settings=Settings(), from_archive=True)
"""
COMMAND = [sys.executable, "-c", FORGET]
NEEDED = {f"https://a.example/{name}": b"new" for name in "ac"}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kill")
    with Archive(folder / "kept" / "c" / "archive", now=NOW, name="c", info={"software": "test"}) as archive:
        for day, body in ((1, b"old"), (2, b"new"), (3, b"new")):
            for url in (*NEEDED, GONE):
                fields = (Header("Content-Type", "text/html"),)
                archive.add(Capture(url, f"2026-01-0{day}T00:00:00Z", body, 200, "text/html", fields))
    return folder


def start_over(folder: Path) -> None:
    shutil.rmtree(folder / "out", ignore_errors=True)
    shutil.copytree(folder / "kept", folder / "out")


def state(folder: Path) -> dict[str, bytes]:
    return {name: content for name, content in tree(folder / "out").items() if ".lock" not in name}


def in_archive(folder: Path) -> tuple[int, dict[str, bytes]]:
    """How many captures of the page there are, and the bodies of the others."""
    with Archive(folder / "out" / "c" / "archive", now=NOW, name="c", info={"software": "test"}) as archive:
        assert archive.repairs == []
        found = {url: archive.read(entry).body for url in NEEDED if (entry := archive.find(url))}
        return len(archive.history(GONE)), found


@pytest.mark.parametrize("call", CALLS)
def test_killed_at_every_call_then_run_again(corpus: Path, call: str) -> None:
    start_over(corpus)
    assert run(corpus, COMMAND).returncode == 0
    undisturbed = state(corpus)
    assert in_archive(corpus) == (0, NEEDED)
    numbers = points(corpus, COMMAND, call, start_over)
    for number in numbers:
        start_over(corpus)
        assert run(corpus, COMMAND, "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}").returncode
        left, found = in_archive(corpus)
        assert (number, left in (0, 3), found) == (number, True, NEEDED)
        remembered = read_tombstones(corpus / "out" / "c").find(GONE) is not None
        assert (number, remembered or left == 3) == (number, True)  # nothing is removed that a run would fetch again
        assert (number, list(check(corpus / "out" / "c"))) == (number, [])
        assert run(corpus, COMMAND).returncode == 0
        assert (number, state(corpus)) == (number, undisturbed)
    assert numbers, f"no {call} was seen: the test looks past the writer"


@pytest.mark.parametrize("fault", ["write:error=ENOSPC", "fsync:error=EIO", "rename:error=EIO"])
def test_a_failing_disk_stops_it_and_costs_no_other_page(corpus: Path, fault: str) -> None:
    call = fault.partition(":")[0]
    numbers = points(corpus, COMMAND, call, start_over)
    assert numbers
    for number in numbers:
        start_over(corpus)
        failed = run(corpus, COMMAND, "-e", f"trace={call}", "-e", f"inject={fault}:when={number}")
        assert (number, failed.returncode, "StorageError: out/" in failed.stderr) == (number, 1, True), failed.stderr
        assert (number, in_archive(corpus)[1], list(check(corpus / "out" / "c"))) == (number, NEEDED, [])
