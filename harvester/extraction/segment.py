"""HTML → Blocks: every visible character of a page in exactly one of them, in document order.

One walk over the parsed tree, which is only read; it finds besides the elements that may declare something of the page.
What `markup.is_hidden` says is hidden is left out, `aria-hidden` with it: it marks decoration and second copies. Not so
what a reader or a script reveals (`revealed`): panels of tabs and accordions, and streamed text, which is read where it
arrives. A hidden element with more text than all that is shown is the page itself and is taken up: Discourse serves its
posts in `<noscript>`, scripts uncover bodies and lift dialogues.
A formula stands as its TeX, once, whatever else the page shows of it (`formulas`). TeX in the text is as it stands; one
formula that is surely one makes the Markdown believe the page's others.
Left out besides are line numbers and copy buttons in code, glyphs of icon fonts, footnote marks (kept in the
Markdown) and links from a footnote back to its mark.
"""

import re
from collections.abc import Iterator, Sequence

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from harvester.extraction.declared import Declaring
from harvester.extraction.drafts import Draft
from harvester.extraction.source import renders_tex, with_closed_frames
from harvester.extraction.tex import is_in
from harvester.extraction.walk import walk
from harvester.types import Block, Frozen

_MAX_DEPTH = 256
_CLOSES = re.compile(r"\S\$")
"""A dollar sign that may close a formula: before prices stands a space as a rule."""
_MIN_HIDDEN_PAGE = 200
"""Characters: less in `<noscript>` is a request to switch scripts on."""


class Elements(Frozen):
    """The elements of a page in document order, as flat arrays; what is silent, such as `<script>`, is left out."""

    parents: tuple[int, ...]
    """Position of the element around; -1 for `html`."""
    tags: tuple[str, ...]
    words: tuple[frozenset[str], ...]
    """Lower-cased words of class, id, role, itemprop and aria-label of the element itself, and how these make up names
    (`markup.split_words`)."""

    def around(self, element: int) -> Iterator[int]:
        """The element and those around it, innermost first; 256 at most, so that deep nesting costs no more."""
        for _ in range(_MAX_DEPTH):
            if element < 0:
                return
            yield element
            element = self.parents[element]


class Context(Frozen, gc=False):
    """Where a block stands in the page."""

    element: int
    """The innermost element that holds all of the block: its position in `Page.elements`."""
    tag: str
    """The block-level element the block was cut from."""
    link_words: int
    words: int


class Image(Frozen):
    """An image that stands between blocks."""

    before: int
    """Position of the block behind it; their number where there is none."""
    element: int
    """The element around it."""
    block: Block
    """Its Markdown, without text."""


class Page(Frozen):
    """The blocks of a page and, in the same order, their contexts; and the elements these refer to."""

    blocks: tuple[Block, ...]
    contexts: tuple[Context, ...]
    elements: Elements
    images: tuple[Image, ...] = ()


def parse(html: bytes) -> LexborHTMLParser:
    """The tree of any text in UTF-8; see `gate` for what must not come here.

    Lexbor reads what is in `<noscript>`, which browsers with scripts do not: an `<iframe>` left open there, as JSX writes it,
    would take in all the rest of the page. Raises MemoryError, which is the one thing that Lexbor can fail for.
    """
    try:
        return LexborHTMLParser(with_closed_frames(html))
    except SelectolaxError as error:
        raise MemoryError from error


def segment(tree: LexborHTMLParser, html: bytes = b"", images: str | None = None) -> Page:
    """The page that `read` cuts."""
    return read(tree, html, images)[0]


def read(tree: LexborHTMLParser, html: bytes = b"", images: str | None = None) -> tuple[Page, Sequence[Declaring]]:
    """Cut a page at block-level elements and double `<br>`.

    Block labels: heading, paragraph, list-item, quote, code, table-row, caption, control, footnote. `info` of
    a list item is `1.` or `-`, and empty where a block continues the item above; of a footnote, its label.
    `html` is the page's source in UTF-8, which says whether it loads what shows TeX as mathematics; `images` the address
    that images are relative to, empty where it is unknown, None where they are not asked for. Beside it are the elements
    that may declare something, in document order.
    """
    found = walk(tree, html, frozenset(), tex=False, images=images)
    least = max(found.shown + 1, _MIN_HIDDEN_PAGE)
    uncovered = frozenset([element for element, size in found.hidden.items() if size >= least])
    if uncovered:
        found = walk(tree, html, uncovered, tex=False, images=images)
    if _shows_tex(found.drafts, html):
        found = walk(tree, html, uncovered, tex=True, images=images)
    page = Page(
        tuple([_block(draft) for draft in found.drafts]),
        tuple([Context(d.element, d.tag, d.link_words, d.words) for d in found.drafts]),
        Elements(tuple(found.parents), tuple(found.tags), tuple(found.words)),
        tuple([Image(before, draft.element, _block(draft)) for before, draft in found.images]),
    )
    return page, found.declaring


def _shows_tex(drafts: Sequence[Draft], html: bytes) -> bool:
    """Whether TeX in the text is mathematics: some may be, and the page loads what shows it or holds what is surely some."""
    maybe: list[str] = []
    for draft in drafts:
        text: str = draft.text
        if draft.label != "code" and (
            "\\" in text or ("$" in text and _CLOSES.search(text, text.find("$") + 1) is not None)
        ):
            maybe.append(text)
    return bool(maybe) and (renders_tex(html) or any(map(is_in, maybe)))


def _block(draft: Draft) -> Block:
    return Block(draft.label, draft.text, draft.markdown, draft.level, draft.info, draft.group)
