"""What runs in a child: items are read from a pipe, one at a time, and answered on another, until the pipe is closed.

The child ends when its parent does, however that ended: then the pipe is closed.
"""

import importlib
import math
import os
import resource
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import msgspec

from harvester.errors import PageError
from harvester.garbage import rarely_collected
from harvester.workers.frames import BUG, FAILED, LEAVING, MEMORY, READY, RESULT, Start, frame, read
from harvester.workers.limits import Workers

_MIB = 1 << 20
_STATM = Path("/proc/self/statm")


def main() -> NoReturn:
    """Serve items from standard input. Leaves without finalizers: nothing here needs them, and a parser may hang in them."""
    with rarely_collected():
        os._exit(_serve())


def _serve() -> int:
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    requests = os.fdopen(0, "rb")

    def answer(kind: bytes, body: bytes = b"") -> None:
        replies.write(frame(kind, body))
        replies.flush()

    try:
        if (first := read(requests)) is None:
            return 0
        start = msgspec.msgpack.decode(first[1], type=Start)
        function: Callable[[bytes], bytes] = getattr(importlib.import_module(start.module), start.name)(start.setup)
        answer(READY)
        size, resident = _memory()
        _confine(start.workers, size)
        for served in range(1, start.workers.items + 1):
            if (request := read(requests)) is None:
                return 0
            _allow(start.workers.cpu)
            try:
                result = function(request[1])
            except PageError as error:
                answer(FAILED, msgspec.msgpack.encode((error.reason, error.detail)))
            else:
                answer(RESULT, result)
            if served == start.workers.items or _memory()[1] - resident > start.workers.growth * _MIB:
                answer(LEAVING)
                return 0
    except BrokenPipeError:  # the parent is gone
        return 0
    except MemoryError:  # of which this process may be in any state
        answer(MEMORY)
        return 1
    except Exception:
        answer(BUG, traceback.format_exc().encode("utf-8", "backslashreplace"))
        return 1
    return 0


def _confine(workers: Workers, size: int) -> None:
    """No file that grows, no core, few files open, and so much memory beside `size` bytes that are mapped."""
    for kind, most in (
        (resource.RLIMIT_AS, size + workers.memory * _MIB if size else resource.RLIM_INFINITY),
        (resource.RLIMIT_NOFILE, 16),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        if most == resource.RLIM_INFINITY:
            continue
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))


def _allow(seconds: int) -> None:
    """Let the kernel end this process (SIGXCPU) when it has used so many more seconds of the processor."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    most = math.ceil(time.process_time()) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _memory() -> tuple[int, int]:
    """Bytes mapped and bytes resident; zeros where the system does not say, as without /proc."""
    if not _STATM.exists():
        return 0, 0
    pages = _STATM.read_bytes().split()
    return int(pages[0]) * resource.getpagesize(), int(pages[1]) * resource.getpagesize()
