"""A build killed at any write, fsync, rename, truncate or unlink gives, run again, the bytes of an undisturbed one."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import HARVEST, NOW, tree

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace (Debian package strace)")

CALLS = ("write", "fsync", "rename", "truncate", "ftruncate", "unlink", "mkdir", "openat", "pwrite64")
# Short pages in flat text: extraction is not what is tested, and the language model stays unloaded.
PAGES = {f"{name}.txt": f"The {name} was lit and then it was out again.\n" for name in ("lamp", "fire", "moon")}
BUILD = f"""
from pathlib import Path
from harvester.pipeline import build
build("site/INDEX.md", output=Path("out"), now={NOW!r})
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kill")
    (folder / "site").mkdir()
    for name, text in PAGES.items():
        (folder / "site" / name).write_text(text)
    (folder / "site" / "INDEX.md").write_text("".join(f"- [{name}]({name})\n" for name in PAGES))
    return folder


LIBRARY = [sys.executable, "-c", BUILD]
COMMAND = [str(HARVEST), "build", "site/INDEX.md", "-o", "out", "-w", "0"]


def run(folder: Path, command: list[str], *strace: str) -> subprocess.CompletedProcess[str]:
    if strace:
        command = ["strace", "-f", "-qq", "-y", "-o", "trace.txt", *strace, *command]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


def start_over(folder: Path) -> None:
    shutil.rmtree(folder / "out", ignore_errors=True)


def kept(folder: Path, *, archive: bool = True) -> dict[str, bytes]:
    """What must be the same: all of the corpus but the name of the lock's holder."""
    files = tree(folder / "out").items()
    return {name: bytes_ for name, bytes_ in files if ".lock" not in name and (archive or "/archive/" not in name)}


def points(folder: Path, command: list[str], call: str, begin: Callable[[Path], None] = start_over) -> list[int]:
    """Which of a run's calls of that name touch the output, counted from 1 as strace counts them."""
    begin(folder)
    assert run(folder, command, "-e", f"trace={call}").returncode == 0
    calls = [line for line in (folder / "trace.txt").read_text().splitlines() if re.search(rf"\b{call}\(", line)]
    return [
        number
        for number, line in enumerate(calls, 1)
        if re.search(r'[</"]out/', line) and not ("openat" in line and "O_CREAT" not in line)
    ]


@pytest.fixture(scope="module")
def undisturbed(site: Path) -> dict[str, bytes]:
    start_over(site)
    assert run(site, LIBRARY).returncode == 0
    files = kept(site)
    assert "site/1.0.0/manifest.json" in files and "site/archive/index.cdxj" in files
    return files


@pytest.mark.parametrize("call", CALLS)
def test_killed_at_every_call_then_run_again(site: Path, undisturbed: dict[str, bytes], call: str) -> None:
    different = []
    numbers = points(site, LIBRARY, call)
    for number in numbers:
        start_over(site)
        killed = run(site, LIBRARY, "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}")
        assert killed.returncode != 0, f"{call} {number} was not reached"
        assert run(site, LIBRARY).returncode == 0
        if kept(site) != undisturbed:
            different.append(number)
    assert different == [], f"killed at {call} number {different} of {numbers}: other bytes than undisturbed"
    assert numbers or call in ("truncate", "ftruncate", "unlink"), f"no {call} was seen: the test looks past the writer"


@pytest.mark.parametrize("fault", ["write:error=ENOSPC", "fsync:error=EIO", "rename:error=EIO", "openat:error=ENOSPC"])
def test_a_failing_disk_is_exit_5_that_names_a_file_and_the_next_run_is_whole(
    site: Path, undisturbed: dict[str, bytes], fault: str
) -> None:
    call = fault.partition(":")[0]
    numbers = points(site, COMMAND, call)
    assert numbers
    for number in numbers:
        start_over(site)
        failed = run(site, COMMAND, "-e", f"trace={call}", "-e", f"inject={fault}:when={number}")
        assert (number, failed.returncode, failed.stderr.count("\n")) == (number, 5, 1), failed.stderr
        assert re.search(r"^harvest: out/\S+: ", failed.stderr)
        assert run(site, LIBRARY).returncode == 0
        versions = {name: content for name, content in undisturbed.items() if "/archive/" not in name}
        assert kept(site, archive=False) == versions
