"""Gold is read whole or every place that must be mended is named."""

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from harvester.errors import InputError
from harvester.gold import capture_of, plain_text, read_gold
from harvester.types import EPOCH
from tests.conftest import PROJECT
from tests.gold.making import BODY, PAGE, gold


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


def test_the_words_of_markdown_are_without_marks_and_notes() -> None:
    said = "# A *title*\n\nSome [words](https://a.example)[^1].\n\n| a | b |\n|---|---|\n| c | d |\n\n[^1]: A note.\n"
    assert plain_text(said).split() == ["A", "title", "Some", "words.", "a", "b", "c", "d"]


@given(st.text(st.sampled_from("ab \t\n*_`~[]()<>&\\#!-+1.|:;\u00e9\u3042"), max_size=80))
def test_lines_without_markup_are_read_as_the_whole_parser_reads_them(text: str) -> None:
    lines = []
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text):
        if token.type == "inline":
            lines.append("".join(c.content or (" " if c.type.endswith("break") else "") for c in token.children or ()))
        elif token.type in ("fence", "code_block"):
            lines.append(token.content)
    assert plain_text(text) == "\n".join(lines)
