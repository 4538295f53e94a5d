"""One flipped bit, anywhere in a corpus: `harvest verify` or `harvest archive check` names it, or it says nothing.

`HARVEST_BIT_FLIPS` sets how many bits are flipped.
"""

import os
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from harvester.archive import check, survey
from harvester.archive.members import walk_members
from harvester.errors import StorageError
from harvester.frontier import FILE
from harvester.pack import verify
from harvester.pipeline import build, status
from harvester.settings import FetchSettings, Settings
from tests.conftest import NOW, tree
from tests.fetch.loopback import Site, answer, redirect

FLIPS = int(os.environ.get("HARVEST_BIT_FLIPS", "100"))
SETTINGS = Settings(fetch=FetchSettings(allow_private=True, delay=0, retries=0, user_agent="test/1"))
TEXT = "The lamp at the end of the pier was lit for the {}th time, and then it was out again until the next evening."
# Of the head of a gzip member (RFC 1952 2.3): flag "text", time, extra flags, system. Nothing of what is packed.
_SAYS_NOTHING = {(3, 1), *((byte, 1 << bit) for byte in (4, 5, 6, 7, 8, 9) for bit in range(8))}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Site]]:
    folder = tmp_path_factory.mktemp("rot") / "site"
    folder.mkdir()
    pages = {f"/{n}": answer(f"<article><p>{TEXT.format(n)}</p></article>".encode(), 'ETag: "1"') for n in range(5)}
    with Site(pages | {"/robots.txt": answer(b"User-agent: *\nDisallow: /no"), "/old": redirect("/0")}) as site:
        addresses = [f"{site.root}/{name}" for name in (1, 2, 3, 4, "old", "gone", "no")]
        (folder / "INDEX.md").write_text("".join(f"- [{n}]({url})\n" for n, url in enumerate([*addresses, "file.txt"])))
        (folder / "file.txt").write_text(TEXT.format(1000))
        run(folder)
        yield folder, site


def run(folder: Path) -> None:
    build(str(folder / "INDEX.md"), output=folder / "out", settings=SETTINGS, now=NOW)


def flips(files: list[Path], number: int) -> Iterator[tuple[Path, int, int]]:
    """Bits in the files, each file in turn: path, byte, mask."""
    chance = random.Random(7)
    for n in range(number):
        path = files[n % len(files)]
        yield path, chance.randrange(path.stat().st_size), 1 << chance.randrange(8)


@contextmanager
def flipped(path: Path, at: int, mask: int) -> Iterator[None]:
    whole = path.read_bytes()
    content = bytearray(whole)
    content[at] ^= mask
    path.write_bytes(content)
    try:
        yield
    finally:
        path.write_bytes(whole)


def test_a_flipped_bit_in_a_version_is_named_by_verify(place: tuple[Path, Site]) -> None:
    version = place[0] / "out" / "site" / "1.0.0"
    assert list(verify(version)) == []
    missed = list[str]()
    for path, at, mask in flips([path for path in sorted(version.rglob("*")) if path.is_file()], FLIPS // 2):
        name = path.relative_to(version).as_posix()
        with flipped(path, at, mask):
            try:
                findings = list(verify(version))
            except StorageError as error:
                findings = [str(error)]
        if not any(name.removesuffix(".sha256") in finding for finding in findings):
            missed.append(f"{name}:{at} mask {mask}: {findings}")
    assert not missed, "\n".join(missed)


def test_a_flipped_bit_in_an_archive_is_named_by_check_or_says_nothing(place: tuple[Path, Site]) -> None:
    archive = place[0] / "out" / "site" / "archive"
    [warc] = archive.glob("*.warc.gz")
    with warc.open("rb") as file:
        starts = [offset for offset, _, _ in walk_members(file, 0)]
    listed, outcomes = list(survey(archive)), Counter[str]()
    assert list(check(archive)) == [] and len(starts) > 10
    for path, at, mask in flips([warc, warc, warc, archive / "index.cdxj"], FLIPS * 3 // 10):
        harmless = path == warc and (at - max(s for s in starts if s <= at), mask) in _SAYS_NOTHING
        with flipped(path, at, mask):
            findings = list(check(archive))
            named = any(path.name in finding for finding in findings)
            assert named or harmless, f"{path.name}:{at} mask {mask}: {findings}"
            assert not harmless or list(survey(archive)) == listed
        outcomes["harmless" if harmless else "named"] += 1
    assert outcomes["named"] > outcomes["harmless"] * 10, outcomes


def test_a_flipped_bit_in_the_state_of_fetching_is_named_or_changes_no_record(place: tuple[Path, Site]) -> None:
    folder, site = place
    corpus = folder / "out" / "site"
    version, outcomes = tree(corpus / "1.0.0"), Counter[str]()
    shutil.copytree(corpus, folder / "kept")
    for path, at, mask in flips([corpus / FILE], FLIPS // 5):
        site.requests.clear()
        with flipped(path, at, mask):
            try:
                run(folder)
                status(folder / "out")
            except StorageError as error:
                assert FILE in str(error)
                outcomes["named"] += 1
            else:
                outcomes["harmless"] += 1
        # Neither a page that the archive holds, nor one that robots.txt refuses.
        assert set(site.targets) <= {"/robots.txt", "/gone"}, f"{at} mask {mask}"
        assert tree(corpus / "1.0.0") == version and not (corpus / "1.0.1").exists(), f"{at} mask {mask}"
        shutil.rmtree(corpus)
        shutil.copytree(folder / "kept", corpus)
    shutil.rmtree(folder / "kept")
    assert min(outcomes["named"], outcomes["harmless"]) > 0, outcomes
