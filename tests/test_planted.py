"""Links and files that somebody else put at the names which a run writes: nothing behind a link is written or waited for."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from harvester.errors import StorageError
from harvester.pipeline import build
from harvester.settings import FetchSettings, Settings
from tests.conftest import NOW, Harvest, tree
from tests.fetch.loopback import Site, answer

NAMES = (
    "archive",
    "archive/index.cdxj",
    "archive/pages-20200101000000-00001.warc.gz",
    ".archive.making",
    ".archive.made",
    ".archive.old",
    ".building",
    "latest",
    ".lock",
    "fetch.sqlite",
    "fetch.sqlite-wal",
    "fetch.sqlite-shm",
    "fetch.sqlite-journal",
)
TEMPORARY = ("archive/.index.cdxj.tmp", ".latest.tmp")
PLANTED = ("link to a file", "link to a folder", "link to nothing", "FIFO")
PAGE = answer(
    b"<title>Pier</title><article><p>The lamp at the end of the pier was lit once more at dusk.</p></article>"
)
SETTINGS = Settings(fetch=FetchSettings(allow_private=True, delay=0, robots=False, user_agent="test/1"))


@pytest.fixture
def index(tmp_path: Path) -> Iterator[str]:
    with Site({"/a": PAGE}) as site:
        (tmp_path / "pages.txt").write_text(f"{site.root}/a\n")
        yield str(tmp_path / "pages.txt")


def put(path: Path, kind: str, victim: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind == "FIFO":
        os.mkfifo(path)
        return
    if kind == "link to a file":
        victim.write_text("mine")
    elif kind == "link to a folder":
        victim.mkdir()
        (victim / "mine").write_text("mine")
    path.symlink_to(victim)


def behind(victim: Path) -> object:
    return tree(victim) if victim.is_dir() else victim.read_bytes() if victim.exists() else None


@pytest.mark.parametrize("kind", PLANTED)
@pytest.mark.parametrize("name", NAMES)
def test_what_stands_at_a_name_of_ours_is_refused_by_name_and_nothing_behind_it_is_written(
    tmp_path: Path, index: str, name: str, kind: str
) -> None:
    path, victim = tmp_path / "corpus" / "pages" / name, tmp_path / "victim"
    put(path, kind, victim)
    before, planted = behind(victim), path.lstat()
    with pytest.raises(StorageError, match=rf"/{name}: .*move it away$"):
        build(index, output=tmp_path / "corpus", settings=SETTINGS, now=NOW)
    assert (behind(victim), path.lstat().st_ino) == (before, planted.st_ino)
    path.unlink()
    assert build(index, output=tmp_path / "corpus", settings=SETTINGS, now=NOW).counts.records == 1


@pytest.mark.parametrize("kind", PLANTED)
@pytest.mark.parametrize("name", TEMPORARY)
def test_what_stands_at_a_temporary_name_is_replaced_and_not_followed(
    tmp_path: Path, index: str, name: str, kind: str
) -> None:
    victim = tmp_path / "victim"
    put(tmp_path / "corpus" / "pages" / name, kind, victim)
    before = behind(victim)
    assert build(index, output=tmp_path / "corpus", settings=SETTINGS, now=NOW).counts.records == 1
    assert behind(victim) == before and not os.path.lexists(tmp_path / "corpus" / "pages" / name)


@pytest.mark.parametrize("name", ["latest", ".lock", "fetch.sqlite", "archive/.index.cdxj.tmp", ".latest.tmp", "1.0.0"])
def test_a_folder_at_the_name_of_a_file_is_refused_and_left_as_it_is(tmp_path: Path, index: str, name: str) -> None:
    path = tmp_path / "corpus" / "pages" / name
    path.mkdir(parents=True)
    (path / "mine").write_text("mine")
    with pytest.raises(StorageError, match=rf"/{name}: "):
        build(index, output=tmp_path / "corpus", settings=SETTINGS, now=NOW)
    assert (path / "mine").read_text() == "mine"


def test_the_command_says_what_it_refuses_in_one_line(tmp_path: Path, harvest: Harvest) -> None:
    harvest("init")
    (tmp_path / "corpus" / "my-corpus").mkdir(parents=True)
    (tmp_path / "corpus" / "my-corpus" / "archive").symlink_to(tmp_path)
    run = harvest("build")
    said = "corpus/my-corpus/archive: a link stands where harvest keeps a folder of its own; move it away"
    assert (run.returncode, run.stdout, run.stderr) == (5, "", f"harvest: {said}\n")
