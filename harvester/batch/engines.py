"""Who calls `extract_shard`: this process, processes of this machine, or a cluster. Tallies come as tasks are done, in no order.

A task whose process died is tried again with each page judged in a child of its own, so that the page that killed it becomes
a failure; after two such tries the input has failed.
"""

import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait

import msgspec

from harvester.batch.shard import extract_shard
from harvester.batch.task import Tally, Task
from harvester.errors import InputError, StorageError
from harvester.extraction import load_weights
from harvester.judging import warm_up
from harvester.settings import Recipe
from harvester.types import Frozen
from harvester.workers import Interpreter

Engine = Callable[[Sequence[Task], int], Iterator[Tally]]
"""Does tasks with so many workers. Raises InputError and StorageError where no task can go on."""

RETRIES = 2
"""Tries of a task whose process died, after the first."""


def serial(tasks: Sequence[Task], workers: int = 1) -> Iterator[Tally]:
    """One after the other in this process, which a page that crashes the parser ends."""
    return map(extract_shard, tasks)


def again(task: Task) -> Task:
    """A task whose process died, as it is tried again."""
    return msgspec.structs.replace(task, guard="page")


def given_up(task: Task) -> Tally:
    """The tally of a task that was tried often enough."""
    return Tally(task.name, error=f"{task.path}: {RETRIES + 1} processes died at it; look at the memory of the machine")


class _Job(Frozen):
    task: Task
    tries: int = 1


class _Answer(Frozen):
    tally: Tally | None = None
    error: tuple[str, str] | None = None
    """Kind and text of what ends the run."""


def processes(tasks: Sequence[Task], workers: int, started: Sequence[Interpreter] = ()) -> Iterator[Tally]:
    """In processes of this machine, which may die. Those left are ended with the block that asks.

    `started` are some that `serve` already; what is not needed of them is ended.
    """
    for spare in started[min(workers, len(tasks)) :]:
        spare.end()
    idle = list(started[: min(workers, len(tasks))])
    waiting = deque(_Job(msgspec.structs.replace(task, guard="process")) for task in tasks)
    children = list[_Child]()
    try:
        while waiting or any(child.job for child in children):
            while waiting and len(children) < workers:
                children.append(_Child(idle.pop() if idle else Interpreter(__name__, serve.__name__)))
            for child in children:
                if child.job is None and waiting:
                    child.give(waiting.popleft())
            for ready in wait([child.pipe for child in children if child.job]):
                child = next(child for child in children if child.pipe is ready)
                job, answer = child.take()
                if answer is None:
                    children.remove(child)
                    child.end()
                    if job.tries > RETRIES:
                        yield given_up(job.task)
                    else:
                        waiting.append(_Job(again(job.task), job.tries + 1))
                elif answer.tally is not None:
                    yield answer.tally
                else:
                    kind, text = answer.error or ("", "")
                    raise {"InputError": InputError, "StorageError": StorageError}.get(kind, RuntimeError)(text)
    finally:
        for child in children:
            child.end()


class _Child:
    """An interpreter that serves one task at a time, and ends when its parent does."""

    def __init__(self, interpreter: Interpreter) -> None:
        self.pipe, self.end = interpreter.pipe, interpreter.end
        self.job: _Job | None = None

    def give(self, job: _Job) -> None:
        self.job = job
        try:
            self.pipe.send_bytes(msgspec.msgpack.encode(job.task))
        except OSError:
            return  # it is dead, which `take` will find

    def take(self) -> tuple[_Job, _Answer | None]:
        """The job it had, and what came of it; None where the child died."""
        job, self.job = self.job, None
        assert job is not None
        try:
            return job, msgspec.msgpack.decode(self.pipe.recv_bytes(), type=_Answer)
        except (EOFError, OSError):
            return job, None


def serve(file: int) -> None:
    """Do the tasks that come through a pipe, until it is closed."""
    pipe = Connection(file)
    warm_up(Recipe(), load_weights())  # while the parent may still be at what it needs itself
    while True:
        try:
            task = msgspec.msgpack.decode(pipe.recv_bytes(), type=Task)
        except EOFError:
            return
        try:
            answer = _Answer(extract_shard(task))
        except (InputError, StorageError) as error:
            answer = _Answer(error=(type(error).__name__, str(error)))
        except MemoryError:
            raise
        except Exception:
            answer = _Answer(error=("RuntimeError", f"in a worker process:\n{traceback.format_exc()}"))
        pipe.send_bytes(msgspec.msgpack.encode(answer))
