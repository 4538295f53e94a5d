"""What an HTML page declares of itself: JSON-LD, meta elements, microdata, link relations, its headline.

Only declared facts, the first that is usable in the order written here; bylines in the visible text are not read.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from selectolax.lexbor import LexborHTMLParser, LexborNode

from harvester.extraction import jsonld, statements, values
from harvester.extraction.markup import SILENT, Attributes, is_hidden
from harvester.extraction.statements import Statements
from harvester.types import Metadata, Source

_Value = TypeVar("_Value")
_Candidates = Iterable[tuple[str, Sequence[str]]]
"""Origin, and what stands there."""

_PUBLISHED = (
    "article:published_time", "og:article:published_time", "datepublished", "date", "pubdate", "publishdate",
    "publish-date", "publication_date", "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.issued",
    "dcterms.created", "dc.date.created", "dc.date", "dcterms.date", "citation_publication_date",
    "citation_online_date", "citation_date",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified", "dcterms.modified",
    "dc.date.modified", "last-modified", "lastmod",
)  # fmt: skip
_AUTHOR = (
    "author", "article:author", "og:article:author", "articleauthor", "parsely-author", "sailthru.author", "byl",
)  # fmt: skip
_CATALOGUED_AUTHOR = ("dc.creator", "dcterms.creator", "citation_author")
_TAGS = ("meta", "script", "h1", "title", "time", "article", "a")
_DECLARING = (
    "meta, script[type*='ld+json' i], h1, title, time[datetime], article, a[href*='creativecommons.org/'],"
    " [rel], [itemprop]"
)
_MAX_ELEMENTS = 2_000
"""Elements of a kind that are read; nodes of an element whose text is."""


def declared(tree: LexborHTMLParser, *, url: str | None, captured: str) -> tuple[Metadata, Statements]:
    """Title, authors, dates, site, language, addresses, licence, description, tags and image, each with its source;
    and what else is declared that tells the page's kind and its text.

    `url` is the page's address, against which relative ones are resolved. A date later than `captured`
    (`YYYY-MM-DDTHH:MM:SSZ`) is not believed, unless that is EPOCH. Other fields stay empty.
    """
    page = _Page(tree)
    found = _Found()
    site = found.first("site_name", page.sites(), lambda stated: values.text(stated, 200))
    canonical = found.first("canonical_url", page.canonical(), lambda stated: values.address(stated, url))
    sites = [*filter(None, [site]), *values.host_labels(canonical or url)]

    def address(stated: str) -> str | None:
        return values.address(stated, url)

    def date(stated: str) -> str | None:
        return values.date(stated, captured)

    known = Metadata(
        title=found.first("title", page.titles(), lambda stated: values.title(stated, sites, page.headings)),
        authors=found.all("authors", page.authors(site), values.names),
        date_published=found.first("date_published", page.dates("datePublished", _PUBLISHED), date),
        date_modified=found.first("date_modified", page.dates("dateModified", _MODIFIED), date),
        site_name=site,
        language=found.first("language", page.languages(), values.language),
        canonical_url=canonical,
        license=found.first("license", page.licenses(), address),
        description=found.first("description", page.descriptions(), values.text),
        tags=found.all("tags", page.tags(), values.tags),
        image=found.first("image", page.images(), address),
        sources=found.sources(),
    )
    return known, page.statements(known, url)


class _Found:
    """Takes the first usable candidate of each field and keeps where it came from."""

    def __init__(self) -> None:
        self._origins: dict[str, str] = {}

    def first(self, field: str, candidates: _Candidates, clean: Callable[[str], _Value | None]) -> _Value | None:
        """The first value that is left after cleaning."""
        for origin, stated in candidates:
            for value in stated:
                if cleaned := clean(value):
                    self._origins[field] = origin
                    return cleaned
        return None

    def all(
        self, field: str, candidates: _Candidates, clean: Callable[[Sequence[str]], tuple[str, ...]]
    ) -> tuple[str, ...]:
        """All values of the first origin of which any is left after cleaning."""
        for origin, stated in candidates:
            if cleaned := clean(stated):
                self._origins[field] = origin
                return cleaned
        return ()

    def sources(self) -> tuple[Source, ...]:
        """Field and origin, in the order of the fields."""
        fields = Metadata.__struct_fields__
        return tuple(Source(field, self._origins[field]) for field in fields if field in self._origins)


class _Page:
    """What a page declares, as it stands there: candidates for each field, best first."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        self._root = tree.root
        self._tagged: dict[str, list[tuple[LexborNode, Attributes]]] = {tag: [] for tag in _TAGS}
        self._related_as: list[tuple[list[str], LexborNode]] = []
        self._property_of: list[tuple[list[str], LexborNode]] = []
        self._find(tree)
        self._metas: dict[str, list[str]] = {}
        for _, attributes in self._tagged["meta"][:_MAX_ELEMENTS]:
            if content := attributes.get("content"):
                for kind in ("property", "name", "itemprop", "http-equiv"):
                    if name := attributes.get(kind):
                        self._metas.setdefault(name.strip().lower(), []).append(content)
        scripts = [node for node, stated in self._tagged["script"] if "ld+json" in (stated.get("type") or "").lower()]
        self._items = jsonld.items(node.text() or "" for node in scripts)
        self._main = jsonld.main_item(self._items)
        self.headings = [heading for node, _ in self._tagged["h1"][:5] if (heading := _visible_text(node))]

    def statements(self, known: Metadata, url: str | None) -> Statements:
        """The evidence for the judgement of the page's blocks."""
        texts, body, types = statements.of_items(self._items)
        return Statements(
            title=(known.title or "").lower(),
            description=" ".join((known.description or "").lower().split()),
            texts=texts,
            body=body,
            types=types,
            open_graph=next(iter(self._metas.get("og:type", ())), "").lower(),
            url=url or "",
        )

    def _find(self, tree: LexborHTMLParser) -> None:
        """Sort the elements that may declare something; one search of the tree costs as much as that for one tag."""
        last = 0
        for node in tree.css(_DECLARING):
            # An element stands once for each part of the selector that it fits.
            if node.mem_id == last or (tag := node.tag) is None:
                continue
            last = node.mem_id
            attributes = node.attributes
            if tag in self._tagged:
                self._tagged[tag].append((node, attributes))
            if relations := attributes.get("rel"):
                self._related_as.append((relations.lower().split(), node))
            if tag != "meta" and (properties := attributes.get("itemprop")):
                self._property_of.append((properties.lower().split(), node))

    def titles(self) -> _Candidates:
        """An article's headline in JSON-LD, then the `h1` that resembles what else is declared, then that."""
        meta = [*self._meta("og:title", "citation_title", "dc.title", "dcterms.title", "twitter:title", "headline")]
        # An inline SVG may have a title too.
        titles = [node.text() for node, _ in self._tagged["title"] if node.parent and node.parent.tag == "head"]
        declared = next((stated for _, stated in meta if stated), titles)
        item = [text for key in ("headline", "name") for text in jsonld.texts(self._main.get(key))]
        alike = [text for text in item if values.shares_words(text, [*declared, *self.headings])]
        if jsonld.is_article(self._main):
            yield "json-ld", alike or item  # the headline of Wikipedia's articles is their short description
        yield "h1", [heading for heading in self.headings if values.shares_words(heading, declared)]
        yield from meta
        yield "json-ld", alike
        yield "itemprop", [_visible_text(node) for node in self._properties("headline")[:1]]
        if len(self.headings) == 1:
            yield "h1", self.headings
        yield "title", titles

    def sites(self) -> _Candidates:
        yield from self._meta("og:site_name")
        for item in (jsonld.of_type(self._items, "WebSite"), self._main.get("isPartOf"), self._main.get("publisher")):
            yield "json-ld", jsonld.texts(item.get("name")) if isinstance(item, dict) else []
        yield from self._meta("application-name", "citation_journal_title")

    def authors(self, site: str | None) -> _Candidates:
        """The site itself is no author, unless JSON-LD says that it is: people name their sites after themselves."""
        for key in ("author", "creator"):
            yield "json-ld", jsonld.people(self._main.get(key), self._items)
        for origin, stated in self._meta(*_AUTHOR, *_CATALOGUED_AUTHOR):
            people = [values.turned(name) for name in stated] if origin.endswith(_CATALOGUED_AUTHOR) else stated
            yield origin, [name for name in people if name.strip().casefold() != (site or "").casefold()]
        properties = self._properties("author")[:50]
        scope = _scope(properties[0]) if properties else 0
        yield "itemprop", [_visible_text(_named(node)) for node in properties if _scope(node) == scope]
        linked = [node for node in self._related("author") if node.tag == "a"]
        yield "rel=author", [_visible_text(node) for node in linked[:50]]

    def dates(self, key: str, names: Sequence[str]) -> _Candidates:
        yield "json-ld", jsonld.texts(self._main.get(key))
        yield from self._meta(*names)
        properties = self._properties(key)
        stated = [node.attributes.get("datetime") or node.attributes.get("content") for node in properties]
        yield "itemprop", [value or _visible_text(node) for value, node in zip(stated, properties, strict=True)]
        if key == "datePublished":
            yield "json-ld", jsonld.texts([self._main.get("uploadDate"), self._main.get("dateCreated")])
            yield "time", self._times()

    def languages(self) -> _Candidates:
        root = self._root
        yield "html lang", [value for value in [root.attributes.get("lang") if root else None] if value]
        yield "json-ld", jsonld.texts(self._main.get("inLanguage"))
        yield from self._meta("og:locale", "content-language", "dc.language", "language")

    def canonical(self) -> _Candidates:
        yield "link canonical", _addresses(node for node in self._related("canonical") if node.tag == "link")
        yield from self._meta("og:url")

    def licenses(self) -> _Candidates:
        yield "json-ld", jsonld.texts(self._main.get("license"))
        yield "rel=license", _addresses(self._related("license"))
        yield from self._meta("dcterms.license", "dc.rights", "dcterms.rights")
        links = [address for _, attributes in self._tagged["a"] if (address := attributes.get("href"))]
        commons = [address for address in links if "creativecommons.org/" in address]
        terms = {address for address in commons if "/licenses/" in address or "/publicdomain/" in address}
        yield "creative commons link", [*terms] if len(terms) == 1 else []

    def descriptions(self) -> _Candidates:
        yield from self._meta("description", "og:description")
        yield "json-ld", jsonld.texts(self._main.get("description"))
        yield from self._meta("twitter:description", "dc.description", "dcterms.description")

    def tags(self) -> _Candidates:
        yield "json-ld", _split(jsonld.texts(self._main.get("keywords")))
        yield from self._meta("article:tag", "og:article:tag")
        yield "rel=tag", [_visible_text(node) for node in self._related("tag")[:100] if node.tag == "a"]
        for origin, stated in self._meta("news_keywords", "keywords", "parsely-tags", "citation_keywords"):
            yield origin, _split(stated)

    def images(self) -> _Candidates:
        yield from self._meta("og:image", "og:image:url")
        stated = self._main.get("image")
        parts = stated if isinstance(stated, list) else [stated]
        yield "json-ld", jsonld.texts([part.get("url") if isinstance(part, dict) else part for part in parts])
        yield from self._meta("twitter:image", "twitter:image:src")

    def _meta(self, *names: str) -> Iterator[tuple[str, Sequence[str]]]:
        for name in names:
            yield f"meta {name}", self._metas.get(name, ())

    def _related(self, relation: str) -> list[LexborNode]:
        return [node for relations, node in self._related_as if relation in relations][:_MAX_ELEMENTS]

    def _properties(self, name: str) -> list[LexborNode]:
        name = name.lower()
        return [node for names, node in self._property_of if name in names][:_MAX_ELEMENTS]

    def _times(self) -> list[str]:
        """`<time>` that says it is the publication, or the only one of the only article, or of the page."""
        times = [(node, stated) for node, stated in self._tagged["time"] if "datetime" in stated][:_MAX_ELEMENTS]
        marked = [stated for _, stated in times if "pubdate" in stated]
        articles = self._tagged["article"]
        inside = articles[0][0].css("time[datetime]")[:2] if len(articles) == 1 else []
        for found in (marked[:1], [node.attributes for node in inside], [stated for _, stated in times]):
            if len(found) == 1:
                return [found[0].get("datetime") or ""]
        return []


def _split(stated: Iterable[str]) -> list[str]:
    return [part for value in stated for part in values.KEYWORD_BORDER.split(value[:20_000])]


def _addresses(nodes: Iterable[LexborNode]) -> list[str]:
    return [address for node in nodes if (address := node.attributes.get("href"))]


def _named(node: LexborNode) -> LexborNode:
    """The name inside a microdata person, or the element itself."""
    return next(iter(node.css("[itemprop~='name' i]")[:1]), node)


def _scope(node: LexborNode) -> int:
    """The microdata item that a property belongs to, by its `mem_id`: comments have authors of their own."""
    around = node.parent
    for _ in range(100):
        if around is None or "itemscope" in around.attributes:
            break
        around = around.parent
    return around.mem_id if around is not None else 0


def _visible_text(node: LexborNode) -> str:
    """The text of an element, hidden parts left out, folded."""
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
        elif (tag := current.tag) and tag not in SILENT and not is_hidden(tag, current.attributes):
            parts.append(" " if tag in ("br", "div", "p") else "")
            stack.append(current.first_child)
    return " ".join("".join(parts).split())[: 4 * 1000]
