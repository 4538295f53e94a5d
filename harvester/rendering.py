"""Pages that the index says to render: a browser runs their scripts, and what they leave is archived beside the answer.

The document lies in a `resource` record under `urn:dom:` and the page's address; the server's own answer stays what it
was. So a record follows from the archive whatever a browser would make of the page today.
"""

from collections.abc import Sequence
from contextlib import aclosing
from urllib.parse import urlsplit

import msgspec

from harvester.archive import Archive, Entry
from harvester.captures import failure
from harvester.errors import PageError
from harvester.fetching import final
from harvester.run import Run, finish
from harvester.settings import Settings
from harvester.types import RENDERED, Capture, Failure, Seed

Captured = list[tuple[Seed, Entry]]


def render_all(captured: Sequence[tuple[Seed, Entry]], run: Run) -> tuple[Captured, list[Failure]]:
    """The same pages, those to be rendered with the entry of their rendered document; and those that have none.

    What the archive holds is rendered again only where `fetch.mode` is `refresh`, and stands if that fails.
    """
    archive, mode = run.archive, run.settings.fetch.mode
    hosts = {host.strip().lower() for host in run.settings.render.hosts.split(",")} - {""}
    wanted = [(seed, entry) for seed, entry in captured if _is_wanted(seed, entry, hosts)]
    due = [(s, e) for s, e in wanted if mode == "refresh" or archive.find(RENDERED + s.uri) is None]
    broken = finish(_render_into(due, run)) if due and mode != "offline" else {}
    chosen, lost = {seed.id for seed, _ in wanted}, list[Failure]()
    done: Captured = [(seed, entry) for seed, entry in captured if seed.id not in chosen]
    for seed, _ in wanted:
        held, trouble = archive.find(RENDERED + seed.uri), broken.get(seed.uri)
        if held is None:
            absent = PageError("not-archived", "the archive holds no rendering of this page")
            lost.append(failure(seed, trouble or absent))
            continue
        done.append((seed, held))
        if trouble is not None:
            run.notices.append(f"{seed.uri}: not rendered again ({trouble}); the rendering of {held.fetched_at} stands")
    return done, lost


def _is_wanted(seed: Seed, entry: Entry, hosts: set[str]) -> bool:
    asked = seed.render or (urlsplit(seed.uri).hostname or "") in hosts
    return asked and seed.path is None and entry.status.startswith("2")


async def _render_into(due: Sequence[tuple[Seed, Entry]], run: Run) -> dict[str, PageError]:
    """Render pages one after the other into the archive; the errors of those that failed, by address."""
    from harvester.fetch.browser import browser, render

    archive, settings, broken = run.archive, run.settings, dict[str, PageError]()

    async def load(url: str) -> Capture:
        return await _load(url, run)

    async with browser(settings.render) as running:
        for done, (seed, entry) in enumerate(due, 1):
            try:
                page = archive.read(entry)
                html = await render(running, page, load, settings.render, settings.extract.max_page_bytes)
            except PageError as error:
                broken[seed.uri] = error
            else:
                made = Capture(RENDERED + seed.uri, run.now(), html, content_type="text/html; charset=utf-8")
                held = archive.find(made.uri)
                if held is None or held.sha256 != made.sha256:
                    archive.add(made)
            run.report("render", done, len(due))
    return broken


async def _load(url: str, run: Run) -> Capture:
    """A script or data that a page asks for: guarded as pages are, but as parts of one page without pauses.

    robots.txt was asked for the page. Its parts are no pages of a crawl, and are not put into the corpus.
    """
    from harvester.fetch import Wanted, fetch_pages

    fetch = msgspec.structs.replace(
        run.settings.fetch,
        delay=0.0,
        retries=0,
        robots=False,
        opt_out_files=False,
        max_bytes=run.settings.render.bytes,
    )
    asked = fetch_pages([url], fetch, now=run.now, transport=run.transport, wanted=Wanted("*/*"))
    async with aclosing(asked) as pages:
        page = await anext(pages)
    if page.reason is not None:
        raise PageError(page.reason, page.detail)
    return page.captures[-1]


def read_capture(archive: Archive, entry: Entry, settings: Settings) -> Capture:
    """The capture at an entry; a rendered document with the fields of its page's answer, but those that speak of bytes."""
    capture = archive.read(entry)
    if not entry.url.startswith(RENDERED):
        return capture
    url = entry.url.removeprefix(RENDERED)
    try:  # the answer that was rendered, so that a version comes out the same when the page was fetched again
        held = final(archive, url, settings, until=entry.fetched_at)
    except PageError:  # which a compaction drops, where a later one stands
        held = final(archive, url, settings)
    answer = archive.read(held)
    fields = tuple(field for field in answer.headers if not field.name.lower().startswith("content-"))
    return msgspec.structs.replace(capture, headers=fields, robots=answer.robots, opt_out=answer.opt_out)


def as_page(capture: Capture) -> Capture:
    """A rendered document under the address of its page; any other capture as it is."""
    return msgspec.structs.replace(capture, uri=capture.uri.removeprefix(RENDERED))
