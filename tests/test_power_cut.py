"""A build after whose calls the power goes out, at any of them and whatever had reached the disk: the next run gives
the bytes of an undisturbed one, no half version is seen, and no page that lay in the archive is asked for again.

`HARVEST_POWER_CUTS` sets after how many of the calls it goes out, chosen evenly.
"""

import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from harvester.archive import Damage, check, read_records
from harvester.archive.index import read_all
from harvester.errors import StorageError
from harvester.frontier import Frontier
from harvester.pack import verify, versions
from harvester.pipeline import build
from harvester.settings import FetchSettings, Settings
from tests.conftest import tree
from tests.fetch.loopback import Site, answer, redirect
from tests.power_cut import STRACE, VARIANTS, Call, Disk, calls, lay_out

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace (Debian package strace)")

CUTS = int(os.environ.get("HARVEST_POWER_CUTS", "12"))
FETCH = {"allow_private": True, "delay": 0.0, "retries": 0, "user_agent": "test/1"}
FIRST, SECOND = "2026-01-02T03:04:05Z", "2026-02-02T03:04:05Z"
BUILD = """
import sys
from pathlib import Path
from harvester.pipeline import build
from harvester.settings import FetchSettings, Settings
now, mode, changes = sys.argv[1:]
build("INDEX.md", output=Path("out"), now=now, settings=Settings(fetch=FetchSettings(mode=mode, **eval(changes))))
"""
TEXT = "The lamp at the end of the pier was lit for the {}th time, and then it was out again until the next evening."


def page(number: int, said: str = "") -> bytes:
    noise = random.Random(number).randbytes(1200).hex()  # so that a record is longer than a block
    body = f"<title>{number}</title><article><p>{TEXT.format(number)} {said}</p></article><!-- {noise} -->"
    return answer(body.encode(), f'ETag: "{number}{said}"')


class Place:
    """A folder with an index of pages of two hosts and of a file, and the hosts' servers."""

    def __init__(self, folder: Path, sites: list[Site]) -> None:
        self.folder, self.sites = folder, sites
        pages = {f"/{n}": page(n) for n in range(6)}
        pages |= {"/robots.txt": answer(b"User-agent: *\nDisallow: /no"), "/old": redirect("/0")}
        for site in sites:
            site.pages |= pages
        names = [*map(str, range(1, 6)), "old", "gone", "no"]
        addresses = [f"{site.root}/{name}" for name in names for site in sites]
        lines = [f"- [page {n}]({address})\n" for n, address in enumerate(addresses)]
        (folder / "INDEX.md").write_text("".join([*lines, "- [a file](file.txt)\n"]))
        (folder / "file.txt").write_text(TEXT.format(1000))

    def run(self, out: Path, now: str, mode: str) -> None:
        build(
            str(self.folder / "INDEX.md"),
            output=out,
            now=now,
            settings=Settings(fetch=FetchSettings(mode=mode, **FETCH)),  # type: ignore[arg-type]
        )

    def traced(self, now: str, mode: str) -> list[Call]:
        command = [*STRACE, sys.executable, "-c", BUILD, now, mode, repr(FETCH)]
        subprocess.run(command, cwd=self.folder, check=True, timeout=120)
        return calls(self.folder / "trace.txt", "out")

    def asked(self) -> Counter[str]:
        found = Counter(site.root + target for site in self.sites for target in site.targets)
        for site in self.sites:
            site.requests.clear()
        return found


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with Site({}) as one, Site({}, host="127.0.0.2") as two:
        folder = tmp_path / "site"
        folder.mkdir()
        yield Place(folder, [one, two])


def published(corpus: Path) -> dict[str, bytes]:
    return {name: content for name, content in tree(corpus).items() if name[0].isdigit() or name == "latest"}


def captured(corpus: Path) -> set[tuple[str, str, str, str]]:
    return {
        (entry.url, entry.fetched_at, entry.sha256, entry.mime) for entry in read_all(corpus / "archive/index.cdxj")
    }


def safe_pages(disk: Disk) -> set[str]:
    """The pages that surely lie in the archive, whatever else the power cut took."""
    files = disk.after_cut("lost", "lost", random.Random(0))
    found = set()
    for name, content in files.items():
        if name.endswith(".warc.gz") and content is not None:
            records = [record for record in read_records(BytesIO(content)) if not isinstance(record, Damage)]
            found |= {record.uri for record in records if record.kind == "response" and b" 200 " in record.block[:16]}
    return {uri for uri in found if uri is not None and not uri.endswith("/robots.txt")}


def cut_everywhere(place: Place, start: Path, now: str, mode: str) -> None:
    """Compare what a run gives after each of the cuts with what it gives undisturbed; `start` is there before."""
    out = place.folder / "out"
    shutil.copytree(start, out)
    happened = place.traced(now, mode)
    place.asked()
    corpus = out / place.folder.name
    whole, held = published(corpus), captured(corpus)
    assert len(happened) > 60 and len(whole) > 6 and {"sync", "rename", "truncate"} < {call.name for call in happened}
    disk, done, wrong = Disk(place.folder / "before"), 0, list[str]()
    for number in range(CUTS):
        until = 1 + number * (len(happened) - 1) // max(CUTS - 1, 1)
        for call in happened[done:until]:
            disk.replay(call)
        done = until
        for names, contents in VARIANTS if CUTS >= 100 else (VARIANTS[number % len(VARIANTS)],):
            where = f"after call {until} ({happened[until - 1][:3]}), names {names}, contents {contents}"
            shutil.rmtree(out)
            lay_out(disk.after_cut(names, contents, random.Random(number)), place.folder / "cut")
            (place.folder / "cut" / "out").mkdir(exist_ok=True)
            (place.folder / "cut" / "out").rename(out)
            (place.folder / "cut").rmdir()
            for version in versions(corpus):
                seen = {f"{version}/{name}": content for name, content in tree(corpus / str(version)).items()}
                if list(verify(corpus / str(version))) or not seen.items() <= whole.items():
                    wrong.append(f"{where}: a half version is seen")
            try:
                place.run(out, now, mode)
            except StorageError as error:
                wrong.append(f"{where}: {error}")
                continue
            again = place.asked()
            if published(corpus) != whole:
                wrong.append(f"{where}: another version")
            if captured(corpus) != held:
                wrong.append(f"{where}: other captures: {captured(corpus) ^ held}")
            if mode == "missing" and (twice := again.keys() & safe_pages(disk)):
                wrong.append(f"{where}: asked again for {twice}")
            wrong += [f"{where}: {finding}" for finding in check(corpus)]
            with Frontier(corpus) as frontier:
                wrong += [f"{where}: {host}" for host in frontier.hosts() if host.waiting]
    assert not wrong, "\n".join(wrong)


def test_the_power_goes_out_during_a_first_build(place: Place) -> None:
    (place.folder / "before" / "out").mkdir(parents=True)
    cut_everywhere(place, place.folder / "before" / "out", FIRST, "missing")


def test_the_power_goes_out_while_pages_are_asked_for_again(place: Place) -> None:
    before = place.folder / "before" / "out"
    place.run(before, FIRST, "missing")
    for site in place.sites:
        site.pages |= {"/2": page(2, "It rains."), "/gone": page(7)}
    cut_everywhere(place, before, SECOND, "refresh")
