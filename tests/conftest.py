"""What tests of every room share: the project's folder, the shared data, and the command as a user runs it."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples on every run, so that a failure is of the change at hand; `search` looks for new ones.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("search", max_examples=5_000, deadline=None)
settings.load_profile("same")

PROJECT = Path(__file__).parents[1]
HARVEST = Path(sys.executable).with_name("harvest")
NOW = "2026-01-02T03:04:05Z"

Harvest = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def harvest(tmp_path: Path) -> Harvest:
    """Run `harvest` in a new process, in an empty folder, with no settings from outside."""

    def run(*arguments: object, stdin: str | None = None, **environ: str) -> subprocess.CompletedProcess[str]:
        clean = {key: value for key, value in os.environ.items() if not key.startswith("HARVEST_")}
        return subprocess.run(
            [HARVEST, *map(str, arguments)],
            cwd=tmp_path,
            env=clean | environ,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run


def shared(name: str) -> Path:
    """A folder of the shared test data; skips the test, saying so, where it is absent."""
    folder = Path(os.environ.get("HARVESTER_SHARED", PROJECT.parent / "shared")) / name
    if not folder.is_dir():
        pytest.skip(f"needs the shared test data: {folder} is absent (set HARVESTER_SHARED)")
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its relative path, with its bytes."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can enter. That of `tmp_path` is shut for others by each run of pytest that begins."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@contextmanager
def as_nobody() -> Iterator[None]:
    """As a user whom permission bits bind, which they do not root; see `open_folder`."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
