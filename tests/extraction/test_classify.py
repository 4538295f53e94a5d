"""How scores become verdicts: policy first, then the best choice; each dropped block with a reason."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.extraction import extract_page, load_weights
from harvester.extraction.classify import calibrated, rounded, weight_of_article
from harvester.settings import Recipe
from harvester.types import EPOCH, Capture, Document

PARAGRAPHS = [
    "The keeper climbs the forty steps before sunset and trims the wick of the lamp at the end of the pier, as his father did.",
    "In winter the ferry comes twice a week, and the bread is baked on the island from flour that is kept dry in tins.",
    "Nobody counts the gulls any more, but in a good year there were three thousand of them on the northern cliffs.",
    "When the fog comes in, the horn sounds every thirty seconds, and the children of the school stop to listen to it.",
]
BODY = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
PAGE = f"""<html><head><title>The Keeper of the Pier - Harbour News</title></head><body>
<nav class=menu><ul><li><a href=/a>Home</a><li><a href=/b>Tides</a><li><a href=/c>Contact</a></ul></nav>
<article class=post><h1>The Keeper of the Pier</h1><div class=entry-content>{BODY}</div>
<div class="share-buttons"><a href=/s>Facebook</a> <a href=/t>Twitter</a></div></article>
<div class=related-posts><h3>Related posts</h3><ul><li><a href=/1>The ferry that never came</a>
<li><a href=/2>Bread in tins and other island habits</a></ul></div>
<div id=comments class=comments><h3>2 comments</h3>
<div class=comment><p>My uncle was the keeper before him, and he never spoke of it.</p></div>
<div class=comment><p>Lovely piece, thank you for writing it down for all of us.</p></div></div>
<footer class=footer><p>Copyright 2026 Harbour News. All rights reserved.</p></footer></body></html>"""


def extracted(html: str) -> Document:
    return extract_page(Capture("https://harbour.example/keeper", EPOCH, html.encode()), Recipe(), load_weights())


def test_an_article_is_its_paragraphs() -> None:
    document = extracted(PAGE)
    assert document.engine == "blocks"
    assert document.text.split("\n\n") == PARAGRAPHS
    assert document.metadata.page_type == "article"
    assert 0.5 < (document.metadata.page_type_probability or 0) <= 1
    assert 0.8 < document.confidence <= 1 and not document.low_confidence


def test_every_dropped_block_has_a_reason() -> None:
    document = extracted(PAGE)
    reasons = {b.text: v.reason for b, v in zip(document.blocks, document.verdicts, strict=True) if not v.kept}
    assert reasons["The Keeper of the Pier"] == "title"
    assert reasons["Home"] == "in-nav"
    assert reasons["Related posts"] == "related"
    assert reasons["The ferry that never came"] == "in-related"
    assert reasons["Lovely piece, thank you for writing it down for all of us."] == "in-comment"
    assert reasons["Copyright 2026 Harbour News. All rights reserved."] == "in-footer"


def test_a_second_copy_of_the_body_is_no_text() -> None:
    document = extracted(PAGE.replace("</article>", f"</article><div class=print-version>{BODY}</div>"))
    assert document.text.split("\n\n") == PARAGRAPHS
    assert [v.reason for v in document.verdicts].count("repeated") == len(PARAGRAPHS)


def test_the_standfirst_is_body_where_the_page_declares_it_as_its_description() -> None:
    lead = "A year with the last keeper of the harbour light, and with the people who wait for the ferry."
    page = PAGE.replace("</h1>", f"</h1><h2 class=deck>{lead}</h2>").replace(
        "</title>", f'</title><meta name=description content="{lead}">'
    )
    assert extracted(page).text.split("\n\n") == [lead, *PARAGRAPHS]


def test_trafilatura_can_be_the_judge() -> None:
    capture = Capture("https://harbour.example/keeper", EPOCH, PAGE.encode())
    document = extract_page(capture, Recipe(engine="trafilatura"), load_weights())
    assert document.engine == "trafilatura"
    assert document.metadata.page_type is None
    assert PARAGRAPHS[0] in document.text


def test_the_forest_for_articles_weighs_more_the_surer_an_article_is() -> None:
    weights = [weight_of_article(probability) for probability in (0.0, 0.3, 0.7, 0.9, 1.0)]
    assert weights == sorted(weights)
    assert weights[0] < 0.001 and weights[1] < 0.2 and weights[-1] > 0.999


@pytest.mark.parametrize(
    ("expected", "confidence"), [(0.0, 0.0), (0.25, 0.2), (0.5, 0.4), (0.7, 0.6), (0.9, 0.8), (0.95, 0.9), (1.0, 1.0)]
)
def test_confidence_lies_on_the_line_through_the_points(expected: float, confidence: float) -> None:
    assert calibrated(expected, ((0.5, 0.4), (0.9, 0.8))) == pytest.approx(confidence)


@given(st.one_of(st.floats(0, 1), st.integers(0, 9999).map(lambda n: (n + 0.5) / 10_000)), st.integers(-2, 2))
def test_a_score_is_rounded_as_python_does(score: float, steps: int) -> None:
    for _ in range(abs(steps)):
        score = math.nextafter(score, math.copysign(1.0, steps) if steps > 0 else 0.0)
    assert rounded(score) == round(score, 4)
