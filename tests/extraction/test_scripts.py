"""Pages whose text scripts would bring are told from pages that are merely short."""

import pytest

from harvester.errors import PageError
from harvester.extraction import extract_page, load_weights
from harvester.settings import Recipe
from harvester.types import EPOCH, Capture, Document

STORY = (
    "<p>" + "The keeper climbs the forty steps before sunset and trims the wick of the lamp at the pier. " * 6 + "</p>"
)
APP = '<script type="module" src="/assets/index.js"></script>'


def extract(html: str) -> Document:
    capture = Capture("https://x.example/", EPOCH, html.encode(), content_type="text/html")
    return extract_page(capture, Recipe(), load_weights())


@pytest.mark.parametrize(
    ("html", "sign"),
    [
        (f'<title>Pier</title><div id="root"></div>{APP}', "the element that a script fills is empty"),
        (
            f'<header><a href="/">Pier</a></header><div id=app><p>Loading …</p></div>{APP}',
            "the element that a script fills",
        ),
        (f"<app-root></app-root>{APP}", "the element that a script fills is empty"),
        (
            f"<div id=main></div><noscript>You need to enable JavaScript to run this app.</noscript>{APP}",
            "asks for JavaScript",
        ),
        (f"<p>Bitte JavaScript einschalten, um die Seite zu lesen.</p>{APP}", "the page asks for JavaScript"),
        (
            "<div id=x></div><script>document.getElementById('x').textContent = 'Hello'</script>",
            "a script, and 0 words",
        ),
    ],
)
def test_a_shell_is_recognised_by_what_it_lacks(html: str, sign: str) -> None:
    with pytest.raises(PageError) as caught:
        extract(f"<!doctype html><html lang=en><body>{html}</body></html>")
    assert caught.value.reason == "needs-scripts"
    assert sign in caught.value.detail and "render: true" in caught.value.detail


@pytest.mark.parametrize(
    "html",
    [
        f"<div id=root><article>{STORY}</article></div>{APP}",
        f"<article>{STORY}</article><div id=app></div>{APP}",
        f"<noscript>Please enable JavaScript.</noscript><article>{STORY}</article>{APP}",
        f"<noscript><article>{STORY}</article></noscript>{APP}",
        "<article><h1>Tide</h1><p>High water at six, low water at noon, and the ferry leaves between them.</p></article>"
        + APP,
    ],
)
def test_a_page_that_shows_its_text_is_no_shell(html: str) -> None:
    assert extract(f"<!doctype html><html lang=en><body>{html}</body></html>").text


def test_a_short_page_without_scripts_is_only_short() -> None:
    with pytest.raises(PageError, match="no-text"):
        extract("<!doctype html><html lang=en><body><div id=root></div></body></html>")
