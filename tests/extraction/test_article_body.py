"""The text that a page declares instead of showing it."""

import json

import pytest

from harvester import extract
from harvester.extraction.article_body import instead
from harvester.types import Block, Verdict

LEAD = "The lock at Wenbury was dug by hand in a single winter, and nobody who dug it was paid in coin."
REST = [
    f"In the {nth} year the keeper wrote down how many barges came through, what they carried and whom he had to wake for them."
    for nth in ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")
]
BODY = "\n\n".join([LEAD, *REST])


def page(body: str, *shown: str) -> str:
    declared = json.dumps({"@context": "https://schema.org", "@type": "NewsArticle", "articleBody": body})
    paragraphs = "".join(f"<p>{text}</p>" for text in shown)
    return (
        f"<html><head><title>The lock</title><script type=application/ld+json>{declared}</script></head>"
        f"<body><main><article><h1>The lock</h1>{paragraphs}</article></main>"
        "<aside class=paywall><p>Subscribe now to read on.</p></aside></body></html>"
    )


def test_a_teaser_gives_way_to_the_article_that_the_page_declares() -> None:
    document = extract(page(BODY, LEAD))
    assert document.text == BODY
    assert document.engine == "declared"
    assert [v.reason for b, v in zip(document.blocks, document.verdicts, strict=True) if b.text == LEAD] == [
        "repeated",
        "declared",
    ]


def test_a_page_that_shows_its_article_is_read_from_the_markup() -> None:
    document = extract(page(BODY, LEAD, *REST))
    assert document.engine == "blocks"
    assert document.text.count("the keeper wrote down") == len(REST)


def test_a_declared_text_that_is_not_much_longer_changes_nothing() -> None:
    assert extract(page("\n\n".join([LEAD, REST[0]]), LEAD)).engine == "blocks"


def test_markup_entities_and_control_characters_of_a_declared_text_are_gone() -> None:
    body = "".join(f"<p>{text} <b>Bread&nbsp;&amp; <i>beer\x07</i></b></p>" for text in [LEAD, *REST])
    document = extract(page(body, LEAD))
    assert document.text.split("\n\n")[0] == f"{LEAD} Bread & beer"
    assert len(document.text.split("\n\n")) == 8


@pytest.mark.parametrize("body", ["", "<" * 50_000, "<p>" * 50_000, "\n" * 50_000, "a<b " * 20_000])
def test_any_declared_text_is_read_without_a_parser(body: str) -> None:
    shown = [Block("paragraph", LEAD, LEAD)]
    found = instead(shown, [Verdict(True, 0.9, "body")], body)
    assert found is None or len(found[0]) == len(found[1]) > 1


def test_another_articles_text_is_not_taken() -> None:
    other = [
        f"The {nth} ferry crossed at dawn with a cargo of salt, rope, lamp oil and letters for the island."
        for nth in "abcdefgh"
    ]
    assert instead([Block("paragraph", LEAD, LEAD)], [Verdict(True, 0.9, "body")], "\n".join(other)) is None
