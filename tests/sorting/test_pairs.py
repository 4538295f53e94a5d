"""Pairs of numbers come out sorted and in whole groups, whatever memory they were given, compiled or not."""

import importlib.util
from array import array
from itertools import chain, pairwise
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import StorageError
from harvester.sorting import SortedPairs, pairs
from tests.conftest import PROJECT
from tests.extraction.test_compiled import need_compiled

NUMBER = st.one_of(st.integers(0, 6), st.integers(0, (1 << 64) - 1))
BATCHES = st.lists(st.lists(st.tuples(NUMBER, NUMBER), max_size=12), max_size=12)


@pytest.fixture(scope="module")
def plain() -> ModuleType:
    need_compiled()
    spec = importlib.util.spec_from_file_location("plain_pairs", PROJECT / "harvester" / "sorting" / "pairs.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def columns(rows: list[tuple[int, int]]) -> tuple["array[int]", "array[int]"]:
    return array("Q", [key for key, _ in rows]), array("Q", [value for _, value in rows])


@given(batches=BATCHES, memory=st.integers(0, 2_000), block=st.integers(1, 9))
def test_pairs_come_out_sorted_and_those_with_one_key_in_one_block(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[tuple[int, int]]], memory: int, block: int
) -> None:
    with pytest.MonkeyPatch.context() as patch, SortedPairs(tmp_path_factory.getbasetemp(), memory=memory) as found:
        patch.setattr(pairs, "_LEAST_BLOCK", block)
        for batch in batches:
            found.add(*columns(batch))
        blocks = [[*zip(keys, values, strict=True)] for keys, values in found]
    assert [*chain.from_iterable(blocks)] == sorted(chain.from_iterable(batches))
    assert all(before[-1][0] < after[0][0] for before, after in pairwise(filter(None, blocks)))


@given(st.lists(st.tuples(NUMBER, NUMBER)))
def test_compiled_and_uncompiled_sort_the_same(plain: ModuleType, rows: list[tuple[int, int]]) -> None:
    assert pairs.in_order(*columns(rows)) == plain.in_order(*columns(rows)) == columns(sorted(rows))


def test_a_folder_that_is_gone_is_a_storage_error(tmp_path: Path) -> None:
    with SortedPairs(tmp_path / "gone", memory=0) as found, pytest.raises(StorageError, match="gone"):
        found.add(array("Q", [1, 2]), array("Q", [3, 4]))
