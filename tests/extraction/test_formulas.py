"""Mathematics in pages: each formula once, its TeX in the text, and in the Markdown between dollar signs, untouched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from harvester.extraction.segment import parse, segment
from harvester.extraction.serialize import escape
from harvester.extraction.tex import spans
from harvester.types import Block

READER = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin, double_inline=True)
KATEX = (
    "<span class=katex><span class=katex-mathml><math xmlns='http://www.w3.org/1998/Math/MathML'{display}><semantics><mrow>"
    "<mi>E</mi><mo>=</mo><mi>m</mi></mrow><annotation encoding='application/x-tex'>{tex}</annotation></semantics></math>"
    "</span><span class=katex-html aria-hidden=true><span class=mord>E=m</span></span></span>"
)
WIKI = (
    "<span class=mwe-math-element><span class='mwe-math-mathml-inline mwe-math-mathml-a11y' style='display: none;'>"
    "<math alttext='{{\\displaystyle {tex}}}'><semantics><mrow><mi>E</mi></mrow><annotation encoding='application/x-tex'>"
    "{{\\displaystyle {tex}}}</annotation></semantics></math></span><img src=/x.svg aria-hidden=true "
    "class=mwe-math-fallback-image-inline alt='{{\\displaystyle {tex}}}'></span>"
)
MATHJAX_2 = (
    "<span class=MathJax_Preview>E=m</span><span class=MathJax id=MathJax-Element-1-Frame><nobr aria-hidden=true>E</nobr>"
    "<span class=MJX_Assistive_MathML role=presentation><math><mi>E</mi></math></span></span>"
    "<script type='math/tex' id=MathJax-Element-1>{tex}</script>"
)


def blocks(html: str) -> tuple[Block, ...]:
    return segment(parse(source := html.encode("utf-8", "replace")), source).blocks


def only(html: str) -> tuple[str, str]:
    (block,) = blocks(html)
    return block.text, block.markdown


def math_read(markdown: str) -> list[str]:
    """The TeX of the formulas that a Markdown reader with mathematics finds."""
    children = [child for token in READER.parse(markdown) for child in token.children or [token]]
    return [child.content.strip() for child in children if child.type.startswith("math")]


@pytest.mark.parametrize(
    "formula",
    [
        KATEX.format(tex="{tex}", display=""),
        WIKI,
        MATHJAX_2,
        "<script type='math/tex'>{tex}</script>",
        "<math alttext='{tex}'><mi>E</mi><mo>=</mo></math>",
        "<img class=latex src='https://math.example/latex.php?latex=E' alt='{tex}'>",
        "<span class='math inline'>{tex}</span>",
    ],
    ids=["katex", "wikipedia", "mathjax-2", "script", "alttext", "image", "pandoc"],
)
def test_a_formula_stands_once_as_its_tex(formula: str) -> None:
    tex = "a_1*b_1* = [c](d) & {x^2}"
    formula = (
        formula.replace("{{", "{")
        .replace("}}", "}")
        .replace("{tex}", tex if "<script" in formula else tex.replace("&", "&amp;"))
    )
    text, markdown = only(f"<p>Here {formula} is it, for $5.</p>")
    assert text == f"Here {tex} is it, for $5."
    assert markdown == "Here $a_1*b_1* = [c] (d) & {x^2}$ is it, for \\$5."
    assert math_read(markdown) == ["a_1*b_1* = [c] (d) & {x^2}"]


@pytest.mark.parametrize(
    "formula",
    [
        KATEX.format(tex="E_1", display=" display=block"),
        "<script type='math/tex; mode=display'>E_1 % the first\n</script>",
        "<math display=block alttext='E_1'><mi>E</mi></math>",
        "<span class='math display'>E_1</span>",
        "<span class=MathJax></span>$$ E_1 $$",
        "<span class=MathJax></span>\\[E_1\\]",
    ],
)
def test_a_formula_on_its_own_line_has_two_dollar_signs(formula: str) -> None:
    assert only(f"<div>{formula}</div>")[1] == "$$E_1$$"


def test_mathml_without_tex_is_read_as_it_is_seen() -> None:
    html = "<p>So <mjx-container class=MathJax><mjx-math></mjx-math><mjx-assistive-mml><math><mi>a</mi><mo>*</mo><mi>b</mi>"
    assert only(html + "</math></mjx-assistive-mml></mjx-container> is.</p>") == ("So a*b is.", "So a\\*b is.")


def test_a_formula_that_swallowed_blocks_is_read_as_they_are() -> None:
    html = "<p>So <math alttext=x><mi><div>A whole page.</div></mi></math></p>"
    assert [block.text for block in blocks(html)] == ["So", "A whole page."]


def test_wikipedia_keeps_what_stands_in_an_element_left_open() -> None:
    html = "<p><span class=mwe-math-element><img class=mwe-math-fallback-image-inline alt=x_1> and more text</p>"
    assert only(html)[0] == "x_1 and more text"


def test_hidden_formulas_stay_hidden() -> None:
    assert (
        blocks("<p hidden><math alttext=x><mi>x</mi></math></p><p style='display:none'><img class=tex alt=y></p>") == ()
    )


def test_a_formula_in_code_is_code() -> None:
    assert only("<pre>a <math alttext='x_1'><mi>x</mi></math></pre>") == ("a x_1", "a x_1")
    assert only("<p><code><math alttext='x_1'><mi>x</mi></math></code>")[1] == "`x_1`"


def test_formulas_keep_links_emphasis_headings_and_cells() -> None:
    formula = "<math alttext='|x_1|'><mi>x</mi></math>"
    html = f"<h2>Of {formula}</h2><p><a href=/x>see {formula}</a> <b>{formula}</b></p>"
    assert [b.markdown for b in blocks(html)] == ["Of $|x_1|$", "[see $|x_1|$](/x) **$|x_1|$**"]
    rows = blocks(f"<table><tr><th>a<th>b<tr><td>{formula}<td>2</table>")
    assert rows[1].text == "|x_1|\t2" and rows[1].markdown == "| $\\|x_1\\|$ | 2 |"
    table = f"{rows[0].markdown}\n| --- | --- |\n{rows[1].markdown}"
    assert math_read(table) == ["|x_1|"]


def test_tex_that_would_be_html_or_a_link_elsewhere_gets_a_space() -> None:
    html = "<p><math alttext='a &lt;b c&gt; &lt;img src=x onerror=y&gt; [u](javascript:v)'><mi>x</mi></math></p>"
    assert only(html)[1] == "$a < b c> < img src=x onerror=y> [u] (javascript:v)$"


# TeX in the text of a page


RENDERED = "<script src=/mathjax/tex.js></script>"


@pytest.mark.parametrize(
    ("tex", "written"),
    [
        (r"\(x\)", "$x$"),
        (r"\( a_1*b_1*c \)", "$a_1*b_1*c$"),
        ("$x$", "$x$"),
        ("$a_1*b_1*c$", "$a_1*b_1*c$"),
        ("$[0, 1]$", "$[0, 1]$"),
        (r"\[ a \text{ if $x$} \]", r"$$a \text{ if $x$}$$"),
        (r"$$ a_1 \\[2pt] b_1 $$", r"$$a_1 \\[2pt] b_1$$"),
        (r"\begin{align} a &amp;= b_1 \\<br> c \end{align}", r"$$\begin{align} a &= b_1 \\ c \end{align}$$"),
    ],
)
def test_tex_between_delimiters_is_left_intact_where_the_page_renders_it(tex: str, written: str) -> None:
    assert only(f"{RENDERED}<p>Here {tex} is.</p>")[1] == f"Here {written} is."


@pytest.mark.parametrize(
    "prose",
    [
        "It costs $5*2 or $6_000 here",
        "From US$5 to US$7 [net]",
        "$5 million [of them] or 6$",
        "a lone $ sign, a lone \\( and \\[ too",
        "between $5 and the other five *$",
    ],
)
def test_prices_are_no_formulas(prose: str) -> None:
    text, markdown = only(f"{RENDERED}<p>{prose}</p>")
    assert text == prose
    assert markdown == escape(prose)


def test_without_a_renderer_only_what_is_surely_tex_is_and_then_all_of_the_page() -> None:
    assert only(r"<p>grep '\(foo_b\)' $a_b$ $HOME*2$</p>")[1] == r"grep '\\(foo_b\\)' $a_b$ $HOME\*2$"
    html = r"<p>Let $A*$ be.</p><p>Then \(\frac{a*}{b*}\).</p>"
    assert [block.markdown for block in blocks(html)] == ["Let $A*$ be.", r"Then $\frac{a*}{b*}$."]


def test_formulas_that_touch_stay_two() -> None:
    formula = "<math alttext='x_1'><mi>x</mi></math>"
    text, markdown = only(f"<p>So {formula}{formula}.</p>")
    assert text == "So x_1x_1." and math_read(markdown) == ["x_1", "x_1"]


def test_a_page_whose_posts_stand_in_noscript_has_its_formulas() -> None:
    html = f"{RENDERED}<p>Loading</p><noscript><p>Here $a_1*b_1*c$ {'is a post ' * 30}</p></noscript>"
    assert blocks(html)[1].markdown.startswith("Here $a_1*b_1*c$ is")


def test_code_keeps_its_dollars() -> None:
    assert only(f"{RENDERED}<p><code>$a_1$</code> costs $5_</p>")[1] == "`$a_1$` costs $5\\_"


_TEX = st.text(alphabet="ab1 _^{}*[]()<>&|~`#=+!.,-'\"", min_size=1, max_size=12).filter(lambda tex: tex.strip())


@given(_TEX)
def test_any_tex_is_read_back_from_the_markdown(tex: str) -> None:
    """But for the spaces put in where it would be HTML or a link."""
    quoted = tex.replace("&", "&amp;").replace("<", "&lt;")
    text, markdown = only(f"<p>So <math><mi>x</mi><annotation encoding=TeX>{quoted}</annotation></math> is *it*.</p>")
    assert text == f"So {' '.join(tex.split())} is *it*."
    assert ["".join(read.split()) for read in math_read(markdown)] == ["".join(tex.split())]
    assert markdown.endswith("$ is \\*it\\*.")


@given(st.text(alphabet="ab1 $\\()[]{}_^*\nbeginalpha", max_size=60), st.booleans())
def test_formulas_in_any_text_stand_apart_and_in_order(text: str, sure: bool) -> None:
    end = 0
    for start, stop in spans(text, sure=sure):
        assert end <= start < stop <= len(text)
        end = stop


@pytest.mark.parametrize(
    "text",
    ["\\(" * 100_000, "$a" * 100_000, "$$ $" * 50_000, "\\[\\(" * 50_000, "\\begin{align}\\begin{cases}" * 9_000],
)
def test_delimiters_that_nothing_closes_are_passed_over_in_linear_time(text: str) -> None:
    import time

    start = time.process_time()
    list(spans(text, sure=True))
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    "html",
    [
        "<math>" * 4_900,
        "<math><mrow>" * 2_400,
        "<p>" + "<math><mi>x</mi></math>" * 50_000,
        "<span class=mwe-math-element>" * 4_900,
        "<p>" + "<span class=MathJax></span>" * 50_000,
        "<p>" + "<math alttext=x></math>" * 50_000,
    ],
)
def test_pages_full_of_formulas_are_cut_in_linear_time(html: str) -> None:
    import time

    tree = parse(html.encode("utf-8", "replace"))
    start = time.process_time()
    segment(tree, b"MathJax")
    assert time.process_time() - start < 10
