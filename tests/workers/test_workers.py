"""What comes of items in children that work, crash, hang, eat memory, are killed or lose their parent."""

import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from harvester.errors import PageError
from harvester.types import REASONS
from harvester.workers import Make, Workers, in_order
from tests.conftest import PROJECT
from tests.workers import hostile

Result = bytes | PageError


def results(
    items: Iterable[bytes | PageError], workers: Workers, make: Make = hostile.make, setup: bytes = b""
) -> list[bytes | tuple[str, str]]:
    with in_order(make, setup, items, workers) as found:
        return [(r.reason, r.detail) if isinstance(r, PageError) else r for r in found]


def children(parent: int | None = None) -> set[int]:
    """The processes whose parent one is, by default this one."""
    mine = set[int]()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == (parent or os.getpid()):
            mine.add(int(stat.parent.name))
    return mine


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_results_come_in_the_items_order_however_many_children_there_are(count: int) -> None:
    items: list[bytes | PageError] = [b"page %d" % n for n in range(200)]
    items[3] = b"refuse nothing in it"
    items[4] = items[150] = PageError("empty", "was never read")
    expected: list[bytes | tuple[str, str]] = [b"of PAGE %d" % n for n in range(200)]
    expected[3] = ("no-text", "nothing in it")
    expected[4] = expected[150] = ("empty", "was never read")
    before = children()
    assert results(items, Workers(count), setup=b"of ") == expected
    assert children() == before


@pytest.mark.parametrize("count", [0, 1, 2])
def test_no_items_give_no_results_and_start_no_child(count: int) -> None:
    assert results([], Workers(count)) == []
    assert results([PageError("empty", "x")], Workers(count)) == [("empty", "x")]


def test_items_and_results_may_be_larger_than_any_pipe() -> None:
    items = [bytes([65 + n]) * (3_000_000 + n) for n in range(8)]
    assert results(items, Workers(2)) == items


def test_what_a_parser_prints_is_no_answer() -> None:
    assert results([b"a", b"print", b"b"], Workers()) == [b"A", b"PRINT", b"B"]


@pytest.mark.parametrize(
    ("item", "reason", "said", "count"),
    [
        (b"segfault", "parser-crash", "the parser died of SIGSEGV, twice", 1),
        (b"segfault", "parser-crash", "the parser died of SIGSEGV, twice", 2),
        (b"leave 3", "parser-crash", "the parser left with exit code 3, twice", 1),
        (b"allocate 100", "parser-memory", "the parser wanted more than 50 MiB, twice", 1),
        (b"allocate 100", "parser-memory", "the parser wanted more than 50 MiB, twice", 2),
        (b"loop", "parser-timeout", "the parser used 1 s of the processor and was stopped, twice", 1),
        (b"sleep 60", "parser-timeout", "the parser gave no answer in 1 s and was stopped, twice", 2),
    ],
)
def test_an_item_that_is_the_end_of_two_children_fails_alone(item: bytes, reason: str, said: str, count: int) -> None:
    items = [b"before", item, b"behind", b"refuse x", b"last"]
    workers = Workers(count, memory=50, cpu=1, wall=60.0 if item == b"loop" else 1.0)
    assert results(items, workers) == [b"BEFORE", (reason, said), b"BEHIND", ("no-text", "x"), b"LAST"]
    assert reason in REASONS


@pytest.mark.parametrize("count", [1, 2])
def test_an_item_whose_child_is_killed_once_is_tried_again_and_twice_is_enough(tmp_path: Path, count: int) -> None:
    once, twice = b"kill 1 %s/once" % bytes(tmp_path), b"kill 2 %s/twice" % bytes(tmp_path)
    found = results([b"a", once, b"b", twice, b"c"], Workers(count))
    assert found == [b"A", once.upper(), b"B", ("parser-crash", "the parser died of SIGKILL, twice"), b"C"]


def test_any_child_killed_at_any_time_from_outside_changes_no_result() -> None:
    before = children()
    with in_order(hostile.make, b"", (b"sleep 0.%04d" % n for n in range(300)), Workers(2)) as found:
        killed = list[Result]()
        for number, result in enumerate(found):
            killed.append(result)
            if number in (5, 100, 101, 250):
                os.kill(min(children() - before), signal.SIGKILL)
    assert killed == [b"SLEEP 0.%04d" % n for n in range(300)]


def test_a_child_is_replaced_after_so_many_items_and_when_it_has_grown() -> None:
    found = [r.split() for r in results([b"x"] * 7, Workers(items=3), hostile.counted) if isinstance(r, bytes)]
    assert [int(had) for _, had in found] == [1, 2, 3, 1, 2, 3, 1]
    assert len({pid for pid, _ in found}) == 3
    items = [b"x", b"grow", b"x", b"grow", b"x"]
    found = [r.split() for r in results(items, Workers(growth=100), hostile.counted) if isinstance(r, bytes)]
    assert [int(had) for _, had in found] == [1, 2, 3, 4, 1]  # the second of 64 MiB is too much


@pytest.mark.parametrize("count", [0, 1])
def test_garbage_is_rarely_looked_for_while_there_are_items_and_as_often_as_before_when_there_are_none(
    count: int,
) -> None:
    before = gc.get_threshold()
    assert [int(found) > before[0] for found in results([b"x"], Workers(count), hostile.collected)] == [True]  # type: ignore[arg-type]
    assert gc.get_threshold() == before
    with pytest.raises(RuntimeError if count else ZeroDivisionError):
        results([b"bug oh"], Workers(count))
    assert gc.get_threshold() == before
    try:
        gc.set_threshold(0)  # somebody wants none at all
        assert results([b"x"], Workers(0), hostile.collected) == [b"0"]
    finally:
        gc.set_threshold(*before)


def test_anything_but_a_page_error_is_a_bug_and_keeps_its_traceback() -> None:
    before = children()
    with pytest.raises(RuntimeError, match=r"(?s)in a worker process:.*in _bug.*ZeroDivisionError: oh"):
        results([b"a", b"bug oh"], Workers(2))
    with pytest.raises(RuntimeError, match=r"(?s)in a worker process:.*nothing can be made of b'clay'"):
        results([b"a"], Workers(2), hostile.unmakeable, b"clay")
    with pytest.raises(RuntimeError, match="3 worker processes in a row ended before they were ready"):
        results([b"a"], Workers(2), hostile.stillborn)
    with pytest.raises(ZeroDivisionError, match="oh"):
        results([b"a", b"bug oh"], Workers(0))
    assert children() == before


def test_items_are_read_as_they_are_needed_and_a_slow_one_holds_up_few() -> None:
    read = 0

    def items() -> Iterator[bytes]:
        nonlocal read
        for number in range(100_000):
            read += 1
            yield b"sleep 1" if number == 10 else b"x"

    with in_order(hostile.make, b"", items(), Workers(2)) as found:
        for _ in range(10):
            next(found)
        assert read < 10 + 2 * 32 + 2
        next(found)  # the slow one, while which the other child goes on, but not without end
        assert 12 < read <= 11 + 2 * 32 + 1


def test_a_child_has_nothing_of_its_parent_and_may_write_and_open_little(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "secret")
    with open(tmp_path / "held", "w"):
        found = results([b"environment", b"write %s/new" % bytes(tmp_path), b"open-many"], Workers())
    (_, said), *others = found
    environment, folder, descriptors = eval(str(said))
    assert set(environment) <= {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "LC_CTYPE"}  # Python sets the last itself
    assert (folder, len(descriptors)) == ("/", 5)  # three, that of the answers, and that of the listing
    assert others == [("no-text", "File too large"), ("no-text", "Too many open files")]


PARENT = """
import sys, time
sys.path.insert(0, {project!r})
from harvester.workers import Workers, in_order
from tests.workers import hostile
from tests.workers.test_workers import children
with in_order(hostile.make, b"", [b"a", b"b", b"sleep 1", b"sleep 1"], Workers(2)) as found:
    next(found), next(found)
    print(*children(), flush=True)
    next(found)
    time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_no_child_outlives_its_parent_however_that_ends(number: signal.Signals) -> None:
    code = PARENT.format(project=str(PROJECT))
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert parent.stdout is not None
    started = [int(pid) for pid in parent.stdout.readline().split()]
    assert len(started) == 2
    parent.send_signal(number)
    parent.communicate(timeout=30)
    deadline = time.monotonic() + 30
    while any(Path(f"/proc/{pid}").exists() for pid in started) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [pid for pid in started if Path(f"/proc/{pid}").exists()]
