"""A list as a server sends it, read."""

from harvester.settings import Recipe
from harvester.sources.named import Named, Reading, Refusal
from harvester.sources.read import read_list
from harvester.types import Capture

BASE = "https://pier.example/news/feed.xml"


def read(body: str | bytes, kind: str = "feed", *, content_type: str | None = None, base: str | None = BASE) -> Reading:
    """What a body names; `kind` decides only whether it is a page of links."""
    raw = body.encode() if isinstance(body, str) else body
    return read_list(Capture(BASE, "2026-01-02T03:04:05Z", raw, content_type=content_type), kind, Recipe(), base)


def pages(body: str | bytes, kind: str = "feed", *, content_type: str | None = None) -> list[Named]:
    """The pages of a body that names nothing else."""
    reading = read(body, kind, content_type=content_type)
    assert reading.flaw is None and not reading.lists and not reading.full
    assert not [page for page in reading.pages if isinstance(page, Refusal)]
    return [page for page in reading.pages if isinstance(page, Named)]


def urls(body: str | bytes, kind: str = "feed", *, content_type: str | None = None) -> list[str]:
    """Their addresses."""
    return [page.url for page in pages(body, kind, content_type=content_type)]
