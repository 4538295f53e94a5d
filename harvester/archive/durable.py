"""Writing so that a kill or a power cut leaves the old state or the new one: temporary name, fsync, rename."""

import fcntl
import os
import shutil
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from harvester.errors import StorageError, storage


def sync_folder(folder: Path) -> None:
    """Make names created, renamed or removed in `folder` last."""
    with storage(folder):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def refuse_planted(path: Path, *, folder: bool = False) -> None:
    """Raise StorageError where a link stands at a path that is written, or a FIFO, or a folder for a file.

    What is written then lies where it seems to lie, and nothing is waited for. `create` takes care of itself.
    """
    with storage(path):
        try:
            mode = path.lstat().st_mode
        except FileNotFoundError:
            return
    if not (stat.S_ISDIR(mode) if folder else stat.S_ISREG(mode)):
        what, kept = "a link" if stat.S_ISLNK(mode) else "something else", "folder" if folder else "file"
        raise StorageError(f"{path}: {what} stands where harvest keeps a {kept} of its own; move it away")


def make_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing, and make their names last, also where a killed run made them."""
    with storage(folder):
        missing = [above for above in folder.parents if not above.exists()]
        folder.mkdir(parents=True, exist_ok=True)
    for made in (folder, *missing):
        sync_folder(made.parent)


def create(path: Path) -> int:
    """Open a new file for writing; a left-over or planted file or link of that name is removed, not followed."""
    with storage(path):
        path.unlink(missing_ok=True)
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)


def write_atomic(path: Path, content: bytes) -> None:
    """Replace the file at `path`; a reader sees the old bytes or the new, never a mix."""
    temporary = path.with_name(f".{path.name}.tmp")
    with storage(path), os.fdopen(create(temporary), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    with storage(path):
        temporary.rename(path)
    sync_folder(path.parent)


def replacement(folder: Path) -> Path:
    """An empty folder in which to make what is to stand in place of `folder`."""
    fresh = _beside(folder, "making")
    with storage(fresh):
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
    return fresh


def swap(folder: Path) -> None:
    """Put the folder that `replacement` gave, its files synced, in the place of `folder`.

    From the first rename on it counts: after a kill `finish_swap` does the rest.
    """
    sync_folder(made := _beside(folder, "making"))
    with storage(made):
        made.rename(_beside(folder, "made"))
    sync_folder(folder.parent)
    finish_swap(folder)


def finish_swap(folder: Path) -> None:
    """Do what a killed `swap` left undone, and remove what a killed one had not finished making."""
    making, made, old = (_beside(folder, name) for name in ("making", "made", "old"))
    for path in (folder, making, made, old):
        refuse_planted(path, folder=True)
    with storage(folder):
        if made.exists():
            if folder.exists():
                shutil.rmtree(old, ignore_errors=True)
                folder.rename(old)
            made.rename(folder)
            sync_folder(folder.parent)
        for rest in (making, old):
            if rest.exists():
                shutil.rmtree(rest)


def _beside(folder: Path, what: str) -> Path:
    return folder.with_name(f".{folder.name}.{what}")


class Holder(msgspec.Struct, frozen=True):
    """Who holds a corpus."""

    pid: int
    machine: str
    since: str


@contextmanager
def hold(folder: Path, *, now: str) -> Iterator[None]:
    """Keep every other run out of `folder`; raises StorageError naming the holder when one is in.

    The lock is the kernel's (flock), so that a killed run leaves none behind.
    """
    path = folder / ".lock"
    make_folder(folder)
    refuse_planted(path)
    with storage(path):
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StorageError(f"{folder}: in use by {_holder(handle)}; wait until it ends, or stop it") from None
        with storage(path):
            os.ftruncate(handle, 0)
            os.pwrite(handle, msgspec.json.encode(Holder(os.getpid(), socket.gethostname(), now)), 0)
        yield
    finally:
        os.close(handle)


def _holder(handle: int) -> str:
    try:
        holder = msgspec.json.decode(os.pread(handle, 4096, 0), type=Holder)
    except ValueError:  # the other run has the lock but not yet written its name
        return "another run"
    return f"process {holder.pid} on {holder.machine} since {holder.since}"
