"""What files of a site say against mining is known of every page that is archived, and holds for a day."""

from pathlib import Path

import pytest

from tests.conftest import NOW
from tests.fetch.loopback import Site, answer, fetch
from tests.test_fetching import GOOD, archived, reasons, run

DISALLOW = answer(b"User-Agent: *\nDisallow: /\n", content_type="text/plain")
FILES = ["/.well-known/tdmrep.json", "/ai.txt"]


def opt_outs(folder: Path, site: Site) -> dict[str, str | None]:
    """What is archived of each page of a site."""
    found = {capture.uri.removeprefix(site.root): capture.opt_out for capture in archived(folder)}
    return {path: said for path, said in found.items() if path not in (*FILES, "/robots.txt")}


def test_a_page_that_time_did_not_suffice_to_ask_about_is_not_asked_for(tmp_path: Path) -> None:
    with Site({"/a": GOOD, "/ai.txt": DISALLOW}) as site:
        short = run(tmp_path, f"{site.root}/a", opt_out_files=True, delay=0.3, run_seconds=0.5)
        assert (reasons(short), "/a" in site.targets) == ({"a": "budget"}, False)
        run(tmp_path, f"{site.root}/a", opt_out_files=True)
    assert opt_outs(tmp_path, site) == {"/a": "ai.txt disallow"}


def test_a_host_that_wants_to_be_left_alone_before_it_says_what_it_wants_gives_no_page(tmp_path: Path) -> None:
    busy = answer(b"", "Retry-After: 3600", status="429 Slow")
    with Site({"/a": GOOD, "/ai.txt": busy}) as site:
        result = run(tmp_path, f"{site.root}/a", opt_out_files=True)
    assert (reasons(result), site.targets) == ({"a": "retry-after"}, FILES)


def test_files_are_asked_for_again_when_they_are_a_day_old_within_a_run() -> None:
    with Site({"/a": GOOD, "/b": GOOD, "/c": GOOD, "/ai.txt": DISALLOW}) as site:

        def now() -> str:
            if "/a" not in site.targets:
                return "2024-05-06T07:08:09Z"
            site.pages.pop("/ai.txt", None)
            return "2024-05-07T07:08:09Z"

        pages = fetch(*(f"{site.root}/{name}" for name in "abc"), opt_out_files=True, now=now)
    assert site.targets == [*FILES, "/a", *FILES, "/b", "/c"]
    assert [page.captures[0].opt_out for page in pages] == ["ai.txt disallow", "", ""]


@pytest.mark.parametrize("file", [DISALLOW, answer(b"", status="404 Not Found")], ids=["file", "none"])
def test_an_answer_that_came_again_unchanged_serves_for_a_day_too(tmp_path: Path, file: bytes) -> None:
    dates = [NOW, "2026-01-04T12:00:00Z", "2026-01-05T11:59:59Z", "2026-01-05T12:00:00Z"]
    asked = []
    with Site({"/robots.txt": answer(b""), "/ai.txt": file} | {f"/{n}": GOOD for n in range(4)}) as site:
        for number, date in enumerate(dates):
            before = len(site.targets)
            run(tmp_path, f"{site.root}/{number}", robots=True, opt_out_files=True, now=date)
            asked.append(site.targets[before:])
    everything = ["/robots.txt", *FILES]
    assert asked == [[*everything, "/0"], [*everything, "/1"], ["/2"], [*everything, "/3"]]
