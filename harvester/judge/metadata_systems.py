"""The systems whose metadata are compared. Libraries are imported when a system runs, and get what they need of a page:
its source and its address; none asks anything of the network."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from harvester.errors import InputError, PageError
from harvester.extraction import Weights, segment
from harvester.extraction.declared import Declared
from harvester.extraction.language import language_of
from harvester.extraction.lexicon import load_words
from harvester.extraction.metadata import read
from harvester.extraction.page import explain_page, extract_page
from harvester.judge.fields import Values
from harvester.judge.systems import HARVESTER, versions
from harvester.settings import Recipe
from harvester.types import EPOCH, Capture, Document, Frozen


class Run(Frozen):
    """What harvester makes of a page."""

    values: Values
    text: str
    language: str | None
    """Of the text, or as declared."""
    from_text: bool
    share: float
    """CPU time of the metadata as a share of the page's extraction."""


def harvest_metadata(source: str, url: str, weights: Weights) -> Run | None:
    """harvester's metadata; None where the page fails."""
    capture = Capture(url, EPOCH, source.encode("utf-8", "replace"), content_type="text/html; charset=utf-8")
    try:
        document = explain_page(capture, Recipe(), weights).document  # a page of which no text is kept has metadata too
    except PageError:
        return None
    start = time.process_time()
    with suppress(PageError):
        extract_page(capture, Recipe(), weights)
    whole = time.process_time() - start
    tree = segment.parse(source.encode("utf-8", "replace"))
    cut, declaring = segment.read(tree)
    start = time.process_time()
    known, _ = read(Declared(tree.root, declaring), cut, url=url, captured=EPOCH, words=load_words())
    language_of(document.text, known.language)
    return _run(document, (time.process_time() - start) / max(whole, 1e-9))


def _run(document: Document, share: float) -> Run:
    known = document.metadata
    return Run(
        Values(known.title, known.authors, known.date_published),
        document.text,
        known.language,
        any(source.field == "language" and source.origin.startswith("text") for source in known.sources),
        share,
    )


def other_metadata(system: str, source: str, url: str) -> Values:
    """What another system takes for a page's metadata; nothing where it fails."""
    try:
        return _SYSTEMS[system](source, url)
    except Exception:  # what a library of others raises on a page is not ours to know; the page counts as failed
        return Values()


def check_metadata(systems: Sequence[str]) -> Mapping[str, str]:
    """The versions of what is compared. Raises InputError for a system that is unknown or not installed."""
    if unknown := [name for name in systems if name not in (*_SYSTEMS, HARVESTER)]:
        raise InputError(f"--vs {unknown[0]}: gives no metadata; choose from {', '.join(_SYSTEMS)}")
    return versions(systems)


def _trafilatura(source: str, url: str) -> Values:
    import trafilatura

    found = trafilatura.extract_metadata(source, default_url=url)
    return Values(found.title, tuple(name.strip() for name in (found.author or "").split(";")), found.date)


def _newspaper4k(source: str, url: str) -> Values:
    import newspaper

    article = newspaper.Article(url, fetch_images=False)
    article.download(input_html=source)
    article.parse()
    date = article.publish_date
    return Values(article.title, tuple(article.authors), date.isoformat() if date else None)


def _htmldate(source: str, url: str) -> Values:
    """The day of publication, not that of the last change."""
    import htmldate

    return Values(date=htmldate.find_date(source, url=url, original_date=True))


_SYSTEMS: Mapping[str, Callable[[str, str], Values]] = {
    "trafilatura": _trafilatura,
    "newspaper4k": _newspaper4k,
    "htmldate": _htmldate,
}
