"""What is shown on the terminal while a run goes, and that nothing is where there is no terminal."""

import asyncio
import os
import pty
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harvester.cli.bars import host_rows
from harvester.fetch import HostProgress
from tests.conftest import HARVEST, Harvest
from tests.fetch.loopback import Site, answer
from tests.pack.making import build_pages, page


def test_the_hosts_that_take_longest_come_first_and_those_that_are_through_are_left_out() -> None:
    hosts = [
        HostProgress("done.example", 2, 1, 1, 50, 2.0),
        HostProgress("short.example", 10, 8, 1, 1_234, 2.0),
        HostProgress("long\x1b.example", 5_000, 1_000, 400, 9_876_543, 2.5),
    ]
    assert host_rows(hosts) == [
        ("long\\u001b.example", "1,400/5,000", "400", "0.40", "9,876,543", "2:30:00"),
        ("short.example", "9/10", "1", "0.50", "1,234", "0:00:02"),
    ]
    assert len(host_rows([HostProgress(f"{n}.example", 9, 1, 0, 1, 1.0) for n in range(99)])) == 12


def index(folder: Path, site: Site) -> list[str]:
    (folder / "pages.txt").write_text("".join(f"{site.root}/{n}\n" for n in range(4)))
    return [
        "fetch",
        "pages.txt",
        "--delay",
        "0.2",
        "-s",
        "fetch.allow_private=true",
        "--user-agent",
        "me/1 (+me@a.example)",
    ]


@contextmanager
def on_a_terminal(folder: Path, *arguments: str | Path, code: int = 0) -> Iterator[Iterator[bytes]]:
    """What a command writes to stderr, piece by piece as it comes, where that is a terminal."""
    master, terminal = pty.openpty()
    environ = os.environ | {"TERM": "xterm", "COLUMNS": "100"}
    run = subprocess.Popen([HARVEST, *arguments], cwd=folder, env=environ, stderr=terminal, stdout=subprocess.DEVNULL)
    os.close(terminal)
    try:
        yield _pieces(master)
    finally:
        os.close(master)
    assert run.wait(30) == code


def _pieces(master: int) -> Iterator[bytes]:
    try:
        while piece := os.read(master, 65_536):
            yield piece
    except OSError:  # the terminal's other end is closed
        return


def test_a_terminal_shows_a_bar_and_a_line_for_each_host(tmp_path: Path) -> None:
    shown = b""

    async def behind_two(writer: asyncio.StreamWriter) -> None:
        while b"2/4" not in shown:  # the display is drawn four times a second, whatever the pages do
            await asyncio.sleep(0.02)
        writer.write(answer())

    with Site({f"/{n}": answer() for n in range(2)} | {"/2": behind_two}) as site:
        arguments = index(tmp_path, site)
        with on_a_terminal(tmp_path, *arguments, code=3) as pieces:
            for piece in pieces:
                shown += piece
    for part in (b"fetch", b"4/4", b"pages/s", b"127.0.0.1", b"2/4", b"left"):
        assert part in shown, shown


def test_without_a_terminal_there_is_no_progress(harvest: Harvest, tmp_path: Path) -> None:
    with Site({f"/{n}": answer() for n in range(4)}) as site:
        assert harvest(*index(tmp_path, site)).stderr == ""


def test_verifying_and_comparing_say_how_far_they_are(tmp_path: Path) -> None:
    pages = {f"https://a.example/{n}": page(f"lamp {n}") for n in range(3)}
    build_pages(tmp_path, pages)
    build_pages(tmp_path, pages | {"https://a.example/0": page("lantern")})
    corpus = tmp_path / "corpus" / "sample"
    for arguments, parts in (
        (("verify", corpus, "--deep"), (b"files", b"records", b"3/3")),
        (("diff", corpus), (b"compare", b"3/3")),
        (("check", corpus), (b"records", b"3/3")),
        (("verify", corpus, "--quiet"), ()),
        (("diff", corpus, "-q"), ()),
        (("check", corpus, "-q"), ()),
    ):
        with on_a_terminal(tmp_path, *arguments) as pieces:
            shown = b"".join(pieces)
        assert all(part in shown for part in parts), shown
        assert bool(parts) == bool(shown)


def test_a_terminal_shows_how_many_pages_a_second_are_extracted(tmp_path: Path) -> None:
    (tmp_path / "INDEX.md").write_text("".join(f"- [{n}]({n}.txt)\n" for n in range(60)))
    for n in range(60):
        (tmp_path / f"{n}.txt").write_text(
            f"The keeper climbs the {n} steps before sunset and trims the wick of the lamp."
        )
    with on_a_terminal(tmp_path, "build", "INDEX.md", "-w", "2") as pieces:
        shown = b"".join(pieces)
    plain = re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", shown)
    assert re.search(rb"extract [^/]* 60/60 [\d,]+\.\d pages/s", plain), plain
