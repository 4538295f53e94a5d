"""Texts held against their gold, as numbers: what bags and searches of the words themselves say, compiled or not."""

import importlib.util
from collections import Counter
from itertools import chain
from types import ModuleType

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from harvester.gate.matching import Matched, match
from harvester.judge.scores import shingles, tokens
from tests.conftest import PROJECT
from tests.extraction.test_compiled import need_compiled

_TEXTS = st.lists(
    st.sampled_from(["a", "b", "c", "A_1", "Straße", "ΟΔΟΣ", "İ", "灯台", "ไฟ", "-", "é", "१२"]), max_size=12
).map(" ".join)


def counted(blocks: list[str], kept: list[bool], lines: list[str]) -> Matched:
    """The same, slowly: with the words as they are."""
    page = [tokens(block, characters=True) for block in blocks]
    gold_lines = [tokens(line, characters=True) for line in lines]
    everything, gold = list(chain(*page)), list(chain(*gold_lines))
    text = list(chain(*(words for words, is_kept in zip(page, kept, strict=True) if is_kept)))
    places = range(len(blocks))
    outside = [i for i in places if page[i] and not stands(page[i], gold)]
    bags = [Counter(words) for words in (text, gold)]
    runs = [Counter(shingles(words)) for words in (text, gold)]
    return Matched(
        ((bags[0] & bags[1]).total(), len(text), len(gold)),
        ((runs[0] & runs[1]).total(), runs[0].total(), runs[1].total()),
        [len(words) for words in page],
        outside,
        [i for i in places if page[i] and i not in outside and not kept[i] and not stands(page[i], text)],
        [
            i
            for i, words in enumerate(gold_lines)
            if words and bags[1] - bags[0] and not stands(words, text) and not stands(words, everything)
        ],
    )


def stands(words: list[str], text: list[str]) -> bool:
    """Whether they stand in it one after the other, or half of their shingles do."""
    if f" {' '.join(words)} " in f" {' '.join(text)} ":
        return True
    if len(words) <= 4:
        return False
    known = set(shingles(text))
    return sum(run in known for run in shingles(words)) >= 0.5 * (len(words) - 3)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(_TEXTS, st.booleans()), max_size=6), st.lists(_TEXTS, max_size=4))
@example([], [])
@example([("a b c", True)], ["a b c"])
@example([("a b c", True)], ["a b c d"])
@example([("a b", False), ("b a", True)], ["a b a"])
def test_numbers_say_what_the_words_themselves_say(page: list[tuple[str, bool]], gold: list[str]) -> None:
    blocks, kept = [text for text, _ in page], [is_kept for _, is_kept in page]
    assert match(blocks, kept, gold) == counted(blocks, kept, gold)


@pytest.fixture(scope="module")
def plain() -> ModuleType:
    need_compiled()
    spec = importlib.util.spec_from_file_location("plain_matching", PROJECT / "harvester" / "gate" / "matching.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@given(
    st.lists(st.tuples(_TEXTS | st.text(max_size=20), st.booleans()), max_size=6),
    st.lists(_TEXTS | st.text(max_size=20), max_size=4),
)
def test_compiled_and_uncompiled_give_the_same(
    plain: ModuleType, page: list[tuple[str, bool]], gold: list[str]
) -> None:
    blocks, kept = [text for text, _ in page], [is_kept for _, is_kept in page]
    assert tuple(match(blocks, kept, gold)) == tuple(plain.match(blocks, kept, gold))
