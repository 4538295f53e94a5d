"""A page that lies on the disk, below the folder of its index. Knows no network."""

import errno
import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath

from harvester.errors import PageError
from harvester.types import Capture

_TYPES = {".html": "text/html", ".htm": "text/html", ".xhtml": "application/xhtml+xml"}
# O_NONBLOCK: opening a FIFO that nobody writes to would wait for ever.
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY


def load_file(folder: Path, path: str, *, uri: str, captured: str, limit: int) -> Capture:
    """Read the page at `path`, relative to `folder`, as a Capture archived under `uri` with the date `captured`.

    Symbolic links are followed as long as they stay below `folder`. Raises PageError: `outside-folder`,
    `not-regular`, `too-large` (more than `limit` bytes), `empty`, `unreadable`.
    """
    try:
        with os.fdopen(_open_below(folder, path), "rb") as file:
            # The size refuses a sparse file of 10 GB at once; reading decides for one that grows or says 0 (/proc).
            size = os.fstat(file.fileno()).st_size
            body = b"" if size > limit else file.read(size + 1)
            if len(body) > size:  # asking for the limit at once would reserve as much memory for every small page
                body += file.read(limit + 1 - len(body))
    except OSError as error:
        if error.errno == errno.ENXIO:  # what opening a socket, or a device without a driver, answers
            raise PageError("not-regular", "not a regular file") from error
        raise PageError("unreadable", os.strerror(error.errno) if error.errno else "read error") from error
    except ValueError as error:
        raise PageError("unreadable", "not a possible file name") from error
    if max(size, len(body)) > limit:
        raise PageError("too-large", f"more than {limit} bytes")
    if not body:
        raise PageError("empty", "0 bytes")
    content_type = _TYPES.get(PurePosixPath(path).suffix.lower(), "text/plain")
    return Capture(uri=uri, fetched_at=captured, body=body, content_type=content_type)


def _open_below(folder: Path, path: str) -> int:
    """A descriptor of the file. Raises OSError, PageError, and ValueError for a name with NUL or lone surrogates."""
    if "/" not in path and path not in ("", ".", ".."):
        try:  # a name that is no link leads nowhere else
            return _regular(os.open(os.path.join(folder, path), _FLAGS))
        except OSError as error:
            if error.errno != errno.ELOOP:
                raise
    root = os.path.realpath(folder)
    real = os.path.realpath(os.path.join(root, path))
    if os.path.commonpath((root, real)) != root:
        raise PageError("outside-folder", "the path leads out of the folder")
    return _descend(root, PurePosixPath(real).relative_to(root).parts)


def _descend(root: str, parts: Sequence[str]) -> int:
    """Open one name below the other without following links, so that one put there after the check is refused."""
    held = os.open(root, _FLAGS)
    try:
        for part in parts:
            inner = os.open(part, _FLAGS, dir_fd=held)
            os.close(held)
            held = inner
    except BaseException:
        with suppress(OSError):  # closed already, where Ctrl-C comes as it is: it must not become an unreadable file
            os.close(held)
        raise
    return _regular(held)


def _regular(held: int) -> int:
    """The descriptor, which is closed if it is of something else than a regular file."""
    if not stat.S_ISREG(os.fstat(held).st_mode):
        os.close(held)
        raise PageError("not-regular", "not a regular file")
    return held
