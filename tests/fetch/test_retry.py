"""What is tried again and when, what a server that wants to be left alone gets, and when a host is given up."""

import asyncio

import pytest

from harvester.fetch import Fetched, Known, fetch_pages
from harvester.fetch.politeness import FAILURES
from harvester.fetch.retry import back_off, retry_after
from harvester.settings import FetchSettings
from harvester.types import Capture, Header
from tests.fetch.loopback import DATE, OPEN, Behaviour, Site, answer, drip, fetch

DOWN = answer(b"", status="503 Service Unavailable")


def after(*bad: bytes | Behaviour) -> Behaviour:
    """The bad answers one by one, then a good one for ever."""
    left = list(bad)

    async def write(writer: asyncio.StreamWriter) -> None:
        page = left.pop(0) if left else answer()
        if isinstance(page, bytes):
            writer.write(page)
        else:
            await page(writer)

    return write


def only(page: bytes | Behaviour, **changed: object) -> tuple[Fetched, Site]:
    with Site({"/": page}) as site:
        [fetched] = fetch(f"{site.root}/", **{"retries": 2, "backoff": 0.0} | changed)
    return fetched, site


@pytest.mark.parametrize(
    "bad",
    [DOWN, answer(b"", status="429 Slow"), answer(b"", status="502 Bad"), b"", drip(b"HTTP/1.1 200 OK\r\n", b"", 60)],
)
def test_a_failure_that_may_pass_is_tried_again_and_the_last_answer_counts(bad: bytes | Behaviour) -> None:
    page, site = only(after(bad, bad), timeout=0.3)
    assert (page.reason, page.captures[0].status, page.tries, len(site.requests)) == (None, 200, 3, 3)
    page, site = only(after(bad, bad, bad), timeout=0.3)
    assert page.tries == len(site.requests) == 3
    assert page.reason in ("connection", "timeout") or page.captures[0].status in (429, 502, 503)


@pytest.mark.parametrize("bad", [answer(status="404 Not Found"), answer(status="501 No"), b"SSH-2.0\r\n\r\n"])
def test_a_failure_that_will_not_pass_is_not_tried_again(bad: bytes) -> None:
    page, site = only(bad)
    assert page.tries == len(site.requests) == 1


def test_the_pause_before_a_further_try_doubles_and_its_upper_half_is_chance() -> None:
    assert [back_off(n, 4.0, lambda: 0.0) for n in (1, 2, 3)] == [2.0, 4.0, 8.0]
    assert [back_off(n, 4.0, lambda: 0.999) for n in (1, 2)] == pytest.approx([4.0, 8.0], rel=0.01)
    _, site = only(after(DOWN), backoff=0.4)
    first, second = site.requests
    assert second.came - first.came >= 0.2


def test_a_server_that_names_a_time_is_left_alone_until_then_by_all_its_pages() -> None:
    slow = answer(b"", "Retry-After: 1", status="429 Slow")
    with Site({"/a": after(slow), "/b": answer()}) as site:
        pages = fetch(f"{site.root}/a", f"{site.root}/b", retries=1, backoff=0.0)
    assert [(page.reason, page.captures[0].status) for page in pages] == [(None, 200)] * 2
    assert site.targets == ["/a", "/a", "/b"]
    assert site.requests[1].came - site.requests[0].came >= 1


@pytest.mark.parametrize("value", ["301", "Mon, 06 May 2024 08:08:09 GMT", "99999999999999999999"])
def test_who_wants_to_be_left_alone_for_longer_than_a_run_waits_is(value: str) -> None:
    slow = answer(b"", f"Retry-After: {value}", status="503 Busy")
    with Site({"/a": slow, "/b": answer()}) as site:
        first, second = fetch(f"{site.root}/a", f"{site.root}/b", retries=2)
    assert (first.captures[0].status, first.tries, second.reason, site.targets) == (503, 1, "retry-after", ["/a"])
    assert first.not_before == second.not_before and str(first.not_before) > DATE
    assert second.detail == f"the host asked to be left alone until {first.not_before}"


def test_a_later_run_asks_when_the_time_has_come_and_not_before() -> None:
    with Site({"/a": answer()}) as site:
        [early] = fetch(f"{site.root}/a", known=Known(put_off={"127.0.0.1": "2024-05-06T07:08:10Z"}))
        [due] = fetch(f"{site.root}/a", known=Known(put_off={"127.0.0.1": DATE}))
    assert (early.reason, due.reason, site.targets) == ("retry-after", None, ["/a"])


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        (" 0 ", 0.0),
        ("-1", 0.0),
        ("1.5", 0.0),
        ("soon", 0.0),
        ("", 0.0),
        ("\u0663", 0.0),
        ("Mon, 06 May 2024 07:09:09 GMT", 60.0),
        ("Monday, 06-May-24 07:09:09 GMT", 60.0),
        ("Mon May  6 07:09:09 2024", 60.0),
        ("Sun, 05 May 2024 07:09:09 GMT", 0.0),
        ("Mon, 99 May 2024 07:09:09 GMT", 0.0),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_any_date_of_http(value: str, seconds: float) -> None:
    page = Capture("https://a.example/", DATE, b"", 503, headers=(Header("Retry-After", value),))
    assert retry_after(page, DATE) == seconds


def test_retry_after_means_nothing_on_a_good_answer() -> None:
    assert retry_after(Capture("https://a.example/", DATE, b"", 200, headers=(Header("Retry-After", "9"),)), DATE) == 0


@pytest.mark.parametrize("bad", [DOWN, b"", answer(b"", status="500 Oops")])
def test_a_host_that_fails_five_times_in_a_row_is_left_alone_and_others_are_not(bad: bytes) -> None:
    pages = {f"/{n}": bad for n in range(8)}
    with Site(pages) as site, Site({"/": answer()}, host="127.0.0.2") as other:
        found = fetch(*(site.root + path for path in pages), f"{other.root}/", retries=1, backoff=0.0)
    assert len(site.requests) == FAILURES == 5
    down = [page for page in found if page.reason == "host-down"]
    assert [page.url for page in down] == [f"{site.root}/{n}" for n in (3, 4, 5, 6, 7)]
    assert down[0].detail.startswith("5 failures in a row, the last: the server ")
    assert [page.reason for page in found if page.url == f"{other.root}/"] == [None]


def test_an_answer_in_between_ends_the_row_of_failures() -> None:
    pages = {f"/{n}": answer() if n == 4 else DOWN for n in range(9)}
    with Site(pages) as site:
        found = fetch(*(site.root + path for path in pages))
    assert (len(site.requests), [page.reason for page in found]) == (9, [None] * 9)


def test_a_bug_is_not_tried_again() -> None:
    asked = []

    def broken() -> str:
        asked.append(1)
        raise AssertionError("no clock")

    async def collect() -> list[Fetched]:
        settings = FetchSettings(**OPEN | {"retries": 3, "backoff": 0.0})
        return [page async for page in fetch_pages(["http://127.0.0.1:9/"], settings, now=broken)]

    with pytest.raises(ExceptionGroup):
        asyncio.run(collect())
    assert asked == [1]


def test_chance_is_handed_in() -> None:
    drawn = []

    def chance() -> float:
        drawn.append(1)
        return 0.5

    async def collect(url: str) -> list[Fetched]:
        settings = FetchSettings(**OPEN | {"retries": 2, "backoff": 0.0})
        return [page async for page in fetch_pages([url], settings, now=lambda: DATE, chance=chance)]

    with Site({"/": DOWN}) as site:
        asyncio.run(collect(f"{site.root}/"))
    assert drawn
