"""Groups of records that share something: the same compiled and as plain Python, and as counted by hand."""

import importlib.util
from array import array
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.curate import groups
from tests.conftest import PROJECT
from tests.extraction.test_compiled import need_compiled


@pytest.fixture(scope="module")
def plain() -> ModuleType:
    need_compiled()
    spec = importlib.util.spec_from_file_location("plain_groups", PROJECT / "harvester" / "curate" / "groups.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def numbers(*values: int) -> "array[int]":
    return array("Q", values)


@given(st.lists(st.lists(st.integers(0, 3), min_size=6, max_size=6), max_size=8), st.data())
def test_compiled_and_uncompiled_find_the_same_bands(
    plain: ModuleType, rows: list[list[int]], data: st.DataObject
) -> None:
    ranks = array("I", data.draw(st.permutations(range(len(rows)))))
    left_out = bytearray(data.draw(st.lists(st.integers(0, 1), min_size=len(rows), max_size=len(rows))))
    lines = b"".join(array("I", row).tobytes() for row in rows)
    keys, values = groups.bands(lines, ranks, left_out, 0, (6, 2, 2))
    assert (keys, values) == plain.bands(lines, ranks, left_out, 0, (6, 2, 2))
    kept = [(rank, row) for rank, row, out in zip(ranks, rows, left_out, strict=True) if not out and any(row[:4])]
    parts = {(rank * 32 + band): (band, *row[2 * band : 2 * band + 2]) for rank, row in kept for band in (0, 1)}
    assert sorted(values) == sorted(parts)
    assert len({*keys}) == len({*parts.values()}) == len({*zip(keys, map(parts.get, values), strict=True)})


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 1 << 40))).map(sorted))
def test_compiled_and_uncompiled_group_the_same(plain: ModuleType, rows: list[tuple[int, int]]) -> None:
    columns = numbers(*(key for key, _ in rows)), numbers(*(value for _, value in rows))
    assert groups.shared(*columns, 7) == plain.shared(*columns, 7)


def test_what_is_shared_keeps_rank_band_and_group() -> None:
    found = groups.shared(numbers(1, 5, 5, 6, 9, 9, 9), numbers(0, 32 * 8 + 3, 32 * 9 + 3, 0, 1, 32, 64), 10)
    members, bands, sizes = found
    assert [*members] == [8, 9, 0, 1, 2] and [*sizes] == [2, 3]
    assert [band & groups.NUMBER for band in bands] == [10, 10, 11, 11, 11]
    assert [band >> 56 for band in bands] == [3, 3, 1, 0, 0]


@given(st.lists(st.lists(st.integers(0, 4), max_size=4), max_size=8), st.integers(1, 3), st.data())
def test_compiled_and_uncompiled_flag_as_counting_does(
    plain: ModuleType, rows: list[list[int]], least: int, data: st.DataObject
) -> None:
    is_duplicate = bytearray(data.draw(st.lists(st.integers(0, 1), min_size=len(rows), max_size=len(rows))))
    ends, hashes = numbers(0), numbers()
    for row in rows:
        hashes.extend(row)
        ends.append(len(hashes))
    keys, values = groups.paragraphs(hashes, ends, 0)
    assert (keys, values) == plain.paragraphs(hashes, ends, 0)
    pairs = sorted(zip(keys, values, strict=True))
    columns = numbers(*(key for key, _ in pairs)), numbers(*(value for _, value in pairs))
    flags, others = bytearray(len(hashes)), bytearray(len(hashes))
    groups.flag(*columns, ends, is_duplicate, least, flags)
    plain.flag(*columns, ends, is_duplicate, least, others)
    expected = []
    for number, row in enumerate(rows):
        for value in row:
            count = sum(value in other for other, out in zip(rows, is_duplicate, strict=True) if not out)
            if value == 0 or count < least or (count == least and not is_duplicate[number]):
                expected.append(0)
            else:
                expected.append(1 if count > least else groups.UNDECIDED)
    assert [*flags] == [*others] == expected


def test_values_are_compared_place_by_place(plain: ModuleType) -> None:
    one, other = array("I", [1, 2, 3, 1 << 31]).tobytes(), array("I", [1, 3, 2, 1 << 31]).tobytes()
    assert groups.equal_values(one, other) == plain.equal_values(one, other) == 2
