"""One child as its parent sees it: started, fed and read without ever waiting, ended."""

import os
import signal
import subprocess
import sys
from collections import deque

from harvester.errors import PageError
from harvester.types import Frozen
from harvester.workers.frames import ITEM, READY, frame, taken
from harvester.workers.limits import Workers

_READ = 1 << 20


def interpreter(code: str) -> list[str]:
    """The command of a new interpreter that finds modules where this one does, and runs this code."""
    path = [os.path.abspath(entry) for entry in sys.path]
    return [sys.executable, "-I", "-c", f"import sys; sys.path[:] = {path!r}; {code}"]


class Job(Frozen):
    """An item on its way."""

    number: int
    item: bytes
    deaths: int = 0
    """Children that died of it, as far as is known."""


class Child:
    """A new interpreter, so that it has no thread, lock, open file or secret of the parent: none can be forked into it.

    It is in a session of its own: Ctrl-C in a terminal reaches the parent alone, which ends its children.
    """

    def __init__(self, start: bytes) -> None:
        self._process = subprocess.Popen(
            interpreter("from harvester.workers.child import main; main()"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            cwd="/",
            env={"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},  # a thread each core takes memory for nothing
            start_new_session=True,
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._stdin, self._stdout = self._process.stdin, self._process.stdout
        self.requests, self.replies = self._stdin.fileno(), self._stdout.fileno()
        for pipe in (self.requests, self.replies):
            os.set_blocking(pipe, False)
        self.jobs = deque[Job]()
        """Those it has been given and not answered, in order."""
        self.ready = False
        self.waited = 0.0
        """Seconds that nothing else was done than to wait for it, since it last gave an answer."""
        self._unsent, self._unread = deque[memoryview](), bytearray()
        self._send(start)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def has_unsent(self) -> bool:
        return bool(self._unsent)

    def give(self, job: Job) -> None:
        """Send an item, as much of it as goes into the pipe now."""
        if not self.jobs and self.ready:
            self.waited = 0.0
        self.jobs.append(job)
        self._send(frame(ITEM, job.item))

    def _send(self, content: bytes) -> None:
        self._unsent.append(memoryview(content))
        self.write()

    def write(self) -> None:
        """Send what goes into the pipe now."""
        while self._unsent:
            try:
                sent = os.write(self.requests, self._unsent[0])
            except BlockingIOError:
                return
            except BrokenPipeError:  # it is dead, which its other pipe says, too
                self._unsent.clear()
                return
            rest = self._unsent.popleft()[sent:]
            if rest:
                self._unsent.appendleft(rest)

    def read(self) -> tuple[list[tuple[bytes, bytes]], bool]:
        """The answers that came, and whether the pipe is at its end."""
        try:
            piece = os.read(self.replies, _READ)
        except BlockingIOError:
            return [], False
        self.waited = 0.0
        self._unread += piece
        answers = list(taken(self._unread))
        if answers and answers[0][0] == READY:
            self.ready = True
            del answers[0]
        return answers, not piece

    def end(self) -> int:
        """Kill it and see it gone; its exit code, or the signal it died of below zero. Of one that is dead already its own."""
        self._process.kill()
        self._stdin.close()
        self._stdout.close()
        return self._process.wait()


def cause_of(code: int, workers: Workers) -> PageError:
    """Why an item failed of which a child died with this exit code."""
    if code == -signal.SIGXCPU:
        return PageError("parser-timeout", f"the parser used {workers.cpu} s of the processor and was stopped, twice")
    if code < 0:
        return PageError("parser-crash", f"the parser died of {signal.Signals(-code).name}, twice")
    return PageError("parser-crash", f"the parser left with exit code {code}, twice")


def slept(workers: Workers) -> PageError:
    """Why an item failed for which nothing came."""
    return PageError("parser-timeout", f"the parser gave no answer in {workers.wall:g} s and was stopped, twice")


def starved(workers: Workers) -> PageError:
    """Why an item failed that wanted more memory."""
    return PageError("parser-memory", f"the parser wanted more than {workers.memory:,} MiB, twice")
