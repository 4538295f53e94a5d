"""What is to be done with one input, and what came of it: plain data that goes to other processes and machines."""

from collections.abc import Mapping
from typing import Literal

from harvester.settings import Settings
from harvester.types import Frozen

Guard = Literal["none", "process", "page"]
"""What a page may take down that crashes or hangs the parser: this process, which is the run itself (`none`); this process,
which its engine makes anew (`process`); or only a child that judges pages (`page`), which takes longer."""


class Range(Frozen, order=True):
    """Bytes of a file that hold whole records, as a CDX index names them."""

    offset: int
    length: int


class Task(Frozen):
    """One WARC or WET file, or some records of one, to be made into a shard."""

    path: str
    """Where it lies, as fsspec opens it."""
    name: str
    """As its list names it, without the prefix: what the pages' seeds state as their file."""
    output: str
    """Folder of the shards, as fsspec opens it."""
    corpus: str
    settings: Settings
    fingerprint: str
    """Of what decides a shard's bytes; another one on the worker is an error."""
    ranges: tuple[Range, ...] = ()
    """Sorted; none for the whole file."""
    part_bytes: int = 64 << 20
    """Bytes of rows in a part of a shard: what is sorted in memory."""
    guard: Guard = "none"


class Tally(Frozen):
    """What came of a task: counts, and where its rows lie."""

    name: str
    parts: tuple[str, ...] = ()
    """The shard's files, below the task's output."""
    pages: int = 0
    """That are pages by their records."""
    kept: int = 0
    """Of these, those that no filter dropped."""
    failures: int = 0
    ignored: Mapping[str, int] = {}
    """Records that are no pages, and captures that another one supersedes, by reason."""
    bytes_in: int = 0
    bytes_out: int = 0
    skipped: bool = False
    """Whether an earlier run had done it already."""
    error: str | None = None
    """Why the input could not be read, or not be worked at to its end."""
