"""Labels left in the markup of a gold page: what an extractor would learn to read instead of the page.

Three kinds of evidence: names that labelling tools and published sets gave their marks; attributes and comments that say
of markup whether it is content; and, whatever it is called, an attribute that stands on nearly all text of the page and
parts it as the gold does.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from harvester.errors import PageError
from harvester.extraction.gate import check
from harvester.gold.flatten import INLINE
from harvester.gold.words import bag
from harvester.settings import Recipe

# x-nc-sel: L3S-GN1, the pages of boilerpipe; __boilernet_label: BoilerNet; cc-select: WebMainBench; htx-: Label Studio.
_TOOLS = re.compile(
    r"x-nc-sel\d*|_*boilernet_label|cc-select|htx-(?:highlight|label)|hypothesis-highlight|x-article-(?:body|title)"
    r"|(?:data-)?(?:is-)?(?:gold|ground-?truth)(?:-?(?:label|text|body|standard|id|type))?"
    r"|data-(?:annotat(?:ed|or(?:-id)?|ion-(?:label|id|type))|boilerplate(?:-\w+)?|main-?content-?label|content-?label|is-?(?:content|boilerplate))",
    re.I,
)
_LABEL_NAME = re.compile(
    r"(?:data-)?(?:label|labels|class-?label|annotation|tag|role-?label|block-?label|segment)", re.I
)
_LABEL_VALUE = re.compile(
    r"(?:non?[-_ ]?|not[-_ ]?)?(?:content|main[-_ ]?content|article[-_ ]?body|boilerplate|boiler|noise|clutter|garbage)",
    re.I,
)
_COMMENT = re.compile(r"<!--(.{0,200}?)-->", re.S)
_MARK = re.compile(
    r"\s*[-=*/\s]*(?:(?:begin|start|end)\w*\W+(?:of\W+)?(?:the\W+)?)?(?P<what>gold\w*(?:\W+(?:standard|text))?"
    r"|ground\W?truth|boilerplate|annotat(?:ion|ed)|main\W?content|article(?:\W?body)?)(?:\W+(?:begin|start|end)\w*)?[-=*/\s]*",
    re.I,
)
_SURE = re.compile(r"gold|ground|annotat|boilerplate", re.I)
_PLACED = re.compile(r"begin|start|end", re.I)
# Attributes that every page has, and that part it by nature.
# fmt: off
_ORDINARY = frozenset({
    "class", "id", "href", "src", "style", "rel", "target", "type", "name", "value", "alt", "title", "width", "height",
    "lang", "dir", "role", "itemprop", "itemtype", "itemscope", "property", "content", "align", "valign", "color", "face",
    "size", "colspan", "rowspan", "tabindex", "datetime", "border", "bgcolor",
})
# fmt: on
_ON_MOST, _AS_GOLD, _MOST_VALUES = 0.8, 0.9, 12
"""Share of the page's words below the attribute; F1 of the words below some of its values to the gold; values."""


def labels_in(source: str, gold: str) -> Iterator[tuple[str, bool]]:
    """(what was found, whether it is a label for sure) in a page's source, each once."""
    for what, sure in _comments(source).items():
        yield f"a comment marks the body: {what!r}; take it out, or leave it if the site wrote it", sure
    try:
        check(source.encode("utf-8", "replace"), max_depth=Recipe().max_depth, max_attributes=Recipe().max_attributes)
    except PageError:  # such a page cannot be extracted either, which whoever scores it will say
        return
    marks, below = _marks(source)
    for mark, count in sorted(marks.items()):
        yield f"a label of {mark} on {count} elements; take it out of the page", True
    if wanted := bag(gold):
        for name in sorted(below):
            if _parts_as_gold(below[name], wanted, below[""][""]):
                yield (
                    f"the attribute {name!r} stands on nearly all text and parts it as the gold does; take it out",
                    False,
                )


def _comments(source: str) -> dict[str, bool]:
    found = dict[str, bool]()
    for match in _COMMENT.finditer(source):
        mark = _MARK.fullmatch(match[1])
        if mark and (_SURE.search(mark["what"]) or _PLACED.search(match[1])):
            found[" ".join(match[1].split())] = bool(_SURE.search(mark["what"]))
    return found


def _marks(source: str) -> tuple[Counter[str], dict[str, dict[str, Counter[str]]]]:
    """How often each label stands in the page; and for each attribute that is not ordinary, the words below each value.

    Under the name "" stand all words. What stands on the element itself counts, or on the one around its inline markup:
    containers part a page by nature. Walked with a stack: markup may be 5,000 levels deep.
    """
    marks = Counter[str]()
    below: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    root = LexborHTMLParser(source).root
    waiting: list[tuple[LexborNode, dict[str, str]]] = [(root, {})] if root is not None else []
    while waiting:
        node, above = waiting.pop()
        if node.tag == "-text":
            words = bag(node.text_content or "")
            below[""][""].update(words)
            for name, value in above.items():
                below[name][value].update(words)
            continue
        if node.tag is None or node.tag in ("script", "style", "template", "head"):
            continue
        attributes = {name: value or "" for name, value in node.attributes.items()}
        marks.update(_named(node.tag, attributes))
        own = {name: value for name, value in attributes.items() if name not in _ORDINARY and len(value) <= 40}
        inner = {**above, **own} if node.tag in INLINE and len(above) < _MOST_VALUES else own
        waiting += [(child, inner) for child in node.iter(include_text=True)]
    return marks, below


def _named(tag: str, attributes: dict[str, str]) -> Iterator[str]:
    if _TOOLS.fullmatch(tag):
        yield f"<{tag}>"
    for name, value in attributes.items():
        if _TOOLS.fullmatch(name):
            yield f"{name}="
        elif _LABEL_NAME.fullmatch(name) and _LABEL_VALUE.fullmatch(value.strip()):
            yield f'{name}="{value.strip()}"'
    for word in attributes.get("class", "").split():
        if _TOOLS.fullmatch(word):
            yield f"class {word}"


def _parts_as_gold(values: dict[str, Counter[str]], wanted: Counter[str], page: Counter[str]) -> bool:
    """Whether the attribute is on most words, and some of its values hold the gold and hardly more."""
    if not 2 <= len(values) <= _MOST_VALUES or sum(b.total() for b in values.values()) < _ON_MOST * page.total():
        return False
    chosen = Counter[str]()
    for words in values.values():  # the values that are rather gold than not
        if 2 * (words & wanted).total() > words.total():
            chosen += words
    common = (chosen & wanted).total()
    return 2 * common >= _AS_GOLD * (chosen.total() + wanted.total()) and chosen.total() < 0.95 * page.total()
