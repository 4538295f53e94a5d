"""One request and its answer as a Capture; every fault of the network gets its name here.

Knows no politeness, no robots.txt and no second try.
"""

import asyncio
import logging
import os
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache

import ada_url
import httpcore
import httpx
import msgspec

from harvester.errors import PageError
from harvester.settings import FetchSettings
from harvester.types import Capture, Frozen, Header

MAX_FIELDS = 256
MAX_HEAD = 65_536
MAX_URL = 4_096

_MOVED = (301, 302, 303, 307, 308)
# Beyond these, an exception is a bug of ours. httpcore's have no common base; its transport is used without httpx's.
_FAULTS = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.TimeoutException,
    httpcore.UnsupportedProtocol,
    OSError,  # ssl.SSLError and TimeoutError among them
    UnicodeError,
)

# At DEBUG both print URLs, headers and cookies.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class Wanted(Frozen):
    """What kind of answer a request asks for."""

    accept: str
    types: tuple[str, ...] = ()
    """Beginnings of the content types that are taken; all where there are none."""
    codings: str = "gzip, deflate, br, zstd"
    limit: int | None = None
    """Bytes after which the body is cut off; past `settings.max_bytes` it fails with `too-large` instead."""


PAGE = Wanted(
    "text/html, application/xhtml+xml, application/xml;q=0.9, text/*;q=0.8, */*;q=0.1",
    ("text/", "application/xhtml+xml", "application/xml"),
)


async def request(
    url: str,
    settings: FetchSettings,
    *,
    now: Callable[[], str],
    transport: httpx.AsyncBaseTransport,
    seconds: float,
    wanted: Wanted = PAGE,
    conditions: Sequence[Header] = (),
) -> Capture:
    """Ask for an address as `address` writes it, once. Raises PageError, also when `seconds` are over.

    The body of a redirect is not read. `conditions` are further header fields of the request.
    """
    with _named(settings):
        async with asyncio.timeout(seconds):
            return await _exchange(url, settings, now, transport, wanted, conditions)


@lru_cache(1_024)  # asked for several times a page
def host_of(url: str) -> str:
    """The host name of an address, without port; empty where it has none."""
    return str(ada_url.URL(url).hostname) if ada_url.check_url(url) else ""


def next_hop(capture: Capture) -> str | None:
    """The address a redirect leads to, None for an answer that is none. Raises PageError `redirect`."""
    if capture.status is None or not 300 <= capture.status < 400 or capture.status == 304:
        return None
    location = capture.header("location")
    if capture.status not in _MOVED or location is None:
        raise PageError("redirect", f"status {capture.status} that names no other address")
    with suppress(UnicodeError):
        # Header values are read as Latin-1, but servers that write beyond ASCII into a Location write UTF-8.
        location = location.encode("latin-1").decode()
    try:
        target = address(location, capture.uri)
    except ValueError as error:
        raise PageError("redirect", f"a redirect to what is not an http or https address: {error}") from error
    if capture.uri.startswith("https:") and target.startswith("http:"):
        raise PageError("redirect", "a redirect from https to http")
    return target


def address(url: str, base: str | None = None) -> str:
    """The address as the URL standard writes it, without fragment and without user and password, or ValueError."""
    if len(url) > MAX_URL:
        raise ValueError(f"more than {MAX_URL} characters")
    if not ada_url.URL.can_parse(url, base):
        raise ValueError("it cannot be read")
    parsed = ada_url.URL(url, base)
    if parsed.protocol not in ("http:", "https:"):
        raise ValueError("its scheme is another")
    if parsed.username or parsed.password or parsed.hash or "#" in url:
        parsed.username = parsed.password = parsed.hash = ""
    return str(parsed.href)


async def _exchange(
    url: str,
    settings: FetchSettings,
    now: Callable[[], str],
    transport: httpx.AsyncBaseTransport,
    wanted: Wanted,
    conditions: Sequence[Header],
) -> Capture:
    request = httpx.Request(
        "GET",
        url,
        headers=[
            ("Host", ada_url.URL(url).host),  # httpx would decode an xn-- host for it, and fails at https://i❤.ws/
            ("User-Agent", settings.user_agent),
            ("Accept", wanted.accept),
            ("Accept-Encoding", wanted.codings),
            *((field.name, field.value) for field in conditions),
            ("Connection", "close"),
        ],
        extensions={"timeout": httpx.Timeout(settings.timeout).as_dict()},
    )
    date = now()
    response = await transport.handle_async_request(request)
    try:
        stream = response.extensions.get("network_stream")
        peer = stream.get_extra_info("server_addr") if stream is not None else None
        head = Capture(
            uri=url,
            fetched_at=date,
            body=b"",
            status=response.status_code,
            headers=_head(response),
            request_headers=_fields(request.headers),
            ip=str(peer[0]) if peer else None,
        )
        head = msgspec.structs.replace(head, content_type=head.header("content-type"))
        if response.status_code < 300:
            if wanted.types:
                _check_type(head.content_type, wanted.types)
            if not any(field.name == "Range" for field in conditions):
                _check_whole(head)
        if 300 <= response.status_code < 400:  # the body of a redirect may have no end, and nobody reads it
            return head
        body, cut = await _body(response, settings.max_bytes, wanted.limit)
        return msgspec.structs.replace(head, body=body, truncated="length" if cut else None)
    finally:
        await response.aclose()


def _head(response: httpx.Response) -> tuple[Header, ...]:
    raw = response.headers.raw
    if response.status_code < 200:
        raise PageError("protocol-error", f"status {response.status_code} where an answer was due")
    if len(raw) > MAX_FIELDS:
        raise PageError("protocol-error", f"more than {MAX_FIELDS} header fields")
    if sum(len(name) + len(value) + 4 for name, value in raw) > MAX_HEAD:
        raise PageError("protocol-error", f"more than {MAX_HEAD} bytes of headers")
    headers = _fields(response.headers)
    if any(mark in field.name + field.value for field in headers for mark in "\r\n\0"):
        raise PageError("protocol-error", "a line break or NUL inside a header")
    return headers


def _fields(headers: httpx.Headers) -> tuple[Header, ...]:
    return tuple(Header(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers.raw)


def _check_type(content_type: str | None, taken: tuple[str, ...]) -> None:
    stated = (content_type or "").partition(";")[0].strip().lower()
    if stated and not stated.startswith(taken):
        raise PageError("not-html", stated[:80].encode("ascii", "backslashreplace").decode())


def _check_whole(head: Capture) -> None:
    """Refuse a part where the whole was asked for, which RFC 9110 15.3.7 forbids servers to send."""
    if head.status == 206 or head.header("content-range") is not None:
        raise PageError("protocol-error", "a part of the page, though the whole was asked for")


async def _body(response: httpx.Response, limit: int, most: int | None) -> tuple[bytes, bool]:
    """The body with its content coding still on it, and whether it was cut off behind `most` bytes.

    Decoding while reading would know no bound.
    """
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if most is not None and len(body) > most:
            return bytes(body[:most]), True
        if len(body) > limit:
            raise PageError("too-large", f"more than {limit} bytes on the wire")
    return bytes(body), False


@contextmanager
def _named(settings: FetchSettings) -> Iterator[None]:
    """The one place where what the network throws becomes a PageError; what it does not throw is let out."""
    try:
        yield
    except _FAULTS as error:
        raise _outcome(error, settings) from error


def _outcome(error: Exception, settings: FetchSettings) -> PageError:
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return PageError("tls", f"the certificate is refused: {cause.verify_message}")
        if isinstance(cause, ssl.SSLError):
            return PageError("tls", "no TLS connection could be agreed on")
    if isinstance(error, TimeoutError):
        return PageError("timeout", f"not complete within {settings.total_timeout:g} seconds")
    if isinstance(error, (httpx.TimeoutException, httpcore.TimeoutException)):
        return PageError("timeout", f"the server was silent for {settings.timeout:g} seconds")
    # h11 and httpcore tell a broken-off answer from a malformed one by the message alone.
    if str(error).startswith(("peer closed connection", "Server disconnected")):
        return PageError("connection", "the server broke the connection off")
    if isinstance(error, (httpx.ProtocolError, httpcore.ProtocolError)):
        return PageError("protocol-error", "the answer is not HTTP/1.1")
    if isinstance(error, (httpx.InvalidURL, httpx.UnsupportedProtocol, httpcore.UnsupportedProtocol, UnicodeError)):
        return PageError("protocol-error", "the address does not fit into an HTTP request")
    numbers = [cause.errno for cause in causes if isinstance(cause, OSError) and cause.errno]
    return PageError("connection", os.strerror(numbers[0]) if numbers else "the connection failed")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
