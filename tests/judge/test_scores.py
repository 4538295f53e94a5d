"""Every figure against numbers worked out by hand."""

import pytest

from harvester.judge.intervals import Difference
from harvester.judge.overlaps import Overlap, Part
from harvester.judge.scores import score, shingle_overlap, tokens, word_overlap
from harvester.judge.summary import difference, summarise


def test_words_are_bags_of_lower_case_word_characters() -> None:
    assert tokens("The mill's wheel, the wheel_2!") == ["the", "mill", "s", "wheel", "the", "wheel_2"]
    # text: the the mill turns; gold: the mill the the stops -> the twice, mill once
    overlap = word_overlap("The the mill turns.", "the MILL the, the stops")
    assert overlap == Overlap(common=3, found=4, gold=5)
    assert (overlap.precision, overlap.recall) == (0.75, 0.6)
    assert overlap.f1 == pytest.approx(2 * 3 / (4 + 5))


def test_scripts_without_spaces_are_a_word_a_clause_unless_characters_are_asked_for() -> None:
    assert tokens("水車は回る。mill") == ["水車は回る", "mill"]
    assert tokens("水車は回る。mill3水", characters=True) == ["水", "車", "は", "回", "る", "mill3", "水"]
    assert word_overlap("水車は回る", "水車が回る").f1 == 0
    assert word_overlap("水車は回る", "水車が回る", characters=True) == Overlap(4, 5, 5)


@pytest.mark.parametrize(
    ("text", "gold", "expected"), [("", "", (1, 1, 1)), ("", "mill", (0, 0, 0)), ("mill", "", (0, 0, 0))]
)
def test_an_empty_side_scores_one_against_an_empty_one_and_nothing_else(
    text: str, gold: str, expected: tuple[float, float, float]
) -> None:
    overlap = word_overlap(text, gold)
    assert (overlap.precision, overlap.recall, overlap.f1) == expected


def test_shingles_are_bags_of_four_words_with_case_kept() -> None:
    # a b c d | b c d e   against   a b c d | b c d f | c d f a
    assert shingle_overlap("a b c d e", "a b c d f a") == Overlap(common=1, found=2, gold=3)
    assert shingle_overlap("a b c d a b c d", "a b c d") == Overlap(common=1, found=5, gold=1)
    assert shingle_overlap("A b c d", "a b c d").common == 0
    assert shingle_overlap("two words", "two, words") == Overlap(1, 1, 1)
    assert shingle_overlap("", "a b c d") == Overlap(0, 0, 1)


def test_a_page_is_scored_by_counts() -> None:
    found = score(
        "The tide turns the wheel. Lovely post! Subscribe",
        "The tide turns the wheel twice",
        with_=["TIDE turns", "wheel twice"],
        without=["subscribe", "cookies"],
        comments="Lovely post, the best",
    )
    assert found.words == Overlap(common=5, found=8, gold=6)
    assert (found.with_, found.without) == (Part(1, 2), Part(1, 2))
    assert found.comments == Part(2, 4)  # lovely, post; `the` is the gold's
    assert not found.empty
    assert score(" \n", "gold", with_=[], without=[], comments="").empty


def test_means_are_over_pages_and_leakage_is_over_words() -> None:
    one = score("a b c d x", "a b c d", with_=["a b", "z"], without=["x"], comments="x y")
    two = score("", "a b c d e f g h", with_=["a"], without=["q"], comments="")
    # words: P 4/5 and 0, R 1 and 0, F1 8/9 and 0; shingles: P 1/2 (the empty text has none), R 1 and 0
    summary = summarise([one, two])
    assert (summary.precision, summary.recall, summary.f1) == (0.4, 0.5, 0.4444)
    assert (summary.shingle_precision, summary.shingle_recall, summary.shingle_f1) == (0.5, 0.5, 0.5)
    # snippets: 1 of 3 found, 1 of 2 leaked: P 1/2, R 1/3
    assert (summary.with_found, summary.without_found, summary.snippet_f1) == (0.3333, 0.5, 0.4)
    assert (summary.leakage, summary.comment_leakage) == (0.2, 0.5)
    assert (summary.pages, summary.failures) == (2, 1)


def test_what_cannot_be_measured_is_none() -> None:
    summary = summarise([score("", "a b", with_=[], without=[], comments="")])
    assert (summary.with_found, summary.without_found, summary.snippet_f1) == (None, None, None)
    assert (summary.leakage, summary.comment_leakage) == (None, None)
    assert (summary.f1, summary.shingle_f1) == (0, 0)


def test_a_difference_is_paired_by_page_and_its_interval_is_the_same_every_time() -> None:
    golds = ["a b c d", "e f g h", "i j k l", "m n o p"]
    full = [score(gold, gold, with_=[], without=[], comments="") for gold in golds]
    none = [score("", gold, with_=[], without=[], comments="") for gold in golds]
    assert difference(full, full) == Difference(0.0, 0.0, 0.0)
    assert difference(full, none) == Difference(1.0, 1.0, 1.0)
    mixed = difference(full, [*full[:2], *none[2:]])
    # gaps 0, 0, 1, 1: a resample is all 0 or all 1 with chance 1/16 each, which is more than 2.5 %
    assert mixed == Difference(0.5, 0.0, 1.0)
    assert difference([*full[:2], *none[2:]], full) == Difference(-0.5, -1.0, 0.0)
