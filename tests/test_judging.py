"""Pages judged in worker processes: the same bytes for any number of them, whatever becomes of them."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from harvester.pipeline import BuildResult, build, rebuild
from harvester.run import Progress
from harvester.settings import CurateSettings, Settings
from harvester.workers import HERE, Workers
from tests.conftest import HARVEST, NOW, Harvest, tree
from tests.workers.test_workers import children

PARAGRAPH = (
    "<p>The keeper climbs the {} steps before sunset and trims the wick of lamp {} at the end of the pier. "
    "Since the spring a boy from village {} has carried the oil, two cans at a time, and counted each step aloud."
)
LARGE = 15_000


def place(folder: Path, pages: int, *, large: bool = False) -> str:
    """An index of pages that become records, but for some that the gate, the parser or a filter drops."""
    folder.mkdir()
    names = [f"{n}.html" for n in range(pages)]
    for number, name in enumerate(names):
        body = "".join(PARAGRAPH.format(number, n, number * n) for n in range(1, 4))
        (folder / name).write_text(f"<title>Lamp {number}</title><article>{body}</article>")
    (folder / "1.html").write_text("<div>" * 6_000)
    (folder / "2.html").write_text("<html><body><script>1</script></body></html>")
    (folder / "3.html").write_text(f"<article><p>{'Der Wärter steigt vor Sonnenuntergang auf den Turm. ' * 9}", "utf-8")
    if large:
        (folder / "5.html").write_text("".join(PARAGRAPH.format(n, n, n) for n in range(LARGE)))
    (folder / "INDEX.md").write_text("".join(f"- [{name}]({name})\n" for name in names))
    return str(folder / "INDEX.md")


def built(index: str, output: Path, workers: Workers, progress: Progress | None = None) -> BuildResult:
    settings = Settings(curate=CurateSettings(languages="en"))
    return build(index, output=output, settings=settings, now=NOW, workers=workers, progress=progress)


def test_the_bytes_are_the_same_with_any_number_of_workers_and_without(tmp_path: Path) -> None:
    index = place(tmp_path / "site", 60)
    trees, before = [], children()  # other tests leave helpers of multiprocessing behind
    for count in range(4):
        result = built(index, tmp_path / str(count), Workers(count))
        assert sorted(failure.reason for failure in result.failures) == ["language", "needs-scripts", "too-deep"]
        trees.append(tree(tmp_path / str(count)))
        made = rebuild(tmp_path / str(count) / "site", workers=Workers(3 - count), verify=True)
        assert made.same
    assert trees[0] == trees[1] == trees[2] == trees[3]
    assert children() <= before


@pytest.mark.parametrize("count", [1, 2])
def test_children_killed_in_the_middle_of_a_build_change_no_byte(tmp_path: Path, count: int) -> None:
    index = place(tmp_path / "site", 200)
    built(index, tmp_path / "whole", HERE)
    killed, before = list[int](), children()

    def kill(stage: str, done: int, total: int, host: object = None) -> None:
        if stage == "extract" and done in (10, 60, 61, 130):
            killed.append(min(children() - before))
            os.kill(killed[-1], signal.SIGKILL)

    built(index, tmp_path / "killed", Workers(count), kill)
    assert len(killed) == 4
    assert tree(tmp_path / "killed") == tree(tmp_path / "whole")


def test_a_page_that_wants_more_memory_than_a_worker_has_is_a_failure_and_the_others_are_packed(tmp_path: Path) -> None:
    index = place(tmp_path / "site", 8, large=True)
    result = built(index, tmp_path / "small", Workers(2, memory=16))
    failed = {failure.line: (failure.reason, failure.detail) for failure in result.failures}
    assert failed.keys() == {2, 3, 4, 6}
    assert failed[6] == ("parser-memory", "the parser wanted more than 16 MiB, twice")
    assert result.counts.records == 4
    assert built(index, tmp_path / "large", Workers(2)).counts.records == 5


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_build_that_is_told_to_stop_takes_its_workers_with_it_and_the_next_gives_the_same_bytes(
    harvest: Harvest, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    index = place(tmp_path / "site", 40)
    built(index, tmp_path / "whole", HERE)
    build = [HARVEST, "build", index, "-o", "corpus", "-s", "curate.languages=en", "-w", "2"]
    run = subprocess.Popen(
        build, cwd=tmp_path, stderr=subprocess.PIPE, preexec_fn=lambda: signal.signal(number, signal.SIG_DFL)
    )
    workers, deadline = set[int](), time.monotonic() + 60
    while len(workers) < 2 and time.monotonic() < deadline:
        workers = children(run.pid)
        time.sleep(0.01)
    run.send_signal(number)
    run.communicate(timeout=60)
    assert (run.returncode, len(workers)) == (code, 2)
    deadline = time.monotonic() + 60  # one that was just being started looks at its pipe when it is ready
    while [pid for pid in workers if Path(f"/proc/{pid}").exists()]:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert not (tmp_path / "corpus" / "site" / "1.0.0").exists()
    assert harvest(*build[1:]).returncode == 3  # the three pages that are none
    assert tree(tmp_path / "corpus" / "site" / "1.0.0") == tree(tmp_path / "whole" / "site" / "1.0.0")


def test_more_workers_than_are_sensible_or_fewer_than_none_are_refused(harvest: Harvest) -> None:
    for count in ("-1", "257", "many"):
        refused = harvest("build", "-w", count)
        assert refused.returncode == 2
        assert "--workers" in refused.stderr
