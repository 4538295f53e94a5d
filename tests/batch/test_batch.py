"""Many WARC files become one version: the same bytes whoever works, in whatever order, and whatever dies on the way."""

import gzip
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import fsspec
import msgspec
import pytest

from harvester.batch import (
    BatchResult,
    Engine,
    Tally,
    Task,
    batch,
    extract_shard,
    fingerprint,
    processes,
    serial,
    tasks_of,
)
from harvester.batch import rows as rows_of
from harvester.errors import InputError
from harvester.forgetting import forget
from harvester.judging import judge_pages
from harvester.pipeline import build, verify
from harvester.settings import Settings, resolve
from tests.archive.foreign import DATE, packed, page, record, response, revisit
from tests.conftest import HARVEST
from tests.workers.test_workers import children

DAY = "2025-03-0{}T00:00:00Z"
SITE = "https://a.example"
WORDS = ("lamp tower keeper anchor harbour ferry gull rope", "barrel storm chart compass lantern pier wharf beacon")


def text(number: int) -> bytes:
    """A page of its own: no two have most of their words in common."""
    words = " ".join(WORDS).split()
    said = " ".join(f"{words[(number * 7 + i * (number + 3)) % len(words)]} {number * i + i} feet" for i in range(60))
    lines = "".join(
        f"<p>The {said[k * 60 : k * 60 + 240]} was seen by the sailors who came from the sea.</p>" for k in range(4)
    )
    return f"<html><head><title>Page {number}</title></head><body><article>{lines}</article></body></html>".encode()


@pytest.fixture
def crawl(tmp_path: Path) -> list[str]:
    """Four files: an old capture superseded in another file, damage, errors, a page too poor, a text twice."""
    files = []
    for number in range(4):
        pages = [response(f"{SITE}/{number}/{i}", text(number * 10 + i)) for i in range(6)]
        pages.append(response(f"{SITE}/same", text(100 + number), date=DAY.format(number + 1)))
        pages.append(response(f"{SITE}/{number}/copy", text(0)))
        pages.append(response(f"{SITE}/{number}/gone", b"", status="404 Not Found"))
        pages.append(response(f"{SITE}/{number}/poor", b"<html><body></body></html>"))
        content = packed(*pages)
        if number == 2:
            content = content[:-200] + b"\0" * 40 + content[-160:]
        (tmp_path / f"{number}.warc.gz").write_bytes(content)
        files.append(str(tmp_path / f"{number}.warc.gz"))
    return files


def run(
    lists: Sequence[str], output: Path, engine: Engine = serial, settings: Settings | None = None, prefix: str = ""
) -> BatchResult:
    settings = settings or resolve()
    return batch(lists, name="crawl", output=output, engine=engine, workers=2, settings=settings, prefix=prefix)


def version(result: BatchResult) -> Mapping[str, bytes]:
    """Every file of the version that was made."""
    assert result.build.folder is not None
    folder = Path(result.build.folder)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def rows(files: Mapping[str, bytes], name: str) -> list[dict[str, object]]:
    return [json.loads(line) for path in sorted(files) if path.startswith(name) for line in files[path].splitlines()]


def test_neither_the_engine_nor_the_order_nor_a_death_changes_a_byte(crawl: list[str], tmp_path: Path) -> None:
    def deadly(tasks: Sequence[Task], workers: int) -> Iterator[Tally]:
        before, running = children(), processes(tasks, workers)
        yield next(running)
        os.kill(max(children() - before), signal.SIGKILL)
        yield from running

    one = run(crawl, tmp_path / "one")
    assert one.build.counts.records == 4 * 6 + 1 + 4 and one.ignored == {
        "superseded by another capture": 3,
        "status 404": 3,
    }
    for name, engine, order in (("two", processes, crawl[::-1]), ("three", deadly, crawl[2:] + crawl[:2])):
        other = run(order, tmp_path / name, engine)
        assert (other.failed, version(other)) == ((), version(one))
        assert [*other.ignored.items()] == [*one.ignored.items()]


def test_one_file_gives_what_a_build_of_it_gives(crawl: list[str], tmp_path: Path) -> None:
    odd = [
        response(f"{SITE}/odd/break", text(60), "X-Odd: a\rb"),
        record("resource", f"{SITE}/odd/untyped", text(61)),
        record("conversion", f"{SITE}/odd/plain", b"The lamp was lit at dusk. " * 30, content_type="text/plain"),
        response(f"{SITE}/odd/chunked", b"5\r\n<p>He\r\n0\r\n\r\n", "Transfer-Encoding: chunked"),
        response(f"{SITE}/odd/length", text(62), f"Content-Length: {len(text(62))}"),
        response(
            f"{SITE}/odd/latin", "<p>Käse und Brot</p>".encode("latin-1"), content_type="text/html; charset=latin-1"
        ),
    ]
    file = tmp_path / "crawl.warc.gz"
    file.write_bytes(Path(crawl[2]).read_bytes() + packed(*odd))
    built = build(str(file), output=tmp_path / "built")
    made = version(run([str(file)], tmp_path / "batch"))
    assert built.folder is not None
    for path in Path(built.folder).rglob("*"):
        name = str(path.relative_to(built.folder))
        assert path.is_dir() or made[name] == path.read_bytes(), name


def test_the_newest_capture_is_taken_whatever_file_it_lies_in(crawl: list[str], tmp_path: Path) -> None:
    files = version(run(crawl, tmp_path / "out"))
    [same] = [row for row in rows(files, "data/") if row["metadata"]["url"] == f"{SITE}/same"]  # type: ignore[index]
    assert same["added"] == DAY.format(4)


def test_what_is_done_is_not_done_again_unless_input_or_recipe_changed(crawl: list[str], tmp_path: Path) -> None:
    first = run(crawl, tmp_path / "out")
    assert (first.skipped, run(crawl, tmp_path / "out").skipped) == (0, 4)
    assert not run(crawl, tmp_path / "out").build.new
    Path(crawl[0]).write_bytes(packed(response(f"{SITE}/0/0", page("pier"))))
    changed = run(crawl, tmp_path / "out")
    assert changed.skipped == 3 and changed.build.new
    assert version(changed) != version(first)
    assert run(crawl, tmp_path / "out", settings=resolve(stated={"pack.shard_bytes": "2000"})).skipped == 4
    assert run(crawl, tmp_path / "out", settings=resolve(stated={"extract.images": "true"})).skipped == 0


def test_a_run_that_is_interrupted_goes_on_where_it_was(crawl: list[str], tmp_path: Path) -> None:
    def interrupted(tasks: Sequence[Task], workers: int) -> Iterator[Tally]:
        yield next(serial(tasks))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(crawl, tmp_path / "out", interrupted)
    again = run(crawl, tmp_path / "out")
    assert again.skipped == 1 and version(again) == version(run(crawl, tmp_path / "whole"))


def test_a_missing_shard_part_is_made_again(crawl: list[str], tmp_path: Path) -> None:
    first = version(run(crawl, tmp_path / "out"))
    next((tmp_path / "out" / "crawl" / "shards").glob("*.rows.zst")).unlink()
    again = run(crawl, tmp_path / "out")
    assert again.skipped == 3 and version(again) == first


def test_an_input_that_cannot_be_read_is_a_failure_and_the_others_go_on(crawl: list[str], tmp_path: Path) -> None:
    result = run([*crawl, str(tmp_path / "none.warc.gz")], tmp_path / "out", processes)
    assert result.build.counts.records == 29 and len(result.failed) == 1
    assert result.build.folder is not None and verify(Path(result.build.folder), deep=True) == []
    [lost] = [row for row in rows(version(result), "failures") if row["reason"] == "unreadable"]
    assert lost["file"] == "none.warc.gz" and "no such file" in str(lost["detail"])


def test_damage_is_a_failure_with_file_and_offset(crawl: list[str], tmp_path: Path) -> None:
    lost = [row for row in rows(version(run(crawl, tmp_path / "out")), "failures") if row["reason"] == "damaged"]
    assert [row["file"] for row in lost] == ["2.warc.gz"]


def test_shards_may_lie_anywhere_fsspec_goes(crawl: list[str], tmp_path: Path) -> None:
    memory = fsspec.filesystem("memory")
    for path in crawl:
        memory.pipe_file(f"/crawl/{Path(path).name}", Path(path).read_bytes())
    (tmp_path / "warc.paths.gz").write_bytes(gzip.compress(b"".join(f"{n}.warc.gz\n".encode() for n in range(4))))
    (tmp_path / "near.paths").write_text("".join(f"{n}.warc.gz\n" for n in range(4)))
    far = batch(
        [str(tmp_path / "warc.paths.gz")],
        name="crawl",
        output=tmp_path / "far",
        prefix="memory://crawl/",
        shards="memory://shards",
        settings=resolve(),
    )
    near = batch(
        [str(tmp_path / "near.paths")],
        name="crawl",
        output=tmp_path / "near",
        prefix=f"{tmp_path}/",
        settings=resolve(),
    )
    assert version(far) == version(near)
    assert not (tmp_path / "far" / "crawl" / "shards").exists() and len(memory.ls("/shards")) == 8


def test_ranges_of_an_index_give_those_records(tmp_path: Path) -> None:
    members = [packed(response(f"{SITE}/{i}", text(i))) for i in range(5)]
    (tmp_path / "all.warc.gz").write_bytes(b"".join(members))
    lines = [
        f'example,a)/{i} 20250304050607 {{"url": "{SITE}/{i}", "filename": "all.warc.gz", '
        f'"offset": "{sum(map(len, members[:i]))}", "length": "{len(members[i])}"}}\n'
        for i in (3, 1)
    ]
    (tmp_path / "some.cdxj").write_text("".join(lines))
    index = str(tmp_path / "some.cdxj")
    some = batch([index], name="x", output=tmp_path / "some", prefix=f"{tmp_path}/", settings=resolve())
    whole = version(run([str(tmp_path / "all.warc.gz")], tmp_path / "whole"))
    wanted = {f"{SITE}/1", f"{SITE}/3"}
    listed = [row for row in rows(whole, "seeds.jsonl") if row["url"] in wanted]
    assert rows(version(some), "seeds.jsonl") == listed and some.build.counts.records == 2


def test_a_file_read_once_has_one_row_a_page_whatever_comes_behind_what(tmp_path: Path) -> None:
    days = [f"2025-{month:02}-{day:02}T00:00:00Z" for month in range(1, 6) for day in range(1, 27)]
    first = ("WARC-Record-ID: <urn:uuid:1>",)
    records = [
        revisit(f"{SITE}/before", DAY.format(3), "WARC-Refers-To: <urn:uuid:1>"),
        *(response(f"{SITE}/rising", text(i), date=day) for i, day in enumerate(days)),  # more than are judged in vain
        *(response(f"{SITE}/falling", text(200 + i), date=day) for i, day in enumerate(reversed(days[:9]))),
        response(f"{SITE}/late", text(300)),
        response(f"{SITE}/back", text(301), date=DAY.format(1), fields=first),
        response(f"{SITE}/back", text(302), date=DAY.format(2)),
        revisit(f"{SITE}/back", DAY.format(3), "WARC-Refers-To: <urn:uuid:1>"),
        revisit(f"{SITE}/again", DAY.format(1), "WARC-Refers-To: <urn:uuid:1>"),
    ]
    file = tmp_path / "crawl.warc.gz"
    file.write_bytes(packed(*records))
    [task] = tasks_of([str(file)], name="crawl", shards=str(tmp_path / "shards"), settings=resolve())
    for part_bytes in (1, task.part_bytes):
        tally = extract_shard(
            msgspec.structs.replace(task, output=str(tmp_path / str(part_bytes)), part_bytes=part_bytes)
        )
        found = [
            rows_of.decoded(row) for part in tally.parts for row in rows_of.unpack(f"{tmp_path}/{part_bytes}/{part}")
        ]
        taken = {row.seed.url: row.seed.captured for row in found if row.seed is not None}
        assert len(found) == len(taken) == tally.pages == tally.kept == 6 and tally.failures == 0
        assert taken == {
            f"{SITE}/before": DAY.format(3),
            f"{SITE}/rising": days[-1],
            f"{SITE}/falling": days[8],
            f"{SITE}/late": DATE,
            f"{SITE}/back": DAY.format(1),
            f"{SITE}/again": DAY.format(1),
        }
        assert tally.ignored == {"superseded by another capture": len(days) - 1 + 8 + 2}
    built = build(str(file), output=tmp_path / "built")
    made = version(run([str(file)], tmp_path / "batch"))
    assert built.folder is not None
    for path in Path(built.folder).rglob("*"):
        name = str(path.relative_to(built.folder))
        assert path.is_dir() or made[name] == path.read_bytes(), name


CRASHING = b"of the seventh ship"


def make_crashing(shared: bytes) -> Callable[[bytes], bytes]:
    judge = judge_pages(shared)
    return lambda asked: os.abort() if CRASHING in asked else judge(asked)


def test_a_page_that_kills_its_process_is_a_failure_and_the_others_are_rows(tmp_path: Path) -> None:
    pages = [response(f"{SITE}/{i}", text(i) + (CRASHING if i == 3 else b"")) for i in range(6)]
    (tmp_path / "x.warc.gz").write_bytes(packed(*pages))
    settings = resolve()
    mark = fingerprint(settings, "x")
    task = Task(str(tmp_path / "x.warc.gz"), "x.warc.gz", str(tmp_path), "x", settings, mark, guard="page")
    tally = extract_shard(task, make_crashing)
    assert (tally.pages, tally.kept, tally.failures) == (6, 5, 1)
    found = [rows_of.decoded(row).failure for part in tally.parts for row in rows_of.unpack(str(tmp_path / part))]
    assert [(lost.name, lost.reason) for lost in found if lost] == [(f"{SITE}/3", "parser-crash")]


def test_a_process_that_works_too_long_at_a_page_is_ended_by_the_kernel() -> None:
    code = "from harvester.batch.shard import timed; timed(lambda page: sum(iter(int, 1)), 0.2)(b'')"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == -signal.SIGPROF


def test_a_worker_with_other_libraries_is_refused(crawl: list[str], tmp_path: Path) -> None:
    task = Task(crawl[0], "0.warc.gz", str(tmp_path), "x", resolve(), "0123456789abcdef")
    with pytest.raises(InputError, match="install the same versions"):
        list(processes([task], 1))


def test_an_input_at_which_process_after_process_dies_is_given_up(crawl: list[str], tmp_path: Path) -> None:
    def deadly(tasks: Sequence[Task], workers: int) -> Iterator[Tally]:
        before, done = children(), threading.Event()

        def kill() -> None:
            while not done.wait(0.01):
                for child in children() - before:
                    with suppress(ProcessLookupError):
                        os.kill(child, signal.SIGKILL)

        killer = threading.Thread(target=kill)
        killer.start()
        try:
            yield from processes(tasks, workers)
        finally:
            done.set()
            killer.join()

    result = run(crawl[:1], tmp_path / "out", deadly)
    assert result.build.version is None and len(result.failed) == 1 and "3 processes died" in result.failed[0]


def test_a_page_that_is_to_be_forgotten_is_not_packed(crawl: list[str], tmp_path: Path) -> None:
    run(crawl, tmp_path / "out")
    forget(tmp_path / "out" / "crawl", f"{SITE}/0/1", reason="asked", now=DAY.format(9), settings=resolve())
    files = version(run(crawl, tmp_path / "out"))
    assert [row["name"] for row in rows(files, "failures") if row["reason"] == "forgotten"] == [f"{SITE}/0/1"]
    assert not any(f"{SITE}/0/1" == row["metadata"]["url"] for row in rows(files, "data/"))  # type: ignore[index]


def test_the_command_says_what_it_did_and_leaves_with_the_code_for_failed_pages(
    crawl: list[str], tmp_path: Path
) -> None:
    command = [
        str(HARVEST),
        "batch",
        *crawl,
        "--name",
        "crawl",
        "-o",
        str(tmp_path / "out"),
        "-w",
        "2",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3, done.stderr
    assert "crawl 1.0.0 (new version)" in done.stdout and "files    4 files, " in done.stdout
    assert "ignored  3 " in done.stdout
    again = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "4 done before" in again.stdout and "nothing changed" in again.stdout
    rebuilt = subprocess.run(
        [str(HARVEST), "rebuild", str(tmp_path / "out" / "crawl")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert rebuilt.returncode == 5 and "made again by the same batch" in rebuilt.stderr
