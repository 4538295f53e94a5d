"""Text made to drive patterns mad, 64 KiB of it at every place that patterns look at, costs little time."""

import signal
import time
from types import FrameType

import pytest

from harvester import extract
from harvester.errors import PageError

SIZE = 65_536
FILLERS = [
    *("a", "A", "0", "é", "字", ".", ",", "-", "–", "|", "·", "/", ":", ";", "@", "_", "#", "*", "%", "$", "\\"),
    *("(", "[", "{", "'", "`", " ", "\u00a0", "\n", "a ", "Ab ", "0 ", "0.", "0:", "0-", "a.", "a,", "a-", "a@"),
    *("A. ", ", ", " | ", ". ", "\\a", "\\{", "$a", "$ ", "by ", "By A ", "and ", "http://", "www.", "[1", "(a"),
    *("2024-", "1 min ", "a=", "a: ", "fn0", "&amp;", "&lt;", "a\n", "\n\n", "reviewed ", "edited by ", "Jan 1, "),
    *("12:00 ", "© ", "↑ ", "1. ", "^a ", "“a” "),
]
PLACES = {
    "paragraph": "<article><h1>Lamp</h1><p>{}</p><p>The keeper climbs the forty steps.</p></article>",
    "byline": "<article><h1>Lamp</h1><p class=byline>By {}</p><p>The keeper climbs the forty steps.</p></article>",
    "author": "<article><h1>Lamp</h1><p class=author><a rel=author>{}</a></p><time>{}</time><p>Forty steps.</p></article>",
    "title": "<title>{}</title><h1>{}</h1><p>The keeper climbs the forty steps.</p>",
    "meta": '<meta name=author content="{}"><meta property=\'article:published_time\' content="{}"><p>Forty steps.</p>',
    "robots": '<meta name=robots content="{}"><meta name=keywords content="{}"><p>The keeper climbs the steps.</p>',
    "link": '<p><a href="{}" rel="{}" id="{}" class="{}" style="{}">The keeper</a> climbs the forty steps.</p>',
    "image": '<p>Forty steps.<img width="{}" height="{}" src="{}" alt="{}" style="{}" srcset="{}"></p>',
    "formula": "<p>Steps: <math><annotation encoding='application/x-tex'>{}</annotation></math> and \\( {} \\) or ${}$.</p>",
    "code": '<pre class="{}">{}</pre><ul><li>{}</ul><table><tr><th>{}<td>{}</table><blockquote>{}</blockquote>',
    "data": '<script type=\'application/ld+json\'>{{"@type": "Article", "author": "{}", "headline": "{}"}}</script><p>Steps.',
}


class Late(Exception):
    """Two seconds of the processor were used up."""


@pytest.mark.parametrize("place", [*PLACES, "lines"])
def test_no_text_at_any_place_takes_two_seconds(place: str) -> None:
    def late(number: int, frame: FrameType | None) -> None:
        raise Late

    before = signal.signal(signal.SIGVTALRM, late)
    slow = []
    for filler in FILLERS:
        run = filler * (SIZE // len(filler)) + "\u2603"
        if place == "lines":
            content, kind = f"Lamp\n\nBy {run}\n\nThe keeper climbs the forty steps.\n", "text/plain; charset=utf-8"
        else:
            html, kind = PLACES[place], "text/html; charset=utf-8"
            content = html.format(*[run.replace('"', "")] * html.count("{}"))
        signal.setitimer(signal.ITIMER_VIRTUAL, 2.0)
        try:
            extract(content.encode(), content_type=kind)
        except PageError:
            pass
        except Late:
            slow.append(filler)
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0.0)
    signal.signal(signal.SIGVTALRM, before)
    assert slow == []


def test_a_paragraph_of_a_hundred_thousand_lines_takes_time_that_grows_with_their_number() -> None:
    begun = time.process_time()
    document = extract(b"<p>" + b"The keeper climbs the forty steps.<br>" * 100_000)
    assert len(document.blocks) == 1
    assert time.process_time() - begun < 4  # with their square it would be twice that
