"""HTML → Blocks: where they are cut, what is shown, and what each is."""

import pytest

from harvester.extraction.segment import Page, parse, segment
from harvester.types import Block


def page(html: str) -> Page:
    return segment(parse(html.encode()))


def blocks(html: str) -> tuple[Block, ...]:
    return page(html).blocks


def labelled(html: str) -> list[tuple[str, str]]:
    return [(block.label, block.text) for block in blocks(html)]


def only(html: str) -> Block:
    (block,) = blocks(html)
    return block


# Where blocks are cut


def test_blocks_end_at_block_level_elements_and_white_space_is_folded() -> None:
    html = "<div>one\n\t two<p>three</p>four <b>five</b>\u00a0six</div>"
    assert [block.text for block in blocks(html)] == ["one two", "three", "four five six"]


def test_a_double_line_break_ends_a_block_and_a_single_one_is_a_space() -> None:
    html = "<div>one<br>two<br> <br>three<br><br><br>four</div>"
    assert [block.text for block in blocks(html)] == ["one two", "three", "four"]


def test_text_beside_blocks_inside_an_inline_element_keeps_its_markup() -> None:
    html = "<a href=/x><b>one<div>two</div></b></a>"
    assert [block.markdown for block in blocks(html)] == ["[**one**](/x)", "[**two**](/x)"]


def test_an_empty_page_has_no_blocks() -> None:
    assert blocks("") == blocks("<p> \u200b\u00ad<br>\n</p><div></div>") == ()


# What is shown


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>x</p>",
        "<p style='color:red; DISPLAY : none'>x</p>",
        "<p style='visibility:hidden'>x</p>",
        "<p aria-hidden=true>x</p>",
        "<span class='a sr-only'>x</span>",
        "<span class=screen-reader-text>x</span>",
        "<template><p>x</p></template>",
        "<script>x</script>",
        "<style>x</style>",
        "<dialog>x</dialog>",
        "<noscript>x</noscript>",
        "<svg><title>x</title><text>x</text></svg>",
        "<video>x</video>",
        "<iframe>x</iframe>",
        "<div hidden><div>x</div></div>",
    ],
)
def test_hidden_text_stands_in_no_block(hidden: str) -> None:
    assert [block.text for block in blocks(f"<title>x</title><p>shown</p>{hidden}")] == ["shown"]


def test_every_class_for_screen_readers_hides_whatever_its_case_and_others_beside_it() -> None:
    classes = (
        "a11y-hidden assistive-text cdk-visually-hidden element-invisible hidden-visually hide-visually only-sr screen-reader"
        " screen-reader-only screen-reader-text screenreader screenreader-only show-for-sr sr-only sr-text"
        " u-hidden-visually u-visually-hidden visually-hidden visuallyhidden"
    )
    for name in classes.split():
        html = f"<p>shown</p><p class='{name}'>x</p><p class='a {name.upper()} b'>x</p><p class='{name}s my-{name}'>other</p>"
        assert [block.text for block in blocks(html)] == ["shown", "other"], name


def test_open_dialogues_collapsed_details_and_unhidden_text_are_shown() -> None:
    html = "<dialog open>a</dialog><details><summary>b</summary>c</details><p aria-hidden=false>d</p>"
    assert [block.text for block in blocks(html)] == ["a", "b", "c", "d"]


@pytest.mark.parametrize("wrapper", ["noscript", "div hidden", "div style=display:none", "main aria-hidden=true"])
def test_a_hidden_element_with_more_text_than_the_rest_is_the_page(wrapper: str) -> None:
    posts = "<p>" + "A post of some length. " * 10 + "</p><p hidden>never</p>"
    html = f"<p>Loading the forum</p><{wrapper}>{posts}</{wrapper.split()[0]}>"
    assert [block.text[:13] for block in blocks(html)] == ["Loading the f", "A post of som"]


def test_a_request_to_switch_scripts_on_is_not_the_page() -> None:
    assert blocks("<div id=app></div><noscript>Please enable JavaScript.</noscript>") == ()


def test_glyphs_of_icon_fonts_soft_hyphens_and_controls_are_left_out() -> None:
    assert only("<p><i>\ue5ca</i> Kar\u00adtof\u00adfel\x01</p>").text == "Kartoffel"


# Labels


def test_headings_have_their_level_and_no_bold() -> None:
    heading = only("<h3><b>Tides</b> <em>and</em> mills</h3>")
    assert heading == Block("heading", "Tides and mills", "Tides *and* mills", level=3)


def test_an_edit_link_or_anchor_in_a_heading_is_a_control_behind_it() -> None:
    html = "<h2><a href=#t>#</a>Title<span class=mw-editsection>[<a href=/e>edit</a>]</span></h2>"
    assert labelled(html) == [("heading", "Title"), ("control", "#"), ("control", "[edit]")]


def test_list_items_know_depth_kind_and_outermost_list() -> None:
    html = "<ul><li>a<ol><li>b<li>c</ol><li><p>d</p><p>e</p></ul><ul><li>f</ul>"
    shape = [(block.text, block.level, block.info, block.group) for block in blocks(html)]
    nested = [("a", 1, "-", 1), ("b", 2, "1.", 1), ("c", 2, "1.", 1)]
    assert shape == [*nested, ("d", 1, "-", 1), ("e", 1, "", 1), ("f", 1, "-", 3)]


def test_a_heading_that_links_back_to_the_contents_keeps_its_words() -> None:
    html = (
        '<h2><a class="toc-backref" href="#id1">Retries</a><a class="headerlink" href="#retries">¶</a></h2><p>Text.</p>'
    )
    assert labelled(html) == [("heading", "Retries"), ("control", "¶"), ("paragraph", "Text.")]


def test_a_list_item_with_a_heading_or_many_blocks_is_layout() -> None:
    card = "<li><h3>Card</h3><p>text</p><ul><li>point</ul>"
    assert labelled(f"<ul>{card}</ul>") == [("heading", "Card"), ("paragraph", "text"), ("list-item", "point")]
    post = "<li>" + "<p>text</p>" * 7
    assert {block.label for block in blocks(f"<ol>{post}</ol>")} == {"paragraph"}


def test_lists_in_separate_layout_items_are_separate_lists() -> None:
    post = "<li><h3>Post</h3><ol><li>one<li>two</ol>"
    groups = [(block.level, block.group) for block in blocks(f"<ol>{post}{post}</ol>") if block.label == "list-item"]
    assert groups[0] == groups[1] != groups[2] == groups[3]
    assert {level for level, _ in groups} == {1}


def test_quotes_know_their_depth_and_outermost_quote() -> None:
    html = "<blockquote>a<blockquote><p>b</p></blockquote></blockquote><blockquote>c</blockquote>"
    shape = [(block.label, block.text, block.level, block.group) for block in blocks(html)]
    assert shape == [("quote", "a", 1, 1), ("quote", "b", 2, 1), ("quote", "c", 1, 2)]


@pytest.mark.parametrize(
    ("html", "language"),
    [
        ("<pre class='language-python'>x</pre>", "python"),
        ("<pre><code class='hljs lang-js'>x</code></pre>", "js"),
        ("<div class='highlight highlight-source-c++'><pre>x</pre></div>", "c++"),
        ("<pre class='brush: css; toolbar: false'>x</pre>", "css"),
        ("<pre data-lang=Rust>x</pre>", "rust"),
        ("<pre class='sourceCode haskell'>x</pre>", "haskell"),
        ("<pre class='language-none'>x</pre>", ""),
        ("<pre>x</pre>", ""),
    ],
)
def test_code_knows_its_language(html: str, language: str) -> None:
    assert only(html) == Block("code", "x", "x", info=language)


def test_code_keeps_its_white_space_without_gutters_and_copy_buttons() -> None:
    html = (
        "<table><tr><td class=gutter><pre>1\n2</pre></td><td><pre>\n"
        "<span class=line-number>1</span><button>Copy</button><span>if  x:</span><br><div>    y</div>z\n\n</pre>"
        "</td></tr></table>"
    )
    assert only(html).text == "if  x:\n    y\nz"


def test_a_row_of_a_data_table_is_a_block() -> None:
    html = (
        "<table><caption>Sizes</caption><thead><tr><th>Name<th>A|B</thead>"
        "<tr><td><b>x</b><td></tr><tr><td>y<td><p>1</p><p>2</p></tr></table>"
    )
    caption, head, first, second = blocks(html)
    assert caption == Block("caption", "Sizes", "Sizes")
    assert head == Block("table-row", "Name\tA|B", "| Name | A\\|B |", info="header", group=1)
    assert first == Block("table-row", "x\t", "| **x** |  |", group=1)
    assert second == Block("table-row", "y\t1 2", "| y | 1 2 |", group=1)


@pytest.mark.parametrize(
    "table",
    [
        "<table role=presentation><tr><td>a<td>b<tr><td>c<td>d</table>",
        "<table><tr><td>a<td>b</table>",
        "<table><tr><td>a<tr><td>b</table>",
        f"<table><tr><td>a<td>{'long text ' * 101}<tr><td>c<td>d</table>",
        "<table><tr><td>a<td><h2>b</h2><tr><td>c<td>d</table>",
        "<table><tr><td>a<td><pre>b</pre><tr><td>c<td>d</table>",
        f"<table><tr><td>a<td>{'<p>b</p>' * 9}<tr><td>c<td>d</table>",
        "<table><tr><td><table role=none><tr><td>a</table><td>b<tr><td>c<td>d</table>",
    ],
)
def test_a_table_used_for_layout_has_no_rows(table: str) -> None:
    assert "table-row" not in {block.label for block in blocks(table)}


def test_captions_controls_and_definitions_have_labels() -> None:
    html = (
        "<figure><figcaption>Photo</figcaption></figure><p class=wp-caption-text>Below</p><button>Send</button>"
        "<select><option>a<option>b</select><label>Name</label><dl><dt>term<dd>meaning</dl>"
    )
    assert labelled(html) == [
        ("caption", "Photo"),
        ("caption", "Below"),
        ("control", "Send"),
        ("control", "a"),
        ("control", "b"),
        ("control", "Name"),
        ("paragraph", "term"),
        ("paragraph", "meaning"),
    ]


def test_a_button_inside_a_sentence_is_part_of_it() -> None:
    assert labelled("<p>Hold <button>Ctrl</button> down.</p><p><button>Follow</button></p>") == [
        ("paragraph", "Hold Ctrl down."),
        ("control", "Follow"),
    ]


def test_a_control_in_a_heading_without_text_is_kept_before_what_follows() -> None:
    html = "<h2><i hidden>x</i><a class=headerlink href=#a>¶</a> </h2><p>text</p>"
    assert labelled(html) == [("control", "¶"), ("paragraph", "text")]


# Inline Markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("a <b>b </b>c <i>d</i> <code>e`f</code>", "a **b** c *d* ``e`f``"),
        ("<a href='/a (b)'>x</a> <a href='javascript:y()'>y</a> <a href=''>z</a>", "[x](/a%20%28b%29) y z"),
        ("<a href=/a><img src=b alt=c>d</a> <a href=/e><img src=f></a>", "[d](/a)"),
        ("1. 2*3 [x] snake_case _y &lt;b> &amp;amp;", "1\\. 2\\*3 \\[x\\] snake_case \\_y \\<b> \\&amp;"),
        ("は<b>「強い」</b>です", "は「強い」です"),
        ("a<b>b</b>c", "a**b**c"),
        ("Look!<a href=/x>here</a>", "Look\\![here](/x)"),
        ("<b>a <i>b</i></b>", "**a *b***"),
        ("# a", "\\# a"),
        ("- - -", "\\- - -"),
    ],
)
def test_inline_markup_becomes_markdown(html: str, markdown: str) -> None:
    assert only(f"<p>{html}</p>").markdown == markdown


# Footnotes


@pytest.mark.parametrize(
    "mark",
    [
        "<sup><a href=#fn1>1</a></sup>",
        "<sup class=reference><a href='#cite_note-x-1'><span>[</span>1<span>]</span></a></sup>",
        "<a class=footnote-ref href=#note>1</a>",
        "<a href='#_ftn1'>[1]</a>",
        "<sup class=modern-footnotes-footnote><a href='javascript:void(0)'>1</a></sup>",
        "<a href='/page#sdfootnote1sym'><sup>1</sup></a>",
    ],
)
def test_a_footnote_mark_is_left_out_of_the_text(mark: str) -> None:
    assert only(f"<p>A tide{mark} turns.</p>") == Block("paragraph", "A tide turns.", "A tide[^1] turns.")


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("m<sup>2</sup>", "m2"),
        ("<a href=#r>R</a>", "R"),
        ("<a href=#fn1>first note</a>", "first note"),
        ("<a href=/1>1</a>", "1"),
    ],
)
def test_what_is_no_footnote_mark_stays_in_the_text(html: str, text: str) -> None:
    block = only(f"<p>{html}</p>")
    assert (block.text, "[^" in block.markdown) == (text, False)


def test_a_note_inside_a_sentence_is_a_block_behind_it() -> None:
    html = (
        "<p>Gates<sup class=modern-footnotes-footnote><a href='javascript:void(0)'>1</a></sup>"
        "<span role=tooltip class=modern-footnotes-footnote__note>Called <em>hatches</em>.</span> close."
        " Stones<span class=sidenote>Two.</span> turn.</p><p>Next.</p>"
    )
    assert blocks(html) == (
        Block("paragraph", "Gates close. Stones turn.", "Gates[^1] close. Stones[^2] turn."),
        Block("footnote", "Called hatches.", "Called *hatches*.", info="1"),
        Block("footnote", "Two.", "Two.", info="2"),
        Block("paragraph", "Next.", "Next."),
    )


@pytest.mark.parametrize(
    "notes",
    [
        "<ol class=references><li id='cite_note-a-1'><span class=mw-cite-backlink><a href='#cite_ref-a_1'>^</a></span>"
        " One.<li id='cite_note-b-2'>Two.</ol>",
        "<section class=footnotes><ol><li id=fn1><p>One. <a href=#fnref1>↩</a></p><li id=fn2>Two.</ol></section>",
        "<p><a href='#_ftnref1' name='_ftn1'>[1]</a> One.</p><p><a href='#_ftnref2' name='_ftn2'>[2]</a> Two.</p>",
        "<div class=footnotes><p>[1] One.</p><p>2. Two.</p></div>",
        "<div id=ftn1><p><a href='#_ftnref1'><sup>1</sup></a> One.</p></div><div id=ftn2>Two.</div>",
        "<div class=footnote><a id=footnote-1 href='#footnote-anchor-1'>1</a><div class=footnote-content><p>One.</p></div></div>"
        "<div class=footnote><a id=footnote-2 href='#footnote-anchor-2'>2</a><div class=footnote-content><p>Two.</p></div></div>",
        "<ul role=doc-endnotes class=endnotes><li>One.<li>Two.</ul>",
    ],
)
def test_entries_of_a_note_list_are_footnotes_without_links_back(notes: str) -> None:
    assert blocks(notes) == (
        Block("footnote", "One.", "One.", info="1"),
        Block("footnote", "Two.", "Two.", info="2"),
    )


# Contexts


def around(found: Page, number: int) -> tuple[list[str], set[str]]:
    """Tags and words of the elements around a block, outermost first."""
    elements = [*found.elements.around(found.contexts[number].element)][::-1]
    return [found.elements.tags[e] for e in elements], set().union(*(found.elements.words[e] for e in elements))


def test_a_context_tells_elements_and_share_of_links() -> None:
    found = page("<div id=siteFooter class='nav-2 Wide'><p><a href=/ role=link>Home page</a> now</p></div>")
    assert around(found, 0) == (
        ["html", "body", "div", "p"],
        {"site", "footer", "site-footer", "nav", ".nav", "wide", ".wide"},
    )
    (context,) = found.contexts
    assert (context.tag, context.link_words, context.words) == ("p", 2, 3)


def test_a_block_stands_in_the_innermost_element_that_holds_it_whole() -> None:
    found = page("<div><span class=byline><b>a</b> <i>b</i></span></div><div><i class=x>a</i> b</div>")
    assert around(found, 0) == (["html", "body", "div", "span"], {"byline", ".byline"})
    assert around(found, 1) == (["html", "body", "div"], set())
    assert [context.tag for context in found.contexts] == ["div", "div"]
