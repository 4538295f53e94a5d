"""Hosts that fail at random, runs that are killed at random and started again until every page is in: the corpus is
that of an undisturbed run, and no process grows.

`HARVEST_SOAK_MINUTES` sets for how long rounds go on, each with a seed of its own; without it there is one.
"""

import asyncio
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from harvester.archive import check
from harvester.pack import verify
from tests.conftest import NOW, tree
from tests.fetch.loopback import Behaviour, Site, answer

MINUTES = float(os.environ.get("HARVEST_SOAK_MINUTES", "0"))
HOSTS, PAGES, KILLS = 8, 12, 8
RUN = f"""
import json, os, re, sys
from pathlib import Path
from harvester.pipeline import build, fetch
from harvester.settings import FetchSettings, Settings

def size(what):
    return int(re.search(what + r":\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

def go(verb, out, mode, now):
    settings = FetchSettings(mode=mode, allow_private=True, delay=0, retries=1, backoff=0.01, timeout=5, user_agent="test/1")
    result = verb("pages.txt", output=Path(out), settings=Settings(fetch=settings), now=now)
    print(json.dumps({{
        "failures": [failure.reason for failure in result.failures], "archived": getattr(result, "archived", None),
        "handles": len(os.listdir("/proc/self/fd")), "peak": size("VmHWM"), "rss": size("VmRSS"),
    }}))

match sys.argv[1:]:
    case ["fetch", out]:
        go(fetch, out, "missing", {NOW!r})
    case ["build", out]:
        go(build, out, "offline", {NOW!r})
    case ["refresh", out, rounds]:
        for number in range(int(rounds)):
            go(fetch, out, "refresh", f"2026-01-02T{{number // 3600:02}}:{{number // 60 % 60:02}}:{{number % 60:02}}Z")
"""
TEXT = "The lamp at the end of the pier was lit for the {}th time, and then it was out again until the next evening."


def good(number: int) -> bytes:
    noise = random.Random(number).randbytes(2000).hex()
    return answer(f"<title>{number}</title><article><p>{TEXT.format(number)}</p></article><!-- {noise} -->".encode())


def failing(whole: bytes, faults: list[str]) -> Behaviour:
    """Answers with one fault after the other, then well."""
    left = list(faults)

    async def write(writer: asyncio.StreamWriter) -> None:
        match left.pop() if left else "none":
            case "cut":
                writer.write(whole[: len(whole) // 2])
            case "nothing":
                pass
            case "reset":
                writer.write(whole[:20])
                writer.transport.abort()
            case "garbage":
                writer.write(b"\x00\xff no HTTP\r\n\r\n")
            case "error":
                writer.write(answer(b"busy", status="503 Service Unavailable"))
            case "slow":
                for at in range(0, len(whole), 1000):
                    writer.write(whole[at : at + 1000])
                    await asyncio.sleep(0.05)
            case _:
                writer.write(whole)
        if not writer.transport.is_closing():
            await writer.drain()

    return write


def disturbed(chance: random.Random) -> dict[str, bytes | Behaviour]:
    """The pages of a host, of which some fail at first."""
    pages: dict[str, bytes | Behaviour] = {"/robots.txt": answer(b"User-agent: *\nDisallow: /no")}
    if chance.random() < 0.3:
        pages["/robots.txt"] = failing(answer(b"User-agent: *\nDisallow: /no"), ["error"] * chance.randrange(1, 4))
    kinds = ("cut", "nothing", "reset", "garbage", "error", "slow")
    for number in range(PAGES):
        faults = chance.choices(kinds, k=chance.choice((0, 0, 0, 1, 2, 3)))
        pages[f"/{number}"] = failing(good(number), faults)
    return pages


def start(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", RUN, *arguments], cwd=folder, stdout=subprocess.PIPE, text=True)


def ended(process: "subprocess.Popen[str]") -> list[Mapping[str, int]]:
    out, _ = process.communicate(timeout=300 + MINUTES * 120)
    assert process.returncode == 0
    return [json.loads(line) for line in out.splitlines()]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[Path, list[Site]]]:
    calm: dict[str, bytes | Behaviour] = {f"/{number}": good(number) for number in range(PAGES)}
    with ExitStack() as stack:
        sites = [stack.enter_context(Site(calm, host=f"127.0.0.{host}")) for host in range(1, HOSTS + 1)]
        lines = [f"{site.root}/{number}\n" for number in range(PAGES) for site in sites]
        (tmp_path / "pages.txt").write_text("".join(lines))
        yield tmp_path, sites


def fetch_with_kills(folder: Path, sites: list[Site], chance: random.Random) -> Mapping[str, int]:
    """Start again and again, killed after some requests or left alone, until no page is missing; what the last said."""
    killed = 0
    for _ in range(60):
        before = sum(len(site.requests) for site in sites)
        process = start(folder, "fetch", "out")
        if killed < KILLS:
            most = before + chance.randrange(1, 60)
            while process.poll() is None and sum(len(site.requests) for site in sites) < most:
                time.sleep(0.001)
            time.sleep(chance.random() * 0.02)
            if process.poll() is None:
                process.kill()
                process.communicate()
                killed += 1
                continue
        [said] = ended(process)
        if not said["failures"]:
            return said
    raise AssertionError("pages are still missing after 60 runs")


def test_killed_again_and_again_on_hosts_that_fail_until_every_page_is_in(place: tuple[Path, list[Site]]) -> None:
    folder, sites = place
    until, seed = time.monotonic() + MINUTES * 60, 0
    for site in sites:
        site.pages["/robots.txt"] = answer(b"User-agent: *\nDisallow: /no")
    [calm] = ended(start(folder, "fetch", "calm"))
    ended(start(folder, "build", "calm"))
    whole = tree(folder / "calm" / "pages" / "1.0.0")
    assert not calm["failures"] and calm["archived"] == HOSTS * PAGES
    while True:
        print(f"seed {seed}")
        chance = random.Random(seed)
        for site in sites:
            site.requests.clear()
            site.pages |= disturbed(chance)
        said = fetch_with_kills(folder, sites, chance)
        for _ in range(2):
            process = start(folder, "build", "out")
            time.sleep(chance.random() * 2)
            process.kill()
            process.communicate()
        ended(start(folder, "build", "out"))
        corpus = folder / "out" / "pages"
        assert (tree(corpus / "1.0.0") == whole, (corpus / "latest").read_text()) == (True, "1.0.0\n"), f"seed {seed}"
        assert sorted(p.name for p in corpus.iterdir()) == [".lock", "1.0.0", "archive", "fetch.sqlite", "latest"]
        assert (list(verify(corpus / "1.0.0")), list(check(corpus))) == ([], []), f"seed {seed}"
        assert said["handles"] == calm["handles"] and said["peak"] < calm["peak"] + 32_768, (seed, said, calm)
        shutil.rmtree(folder / "out")
        seed += 1
        if time.monotonic() >= until:
            break


def test_a_process_that_fetches_again_and_again_stays_flat(place: tuple[Path, list[Site]]) -> None:
    folder, _ = place
    rounds = ended(start(folder, "refresh", "out", str(30 + int(MINUTES * 20))))
    assert {said["handles"] for said in rounds[1:]} == {rounds[1]["handles"]}
    assert rounds[-1]["rss"] < rounds[9]["rss"] + 10_240, [said["rss"] for said in rounds]
