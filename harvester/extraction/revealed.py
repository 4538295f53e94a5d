"""What is hidden in the markup and shown by the page's own scripts: panels that a reader opens, and text that arrives late.

On the public benchmarks (WCXB dev, dragnet, fundus) 71 % of what such panels say is body, of other hidden elements 5 %.
"""

from collections.abc import Collection, Mapping

from selectolax.lexbor import LexborHTMLParser, LexborNode

from harvester.extraction.markup import Attributes, is_for_screen_readers

_MAX_ARRIVING = 10_000
_PANELS = ("region", "tabpanel")
_BEGINNINGS = ("$", "$?", "$!", "$~")


def is_panel(node: LexborNode, attributes: Attributes, controlled: Collection[str]) -> bool:
    """Whether a hidden element is a panel that a control opens, or the wrapper of one alone: the text under a tab or the head
    of an accordion.

    `controlled` are the ids that controls name (`aria-controls`). After the patterns for tabs, accordions and disclosures
    in the WAI-ARIA Authoring Practices Guide.
    """
    if is_for_screen_readers(attributes.get("class") or ""):
        return False
    if _is_opened(attributes, controlled):
        return True
    child = _element(node.first_child)
    return child is not None and _element(child.next) is None and _is_opened(child.attributes, controlled)


def _is_opened(attributes: Attributes, controlled: Collection[str]) -> bool:
    role = attributes.get("role")
    return role in _PANELS or (not role and attributes.get("id") in controlled)


def _element(node: LexborNode | None) -> LexborNode | None:
    while node is not None and not node.is_element_node:
        node = node.next
    return node


def arriving(tree: LexborHTMLParser, html: bytes) -> Mapping[str, LexborNode]:
    """The hidden elements that a script moves to a `<template>` once they have come, by the template's id.

    So React streams a page (`renderToPipeableStream`): the text of `<div hidden id="S:1">` goes to `<template id="B:1">`, or,
    where it is a part of what arrives, to `<template id="P:1">`.
    """
    moved = tree.css('div[hidden][id^="S:"]')[:_MAX_ARRIVING]
    if not moved or b'id="S:' not in html:  # to search the source takes ten times as long as to search the tree
        return {}
    found = {}
    for node in moved:
        number = (node.attributes.get("id") or "")[2:]
        found["B:" + number] = found["P:" + number] = node
    return found


def behind_placeholder(template: LexborNode) -> LexborNode:
    """The last node of what stands in for the text until it comes: the nodes up to the comment that ends it. The template
    itself where there is no such comment."""
    depth, node = 0, template
    while (following := node.next) is not None:
        comment = (following.comment_content or "").strip() if following.is_comment_node else ""
        if comment == "/$":
            if not depth:
                return node
            depth -= 1
        elif comment in _BEGINNINGS:
            depth += 1
        node = following
    return template
