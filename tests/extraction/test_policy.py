"""What stands above the scores of blocks."""

import pytest

from harvester.extraction import policy
from harvester.extraction.features import Facts
from harvester.extraction.segment import parse, segment
from harvester.types import Block


def facts(html: str) -> Facts:
    cut = segment(parse(html.encode()))
    return Facts(cut.blocks, cut.contexts, cut.elements)


def test_notes_that_are_surely_no_body_are_small_print() -> None:
    blocks = [Block("footnote", "1. Offer ends in May.", "", info="1"), Block("footnote", "2. See p. 9.", "", info="2")]
    found = policy.without_small_print(
        [*blocks, Block("paragraph", "x", "x")], [0.01, 0.3, 0.01], ["footnote", "footnote", None]
    )
    assert found == ["small-print", "footnote", None]


@pytest.mark.parametrize(
    "part", ["<div id=cookie-banner>", "<div class='Acme-consentSdk x'>", "<aside class=gdpr_notice>"]
)
def test_a_request_for_consent_is_never_body_however_long_it_is(part: str) -> None:
    page = facts(
        f"<main><h1>Ferries</h1><p>Text.</p></main>{part}<h2>We value</h2><div><p>{'Purposes. ' * 90}</p></div>"
    )
    assert policy.without_consent(page, [None, "date", None, None]) == [None, "date", "in-notice", "in-notice"]


@pytest.mark.parametrize(
    "page",
    [
        "<body class=cookie-banner><p>Text.</p>",
        "<div class=cookie-banner-shown><main><p>Text.</p></main></div>",
        "<div class=with-cookie-bar><h1>Ferries</h1><p>Text.</p></div>",
        "<div id=cookie-recipes><p>Text.</p></div>",
        "<p>Text.</p>",
    ],
    ids=["body", "main", "headline", "other", "none"],
)
def test_a_page_that_is_named_after_its_request_for_consent_stays(page: str) -> None:
    found = facts(page)
    assert policy.without_consent(found, [None] * found.size) == [None] * found.size


@pytest.mark.parametrize(("name", "reason"), [("newsletter-box", "in-promo"), ("post_signature", "biography")])
def test_a_small_part_that_names_itself_is_no_body(name: str, reason: str) -> None:
    page = facts(f"<p>{'Text. ' * 50}</p><div class={name}><p>Rowing since 1962.</p></div>")
    assert policy.without_small_parts(page, [None, None]) == [None, reason]


def test_a_page_that_is_mostly_of_such_a_part_stays() -> None:
    page = facts(f"<p>Text.</p><div class=newsletter><p>{'Text. ' * 50}</p></div>")
    assert policy.without_small_parts(page, [None, None]) == [None, None]
