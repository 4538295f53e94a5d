"""What robots.txt forbids, what an answer without rules means, and that it is asked for before anything else."""

import itertools
import json

import pytest

from harvester.errors import PageError
from harvester.fetch import Known, robots_url
from harvester.fetch.robots import agent_token, parse, read_robots
from harvester.types import Capture, Header
from tests.conftest import PROJECT, shared
from tests.fetch.loopback import DATE, Site, answer, drip, fetch, redirect

US = "harvester"
FORBID = "User-agent: *\nDisallow: /"


def allowed(robots: str | bytes, path: str, agent: str = US) -> bool:
    body = robots.encode() if isinstance(robots, str) else robots
    return bool(parse(body, agent).can_fetch(f"https://example.org{path}", "us"))


@pytest.mark.parametrize(
    ("robots", "path", "expected"),
    [
        ("", "/a", True),
        (FORBID, "/a", False),
        (FORBID, "/robots.txt", True),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: Harvester\nDisallow: /", "/a", False),
        ("User-agent: harvester/0.1\nDisallow: /", "/a", False),
        ("User-agent: harvest\nDisallow: /", "/a", True),
        ("User-agent: harvester-news\nDisallow: /", "/a", True),
        ("User-agent: news-harvester\nDisallow: /", "/a", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: harvester\nDisallow: /b", "/a", True),
        (
            "User-agent: harvester\nDisallow: /b\nUser-agent: other\nDisallow: /c\nUser-agent: harvester\nDisallow: /a",
            "/a",
            False,
        ),
        ("User-agent: one\nUser-agent: harvester\nDisallow: /a", "/a/b", False),
        ("User-agent: harvester\nSitemap: https://example.org/s.xml\nUser-agent: one\nDisallow: /a", "/a", False),
        ("User-agent: harvester\nContent-Signal: ai-train=no\nUser-agent: one\nDisallow: /a", "/a", False),
        ("Disallow: /a\nUser-agent: *\nDisallow: /b", "/a", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("User-agent: *\nAllow: /a\nDisallow: /a/b", "/a/b/c", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf?z", True),
        ("User-agent: *\nDisallow: /a*b", "/a/x/b/c", False),
        ("User-agent: *\nDisallow: /A", "/a", True),
        ("User-agent: *\nDisallow: /x?y=1", "/x?y=12", False),
        ("User-agent: *\nDisallow: /caf\u00e9", "/caf%C3%A9", False),
        ("User-agent: *\nDisallow: /caf%c3%a9", "/caf%C3%A9", False),
        ("User-agent: *\nDisallow: /%61", "/a", False),
        ("User-agent: *\nDisallow: /a%2Fb", "/a/b", True),
        ("\ufeffUser-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\r\nDisallow: /a\rDisallow: /b", "/b", False),
        ("User-agent: *\nDisallow: /a\x0cAllow: /a", "/a", True),
        ("  User-Agent :  *  # all\n\tdisallow :\t/a # not this", "/a", False),
        ("User-agent * \nDisallow /a", "/a", False),
        (b"User-agent: *\nDisallow: /\xff\x00\nDisallow: /a", "/a", False),
        ("<html><body>User-agent: *</body></html>\nDisallow: /", "/a", True),
    ],
)
def test_the_rules_that_hold_for_us_are_found_and_the_longest_match_decides(
    robots: str | bytes, path: str, expected: bool
) -> None:
    assert allowed(robots, path) is expected


@pytest.mark.parametrize(
    ("agent", "token"),
    [
        ("harvester/0.1 (+https://a.example)", "harvester"),
        ("My-Bot_x 2", "My-Bot_x"),
        ("2bots", ""),
        ("Mozilla/5.0", "Mozilla"),
    ],
)
def test_the_product_token_is_what_the_agent_string_begins_with(agent: str, token: str) -> None:
    assert agent_token(agent) == token


def test_googles_cases_are_judged_as_google_does_but_for_those_that_the_docs_explain() -> None:
    cases = json.loads((shared("hostile/robots-google") / "robots_google.json").read_bytes())
    different = {
        f"{case['test']}: {case['url']}: {case['robots'].splitlines()[-1]}"
        for case in cases
        if parse(case["robots"].encode(), case["agent"]).can_fetch(case["url"], "us") != case["allowed"]
    }
    assert len(cases) == 142 and len(cases) - len(different) >= 130
    docs = (PROJECT / "docs" / "fetching.md").read_text("utf-8")
    listed = {line.split("`")[1] for line in docs.splitlines() if line.startswith("| `ID_")}
    assert different == listed


@pytest.mark.parametrize(
    "status", ["400 Bad Request", "401 No", "403 Forbidden", "404 Not Found", "410 Gone", "451 No"]
)
def test_a_robots_txt_that_is_not_there_allows_everything(status: str) -> None:
    with Site({"/robots.txt": answer(FORBID.encode(), status=status), "/a": answer()}) as site:
        [page] = fetch(f"{site.root}/a", robots=True)
    assert (page.reason, [c.status for c in page.robots]) == (None, [int(status[:3])])


@pytest.mark.parametrize("status", ["500 Oops", "503 Busy", "429 Slow down"])
def test_a_server_that_is_at_fault_is_asked_for_nothing_now(status: str) -> None:
    with Site({"/robots.txt": answer(b"", status=status), "/a": answer()}) as site:
        [page] = fetch(f"{site.root}/a", robots=True)
    assert site.targets == ["/robots.txt"]
    assert page.detail == f"robots.txt cannot be read for now: the server answered {status[:3]}"
    assert (page.reason, [c.status for c in page.robots], page.captures) == ("robots", [int(status[:3])], ())


def test_a_robots_txt_that_does_not_come_whole_forbids_for_now() -> None:
    for robots in (drip(b"", b"", 60), b"SSH-2.0\r\n\r\n", answer(b"abc", "Content-Encoding: br")):
        with Site({"/robots.txt": robots, "/a": answer()}) as site:
            [page] = fetch(f"{site.root}/a", robots=True, timeout=0.2)
        assert (page.reason, site.targets) == ("robots", ["/robots.txt"])
        assert page.detail.startswith("robots.txt cannot be read for now: ")


def test_a_host_that_cannot_be_reached_is_named_so_and_not_a_matter_of_robots_txt() -> None:
    [page] = fetch("http://no-such-host.invalid/", robots=True)
    assert (page.reason, page.detail) == ("dns", "robots.txt: the host name does not resolve")
    [page] = fetch("http://127.0.0.1/", robots=True, allow_private=False)
    assert (page.reason, page.detail) == ("private-address", "robots.txt: the host has an address that is not public")


def test_five_redirects_of_robots_txt_are_followed_and_behind_more_there_are_no_rules() -> None:
    hops = {f"/{n}": redirect(f"/{n - 1}") for n in range(1, 6)} | {"/0": answer(FORBID.encode()), "/a": answer()}
    with Site(hops | {"/robots.txt": redirect("/4")}) as site:
        [five] = fetch(f"{site.root}/a", robots=True)
    with Site(hops | {"/robots.txt": redirect("/5")}) as site:
        [six] = fetch(f"{site.root}/a", robots=True)
    assert (five.reason, five.detail, len(five.robots)) == ("robots", "robots.txt forbids it", 6)
    assert (six.reason, len(six.robots)) == (None, 6)


def test_half_a_megabyte_is_read_and_no_more() -> None:
    lines = b"# a comment to fill the file with\n" * 16_000
    before, behind = FORBID.encode() + b"\n" + lines, lines + FORBID.encode()
    for body, reason in ((before, "robots"), (behind, None)):
        with Site({"/robots.txt": answer(body), "/a": answer()}) as site:
            [page] = fetch(f"{site.root}/a", robots=True, max_bytes=600_000)
        assert (page.reason, len(page.robots[0].body)) == (reason, 524_288)
        assert page.robots[0].truncated == "length"
    with Site({"/robots.txt": answer(b"#" * 524_288), "/a": answer()}) as site:
        assert fetch(f"{site.root}/a", robots=True)[0].robots[0].truncated is None


def test_robots_txt_is_asked_for_once_before_the_first_page_and_for_each_port_apart() -> None:
    pages = {"/a": answer(), "/b": answer(), "/c": redirect("/b")}
    with Site(pages) as one, Site(pages | {"/robots.txt": answer(FORBID.encode())}) as two:
        found = fetch(*(f"{site.root}{path}" for path in pages for site in (one, two)), robots=True)
    assert one.targets == ["/robots.txt", "/a", "/b", "/c", "/b"]
    assert two.targets == ["/robots.txt"]
    assert sorted(str(page.reason) for page in found) == ["None"] * 3 + ["robots"] * 3
    assert [len(page.robots) for page in found] == [1, 1, 0, 0, 0, 0]


def test_a_redirect_into_what_another_host_forbids_is_not_followed() -> None:
    closed = Site({"/robots.txt": answer(FORBID.encode()), "/a": answer()}, host="127.0.0.2")
    with closed, Site({"/": redirect(f"{closed.root}/a")}) as site:
        [page] = fetch(f"{site.root}/", robots=True)
    assert closed.targets == ["/robots.txt"]
    assert (page.reason, [c.status for c in page.captures]) == ("robots", [302])
    assert [c.uri for c in page.robots] == [f"{site.root}/robots.txt", f"{closed.root}/robots.txt"]


def test_a_crawl_delay_is_kept_where_it_is_longer_than_ours() -> None:
    pages = {"/robots.txt": answer(b"User-agent: *\nCrawl-delay: .3"), "/a": answer(), "/b": answer()}
    with Site(pages) as site:
        fetch(f"{site.root}/a", f"{site.root}/b", robots=True, delay=0.1)
    gaps = [later.came - earlier.came for earlier, later in itertools.pairwise(site.requests)]
    assert gaps[0] >= 0.1 and gaps[1] >= 0.3


def test_a_crawl_delay_of_more_than_thirty_seconds_leaves_the_host_out() -> None:
    with Site({"/robots.txt": answer(b"User-agent: *\nCrawl-delay: 31"), "/a": answer()}) as site:
        [page] = fetch(f"{site.root}/a", robots=True)
    assert page.detail == "crawl-delay of 31 seconds: more than the 30 we keep"
    assert (page.reason, site.targets) == ("robots", ["/robots.txt"])


def test_without_robots_nobody_asks_for_it() -> None:
    with Site({"/robots.txt": answer(FORBID.encode()), "/a": answer()}) as site:
        [page] = fetch(f"{site.root}/a", robots=False)
    assert (page.reason, site.targets) == (None, ["/a"])


def test_an_answer_that_is_held_serves_for_a_day_and_is_asked_for_again_after_that() -> None:
    with Site({"/a": answer(), "/b": answer()}) as site:
        place = robots_url(site.root)
        held = Capture(place, "2024-05-05T08:00:00Z", FORBID.encode(), 200, headers=(Header("x", "y"),))
        [page] = fetch(f"{site.root}/a", robots=True, known=Known(site_file={place: held}.get))
        assert (page.reason, page.robots) == ("robots", ())
        held = Capture(place, "2024-05-05T08:00:00Z", b"User-agent: *\nDisallow: /b", 200)
        pages = fetch(
            f"{site.root}/a",
            f"{site.root}/b",
            robots=True,
            known=Known(site_file={place: held}.get),
            now=lambda: "2024-05-06T08:00:00Z" if site.targets else "2024-05-06T07:59:59Z",
        )
    assert [page.reason for page in pages] == [None, None]
    assert site.targets == ["/a", "/robots.txt", "/b"]


def test_what_an_answer_means_does_not_depend_on_where_it_comes_from() -> None:
    rules = read_robots(Capture("https://a.example/robots.txt", DATE, b"", 503), US)
    with pytest.raises(PageError, match=r"^robots: robots.txt cannot be read for now: the server answered 503"):
        rules.check("https://a.example/b")
    assert read_robots(PageError("redirect", "x"), US).rules is None
