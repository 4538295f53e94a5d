"""From bytes to a document: what is HTML, and what happens at the limits."""

import pytest

from harvester.errors import PageError
from harvester.extraction import explain_page, extract_page, load_weights
from harvester.settings import Recipe
from harvester.types import EPOCH, Capture, Document

WORDS = "The keeper climbs the forty steps before sunset and trims the wick of the lamp at the end of the pier."
HTML = f"<html lang=en><title>Pier</title><p>{WORDS}</p><p>{WORDS[::-1]} and more of it.</p></html>"


def extracted(body: bytes, content_type: str | None = None, **recipe: int) -> Document:
    capture = Capture("file:///-", EPOCH, body, content_type=content_type)
    return extract_page(capture, Recipe(**recipe), load_weights())  # type: ignore[arg-type]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_markup_without_a_type_is_html_in_any_encoding(codec: str) -> None:
    assert extracted(HTML.encode(codec)).text.startswith(WORDS)


def test_text_that_only_begins_like_a_tag_is_flat() -> None:
    assert extracted(f"<3 is what they wrote. {WORDS}".encode()).engine == "lines"


@pytest.mark.parametrize("limit", [1, 10, 103, 104, 105, 150])
def test_a_text_is_cut_at_the_limit_and_nothing_is_lost(limit: int) -> None:
    whole, cut = extracted(HTML.encode()), extracted(HTML.encode(), max_text=limit)
    assert 0 < len(cut.text) <= limit and whole.text.startswith(cut.text)
    assert (cut.metadata.truncated, whole.metadata.truncated) == (True, False)
    assert sum(len("".join(b.text.split())) for b in cut.blocks) == sum(
        len("".join(b.text.split())) for b in whole.blocks
    )
    assert {v.reason for v in cut.verdicts} >= {"body", "truncated"}


def test_a_page_whose_body_came_cut_off_says_so() -> None:
    capture = Capture("file:///-", EPOCH, HTML[:-40].encode(), truncated="length")
    assert extract_page(capture, Recipe(), load_weights()).metadata.truncated


def test_two_codings_in_two_header_fields_are_both_undone() -> None:
    import gzip
    import zlib

    from harvester.types import Header

    body = gzip.compress(zlib.compress(HTML.encode()))
    headers = (Header("Content-Encoding", "deflate"), Header("content-encoding", "gzip"))
    capture = Capture("https://a.example/", EPOCH, body, status=200, content_type="text/html", headers=headers)
    assert extract_page(capture, Recipe(), load_weights()).text.startswith(WORDS)


def test_an_error_status_is_no_page() -> None:
    capture = Capture("https://a.example/", EPOCH, HTML.encode(), status=404, content_type="text/html")
    with pytest.raises(PageError, match="http-404: the server answered 404"):
        extract_page(capture, Recipe(), load_weights())


def test_a_page_of_more_elements_than_the_limit_is_too_large() -> None:
    assert extracted(HTML.encode(), max_elements=4).text
    with pytest.raises(PageError, match="too-large: the page has more than 3 elements"):
        extracted(HTML.encode(), max_elements=3)


@pytest.mark.parametrize(
    "json_ld",
    [
        r'{"@type":"Article","headline":"bad \ud800 title"}',
        '{"@type":"Article","headline":"x","author":{"@id":[]}}',
        '{"@type":"Article","headline":"x","author":{"@id":{}}}',
    ],
)
def test_hostile_metadata_breaks_no_record(json_ld: str) -> None:
    from harvester.pack import to_line

    page = HTML.replace("<p>", f'<script type="application/ld+json">{json_ld}</script><p>', 1)
    assert b"The keeper climbs" in to_line(extracted(page.encode(), "text/html"))


def test_a_footnote_label_is_no_pattern() -> None:
    page = HTML.replace("<p>", "<p><a href='#fnref1'>**</a> A note of some length.</p><p>", 1)
    assert WORDS in extracted(page.encode(), "text/html").text


def test_brackets_in_the_text_are_no_marks_of_notes_that_markup_tells_apart() -> None:
    page = HTML.replace("pier.</p>", "pier, and items[1] is read<sup><a href='#fn1'>1</a></sup>.</p>", 1)
    page = page.replace("</html>", "<ol class=footnotes><li id=fn1>A note of some length.</ol></html>")
    document = extracted(page.encode(), "text/html")
    assert "items[1] is read" in document.text
    assert [note.text for note in document.metadata.footnotes] == ["A note of some length."]


@pytest.mark.parametrize("limit", [1, 104, 150, 10_000])
def test_an_explanation_is_of_the_same_document_and_speaks_of_every_block(limit: int) -> None:
    capture, recipe, weights = Capture("file:///-", EPOCH, HTML.encode()), Recipe(max_text=limit), load_weights()
    explanation = explain_page(capture, recipe, weights)
    assert explanation.document == extract_page(capture, recipe, weights)
    assert len(explanation.loudest) == len(explanation.document.blocks)
