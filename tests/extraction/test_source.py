"""What is looked for by one byte is what a search for all of it finds."""

import re

from hypothesis import given
from hypothesis import strategies as st

from harvester.extraction.source import renders_tex, with_closed_frames

_FRAMES = [
    b"<iframe",
    b"<iframe a>",
    b"<iframes>",
    b" b=c",
    b">",
    b" ",
    b"\n",
    b"<",
    b"</n",
    b"</noscript",
    b"</iframe>",
]
_NAMES = [b"M", b"m", b"ath", b"Jax", b"jax", b"K", b"k", b"a", b"TeX", b"t", b"ex", b"/", b"x", b"X"]


@given(st.lists(st.sampled_from([*_FRAMES, b"d" * 1_998]), max_size=12).map(b"".join))
def test_frames_left_open_in_noscript_are_closed_and_nothing_else_changes(html: bytes) -> None:
    expected = re.sub(rb"(<iframe\b[^<>]{0,2000}>)(\s*</noscript)", rb"\1</iframe>\2", html)
    assert with_closed_frames(html) == expected


@given(st.lists(st.sampled_from(_NAMES), max_size=8).map(b"".join))
def test_every_renderer_of_tex_is_found(html: bytes) -> None:
    assert renders_tex(html) == any(name in html for name in (b"MathJax", b"mathjax", b"KaTeX", b"katex", b"math/tex"))
