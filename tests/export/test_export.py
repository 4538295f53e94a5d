"""What holds of every export: whole or absent, the same bytes again, and nothing of the user's is ever replaced."""

import json
import os
from pathlib import Path

import msgspec
import pytest

from harvester import open_corpus
from harvester.errors import InputError, StorageError
from harvester.export import FORMATS, export
from harvester.export.txt import file_name
from tests.conftest import Harvest, tree


def content(path: Path) -> object:
    return tree(path) if path.is_dir() else path.read_bytes()


@pytest.mark.parametrize("name", FORMATS)
def test_an_export_is_the_same_bytes_again_and_leaves_nothing_beside_it(
    version: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for path in (one, two):
        path.mkdir()
        (path / "here").mkdir()
        monkeypatch.chdir(path / "here")  # what an export is called does not depend on where it is written
        done = export(version.parent, name)
        assert done.records == 12 and os.listdir(path / "here") == [done.path]
    assert content(one / "here" / done.path) == content(two / "here" / done.path)
    assert done.path == f"sample-1.0.0{FORMATS[name].suffix}"


@pytest.mark.parametrize("name", FORMATS)
def test_what_stands_there_is_replaced_only_when_forced(version: Path, tmp_path: Path, name: str) -> None:
    target = tmp_path / "out"
    export(version, name, target)
    before = content(target)
    with pytest.raises(InputError, match="exists already"):
        export(version, name, target)
    assert export(version, name, target, force=True).path == str(target)
    assert content(target) == before and os.listdir(tmp_path) == ["out"]


def test_force_removes_no_folder_that_no_export_made(version: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("ten years of work")
    for name in ("parquet", "csv"):
        with pytest.raises(InputError, match="was not made by this export"):
            export(version, name, tmp_path / "mine", force=True)
    (tmp_path / "link").symlink_to(tmp_path / "mine")
    with pytest.raises(InputError, match="was not made by this export"):
        export(version, "txt", tmp_path / "link", force=True)
    (tmp_path / "file").write_text("mine too")
    with pytest.raises(InputError, match="was not made by this export"):
        export(version, "txt", tmp_path / "file", force=True)
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "ten years of work"


def test_a_link_planted_at_the_temporary_name_is_not_followed(version: Path, tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("unharmed")
    (tmp_path / ".out.csv.part").symlink_to(tmp_path / "victim")
    export(version, "csv", tmp_path / "out.csv")
    assert (tmp_path / "victim").read_text() == "unharmed" and not (tmp_path / "out.csv").is_symlink()


def test_what_a_killed_export_left_is_cleared_away(version: Path, tmp_path: Path) -> None:
    for name, target in (("parquet", "folder"), ("csv", "file")):
        (tmp_path / f".{target}.part").mkdir()
        (tmp_path / f".{target}.part" / "half.parquet").write_bytes(b"PAR1")
        export(version, name, tmp_path / target)
    assert sorted(os.listdir(tmp_path)) == ["file", "folder"]
    assert not (tmp_path / "folder" / "half.parquet").exists()


@pytest.mark.parametrize("name", ["parquet", "csv", "sqlite", "bagit", "tei"])
def test_an_export_that_fails_leaves_the_old_one_as_it_was(version: Path, tmp_path: Path, name: str) -> None:
    broken = tmp_path / "sample" / "1.0.0"
    for path, stored in tree(version).items():
        (broken / path).parent.mkdir(parents=True, exist_ok=True)
        (broken / path).write_bytes(stored)
    target = tmp_path / "exports" / "out"
    export(broken, name, target)
    before = content(target)
    for kind in ("data", "blocks"):
        shard = sorted(broken.glob(f"{kind}/*"))[-1]
        shard.write_bytes(shard.read_bytes()[:-20])
    with pytest.raises(StorageError, match=r"harvest verify|damaged"):
        export(broken, name, target, force=True)
    assert content(target) == before and os.listdir(tmp_path / "exports") == ["out"]


def test_no_file_is_named_by_what_a_version_of_others_calls_its_records(version: Path) -> None:
    record = next(open_corpus(version))
    for identifier in ("../../etc/passwd", "/etc/passwd", "a\0b", "", "x" * 5_000, f"{record.id}\n"):
        name = file_name(msgspec.structs.replace(record, id=identifier))
        assert len(name) == 71 and name[2] == "/" and name[:2] == name[3:5]
    assert file_name(record) == f"{record.id[:2]}/{record.id}.txt"


def test_a_bag_is_valid_to_the_library_of_congress_s_bagit(version: Path, tmp_path: Path) -> None:
    import bagit

    export(version, "bagit", tmp_path / "out")
    bag = bagit.Bag(str(tmp_path / "out"))
    bag.validate()
    assert bag.info["External-Identifier"] == "sample-1.0.0"
    assert tree(tmp_path / "out" / "data") == tree(version)


def test_the_command_writes_says_and_refuses(harvest: Harvest, version: Path, tmp_path: Path) -> None:
    run = harvest("export", version.parent, "--to", "csv")
    assert (run.returncode, run.stdout, run.stderr) == (0, "sample 1.0.0: 12 records as csv in sample-1.0.0.csv\n", "")
    assert (tmp_path / "sample-1.0.0.csv").is_file()
    again = harvest("export", version.parent, "--to", "csv")
    assert again.returncode == 2 and again.stderr.count("\n") == 1 and "--force" in again.stderr
    forced = harvest("export", version.parent, "--to", "csv", "--force", "--json")
    assert json.loads(forced.stdout)["records"] == 12
    unknown = harvest("export", version.parent, "--to", "docx")
    assert unknown.returncode == 2 and "parquet, hf, dolma" in unknown.stderr
    assert harvest("export", tmp_path / "nothing", "--to", "csv").returncode == 2


def test_the_help_names_every_format(harvest: Harvest) -> None:
    shown = harvest("export", "--help").stdout
    assert all(name in shown for name in FORMATS)
