"""Which addresses are public, and that the address that was checked is the one that is dialled."""

import asyncio
import itertools

import httpx
import pytest

from harvester.errors import PageError
from harvester.fetch.guard import GuardedTransport, is_public
from tests.fetch.loopback import Site, answer, fetch

PUBLIC = """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 93.184.216.34 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0
169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0
223.255.255.255 2001:200:: 2001:4860:4860::8888 2606:4700::1111 2a00:1450::1 2620:4f:7fff::1 3ffe::1
"""
SPECIAL = """
0.0.0.0 0.255.255.255 10.0.0.0 10.255.255.255 100.64.0.0 100.100.100.200 100.127.255.255 127.0.0.1 127.255.255.255
168.63.129.16 169.254.0.0 169.254.169.254 172.16.0.0 172.31.255.255 192.0.0.8 192.0.2.1 192.31.196.1 192.52.193.1
192.88.99.1 192.168.0.0 192.168.255.255 192.175.48.1 198.18.0.0 198.19.255.255 198.51.100.1 203.0.113.1
224.0.0.1 239.255.255.255 240.0.0.0 255.255.255.255
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::1 100::1
2001::1 2001:0:7f00:1:: 2001:2::1 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1:: 2002:808:808:: 2620:4f:8000::1
3fff::1 4000::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1 ff02::1 ffff::1
"""


@pytest.mark.parametrize("address", PUBLIC.split())
def test_an_address_that_public_servers_have_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", SPECIAL.split())
def test_a_private_local_reserved_or_embedding_address_is_not_public(address: str) -> None:
    assert not is_public(address)


class Names:
    """A resolver that gives one list of addresses after the other, and counts how often it is asked."""

    def __init__(self, *answers: list[str]) -> None:
        self.asked = 0
        self._answers = itertools.cycle(answers)

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked += 1
        return next(self._answers)


def get(url: str, names: Names, *, allow_private: bool) -> httpx.Response:
    transport = GuardedTransport(httpx.create_ssl_context(), allow_private=allow_private, resolve=names)

    async def send() -> httpx.Response:
        response = await transport.handle_async_request(httpx.Request("GET", url))
        await response.aread()
        return response

    return asyncio.run(send())


@pytest.mark.parametrize(
    "answers", [["127.0.0.1"], ["1.1.1.1", "127.0.0.1"], ["fd00::1", "1.1.1.1"], ["::ffff:10.0.0.1"]]
)
def test_one_private_address_among_the_answers_refuses_the_host(answers: list[str]) -> None:
    with pytest.raises(PageError, match=r"^private-address: the host has an address that is not public$"):
        get("http://example.org/", Names(answers), allow_private=False)


def test_a_name_whose_addresses_change_is_asked_for_once_and_what_was_checked_is_dialled() -> None:
    with Site({"/": answer(b"<p>Two</p>")}, host="127.0.0.2") as site:
        names = Names(["127.0.0.2"], ["127.0.0.1"])
        response = get(f"http://example.org:{site.port}/", names, allow_private=True)
    assert (response.content, names.asked) == (b"<p>Two</p>", 1)


def test_the_second_request_to_a_name_is_checked_again() -> None:
    names = Names(["127.0.0.1"])
    for asked in (1, 2):
        with pytest.raises(PageError, match="private-address"):
            get("http://example.org/", names, allow_private=False)
        assert names.asked == asked


def test_the_next_address_is_tried_where_one_does_not_answer() -> None:
    with Site({"/": answer(b"<p>Two</p>")}, host="127.0.0.2") as site:
        response = get(f"http://x.example:{site.port}/", Names(["127.0.0.3", "127.0.0.2"]), allow_private=True)
    assert response.content == b"<p>Two</p>"


def test_a_name_without_addresses_is_a_dns_failure() -> None:
    with pytest.raises(PageError, match=r"^dns: the host name has no address$"):
        get("http://example.org/", Names([]), allow_private=False)


@pytest.mark.parametrize("port", [22, 25, 6379, 81])
def test_only_the_ports_of_the_web_are_dialled(port: int) -> None:
    with pytest.raises(PageError, match=r"^port-refused: port [0-9]+ is not one of 80, 443, 8080, 8443$"):
        get(f"http://example.org:{port}/", Names(["1.1.1.1"]), allow_private=False)


def test_a_host_whose_name_is_a_symbol_can_be_asked() -> None:
    transport = GuardedTransport(httpx.create_ssl_context(), allow_private=True, resolve=Names(["127.0.0.1"]))
    with Site({"/": answer()}) as site:
        [page] = fetch(f"http://i❤.example:{site.port}/", transport=transport)
    assert [capture.uri for capture in page.captures] == [f"http://xn--i-7iq.example:{site.port}/"]
    assert f"Host: xn--i-7iq.example:{site.port}\r\n" in site.requests[0].head
