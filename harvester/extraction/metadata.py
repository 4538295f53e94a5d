"""What is known of an HTML page: what it declares, what its visible lines and its HTTP headers state.

Each field takes the first usable value in the order written here, and keeps where it came from.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from harvester.extraction import dates, names, titles, values, visible
from harvester.extraction.candidates import Candidates, Stating
from harvester.extraction.declared import Declared
from harvester.extraction.lexicon import Words
from harvester.extraction.segment import Page
from harvester.extraction.statements import Statements
from harvester.extraction.visible import Lines
from harvester.types import Header, Metadata, Source

_Value = TypeVar("_Value")

_ORGANISATION = " (organisation)"
"""Behind the origin of authors that are no people."""


def read(
    page: Declared,
    cut: Page,
    *,
    url: str | None,
    captured: str,
    words: Words,
    headers: Sequence[Header] = (),
) -> tuple[Metadata, Statements]:
    """Title, subtitle, people, dates, site, language, addresses, licence, description, tags and image, each with its
    source; and what else is declared that tells the page's kind and its text.

    `url` is the page's address, against which relative ones are resolved. A date later than `captured`
    (`YYYY-MM-DDTHH:MM:SSZ`) is not believed, unless that is EPOCH. Other fields stay empty.
    """
    found = _Found()
    stated = Candidates(page, headers, words)
    site = found.first("site_name", stated.sites(), lambda value: values.text(value, 200))
    canonical = found.first("canonical_url", stated.canonical(), lambda value: values.address(value, url))
    sites = [*filter(None, [site]), *stated.publishers(), *values.host_names(canonical or url)]
    language = found.first("language", stated.languages(url), values.language)
    title = titles.choose(stated.titles(), sites)
    if title is not None:
        found.keep("title", title.origin)
    lines = visible.read(cut, title.text if title else None, sites, language, captured, words)

    def address(value: str) -> str | None:
        return values.address(value, url)

    def date(value: str) -> str | None:
        return dates.stated(value, captured, language)

    known = Metadata(
        title=title.text if title else None,
        subtitle=found.first("subtitle", stated.subtitles(lines, cut, title), lambda value: values.text(value, 1000)),
        authors=_authors(found, stated, lines, sites),
        translators=found.all("translators", stated.translators(lines), lambda value: names.named(value).people),
        date_published=found.first("date_published", stated.published(lines, url), date),
        date_modified=found.first("date_modified", stated.modified(lines, captured), date),
        site_name=site,
        language=language,
        canonical_url=canonical,
        license=found.first("license", stated.licenses(), address),
        description=found.first("description", stated.descriptions(), values.text),
        tags=found.all("tags", stated.tags(), values.tags),
        image=found.first("image", stated.images(), address),
        sources=found.sources(),
    )
    return known, stated.statements(known, url)


def _authors(found: "_Found", stated: Candidates, lines: Lines, sites: Sequence[str]) -> tuple[str, ...]:
    """People; where none is named, the organisation that signs. The site itself does so not in `<meta>`, where many
    sites name themselves on every page, unless it bears the name of a person."""
    organisations: tuple[str, Sequence[str]] = ("", ())
    for origin, authors in stated.authors(lines, sites):
        edited = bool(authors.people) and {name.casefold() for name in authors.people} <= lines.editors
        if edited and origin == "json-ld" and lines.authors.people:
            continue
        nick = (
            origin == "byline"
            and organisations[1]
            and all(name.isascii() and " " not in name for name in authors.people)
        )
        if authors.people and not nick:
            found.keep("authors", origin)
            return authors.people
        if (
            authors.organisations
            and not organisations[1]
            and (
                not origin.startswith("meta")
                or not names.are_sites(authors.organisations, sites)
                or names.are_like_people(authors.organisations)
            )
        ):
            organisations = (origin + _ORGANISATION, authors.organisations)
    if not organisations[1] and lines.guessed:
        organisations = ("date line", lines.guessed)
    if organisations[1]:
        found.keep("authors", organisations[0])
    return tuple(organisations[1])


class _Found:
    """Takes the first usable candidate of each field and keeps where it came from."""

    def __init__(self) -> None:
        self._origins: dict[str, str] = {}

    def keep(self, field: str, origin: str) -> None:
        self._origins[field] = origin

    def first(self, field: str, candidates: Stating, clean: Callable[[str], _Value | None]) -> _Value | None:
        """The first value that is left after cleaning."""
        for origin, stated in candidates:
            for value in stated:
                if cleaned := clean(value):
                    self._origins[field] = origin
                    return cleaned
        return None

    def all(
        self, field: str, candidates: Stating, clean: Callable[[Sequence[str]], tuple[str, ...]]
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
