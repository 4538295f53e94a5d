"""Archives checked, compacted, and rolled over to the next file."""

import random
from pathlib import Path

import pytest

from harvester.archive import Archive, Broken, Held, check, compact, survey
from harvester.archive.durable import finish_swap
from harvester.errors import InputError, StorageError
from harvester.types import Capture, Header
from tests.conftest import tree

NOW = "2026-01-02T03:04:05Z"
INFO = {"software": "test/1"}
HTML = (Header("Content-Type", "text/html"),)


def page(name: str, day: int, body: bytes) -> Capture:
    return Capture(
        f"https://a.example/{name}",
        f"2026-01-0{day}T00:00:00Z",
        body,
        status=200,
        content_type="text/html",
        headers=HTML,
    )


def opened(folder: Path, max_file: int = 1 << 30) -> Archive:
    return Archive(folder / "archive", now=NOW, name="c", info=INFO, max_file=max_file)


def bodies(folder: Path) -> dict[str, bytes]:
    with opened(folder) as archive:
        entries = [archive.find(f"https://a.example/{name}") for name in "abc"]
        return {entry.url[-1]: archive.read(entry).body for entry in entries if entry is not None}


@pytest.fixture
def grown(tmp_path: Path) -> Path:
    """Three pages: `a` changed twice, `b` was seen again unchanged, `c` came once."""
    with opened(tmp_path) as archive:
        for day, text in ((1, b"one"), (2, b"two"), (3, b"three")):
            archive.add(page("a", day, text))
        for day in (1, 2, 3):
            archive.add(page("b", day, b"same"))
        archive.add(page("c", 1, b"once"))
    return tmp_path


def test_compaction_drops_what_is_superseded_and_says_it(grown: Path) -> None:
    before = bodies(grown)
    done = compact(grown / "archive", cited=(), now=NOW, name="c", info=INFO)
    assert [(entry.url[-1], entry.fetched_at[8:10]) for entry in done.dropped] == [
        ("a", "01"),
        ("a", "02"),
        ("b", "02"),
    ]
    assert (done.kept, done.bytes_after < done.bytes_before) == (4, True)
    assert bodies(grown) == before == {"a": b"three", "b": b"same", "c": b"once"}
    assert list(check(grown / "archive")) == []
    again = compact(grown / "archive", cited=(), now=NOW, name="c", info=INFO)
    assert (again.dropped, again.bytes_after) == ((), done.bytes_after)


def test_what_a_version_cites_is_kept_with_its_body(grown: Path) -> None:
    wanted = [("https://a.example/a", "2026-01-02T00:00:00Z"), ("https://a.example/b", "2026-01-02T00:00:00Z")]
    with opened(grown) as archive:
        cited = {entry.record_id for url, date in wanted if (entry := archive.find(url, fetched_at=date))}
    done = compact(grown / "archive", cited=cited, now=NOW, name="c", info=INFO)
    assert [(entry.url[-1], entry.fetched_at[8:10]) for entry in done.dropped] == [("a", "01")]
    with opened(grown) as archive:
        entries = [archive.find(url, fetched_at=date) for url, date in wanted]
        assert [archive.read(entry).body for entry in entries if entry] == [b"two", b"same"]


def test_a_dry_run_writes_nothing(grown: Path) -> None:
    before = tree(grown)
    done = compact(grown / "archive", cited=(), now=NOW, name="c", info=INFO, dry_run=True)
    assert (len(done.dropped), tree(grown)) == (3, before)


def test_a_file_that_is_not_the_archives_stops_a_compaction(grown: Path) -> None:
    (grown / "archive" / "notes.txt").write_text("mine")
    with pytest.raises(StorageError, match=r"notes\.txt: not a file of the archive"):
        compact(grown / "archive", cited=(), now=NOW, name="c", info=INFO)


@pytest.mark.parametrize("moment", ["making", "made", "moved away", "in place"])
def test_a_swap_cut_off_at_any_step_leaves_the_old_archive_or_the_new(tmp_path: Path, moment: str) -> None:
    folder, new = tmp_path / "archive", tmp_path / {"making": ".archive.making"}.get(moment, ".archive.made")
    folder.mkdir()
    (folder / "x").write_text("old")
    new.mkdir()
    (new / "x").write_text("new")
    if moment in ("moved away", "in place"):
        folder.rename(tmp_path / ".archive.old")
    if moment == "in place":
        new.rename(folder)
    finish_swap(folder)
    assert tree(tmp_path) == {"archive/x": b"old" if moment == "making" else b"new"}


def test_every_kind_of_difference_between_index_and_files_is_found(grown: Path) -> None:
    index = grown / "archive" / "index.cdxj"
    lines = index.read_bytes().splitlines(keepends=True)
    assert list(check(grown / "archive")) == []
    index.write_bytes(b"".join(lines[1:]))
    [missing] = check(grown)
    assert "not in index.cdxj" in missing and "https://a.example/a" in missing
    index.write_bytes(b"".join([lines[0].replace(b'"status":"200"', b'"status":"404"'), *lines[1:]]))
    [wrong] = check(grown)
    assert "not what lies at" in wrong
    index.write_bytes(b"rubbish\n")
    assert "not a CDXJ line" in next(check(grown))


def test_flipped_bits_are_found_and_listed_with_their_place(grown: Path) -> None:
    (file,) = (grown / "archive").glob("*.warc.gz")
    whole = file.read_bytes()
    with opened(grown) as archive:
        entry = archive.find("https://a.example/a")
    assert entry is not None
    chance = random.Random(3)
    for bit in chance.sample(range(8 * (entry.offset + 10), 8 * (entry.offset + entry.length - 9)), 40):
        content = bytearray(whole)
        content[bit // 8] ^= 1 << bit % 8
        file.write_bytes(content)
        findings = list(check(grown))
        assert any(finding.startswith(f"{file}:{entry.offset}: ") for finding in findings), bit
        broken = [found for found in survey(grown) if isinstance(found, Broken)]
        assert [found.offset for found in broken] == [entry.offset]


def test_a_torn_tail_is_found_and_not_mended_by_looking(grown: Path) -> None:
    (file,) = (grown / "archive").glob("*.warc.gz")
    file.write_bytes(file.read_bytes()[:-5])
    before = tree(grown)
    assert any("the file ends inside it" in finding for finding in check(grown))
    assert tree(grown) == before


def test_a_file_that_is_full_is_followed_by_the_next_and_captures_are_found_in_both(tmp_path: Path) -> None:
    chance = random.Random(5)
    with opened(tmp_path, max_file=3_000) as archive:
        for name in "abc":
            archive.add(page(name, 1, chance.randbytes(2_000)))
    with Archive(tmp_path / "archive", now="2020-01-01T00:00:00Z", name="c", info=INFO, max_file=3_000) as archive:
        archive.add(page("a", 2, chance.randbytes(2_000)))  # the clock went back
    names = sorted(file.name for file in (tmp_path / "archive").glob("*.warc.gz"))
    assert names == [
        "c-20200101000000-00004.warc.gz",
        "c-20260102030405-00001.warc.gz",
        "c-20260102030405-00002.warc.gz",
        "c-20260102030405-00003.warc.gz",
    ]
    assert (len(bodies(tmp_path)), list(check(tmp_path))) == (3, [])
    listed = [found for found in survey(tmp_path) if isinstance(found, Held)]
    assert [(held.url[-1], held.date[8:10], held.bytes) for held in listed] == [
        ("a", "01", 2_000), ("b", "01", 2_000), ("c", "01", 2_000), ("a", "02", 2_000)
    ]  # fmt: skip


def test_a_path_that_holds_no_warc_is_an_error(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.warc.gz"):
        with pytest.raises(InputError, match="name a corpus"):
            list(survey(path))
