"""The folders of gold below a root, and the state that their files are in, by which a file that nobody touched is known again.

As git's index has it: a file with the size, times and inode that it had holds the bytes that it had. Times are no finer than the
clock of a file system, two seconds on FAT: a file that changed shortly before it was read may change once more and look the same.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TypeAlias

from harvester.errors import InputError

EXPECT, BODY, PROVENANCE = "expect.toml", "gold.md", "provenance.toml"
MAX_PAGES = 100_000
TICK = 2_000_000_000
"""Nanoseconds that the coarsest clock of a file system stands still."""

State: TypeAlias = tuple[str, int, int, int, int]
"""A file's name, size, times of change of its bytes and of its entry in nanoseconds, and inode."""


class Folder(NamedTuple):
    """A folder with gold in it."""

    path: Path
    files: dict[str, State | None]
    """What in it may be gold or a page, by name; None for what is no regular file."""

    def states(self, settled: int) -> tuple[State, ...]:
        """The states of all files; none where one may change unseen, since it changed at the time `settled` or later."""
        known = [state for state in self.files.values() if state is not None and max(state[2:4]) < settled]
        return tuple(known) if len(known) == len(self.files) else ()


def folders(root: Path) -> Iterator[Folder]:
    """The folders below `root` and itself; links to folders are not followed, hidden ones left out. Raises InputError."""
    waiting, found = [(str(root), root)], 0
    while waiting:
        name, path = waiting.pop()
        try:
            with os.scandir(name) as listed:
                entries = sorted(listed, key=lambda entry: entry.name)
        except OSError:  # one that cannot be listed has no pages, as for os.walk
            continue
        inner = [entry for entry in entries if not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False)]
        waiting += [(entry.path, path / entry.name) for entry in reversed(inner)]
        if any(entry.name in (EXPECT, BODY, PROVENANCE) and not _is_folder(entry) for entry in entries):
            yield Folder(path, {entry.name: _state(entry) for entry in entries if _is_of_page(entry.name)})
            found += 1
        if found > MAX_PAGES:
            raise InputError(f"{root}: more than {MAX_PAGES:,} pages; name a folder further down")


def _is_of_page(name: str) -> bool:
    return name in (EXPECT, BODY, PROVENANCE) or name.startswith("page.")


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _state(entry: "os.DirEntry[str]") -> State | None:
    try:
        return state_of(entry.name, entry.stat(follow_symlinks=False))
    except OSError:
        return None


def state_of(name: str, state: os.stat_result) -> State | None:
    """A file's state; None for what is no regular file."""
    if not stat.S_ISREG(state.st_mode):
        return None
    return name, state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino
