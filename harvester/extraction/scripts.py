"""Whether a page with hardly any body is one whose text scripts would bring: a shell, or a request to switch them on."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from harvester.extraction.words import count_words

FEW_WORDS = 50
"""Kept words from which on a page has a body, whatever its scripts would add."""
_BARE_WORDS = 10
_ROOTS = (
    "#root, #app, #__next, #__nuxt, #___gatsby, #q-app, #svelte, #react-root, #app-root, #main-app, "
    "app-root, [ng-app], [data-reactroot], [data-v-app], [data-server-rendered]"
)
"""What the frameworks' own starters call the element that they fill."""
_ASKS = re.compile(r"java\s?-?script", re.I)  # a loan word in every language
_SILENT = frozenset(("script", "style", "noscript", "template"))


def needs_scripts(tree: LexborHTMLParser, *, kept_words: int, shown_words: int) -> str | None:
    """What shows that a page needs scripts; None where nothing does, or where enough of it was kept.

    `shown_words` are all the words that the page shows without scripts.
    """
    if kept_words >= FEW_WORDS or tree.css_first("script") is None:
        return None
    if any(_words(root) < _BARE_WORDS for root in tree.css(_ROOTS)[:9]):
        return "the element that a script fills is empty"
    if shown_words < 2 * FEW_WORDS and any(_ASKS.search(text) for text in _said(tree)):
        return "the page asks for JavaScript"
    if shown_words < _BARE_WORDS:
        return f"a script, and {shown_words} words without it"
    return None


def _words(root: LexborNode) -> int:
    return sum(
        count_words(node.text_content or "")
        for node in root.traverse(include_text=True)
        if node.tag == "-text" and node.parent is not None and node.parent.tag not in _SILENT
    )


def _said(tree: LexborHTMLParser) -> list[str]:
    """What the page says to those without scripts, and all that it shows."""
    said = [node.text() for node in tree.css("noscript")]
    body = tree.body
    if body is not None:
        said += [
            node.text_content or ""
            for node in body.traverse(include_text=True)
            if node.tag == "-text" and node.parent is not None and node.parent.tag not in _SILENT
        ]
    return said
