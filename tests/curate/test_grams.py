"""Hashes of words and runs of them: the same compiled and as plain Python."""

import importlib.util
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.curate import grams
from harvester.extraction import count_words
from tests.conftest import PROJECT
from tests.extraction.test_compiled import need_compiled


@pytest.fixture(scope="module")
def plain() -> ModuleType:
    need_compiled()
    spec = importlib.util.spec_from_file_location("plain_grams", PROJECT / "harvester" / "curate" / "grams.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TEXT = st.text(st.one_of(st.sampled_from("ab c'’-éİ日本ไท\u093f\u200c.\n1_"), st.characters()), max_size=60)


@given(texts=st.lists(TEXT, max_size=3), n=st.integers(1, 6))
def test_compiled_and_uncompiled_give_the_same(plain: ModuleType, texts: list[str], n: int) -> None:
    fast, slow = grams.read(texts), plain.read(texts)
    assert tuple(fast) == tuple(slow)
    runs = grams.runs(fast.hashes, n)
    assert runs == plain.runs(slow.hashes, n)
    assert grams.repeated_characters(runs, fast.sizes, n) == plain.repeated_characters(runs, slow.sizes, n)
    assert grams.commonest_characters(runs, fast.sizes, n) == plain.commonest_characters(runs, slow.sizes, n)
    assert grams.hashed("".join(texts)) == plain.hashed("".join(texts))


@given(st.text(st.sampled_from("ab c'’-éß日本ไทa.,\n1_"), max_size=80))
def test_words_are_those_of_the_word_count(text: str) -> None:
    assert len(grams.read([text]).hashes) == count_words(text)


def test_a_run_has_one_hash_wherever_it_stands() -> None:
    found = grams.runs(grams.read(["one two three", "one two three"]).hashes, 3)
    assert found[0] == found[3] and len({*found}) == 3
    assert len(grams.runs(grams.read(["one two"]).hashes, 3)) == 0
    hashes = grams.read(["one two three"]).hashes
    assert grams.run_hash(hashes, 0, 3) == found[0]
