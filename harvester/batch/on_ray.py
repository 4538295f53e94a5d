"""Tasks in a Ray cluster: one of this machine, which ends with the run, or one that runs already.

Workers read and write by fsspec paths and send back counts only; no more tasks are in Ray than there are workers. A task whose
worker died, or whose machine did, is tried again as in `engines`: Ray's own retries would meet the same page unguarded.
"""

import importlib
import os
import tempfile
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from harvester.batch.engines import RETRIES, again, given_up
from harvester.batch.shard import extract_shard
from harvester.batch.task import Tally, Task
from harvester.errors import InputError, StorageError

_STORE = 80 << 20
"""Bytes of a local cluster's object store, near the least that Ray takes: a tally has some hundred."""
_LOST = ("WorkerCrashedError", "OutOfMemoryError", "NodeDiedError", "ObjectLostError", "OwnerDiedError")


def on_ray(tasks: Sequence[Task], workers: int, address: str | None = None) -> Iterator[Tally]:
    """In so many workers at once. The cluster at `address` must have the same harvester installed.

    Raises InputError without Ray, or where no cluster answers. A local cluster, or its tasks in another, ends with the
    block that asks.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # Ray reports its use to its makers otherwise; read at import
    try:
        ray: Any = importlib.import_module("ray")
    except ImportError as error:
        raise InputError("--engine ray: Ray is not installed: pip install 'harvester[ray]'") from error
    with tempfile.TemporaryDirectory(prefix="ray", ignore_cleanup_errors=True) as folder:
        _connect(ray, workers, address, folder)
        try:
            yield from _run(ray, tasks, workers)
        finally:
            ray.shutdown()  # and not `ray.cancel` before: where a task ends meanwhile, Ray ends this process


def _connect(ray: Any, workers: int, address: str | None, folder: str) -> None:
    common = {"log_to_driver": False, "logging_level": "error"}
    if address is None:  # `local`, or RAY_ADDRESS would be taken
        ray.init(
            "local",
            num_cpus=workers,
            include_dashboard=False,
            object_store_memory=_STORE,
            _temp_dir=folder,
            **common,
        )
        return
    try:
        ray.init(address, **common)
    except (ConnectionError, ValueError) as error:
        remedy = "start one with `ray start --head`; where it asks for a token, set RAY_AUTH_MODE=token"
        raise InputError(f"--address {address}: no Ray cluster answers there: {error}; {remedy}") from error


def _run(ray: Any, tasks: Sequence[Task], workers: int) -> Iterator[Tally]:
    lost = tuple(getattr(ray.exceptions, name) for name in _LOST)
    remote = ray.remote(num_cpus=1, max_retries=0)(work)
    waiting = deque((msgspec.structs.replace(task, guard="process"), 1) for task in tasks)
    running = dict[Any, tuple[Task, int]]()
    while waiting or running:
        while waiting and len(running) < workers:
            task, tries = waiting.popleft()
            running[remote.remote(msgspec.msgpack.encode(task))] = task, tries
        ready, _ = ray.wait(list(running), num_returns=1)
        task, tries = running.pop(ready[0])
        try:
            answer = ray.get(ready[0])
        except lost:
            if tries > RETRIES:
                yield given_up(task)
            else:
                waiting.append((again(task), tries + 1))
            continue
        kind, content = answer
        if kind:
            raise {"InputError": InputError, "StorageError": StorageError}[kind](content.decode())
        yield msgspec.msgpack.decode(content, type=Tally)


def work(task: bytes) -> tuple[str, bytes]:
    """What a worker does: a task, encoded, becomes a tally, encoded, or the kind and text of what ends the run."""
    try:
        return "", msgspec.msgpack.encode(extract_shard(msgspec.msgpack.decode(task, type=Task)))
    except (InputError, StorageError) as error:
        return type(error).__name__, str(error).encode()
