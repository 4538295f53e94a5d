"""Folds share no site and no near-copies."""

from harvester.judge.bench_file import BenchPage
from harvester.learn.folds import folds, registered_domain, sites


def page(url: str | None, *lines: str) -> BenchPage:
    return BenchPage("", "".join(f"<p>{line}</p>" for line in lines), "", url)


def test_a_site_is_in_one_fold_whatever_the_host() -> None:
    hosts = ("www.example.co.uk", "news.example.co.uk", "example.co.uk")
    pages = [page(f"https://{host}/{n}", f"{host} {n}") for n in range(4) for host in (*hosts, f"other{n}.org")]
    found = folds(pages, 5)
    assert len({fold for fold, p in zip(found, pages, strict=True) if "example" in str(p.url)}) == 1
    assert set(found) == {0, 1, 2, 3, 4}


def test_pages_that_repeat_one_another_are_in_one_fold() -> None:
    copied = [f"Line {n} of a text that two sites printed, long enough to be no accident at all." for n in range(3)]
    pages = [page("https://a.org/", *copied), page("https://b.org/", "Its own."), page(None, *copied, "And more.")]
    first, other, copy = folds(pages, 2)
    assert first == copy != other


def test_the_same_source_is_in_one_fold_however_short() -> None:
    found = folds([page(None, "Short."), page(None, "Other."), page(None, "Short.")], 3)
    assert found[0] == found[2] != found[1]


def test_pages_of_a_name_are_together() -> None:
    pages = [page(f"https://site{n}.org/", f"Page {n}") for n in range(6)]
    assert sites(pages, ["de", "fr", None, "de", "fr", None]) == [0, 1, 2, 0, 1, 5]


def test_a_line_or_two_in_common_join_nothing() -> None:
    notice = "We use cookies to make this site work, and would like to set others to improve it."
    assert len(set(folds([page("https://a.org/", notice, "A."), page("https://b.org/", notice, "B.")], 2))) == 2


def test_the_registered_domain() -> None:
    assert registered_domain("https://news.example.co.uk/a?b") == "example.co.uk"
    assert registered_domain("http://localhost:80/x") == "localhost:80"
    assert registered_domain("no address") == "no address"
