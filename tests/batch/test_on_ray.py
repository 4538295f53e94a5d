"""Tasks in a Ray cluster give the bytes that one process gives, whatever dies on the way."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from harvester.batch import Tally, Task
from harvester.batch.on_ray import on_ray
from harvester.errors import InputError
from tests.batch.test_batch import crawl, run, version
from tests.conftest import HARVEST
from tests.machines import Machine, machines

__all__ = ["crawl"]


def _children(parent: int) -> Iterator[int]:
    """Every process below another one."""
    for task in Path(f"/proc/{parent}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            yield child
            yield from _children(child)


def _title(process: int) -> bytes:
    """What a process calls itself; nothing where it has ended. Ray names a worker after the function it is at."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


def _kill_a_worker(killed: list[int], over: threading.Event) -> None:
    """Kill the first Ray worker of this process that is at a task, unless all is over."""
    while not over.wait(0.01):
        for child in list(_children(os.getpid())):
            if _title(child).startswith(b"ray::work"):
                os.kill(child, signal.SIGKILL)
                killed.append(child)
                return


def test_neither_ray_nor_a_worker_that_is_killed_changes_a_byte(crawl: list[str], tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="Ray is not installed: pip install -r .ci/cluster.lock")
    one = run(crawl, tmp_path / "one")
    killed = list[int]()

    def deadly(tasks: Sequence[Task], workers: int) -> Iterator[Tally]:
        over = threading.Event()  # killed from beside the run: asked between two tallies, the other worker may be idle
        killer = threading.Thread(target=_kill_a_worker, args=(killed, over))
        killer.start()
        try:
            yield from on_ray(tasks, workers)
        finally:
            over.set()
            killer.join()

    for name, engine, order in (("two", on_ray, crawl[::-1]), ("three", deadly, crawl[2:] + crawl[:2])):
        other = run(order, tmp_path / name, engine)
        assert (other.failed, version(other)) == ((), version(one))
    assert len(killed) == 1


@contextmanager
def _cluster() -> Iterator[str]:
    """The address of a cluster that runs by itself, on one machine."""
    with tempfile.TemporaryDirectory(prefix="ray", ignore_cleanup_errors=True) as folder:
        options = f"--head --block --port=0 --num-cpus=2 --include-dashboard=false --object-store-memory={80 << 20}"
        with (Path(folder) / "log").open("wb") as log:
            command = [str(HARVEST.with_name("ray")), "start", *options.split(), f"--temp-dir={folder}"]
            head = subprocess.Popen(command, env={**os.environ, **_OPEN}, stdout=log, stderr=log)
        try:
            while (said := re.search(r"ray start --address='(.*)'", (Path(folder) / "log").read_text())) is None:
                assert head.poll() is None, (Path(folder) / "log").read_text()
                time.sleep(0.1)
            yield said[1]
        finally:
            below = list(_children(head.pid))
            head.terminate()
            head.wait(90)
            assert not any(map(_is_alive, below))


_OPEN = {"RAY_AUTH_MODE": "disabled", "RAY_USAGE_STATS_ENABLED": "0"}


def _is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _batch(crawl: list[str], output: Path, *options: str) -> list[str]:
    return [str(HARVEST), "batch", *crawl, "--name", "crawl", "-o", str(output), "--engine", "ray", "-w", "2", *options]


def _interrupt(command: list[str], shards: Path) -> None:
    """Start a batch, and press Ctrl-C when its first shard is there."""
    running = subprocess.Popen(
        command,
        env={**os.environ, **_OPEN},
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # a background shell ignores it
    )
    while not list(shards.glob("*.done.json")):
        assert running.poll() is None
        time.sleep(0.01)
    below = list(_children(running.pid))
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=120)
    assert (running.returncode, said[-58:]) == (130, "harvest: interrupted; run the same command again to go on\n")
    assert not any(map(_is_alive, below))


def test_a_cluster_that_runs_already_gives_the_same_bytes_and_goes_on_running(crawl: list[str], tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="Ray is not installed: pip install -r .ci/cluster.lock")
    one = version(run(crawl, tmp_path / "one"))
    with _cluster() as address:
        command = _batch(crawl, tmp_path / "two", "--address", address)
        _interrupt(command, tmp_path / "two" / "crawl" / "shards")
        done = subprocess.run(command, env={**os.environ, **_OPEN}, capture_output=True, text=True, check=False)
    assert done.returncode == 3, done.stderr  # some pages failed
    assert _files(tmp_path / "two" / "crawl" / "1.0.0") == one


def _files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@contextmanager
def _clustered(members: Sequence[Machine], folder: Path) -> Iterator[str]:
    """The address of a cluster of several machines, of which the first gives out the work, and the others do a task at a time."""
    head, *others = members
    store = f"--object-store-memory={80 << 20}"
    start = [
        (head, ["--head", "--port=6379", "--num-cpus=0", "--include-dashboard=false", store, f"--temp-dir={folder}"]),
        *((other, [f"--address={head.address}:6379", "--num-cpus=1", store]) for other in others),
    ]
    ray = str(HARVEST.with_name("ray"))
    for member, options in start:
        at = [ray, "start", "--block", f"--node-ip-address={member.address}", *options]
        with (folder / member.name).open("wb") as log:
            started = subprocess.Popen(
                member.command(*at), env={**os.environ, **_OPEN}, stdout=log, stderr=log, cwd=folder
            )
        while "runtime started" not in (said := (folder / member.name).read_text()):
            assert started.poll() is None, said
            time.sleep(0.1)
    yield f"{head.address}:6379"


def test_a_machine_of_a_cluster_that_is_lost_at_its_task_changes_no_byte(crawl: list[str], tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="Ray is not installed: pip install -r .ci/cluster.lock")
    one = version(run(crawl, tmp_path / "one"))
    names = [str(Path(file).relative_to(tmp_path)) for file in crawl]  # machines find them, wherever Ray was started
    with (
        machines(3) as members,
        tempfile.TemporaryDirectory(prefix="ray", ignore_cleanup_errors=True) as folder,
        _clustered(members, Path(folder)) as address,
    ):
        command = members[0].command(*_batch(names, Path("two"), "--address", address))
        running = subprocess.Popen(
            command, env={**os.environ, **_OPEN}, stderr=subprocess.PIPE, text=True, cwd=tmp_path
        )
        while not any(_title(process).startswith(b"ray::work") for process in members[2].processes()):
            assert running.poll() is None
        members[2].lose()
        _, said = running.communicate(timeout=300)
    assert running.returncode == 3, said  # some pages failed
    assert _files(tmp_path / "two" / "crawl" / "1.0.0") == one


def test_ctrl_c_ends_the_workers_and_the_next_run_goes_on(crawl: list[str], tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="Ray is not installed: pip install -r .ci/cluster.lock")
    _interrupt(_batch(crawl, tmp_path / "two"), tmp_path / "two" / "crawl" / "shards")
    assert version(run(crawl, tmp_path / "two")) == version(run(crawl, tmp_path / "one"))


def test_without_ray_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(InputError, match=r"pip install 'harvester\[ray\]'"):
        next(on_ray([], 1))
