"""Ctrl-C at every place of some work where it can come."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


def losses(work: Callable[[], object]) -> list[int]:
    """The numbers of the calls, of Python or C, at whose beginning or end Ctrl-C is lost on its way up: none, as it should be."""
    work()  # what is loaded or kept by the first run is no part of those that follow
    total = 0

    def see(frame: FrameType, event: str, arg: object) -> None:
        nonlocal total
        total += 1

    with _profiled(see):
        work()
        events = total
    assert events
    return [number for number in range(1, events + 1) if not _is_heard(work, number)]


def _is_heard(work: Callable[[], object], number: int) -> bool:
    seen = 0

    def interrupt(frame: FrameType, event: str, arg: object) -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            raise KeyboardInterrupt

    try:
        with _profiled(interrupt):
            work()
    except KeyboardInterrupt:
        return True
    except Exception:  # in its place, as one of the work's own
        return False
    return False


@contextmanager
def _profiled(function: Callable[[FrameType, str, object], object]) -> Iterator[None]:
    before = sys.getprofile()
    sys.setprofile(function)
    try:
        yield
    finally:
        sys.setprofile(before)
