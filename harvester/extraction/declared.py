"""The elements of a page that may declare something of it, sorted as the walk over the tree came by them.

Nothing else reads the tree for metadata: which elements count shows here alone.
"""

from collections.abc import Iterable, Sequence

from selectolax.lexbor import LexborNode

from harvester.extraction import jsonld
from harvester.extraction.markup import SILENT, Attributes, is_hidden

Declaring = tuple[LexborNode, str, Attributes]
"""An element that may declare something, its tag and its attributes."""

TAGS = frozenset(("meta", "script", "h1", "title", "article"))
"""Elements that may declare something by their tag."""
ATTRIBUTES = frozenset(("rel", "itemprop", "property", "datetime"))
"""Attributes with which any may."""
COMMONS = "creativecommons.org/"
"""Where this leads, a link may."""
_MAX_ELEMENTS = 2_000
"""Elements of a kind that are read; nodes of an element whose text is."""
_MAX_HEADINGS = 5
_SAME = {"datecreated": "datepublished", "uploaddate": "datepublished"}
_LONGEST = 4_000
"""Characters of the text of an element."""


class Declared:
    """What a page declares, as it stands there."""

    def __init__(self, root: LexborNode | None, elements: Sequence[Declaring]) -> None:
        """`elements` are those of a page that may declare something, in document order."""
        self._root = root
        self._tagged: dict[str, list[tuple[LexborNode, Attributes]]] = {tag: [] for tag in (*TAGS, "time", "a")}
        self._related_as: list[tuple[list[str], LexborNode]] = []
        self._property_of: dict[str, list[LexborNode]] = {}
        self._sort(elements)
        self.metas: dict[str, list[str]] = {}
        """Contents of `<meta>` by name, property, itemprop or http-equiv, lower case."""
        for _, attributes in self._tagged["meta"][:_MAX_ELEMENTS]:
            if content := attributes.get("content"):
                for kind in ("property", "name", "itemprop", "http-equiv"):
                    if name := attributes.get(kind):
                        self.metas.setdefault(name.strip().lower(), []).append(content)
        self.items = jsonld.items(
            node.text() or ""
            for node, stated in self._tagged["script"]
            if "ld+json" in (stated.get("type") or "").lower()
        )
        self.main = jsonld.main_item(self.items)
        """The item of JSON-LD that describes the page's content; empty where there is none."""
        headings = [(node, stated) for node, stated in self._tagged["h1"] if not _in_breadcrumb(stated)]
        self.headings = [text for node, _ in headings[:_MAX_HEADINGS] if (text := visible_text(node))]

    def _sort(self, elements: Sequence[Declaring]) -> None:
        for node, tag, attributes in elements:
            if tag in self._tagged:
                self._tagged[tag].append((node, attributes))
            if relations := attributes.get("rel"):
                self._related_as.append((relations.lower().split(), node))
            if tag == "meta":
                continue
            for stated in (attributes.get("itemprop"), attributes.get("property")):
                for name in (stated or "").lower().split()[:10]:
                    name = name.rpartition(":")[2]
                    nodes = self._property_of.setdefault(_SAME.get(name, name), [])
                    if len(nodes) < _MAX_ELEMENTS and (not nodes or nodes[-1] is not node):
                        nodes.append(node)

    @property
    def language(self) -> str | None:
        """`<html lang>`."""
        return self._root.attributes.get("lang") if self._root else None

    def titles(self) -> list[str]:
        """`<title>`; an inline SVG may have one too."""
        return [node.text() for node, _ in self._tagged["title"] if node.parent and node.parent.tag == "head"]

    def related(self, relation: str, tag: str | None = None) -> list[tuple[Attributes, LexborNode]]:
        """Elements with `rel`, of a tag or of any."""
        found = [node for relations, node in self._related_as if relation in relations][:_MAX_ELEMENTS]
        return [(node.attributes, node) for node in found if tag is None or node.tag == tag]

    def addresses(self, relation: str, tag: str | None = None) -> list[str]:
        """Where elements with `rel` lead."""
        return [address for stated, _ in self.related(relation, tag) if (address := stated.get("href"))]

    def linked(self, relation: str, most: int) -> list[str]:
        """The visible texts of links with `rel`."""
        return [visible_text(node) for _, node in self.related(relation, "a")[:most]]

    def commons(self) -> list[str]:
        """Addresses of Creative Commons licences that are linked, each once."""
        links = [address for _, attributes in self._tagged["a"] if (address := attributes.get("href"))]
        terms = [a for a in links if "creativecommons.org/licenses/" in a or "creativecommons.org/publicdomain/" in a]
        return [*dict.fromkeys(terms)]

    def properties(self, name: str, most: int = _MAX_ELEMENTS) -> list[str]:
        """The values of a property of microdata or RDFa: what is stated for machines, else the visible text."""
        return [_value(node) for node in self._property_of.get(name.lower(), [])[:most]]

    def people(self, name: str) -> list[str]:
        """Visible names of the persons of a property, of the first item that has it: comments have authors of their own."""
        nodes = self._property_of.get(name, [])[:50]
        scope = _scope(nodes[0]) if nodes else 0
        return [_value(_named(node)) for node in nodes if _scope(node) == scope]

    def times(self) -> list[str]:
        """`<time>` that says it is the publication, or is the only one of the only article."""
        marked = [stated for _, stated in self._times() if "pubdate" in stated][:1]
        articles = self._tagged["article"]
        inside = articles[0][0].css("time[datetime]")[:2] if len(articles) == 1 else []
        for found in (marked, [node.attributes for node in inside]):
            if len(found) == 1:
                return [found[0].get("datetime") or ""]
        return []

    def only_time(self) -> list[str]:
        """The only `<time>` of the page."""
        times = self._times()
        return [times[0][1].get("datetime") or ""] if len(times) == 1 else []

    def _times(self) -> list[tuple[LexborNode, Attributes]]:
        return [(node, stated) for node, stated in self._tagged["time"] if "datetime" in stated][:_MAX_ELEMENTS]


def _in_breadcrumb(stated: Attributes) -> bool:
    return "breadcrumb" in (stated.get("class") or "").lower() or "breadcrumb" in (stated.get("id") or "").lower()


def _value(node: LexborNode) -> str:
    stated = node.attributes
    return stated.get("content") or stated.get("datetime") or visible_text(node)


def _named(node: LexborNode) -> LexborNode:
    """The name inside a person, or the element itself."""
    return next(iter(node.css("[itemprop~='name' i], [property$='name' i]")[:1]), node)


def _scope(node: LexborNode) -> int:
    """The item that a property belongs to, by its `mem_id`."""
    around = node.parent
    for _ in range(100):
        if around is None or "itemscope" in around.attributes or "typeof" in around.attributes:
            break
        around = around.parent
    return around.mem_id if around is not None else 0


def visible_text(node: LexborNode) -> str:
    """The text of an element, hidden parts and buttons left out, folded."""
    parts: list[str] = []
    stack = [node.first_child]
    for _ in range(_MAX_ELEMENTS):
        if not stack:
            break
        current = stack.pop()
        if current is None:
            continue
        stack.append(current.next)
        if current.is_text_node:
            parts.append(current.text_content or "")
        elif (tag := current.tag) and tag != "button" and tag not in SILENT and not is_hidden(tag, current.attributes):
            parts.append(" " if tag in ("br", "div", "p") else "")
            stack.append(current.first_child)
    return " ".join("".join(parts).split())[:_LONGEST]


def split(stated: Iterable[str], borders: str) -> list[str]:
    """The parts of texts that are lists."""
    parts: list[str] = []
    for value in stated:
        for border in borders[1:]:
            value = value[:20_000].replace(border, borders[0])
        parts += value[:20_000].split(borders[0])
    return parts
