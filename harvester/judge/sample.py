"""Which pages of a bench file are taken, always the same ones, and the processes that they run in."""

import hashlib
import multiprocessing
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from harvester.judge.bench_file import read_pages
from harvester.judge.work import quiet


def ranks(path: Path) -> list[bytes]:
    """A digest of each page's id, in the file's order."""
    return [hashlib.sha256(page.id.encode()).digest() for page in read_pages(path)]


def lowest(rank: Sequence[bytes], positions: Sequence[int], most: int | None) -> Collection[int]:
    """At most so many of the positions, those of the lowest rank."""
    return frozenset(sorted(positions, key=lambda i: (rank[i], i))[:most])


@contextmanager
def pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Worker processes even where there is one: what other libraries do to a process stays out of the caller's."""
    processes = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=quiet)
    try:
        yield processes
    finally:
        processes.shutdown(cancel_futures=True)
