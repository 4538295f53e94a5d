"""What kind of page it is, of the seven of WCXB: numbers of the page as a whole, judged by boosted trees."""

from collections.abc import Sequence
from math import exp
from urllib.parse import urlsplit

from harvester.extraction import features
from harvester.extraction.features.parts import NAMES
from harvester.extraction.features.tree import WHOLE_COLUMNS, whole_markup
from harvester.extraction.rows import Rows
from harvester.extraction.statements import Statements
from harvester.extraction.trees import Forest, sums_of_row

TYPES = ("article", "service", "forum", "product", "collection", "listing", "documentation")

_DECLARED = {
    "says-article": ("Article", "Posting", "Report", "Recipe", "Review"),
    "says-product": ("Product", "ProductGroup", "Offer", "AggregateOffer"),
    "says-forum": ("DiscussionForumPosting", "QAPage", "Question", "Answer", "Comment"),
    "says-list": ("ItemList", "CollectionPage", "SearchResultsPage", "OfferCatalog"),
    "says-service": ("Service", "LocalBusiness", "Organization", "FAQPage", "Corporation"),
}
"""Ends of the names of schema.org types."""
_OPEN_GRAPH = ("article", "product", "website")
_URL = ("url-parts", "url-last-length", "url-hyphens", "url-digits", "url-query", "url-file", "url-last-digits")
_ODDS = features.COLUMNS.index("markup")
_WHOLE = tuple(i for i, name in enumerate(features.COLUMNS) if name.startswith("page-"))
COLUMNS: tuple[str, ...] = (
    *(features.COLUMNS[i] for i in _WHOLE), *(f"in-{name}" for name in NAMES), *WHOLE_COLUMNS, *_DECLARED, "says-nothing",
    *(f"og-{name}" for name in _OPEN_GRAPH), *_URL,
)  # fmt: skip


def measure(page: features.Facts, rows: Rows, said: Statements) -> list[float]:
    """One row, with the columns of COLUMNS, from a page and the rows of its blocks, of which there is one at least."""
    first = rows[0]
    return [
        *[first[i] for i in _WHOLE], *[words / page.total for words in page.in_part],
        *whole_markup(page, rows.column(_ODDS)),
        *[any(name.endswith(ends) for name in said.types) for ends in _DECLARED.values()], not said.types,
        *[name in said.open_graph for name in _OPEN_GRAPH], *_url(said.url),
    ]  # fmt: skip


def without_url(row: Sequence[float]) -> list[float]:
    """A row as it is where the address is not known."""
    return [*row[: -len(_URL)], *_url("")]


def probabilities(forest: Forest, row: Sequence[float]) -> list[float]:
    """The probability of each of TYPES."""
    odds = sums_of_row(forest, row)
    most = max(odds)
    weights = [exp(z - most) for z in odds]
    total = sum(weights)
    return [weight / total for weight in weights]


def _url(url: str) -> list[float]:
    if not url.startswith("http"):
        return [-1.0] * len(_URL)
    try:
        split = urlsplit(url)
    except ValueError:
        return [-1.0] * len(_URL)
    parts = [part for part in split.path.split("/") if part]
    last = parts[-1] if parts else ""
    return [
        len(parts), len(last), last.count("-") + last.count("_"), sum([c.isdigit() for c in split.path]),
        bool(split.query), last.endswith((".html", ".htm", ".php")), any(c.isdigit() for c in last),
    ]  # fmt: skip
