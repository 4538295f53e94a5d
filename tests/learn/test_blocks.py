"""Pages with gold → examples for the forests that judge HTML."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.extraction import features, page_type
from harvester.judge.bench_file import BenchPage
from harvester.learn.blocks import calibration, example

BODY = [
    f"In the year {n} the keeper of the lamp, who was old by then, climbed the stair to its light." for n in range(3)
]
HTML = (
    "<title>The lamp of the pier</title><nav><a href='/'>Home</a></nav><h1>The lamp of the pier</h1>"
    + "".join(f"<p>{p}</p>" for p in (*BODY, BODY[0] + " " + BODY[1], BODY[0] + " " + BODY[1]))
    + "<footer>All rights reserved</footer>"
)
GOLD = "\n".join(["The lamp of the pier", *BODY, BODY[0], BODY[1], BODY[0], BODY[1]])


def test_what_the_gold_has_is_body_unless_policy_bars_it() -> None:
    read = example(BenchPage("a", HTML, GOLD), article=False)
    assert read is not None
    assert [block.text[:8] for block in read.blocks] == ["Home", "The lamp", *["In the y"] * 5, "All righ"]
    # the headline is metadata, and of a copy only the first is body
    assert read.labels == (0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0)
    assert read.rows.shape == (8, len(features.COLUMNS))


@pytest.mark.parametrize(
    ("stated", "article", "kind", "typed"),
    [
        (None, False, -1, False),
        (None, True, 0, False),
        ("article", False, 0, True),
        ("forum", False, page_type.TYPES.index("forum"), True),
        ("forum", True, 0, False),
        ("almanac", False, -1, False),
    ],
)
def test_the_kind_of_a_page_is_what_it_states_and_an_article_in_a_file_of_articles(
    stated: str | None, article: bool, kind: int, typed: bool
) -> None:
    read = example(BenchPage("a", HTML, GOLD, page_type=stated), article=article)
    assert read is not None and (read.kind, read.typed) == (kind, typed)


@pytest.mark.parametrize(
    ("html", "gold"),
    [
        (HTML, " \n"),
        (HTML, "Kettles descaled overnight gleam"),
        ("", GOLD),
        ("<script>lamp</script>", "lamp"),
        ("<b>" * 100_000 + BODY[0], BODY[0]),
    ],
)
def test_a_page_without_its_gold_teaches_nothing(html: str, gold: str) -> None:
    assert example(BenchPage("a", html, gold), article=False) is None


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=200))
def test_calibration_rises_and_keeps_the_mean(judged: list[tuple[float, float]]) -> None:
    points = calibration(judged)
    assert list(points) == sorted(points)
    assert all(low[1] <= high[1] for low, high in pairwise(points))
    means = [f1 for _, f1 in judged]
    assert points[0][1] <= sum(means) / len(means) + 1e-4 and points[-1][1] >= sum(means) / len(means) - 1e-4
