"""What a disk may hold after a power cut, replayed from the calls that strace saw.

The model is that of ALICE (Pillai et al., All File Systems Are Not Created Equal, OSDI 2014): of a file only what was
there at its last fsync is sure, of a folder only the names that were there at its own. What came later may have
reached the disk or not, a name at a time and a block at a time, in any order.
"""

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

_CALLS = (
    "openat,creat,write,pwrite64,writev,pwritev,pwritev2,ftruncate,truncate,fallocate,fsync,fdatasync,rename,renameat,"
    "renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,link,linkat,symlink,symlinkat,copy_file_range,sendfile,lseek"
)
STRACE = (
    "strace",
    "-f",
    "--seccomp-bpf",
    "-qq",
    "-y",
    "-xx",
    "-s",
    "3000000",
    "-o",
    "trace.txt",
    "-e",
    f"trace={_CALLS}",
)
_BY_HANDLE = (
    "write",
    "pwrite64",
    "writev",
    "pwritev",
    "pwritev2",
    "ftruncate",
    "fallocate",
    "fsync",
    "fdatasync",
    "lseek",
)
_BLOCK = 4096  # bytes that reach the disk together

Names = Literal["lost", "kept", "some"]
"""Of the names that changed since their folder's last fsync: none, all, some."""
Contents = Literal["lost", "kept", "zeros", "torn", "blocks", "any"]
"""Of what came after a file's last fsync: nothing, all, its length alone, all but the end of the last write, some blocks;
`any`: of each file something else."""
VARIANTS: tuple[tuple[Names, Contents], ...] = (
    ("lost", "lost"),
    ("kept", "lost"),
    ("kept", "zeros"),
    ("kept", "torn"),
    ("kept", "blocks"),
    ("some", "kept"),
    ("some", "any"),
    ("kept", "any"),
)


class Call(NamedTuple):
    """One call that changes the disk, or makes a change last."""

    name: Literal["create", "write", "truncate", "sync", "rename", "unlink", "mkdir"]
    path: str
    """Relative to the folder in which the run was started."""
    at: int = 0
    """Where a write begins (-1: at the end); the size that a truncation leaves."""
    content: bytes = b""
    to: str = ""


def calls(trace: Path, below: str) -> list[Call]:
    """The calls of a run, started in the trace's folder, on what lies `below` there, in the order in which they ended."""
    found, position, appends = list[Call](), dict[str, int](), set[str]()
    for name, text, result in _ended(trace):
        if result.startswith("-1") or result == "?":
            continue
        strings, paths = _named(name, text, trace.parent)
        if not any(path.split("/")[0] == below for path in paths):
            continue
        handle, last = text.partition("<")[0], text.rpartition(", ")[2]
        if name == "openat":
            handle = result.partition("<")[0]
            position[handle] = 0
            appends = appends | {handle} if "O_APPEND" in text else appends - {handle}
            if "O_CREAT" in text:
                found.append(Call("create", paths[0]))
            if "O_TRUNC" in text:
                found.append(Call("truncate", paths[0]))
        elif name == "lseek":
            position[handle] = int(result)
        elif name == "write":
            size = int(result)
            found.append(Call("write", paths[0], -1 if handle in appends else position[handle], strings[0][:size]))
            position[handle] += size
        elif name == "pwrite64":
            found.append(Call("write", paths[0], int(last), strings[0][: int(result)]))
        elif name in ("ftruncate", "truncate"):
            found.append(Call("truncate", paths[0], int(last)))
        elif name in ("fsync", "fdatasync"):
            found.append(Call("sync", paths[0]))
        elif name in ("rename", "renameat", "renameat2"):
            found.append(Call("rename", paths[0], to=paths[1]))
        elif name in ("unlink", "unlinkat", "rmdir"):
            found.append(Call("unlink", paths[0]))
        elif name in ("mkdir", "mkdirat"):
            found.append(Call("mkdir", paths[0]))
        else:
            raise AssertionError(f"the model does not know this call: {name}({text[:200]})")
    return found


def _ended(trace: Path) -> Iterator[tuple[str, str, str]]:
    """`(name, arguments, result)` of each call; those that another thread's came between are put together."""
    begun = dict[str, str]()
    for line in trace.read_text("ascii").splitlines():
        thread, _, text = line.partition(" ")
        text = text.strip()
        if text.endswith("<unfinished ...>"):
            begun[thread] = text.removesuffix("<unfinished ...>")
            continue
        if resumed := re.match(r"<\.\.\. \w+ resumed>", text):
            text = begun.pop(thread) + text[resumed.end() :]
        if call := re.fullmatch(r"(\w+)\((.*)\) += (\S+)(?: .*)?", text):
            yield call[1], call[2].strip(), call[3]


def _named(name: str, text: str, folder: Path) -> tuple[list[bytes], list[str]]:
    """The strings among the arguments of a call, and the paths it names, relative to `folder` where they lie in it."""
    strings, paths, handles, start = list[bytes](), list[str](), list[str](), str(folder)
    for string, handle in re.findall(r'"((?:\\x[0-9a-f]{2})*)"|<((?:\\x[0-9a-f]{2})+)>', text):
        content = bytes.fromhex((string or handle).replace("\\x", ""))
        if handle:
            start = content.decode()
            handles.append(start)
        else:
            strings.append(content)
            path = content.decode("utf-8", "replace")
            paths.append(path if path.startswith("/") else f"{start}/{path}")
            start = str(folder)
    named = handles if name in _BY_HANDLE else paths
    return strings, [path.removeprefix(f"{folder}/") for path in named]


class File:
    """Bytes as the running system sees them, as they surely lie on the disk, and what was changed between."""

    def __init__(self, content: bytes = b"") -> None:
        self.now, self.safe, self.changes = bytearray(content), content, list[Call]()

    def change(self, call: Call) -> None:
        self.changes.append(call._replace(at=len(self.now) if call.at < 0 else call.at))
        _apply(self.now, self.changes[-1])

    def sync(self) -> None:
        self.safe, self.changes = bytes(self.now), []

    def after(self, contents: Contents, chance: random.Random) -> bytes:
        """What may be left of it."""
        now = bytes(self.now)
        if contents == "any":
            contents = chance.choice(("lost", "kept", "zeros", "torn", "blocks"))
        if contents == "lost" or not self.changes:
            return self.safe
        if contents == "zeros":
            return self.safe + bytes(max(0, len(now) - len(self.safe)))
        if contents == "torn":
            torn = bytearray(self.safe)
            *whole, last = self.changes
            for change in (*whole, last._replace(content=last.content[: chance.randrange(len(last.content) + 1)])):
                _apply(torn, change)
            return bytes(torn)
        if contents == "blocks":
            old = self.safe.ljust(len(now), b"\0")
            return b"".join(
                (now if chance.random() < 0.5 else old)[at : min(at + _BLOCK, len(now))]
                for at in range(0, len(now), _BLOCK)
            )
        return now


class Folder:
    """Names as the running system sees them, and as they surely lie on the disk."""

    def __init__(self) -> None:
        self.now, self.safe = dict[str, "File | Folder"](), dict[str, "File | Folder"]()


Change = list[tuple[Folder, str, "File | Folder | None"]]
"""What a call did to names, all of it or nothing: each of these in its folder now stands for that, or for nothing."""


class Disk:
    """A folder and what lies below it, on which calls are replayed; what `start` holds surely lies there."""

    def __init__(self, start: Path) -> None:
        self._top, self._changes = Folder(), list[Change]()
        for path in sorted(start.rglob("*")):
            folder, name = self._place(path.relative_to(start).as_posix())
            folder.now[name] = folder.safe[name] = Folder() if path.is_dir() else File(path.read_bytes())

    def replay(self, call: Call) -> None:
        """Let a call have happened."""
        folder, name = self._place(call.path)
        node = folder.now.get(name) if name else self._top
        if call.name == "create":
            if node is None:
                self._change([(folder, name, File())])
        elif call.name == "mkdir":
            self._change([(folder, name, Folder())])
        elif call.name == "unlink":
            self._change([(folder, name, None)])
        elif call.name == "rename":
            assert node is not None
            self._change([(folder, name, None), (*self._place(call.to), node)])
        elif isinstance(node, Folder):
            assert call.name == "sync"
            self._sync(node)
        elif node is not None:  # else of a file that is removed and still open
            node.sync() if call.name == "sync" else node.change(call)

    def after_cut(self, names: Names, contents: Contents, chance: random.Random) -> dict[str, bytes | None]:
        """The files that may be left, by path, with their bytes; None for a folder."""
        kept = dict[int, dict[str, File | Folder]]()
        skipped = set[tuple[int, str]]()
        for change in self._changes:
            held = [(id(folder), name) for folder, name, _ in change]
            if names == "lost" or not skipped.isdisjoint(held) or (names == "some" and chance.random() < 0.5):
                skipped.update(held)
                continue
            for folder, name, node in change:
                _set(kept.setdefault(id(folder), dict(folder.safe)), name, node)
        left = dict[str, bytes | None]()

        def list_folder(folder: Folder, path: str) -> None:
            for name, node in kept.get(id(folder), folder.safe).items():
                if isinstance(node, File):
                    left[path + name] = node.after(contents, chance)
                else:
                    left[path + name] = None
                    list_folder(node, f"{path}{name}/")

        list_folder(self._top, "")
        return left

    def _place(self, path: str) -> tuple[Folder, str]:
        *folders, name = path.split("/")
        folder = self._top
        for part in folders:
            below = folder.now[part]
            assert isinstance(below, Folder)
            folder = below
        return folder, name

    def _change(self, change: Change) -> None:
        for folder, name, node in change:
            _set(folder.now, name, node)
        self._changes.append(change)

    def _sync(self, folder: Folder) -> None:
        lasting = [change for change in self._changes if any(place is folder for place, _, _ in change)]
        for change in lasting:
            for place, name, node in change:
                _set(place.safe, name, node)
        self._changes = [change for change in self._changes if change not in lasting]


def lay_out(files: dict[str, bytes | None], folder: Path) -> None:
    """Make these files and folders."""
    folder.mkdir()
    for path, content in files.items():
        if content is None:
            (folder / path).mkdir()
        else:
            (folder / path).write_bytes(content)


def _set(names: dict[str, File | Folder], name: str, node: File | Folder | None) -> None:
    if node is None:
        names.pop(name, None)
    else:
        names[name] = node


def _apply(content: bytearray, change: Call) -> None:
    if change.name == "truncate":
        del content[change.at :]
        content.extend(bytes(change.at - len(content)))
    else:
        content.extend(bytes(max(0, change.at - len(content))))
        content[change.at : change.at + len(change.content)] = change.content
