"""HTML → Blocks, on any text: no character is lost or doubled, nothing raises, and time is linear."""

import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborNode

from harvester.extraction.formulas import formula
from harvester.extraction.segment import parse, read, segment

_TAGS = ["p", "div", "b", "i", "a href=/x", "ul", "ol", "li", "table", "tr", "td", "th", "h2", "blockquote", "pre"]
_TAGS += ["code", "br", "span", "sup", "em", "dl", "dd", "figcaption", "label", "form", "article", "select", "option"]
_TAGS += ["div hidden", "p style=display:none", "i aria-hidden=true", "script", "style", "template", "svg", "noscript"]
_TAGS += ["dialog"]
_FORMULAS = [
    "math",
    "math alttext=a_1",
    "mi",
    "annotation encoding=TeX",
    "semantics",
    "img class=tex alt=b*b",
    "img alt=x",
]
_FORMULAS += ["span class=mwe-math-element", "span class=MathJax", "script type=math/tex", "span class='math inline'"]
_PIECES = st.one_of(
    st.sampled_from(_TAGS).map(lambda tag: f"<{tag}>"),
    st.sampled_from(_TAGS).map(lambda tag: f"</{tag.split()[0]}>"),
    st.text(alphabet="ab *_`[]()!|#-.1&<é字\u00a0\n", max_size=6),
)
_WITH_FORMULAS = st.one_of(
    st.sampled_from(_FORMULAS).map(lambda tag: f"<{tag}>"),
    st.sampled_from(_FORMULAS).map(lambda tag: f"</{tag.split()[0]}>"),
    _PIECES,
)
_SHOWN = f"<p>{'x' * 500}</p>"


def _seen(html: str, formulas: bool = False) -> Counter[str]:
    """Visible characters by a recursive reading of the tree that knows nothing of blocks.

    With `formulas` an element that stands for one counts as its TeX.
    """

    def read(node: LexborNode | None, in_code: bool) -> str:
        text = ""
        while node is not None:
            if node.is_text_node:
                text += node.text_content or ""
            elif formulas and node.is_element_node and (tex := _tex(node, in_code)) is not None:
                text += tex
            elif node.is_element_node and not _unseen(node, in_code):
                text += read(node.first_child, in_code or node.tag == "pre")
            node = node.next
        return text

    root = parse(html.encode("utf-8", "replace")).root
    return Counter("".join(read(root.first_child if root else None, False).split()))


def _tex(node: LexborNode, in_code: bool) -> str | None:
    if node.tag != "script" and _unseen(node, in_code):
        return None
    found = formula(node, node.tag or "", node.attributes)
    return found[0] if found else None


def _unseen(node: LexborNode, in_code: bool) -> bool:
    attributes = node.attributes
    return (
        node.tag in ("annotation", "head", "script", "style", "template", "svg", "noscript", "dialog")
        or (in_code and node.tag in ("label", "select", "option"))
        or "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or attributes.get("style") == "display:none"  # `<a</style>` has a style too, an empty one
    )


@given(st.lists(_PIECES, max_size=40).map("".join))
def test_each_visible_character_stands_in_exactly_one_block(soup: str) -> None:
    html = _SHOWN + soup
    cut = Counter(
        "".join("".join(block.text for block in segment(parse(html.encode("utf-8", "replace"))).blocks).split())
    )
    assert cut == _seen(html)


@given(st.lists(_WITH_FORMULAS, max_size=40).map("".join), st.sampled_from([None, "", "https://a.example/b"]))
def test_each_formula_stands_in_exactly_one_block_and_images_change_no_text(soup: str, images: str | None) -> None:
    html = _SHOWN + soup
    found = segment(parse(html.encode("utf-8", "replace")), b"MathJax", images)
    assert Counter("".join("".join(block.text for block in found.blocks).split())) == _seen(html, formulas=True)
    without = segment(parse(html.encode("utf-8", "replace")), b"MathJax")
    assert [block.text for block in found.blocks] == [block.text for block in without.blocks]
    assert found.contexts == without.contexts and found.elements == without.elements
    assert all(0 <= image.before <= len(found.blocks) and image.block.markdown for image in found.images)


@given(st.text())
def test_no_text_makes_segmentation_raise(html: str) -> None:
    found = segment(parse(html.encode("utf-8", "replace")), b"MathJax", "https://a.example/")
    assert len(found.blocks) == len(found.contexts)
    assert all(block.text.strip() and block.markdown for block in found.blocks)


@pytest.mark.parametrize(
    "html",
    [
        "<p>" * 400_000,
        "<ul>" + "<li>item" * 20_000,
        "<div>a" * 4_900,
        "<ul><li>a" * 2_400,
        "<blockquote>a" * 4_900,
        "<b>a" * 4_900,
        "<table><tr><td>a" * 1_200,
        "<p>" + "<b>x</b>y" * 20_000,
        "<p>a" + "<span class=sidenote>note</span>b" * 10_000,
        "<ol class=references>" + "<li id=fn1>a" * 20_000,
        "<sup class=footnote>" * 4_900,
        "<div hidden>a" * 4_900,
        "<p>" + "*_[`" * 100_000,
    ],
)
def test_large_and_deep_pages_are_cut_in_linear_time(html: str) -> None:
    tree = parse(html.encode("utf-8", "replace"))
    start = time.process_time()
    segment(tree)
    assert time.process_time() - start < 10


_DECLARING = ["b itemprop=a", "h1", "article", "a rel=x href='#fn1'", "time datetime=2026", "meta name=a", "br rel=x"]
_DECLARING += ["td class=lineno", "button rel=copy", "sup class=footnote", "object", "title", "p property=a"]
_DECLARING += ["a href=//creativecommons.org/licenses/by/4.0/", "a href=/creativecommons"]
_DECLARING += [f"{tag}{n}'" for tag in ("template id='B:", "template id='P:", "div hidden id='S:") for n in (0, 1)]
_WITH_DECLARING = st.one_of(
    st.sampled_from(_DECLARING).map(lambda tag: f"<{tag}>"),
    st.sampled_from(_DECLARING).map(lambda tag: f"</{tag.split()[0]}>"),
    st.sampled_from(["<!--$-->", "<!--/$-->"]),
    _WITH_FORMULAS,
)


@given(st.lists(_WITH_DECLARING, max_size=40).map("".join))
def test_what_may_declare_something_is_found_once_and_in_order_wherever_it_stands(html: str) -> None:
    tree = parse(source := f'{html}<!-- id="S: -->'.encode())
    _, found = read(tree, source)
    declaring = [
        node.mem_id
        for node in tree.css("*")
        if node.tag in ("meta", "script", "h1", "title", "article")
        or not {"rel", "itemprop", "property", "datetime"}.isdisjoint(node.attributes)
        or "creativecommons.org/" in (node.attributes.get("href") or "")
    ]
    assert [node.mem_id for node, _, _ in found] == declaring
