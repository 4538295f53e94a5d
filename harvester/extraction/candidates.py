"""What a page states of each field of its metadata, best first: declared, visible, in HTTP headers."""

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import unquote

from harvester.extraction import dates, http_headers, jsonld, names, statements, titles, values
from harvester.extraction.declared import Declared, split
from harvester.extraction.lexicon import Words
from harvester.extraction.names import Named
from harvester.extraction.segment import Page
from harvester.extraction.statements import Statements
from harvester.extraction.titles import Stated, Statement
from harvester.extraction.visible import Lines
from harvester.types import EPOCH, Header, Metadata

Stating = Iterable[tuple[str, Sequence[str]]]
"""Origin, and what stands there."""

_PUBLISHED = (
    "article:published_time", "og:article:published_time", "datepublished", "date", "pubdate", "publishdate",
    "publish-date", "publication_date", "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.issued",
    "dc.date", "dcterms.date", "citation_publication_date",
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
_CATALOGUED_TITLE = ("citation_title", "dc.title", "dcterms.title", "headline", "parsely-title", "sailthru.title")
_UNDATED = frozenset(
    (
        "Product",
        "ProductGroup",
        "TechArticle",
        "APIReference",
        "CollectionPage",
        "ItemPage",
        "SearchResultsPage",
        "SoftwareApplication",
    )
)
_FORUM = re.compile(r"forum|communit|discuss|thread", re.I)
_MOST_LINKED = 3
"""Authors whom `rel=author` links; a page that links more is a list of what these wrote."""
_A_DAY = 86_400
_FEEDS = ("application/rss+xml", "application/atom+xml", "application/feed+json")


class Candidates:
    """Candidates for each field, best first."""

    def __init__(self, page: Declared, headers: Sequence[Header], words: Words) -> None:
        self._page = page
        self._main = page.main
        self._headers = headers
        self._words = words
        self._links = http_headers.links(headers)

    def statements(self, known: Metadata, url: str | None) -> Statements:
        """The evidence for the judgement of the page's blocks."""
        texts, body, types = statements.of_items(self._page.items)
        return Statements(
            title=(known.title or "").lower(),
            description=" ".join((known.description or "").lower().split()),
            texts=texts,
            body=body,
            types=types,
            open_graph=next(iter(self._page.metas.get("og:type", ())), "").lower(),
            url=url or "",
        )

    def titles(self) -> Stated:
        kind = jsonld.kind_of(self._main)
        catalogued = [
            Statement(origin, text) for origin, stated in self._meta(*_CATALOGUED_TITLE) for text in stated[:1]
        ]
        return Stated(
            item=[text for key in ("headline", "name") for text in jsonld.texts(self._main.get(key))],
            kind=kind,
            headings=self._page.headings,
            open_graph=self._page.metas.get("og:title", ()),
            twitter=self._page.metas.get("twitter:title", ()),
            catalogued=catalogued[:1],
            properties=self._page.properties("headline", 1),
            document=self._page.titles(),
        )

    def subtitles(self, lines: Lines, cut: Page, title: Statement | None) -> Stating:
        """What is marked as such; in JSON-LD another wording of the headline stands there too, so it must be shown."""
        yield "itemprop", self._page.properties("alternativeHeadline", 1)
        yield "subtitle line", [lines.subtitle] if lines.subtitle else []
        second = jsonld.texts(self._main.get("alternativeHeadline"))
        shown = {titles.letters(block.text) for block in cut.blocks if len(block.text) <= 1_000} if second else set()
        taken = titles.letters(title.text) if title else ""
        yield "json-ld", [text for text in second if (key := titles.letters(text)) in shown and key != taken]

    def sites(self) -> Stating:
        yield from self._meta("og:site_name")
        for item in (
            jsonld.of_type(self._page.items, "WebSite"),
            self._main.get("isPartOf"),
            self._main.get("publisher"),
        ):
            yield "json-ld", jsonld.texts(item.get("name")) if isinstance(item, dict) else []
        yield from self._meta("application-name", "citation_journal_title")
        yield "feed", self._feeds()

    def publishers(self) -> list[str]:
        """Other names of the site."""
        publisher = self._main.get("publisher")
        item = jsonld.of_type(self._page.items, "WebSite", "NewsMediaOrganization", "Organization")
        found = [
            *jsonld.texts(publisher)[:3],
            *jsonld.texts(item.get("name")),
            *jsonld.texts(item.get("alternateName")),
        ]
        return [name for name in found if len(name) <= 100][:8]

    def authors(self, lines: Lines, sites: Sequence[str]) -> Iterator[tuple[str, Named]]:
        """The site itself is no person, even where JSON-LD says so; those who name their sites after themselves are named
        where nobody else is."""
        for key in ("author", "creator"):
            people, organisations = jsonld.people(self._main.get(key), self._page.items)
            found = names.named(people, sites, trusted=True)
            signed = (
                []
                if "TechArticle" in jsonld.types_of(self._main)
                else [*found.organisations, *names.whole(organisations)]
            )
            yield "json-ld", Named(found.people, tuple(dict.fromkeys(signed)))
        for origin, stated in self._meta(*_AUTHOR, *_CATALOGUED_AUTHOR):
            catalogued = origin.endswith(_CATALOGUED_AUTHOR)
            yield origin, names.named([names.turned(name) for name in stated] if catalogued else stated, sites)
        yield "itemprop", names.named(self._page.people("author"), sites, trusted=True)
        linked = names.named(self._page.linked("author", 50), sites)
        yield "rel=author", linked if len(linked.people) <= _MOST_LINKED else Named()
        yield "byline", lines.authors
        if jsonld.kind_of(self._main) or self._page.metas.get("article:published_time"):
            yield "signature", Named(lines.signature)

    def translators(self, lines: Lines) -> Stating:
        yield "json-ld", jsonld.people(self._main.get("translator"), self._page.items)[0]
        yield "itemprop", self._page.people("translator")
        yield from self._meta("citation_translator")
        yield "credit line", lines.translators

    def published(self, lines: Lines, url: str | None) -> Stating:
        """A date that the page does not show is believed of articles and of `<meta>`: programs date every page that they
        make. The first page of a site has none, nor has what says that it is a product, a list or documentation."""
        if self._is_undated(url):
            return
        article = bool(jsonld.kind_of(self._main))
        own = jsonld.texts(self._main.get("datePublished"))
        if article:
            yield "json-ld", own
        if "TechArticle" in jsonld.types_of(self._main):
            return  # a manual is published anew whenever it is built, and no line of it says more
        yield from self._meta(*_PUBLISHED)
        yield "itemprop", self._page.properties("datePublished")
        own += jsonld.texts([self._main.get("uploadDate"), self._main.get("dateCreated")])
        yield "json-ld", [value for value in own if _is_shown(value, lines)]
        elsewhere = {*(lines.days - lines.near), lines.modified}
        yield "time", [value for value in self._page.times() if value[:10] not in elsewhere]
        alone = self._page.only_time()
        yield "time", [value for value in alone if value[:10] in lines.near and value[:10] != lines.modified]
        yield "date line", [lines.published] if lines.published else []
        yield "update line", [lines.updated] if lines.updated else []

    def _is_undated(self, url: str | None) -> bool:
        """Whether a page says so by its items, its kind or its address."""
        path = _path(url)
        if _FORUM.search(url or ""):
            return False
        if path == []:
            return True
        if jsonld.kind_of(self._main) == "news":
            return False
        types = {name for item in self._page.items for name in jsonld.types_of(item)}
        kind = next(iter(self._page.metas.get("og:type", ())), "").lower()
        if kind.startswith("product"):
            return True
        if not jsonld.kind_of(self._main) and types & _UNDATED:  # an article may be part of a product that is sold
            return True
        return bool(path) and _is_list(path or [], self._words)

    def modified(self, lines: Lines, captured: str) -> Stating:
        yield "json-ld", jsonld.texts(self._main.get("dateModified"))
        yield from self._meta(*_MODIFIED)
        yield "itemprop", self._page.properties("dateModified")
        yield "date line", [lines.modified] if lines.modified else []
        yield "http last-modified", http_headers.last_modified(self._headers, captured)

    def languages(self, url: str | None) -> Stating:
        yield "html lang", [self._page.language or ""]
        yield "http content-language", http_headers.values(self._headers, "content-language")
        yield "json-ld", jsonld.texts(self._main.get("inLanguage"))
        yield from self._meta("og:locale", "content-language", "dc.language", "language")
        yield "link hreflang", self._own_language(url)

    def canonical(self) -> Stating:
        yield "link canonical", self._page.addresses("canonical", "link")
        yield "http link canonical", self._links.get("canonical", ())
        yield from self._meta("og:url")

    def licenses(self) -> Stating:
        yield "json-ld", jsonld.texts(self._main.get("license"))
        yield "rel=license", self._page.addresses("license")
        yield "http link license", self._links.get("license", ())
        yield from self._meta("dcterms.license", "dc.rights", "dcterms.rights")
        terms = self._page.commons()
        yield "creative commons link", terms if len(terms) == 1 else []

    def descriptions(self) -> Stating:
        yield from self._meta("description", "og:description")
        yield "json-ld", jsonld.texts(self._main.get("description"))
        yield from self._meta("twitter:description", "dc.description", "dcterms.description")

    def tags(self) -> Stating:
        yield "json-ld", split(jsonld.texts(self._main.get("keywords")), ",;、，")
        yield from self._meta("article:tag", "og:article:tag")
        yield "rel=tag", self._page.linked("tag", 100)
        for origin, stated in self._meta("news_keywords", "keywords", "parsely-tags", "citation_keywords"):
            yield origin, split(stated, ",;、，")

    def images(self) -> Stating:
        yield from self._meta("og:image", "og:image:url")
        stated = self._main.get("image")
        parts = stated if isinstance(stated, list) else [stated]
        yield "json-ld", jsonld.texts([part.get("url") if isinstance(part, dict) else part for part in parts])
        yield from self._meta("twitter:image", "twitter:image:src")

    def _meta(self, *wanted: str) -> Iterator[tuple[str, Sequence[str]]]:
        """Those that the page has."""
        for name in wanted:
            if stated := self._page.metas.get(name):
                yield f"meta {name}", stated

    def _feeds(self) -> list[str]:
        """The site's name as the first feed is called: `Mill News » Feed`."""
        feeds = [stated for stated, _ in self._page.related("alternate", "link") if stated.get("type") in _FEEDS]
        named = [(stated.get("title") or "").replace("»", "|").replace("›", "|") for stated in feeds[:1]]
        return [name.partition("|")[0].strip() for name in named if "|" in name]

    def _own_language(self, url: str | None) -> list[str]:
        """The language of the alternate that is the page itself."""
        alternates = [stated for stated, _ in self._page.related("alternate", "link") if stated.get("hreflang")]
        own = [stated for stated in alternates if url and values.address(stated.get("href") or "", url) == url]
        return [stated.get("hreflang") or "" for stated in own if stated.get("hreflang") != "x-default"]


def _is_shown(value: str, lines: Lines) -> bool:
    """Whether a page shows the day of a date, or the one before or after, as for readers in another zone."""
    day = dates.stated(value, EPOCH)
    return day is not None and any(
        abs(dates.seconds(day[:10]) - dates.seconds(other)) <= _A_DAY for other in lines.days
    )


def _path(url: str | None) -> list[str] | None:
    """The parts of the path of an address on the web, lower case; None for another address."""
    if not url or not url.startswith("http"):
        return None
    return [part for part in unquote(url.partition("?")[0].partition("#")[0]).lower().split("/")[3:] if part]


def _is_list(parts: Sequence[str], words: Words) -> bool:
    """Whether the path of a page says that it is a list, a shop's or a manual's."""
    subjects = next((i for i, part in enumerate(parts) if part in words.subject_paths), len(parts))
    behind = parts[subjects + 1 :]  # a thread has a number, an article of a section a part of its own
    return (
        any(part in words.undated_paths for part in parts[:-1])
        or parts[-1] in words.undated_paths | words.list_paths
        or (len(behind) == 1 and not any(map(str.isdigit, behind[0])))
    )
