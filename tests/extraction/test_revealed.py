"""Text that the markup hides and the page's own scripts reveal: panels, and what is streamed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.extraction.segment import parse, segment


def texts(html: str) -> list[str]:
    source = html.encode()
    return [block.text for block in segment(parse(source), source).blocks]


# Panels


@pytest.mark.parametrize(
    "panel",
    [
        "<h3>Delivery</h3><div role=region hidden>{}</div>",
        "<div role=tabpanel style='display: none'>{}</div>",
        "<div role=region aria-hidden=true>{}</div>",
        "<h3><button aria-expanded=false aria-controls='first then'></button></h3><dd id=then aria-hidden=true>{}</dd>",
        "<div style=display:none> <div role=region>{}</div> </div>",
    ],
    ids=["region", "tab", "aria", "controlled", "wrapped"],
)
def test_the_text_of_a_closed_panel_is_text_of_the_page(panel: str) -> None:
    assert "Two to four days." in texts("<p>Shown.</p>" + panel.format("<p>Two to four days.</p>"))


@pytest.mark.parametrize(
    "panel",
    [
        "<div id=panel hidden>{}</div>",
        "<button aria-controls=panel></button><ul id=panel role=menu hidden><li>{}</ul>",
        "<button aria-controls=panel></button><div id=panel role=dialog hidden>{}</div>",
        "<dialog><div role=region hidden>{}</div></dialog>",
        "<nav><button aria-controls=panel></button><div id=panel hidden>{}</div></nav>",
        "<div role=navigation><div role=region hidden>{}</div></div>",
        "<form><div role=region hidden>{}</div></form>",
        "<div style=display:none><p>One.</p><div role=region>{}</div></div>",
        "<div role=region class=sr-only>{}</div>",
        "<div hidden><p>One.</p><div role=tabpanel hidden>{}</div></div>",
    ],
    ids=["uncontrolled", "menu", "dialogue", "in-dialogue", "nav", "navigation", "form", "beside", "readers", "inside"],
)
def test_other_hidden_elements_stay_hidden(panel: str) -> None:
    assert "Two to four days." not in texts(f"<p>{'Shown. ' * 50}</p>" + panel.replace("{}", "Two to four days."))


def test_what_is_hidden_inside_a_panel_stays_hidden() -> None:
    assert texts("<div role=tabpanel hidden>one<p aria-hidden=true>two</p></div>") == ["one"]


# Streamed text


def test_streamed_text_is_read_where_it_arrives_and_what_stood_in_for_it_is_not() -> None:
    html = (
        "<main><p>Before.</p><!--$?--><template id=B:0></template><p>Loading <!--$-->a<!--/$--> part</p><!--/$--><p>After.</p>"
        '</main><footer>End.</footer><div hidden id="S:0"><p>Arrived, </p><template id="P:1"></template></div>'
        '<div hidden id="S:1"><p>piece by piece.</p></div>'
    )
    assert texts(html) == ["Before.", "Arrived,", "piece by piece.", "After.", "End."]


def test_streamed_text_without_its_template_stands_where_it_is() -> None:
    assert texts('<p>One.</p><div hidden id="S:a"><p>Two.</p></div><p>Three.</p>') == ["One.", "Two.", "Three."]


def test_what_stands_in_is_kept_where_the_page_does_not_say_how_far_it_goes() -> None:
    html = '<body><template id="B:0"></template><p>Loading.</p><div hidden id="S:0"><p>Text.</p></div>'
    assert texts(html) == ["Text.", "Loading."]


def test_streamed_text_that_is_to_arrive_inside_itself_is_read_once() -> None:
    assert texts('<div hidden id="S:0"><p>One.</p><template id="B:0"></template></div>') == ["One."]


_PIECES = [f'<template id="{kind}:{n}"></template>' for kind in "BP" for n in range(3)]
_PIECES += [f'<div hidden id="S:{n}">' for n in range(3)] + ["<div>", "</div>", "</div>", "<!--$?-->", "<!--/$-->"]


@given(st.lists(st.sampled_from([*_PIECES, "word"]), max_size=30))
def test_no_text_is_read_twice_however_it_is_streamed(pieces: list[str]) -> None:
    html = "".join(f"<p>{place}x</p>" if piece == "word" else piece for place, piece in enumerate(pieces))
    read = " ".join(texts(html)).split()
    assert len(read) == len(set(read))


def test_ten_thousand_moves_take_no_deep_nesting_of_the_text() -> None:
    inner = "".join(
        f'<div hidden id="S:{n:x}"><p>w{n}</p><template id="B:{n + 1:x}"></template></div>' for n in range(10_000)
    )
    cut = segment(parse(html := f'<template id="B:0"></template>{inner}'.encode()), html)
    assert sorted(block.text for block in cut.blocks) == sorted(f"w{n}" for n in range(10_000))


# The parser


def test_a_frame_left_open_in_noscript_takes_in_nothing() -> None:
    html = "<body><noscript><iframe src=/tag height=0 /></noscript><p>The text of the page.</p>"
    assert texts(html) == ["The text of the page."]
