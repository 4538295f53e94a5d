"""Interpreters that stand by: started before it is known what they are to do, so that they load what it takes meanwhile."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from harvester.workers.process import interpreter

if TYPE_CHECKING:
    from multiprocessing.connection import Connection


class Interpreter:
    """A new interpreter that gives a function of a module one end of a pipe, by its number, and leaves when that returns.

    It is in a session of its own: Ctrl-C in a terminal reaches the parent alone, which ends it. It is not started by
    `multiprocessing`, which imports the script of the parent into it, with all of the command line.
    """

    def __init__(self, module: str, function: str) -> None:
        from multiprocessing.connection import Pipe  # what judges pages needs none

        self.pipe: Connection
        self.pipe, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(
                interpreter(f"from {module} import {function}; {function}({theirs.fileno()})"),
                stdin=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )

    def end(self) -> None:
        """Kill it, if it still lives, and see it gone."""
        self._process.kill()
        self._process.wait()
        self.pipe.close()


@contextmanager
def standing_by(count: int, module: str, function: str) -> Iterator[list[Interpreter]]:
    """So many of them, which are ended with the block."""
    started = list[Interpreter]()
    try:
        for _ in range(count):
            started.append(Interpreter(module, function))
        yield started
    finally:
        for one in started:
            one.end()
