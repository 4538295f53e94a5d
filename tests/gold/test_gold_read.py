"""Gold is read whole or every place that must be mended is named."""

import hashlib
import os
from pathlib import Path

import pytest

from harvester.errors import InputError
from harvester.gold import capture_of, read_gold
from harvester.gold.words import plain_text
from harvester.types import EPOCH
from tests.conftest import PROJECT
from tests.gold.making import BODY, PAGE, gold

_LATER = 1 << 62
"""Nanoseconds since 1970: everything has changed before."""


def test_the_projects_own_gold_is_read_as_it_is() -> None:
    pages = read_gold(PROJECT / "seeds" / "gold")
    assert [page.name for page in pages] == sorted(
        path.name for path in (PROJECT / "seeds" / "gold").iterdir() if path.is_dir()
    )
    assert all(page.body and page.expect.must and page.expect.must_not and page.checked for page in pages)
    assert {page.content_type for page in pages} == {"text/html", "text/plain"}


def test_a_folder_says_what_is_expected_and_where_the_page_came_from(tmp_path: Path) -> None:
    gold(
        tmp_path / "g",
        "canals/harrow",
        body=BODY,
        expect='kind = "blog"\nlanguage = "en"\nauthors = []\nmust = ["ledger"]\n',
        provenance=(
            'url = "https://canals.example/harrow"\ncaptured = "2026-03-01T00:00:00Z"\n'
            'content_type = "text/html; charset=utf-8"\nchecked = false\n'
        ),
    )
    (page,) = read_gold(tmp_path / "g")
    assert (page.name, page.host, page.kind, page.language) == ("canals/harrow", "canals.example", "blog", "en")
    assert (page.expect.title, page.expect.authors, page.expect.must) == (None, (), ("ledger",))
    assert not page.checked and page.page_sha256 == hashlib.sha256(PAGE.encode()).hexdigest()
    capture = capture_of(page)
    assert (capture.uri, capture.fetched_at) == ("https://canals.example/harrow", "2026-03-01T00:00:00Z")
    assert (capture.body, capture.content_type) == (PAGE.encode(), "text/html; charset=utf-8")


def test_snippets_alone_or_a_body_alone_are_gold(tmp_path: Path) -> None:
    gold(tmp_path, "body", body=BODY)
    gold(tmp_path, "snippets", expect='must = ["ledger"]')
    body, snippets = read_gold(tmp_path)
    assert body.body == plain_text(BODY) and body.captured == EPOCH and body.checked
    assert snippets.body is None and snippets.url is None


def test_the_digest_of_gold_moves_with_the_gold_and_not_with_where_it_lies(tmp_path: Path) -> None:
    digests = []
    for root, body, expect in (("a", BODY, ""), ("b", BODY, ""), ("c", BODY + "x", ""), ("d", BODY, "# checked")):
        gold(tmp_path / root, body=body, expect=expect)
        digests.append(read_gold(tmp_path / root)[0].gold_sha256)
    assert digests[0] == digests[1] and len(set(digests)) == 3


@pytest.mark.parametrize(
    ("files", "line", "said"),
    [
        ({"expect": 'title = "x"\nmust_nto = ["y"]\n'}, ":2", "unknown key 'must_nto'; did you mean 'must_not'?"),
        ({"expect": 'url = "https://a.example/"\n'}, ":1", "it belongs into provenance.toml"),
        ({"expect": "\nmust = [3]\n"}, ":2", "must: Expected `str`"),
        ({"expect": 'must = [""]\n'}, ":1", "must: Expected `str` of length >= 1"),
        ({"expect": 'date = "yesterday"\n'}, ":1", "date: Expected `str` matching regex"),
        ({"expect": "title = \n"}, ":1", "not valid TOML"),
        ({"expect": b'title = "x"\nsite = "\xff"\n'}, ":2", "not UTF-8"),
        ({"body": b"\xff"}, ":1", "not UTF-8"),
        ({"provenance": 'url = "ftp://a.example/"\n'}, ":1", "url: Expected `str` matching regex"),
        ({"provenance": 'url = "http://[a.example/"\n'}, ":1", "url is no address"),
        ({"provenance": 'checked = "yes"\n'}, ":1", "checked: Expected `bool`"),
        ({"expect": 'page = "../../etc/passwd"\n'}, ":1", "outside-folder"),
        ({"expect": 'page = "/etc/passwd"\n'}, ":1", "outside-folder"),
        ({"expect": 'page = "nowhere.html"\n'}, ":1", "No such file"),
        ({"page": None, "expect": ""}, "", "no page.html (or page.txt …) in it"),
        ({"page": "", "expect": ""}, "", "empty: 0 bytes"),
        ({"expect": "a = " + "[" * 100_000}, "", "not valid TOML"),
    ],
)
def test_what_must_be_mended_is_named_in_a_line(tmp_path: Path, files: dict[str, str], line: str, said: str) -> None:
    folder = gold(tmp_path / "root", **files)  # type: ignore[arg-type]
    with pytest.raises(InputError) as caught:
        read_gold(tmp_path / "root")
    (problem,) = caught.value.problems
    assert problem.startswith(str(folder)) and f"{line}: " in problem and said in problem and "\n" not in problem


def test_every_folder_that_must_be_mended_is_named(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        gold(tmp_path, name, expect="tilte = 1" if name != "b" else "")
    with pytest.raises(InputError) as caught:
        read_gold(tmp_path)
    assert [Path(problem.split(":")[0]).parent.name for problem in caught.value.problems] == ["a", "c"]


def test_two_pages_in_a_folder_are_refused(tmp_path: Path) -> None:
    folder = gold(tmp_path, body=BODY)
    (folder / "page.txt").write_text("another")
    with pytest.raises(InputError, match=r"2 files page\.\* \(page\.html, page\.txt\)"):
        read_gold(tmp_path)


def test_a_page_that_is_a_link_out_of_its_folder_or_a_fifo_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    linked, waiting = (
        gold(tmp_path / "g", "linked", page=None, expect=""),
        gold(tmp_path / "g", "fifo", page=None, body=""),
    )
    (linked / "page.html").symlink_to(tmp_path / "secret")
    os.mkfifo(waiting / "page.html")
    with pytest.raises(InputError) as caught:
        read_gold(tmp_path / "g")
    assert ["not-regular" in p for p in caught.value.problems] == [True, False]
    assert "outside-folder" in caught.value.problems[1]


def test_a_folder_without_gold_and_one_that_is_not_there_say_how_to_make_some(tmp_path: Path) -> None:
    for root, said in ((tmp_path, "no gold in it"), (tmp_path / "none", "no such folder of gold")):
        with pytest.raises(InputError, match=f"{said}; make (one|some) with `harvest gold add"):
            read_gold(root)


def test_a_page_that_changed_after_it_was_read_is_not_scored(tmp_path: Path) -> None:
    folder = gold(tmp_path, body=BODY)
    (page,) = read_gold(tmp_path)
    (folder / "page.html").write_text("something else")
    with pytest.raises(InputError, match="changed while gold was read"):
        capture_of(page)


def test_a_page_whose_files_are_as_they_were_is_not_read_again(tmp_path: Path) -> None:
    folders = [gold(tmp_path, name, body=BODY, expect='must = ["ledger"]\n') for name in ("a", "b", "c", "d")]
    before = {page.name: page for page in read_gold(tmp_path, settled=_LATER)}
    state = (folders[0] / "gold.md").stat()
    (folders[0] / "gold.md").write_text(BODY.replace("ledger", "pledge"), "utf-8")
    os.utime(folders[0] / "gold.md", ns=(state.st_atime_ns, state.st_mtime_ns))  # the size and the time that it had
    (folders[1] / "provenance.toml").write_text("checked = false\n")
    (folders[2] / "notes.txt").write_text("no part of the gold")
    after = {page.name: page for page in read_gold(tmp_path, before, _LATER)}
    assert [after[name] is before[name] for name in "abcd"] == [False, False, True, True]
    assert after["a"].gold_sha256 != before["a"].gold_sha256
    assert not after["b"].checked


def test_a_file_that_may_change_unseen_vouches_for_nothing(tmp_path: Path) -> None:
    gold(tmp_path / "g", "plain", body=BODY)
    shared = gold(tmp_path / "g", "linked", page=None, body=BODY)
    (shared / "page.html").symlink_to(shared / "real.html")
    (shared / "real.html").write_text(PAGE, "utf-8")
    gold(tmp_path / "g", "named", page=None, body=BODY, expect='page = "pages/a.html"\n')
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a.html").write_text(PAGE, "utf-8")
    changed = max(path.stat().st_ctime_ns for path in (tmp_path / "g" / "plain").iterdir())
    assert {page.name: page.files != () for page in read_gold(tmp_path / "g", settled=_LATER)} == {
        "linked": False,
        "named": False,
        "plain": True,
    }
    assert not any(page.files for page in read_gold(tmp_path / "g", settled=changed))


def test_a_page_that_became_a_link_out_of_its_folder_is_refused_though_it_was_known(tmp_path: Path) -> None:
    folder = gold(tmp_path / "g", body=BODY)
    before = {page.name: page for page in read_gold(tmp_path / "g", settled=_LATER)}
    (folder / "page.html").rename(tmp_path / "page.html")
    (folder / "page.html").symlink_to(tmp_path / "page.html")
    with pytest.raises(InputError, match="outside-folder"):
        read_gold(tmp_path / "g", before, _LATER)
