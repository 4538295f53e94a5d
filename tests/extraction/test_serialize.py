"""Blocks → Markdown, read back by a CommonMark parser with GFM tables and footnotes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from harvester.extraction.segment import parse, segment
from harvester.extraction.serialize import escape, to_markdown
from harvester.types import Block, Footnote

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"]).use(footnote_plugin).use(dollarmath_plugin)


def item(text: str, level: int = 1, info: str = "-", group: int = 1) -> Block:
    return Block("list-item", text, text, level, info, group)


def paragraph(text: str) -> Block:
    return Block("paragraph", text, escape(text))


def inline_text(token: Token) -> str:
    seen = ("text", "code_inline", "math_inline")
    return "".join(child.content for child in token.children or [] if child.type in seen)


def structure(markdown: str) -> list[tuple[str, ...]]:
    """Tag path and text of everything a reader sees."""
    path: list[str] = []
    out: list[tuple[str, ...]] = []
    for token in READER.parse(markdown):
        if token.nesting == 1:
            path.append(token.tag or token.type)
        elif token.nesting == -1:
            path.pop()
        elif token.type == "inline":
            out.append((*path, inline_text(token)))
        else:
            out.append((*path, token.type, token.info, token.content))
    return out


def test_headings_paragraphs_and_code_stand_apart() -> None:
    blocks = [
        Block("heading", "Use C #", "Use C #", level=2),
        paragraph("# not one"),
        Block("code", "```\nx  y\n```", "", info="md"),
        Block("caption", "A caption", "A *caption*"),
    ]
    markdown = to_markdown(blocks, [])
    assert markdown == "## Use C \\#\n\n\\# not one\n\n````md\n```\nx  y\n```\n````\n\nA *caption*"
    assert structure(markdown) == [
        ("h2", "Use C #"),
        ("p", "# not one"),
        ("fence", "md", "```\nx  y\n```\n"),
        ("p", "A caption"),
    ]


def test_lists_nest_by_level_and_number_their_items() -> None:
    blocks = [item("a", info="1."), item("b", 2), item("c", 3), item("d", 2), item("e", info="1.")]
    assert to_markdown(blocks, []) == "1. a\n   - b\n     - c\n   - d\n2. e"


def test_an_item_may_go_on_and_hold_code() -> None:
    blocks = [item("a"), item("more", info=""), Block("code", "x\n\ny", "", 1, "", 1), item("b")]
    markdown = to_markdown(blocks, [])
    assert markdown == "- a\n\n  more\n\n  ```\n  x\n\n  y\n  ```\n\n- b"
    assert structure(markdown) == [
        ("ul", "li", "p", "a"),
        ("ul", "li", "p", "more"),
        ("ul", "li", "fence", "", "x\n\ny\n"),
        ("ul", "li", "p", "b"),
    ]


def test_lists_that_touch_stay_two_lists() -> None:
    blocks = [item("a"), item("b", group=2), item("c", info="1.", group=3), item("d", info="1.", group=4)]
    assert to_markdown(blocks, []) == "- a\n\n* b\n\n1. c\n\n1) d"


def test_an_interrupted_list_goes_on_counting() -> None:
    blocks = [item("a", info="1."), paragraph("x"), item("b", info="1."), item("more", info="")]
    assert to_markdown(blocks, []) == "1. a\n\nx\n\n2. b\n\n   more"


def test_a_list_whose_outer_items_were_dropped_begins_at_the_margin() -> None:
    assert to_markdown([item("deep", 4), item("deeper", 5)], []) == "- deep\n  - deeper"


def test_quotes_keep_their_depth_and_separate_quotes_stay_apart() -> None:
    quotes = [("a", 1, 1), ("b", 2, 1), ("c", 1, 2)]
    blocks = [Block("quote", text, text, level, "", group) for text, level, group in quotes]
    markdown = to_markdown(blocks, [])
    assert markdown == "> a\n>\n> > b\n\n> c"
    assert structure(markdown) == [
        ("blockquote", "p", "a"),
        ("blockquote", "blockquote", "p", "b"),
        ("blockquote", "p", "c"),
    ]


def test_a_table_is_as_wide_as_its_widest_row() -> None:
    rows = [
        Block("table-row", "h", "| h |", info="header", group=1),
        Block("table-row", "a\tb|c", "| a | b\\|c |", group=1),
        Block("table-row", "d", "| d |", group=2),
    ]
    markdown = to_markdown(rows, [])
    assert markdown == "| h |  |\n| --- | --- |\n| a | b\\|c |\n\n|  |\n| --- |\n| d |"
    assert [cells[-2:] for cells in structure(markdown)] == [
        ("th", "h"), ("th", ""), ("td", "a"), ("td", "b|c"), ("th", ""), ("td", "d"),
    ]  # fmt: skip


def test_footnotes_come_last_with_the_markdown_of_their_block() -> None:
    blocks = [Block("paragraph", "A.", "A.[^1][^note-2]"), Block("footnote", "One two.", "One *two*.", info="1")]
    notes = [Footnote("1", "One two."), Footnote("note 2", "1. plain\ntext *")]
    assert to_markdown(blocks, notes) == "A.[^1][^note-2]\n\n[^1]: One *two*.\n[^note-2]: 1\\. plain text \\*"


def test_nothing_kept_is_an_empty_text() -> None:
    assert to_markdown([], []) == ""


def test_deep_nesting_is_written_ten_deep_at_most() -> None:
    blocks = [item("x", level) for level in range(1, 1_000)]
    assert max(map(len, to_markdown(blocks, []).split("\n"))) == 2 * 9 + 3


MARKUP = st.text(alphabet="ab1 .,!?-_*`[]()<>&~|#+=:\\\"'/「é€\u00a0", max_size=12)


@given(MARKUP)
def test_escaped_text_renders_as_itself(text: str) -> None:
    folded = " ".join(text.split())
    expected = [("p", folded)] if folded else []
    assert structure(escape(folded)) == expected


_OPEN = st.sampled_from(["<b>", "</b>", "<i>", "</i>", "<code>", "</code>", "<a href='/x(y)?a=1&amp;copy;'>", "</a>"])
_BLOCKS = st.sampled_from(["<p>", "<h2>", "<ul><li>", "<ol><li>", "<li>", "</ul>", "<blockquote>", "<pre>", "<div>"])
_TEXT = MARKUP.map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;"))


_FORMULAS = st.sampled_from(["<math alttext='a_1*b*'></math>", "<math alttext='[c_d](e) | '></math>"])
_IMAGES = st.sampled_from(["<img src=/a_b_(c).png alt='[x]*y* z_'>", "<img alt='|' title='&quot;t&quot;' src=b.gif>"])


@given(st.lists(st.one_of(_OPEN, _BLOCKS, _TEXT, _FORMULAS, _IMAGES), max_size=30).map("".join))
def test_a_page_read_back_from_its_markdown_has_the_same_text(html: str) -> None:
    blocks = segment(parse(html.encode("utf-8", "replace")), images="https://a.example/d/e").blocks
    seen = "".join(part[-1] for part in structure(to_markdown(blocks, [])))
    assert "".join(seen.split()) == "".join("".join(block.text for block in blocks).split())


@pytest.mark.parametrize("label", ["paragraph", "caption", "control", "title", "byline"])
def test_any_other_label_is_a_paragraph(label: str) -> None:
    assert to_markdown([Block(label, "a", "*a*")], []) == "*a*"
