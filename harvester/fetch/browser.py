"""A headless Chromium that runs the scripts of a page already fetched, and reaches nothing but through us.

Its own way to the network is shut (no name resolves, every connection goes to a proxy that refuses), so that no
redirect, WebSocket, prefetch or WebRTC gets past the guard: it sees what `load` hands in, and that is all.
"""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from harvester.decode import undo_coding
from harvester.errors import InputError, PageError
from harvester.settings import RenderSettings
from harvester.types import Capture

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page, Route

Load = Callable[[str], Awaitable[Capture]]
"""Fetches what a page asks for, within the guard. Raises PageError."""

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_NEEDED = frozenset(("script", "fetch", "xhr"))
"""What may bring text. Images, fonts, styles, films, frames and pings are spared the site."""
_HEADERS = ("content-type", "access-control-allow-origin", "access-control-allow-credentials")
_QUIET = 500
"""Milliseconds without a request that Playwright waits for until it calls a network idle."""


@asynccontextmanager
async def browser(settings: RenderSettings) -> AsyncIterator["Browser"]:
    """A running Chromium. Raises InputError where Playwright or Chromium is missing or does not start."""
    path = settings.browser or next(filter(None, map(shutil.which, _NAMES)), None)
    try:
        from playwright.async_api import Error, async_playwright
    except ImportError:
        raise InputError("render: needs Playwright; install it with pip install 'harvester[render]'") from None
    if path is None:
        raise InputError("render: no Chromium on PATH; install one, or name it with render.browser")
    with socket.socket() as refusing:  # bound and not listening: who connects is refused, and nobody else gets the port
        refusing.bind(("127.0.0.1", 0))
        async with async_playwright() as playwright:
            try:
                running = await playwright.chromium.launch(
                    executable_path=path,
                    chromium_sandbox=os.geteuid() != 0,  # root's Chromium has none to offer
                    args=[
                        f"--proxy-server=127.0.0.1:{refusing.getsockname()[1]}",
                        "--proxy-bypass-list=<-loopback>",
                        "--host-resolver-rules=MAP * ~NOTFOUND",
                        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
                        "--js-flags=--max-old-space-size=512",
                    ],
                )
            except Error as error:
                first = str(error).strip().splitlines()[0]
                raise InputError(f"render: {path} does not start: {first}; name another with render.browser") from error
            try:
                yield running
            finally:
                with suppress(Error):  # it crashed
                    await running.close()


async def render(browser: "Browser", page: Capture, load: Load, settings: RenderSettings, limit: int) -> bytes:
    """The document that a page's scripts leave, as HTML in UTF-8, once it loads nothing more.

    After half of `settings.seconds` it is taken as it is. Raises PageError `render`, and `too-large` past `limit` bytes.
    """
    from playwright.async_api import Error

    context = await browser.new_context(service_workers="block", accept_downloads=False)
    try:
        async with asyncio.timeout(settings.seconds):
            await context.route_web_socket("**/*", lambda socket: None)  # never connected to its server
            await context.route("**/*", _Loader(page, load, settings).answer)
            opened = await context.new_page()
            context.on("page", lambda popup: asyncio.ensure_future(_shut(popup)))
            await _settled(opened, page.uri, settings.seconds / 2)
            html = await opened.content()
    except TimeoutError:
        raise PageError("render", f"its scripts did not come to rest within {settings.seconds:g} seconds") from None
    except Error as error:
        raise PageError("render", f"the browser failed: {str(error).strip().splitlines()[0][:200]}") from error
    finally:
        with suppress(Error, TimeoutError):
            async with asyncio.timeout(5):
                await context.close()
    document = html.encode("utf-8", "replace")
    if len(document) > limit:
        raise PageError("too-large", f"more than {limit} bytes once rendered")
    return document


async def _settled(page: "Page", url: str, seconds: float) -> None:
    """Wait until a page loads nothing more, `seconds` at most: then it is taken as it is."""
    from playwright.async_api import TimeoutError as Late

    with suppress(Late):
        await page.goto(url, wait_until="networkidle", timeout=seconds * 1000)


async def _shut(popup: "Page") -> None:
    from playwright.async_api import Error

    with suppress(Error):
        await popup.close()


class _Loader:
    """Answers what the browser asks for: the page from its capture, scripts and data through `load`, nothing else."""

    def __init__(self, page: Capture, load: Load, settings: RenderSettings) -> None:
        self._page, self._load, self._settings = page, load, settings
        self._opened, self._requests, self._bytes = False, 0, 0
        self._turn = asyncio.Lock()

    async def answer(self, route: "Route") -> None:
        """Fulfil or abort one request."""
        from playwright.async_api import Error

        with suppress(Error):  # the page may be gone before its answer comes
            if route.request.is_navigation_request() and (self._opened or route.request.url != self._page.uri):
                await route.fulfill(status=204)  # the browser stays where it is; an abort would show an error page
                return
            try:
                capture = await self._capture(route)
                body = undo_coding(capture.body, capture.header("content-encoding"), self._settings.bytes)
            except PageError:
                await route.abort()
                return
            headers = {name: value for name in _HEADERS if (value := capture.header(name)) is not None}
            await route.fulfill(status=capture.status or 200, headers=headers, body=body)

    async def _capture(self, route: "Route") -> Capture:
        request = route.request
        if request.is_navigation_request():
            self._opened = True
            return self._page
        if request.method != "GET" or request.resource_type not in _NEEDED:
            raise PageError("render", "not needed for text")
        self._requests += 1
        if self._requests > self._settings.requests:
            raise PageError("render", "more requests than are let through")
        async with self._turn:
            if self._bytes >= self._settings.bytes:
                raise PageError("render", "more bytes than are let through")
            capture = await self._load(request.url)
            self._bytes += len(capture.body)
        return capture
