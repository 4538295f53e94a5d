"""Pages with gold → the forest for flat text."""

from harvester.extraction import line_features
from harvester.extraction.trees import to_json
from harvester.learn.flatten import FLATTENERS, flatten
from harvester.learn.lines import page_rows, train_lines
from harvester.learn.pages import LabelledPage

PROSE = [f"In the year {n} the keeper of the lamp, who was old by then, climbed the stair once more." for n in range(9)]


def page(number: int, gold: str | None = None) -> LabelledPage:
    menu = "".join(f"<li>Entry {n}</li>" for n in range(12))
    body = PROSE[number:] + PROSE[:number]
    html = f"<h1>The lamp</h1><ul>{menu}</ul>{''.join(f'<p>{p}</p>' for p in body)}<ul>{menu}</ul>"
    return LabelledPage(html, "\n\n".join(body) if gold is None else gold, headline="The lamp")


def test_every_flattener_keeps_the_words_and_drops_the_markup() -> None:
    for name in FLATTENERS:
        text = flatten(page(0).html + "\x00", name)
        assert all(line in text for line in PROSE) and "<" not in text


def test_rows_of_a_page_are_labelled_and_weigh_as_much_as_any_page() -> None:
    with_headline = LabelledPage(page(0).html, "\n\n".join(["The lamp", *PROSE]), headline="The lamp")
    rows, labels, weights = page_rows(with_headline, "html-text")
    assert len(rows) == len(labels) == len(weights) == 34
    assert all(len(row) == len(line_features.COLUMNS) for row in rows)
    assert sum(labels) == 9 and labels[0] == 0.0
    assert round(sum(weights), 6) == 100.0


def test_a_page_without_its_gold_teaches_nothing() -> None:
    lost = page(0, "Something else entirely that the page does not have in any of its lines.")
    assert page_rows(lost, "html-text") == ([], [], [])


def test_the_same_pages_train_the_same_weights() -> None:
    pages = [page(n) for n in range(9)]
    first, second = (train_lines(pages, trees=5) for _ in range(2))
    assert to_json(first) == to_json(second)
    assert first.columns == line_features.COLUMNS
