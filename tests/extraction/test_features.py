"""What is measured of a block: the same columns on any page, and what single numbers mean."""

import math
import pickle
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.extraction import page_type
from harvester.extraction.features import COLUMNS, Facts, measure
from harvester.extraction.features.tokens import tokens
from harvester.extraction.features.tree import markup, words_around, words_near
from harvester.extraction.lexicon import load_words
from harvester.extraction.segment import Context, Elements, parse, segment
from harvester.extraction.statements import Statements, of_items
from harvester.types import Block

ODDS = {"sidebar": (-1.0, -0.5), "entry": (0.5, 0.25), "<p": (0.0, 0.125), "<div": (0.0625, 0.0)}
ONE_ELEMENT = Elements((-1,), ("p",), (frozenset(),))
SENTENCE = "The ferry leaves at seven, and it returns when the tide allows it to. "


def facts(html: str) -> Facts:
    page = segment(parse(html.encode()))
    return Facts(page.blocks, page.contexts, page.elements)


def measured(html: str, **said: object) -> list[dict[str, float]]:
    rows = measure(facts(html), Statements(**said), load_words().lexicon, ODDS)  # type: ignore[arg-type]
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


_TAGS = [
    "p",
    "div",
    "ul",
    "li",
    "h1",
    "h2",
    "table",
    "tr",
    "td",
    "nav",
    "article",
    "aside class=sidebar",
    "a href=/",
    "br",
]


@given(st.lists(st.one_of(st.sampled_from(_TAGS).map("<{}>".format), st.text(max_size=20)), max_size=30).map("".join))
def test_any_page_is_measured_in_finite_numbers_and_twice_the_same(html: str) -> None:
    rows = measured(html)
    assert rows == measured(html)
    assert all(math.isfinite(value) for row in rows for value in row.values())
    if rows:
        page = facts(html)
        row = page_type.measure(page, measure(page, Statements(), load_words().lexicon, ODDS), Statements())
        assert len(row) == len(page_type.COLUMNS)
        assert all(map(math.isfinite, row))


def test_the_columns_are_about_a_hundred_and_each_is_one() -> None:
    assert len(set(COLUMNS)) == len(COLUMNS) == 107
    assert len(set(page_type.COLUMNS)) == len(page_type.COLUMNS)


def test_each_word_of_the_markup_counts_once_however_often_it_stands_around() -> None:
    html = "<div class=entry><div class='entry sidebar'><p>one</div></div><p class=entry>two"
    page = facts(html)
    first, second = (list(row[:3]) for row in markup(page, ODDS))
    assert first == [0.5 - 1.0 + 0.0625 + 0.25 - 0.5 + 0.125, 0.5 - 1.0 + 0.0625, 0.25 - 0.5 + 0.125]
    assert second == [0.5 + 0.25 + 0.125, 0.5, 0.25 + 0.125]
    assert words_around(page, page.at[0]) == ["<p", ".entry", ".sidebar", "entry", "sidebar", "<div", "<body", "<html"]
    assert words_near(page, page.at[0]) == ["<p", ".entry", ".sidebar", "entry", "sidebar", "<div"]


def test_a_copy_knows_the_block_that_stands_before_it() -> None:
    rows = measured(f"<p>{SENTENCE}</p><p>Other words.</p><p>{SENTENCE}</p>")
    assert [row["same-before"] for row in rows] == [0, 0, 1]


@given(st.lists(st.text(st.sampled_from("aAbéΣİ1½_-«’. ,\t\u3000\u200bの")), max_size=20))
def test_the_tokens_of_a_page_are_numbered_as_they_first_stand(texts: list[str]) -> None:
    page = Facts([Block("paragraph", text, text) for text in texts], [Context(0, "p", 0, 1)] * len(texts), ONE_ELEMENT)
    found = [list(page.vocabulary)[number] for number in page.tokens]
    assert [found[start:end] for start, end in pairwise(page.starts)] == [tokens(text) for text in texts]
    assert list(page.vocabulary) == list(dict.fromkeys(found))


def test_the_title_is_found_again_in_the_headline() -> None:
    rows = measured("<h1>The Last Ferry</h1><p>Last year the ferry sank.</p>", title="the last ferry - harbour news")
    assert (rows[0]["title-covered"], rows[0]["covers-title"]) == (3 / 5, 1.0)
    assert [row["from-headline"] for row in rows] == [0, 1]


def test_what_the_page_declares_as_its_text_is_found_in_the_blocks() -> None:
    texts, body, types = of_items([{"@type": "NewsArticle", "articleBody": SENTENCE, "author": {"@type": "Person"}}])
    assert body == SENTENCE
    assert types == {"NewsArticle", "Person"}
    rows = measured(f"<p>{SENTENCE}</p><p>Subscribe to our free letter today.</p>", texts=texts)
    assert [row["declared"] for row in rows] == [1.0, 0.0]


@pytest.mark.parametrize(
    ("html", "linked"), [("<p><a href=/a>All of it</a>", 1.0), ("<p>Half <a href=/a>linked</a>", 0.5)]
)
def test_links_are_counted_in_words(html: str, linked: float) -> None:
    assert measured(html)[0]["link-share"] == linked


def test_facts_pass_between_processes() -> None:
    page = facts(f"<div class=entry><p>{SENTENCE}</div><p>One <a href=/>link</a>")
    again = pickle.loads(pickle.dumps(page))
    said, lexicon = Statements(title="the ferry"), load_words().lexicon
    assert [*map(list, measure(again, said, lexicon, ODDS))] == [*map(list, measure(page, said, lexicon, ODDS))]


@pytest.mark.parametrize(
    "html",
    [
        "<p>item" * 100_000,
        "".join(f"<p class=c{i}>item {i}" for i in range(50_000)),
        ("<div class=entry>" * 200 + "a" + "</div>" * 200) * 500,
        f"<p>{SENTENCE * 70_000}",
        "<div>a" * 4_900,
    ],
)
def test_large_and_deep_pages_are_measured_in_linear_time(html: str) -> None:
    page = segment(parse(html.encode()))
    start = time.process_time()
    found = Facts(page.blocks, page.contexts, page.elements)
    assert len(measure(found, Statements(title="the ferry"), load_words().lexicon, ODDS)) == len(page.blocks)
    assert time.process_time() - start < 10
