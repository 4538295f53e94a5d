"""Where pages lie and what they are called: paths, URLs, duplicates, names, folders."""

import hashlib
import os
from pathlib import Path

import pytest

from harvester.errors import InputError, StorageError
from harvester.index import read_index
from harvester.types import path_id, url_id
from tests.conftest import as_nobody
from tests.index.conftest import Index, Problems


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        ("../x.html", "'../x.html' leads out of the index's folder: move the page below it"),
        ("sub/../../x.html", "'sub/../../x.html' leads out of the index's folder: move the page below it"),
        ("..%2Fx.html", "'..%2Fx.html' leads out of the index's folder: move the page below it"),
        ("/etc/passwd", "'/etc/passwd' is an absolute path: write it relative to the index, below its folder"),
        ("//x.org/a", "'//x.org/a' is an absolute path: write it relative to the index, below its folder"),
        (
            "javascript:alert(1)",
            "unknown scheme 'javascript': list an http or https URL, or a path relative to the index",
        ),
        ("file:a.html", "unknown scheme 'file': list an http or https URL, or a path relative to the index"),
        ("FTP://x.org/", "unknown scheme 'ftp': list an http or https URL, or a path relative to the index"),
        (
            "https://u:secret@x.org/",
            "the URL of 'x.org' holds a user name or password: remove what stands before the @",
        ),
        ("https://u:secret@[x/", "'https://…@[x/' is no valid URL: correct it"),
        ("https://", "'https://' is no valid URL: correct it"),
        (
            "%00.html",
            "missing file '%00.html': add it below '.', correct the path, or begin a web address with https://",
        ),
        (
            "%FF.html",
            "missing file '%FF.html': add it below '.', correct the path, or begin a web address with https://",
        ),
    ],
)
def test_a_page_that_cannot_be_taken_is_an_error(problems: Problems, target: str, problem: str) -> None:
    assert problems(f"- words\n- [x]({target})\n") == (f"x.md:2: {problem}",)


def test_all_problems_are_named_at_once_in_the_order_of_lines(problems: Problems) -> None:
    text = "- [a](a.html)\n  - date: soon\n  - title: T\n  - title: U\n- nope.html\n- <me@x.org>\n- [b](./a.html#x)\n"
    assert [problem.split(":")[1] for problem in problems(text)] == ["2", "4", "5", "6", "7"]
    assert problems(text)[-1] == "x.md:7: duplicate page 'a.html', first listed in line 1: remove one of the two"


@pytest.mark.parametrize(
    "text",
    [
        "- https://x.org/a\n- HTTPS://X.org:443/a#b\n",
        "- https://x.org\n- [a](a.html)\n  - url: https://x.org/\n",
        "- [a](a.html)\n- [a](a.html)\n  - url: https://x.org/\n",
        "- [a](a.html)\n  - url: https://x.org/\n- [a](a.html)\n",
    ],
)
def test_a_page_listed_twice_is_an_error(problems: Problems, text: str) -> None:
    (problem,) = problems(text)
    assert "duplicate page" in problem
    assert "first listed in line 1" in problem


def test_a_url_entry_may_not_state_another_address(problems: Problems, index: Index) -> None:
    (problem,) = problems("- https://x.org\n  - url: https://y.org\n")
    assert problem == "x.md:1: two addresses, 'https://x.org' and 'https://y.org/': list each page by itself"
    assert index("- https://x.org\n  - url: https://x.org/\n").seeds[0].id == url_id("https://x.org/")


def test_only_the_name_of_a_file_is_looked_up(index: Index) -> None:
    index("")
    os.mkfifo("pipe.html")
    os.symlink("/nowhere", "dangling.html")
    assert len(index("- pipe.html\n- dangling.html\n").seeds) == 2


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("My Pages/INDEX.md", "my-pages"),
        ("My Pages/index.txt", "my-pages"),
        ("x/Été 2.list", "ete-2"),
        ("x/日.md", "corpus-" + hashlib.sha256("日".encode()).hexdigest()[:8]),
    ],
)
def test_the_corpus_is_named_after_the_index_or_its_folder(tmp_path: Path, path: str, name: str) -> None:
    file = tmp_path / path
    file.parent.mkdir()
    (file.parent / "a.html").touch()
    file.write_text("- a.html\n" if file.suffix == ".md" else "a.html\n")
    listing = read_index(str(file))
    assert (listing.name, listing.folder, listing.seeds[0].path) == (name, str(file.parent), "a.html")


def test_an_index_named_by_its_bare_name_takes_the_current_folder(index: Index, tmp_path: Path) -> None:
    (tmp_path / "My Corpus").mkdir()
    os.chdir(tmp_path / "My Corpus")
    listing = index("", "INDEX.md")
    assert (listing.name, listing.folder) == ("my-corpus", ".")


@pytest.mark.parametrize("name", ["none.md", "x.md/none.md", ""])
def test_a_missing_index_says_what_to_do(index: Index, name: str) -> None:
    index("")
    with pytest.raises(InputError) as caught:
        read_index(name)
    assert caught.value.problems == (f"{name}: no such index: run `harvest init` to begin one, or name another",)


def test_a_folder_gives_its_pages_sorted_by_path(tmp_path: Path) -> None:
    for page in ("b.HTML", "a/z.txt", "a.htm", "a/y.xhtml", "é.html"):
        (tmp_path / page).parent.mkdir(exist_ok=True)
        (tmp_path / page).touch()
    for other in (".hidden.html", "INDEX.html", "INDEX.txt", "notes.md", "x.png", "a/.git/x.html"):
        (tmp_path / other).parent.mkdir(exist_ok=True)
        (tmp_path / other).touch()
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "link.html").symlink_to("a.htm")
    listing = read_index(str(tmp_path))
    assert [seed.path for seed in listing.seeds] == ["a.htm", "a/y.xhtml", "a/z.txt", "b.HTML", "link.html", "é.html"]
    assert {(seed.file, seed.line) for seed in listing.seeds} == {(str(tmp_path), 0)}
    assert listing.seeds[0].id == path_id("a.htm")
    assert listing.folder == str(tmp_path)


def test_a_page_whose_name_looks_like_a_url_or_holds_a_mark_is_found_in_a_folder(tmp_path: Path) -> None:
    for page in ("a%20b.html", "q?x#y.html", "http:x.html"):
        (tmp_path / page).touch()
    assert [seed.path for seed in read_index(str(tmp_path)).seeds] == ["a%20b.html", "http:x.html", "q?x#y.html"]


def test_a_file_name_that_is_not_utf_8_is_an_error(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.html")).touch()
    with pytest.raises(InputError, match=r":0: the file name .* is not UTF-8: rename it$"):
        read_index(str(tmp_path))


def test_a_folder_that_cannot_be_read_is_a_storage_error(open_folder: Path) -> None:
    read_index(str(open_folder))  # with every module loaded: nobody may not read the interpreter's
    (open_folder / "shut").mkdir(mode=0)
    with as_nobody(), pytest.raises(StorageError, match="shut"):
        read_index(str(open_folder))
