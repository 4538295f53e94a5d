"""Rows come out sorted, whatever memory they were given, and leave no file behind."""

import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import StorageError
from harvester.sorting import SortedRows


@given(st.lists(st.binary(max_size=30)), st.integers(0, 2_000))
def test_rows_come_out_as_sorted_has_them(
    tmp_path_factory: pytest.TempPathFactory, rows: list[bytes], memory: int
) -> None:
    folder = tmp_path_factory.getbasetemp()
    with SortedRows(folder, memory=memory) as found:
        for row in rows:
            found.add(row)
        assert list(found) == sorted(rows)
        assert list(found) == sorted(rows), "and a second time"


def test_rows_larger_than_what_is_read_at_once_come_out_whole(tmp_path: Path) -> None:
    rows = [bytes([number]) * size for number, size in enumerate((70_000, 0, 4_095, 4_096, 4_097, 1_000_000))]
    with SortedRows(tmp_path, memory=1) as found:
        for row in reversed(rows):
            found.add(row)
        assert list(found) == sorted(rows)


def test_the_file_has_no_name(tmp_path: Path) -> None:
    with SortedRows(tmp_path, memory=1) as found:
        found.add(b"a")
        found.add(b"b")
        assert list(found) and not list(tmp_path.iterdir())


@contextmanager
def full_disk() -> Iterator[None]:
    """No file may grow beyond 4 KB: writing fails as it does on a full disk. Not as a fixture, under which pytest reports."""
    before, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_disk_that_is_full_is_a_storage_error(tmp_path: Path) -> None:
    with (
        full_disk(),
        SortedRows(tmp_path, memory=1_000) as found,
        pytest.raises(StorageError, match=str(tmp_path)),
    ):
        for number in range(2_000):
            found.add(os.urandom(8) + bytes([number % 256]))
        list(found)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_gone_is_a_storage_error(tmp_path: Path) -> None:
    with SortedRows(tmp_path / "gone", memory=1) as found, pytest.raises(StorageError, match="gone"):
        found.add(b"a")
