"""Functions of items that do to a child what a parser may do, when the item says so."""

import ctypes
import gc
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

from harvester.errors import PageError


def make(setup: bytes) -> Callable[[bytes], bytes]:
    """The item in capitals behind what is shared, but for items that name one of the deeds below."""

    def work(item: bytes) -> bytes:
        deed, _, argument = item.decode().partition(" ")
        if deed in DEEDS:
            DEEDS[deed](argument)
        return setup + item.upper()

    return work


def counted(setup: bytes) -> Callable[[bytes], bytes]:
    """The process and how many items it has had."""
    had = 0

    def work(item: bytes) -> bytes:
        nonlocal had
        had += 1
        if item == b"grow":
            KEPT.append(os.urandom(64 << 20))
        return f"{os.getpid()} {had}".encode()

    return work


def collected(setup: bytes) -> Callable[[bytes], bytes]:
    """How many new objects the interpreter lets come before it looks for garbage."""
    return lambda item: f"{gc.get_threshold()[0]}".encode()


def unmakeable(setup: bytes) -> Callable[[bytes], bytes]:
    raise LookupError(f"nothing can be made of {setup!r}")


def stillborn(setup: bytes) -> Callable[[bytes], bytes]:
    os._exit(7)


KEPT: list[bytes] = []


def _segfault(argument: str) -> None:
    ctypes.string_at(0)


def _loop(argument: str) -> None:
    while True:
        pass


def _sleep(argument: str) -> None:
    time.sleep(float(argument))


def _allocate(argument: str) -> None:
    KEPT.append(bytes(int(argument) << 20))


def _print(argument: str) -> None:
    print("this is no answer", flush=True)
    os.write(1, b"nor this")
    sys.stderr.write("nor that\n")


def _refuse(argument: str) -> None:
    raise PageError("no-text", argument)


def _bug(argument: str) -> None:
    raise ZeroDivisionError(argument)


def _leave(argument: str) -> None:
    os._exit(int(argument))


def _kill_once(argument: str) -> None:
    """Be killed, as from outside, by the first child that gets to it; of more children by so many, each leaving a mark."""
    for number in range(int(argument.partition(" ")[0])):
        mark = Path(argument.partition(" ")[2] + str(number))
        if not mark.exists():
            os.mknod(mark)  # a child may write no file, but make an empty one
            os.kill(os.getpid(), signal.SIGKILL)


def _environment(argument: str) -> None:
    raise PageError("no-text", repr((sorted(os.environ), os.getcwd(), sorted(os.listdir("/proc/self/fd")))))


def _write(argument: str) -> None:
    try:
        Path(argument).write_bytes(b"x")
    except OSError as error:
        raise PageError("no-text", error.strerror or "") from error


def _open_many(argument: str) -> None:
    try:
        sockets = [socket.socket() for _ in range(32)]
    except OSError as error:
        raise PageError("no-text", error.strerror or "") from error
    raise AssertionError(sockets)


DEEDS: dict[str, Callable[[str], None]] = {
    "segfault": _segfault,
    "loop": _loop,
    "sleep": _sleep,
    "allocate": _allocate,
    "print": _print,
    "refuse": _refuse,
    "bug": _bug,
    "leave": _leave,
    "kill": _kill_once,
    "environment": _environment,
    "write": _write,
    "open-many": _open_many,
}
