"""One input becomes a shard: its pages judged, as sorted rows in parts, and a mark that says it is done, and of what.

Whoever calls: the same task gives the same bytes, and a task that was done is not done again. Limits are of work, not of
time, so that a slow machine gives what a fast one does.
"""

import hashlib
import re
import signal
import tempfile
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import msgspec

from harvester.archive import as_archived, open_warcs
from harvester.batch import files, rows
from harvester.batch.rows import Row, Standing
from harvester.batch.task import Range, Tally, Task
from harvester.captures import failure
from harvester.errors import InputError, PageError, StorageError
from harvester.extraction import load_weights
from harvester.index import Choice, Choosing, captures_in, seed_of
from harvester.judging import Asked, Shared, judge_pages
from harvester.pack import recipe_fingerprint
from harvester.packing import recipe_info
from harvester.settings import PackSettings, Settings
from harvester.types import Capture, Frozen, url_id
from harvester.workers import Make, Workers, in_order

_STEP = 1 << 20
_STALE = 100
"""Captures of an input that are judged in vain, at most, as others of the same pages come behind them."""


class _Done(Frozen):
    """The mark of a shard that is whole."""

    fingerprint: str
    input: str
    """Digest of the bytes that were read."""
    sizes: tuple[int, ...]
    """Of its parts."""
    tally: Tally


class _Unread(Exception):
    """The input cannot be read; the text says why."""


@lru_cache(maxsize=4)
def _fingerprint(settings: bytes, corpus: str) -> str:
    of = msgspec.msgpack.decode(settings, type=Settings)
    recipe = msgspec.structs.replace(recipe_info(of, load_weights()), pack=PackSettings())  # shards do not depend on it
    return hashlib.sha256(f"rows/2 {recipe_fingerprint(recipe)} {corpus}".encode()).hexdigest()[:16]


def fingerprint(settings: Settings, corpus: str) -> str:
    """Of all that decides the bytes of shards, beside their inputs: settings, weights, versions of libraries, the name."""
    return _fingerprint(msgspec.msgpack.encode(settings), corpus)


def extract_shard(task: Task, make: Make = judge_pages) -> Tally:
    """Judge every page of an input, and write the shard, unless it is there. Raises InputError and StorageError.

    What is wrong with the input itself is the tally's `error`. A page that fails is a row with its reason. `make` makes
    what judges a page that is guarded by itself.
    """
    here = fingerprint(task.settings, task.corpus)
    if here != task.fingerprint:
        raise InputError(
            f"this worker makes other bytes than the machine that asks ({here}, not {task.fingerprint}): "
            "install the same versions of harvester and its libraries on both"
        )
    stem = _stem(task)
    mark = files.join(task.output, f"{stem}.done.json")
    before = _done(mark)
    try:
        with _at_hand(task) as (path, digest, size):
            if before is not None and before.fingerprint == here and before.input == digest and _whole(task, before):
                return msgspec.structs.replace(before.tally, skipped=True)
            if before is not None:
                files.remove(mark)
            writer = rows.Writer(task.output, stem, task.part_bytes)
            tally = _judge(task, path, writer, make)
    except _Unread as error:
        return Tally(task.name, error=str(error))
    tally = msgspec.structs.replace(tally, parts=tuple(writer.parts), bytes_in=size, bytes_out=sum(writer.sizes))
    files.write(mark, msgspec.json.encode(_Done(here, digest, tuple(writer.sizes), tally)) + b"\n")
    for part in set(before.tally.parts if before else ()) - set(writer.parts):
        files.remove(files.join(task.output, part))
    return tally


def _stem(task: Task) -> str:
    """The name of a shard's files: the input's, and a digest of where it lies in its list."""
    what = msgspec.json.encode((task.name, task.ranges))
    name = re.sub(r"[^A-Za-z0-9._-]", "-", PurePosixPath(task.name).name)[:80].lstrip(".")
    return f"{name}-{hashlib.sha256(what).hexdigest()[:12]}"


def _done(mark: str) -> _Done | None:
    content = files.read(mark)
    try:
        return None if content is None else msgspec.json.decode(content, type=_Done)
    except msgspec.MsgspecError:  # of another version of harvester, or torn: the shard is made again
        return None


def _whole(task: Task, done: _Done) -> bool:
    sizes = (files.size(files.join(task.output, part)) for part in done.tally.parts)
    return all(size == stated for size, stated in zip(sizes, done.sizes, strict=True))


@contextmanager
def _at_hand(task: Task) -> Iterator[tuple[Path, str, int]]:
    """The input's bytes in a file of this machine, their digest and how many they are; of ranges one after the other."""
    with ExitStack() as stack:
        try:
            own, digest, size = files.local(task.path), hashlib.sha256(), 0
            source = stack.enter_context(files.reading(task.path))
            copy: BinaryIO | None = None
            path = own
            if path is None or task.ranges:
                folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="harvest-"))
                path = Path(folder, "input.wacz" if task.name.lower().endswith(".wacz") else "input")
                copy = stack.enter_context(path.open("wb"))
            for piece in _pieces(source, task.ranges):
                digest.update(piece)
                size += len(piece)
                if copy is not None:
                    copy.write(piece)
            if copy is not None:
                copy.close()
        except (StorageError, InputError) as error:
            raise _Unread(str(error)) from error
        yield path, digest.hexdigest(), size


def _pieces(source: BinaryIO, ranges: Iterable[Range]) -> Iterator[bytes]:
    if not ranges:
        yield from iter(lambda: source.read(_STEP), b"")
    for part in ranges:
        source.seek(part.offset)
        left = part.length
        while left and (piece := source.read(min(left, _STEP))):
            left -= len(piece)
            yield piece
        if left:
            raise StorageError(f"byte {part.offset}: {part.length} bytes are asked for, {left} are not there")


def _opened(task: Task, path: Path) -> Iterator[tuple[str, int, BinaryIO]]:
    """The input's WARC files, as `index` reads them; of ranges each by itself."""
    try:
        if task.ranges:
            with path.open("rb") as file:
                for part in task.ranges:
                    yield task.name, part.offset, BytesIO(file.read(part.length))
            return
        for name, stream in open_warcs(path):
            _, inside, entry = name.partition("/")
            yield f"{task.name}{inside}{entry}", 0, stream
    except (StorageError, InputError) as error:
        raise _Unread(str(error)) from error


def _judge(task: Task, path: Path, writer: rows.Writer, make: Make) -> Tally:
    """Judge and write captures as they come; rows of those that are not their page's in the end are taken out again."""
    found, kept = Choosing(), dict[Choice, bool]()
    for choice, cited, result in _results(task, found, path, make):
        seed, of = seed_of(choice), _standing(choice)
        kept[choice] = not isinstance(result, PageError)
        if isinstance(result, PageError):
            writer.add(seed.id, Row(seed, of, cited, failure=failure(seed, result)))
        else:
            writer.add(seed.id, Row(seed, of, cited, judged=result))
    for lost in found.failures:
        writer.add(lost.id, Row(failure=lost))
    writer.finish({(url_id(choice.url), _standing(choice)) for choice in kept if found.choices[choice.url] != choice})
    pages, used = len(found.choices), sum(kept[choice] for choice in found.choices.values())
    reasons = Counter(ignored.reason for ignored in found.ignored)
    return Tally(
        task.name,
        pages=pages,
        kept=used,
        failures=pages - used + len(found.failures),
        ignored=dict(sorted(reasons.items())),
    )


def _standing(choice: Choice) -> Standing:
    return Standing(choice.answered, choice.date, *choice.place)


_Cited = tuple[str, str] | None


def _results(task: Task, found: Choosing, path: Path, make: Make) -> Iterator[tuple[Choice, _Cited, bytes | PageError]]:
    """Each page with its capture and what judging made of it, guarded as the task says."""
    asked = deque[tuple[Choice, _Cited]]()
    shared = msgspec.msgpack.encode(Shared(task.settings, task.corpus, at_once=task.guard == "page"))
    items = _asked(task, found, path, asked)
    workers = Workers(count=1 if task.guard == "page" else 0).for_pages_of(task.settings.extract.max_page_bytes)
    if task.guard != "page":
        make = judge_timed if task.guard == "process" else judge_pages
    with in_order(make, shared, items, workers) as results:
        for result in results:
            yield *asked.popleft(), result


def _asked(task: Task, found: Choosing, path: Path, asked: deque[tuple[Choice, _Cited]]) -> Iterator[bytes | PageError]:
    limit = task.settings.extract.max_page_bytes
    for choice, capture in _chosen(task, found, path):
        try:
            if isinstance(capture, PageError):
                raise capture
            if len(capture.body) > limit:
                raise PageError("too-large", f"more than {limit} bytes")
            capture = as_archived(capture)
        except PageError as error:
            asked.append((choice, None))
            yield error
        else:
            asked.append((choice, (capture.record_id, capture.sha256)))
            yield msgspec.msgpack.encode(Asked(seed_of(choice), capture, sha256=capture.sha256))


def _chosen(task: Task, found: Choosing, path: Path) -> Iterator[tuple[Choice, Capture | PageError]]:
    """The captures of an input's pages, and some that are not its pages' in the end.

    The input is read once, and again only for what is not known before: what a revisit refers to, and pages of which
    there are many captures.
    """
    given, stale = dict[str, Choice](), 0
    for choice, capture in found.captures(_opened(task, path)):
        stale += choice.url in given
        if stale <= _STALE:
            given[choice.url] = choice
            yield choice, capture
    waiting = {choice.url: choice for choice in found.choices.values() if given.get(choice.url) != choice}
    if not waiting:
        return
    for seed, capture in captures_in(list(map(seed_of, waiting.values())), _opened(task, path)):
        yield waiting.pop(seed.url or ""), capture
    for choice in waiting.values():
        yield choice, PageError("unreadable", "the file changed while it was read")


def judge_timed(shared: bytes) -> Callable[[bytes], bytes]:
    """`judge_pages`, in a process that is ended at a page that takes too much of the processor."""
    most = msgspec.msgpack.decode(shared, type=Shared).settings.extract.max_page_bytes
    return timed(judge_pages(shared), Workers().for_pages_of(most).cpu)


def timed(judge: Callable[[bytes], bytes], seconds: float) -> Callable[[bytes], bytes]:
    """The same function in a process that the kernel ends (SIGPROF) when one call takes more of the processor's time."""

    def judged(page: bytes) -> bytes:
        signal.setitimer(signal.ITIMER_PROF, seconds)
        try:
            return judge(page)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)

    return judged
