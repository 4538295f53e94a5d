"""When a host is asked, how many are asked at once, and how results reach the consumer."""

import asyncio
import itertools
import time
from contextlib import aclosing

import pytest

from harvester.fetch import Fetched, fetch_pages
from harvester.settings import FetchSettings
from tests.fetch.loopback import DATE, OPEN, Site, answer, drip, fetch, redirect


def test_requests_to_a_host_are_never_closer_together_than_the_delay() -> None:
    with Site({"/1": answer(), "/2": redirect("/3"), "/3": answer()}) as site:
        other = site.root.replace("127.0.0.1", "localhost")
        pages = fetch(f"{site.root}/1", f"{site.root}/2", f"{other}/1", f"{site.root}/missing", delay=0.2)
    assert len(pages) == 4
    same = [request for request in site.requests if "Host: 127" in request.head]
    assert [request.target for request in same] == ["/1", "/2", "/3", "/missing"]
    gaps = [later.came - earlier.answered for earlier, later in itertools.pairwise(same)]
    assert min(gaps) >= 0.2
    assert max(gaps) < 1


def test_a_redirect_to_another_host_waits_for_that_hosts_turn() -> None:
    with Site({"/": answer(), "/b": answer()}, host="127.0.0.2") as target:
        pages = {"/": redirect(f"{target.root}/b")}
        with Site(pages) as source:
            fetch(f"{target.root}/", f"{source.root}/", delay=0.3)
    first, second = target.requests
    assert second.came - first.answered >= 0.3


def test_hosts_are_asked_side_by_side_but_only_as_many_as_the_settings_say() -> None:
    running: list[int] = [0, 0]

    async def busy(writer: asyncio.StreamWriter) -> None:
        running[0] += 1
        running[1] = max(running)
        await asyncio.sleep(0.2)
        running[0] -= 1
        writer.write(answer())

    sites = [Site({"/": busy}, host=f"127.0.0.{n}") for n in (1, 2, 3)]
    with sites[0], sites[1], sites[2]:
        urls = [f"{site.root}/" for site in sites for _ in range(2)]
        for hosts in (1, 2, 3):
            running[:] = [0, 0]
            assert sorted(page.url for page in fetch(*urls, hosts=hosts)) == sorted(urls)
            assert running[1] == hosts


def test_a_slow_consumer_holds_the_fetching_back() -> None:
    async def consume(urls: list[str]) -> list[int]:
        seen = []
        settings = FetchSettings(**OPEN | {"hosts": 2})
        async for _ in fetch_pages(urls, settings, now=lambda: DATE):
            await asyncio.sleep(0.05)
            seen.append(len(first.requests) + len(second.requests))
        return seen

    pages = {f"/{n}": answer() for n in range(6)}
    with Site(pages) as first, Site(pages, host="127.0.0.2") as second:
        seen = asyncio.run(consume([f"{site.root}/{n}" for site in (first, second) for n in range(6)]))
    assert len(seen) == 12
    assert all(asked <= taken + 2 for taken, asked in enumerate(seen))


def test_a_consumer_that_leaves_early_stops_the_fetching() -> None:
    async def first_only(urls: list[str]) -> Fetched:
        settings = FetchSettings(**OPEN | {"hosts": 2})
        async with aclosing(fetch_pages(urls, settings, now=lambda: DATE)) as pages:
            page = await anext(pages)
        assert len(asyncio.all_tasks()) == 1
        return page

    with Site({"/": answer(), "/slow": drip(b"", b"", 60)}) as site, Site({}, host="127.0.0.2") as other:
        urls = [f"{site.root}/", f"{site.root}/slow", *(f"{other.root}/{n}" for n in range(50))]
        began = time.monotonic()
        assert asyncio.run(first_only(urls)).reason is None
    assert time.monotonic() - began < 5
    assert len(other.requests) < 50


def test_a_bug_is_let_out_and_not_named_a_failure() -> None:
    def broken() -> str:
        raise AssertionError("no clock")

    with Site({"/": answer()}) as site, pytest.raises(ExceptionGroup) as caught:
        fetch(f"{site.root}/", now=broken)
    assert [repr(error) for error in caught.value.exceptions] == ["AssertionError('no clock')"]


def test_no_addresses_give_no_pages() -> None:
    assert fetch() == []
