"""What is measured of lines of flat text."""

import math

from hypothesis import given
from hypothesis import strategies as st

from harvester.extraction import line_features
from harvester.extraction.flat import split
from harvester.extraction.lexicon import load_words
from harvester.extraction.line_features import COLUMNS
from harvester.extraction.line_marks import KINDS
from harvester.extraction.lines import label_alone, word_lists

WORDS = load_words()
PROSE = "The keeper climbs the forty steps before sunset and trims the wick of the lamp, as his father did."
PAGE = [
    *["Home", "Harbour", "About us", "The lamp at the pier", "3 May 2026"],
    *[PROSE, PROSE.replace("keeper", "ferryman"), "What the ferryman saw", PROSE.replace("wick", "glass")],
    *["Read also: the ferry", "Home", "Harbour", "About us"],
]


def measured(lines: list[str]) -> list[dict[str, float]]:
    blocks = split("\n".join(lines))
    rows = line_features.measure(blocks, [label_alone(b, WORDS) for b in blocks], word_lists(WORDS))
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


def column(name: str, lines: list[str] = PAGE) -> list[float]:
    return [row[name] for row in measured(lines)]


def test_prose_and_the_stretch_that_holds_it() -> None:
    assert column("prose") == [0, 0, 0, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0]
    assert column("far-side") == [-1, -1, -1, -1, -1, 0, 0, 0, 0, 1, 1, 1, 1]
    assert column("since-prose")[-2:] == [3, 4] and column("until-prose")[:2] == [5, 4]


def test_lines_that_stand_twice() -> None:
    assert column("repeated") == [1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1]
    assert column("same-before")[-4:] == [0, 1, 1, 1]


def test_what_a_line_is_by_its_own_words() -> None:
    assert column("kind")[4] == KINDS.index("date") and column("kind")[9] == KINDS.index("related")


def test_words_of_the_subject() -> None:
    about, elsewhere = column("core", [*PAGE, "The keeper, the lamp and the father", "Ten cheap mattresses compared"])[
        -2:
    ]
    assert about == 1.0 and elsewhere == 0.0


def test_groups_of_lines_that_recur_in_the_same_order() -> None:
    cards = [line for n in range(4) for line in (f"Lantern number {n}", f"A lamp for harbour wall {n}.", f"{n}4 Euro")]
    rows = measured([*PAGE[3:9], *cards])
    assert all(row["recurs"] > 2.0 for row in rows[-len(cards) :])
    assert all(row["recurs"] == 0.0 for row in rows[:2])


def test_a_column_has_one_name() -> None:
    assert len(set(COLUMNS)) == len(COLUMNS) < 256


@given(st.lists(st.text(max_size=80), max_size=30))
def test_any_lines_are_measured_and_twice_the_same(lines: list[str]) -> None:
    rows = measured(lines)
    assert rows == measured(lines)
    assert all(map(math.isfinite, (value for row in rows for value in row.values())))


def test_measuring_is_linear() -> None:
    # A quadratic count would take hours.
    assert len(measured(["word " * 12, "By " * 40, "1 " * 60, "(" * 80] * 5000)) == 20_000
