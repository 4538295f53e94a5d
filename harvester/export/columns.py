"""A record as one flat row, for formats that know no nesting."""

from collections.abc import Callable
from typing import Any

from harvester.export.source import Page

COLUMNS: dict[str, Callable[[Page], Any]] = {
    "id": lambda page: page.record.id,
    "split": lambda page: page.split,
    "url": lambda page: page.record.metadata.url,
    "path": lambda page: page.record.metadata.seed.path,
    "title": lambda page: page.record.metadata.title,
    "subtitle": lambda page: page.record.metadata.subtitle,
    "authors": lambda page: "; ".join(page.record.metadata.authors) or None,
    "date_published": lambda page: page.record.metadata.date_published,
    "date_modified": lambda page: page.record.metadata.date_modified,
    "site_name": lambda page: page.record.metadata.site_name,
    "host": lambda page: page.record.metadata.host,
    "language": lambda page: page.record.metadata.language,
    "license": lambda page: page.record.metadata.license,
    "description": lambda page: page.record.metadata.description,
    "tags": lambda page: "; ".join(page.record.metadata.tags) or None,
    "page_type": lambda page: page.record.metadata.page_type,
    "captured": lambda page: page.record.added,
    "duplicate_of": lambda page: page.record.metadata.duplicate_of,
    "word_count": lambda page: page.record.metadata.word_count,
    "confidence": lambda page: page.record.metadata.extraction.confidence,
    "text": lambda page: page.record.text,
}
"""Name of a column → its value; text and null but for `word_count` and `confidence`."""
