"""Scores of gold pages that nothing has changed about since: a file a gold root, in the user's cache folder.

Not in the project's folder: what a repository brings along could then claim scores that were never reached. Each score is
kept under a digest of all that decides it. A file that is damaged, a link, or somebody else's counts as absent, and a cache
that cannot be written costs time only.
"""

import hashlib
import os
import stat
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

import harvester
from harvester.archive import write_atomic
from harvester.errors import StorageError
from harvester.gate.score import PageScore
from harvester.gold import GoldPage
from harvester.settings import Recipe

_MOST_BYTES = 200_000_000
_DIGEST = 64


def cache_folder(environ: Mapping[str, str]) -> Path | None:
    """`harvester/check` in the cache folder of the XDG base directories; None where there is no absolute one."""
    base = environ.get("XDG_CACHE_HOME") or (f"{home}/.cache" if (home := environ.get("HOME")) else "")
    return Path(base) / "harvester" / "check" if base.startswith("/") else None


def deciding(recipe: Recipe, libraries: Mapping[str, str]) -> bytes:
    """A digest of what decides the score of any page: recipe, versions, and the bytes of harvester itself, weights included.

    Its bytes, since its version stays the same while somebody works on it.
    """
    digest = hashlib.sha256(msgspec.json.encode([recipe, libraries, sys.version], order="sorted"))
    root = Path(harvester.__file__).parent
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            path = Path(folder, name)
            if path.suffix in (".py", ".so", ".pyd") or path.parent.name == "weights":
                digest.update(f"\n{path.relative_to(root)}\n".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.digest()


def key_of(page: GoldPage, decided_by: bytes) -> str:
    """What the score of a page is kept under."""
    said = [page.page_sha256, page.gold_sha256, page.url, page.captured, page.content_type, page.page]
    return hashlib.sha256(decided_by + msgspec.json.encode(said)).hexdigest()


def file_of(folder: Path, root: Path) -> Path:
    """The file that holds the scores of a gold root."""
    return folder / f"{hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:32]}.json"


def read_cache(path: Path) -> dict[str, PageScore]:
    """The scores by key; none where the file is not to be trusted."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return {}
    with os.fdopen(handle, "rb") as file:
        state = os.fstat(handle)
        own = stat.S_ISREG(state.st_mode) and state.st_uid == os.getuid() and not state.st_mode & 0o022
        if not own or state.st_size > _MOST_BYTES:
            return {}
        stated, _, content = file.read(_MOST_BYTES).partition(b"\n")
    if stated != hashlib.sha256(content).hexdigest().encode():
        return {}
    try:
        return msgspec.json.decode(content, type=dict[str, PageScore])
    except msgspec.DecodeError:
        return {}


def write_cache(path: Path, scores: Mapping[str, PageScore]) -> str | None:
    """Keep the scores in place of those that the file held; why they could not be kept, else None."""
    content = msgspec.json.encode(scores)
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
