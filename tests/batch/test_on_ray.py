"""Tasks in a Ray cluster give the bytes that one process gives, whatever dies on the way."""

import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from harvester.batch import Tally, Task
from harvester.batch.on_ray import on_ray
from harvester.errors import InputError
from tests.batch.test_batch import crawl, run, version

__all__ = ["crawl"]


def _children(parent: int) -> Iterator[int]:
    """Every process below another one."""
    for task in Path(f"/proc/{parent}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            yield child
            yield from _children(child)


def _kill_a_worker(killed: list[int], over: threading.Event) -> None:
    """Kill the first Ray worker of this process that is at a task, unless all is over: Ray names it after the function."""
    while not over.wait(0.01):
        for child in list(_children(os.getpid())):
            try:
                title = Path(f"/proc/{child}/cmdline").read_bytes()
            except OSError:
                continue
            if title.startswith(b"ray::work"):
                os.kill(child, signal.SIGKILL)
                killed.append(child)
                return


def test_neither_ray_nor_a_worker_that_is_killed_changes_a_byte(crawl: list[str], tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="Ray is not installed: pip install -r .ci/ray.lock")
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


def test_without_ray_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(InputError, match=r"pip install 'harvester\[ray\]'"):
        next(on_ray([], 1))
