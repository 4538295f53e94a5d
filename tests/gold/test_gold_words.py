"""The words of Markdown: what is not parsed has the words that a parser finds in it."""

from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from harvester.gold.words import plain_text

_PARTS = (
    *(
        "word",
        "Two words",
        " ",
        "    ",
        "\t",
        "\n",
        "\n\n",
        "\n\n  ",
        "\n\n    ",
        "# head",
        "#tag",
        "> said",
        "- item",
        "\n- item",
    ),
    *(
        "* ",
        "+ ",
        "1. one",
        "\n2. two",
        "3) three",
        "\nlazy",
        "\n   deep",
        "```",
        "~~~",
        "`",
        "`code`",
        "|",
        "\na|b\n-|-\nc|d",
    ),
    *(
        "---",
        "\n===",
        ":-",
        "<!--",
        "-->",
        "<div>",
        "</div>",
        "<b>",
        "[foo]",
        "\n[foo]: /url",
        "[a](/b)",
        "![i](/j)",
        "\\",
        "\\*",
    ),
    *(
        "*",
        "**",
        "_",
        "a_b_c",
        "~~",
        "&amp;",
        "&",
        "\r\n",
        "\r",
        "\0",
        "\u00a0",
        "\x0c",
        "\u2028",
        "“q”",
        "語",
        "١. ",
        "=x",
        "|x",
    ),
)


def parsed(markdown: str) -> str:
    """The whole text as markdown-it reads it."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    found = []
    for token in parser.parse(markdown):
        if token.type == "inline":
            parts = token.children or []
            found.append("".join(p.content if p.content else " " if p.type.endswith("break") else "" for p in parts))
        elif token.type in ("fence", "code_block"):
            found.append(token.content)
    return "\n".join(found)


@settings(max_examples=600, deadline=None)
@given(st.lists(st.sampled_from(_PARTS), max_size=24).map("".join))
@example("<!--\n\nwithin a comment\n\n-->\n\nbehind it")
@example("```\nno\n\nparagraph\n\n```\n\nparagraph")
@example("- item\n\n      code of the item\n\nword\n\n      code")
@example("10. item\n\n    more of it\n\n        code")
@example("[foo]:\n/url\n\n[foo] and [bar]")
def test_a_text_has_the_words_that_a_parser_of_all_of_it_finds(markdown: str) -> None:
    assert plain_text(markdown) == parsed(markdown)


def test_paragraphs_headings_and_lists_lose_their_marks_alone() -> None:
    said = "> R&D said [so](/x)."
    text = (
        f"# The light\n\nThe keeper climbs\nthe *steps*.\n\n- oil_can\n- wick\n  more\n\n1. first\n2. second\n\n{said}"
    )
    assert plain_text(text).split("\n") == [
        *("The light", "The keeper climbs the steps.", "oil_can", "wick more", "first", "second", "R&D said so."),
    ]


@given(st.text(st.sampled_from("ab \t\n*_`~[]()<>&\\#!-+1.|:;\u00e9\u3042"), max_size=80))
def test_lines_without_markup_are_read_as_the_whole_parser_reads_them(text: str) -> None:
    assert plain_text(text) == parsed(text)


def test_the_words_of_markdown_are_without_marks_and_notes() -> None:
    said = "# A *title*\n\nSome [words](https://a.example)[^1].\n\n| a | b |\n|---|---|\n| c | d |\n\n[^1]: A note.\n"
    assert plain_text(said).split() == ["A", "title", "Some", "words.", "a", "b", "c", "d"]
