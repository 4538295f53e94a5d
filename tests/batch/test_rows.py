"""Rows of many parts come out in order, however many parts there are."""

import os
import random
import resource
from pathlib import Path

import pytest

from harvester.batch import rows
from harvester.errors import StorageError
from harvester.types import path_id


def parts(folder: Path, count: int) -> tuple[list[str], list[bytes]]:
    chance, names, every = random.Random(7), list[str](), list[bytes]()
    for number in range(count):
        mine = [path_id(f"{chance.random()}").encode() + bytes([number % 256]) * 20 for _ in range(9)]
        (folder / f"{number}.rows.zst").write_bytes(rows.pack(mine))
        names.append(str(folder / f"{number}.rows.zst"))
        every += mine
    return names, sorted(every)


@pytest.mark.parametrize("most", [2, 3, 64])
def test_parts_are_merged_in_rounds_with_few_of_them_open(tmp_path: Path, most: int) -> None:
    names, every = parts(tmp_path, 20)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    assert list(rows.merged(names, scratch, most=most)) == every
    assert list(rows.merged(names[::-1], scratch, most=most)) == every


def test_there_may_be_more_parts_than_files_that_may_be_open(tmp_path: Path) -> None:
    names, every = parts(tmp_path, 300)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (len(os.listdir("/proc/self/fd")) + 80, hard))
    try:
        assert list(rows.merged(names, scratch)) == every
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_damaged_part_is_said(tmp_path: Path) -> None:
    [name], _ = parts(tmp_path, 1)
    content = bytearray(Path(name).read_bytes())
    content[len(content) // 2] ^= 1
    Path(name).write_bytes(content)
    with pytest.raises(StorageError, match="damaged"):
        list(rows.unpack(name))
    Path(name).write_bytes(content[:-9])
    with pytest.raises(StorageError, match=r"0\.rows\.zst: "):
        list(rows.unpack(name))
