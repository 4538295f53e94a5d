"""How two texts differ, in words and in paragraphs."""

import pytest

from harvester.diff.texts import Paragraph, cut, paragraph_changes, word_changes


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("a b c", "a b c", (0, 0)),
        ("a b c", "c b a", (0, 0)),
        ("a b", "A b c c", (2, 0)),
        ("a a b", "a", (0, 2)),
        ("", "one two", (2, 0)),
    ],
)
def test_words_are_counted_wherever_they_stand(old: str, new: str, expected: tuple[int, int]) -> None:
    assert word_changes(old, new) == expected


def test_paragraphs_are_aligned_so_that_only_what_changed_is_shown() -> None:
    changed, more = paragraph_changes("a\n\nb\n\nc\n\nd", "a\n\nB\n\nc\n\nnew\n\nd", 10)
    assert changed == (Paragraph("-", "b"), Paragraph("+", "B"), Paragraph("+", "new")) and more == 0


def test_no_more_paragraphs_are_shown_than_asked_for_and_long_ones_are_cut() -> None:
    changed, more = paragraph_changes("a", "\n\n".join(["x" * 1_000] + [str(number) for number in range(9)]), 3)
    assert (len(changed), more) == (3, 8)
    assert len(changed[1].text) == 300 and changed[1].text.endswith("…")
    assert cut("short") == "short"


def test_paragraphs_that_repeat_one_another_are_compared_as_sets_in_time_that_does_not_explode() -> None:
    old, new = ["a"] * 2_000 + ["only here"], ["a", "b"] * 1_000
    changed, more = paragraph_changes("\n\n".join(old), "\n\n".join(new), 10)
    assert changed == (Paragraph("-", "a"), Paragraph("-", "only here"), Paragraph("+", "b")) and more == 0
