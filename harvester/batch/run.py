"""Lists of WARC files → shards, made by an engine → one version: the shards' rows merged by page, of its captures one taken,
and then what is decided over a whole corpus, as in a build."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import groupby
from pathlib import Path, PurePosixPath
from shutil import rmtree
from typing import Literal

import msgspec

from harvester.archive import hold
from harvester.batch import files, rows
from harvester.batch.engines import Engine, processes, serial
from harvester.batch.lists import inputs_of
from harvester.batch.on_ray import on_ray
from harvester.batch.rows import ID, Row, Standing
from harvester.batch.shard import fingerprint
from harvester.batch.task import Tally, Task
from harvester.captures import failure
from harvester.curate import Remembered, bounds_of
from harvester.curating import SPOOL, Pages
from harvester.errors import InputError, storage
from harvester.index import SUPERSEDED, Listing
from harvester.judging import decoded
from harvester.pack import SEEDS, FileEntry, Spool, draft, seed_lines, shares, write_lines
from harvester.packing import BuildResult, pack_pages
from harvester.run import Progress, clock, silent
from harvester.settings import Settings
from harvester.tombstones import Tombstones, forgotten, read_tombstones
from harvester.types import Failure, Frozen, path_id
from harvester.workers import Interpreter

SHARDS = "shards"
"""Folder of a corpus in which shards lie, if no other is named."""
EngineName = Literal["serial", "processes"]


class BatchResult(Frozen):
    """What a batch did."""

    build: BuildResult
    """What was packed; the failures in it are those of pages and of inputs."""
    inputs: int
    skipped: int
    """Inputs of which the shard was there already."""
    failed: tuple[str, ...]
    """Inputs that could not be read or worked at to their end, a line each."""
    ignored: Mapping[str, int]
    """Records that are no page's capture, by reason."""
    bytes_in: int
    """Of the inputs as they lie there."""
    shards: str
    """Where the shards lie."""


def engine_named(name: str, address: str | None = None, started: Sequence[Interpreter] = ()) -> Engine:
    """The engine of that name; `address` is of a Ray cluster that runs, `started` are for `processes`. Raises InputError."""
    if address is not None and name != "ray":
        raise InputError(f"--address {address}: only --engine ray works in a cluster")
    match name:
        case "serial":
            return serial
        case "processes":
            return partial(processes, started=started)
        case "ray":
            return partial(on_ray, address=address)
        case _:
            raise InputError(f"--engine {name}: no such engine; take serial, processes or ray")


def batch(
    lists: Sequence[str],
    *,
    name: str,
    output: Path = Path("corpus"),
    shards: str | None = None,
    prefix: str = "",
    settings: Settings,
    engine: Engine = serial,
    workers: int = 1,
    progress: Progress | None = None,
) -> BatchResult:
    """Make a shard of every input that has none yet, then pack a version of all of them.

    `name` is that of the corpus; `shards` where shards go, as fsspec opens it. Neither engine, workers nor the order of
    inputs changes a byte. Raises InputError for lists and settings to be mended, StorageError for the disk or a corpus in
    use; an input that fails is in the result, and among the version's failures.
    """
    report = progress or silent
    shares(settings.pack.splits)
    bounds_of(settings.curate)
    corpus = output / name
    place = shards or str(corpus / SHARDS)
    tasks = tasks_of(lists, name=name, shards=place, prefix=prefix, settings=settings)
    with hold(corpus, now=clock()):
        tallies, fresh, pages = list[Tally](), 0, 0
        for tally in engine(sorted(tasks, key=_bytes, reverse=True), workers):  # the last ones are done soon
            tallies.append(tally)
            report("files", len(tallies), len(tasks))
            fresh += not tally.skipped
            pages += 0 if tally.skipped else tally.pages
            if fresh:  # of the others it can only be guessed how many pages they have
                report("pages", pages, pages * (len(tasks) - len(tallies) + fresh) // fresh)
        with draft(corpus) as folder:
            paths = {task.name: task.path for task in tasks}
            built, superseded = _packed(tallies, paths, place, folder, name, settings, report)
    ignored = Counter({SUPERSEDED: superseded} if superseded else {})
    for tally in tallies:
        ignored.update(tally.ignored)
    return BatchResult(
        build=msgspec.structs.replace(built, ignored=ignored.total()),
        inputs=len(tasks),
        skipped=sum(tally.skipped for tally in tallies),
        failed=tuple(sorted(f"{tally.name}: {tally.error}" for tally in tallies if tally.error)),
        ignored=dict(sorted(ignored.items(), key=lambda item: (-item[1], item[0]))),
        bytes_in=sum(tally.bytes_in for tally in tallies),
        shards=place,
    )


def tasks_of(lists: Sequence[str], *, name: str, shards: str, prefix: str = "", settings: Settings) -> list[Task]:
    """What is to be done for a batch, an input a task, for callers of `extract_shard` of their own. Raises InputError.

    A batch with the same arguments finds the shards that they made, and packs them.
    """
    files.check(shards)
    mark, output = fingerprint(settings, name), files.everywhere(shards)
    inputs = inputs_of(lists, prefix=prefix)
    return [Task(files.everywhere(i.path), i.name, output, name, settings, mark, i.ranges) for i in inputs]


def _bytes(task: Task) -> int:
    """Bytes of an input; 0 where it would take a request to know."""
    if task.ranges:
        return sum(part.length for part in task.ranges)
    own = files.local(task.path)
    return own.stat().st_size if own is not None and own.is_file() else 0


def _packed(
    tallies: Sequence[Tally],
    paths: Mapping[str, str],
    place: str,
    folder: Path,
    name: str,
    settings: Settings,
    report: Progress,
) -> tuple[BuildResult, int]:
    """The version, and how many captures another one supersedes that lies in another input."""
    parts = [files.join(place, part) for tally in tallies for part in tally.parts]
    failures = [_input_failure(tally, paths[tally.name]) for tally in tallies if tally.error]
    merge = _Merge(parts, folder, settings, read_tombstones(folder.parent), failures, report)
    merge.total = sum(tally.pages for tally in tallies)
    merge.listed = len(failures)
    listing = Listing(name, "", None, None, None, None, None, (), ())
    built = pack_pages(
        merge.first_pass(),
        failures,
        folder,
        settings,
        listing=listing,
        pages=lambda: merge.listed,
        seeds=merge.write_seeds,
    )
    return built, merge.superseded


def _input_failure(tally: Tally, path: str) -> Failure:
    """The row of an input that failed; it says nothing of where the input lay."""
    detail = (tally.error or "").replace(path, tally.name)
    return Failure(path_id(tally.name), tally.name, "unreadable", detail, PurePosixPath(tally.name).name, 0)


class _Merge:
    """The first pass over rows: of each page's captures one is taken, and what else there is goes to the failures."""

    def __init__(
        self,
        parts: Sequence[str],
        folder: Path,
        settings: Settings,
        tombstones: Tombstones,
        failures: list[Failure],
        report: Progress,
    ) -> None:
        self._parts, self._folder, self._settings = parts, folder, settings
        self._tombstones, self._failures, self._report = tombstones, failures, report
        self.total = 0
        """Pages of all inputs, as often as they are in them."""
        self.listed = self.superseded = 0
        """Pages that the version lists; captures of them that are not taken."""

    @contextmanager
    def first_pass(self) -> Iterator[Pages]:
        scratch = self._folder / "merging"
        with storage(scratch):
            scratch.mkdir()
        with (
            Spool(self._folder / SPOOL) as spool,
            Spool(self._folder / "listed") as self._seeds,
            Remembered(self._folder) as known,
        ):
            pages, done = Pages(spool, known, self._settings, self._failures), 0
            for _, group in groupby(rows.merged(self._parts, scratch), key=lambda row: row[:ID]):
                page = [rows.decoded(row) for row in group]
                done += sum(row.seed is not None for row in page)
                self._take(page, pages)
                self._report("merge", done, self.total)
            yield pages
        rmtree(scratch, ignore_errors=True)

    def _take(self, page: Sequence[Row], pages: Pages) -> None:
        """The rows of one id: damaged records, and captures of which the greatest is taken."""
        damaged = [row.failure for row in page if row.seed is None and row.failure is not None]
        self._failures += damaged
        self.listed += len(damaged)
        captures = [row for row in page if row.seed is not None]
        if not captures:
            return
        taken = max(captures, key=_standing)
        self.superseded += len(captures) - 1
        assert taken.seed is not None
        self.listed += 1
        if (row := self._tombstones.of(taken.seed)) is not None:
            self._failures.append(failure(taken.seed, forgotten(row)))
            return
        cited = {} if taken.capture is None else {taken.seed.id: taken.capture}
        for line in seed_lines([taken.seed], cited):
            self._seeds.append(line)
        if taken.failure is not None:
            self._failures.append(taken.failure)
        elif taken.judged is not None:
            pages.add(taken.seed, decoded(taken.judged))

    def write_seeds(self) -> FileEntry:
        """Write the list of pages, while the pass is open."""
        self._seeds.flush()
        return write_lines(self._folder, SEEDS, (self._seeds[number] for number in range(len(self._seeds))))


def _standing(row: Row) -> Standing:
    assert row.standing is not None
    return row.standing
