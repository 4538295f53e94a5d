"""The children of a run: what each is given, what comes back, and what happens when one dies.

The parent waits for pipes in one place and has no thread. Each child has an item at work and one in its pipe, so that it
does not stand still while the parent looks elsewhere; only what it works at when it dies is held against an item.
"""

import select
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import msgspec

from harvester.errors import PageError
from harvester.garbage import rarely_collected
from harvester.workers.frames import BUG, FAILED, LEAVING, MEMORY, RESULT, START, Start, frame
from harvester.workers.limits import Workers
from harvester.workers.process import Child, Job, cause_of, slept, starved

Make = Callable[[bytes], Callable[[bytes], bytes]]
"""Makes the function of items from what they share. A child imports it by module and name."""

_DEPTH = 2
_AHEAD = 32
"""Results a child that may wait for one before them: a page that takes a second holds nobody up, and memory stays small."""
_AHEAD_BYTES = 64 << 20
_DEATHS = 2
"""A child that is killed from outside says nothing of its item, so that the item is tried once more."""
_START = 60.0
"""Seconds that are waited for a child to become ready."""
_STARTS = 3
"""Children in a row that die before they are ready, until it is no accident."""


@contextmanager
def in_order(
    make: Make, setup: bytes, items: Iterable[bytes | PageError], workers: Workers
) -> Iterator[Iterator[bytes | PageError]]:
    """`make(setup)` of each item, in the items' order; a PageError among them, or raised by the function, is its own result.

    An item at which two children die is a PageError `parser-crash`, `parser-timeout` or `parser-memory`. Items are read
    as they are needed. Whatever ends the block, the children are ended with it. Raises RuntimeError with its traceback
    for anything else that the function raises in a child.
    """
    with rarely_collected():
        if workers.count == 0:
            yield _here(make(setup), items)
            return
        start = Start(make.__module__, make.__qualname__, setup, workers)
        pool = _Pool(frame(START, msgspec.msgpack.encode(start)), items, workers)
        try:
            yield pool.results()
        finally:
            pool.end()


def _here(function: Callable[[bytes], bytes], items: Iterable[bytes | PageError]) -> Iterator[bytes | PageError]:
    for item in items:
        if isinstance(item, PageError):
            yield item
            continue
        try:
            result = function(item)
        except PageError as error:
            yield error
        else:
            yield result


class _Pool:
    def __init__(self, start: bytes, items: Iterable[bytes | PageError], workers: Workers) -> None:
        self._start, self._workers = start, workers
        self._items = enumerate(items)
        self._children = list[Child]()
        self._again = deque[Job]()  # what dead children left
        self._done = dict[int, bytes | PageError]()
        self._done_bytes = 0
        self._taken = self._given = 0  # items read, results handed out
        self._at_end = False
        self._failed_starts = 0

    def results(self) -> Iterator[bytes | PageError]:
        while True:
            self._feed()
            if self._given in self._done:
                if self._children:
                    self._look(wait=False)  # children are fed while the caller works
                    self._feed()
                result = self._done.pop(self._given)
                self._done_bytes -= _size(result)
                self._given += 1
                yield result
            elif self._at_end and self._given == self._taken:
                return
            else:
                self._look(wait=True)

    def end(self) -> None:
        for child in self._children:
            child.end()
        self._children.clear()

    def _feed(self) -> None:
        """Give items to the children that have room, and start children while there are items for them."""
        while True:
            child = min(self._children, key=lambda child: len(child.jobs), default=None)
            more = len(self._children) < self._workers.count
            if child is not None and len(child.jobs) >= _DEPTH and not more:
                return
            job = self._next_job()
            if job is None:
                return
            if child is None or (child.jobs and more):
                child = Child(self._start)
                self._children.append(child)
            child.give(job)

    def _next_job(self) -> Job | None:
        if self._again:
            return self._again.popleft()
        while not self._at_end and self._may_read():
            number, item = next(self._items, (-1, b""))
            if number < 0:
                self._at_end = True
                break
            self._taken = number + 1
            if not isinstance(item, PageError):
                return Job(number, item)
            self._finish(number, item)
        return None

    def _may_read(self) -> bool:
        """Whether the next item is not too far before the next result; that result itself is always due."""
        ahead = self._taken - self._given
        return ahead == 0 or (ahead < _AHEAD * self._workers.count and self._done_bytes < _AHEAD_BYTES)

    def _finish(self, number: int, result: bytes | PageError) -> None:
        self._done[number] = result
        self._done_bytes += _size(result)

    def _look(self, *, wait: bool) -> None:
        """Take and send what can be, after waiting for it if asked to, and end the children that were waited for too long."""
        poll, left = select.poll(), 0.0
        for child in self._children:
            poll.register(child.replies, select.POLLIN)
            if child.has_unsent:
                poll.register(child.requests, select.POLLOUT)
        if wait:
            left = max(0.0, min(self._patience(child) - child.waited for child in self._children if child.jobs))
        began = time.monotonic()
        events = dict(poll.poll(left * 1000))
        elapsed = time.monotonic() - began
        for child in list(self._children):
            if child.requests in events:
                child.write()
            if child.replies in events:
                self._hear(child)
            elif child.jobs:
                child.waited += elapsed
                if child.waited >= self._patience(child):
                    child.end()
                    self._bury(child, slept(self._workers))

    def _patience(self, child: Child) -> float:
        return self._workers.wall if child.ready else max(self._workers.wall, _START)

    def _hear(self, child: Child) -> None:
        answers, at_end = child.read()
        if child.ready:
            self._failed_starts = 0
        for kind, body in answers:
            if kind == RESULT:
                self._finish(child.jobs.popleft().number, body)
            elif kind == FAILED:
                reason, detail = msgspec.msgpack.decode(body, type=tuple[str, str])
                self._finish(child.jobs.popleft().number, PageError(reason, detail))
            elif kind == MEMORY:
                child.end()
                return self._bury(child, starved(self._workers))
            elif kind == BUG:
                raise RuntimeError(f"in a worker process:\n{body.decode()}")
            elif kind == LEAVING:
                child.end()
                return self._bury(child, None)
        if at_end:
            self._bury(child, cause_of(child.end(), self._workers))
        return None

    def _bury(self, child: Child, cause: PageError | None) -> None:
        """Take back what a dead child was given, and hold its death against what it worked at."""
        self._children.remove(child)
        if not child.ready:
            self._failed_starts += 1
            if self._failed_starts == _STARTS:
                raise RuntimeError(f"{_STARTS} worker processes in a row ended before they were ready: {cause}")
        elif child.jobs and cause is not None:
            job = child.jobs.popleft()
            if job.deaths + 1 == _DEATHS:
                self._finish(job.number, cause)
            else:
                child.jobs.appendleft(msgspec.structs.replace(job, deaths=job.deaths + 1))
        self._again.extendleft(reversed(child.jobs))


def _size(result: bytes | PageError) -> int:
    return len(result) if isinstance(result, bytes) else 0
