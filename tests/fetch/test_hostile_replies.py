"""Sets of other projects: every reply of a server, and every spelling of an address, ends in a named outcome."""

import asyncio
import base64
import json
from collections import Counter

import httpx

from harvester.fetch import Fetched, fetch_pages
from harvester.fetch.client import host_of
from harvester.fetch.guard import GuardedTransport
from harvester.settings import FetchSettings
from harvester.types import REASONS
from tests.conftest import shared
from tests.fetch.loopback import OPEN, Site

REPLIES = "hostile/http-replies"
URLS = "hostile/wpt-url/tests/wpt"


async def _loopback(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


async def _fetch(urls: list[str], **changed: object) -> list[Fetched]:
    settings = FetchSettings(**OPEN | {"timeout": 2.0, "total_timeout": 4.0} | changed)
    transport = GuardedTransport(httpx.create_ssl_context(), allow_private=settings.allow_private, resolve=_loopback)
    return [page async for page in fetch_pages(urls, settings, now=lambda: "2024-05-06T07:08:09Z", transport=transport)]


def _url_cases() -> list[dict[str, str]]:
    cases = json.loads((shared(URLS) / "urltestdata.json").read_bytes())
    return [case for case in cases if isinstance(case, dict)]  # the rest is comments


def test_every_reply_of_curls_tests_ends_in_a_named_outcome() -> None:
    lines = (shared(REPLIES) / "replies.jsonl").read_bytes().splitlines()
    replies = {f"/{number}": base64.b64decode(json.loads(line)["data"]) for number, line in enumerate(lines)}
    with Site(replies) as site:  # a host for each: one that fails five times in a row is asked nothing more
        pages = asyncio.run(_fetch([f"http://host{target[1:]}.example:{site.port}{target}" for target in replies]))
    assert len(pages) == len(replies) > 1_000
    outcomes = Counter(page.reason for page in pages)
    assert set(outcomes) <= {None, *REASONS}
    assert outcomes[None] > 800
    assert "timeout" not in outcomes


def test_no_spelling_of_an_address_reaches_a_private_host_or_raises() -> None:
    cases = [case["input"] for case in _url_cases()]
    with Site({}) as site:
        urls = [url.replace("example", f"127.0.0.1:{site.port}") for url in cases] + cases
        pages = asyncio.run(_fetch(urls, allow_private=False, hosts=8))
    assert len(pages) == len(urls) > 1_000
    assert {page.reason for page in pages} <= {
        "private-address",
        "port-refused",
        "host-down",
        "connection",
        "protocol-error",
    }
    assert (site.requests, sum(len(page.captures) for page in pages)) == ([], 0)


def test_the_host_that_is_waited_for_is_the_host_that_is_dialled() -> None:
    hrefs = {case["href"] for case in _url_cases() if case.get("protocol") in ("http:", "https:")}
    assert len(hrefs) > 100
    assert {href for href in hrefs if httpx.URL(href).raw_host.decode() != host_of(href).strip("[]")} == set()
