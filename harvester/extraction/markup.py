"""What HTML elements and attributes say of the text inside them: block or inline, hidden, code, words that hint."""

import re

import cython
from selectolax.lexbor import LexborNode

Attributes = dict[str, str | None]

BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frameset", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hgroup", "hr", "html", "legend", "li", "listing", "main", "menu", "nav", "ol",
    "optgroup", "option", "p", "plaintext", "pre", "search", "section", "select", "summary", "table", "tbody",
    "td", "textarea", "tfoot", "th", "thead", "tr", "ul", "xmp",
}  # fmt: skip
"""Elements at whose edges a block ends."""

CONTROLS = {"button", "label", "legend", "option", "optgroup", "select", "textarea"}
HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
PREFORMATTED = {"listing", "plaintext", "pre", "xmp"}
STYLES = {"b": "**", "strong": "**", "em": "*", "i": "*", "cite": "*", "dfn": "*", "var": "*"}
CODE_WORDS = {"code", "kbd", "samp", "tt"}

SILENT = {
    "annotation", "annotation-xml", "applet", "audio", "canvas", "datalist", "head", "iframe", "noembed",
    "noframes", "object", "script", "style", "svg", "template", "title", "video",
}  # fmt: skip
"""Elements whose text a browser never shows as text of the page (what stands in `<video>` is for old browsers)."""

APART = {"aside", "dialog", "footer", "form", "header", "nav"}
"""Elements, and with `APART_ROLES` those of other names, whose closed panels are menus and dialogues."""
APART_ROLES = {
    "alertdialog", "banner", "complementary", "contentinfo", "dialog", "menu", "menubar", "navigation", "search",
}  # fmt: skip
_FOR_SCREEN_READERS = {
    "a11y-hidden", "assistive-text", "cdk-visually-hidden", "element-invisible", "hidden-visually",
    "hide-visually", "only-sr", "screen-reader", "screen-reader-only", "screen-reader-text", "screenreader",
    "screenreader-only", "show-for-sr", "sr-only", "sr-text", "u-hidden-visually", "u-visually-hidden",
    "visually-hidden", "visuallyhidden",
}  # fmt: skip
_UNSEEN = re.compile(r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)
_GUTTER = re.compile(r"(?:^|[\s_-])(?:line-?nos?|line-?numbers?|linenodiv|gutter|blob-num|ln-num)(?:[\s_-]|$)", re.I)
_LANGUAGE = re.compile(
    r"(?:^|\s)(?:(?:language|lang|highlight-source)-|brush:\s*|(?:sourceCode|hljs)\s+(?!lang))([a-z][\w+#.-]{0,29})",
    re.I,
)
_NO_LANGUAGE = {"auto", "nohighlight", "none", "plain", "plaintext", "text", "txt"}
_HEADING_CONTROLS = {"editsection", "headerlink"}
WORDS = frozenset((*_HEADING_CONTROLS, "caption", "copy"))
"""Words that are asked for, here and in `places`."""
_HEADING_SIGNS = {"#", "¶", "§", "🔗"}
HINTS = frozenset(("class", "id", "role", "itemprop", "aria-label"))
NO_WORDS: frozenset[str] = frozenset()
_CASE_BORDER = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WORD = re.compile(r"[^\W\d_]{2,30}")


def is_hidden(tag: str, attributes: Attributes) -> bool:
    """Whether a browser with scripts does not show the element, or shows it as decoration only.

    So are `<noscript>`, a closed dialogue, what `hidden`, `aria-hidden` or its style hides, and classes for screen
    readers. Style sheets are not read.
    """
    if tag == "noscript" or (tag == "dialog" and "open" not in attributes):
        return True
    if not attributes:
        return False
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    if (classes := attributes.get("class")) and is_for_screen_readers(classes):
        return True
    style = attributes.get("style") or ""
    return may_hide(style) and _UNSEEN.search(style) is not None


def may_hide(style: str) -> bool:
    """Whether a style may be one that hides."""
    lowered = style.lower()
    return "none" in lowered or "hidden" in lowered


def is_left_out_of_code(tag: str, attributes: Attributes, words: frozenset[str]) -> bool:
    """Whether an element inside a code block is no code: a line-number gutter, a button to copy."""
    return tag in CONTROLS or (tag not in ("pre", "code") and is_gutter(attributes)) or "copy" in words


def is_heading_control(node: LexborNode, tag: str, words: frozenset[str]) -> bool:
    """Whether an element inside a heading is a link to edit it or to the heading itself."""
    return not _HEADING_CONTROLS.isdisjoint(words) or (tag == "a" and short_text(node) in _HEADING_SIGNS)


def is_gutter(attributes: Attributes) -> bool:
    """Whether the class names a column of line numbers."""
    return _GUTTER.search(attributes.get("class") or "") is not None


def code_language(attributes: Attributes) -> str:
    """The programming language that `class` or `data-lang` names, lower case, or nothing."""
    stated = attributes.get("data-lang") or attributes.get("data-language") or ""
    match = _LANGUAGE.search(attributes.get("class") or "") or re.fullmatch(r"([A-Za-z][\w+#.-]{0,29})", stated)
    language = match[1].lower() if match else ""
    return "" if language in _NO_LANGUAGE else language


def hint_words(attributes: Attributes) -> frozenset[str]:
    """The lower-cased words in class, id, role, itemprop and aria-label; `siteFooter-nav2` has three."""
    words = NO_WORDS
    for name, value in attributes.items():
        if value and name in HINTS:
            found = split_words(value)
            words = words | found if words else found
    return words


def split_words(text: str) -> frozenset[str]:
    """The words of two to thirty letters in the first 300 characters of an attribute, lower case, and how they make up its
    names: of `site-footer hidden` also `site-footer` and `.hidden`, for `overflow-hidden` hides nothing."""
    text = text[:300]
    found: list[str] = []
    if text.isascii():
        _add_words(text, found)
    else:
        for name in text.split():
            if name.isascii():
                _add_words(name, found)
            else:
                first: cython.Py_ssize_t = len(found)
                found += _WORD.findall(_CASE_BORDER.sub(" ", name).lower())
                _add_name(found, first)
    return frozenset(found)


@cython.cfunc
def _add_words(text: str, found: list[str]) -> None:
    """The words of names in ASCII, and behind those of each name how they make it up."""
    lowered = text.lower()
    start: cython.Py_ssize_t = 0
    position: cython.Py_ssize_t = 0
    first: cython.Py_ssize_t = len(found)
    after_small: cython.bint = False
    for char in text:
        is_small: cython.bint = "a" <= char <= "z"
        if not is_small and not "A" <= char <= "Z":
            if position - start > 1:
                found.append(lowered[start:position])
            start = position + 1
            if char == " " or char.isspace():
                _add_name(found, first)
                first = len(found)
        elif (after_small and not is_small) or position - start == 30:
            if position - start > 1:
                found.append(lowered[start:position])
            start = position
        after_small = is_small
        position += 1
    if position - start > 1:
        found.append(lowered[start:position])
    _add_name(found, first)


@cython.cfunc
def _add_name(found: list[str], first: cython.Py_ssize_t) -> None:
    last: cython.Py_ssize_t = len(found)
    if last - first == 1:
        found.append("." + found[first])
    i: cython.Py_ssize_t
    for i in range(first, last - 1):
        found.append(f"{found[i]}-{found[i + 1]}")


def is_for_screen_readers(classes: str) -> bool:
    """Whether one of the classes shows its element to screen readers alone."""
    behind_h: cython.bint = False
    behind_n: cython.bint = False
    behind_s: cython.bint = False
    for char in classes:  # most classes have none of these pairs, of which each of those meant has one
        if (behind_h and char in "iI") or (behind_n and char in "vV") or (behind_s and char in "crsCRS"):
            return not _FOR_SCREEN_READERS.isdisjoint(classes.lower().split())
        behind_h = char in "hH"
        behind_n = char in "nN"
        behind_s = char in "sS"
    return False


def short_text(node: LexborNode) -> str:
    """The text inside a node, white space folded; of more than 32 nodes or 40 characters the beginning and `…`."""
    parts: list[str] = []
    stack = [node.first_child]
    size = steps = 0
    while stack and steps < 32 and size < 40:
        steps += 1
        current = stack.pop()
        if current is None:
            continue
        stack.append(current.next)
        if current.is_text_node:
            parts.append((current.text_content or "")[:40])
            size += len(parts[-1])
        else:
            stack.append(current.first_child)
    whole = " ".join("".join(parts).split())
    return whole if all(node is None for node in stack) else f"{whole}…"
