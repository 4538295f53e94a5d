"""What a page says of its kind and of its own text, beside its metadata: evidence for the judgement of its blocks."""

from collections.abc import Iterable

from harvester.extraction import jsonld
from harvester.extraction.jsonld import Item
from harvester.types import Frozen

_MIN_TEXT = 40
"""Characters: shorter strings are names and numbers."""
_MAX_TEXTS = 1_000_000
_MAX_VALUES, _MAX_DEPTH = 20_000, 12
_ADDRESSES = frozenset(("@id", "contentUrl", "embedUrl", "image", "logo", "sameAs", "thumbnailUrl", "url"))


class Statements(Frozen):
    """Texts are in lower case, white space folded; empty where the page says nothing."""

    title: str = ""
    description: str = ""
    texts: str = ""
    """The long strings of its JSON-LD: bodies, descriptions, answers, reviews."""
    body: str = ""
    """The longest `articleBody` of its JSON-LD, as it stands there."""
    types: frozenset[str] = frozenset()
    """Types of its JSON-LD items, at any depth."""
    open_graph: str = ""
    """`og:type`."""
    url: str = ""
    """The address it came from, where that is on the web."""


def of_items(items: Iterable[Item]) -> tuple[str, str, frozenset[str]]:
    """The long strings, the longest `articleBody` and the types in JSON-LD items."""
    texts: list[str] = []
    types: set[str] = set()
    body = ""
    stack: list[tuple[object, int]] = [(item, 0) for item in items]
    seen: set[int] = set()
    left, room = _MAX_VALUES, _MAX_TEXTS
    stack.reverse()
    while stack and left:
        value, depth = stack.pop()
        left -= 1
        if isinstance(value, str):
            if len(value) >= _MIN_TEXT and room > 0:
                texts.append(value)
                room -= len(value)
        elif isinstance(value, list) and depth < _MAX_DEPTH:
            stack += [(part, depth + 1) for part in reversed(value)]
        elif isinstance(value, dict) and depth < _MAX_DEPTH and id(value) not in seen:
            seen.add(id(value))  # an item inside another is listed by itself too
            types |= jsonld.types_of(value)
            if isinstance(stated := value.get("articleBody"), str) and len(stated) > len(body):
                body = stated
            stack += [(part, depth + 1) for key, part in reversed(value.items()) if key not in _ADDRESSES]
    return " ".join(" ".join(texts).lower().split()), body, frozenset(types)
