"""XML of the web as items with fields, in one pass: no tree is kept, nothing is expanded, nothing is fetched.

feedparser expands an XML bomb to 319 MB and has regular expressions that take quadratic time; here libxml2
reports elements as it meets them, and a document that declares entities is refused before it is parsed.
"""

import re
from collections import defaultdict
from collections.abc import Mapping

from lxml import etree

from harvester.errors import PageError
from harvester.types import Frozen

MAX_ELEMENTS = 2_000_000
_MAX_FIELD = 8_192
_MAX_REPEATS = 100
_STEP = 65_536
_DECLARATION = re.compile(r"\s*<\?xml\b[^>]{0,200}>")
_ENTITY = re.compile(r"<!ENTITY", re.I)
# Ampersands that begin no reference that XML knows: bare ones, and HTML's names, which titles are freed of later.
_BARE = re.compile(r"&(?!(?:#[0-9]{1,7}|#x[0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos);)")
_REFERENCE = re.compile(r"&#(x[0-9a-fA-F]{1,6}|[0-9]{1,7});")
_ITEMS = {"rss": "item", "rdf": "item", "feed": "entry", "urlset": "url", "sitemapindex": "sitemap"}
_PREFIXES = {
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://www.w3.org/2005/atom": "atom:",
    "http://www.google.com/schemas/sitemap-news/0.9": "news:",
}
BASE = "{http://www.w3.org/XML/1998/namespace}base"
_READ = ("href", "rel", "type", "isPermaLink", BASE)


class Field(Frozen):
    """One element beneath an item."""

    text: str
    attributes: Mapping[str, str]


Item = Mapping[str, list[Field]]
"""Fields by path: `title`, `author/name`, `dc:creator`, `news:news/news:title`; "" is the item itself.

Elements of other namespaces are left out."""


class Markup(Frozen):
    """A document, read."""

    root: str
    """Local name of the root element, in lower case."""
    head: Item
    """What stands outside items: the feed's own author and base."""
    items: tuple[Item, ...]
    flaw: str | None
    full: bool


class _Enough(Exception):
    """More than is read of one document."""


def read(text: str, most: int) -> Markup:
    """The first `most` items of a document. Raises PageError `source-unreadable`."""
    if _ENTITY.search(text):
        raise PageError("source-unreadable", "it declares entities, which are not expanded")
    data = _mended(text[declared.end() :] if (declared := _DECLARATION.match(text)) else text).encode()
    target = _Target(most)
    parser = etree.XMLParser(
        target=target, encoding="utf-8", recover=True, no_network=True, load_dtd=False, huge_tree=False
    )
    flaw, full = None, False
    try:
        for start in range(0, len(data), _STEP):
            parser.feed(data[start : start + _STEP])
        parser.close()
    except _Enough:
        full = True
    except etree.XMLSyntaxError as error:
        flaw = str(error.msg)
    if not full and flaw is None:
        fatal = next((e for e in parser.feed_error_log if e.level_name == "FATAL"), None)
        flaw = f"line {fatal.line}: {fatal.message}" if fatal is not None else None
    return Markup(target.root, target.head, tuple(target.items), flaw, full)


def _mended(text: str) -> str:
    """Ampersands that would break a document off escaped; CDATA is as it is."""
    first, *others = text.lstrip().split("<![CDATA[")
    parts = [_referable(first)]
    for other in others:
        inside, end, behind = other.partition("]]>")
        parts.append(inside + end + _referable(behind))
    return "<![CDATA[".join(parts)


def _referable(text: str) -> str:
    return _REFERENCE.sub(_character, _BARE.sub("&amp;", text))


def _character(reference: re.Match[str]) -> str:
    """A reference to a character that XML may hold (XML 1.0 2.2); libxml2 would hand on half a surrogate pair."""
    digits = reference[1]
    code = int(digits[1:], 16) if digits[0] == "x" else int(digits)
    known = code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code <= 0x10FFFF
    return reference[0] if known else "\ufffd"


class _Target:
    """Takes what libxml2 reports and keeps the fields of items, two levels deep."""

    def __init__(self, most: int) -> None:
        self.root, self.head, self.items = "", defaultdict[str, list[Field]](list), list[Item]()
        self._most, self._elements, self._space = most, 0, ""
        self._stack = list[str]()
        self._fields, self._depth = self.head, 1
        self._open = list[tuple[int, str, Mapping[str, str], list[str]]]()

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            raise _Enough
        space, _, name = tag.rpartition("}")
        space, name = space.lstrip("{").lower(), name.lower()
        self._stack.append(name)
        if len(self._stack) == 1:
            self.root, self._space = name, space
            self.head[""].append(Field("", _attributes(attributes)))
            return
        if self._fields is self.head and name == _ITEMS.get(self.root):
            if len(self.items) >= self._most:
                raise _Enough
            self._space, self._depth = space, len(self._stack)
            self._fields = defaultdict[str, list[Field]](list)
            self._fields[""].append(Field("", _attributes(attributes)))
            self._open.clear()
        elif len(self._stack) <= self._depth + 2:
            prefix = "" if space == self._space else _PREFIXES.get(space)
            if prefix is not None:
                self._open.append((len(self._stack), prefix + name, _attributes(attributes), []))

    def data(self, text: str) -> None:
        if self._open and self._open[-1][0] == len(self._stack):
            self._open[-1][3].append(text[:_MAX_FIELD])

    def end(self, tag: str) -> None:
        depth = len(self._stack)
        if self._open and self._open[-1][0] == depth:
            _, name, attributes, texts = self._open.pop()
            path = f"{self._open[-1][1]}/{name}" if self._open else name
            if len(self._fields[path]) < _MAX_REPEATS:
                self._fields[path].append(Field("".join(texts)[:_MAX_FIELD], attributes))
        elif self._fields is not self.head and depth == self._depth:
            self.items.append(self._fields)
            self._fields, self._depth = self.head, 1
        self._stack.pop()

    def close(self) -> None:
        return None


def _attributes(attributes: Mapping[str, str]) -> Mapping[str, str]:
    """The attributes that anything is read from."""
    return {name: value[:_MAX_FIELD] for name, value in attributes.items() if name in _READ}
