"""A web server on loopback that answers each path as a test says, and what comes of fetching from it."""

import asyncio
import ssl
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import NamedTuple, Self

import httpx

from harvester.fetch import Fetched, Known, fetch_pages
from harvester.settings import FetchSettings
from harvester.types import REASONS

DATE = "2024-05-06T07:08:09Z"
OPEN: dict[str, object] = {
    "allow_private": True,
    "delay": 0.0,
    "timeout": 5.0,
    "user_agent": "test/1",
    "robots": False,
    "retries": 0,
}
CHUNK = b"10000\r\n" + b"a" * 65_536 + b"\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"

Behaviour = Callable[[asyncio.StreamWriter], Awaitable[None]]
"""Writes an answer, whole or not; the connection is closed when it returns."""


class Request(NamedTuple):
    """What a client sent, and when the server had read it and had answered it, in seconds."""

    target: str
    head: str
    came: float
    answered: float


def answer(
    body: bytes = b"<p>Hello.</p>", *fields: str, status: str = "200 OK", content_type: str = "text/html"
) -> bytes:
    """A whole, well-formed response."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *fields]
    if content_type:
        lines.append(f"Content-Type: {content_type}")
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode("latin-1") + body


def redirect(location: str, status: str = "302 Found") -> bytes:
    """A redirect without a body."""
    return answer(b"", f"Location: {location}", status=status, content_type="")


def endless(head: bytes, piece: bytes) -> Behaviour:
    """`head`, then `piece` again and again as fast as the client reads."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(piece)
            await writer.drain()

    return write


def drip(head: bytes, piece: bytes, seconds: float) -> Behaviour:
    """`head`, then `piece` again and again with a pause after each."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(seconds)

    return write


class Site:
    """Serves `pages` (path with query → answer) on `host` while the context is open, in a thread of its own."""

    def __init__(
        self,
        pages: Mapping[str, bytes | Behaviour],
        *,
        host: str = "127.0.0.1",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.pages = dict(pages)
        self.requests: list[Request] = []
        self.port = 0
        self._host, self._tls = host, tls
        self._started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    @property
    def root(self) -> str:
        """Scheme, host and port."""
        return f"{'https' if self._tls else 'http'}://{self._host}:{self.port}"

    @property
    def targets(self) -> list[str]:
        """The paths asked for, in order."""
        return [request.target for request in self.requests]

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._started.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)
        assert not self._thread.is_alive()

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        answering: set[asyncio.Task[None]] = set()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            answering.add(task := asyncio.current_task())  # type: ignore[arg-type]
            try:
                await self._answer(reader, writer)
            except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                pass  # the client went away, or the test is over
            finally:
                answering.discard(task)
                writer.close()

        server = await asyncio.start_server(serve, self._host, 0, ssl=self._tls)
        self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        await self._stop.wait()
        server.close()
        for task in answering:
            task.cancel()
        await asyncio.sleep(0)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        came = time.monotonic()
        target = head.split(" ", 2)[1]
        page = self.pages.get(target, answer(b"<p>Nothing here.</p>", status="404 Not Found"))
        try:
            if isinstance(page, bytes):
                writer.write(page)
                await writer.drain()
            else:
                await page(writer)
        finally:
            self.requests.append(Request(target, head, came, time.monotonic()))


def fetch(
    *urls: str,
    transport: httpx.AsyncBaseTransport | None = None,
    now: Callable[[], str] = lambda: DATE,
    known: Known = Known(),  # noqa: B008 -- frozen
    **changed: object,
) -> list[Fetched]:
    """What comes of the addresses: loopback allowed, no pause between requests, no robots.txt, no second try."""
    settings = FetchSettings(**OPEN | changed)

    async def collect() -> list[Fetched]:
        return [page async for page in fetch_pages(urls, settings, now=now, transport=transport, known=known)]

    pages = asyncio.run(collect())
    assert all(page.reason in (None, *REASONS) for page in pages)
    return pages


def outcome(page: bytes | Behaviour, **changed: object) -> tuple[str | None, str]:
    """Reason and detail for one page of a site."""
    with Site({"/": page}) as site:
        [fetched] = fetch(f"{site.root}/", **changed)
    if fetched.reason is not None:
        assert fetched.captures == ()
    return fetched.reason, fetched.detail
