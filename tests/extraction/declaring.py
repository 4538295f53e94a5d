"""Pages that declare something, and what is read of them."""

import json
from collections.abc import Sequence

from harvester.extraction import segment
from harvester.extraction.declared import Declared
from harvester.extraction.lexicon import load_words
from harvester.extraction.metadata import read as read_metadata
from harvester.types import Header, Metadata

CAPTURED = "2026-03-10T12:00:00Z"
PROSE = "The keeper climbs the forty steps before sunset and trims the wick of the lamp at the end of the pier."


def read(
    html: str,
    url: str | None = "https://www.mill.example/a/b",
    captured: str = CAPTURED,
    headers: Sequence[Header] = (),
) -> Metadata:
    tree = segment.parse(html.encode())
    cut, declaring = segment.read(tree)
    declared = Declared(tree.root, declaring)
    return read_metadata(declared, cut, url=url, captured=captured, words=load_words(), headers=headers)[0]


def origin(found: Metadata, field: str) -> str | None:
    return next((source.origin for source in found.sources if source.field == field), None)


def meta(**content: str) -> str:
    return "".join(f'<meta property="{name.replace("__", ":")}" content="{value}">' for name, value in content.items())


def ld(value: object) -> str:
    written = json.dumps(value).replace("</", "<\\/")
    return f'<script type="application/ld+json">{written}</script>'


def article(**fields: object) -> str:
    return ld({"@context": "https://schema.org", "@type": "NewsArticle", **fields})
