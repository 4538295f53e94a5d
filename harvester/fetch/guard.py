"""Connections that are made only to checked addresses: an HTTP transport whose every dial passes the guard.

Knows no pages and no redirects. The string of a URL decides nothing, only the address it resolves to
does: parsers read one URL as different hosts (278 cases of the URL standard's tests: httpx 20, urlsplit 11).
"""

import asyncio
import contextlib
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import httpcore
import httpx

from harvester.errors import PageError

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""Host and port to all addresses of the host; raises OSError or UnicodeError where there are none."""

PORTS = (80, 443, 8080, 8443)

# Tables, not `ipaddress.is_global`: in Python 3.11.7 that holds for 224.0.0.1, 64:ff9b::7f00:1 and 2002:7f00:1::.
# IANA IPv4 and IPv6 special-purpose registries, multicast, and the address under which Azure serves its hosts.
_SPECIAL_4 = (
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"),
    *("192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24"),
    *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32"),
)
# IANA has given out 2000::/3 alone; mapped, compatible, NAT64, local and multicast addresses lie outside it.
_GLOBAL_6 = "2000::/3"
_SPECIAL_6 = ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
# What comes is parsed piece by piece, so that what brings no text is bounded too. Chunks of five bytes are twice their text.
_BEFORE = 131_072
"""Bytes that may come before a body does, 1xx answers among them; a head alone may have half of it."""
_BESIDE = 32_768
"""Bytes that a body may be longer on the wire than twice what it is, because of its chunks."""
# Names whose servers do not answer hold a thread each for the 30 seconds that the system's resolver goes on asking, and 128
# hosts may be under way at once for 20: fewer (the event loop has 6 on two cores) would leave none for the others.
_RESOLVERS = ThreadPoolExecutor(256, thread_name_prefix="resolve")


def is_public(address: str) -> bool:
    """Whether an IP address, written as `getaddrinfo` writes it, is one that public servers have."""
    ip = ipaddress.ip_address(address)
    if ip.version == 4:
        return not _within(ip, _SPECIAL_4)
    return _within(ip, (_GLOBAL_6,)) and not _within(ip, _SPECIAL_6)


def _within(ip: ipaddress.IPv4Address | ipaddress.IPv6Address, networks: tuple[str, ...]) -> bool:
    return any(ip in ipaddress.ip_network(network) for network in networks)


async def resolve(host: str, port: int) -> list[str]:
    """All addresses the system's resolver gives for a host; an address is its own."""
    with contextlib.suppress(ValueError):
        return [str(ipaddress.ip_address(host))]
    loop = asyncio.get_running_loop()
    found = await loop.run_in_executor(_RESOLVERS, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    return [str(address[0]) for *_, address in found]


class GuardedTransport(httpx.AsyncBaseTransport):
    """One new connection for each request; a TLS connection is checked against the host's name, not the address.

    No connection is kept: between two requests to a host lie seconds, in which servers close idle
    connections, and a request sent into a closing one would fail.
    """

    def __init__(self, trust: ssl.SSLContext, *, allow_private: bool, resolve: Resolve = resolve) -> None:
        self._trust = trust
        self._allow_private = allow_private
        self._resolve = resolve

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request. Raises PageError (`private-address`, `port-refused`, `dns`) and what httpcore raises."""
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        dialler = _Dialler(self._resolve, self._allow_private)
        connection = httpcore.AsyncHTTPConnection(url.origin, self._trust, network_backend=dialler)
        try:
            answer = await connection.handle_async_request(
                httpcore.Request(request.method, url, headers=request.headers.raw, extensions=request.extensions)
            )
        except BaseException:
            await dialler.aclose()
            raise
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer, dialler), extensions=answer.extensions
        )


class _Body(httpx.AsyncByteStream):
    """The body of an answer; closing it closes the connection, however much of it is unread."""

    def __init__(self, answer: httpcore.Response, dialler: "_Dialler") -> None:
        self._answer = answer
        self._dialler = dialler
        dialler.begin_body()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._answer.aiter_stream():
            self._dialler.allow(2 * len(part))
            yield part

    async def aclose(self) -> None:
        await self._dialler.aclose()


class _Dialler(httpcore.AsyncNetworkBackend):
    """Resolves once, checks every answer, and dials a checked address, so that a second answer changes nothing."""

    def __init__(self, resolve: Resolve, allow_private: bool) -> None:
        self._resolve = resolve
        self._allow_private = allow_private
        self._opened = contextlib.AsyncExitStack()
        self._left = _BEFORE
        self._last_read = 0

    def begin_body(self) -> None:
        """The head is read: from here on counts what comes beside the body."""
        self._left, self._last_read = _BESIDE, 0

    def allow(self, size: int) -> None:
        """Let the connection give so many bytes more."""
        self._left += size

    def count(self, size: int) -> None:
        """A read brought so many bytes. Raises PageError where the reads before it brought too many.

        What a read brings of a body is allowed for only when it has been parsed, which it is before the next read.
        """
        self._left -= self._last_read
        self._last_read = size
        if self._left < 0:
            raise PageError("protocol-error", "far more bytes of framing than of a page")

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self._addresses(host, port, timeout)
        if not (self._allow_private or all(map(is_public, addresses))):
            raise PageError("private-address", "the host has an address that is not public")
        if not (self._allow_private or port in PORTS):
            raise PageError("port-refused", f"port {port} is not one of {', '.join(map(str, PORTS))}")
        *others, last = addresses[:4]
        for address in others:
            with contextlib.suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return await self._dial(address, port, timeout)
        return await self._dial(last, port, timeout)

    async def _addresses(self, host: str, port: int, timeout: float | None) -> list[str]:
        try:
            async with asyncio.timeout(timeout):
                addresses = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:  # UnicodeError: a label of more than 63 characters
            raise PageError("dns", "the host name does not resolve") from error
        if not addresses:
            raise PageError("dns", "the host name has no address")
        return addresses

    async def _dial(self, address: str, port: int, timeout: float | None) -> httpcore.AsyncNetworkStream:
        stream = await httpcore.AnyIOBackend().connect_tcp(address, port, timeout)
        self._opened.push_async_callback(stream.aclose)
        return _Counted(stream, self)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def aclose(self) -> None:
        """Close what was dialled, also where httpcore has lost hold of it: a TLS handshake that was cancelled."""
        await self._opened.aclose()


class _Counted(httpcore.AsyncNetworkStream):
    """A connection that tells how many bytes it gave: 1xx answers and chunks of one byte have no end of their own."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, dialler: _Dialler) -> None:
        self._stream, self._dialler = stream, dialler

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = await self._stream.read(max_bytes, timeout)
        self._dialler.count(len(data))
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        return _Counted(await self._stream.start_tls(ssl_context, server_hostname, timeout), self._dialler)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)
