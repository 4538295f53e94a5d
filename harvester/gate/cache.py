"""What a check found out, kept for the next one: a file a gold root, in the user's cache folder.

Not in the project's folder: what a repository brings along could then claim scores that were never reached. Each score is
kept under a digest of all that decides it, and with the states of the page's files, by which the digest holds without reading
them (`gold.folders`). A file that is damaged, a link, or somebody else's counts as absent, and a cache that cannot be written
costs time only.
"""

import hashlib
import os
import stat
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

import harvester
from harvester.errors import StorageError
from harvester.gate.floors import Floors
from harvester.gate.page_score import PageScore
from harvester.gold import Expect, GoldPage
from harvester.settings import Recipe
from harvester.types import Frozen

_MOST_BYTES = 200_000_000


class Kept(Frozen):
    """A page and its score."""

    page: GoldPage
    """Without what it is scored by: `markdown` and `expect`."""
    key: str
    score: PageScore


class Cache(Frozen):
    """What the file holds."""

    standing: str = ""
    """Of the files of harvester; empty where they cannot tell that `decided_by` still holds."""
    decided_by: str = ""
    pages: tuple[Kept, ...] = ()
    floors: Floors | None = None
    """As they were read last, since TOML takes long to read."""
    floors_sha256: str = ""


def cache_folder(environ: Mapping[str, str]) -> Path | None:
    """`harvester/check` in the cache folder of the XDG base directories; None where there is no absolute one."""
    base = environ.get("XDG_CACHE_HOME") or (f"{home}/.cache" if (home := environ.get("HOME")) else "")
    return Path(base) / "harvester" / "check" if base.startswith("/") else None


def deciding(recipe: Recipe, libraries: Mapping[str, str]) -> str:
    """A digest of what decides the score of any page: recipe, versions, and the bytes of harvester itself, weights included.

    Its bytes, since its version stays the same while somebody works on it.
    """
    digest = hashlib.sha256(msgspec.json.encode([recipe, libraries, sys.version], order="sorted"))
    for name, path in _own_files():
        digest.update(f"\n{name}\n".encode())
        digest.update(hashlib.sha256(Path(path).read_bytes()).digest())
    return digest.hexdigest()


def standing(recipe: Recipe, settled: int) -> str:
    """A digest of the states of the files that `deciding` reads; empty where one changed at `settled` or later.

    Of the libraries it is the folders in which packages lie: to install another version of one is to change the folder.
    """
    states = [(name, os.stat(path)) for name, path in _own_files()]
    states += [(place, os.stat(place)) for place in sys.path if os.path.exists(place)]
    if any(max(state.st_mtime_ns, state.st_ctime_ns) >= settled for _, state in states):
        return ""
    said = [(name, s.st_size, s.st_mtime_ns, s.st_ctime_ns, s.st_ino) for name, s in states]
    return hashlib.sha256(repr((said, sys.version, msgspec.json.encode(recipe))).encode("utf-8", "replace")).hexdigest()


def _own_files() -> Iterator[tuple[str, str]]:
    """The files of harvester that decide, each by its name below the package and its path."""
    root = os.path.dirname(os.path.abspath(harvester.__file__))
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            if name.endswith((".py", ".so", ".pyd")) or os.path.basename(folder) == "weights":
                path = os.path.join(folder, name)
                yield path[len(root) + 1 :], path


def key_of(page: GoldPage, decided_by: str) -> str:
    """What the score of a page is kept under."""
    said = [page.page_sha256, page.gold_sha256, page.url, page.captured, page.content_type, page.page]
    return hashlib.sha256(decided_by.encode() + msgspec.json.encode(said)).hexdigest()


def file_of(folder: Path, root: Path) -> Path:
    """The file that holds the scores of a gold root."""
    return folder / f"{hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:32]}.json"


def read_cache(path: Path) -> Cache:
    """What the file holds; nothing where it is not to be trusted, or of another version."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return Cache()
    with os.fdopen(handle, "rb") as file:
        state = os.fstat(handle)
        own = stat.S_ISREG(state.st_mode) and state.st_uid == os.getuid() and not state.st_mode & 0o022
        if not own or state.st_size > _MOST_BYTES:
            return Cache()
        stated, _, content = file.read(_MOST_BYTES).partition(b"\n")
    if stated != hashlib.sha256(content).hexdigest().encode():
        return Cache()
    try:
        return msgspec.json.decode(content, type=Cache)
    except (ValueError, RecursionError):
        return Cache()


def kept(page: GoldPage, key: str, score: PageScore) -> Kept:
    """A page as the file has it."""
    return Kept(msgspec.structs.replace(page, markdown=None, expect=Expect()), key, score)


def write_cache(path: Path, found: Cache) -> str | None:
    """Keep what was found in place of what the file held; why it could not be kept, else None."""
    from harvester.archive import write_atomic

    content = msgspec.json.encode(found)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        state = path.parent.lstat()
        if not stat.S_ISDIR(state.st_mode) or state.st_uid != os.getuid() or state.st_mode & 0o022:
            return f"{path.parent}: it is not a folder that only you can write to: nothing was kept there"
        before = os.umask(0o077)
        try:
            write_atomic(path, hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
        finally:
            os.umask(before)
    except (OSError, StorageError) as error:
        return f"scores could not be kept for the next run: {error}"
    return None
