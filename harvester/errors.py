"""The errors of harvester, sorted by what the caller must do.

    HarvestError
    ├── InputError      the user mends the input; exit 2, one line that names file, line and remedy
    ├── StorageError    the disk, the archive or another run is in the way; exit 5
    ├── GateFailed      what was checked is not good enough; exit 1
    └── PageError       this page drops out as a Failure, the run goes on

Anything else is a bug and keeps its traceback.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager


class HarvestError(Exception):
    """Base of every error that harvester raises on purpose."""


class InputError(HarvestError):
    """An index, a setting or an argument that must be mended; `problems` holds one line for each place."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class StorageError(HarvestError):
    """A file could not be read or written, an archive is corrupt, or another run holds the corpus."""


class GateFailed(HarvestError):
    """A check has findings, which have been shown; says how many."""


class PageError(HarvestError):
    """One page cannot become a record; `reason` is one of `types.REASONS`, `detail` says more."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


def http_error(status: int) -> PageError:
    """The error for a page whose server answered with a status from 400 on."""
    named = {401: "http-401", 403: "http-403", 404: "http-404", 410: "http-410", 429: "http-429", 451: "http-451"}
    reason = named.get(status, "http-4xx" if status < 500 else "http-5xx")
    return PageError(reason, f"the server answered {status}")


@contextmanager
def storage(path: str | os.PathLike[str]) -> Iterator[None]:
    """Turn an OSError inside the block into a StorageError that names the file."""
    try:
        yield
    except OSError as error:
        name = error.filename if isinstance(error.filename, str) else os.fspath(path)
        raise StorageError(f"{name}: {error.strerror or error}") from error
