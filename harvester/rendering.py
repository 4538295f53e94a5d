"""Pages that the index says to render: a browser runs their scripts, and what they leave is archived beside the answer.

The document lies in a `resource` record under `urn:dom:` and the page's address; the server's own answer stays what it
was. So a record follows from the archive whatever a browser would make of the page today.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from harvester.archive import Archive, Entry
from harvester.captures import Progress, failure
from harvester.errors import PageError
from harvester.settings import Settings
from harvester.types import RENDERED, Capture, Failure, Seed

if TYPE_CHECKING:
    import httpx

Captured = list[tuple[Seed, Entry]]


def render_all(
    captured: Sequence[tuple[Seed, Entry]],
    archive: Archive,
    settings: Settings,
    now: str | Callable[[], str],
    report: Progress,
    transport: "httpx.AsyncBaseTransport | None",
) -> tuple[Captured, list[Failure], list[str]]:
    """The same pages, those to be rendered with the entry of their rendered document; then what failed, and notices.

    What the archive holds is rendered again only where `fetch.mode` is `refresh`, and stands if that fails.
    """
    hosts = {host.strip().lower() for host in settings.render.hosts.split(",")} - {""}
    wanted = [(seed, entry) for seed, entry in captured if _is_wanted(seed, entry, hosts)]
    again = settings.fetch.mode == "refresh"
    due = [(s, e) for s, e in wanted if again or archive.find(RENDERED + s.uri) is None]
    if settings.fetch.mode == "offline":
        due = []
    broken = asyncio.run(_render_into(archive, due, settings, now, report, transport)) if due else {}
    chosen, lost, notices = {seed.id for seed, _ in wanted}, list[Failure](), list[str]()
    done: Captured = [(seed, entry) for seed, entry in captured if seed.id not in chosen]
    for seed, _ in wanted:
        held, trouble = archive.find(RENDERED + seed.uri), broken.get(seed.uri)
        if held is None:
            lost.append(
                failure(seed, trouble or PageError("not-archived", "the archive holds no rendering of this page"))
            )
            continue
        done.append((seed, held))
        if trouble is not None:
            notices.append(f"{seed.uri}: not rendered again ({trouble}); the rendering of {held.fetched_at} stands")
    return done, lost, notices


def _is_wanted(seed: Seed, entry: Entry, hosts: set[str]) -> bool:
    asked = seed.render or (urlsplit(seed.uri).hostname or "") in hosts
    return asked and seed.path is None and entry.status.startswith("2")


async def _render_into(
    archive: Archive,
    due: Iterable[tuple[Seed, Entry]],
    settings: Settings,
    now: str | Callable[[], str],
    report: Progress,
    transport: "httpx.AsyncBaseTransport | None",
) -> dict[str, PageError]:
    """Render pages one after the other into the archive; the errors of those that failed, by address."""
    from harvester.fetch import browser, render

    broken, pages = dict[str, PageError](), list(due)
    clock: Callable[[], str] = (lambda: now) if isinstance(now, str) else now

    async def load(url: str) -> Capture:
        return await _load(url, settings, clock, transport)

    async with browser(settings.render) as running:
        for done, (seed, entry) in enumerate(pages, 1):
            try:
                html = await render(
                    running, archive.read(entry), load, settings.render, settings.extract.max_page_bytes
                )
            except PageError as error:
                broken[seed.uri] = error
            else:
                made = Capture(RENDERED + seed.uri, clock(), html, content_type="text/html; charset=utf-8")
                held = archive.find(made.uri)
                if held is None or held.sha256 != made.sha256:
                    archive.add(made)
            report("render", done, len(pages))
    return broken


async def _load(
    url: str, settings: Settings, clock: Callable[[], str], transport: "httpx.AsyncBaseTransport | None"
) -> Capture:
    """A script or data that a page asks for: guarded as pages are, and without the pause between pages."""
    from harvester.fetch import Wanted, fetch_pages

    fetch = msgspec.structs.replace(settings.fetch, delay=0.0, max_bytes=settings.render.bytes)
    async with aclosing(fetch_pages([url], fetch, now=clock, transport=transport, wanted=Wanted("*/*"))) as pages:
        page = await anext(pages)
    if page.reason is not None:
        raise PageError(page.reason, page.detail)
    return page.captures[-1]


def as_page(capture: Capture) -> Capture:
    """A rendered document under the address of its page; any other capture as it is."""
    return msgspec.structs.replace(capture, uri=capture.uri.removeprefix(RENDERED))
