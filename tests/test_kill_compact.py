"""A compaction killed at any write, sync, rename or removal leaves an archive that holds every page still needed, and
run again gives the bytes of an undisturbed one."""

import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harvester.archive import Archive, check
from harvester.errors import StorageError
from harvester.types import Capture, Header
from tests.conftest import NOW, tree
from tests.power_cut import STRACE, VARIANTS, Disk, calls, lay_out
from tests.test_kill import points, run

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace (Debian package strace)")

CALLS = ("write", "fsync", "rename", "unlink", "unlinkat")
COMPACT = f"""
from pathlib import Path
from harvester.archive import compact, hold
with hold(Path("out/c"), now={NOW!r}):
    compact(Path("out/c/archive"), cited=(), now={NOW!r}, name="c", info={{"software": "test"}})
"""
COMMAND = [sys.executable, "-c", COMPACT]
NEEDED = {f"https://a.example/{name}": b"new" for name in "abc"}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kill")
    with Archive(folder / "kept" / "c" / "archive", now=NOW, name="c", info={"software": "test"}) as archive:
        for day, body in ((1, b"old"), (2, b"new"), (3, b"new")):
            for url in NEEDED:
                fields = (Header("Content-Type", "text/html"),)
                archive.add(Capture(url, f"2026-01-0{day}T00:00:00Z", body, 200, "text/html", fields))
    return folder


def start_over(folder: Path) -> None:
    shutil.rmtree(folder / "out", ignore_errors=True)
    shutil.copytree(folder / "kept", folder / "out")


def state(folder: Path) -> dict[str, bytes]:
    return {name: content for name, content in tree(folder / "out").items() if ".lock" not in name}


@pytest.mark.parametrize("call", CALLS)
def test_killed_at_every_call_then_run_again(corpus: Path, call: str) -> None:
    start_over(corpus)
    assert run(corpus, COMMAND).returncode == 0
    undisturbed = state(corpus)
    start_over(corpus)
    numbers = points(corpus, COMMAND, call, start_over)
    for number in numbers:
        start_over(corpus)
        assert run(corpus, COMMAND, "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}").returncode
        with Archive(corpus / "out" / "c" / "archive", now=NOW, name="c", info={"software": "test"}) as archive:
            found = {url: archive.read(entry).body for url in NEEDED if (entry := archive.find(url))}
            assert (number, archive.repairs, found) == (number, [], NEEDED)
        assert (number, list(check(corpus / "out" / "c"))) == (number, [])
        assert run(corpus, COMMAND).returncode == 0
        assert (number, state(corpus)) == (number, undisturbed)
    assert numbers, f"no {call} was seen: the test looks past the writer"


@pytest.mark.parametrize("fault", ["write:error=ENOSPC", "fsync:error=EIO", "rename:error=EIO"])
def test_a_failing_disk_stops_a_compaction_and_costs_nothing(corpus: Path, fault: str) -> None:
    call = fault.partition(":")[0]
    numbers = points(corpus, COMMAND, call, start_over)
    assert numbers
    for number in numbers:
        start_over(corpus)
        failed = run(corpus, COMMAND, "-e", f"trace={call}", "-e", f"inject={fault}:when={number}")
        assert (number, failed.returncode, "StorageError: out/" in failed.stderr) == (number, 1, True), failed.stderr
        with Archive(corpus / "out" / "c" / "archive", now=NOW, name="c", info={"software": "test"}) as archive:
            found = {url: archive.read(entry).body for url in NEEDED if (entry := archive.find(url))}
        assert (number, found, list(check(corpus / "out" / "c"))) == (number, NEEDED, [])


def test_the_power_goes_out_behind_any_call(corpus: Path) -> None:
    start_over(corpus)
    shutil.rmtree(corpus / "before", ignore_errors=True)
    shutil.copytree(corpus / "kept", corpus / "before" / "out")
    subprocess.run([*STRACE, *COMMAND], cwd=corpus, check=True, timeout=120)
    happened, disk, wrong = calls(corpus / "trace.txt", "out"), Disk(corpus / "before"), list[str]()
    assert sum(call.name == "rename" for call in happened) >= 3
    for number, call in enumerate(happened, 1):
        disk.replay(call)
        for names, contents in VARIANTS:
            shutil.rmtree(corpus / "cut", ignore_errors=True)
            lay_out(disk.after_cut(names, contents, random.Random(number)), corpus / "cut")
            where = f"after call {number} ({call[:2]}, {call.to}), names {names}, contents {contents}"
            folder = corpus / "cut" / "out" / "c" / "archive"
            try:
                with Archive(folder, now=NOW, name="c", info={"software": "test"}) as archive:
                    found = {url: archive.read(entry).body for url in NEEDED if (entry := archive.find(url))}
            except StorageError as error:
                wrong.append(f"{where}: {error}")
                continue
            if found != NEEDED or archive.repairs:
                wrong.append(f"{where}: {archive.repairs} {sorted(path.name for path in folder.parent.rglob('*'))}")
            wrong += [f"{where}: {finding}" for finding in check(folder.parent)]
    assert not wrong, "\n".join(wrong)
