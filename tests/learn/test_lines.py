"""Pages with gold → the forest for flat text."""

import pytest

from harvester.extraction import line_features
from harvester.judge.bench_file import BenchPage
from harvester.judge.flatten import FLATTENERS, flatten
from harvester.learn.lines import example, page_rows, train_lines

PROSE = [f"In the year {n} the keeper of the lamp, who was old by then, climbed the stair once more." for n in range(9)]


def page(number: int, gold: str | None = None) -> BenchPage:
    menu = "".join(f"<li>Entry {n}</li>" for n in range(12))
    body = PROSE[number:] + PROSE[:number]
    paragraphs = "".join(f"<p>{p}</p>" for p in body)
    html = f"<meta property='og:title' content='The lamp'><h1>The lamp</h1><ul>{menu}</ul>{paragraphs}<ul>{menu}</ul>"
    return BenchPage(str(number), html, "\n\n".join(body) if gold is None else gold)


def test_every_flattener_keeps_the_words_and_drops_the_markup() -> None:
    for name in FLATTENERS:
        text = flatten(page(0).html + "\x00", name)
        assert all(line in text for line in PROSE) and "<" not in text


@pytest.mark.parametrize("name", FLATTENERS)
@pytest.mark.parametrize(
    "html",
    ["", " ", "\x00\ud800", "<!-- -->", "<b>" * 50_000 + "deep", "<?xml version='1.0' encoding='latin-1'?><p>é</p>"],
    ids=["empty", "blank", "controls", "comment", "deep", "declared"],
)
def test_no_page_stops_a_flattener(name: str, html: str) -> None:
    assert isinstance(flatten(html, name), str)


def test_rows_of_a_page_are_labelled_and_weigh_as_much_as_any_page() -> None:
    rows = page_rows(flatten(page(0).html, "html-text"), "\n\n".join(["The lamp", *PROSE]))
    assert rows is not None
    assert rows.features.shape == (34, len(line_features.COLUMNS))
    assert len(rows.labels) == len(rows.weights) == 34
    assert sum(rows.labels) == 10 and rows.labels[0] == 1.0
    assert round(sum(rows.weights), 6) == 100.0


def test_the_title_that_the_page_declares_is_no_body_whatever_the_gold_says() -> None:
    read = example(page(0, "\n\n".join(["The lamp", *PROSE])), article=False)
    assert read is not None and len(read.views) == 3
    for view in read.views:
        assert sum(view.labels) == 9 and view.labels[0] == 0.0


def test_a_page_of_a_file_of_articles_weighs_less() -> None:
    read = example(page(0), article=True)
    assert read is not None and [round(sum(view.weights), 6) for view in read.views] == [30.0, 30.0, 30.0]


def test_a_page_without_its_gold_teaches_nothing() -> None:
    assert example(page(0, "Something else entirely that the page does not have in its lines."), article=False) is None
    assert example(page(0, " \n"), article=False) is None
    assert example(BenchPage("empty", "", PROSE[0]), article=False) is None


def test_the_same_pages_train_the_same_weights() -> None:
    pages = [read for n in range(9) if (read := example(page(n), article=False))]
    first, second = (train_lines(pages, [n % 3 for n in range(9)], trees=5) for _ in range(2))
    assert first.model == second.model
    assert first.folds == second.folds
    assert len(first.folds) == 3 and len(first.scores) == 9
    assert first.model.columns == line_features.COLUMNS
