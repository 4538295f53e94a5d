"""Gold in the formats of others becomes gold of ours, and what cannot is named."""

import gzip
import json
from pathlib import Path

import pytest

from harvester.errors import InputError
from harvester.gold import read_gold
from harvester.gold.flatten import as_markdown, flat_text
from harvester.gold.formats import FORMATS
from harvester.gold.importing import Imported, import_gold
from harvester.gold.words import bag, fold, plain_text
from harvester.judge.bench_file import read_pages
from harvester.settings import FetchSettings, Settings
from tests.conftest import NOW, Harvest, shared, tree
from tests.fetch.loopback import OPEN, Site, answer
from tests.gold.making import BODY, PAGE

URL = "https://canals.example/harrow"
SETTINGS = Settings(fetch=FetchSettings(**OPEN))  # type: ignore[arg-type]


def do(form: str, path: Path, root: Path, fetch: bool = False) -> Imported:
    return import_gold(form, path, root, settings=SETTINGS, now=lambda: NOW, fetch=fetch)


def put(path: Path, content: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = content if isinstance(content, str | bytes) else json.dumps(content)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


ENTRY = {
    "file": "lock.html",
    "author": "Ada Reed; B. Lock",
    "title": "The lock keeper",
    "date": "2026-01-02",
    "with": ["ledger", ""],
    "without": ["Subscribe"],
}


@pytest.mark.parametrize("source", ["json", "python"])
def test_trafilatura(tmp_path: Path, source: str) -> None:
    put(tmp_path / "eval" / "lock.html", PAGE)
    if source == "json":
        file = put(tmp_path / "gold.json", {URL: ENTRY})
    else:
        file = put(tmp_path / "evaldata.py", f"# pages\nEVAL_PAGES = {{\n  {URL!r}: {ENTRY!r},\n}}\n")
    assert do("trafilatura", file, tmp_path / "out").problems == ()
    (page,) = read_gold(tmp_path / "out")
    assert (page.name, page.url, page.expect.must, page.expect.must_not) == (
        "canals.example-harrow",
        URL,
        ("ledger",),
        ("Subscribe",),
    )
    assert (page.expect.authors, page.expect.date, page.expect.site) == (("Ada Reed", "B. Lock"), "2026-01-02", None)
    assert page.body is None and not page.checked and Path(page.page).read_text() == PAGE


def test_wcxb(tmp_path: Path) -> None:
    truth = {
        "title": "T",
        "author": "A, B",
        "publish_date": "2025-09-04",
        "main_content": BODY,
        "with": ["ledger"],
        "without": ["Home"],
    }
    put(
        tmp_path / "dev" / "ground-truth" / "0001.json",
        {
            "schema_version": "2.0",
            "url": URL,
            "file_id": "0001",
            "_internal": {"page_type": {"primary": "article"}},
            "ground_truth": truth,
        },
    )
    put(tmp_path / "dev" / "html" / "0001.html.gz", gzip.compress(PAGE.encode()))
    assert do("wcxb", tmp_path, tmp_path / "out").problems == ()
    (page,) = read_gold(tmp_path / "out")
    assert (page.name, page.kind, page.url, page.expect.authors) == ("dev/0001", "article", URL, ("A", "B"))
    assert bag(page.body or "") == bag(BODY) and Path(page.page).read_text() == PAGE


def test_scrapinghub(tmp_path: Path) -> None:
    put(tmp_path / "ground-truth.json", {"ab12": {"articleBody": BODY, "url": URL}})
    put(tmp_path / "html" / "ab12.html.gz", gzip.compress(PAGE.encode()))
    assert do("scrapinghub", tmp_path, tmp_path / "out").pages == ("ab12",)
    (page,) = read_gold(tmp_path / "out")
    assert bag(page.body or "") == bag(BODY) and page.url == URL


def test_readability(tmp_path: Path) -> None:
    put(tmp_path / "pages" / "001" / "source.html", PAGE)
    put(
        tmp_path / "pages" / "001" / "expected.html",
        "<div id=x><p>Every <em>morn</em>ing<br>at six.</p><ul><li>1. one</li></ul></div>",
    )
    put(
        tmp_path / "pages" / "001" / "expected-metadata.json",
        {"title": "T", "byline": "A", "lang": "en-GB", "siteName": None, "publishedTime": "2020-01-02T03:04:05Z"},
    )
    assert do("readability", tmp_path / "pages", tmp_path / "out").pages == ("001",)
    (page,) = read_gold(tmp_path / "out")
    assert (page.body or "").split("\n") == ["Every morning at six.", "1. one"]
    assert (page.language, page.expect.date, page.expect.site, page.expect.authors) == ("en", "2020-01-02", None, None)


def test_web_poet(tmp_path: Path) -> None:
    folder = tmp_path / "fixtures" / "site.pages.Article" / "test-1"
    put(folder / "inputs" / "HttpResponse-body.html", PAGE)
    put(
        folder / "inputs" / "HttpResponse-info.json",
        {"url": URL, "status": 200, "headers": [["Content-Type", "text/html; charset=utf-8"]], "_encoding": "utf-8"},
    )
    put(
        folder / "output.json",
        {
            "headline": "T",
            "articleBody": BODY,
            "authors": [{"name": "A", "nameRaw": "By A"}],
            "datePublished": "2024-05-06T00:00:00Z",
        },
    )
    put(folder / "meta.json", {"frozen_time": "2024-06-01T10:00:00Z"})
    assert do("web-poet", tmp_path / "fixtures", tmp_path / "out").pages == ("site.pages.Article/test-1",)
    (page,) = read_gold(tmp_path / "out")
    assert (page.url, page.captured, page.content_type) == (URL, "2024-06-01T10:00:00Z", "text/html; charset=utf-8")
    assert (page.expect.title, page.expect.authors, page.expect.date) == ("T", ("A",), "2024-05-06")


def test_ftr_site_config_says_that_it_holds_no_pages_and_fetches_them_if_told_to(tmp_path: Path) -> None:
    with Site({"/lock": answer(PAGE.encode()), "/gone": answer(b"no", status="404 Not Found")}) as site:
        put(
            tmp_path / "canals.txt",
            f"title: //h1\ntest_url: {site.root}/lock\ntest_contains: ledger\ntest_contains: lime, barley\n"
            f"test_url: {site.root}/gone\ntest_contains: x\ntest_url: {site.root}/none\n",
        )
        without = do("ftr-site-config", tmp_path / "canals.txt", tmp_path / "out")
        assert without.pages == () and "holds no page; --fetch gets" in str(without.problems)
        assert site.requests == []
        done = do("ftr-site-config", tmp_path / "canals.txt", tmp_path / "out", fetch=True)
    assert len(done.pages) == 1
    assert [str(p).split(": ")[0].rpartition(":")[2] for p in done.problems] == ["7", "5"], "the lines of the file"
    (page,) = read_gold(tmp_path / "out")
    assert page.expect.must == ("ledger", "lime, barley") and page.captured == NOW


def test_a_path_that_leads_out_of_the_folder_is_refused_and_the_others_are_imported(tmp_path: Path) -> None:
    put(tmp_path / "secret.html", "secret")
    put(tmp_path / "set" / "lock.html", PAGE)
    (tmp_path / "set" / "cache").mkdir()
    (tmp_path / "set" / "cache" / "link.html").symlink_to(tmp_path / "secret.html")
    entries = {
        f"https://a.example/{n}": {"file": f, "with": ["x"]}
        for n, f in enumerate(["../secret.html", str(tmp_path / "secret.html"), "link.html", "a\x00b", "lock.html"])
    }
    file = put(tmp_path / "set" / "gold.json", entries)
    done = do("trafilatura", file, tmp_path / "out")
    assert done.pages == ("a.example-4",) and len(done.problems) == 4
    assert all(f"{file}: https://a.example/{n}: " in str(p) for n, p in enumerate(done.problems))
    assert b"secret" not in b"".join(tree(tmp_path / "out").values())
    key = put(tmp_path / "hub" / "ground-truth.json", {"../../secret": {"articleBody": "x"}})
    assert "is no name of a page" in str(do("scrapinghub", key.parent, tmp_path / "out").problems[0])


def test_what_stands_twice_and_what_exists_is_said_and_left(tmp_path: Path) -> None:
    put(tmp_path / "html" / "a.html", PAGE)
    put(tmp_path / "ground-truth.json", '{"a": {"articleBody": "one"}, "a": {"articleBody": "two"}}')
    first = do("scrapinghub", tmp_path, tmp_path / "out")
    assert first.pages == ("a",) and "stands there twice" in str(first.problems[0])
    assert read_gold(tmp_path / "out")[0].body == "one"
    again = do("scrapinghub", tmp_path, tmp_path / "out")
    assert again.pages == () and "exists already" in str(again.problems[0])


def test_ids_of_one_name_get_folders_of_their_own(tmp_path: Path) -> None:
    put(tmp_path / "lock.html", PAGE)
    put(tmp_path / "gold.json", {f"https://a.example/x?{n}": {"file": "lock.html", "with": ["x"]} for n in (1, 2)})
    done = do("trafilatura", tmp_path / "gold.json", tmp_path / "out")
    assert done.problems == () and len(set(done.pages)) == 2


@pytest.mark.parametrize(
    ("form", "files", "said"),
    [
        ("trafilatura", {"f.json": "[" * 100_000}, "f.json: cannot be read"),
        ("trafilatura", {"f.json": "[]"}, "f.json: no object"),
        ("trafilatura", {"f.py": "import os\nos.remove('x')\n"}, "f.py: cannot be read: no name in it is given a dict"),
        ("trafilatura", {"f.py": "A = {'u': open('x')}\n"}, "f.py: cannot be read: malformed node"),
        ("trafilatura", {"f.py": "A = {'u': " + "(" * 5_000 + "}\n"}, "f.py: cannot be read"),
        ("wcxb", {"x.txt": ""}, "no ground-truth/*.json in it"),
        ("readability", {"x.txt": ""}, "no source.html in it"),
        ("web-poet", {"x.txt": ""}, "no inputs/HttpResponse-body.html in it"),
        ("ftr-site-config", {"x.md": ""}, "no *.txt in it"),
        ("gopher", {}, "no format that is known; give one of trafilatura, wcxb"),
    ],
)
def test_what_cannot_be_read_at_all_is_one_line(tmp_path: Path, form: str, files: dict[str, str], said: str) -> None:
    path = tmp_path
    for name, content in files.items():
        path = put(tmp_path / name, content)
    with pytest.raises(InputError) as caught:
        do(form, path if form == "trafilatura" else tmp_path, tmp_path / "out")
    assert said in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("form", FORMATS)
def test_anything_in_the_place_of_a_value_is_a_problem_or_nothing(tmp_path: Path, form: str) -> None:
    strange = [None, 3, [], {}, "x", [[]], True, {"a": [None, {}]}, [["Content-Type"]]]
    for number, value in enumerate(strange):
        folder = tmp_path / str(number)
        put(folder / "ground-truth.json", {"a": value, "b": {"articleBody": value, "url": value}})
        put(folder / "gold.json", {URL: value, "b": {"file": value, "with": value, "author": value, "date": value}})
        put(
            folder / "ground-truth" / "a.json",
            {
                "url": value,
                "file_id": value,
                "_internal": value,
                "ground_truth": {"main_content": "x", "with": value, "title": value},
            },
        )
        put(folder / "ground-truth" / "b.json", value)
        put(folder / "html" / "a.html", PAGE)
        put(folder / "r" / "source.html", PAGE)
        put(folder / "r" / "expected.html", "<p>x")
        put(folder / "r" / "expected-metadata.json", value)
        put(folder / "p" / "inputs" / "HttpResponse-body.html", PAGE)
        put(folder / "p" / "inputs" / "HttpResponse-info.json", {"url": value, "headers": value})
        put(folder / "p" / "output.json", {"headline": "x", "authors": value, "inLanguage": value})
        put(folder / "p" / "meta.json", value)
        put(folder / "s.txt", f"test_url: {value}\ntest_contains: {value}\n")
        done = do(form, folder / "gold.json" if form == "trafilatura" else folder, tmp_path / "out" / str(number))
        if done.pages:
            read_gold(tmp_path / "out" / str(number))


def test_a_gzip_bomb_and_a_tree_too_deep_are_problems(tmp_path: Path) -> None:
    put(tmp_path / "html" / "a.html.gz", gzip.compress(bytes(40_000_000)))
    put(tmp_path / "ground-truth.json", {"a": {"articleBody": "x"}})
    assert "too-large" in str(do("scrapinghub", tmp_path, tmp_path / "out").problems[0])
    put(tmp_path / "r" / "source.html", PAGE)
    put(tmp_path / "r" / "expected.html", "<div>" * 6_000)
    assert "too-deep" in str(do("readability", tmp_path / "r", tmp_path / "out").problems[0])


def test_plain_text_as_markdown_keeps_every_word_also_where_it_looks_like_markup() -> None:
    text = "# no heading\n1. one\n- two *three* [four](five) [^6] `seven`\n    eight\n> nine | ten\n<b>eleven</b> &amp; $x$"
    assert bag(plain_text(as_markdown(text))) == bag(text)


def test_markup_is_flattened_block_by_block_and_nothing_is_left_out_but_what_is_no_text() -> None:
    html = "<style>x{}</style><nav>Home</nav><div>A <b>b</b>c<script>no()</script><p>d</p>e</div><table><tr><td>f<td>g</table>"
    assert flat_text(html).split("\n\n") == ["Home", "A bc", "d", "e", "f", "g"]
    deep = "<div>" * 4_000 + "deep"
    assert flat_text(deep) == "deep"


def test_real_pages_in_the_layout_of_wcxb_are_imported_word_for_word(tmp_path: Path) -> None:
    pages = [page for page, _ in zip(read_pages(shared("bench") / "wcxb_dev.jsonl.xz"), range(40), strict=False)]
    for page in pages:
        truth = {
            "title": page.title,
            "author": page.author,
            "publish_date": page.date,
            "main_content": page.gold,
            "with": page.with_,
            "without": page.without,
        }
        put(
            tmp_path / "dev" / "ground-truth" / f"{page.id}.json",
            {"url": page.url, "file_id": page.id, "page_type": page.page_type, "ground_truth": truth},
        )
        put(tmp_path / "dev" / "html" / f"{page.id}.html.gz", gzip.compress(page.html.encode()))
    assert do("wcxb", tmp_path / "dev", tmp_path / "out").problems == ()
    read = {gold.name: gold for gold in read_gold(tmp_path / "out")}
    for page in pages:
        assert bag(read[page.id].body or "") == bag(page.gold), page.id
        assert read[page.id].expect.must == tuple(dict.fromkeys(s.strip() for s in page.with_ or () if s.strip()))
        assert fold(Path(read[page.id].page).read_text()) == fold(page.html)


def test_the_command_counts_and_leaves_with_3_where_some_were_not_imported(tmp_path: Path, harvest: Harvest) -> None:
    put(tmp_path / "html" / "a.html", PAGE)
    put(tmp_path / "ground-truth.json", {"a": {"articleBody": BODY}, "b": {"articleBody": BODY}})
    done = harvest("gold", "import", "scrapinghub", ".", "--root", "gold")
    assert (done.returncode, done.stdout) == (3, "gold: 1 pages imported, 1 not\n")
    assert done.stderr.startswith("ground-truth.json: b: html/b.html: unreadable:")
