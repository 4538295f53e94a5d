"""Elements that stand for a formula → its TeX, once: what a browser shows of them is glyphs, and pages hold them twice.

KaTeX and Wikipedia write MathML with the TeX as an annotation beside what is seen, MathJax 2 a script beside it, others
an image with the TeX as its `alt`.
"""

import re

from selectolax.lexbor import LexborNode

from harvester.extraction.inline import clean
from harvester.extraction.markup import BLOCKS, Attributes
from harvester.extraction.tex import undelimited

WORDS = frozenset(("latex", "math", "tex"))
"""Words of which elements but `<math>` and `<script>` have one where `formula` knows them."""
_IMAGES = frozenset(("latex", "mwe-math-fallback-image-display", "mwe-math-fallback-image-inline", "tex"))
_OPEN_ENDED = frozenset((*BLOCKS, "math"))
"""What stands in no formula: an element that holds some was left open."""
_MAX_NODES, _MAX_AROUND, _MAX_BETWEEN = 4_000, 40, 8
_COMMENT = re.compile(r"(?<!\\)%[^\n]*\n")
_WRAPPED = re.compile(r"\{\\(?:display|text)style(?![A-Za-z])(.*)\}", re.S)

Formula = tuple[str, bool]
"""TeX, and whether it stands on a line of its own. Without TeX the element is passed over: its formula comes behind it."""


def formula(node: LexborNode, tag: str, attributes: Attributes) -> Formula | None:
    """What an element, `<script>` included, stands for; None where it is read as any other."""
    if tag == "math":
        return _mathml(node, attributes)
    classes = attributes.get("class") or ""
    if tag == "img":
        known = _IMAGES.intersection(classes.split())
        return _stated(attributes.get("alt"), any("display" in name for name in known)) if known else None
    if tag == "script":
        kind = (attributes.get("type") or "").lower()
        return _stated(node.text(deep=True), "mode=display" in kind) if kind.startswith("math/tex") else None
    if tag not in ("span", "div") or "ath" not in classes:
        return None
    if "mwe-math-element" in classes:
        return _in_wiki(node)
    if "MathJax" in classes:
        return ("", False) if _is_before_script(node) else None
    names = classes.split()
    if "math" in names and ("inline" in names or "display" in names):  # what Pandoc writes
        return _in_span(node, "display" in names)
    return None


def _mathml(node: LexborNode, attributes: Attributes) -> Formula | None:
    """The TeX of an annotation, else of `alttext`; None where there is neither, or HTML blocks stand inside."""
    stated = attributes.get("alttext")
    stack, left = [node.first_child], _MAX_NODES
    while stack:
        inner = stack.pop()
        if inner is None:
            continue
        left -= 1
        if not left or inner.tag in _OPEN_ENDED:
            return None
        if inner.tag == "annotation" and "tex" in (inner.attributes.get("encoding") or "").lower():
            stated = inner.text(deep=True)
        stack += [inner.next, inner.first_child]
    return _stated(stated, attributes.get("display") == "block")


def _in_wiki(node: LexborNode) -> Formula | None:
    """What MathML or its image says inside an element that holds nothing else."""
    found: Formula | None = None
    stack, left = [node.first_child], _MAX_AROUND
    while stack:
        inner = stack.pop()
        if inner is None:
            continue
        left -= 1
        tag = inner.tag or ""
        if not left or tag in BLOCKS or (inner.is_text_node and (inner.text_content or "").strip()):
            return None
        stack.append(inner.next)
        if tag == "math" or tag == "img":
            found = found or formula(inner, tag, inner.attributes)
        else:
            stack.append(inner.first_child)
    return found


def _in_span(node: LexborNode, display: bool) -> Formula | None:
    only = node.first_child
    if only is None or not only.is_text_node or only.next is not None:
        return None
    text = (only.text_content or "").strip()
    return None if text.startswith(("\\(", "\\[", "$")) else _stated(text, display)


def _is_before_script(node: LexborNode) -> bool:
    """Whether the TeX of what MathJax shows here stands in a script behind it."""
    after = node.next
    for _ in range(_MAX_BETWEEN):
        if after is None or (after.is_text_node and (after.text_content or "").strip()):
            return False
        attributes = after.attributes if after.is_element_node else {}
        if after.tag == "script":
            return (attributes.get("type") or "").lower().startswith("math/tex")
        if after.is_element_node and "MathJax" not in (attributes.get("class") or ""):
            return False
        after = after.next
    return False


def _stated(stated: str | None, display: bool) -> Formula | None:
    lines, end, last = clean(stated or "").rpartition("\n")  # a `%` that no line ends behind would search to the end
    tex = " ".join((_COMMENT.sub("", lines + end) + last).split())
    wrapped = _WRAPPED.fullmatch(tex)
    if wrapped and _is_balanced(wrapped[1]):
        tex = wrapped[1].strip()
    tex = undelimited(tex)
    return (tex, display) if tex else None


def _is_balanced(tex: str) -> bool:
    depth = 0
    for brace in re.findall(r"\\.|[{}]", tex):
        depth += (brace == "{") - (brace == "}")
        if depth < 0:
            return False
    return depth == 0
