"""The same pages give the same bytes whatever the machine is like: its clock, zone, locale, hash seed, umask, CPUs."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from harvester.archive import check
from harvester.pack import open_corpus, verify
from tests.conftest import HARVEST, NOW, tree
from tests.fetch.loopback import Site, answer

TEXT = (
    "The lamp at the end of the pier was lit for the {}th time, and then it was out again. İstanbul ıssız, çığ düştü."
)
BUILD = f"""
from pathlib import Path
from harvester.pipeline import build
from harvester.settings import FetchSettings, Settings
settings = FetchSettings(allow_private=True, delay=0, retries=0, user_agent="test/1")
build("site/INDEX.md", output=Path("out"), now={NOW!r}, settings=Settings(fetch=settings))
"""
LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[Path, Site]]:
    pages = {f"/{n}": answer(f"<article><p>{TEXT.format(n)}</p></article>".encode()) for n in range(6)}
    with Site(pages | {"/robots.txt": answer(b"User-agent: *\nDisallow: /no")}) as site:
        (tmp_path / "site").mkdir()
        for n in range(6):
            (tmp_path / "site" / f"{n}.txt").write_text(TEXT.format(n + 100), "utf-8")
        entries = [f"{site.root}/{n}" for n in range(6)] + [f"{n}.txt" for n in range(6)] + [f"{site.root}/gone"]
        (tmp_path / "site" / "INDEX.md").write_text("".join(f"- [p{n}]({e})\n" for n, e in enumerate(entries)))
        yield tmp_path, site


def built(folder: Path, *, umask: int = 0o022, cpus: int = 64, **environ: str) -> dict[str, bytes]:
    def prepare() -> None:
        os.umask(umask)
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cpus])

    subprocess.run(
        [sys.executable, "-c", BUILD], cwd=folder, check=True, timeout=120, env=os.environ | environ, preexec_fn=prepare
    )
    files = tree(folder / "out" / "site" / "1.0.0")
    (folder / "out").rename(folder / f"out{len(list(folder.iterdir()))}")
    return files


def test_the_same_bytes_whatever_the_hash_seed_zone_locale_umask_and_number_of_cpus(place: tuple[Path, Site]) -> None:
    folder, _ = place
    first = built(folder, PYTHONHASHSEED="0")
    assert len(first) > 5
    for environ in (
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo"},
        {"PYTHONHASHSEED": "random", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ):
        assert built(folder, **environ) == first, environ
    assert built(folder, umask=0o077) == first
    assert built(folder, umask=0) == first
    assert built(folder, cpus=1) == first


@pytest.mark.skipif(LIBRARY is None, reason="needs libfaketime (Debian package faketime)")
def test_a_clock_that_jumps_a_day_to_and_fro_during_a_run_costs_no_page(place: tuple[Path, Site]) -> None:
    folder, site = place
    options = ("-s", "fetch.allow_private=true", "-s", "fetch.delay=0.1", "-s", "fetch.user_agent=me/1 (+me@a.example)")
    command = [HARVEST, "build", "site/INDEX.md", *options]
    clock, through = folder / "clock", threading.Event()
    clock.write_text("+0\n")
    fake = {
        "LD_PRELOAD": str(LIBRARY),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
    }

    def jump() -> None:
        seen = 0
        while not through.wait(0.001):
            if len(site.requests) > seen:
                seen = len(site.requests)
                clock.with_suffix(".new").write_text(("+1d\n", "-1d\n")[seen % 2])
                clock.with_suffix(".new").rename(clock)

    jumping = threading.Thread(target=jump)
    jumping.start()
    try:
        run(folder, command, fake)
    finally:
        through.set()
        jumping.join()
    corpus = folder / "corpus" / "site"
    days = {record.metadata.capture.fetched_at[:10] for record in open_corpus(corpus)}
    assert len(days) > 2, "the clock did not jump"  # the epoch for files, and more than one day
    assert (list(verify(corpus / "1.0.0")), list(check(corpus))) == ([], [])
    before = tree(corpus / "1.0.0")
    for time in ("+0\n", "-3d\n", "+3d\n"):  # whatever the clock says next, nothing is asked for again but what failed
        clock.write_text(time)
        site.requests.clear()
        run(folder, command, fake)
        assert set(site.targets) <= {"/robots.txt", "/gone"}
        assert tree(corpus / "1.0.0") == before and not (corpus / "1.0.1").exists()


def run(folder: Path, command: list[object], environ: Mapping[str, str]) -> None:
    done = subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env=os.environ | dict(environ),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr.count("Traceback")) == (3, 0), done.stderr  # one page is gone
