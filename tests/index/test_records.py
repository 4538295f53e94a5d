"""JSON Lines, CSV, TSV and plain lists."""

import io
from pathlib import Path

import pytest

from harvester.errors import InputError
from harvester.index import read_index
from harvester.types import Attribute, path_id, url_id
from tests.index.conftest import Index, Problems


def test_a_json_line_gives_a_seed_with_its_values_as_written(index: Index) -> None:
    text = """
{"path": "a.html", "URL": "https://x.org/#y", "authors": ["Doe, J", "Roe"], "tags": ["a, b", 2], "n": 1.50,
"""
    text = (
        text.strip().replace("\n", "")
        + ' "o": {"k": [1]}, "no": null, "label": "L", "section": "S", "notes": "N\\n n"}\n'
    )
    (seed,) = index("\n" + text, "x.jsonl").seeds
    assert (seed.line, seed.id, seed.path, seed.url) == (2, url_id("https://x.org/"), "a.html", "https://x.org/")
    assert (seed.label, seed.section, seed.authors, seed.tags) == ("L", "S", ("Doe, J", "Roe"), ("a, b", "2"))
    assert seed.notes == 'n: 1.50\no: {"k": [1]}\nN n'
    assert seed.attributes[:3] == (
        Attribute(key="url", value="https://x.org/#y"),
        Attribute(key="authors", value="Doe, J; Roe"),
        Attribute(key="tags", value="a, b, 2"),
    )


def test_only_a_line_feed_ends_a_json_line(index: Index) -> None:
    seeds = index('{"url": "https://x.org", "title": "a\u2028b\u0085c"}\r\n{"path": "a.html"}', "x.ndjson").seeds
    assert [(seed.line, seed.title) for seed in seeds] == [(1, "a b c"), (2, None)]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("[1]", 'no JSON object: write {"url": "https://…"} or {"path": "…"} on each line'),
        ('"https://x.org"', 'no JSON object: write {"url": "https://…"} or {"path": "…"} on each line'),
        ('{"title": "T"}', "neither url nor path is given: name the page"),
        ('{"url": ""}', "neither url nor path is given: name the page"),
        ('{"url": NaN}', "broken JSON, JSON is malformed: invalid character (byte 8): correct the line"),
        ('{"url": ' + "[" * 60_000, "broken JSON, nested too deep: keep values flat"),
    ],
)
def test_a_line_that_is_no_page_is_an_error(problems: Problems, line: str, problem: str) -> None:
    assert problems(f"\n{line}\n", "x.jsonl") == (f"x.jsonl:2: {problem}",)


def test_half_a_surrogate_pair_in_json_is_an_error(problems: Problems) -> None:
    (problem,) = problems('{"url": "https://x.org", "title": "\\ud800"}\n', "x.jsonl")
    assert problem.startswith("x.jsonl:1: broken JSON, ")


def test_a_csv_row_gives_a_seed_and_lines_are_right_after_a_quoted_line_break(index: Index) -> None:
    text = '\ufeffURL,Title,Tags,via\r\nhttps://x.org,"T\r\nt","a,b",\r\n\r\na.html,,,Bob\r\nhttps://y.org\r\n'
    seeds = index(text, "x.csv").seeds
    assert [(seed.line, seed.name, seed.title, seed.tags, seed.notes) for seed in seeds] == [
        (2, "https://x.org/", "T t", ("a", "b"), None),
        (5, "a.html", None, (), "via: Bob"),
        (6, "https://y.org/", None, (), None),
    ]


def test_a_tsv_has_tabs(index: Index) -> None:
    assert index("path\ttitle\na.html\tOne, two\n", "x.tsv").seeds[0].title == "One, two"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("link,title\nhttps://x.org,T\n", "1: no column is named url or path: name the columns in the first row"),
        ("url,a,A\n", "1: two columns are named 'a': rename one"),
        ("url\n\nhttps://x.org,T\n", "3: 2 cells under 1 columns: quote separators"),
        ("url,title\n,T\n", "2: neither url nor path is given: name the page"),
        (
            'url\n"https://x.org\n',
            "2: broken CSV, unexpected end of data: correct the quotes of the row that begins here",
        ),
    ],
)
def test_a_broken_table_of_records_is_an_error(problems: Problems, text: str, problem: str) -> None:
    assert problems(text, "x.csv") == (f"x.csv:{problem}",)


def test_a_plain_list_has_a_page_a_line(index: Index) -> None:
    seeds = index("# pages\n\nhttps://x.org/#a  \r\nc d.html\r\n  a.html", "x.urls").seeds
    assert [(seed.line, seed.name) for seed in seeds] == [(3, "https://x.org/"), (4, "c d.html"), (5, "a.html")]


@pytest.mark.parametrize("text", [b"\n# c\nhttps://x.org\n", b'\n {"url": "https://x.org"}\n'])
def test_standard_input_is_a_plain_list_or_json_lines(index: Index, tmp_path: Path, text: bytes) -> None:
    index("")
    listing = read_index("-", stdin=io.BytesIO(text))
    assert [seed.url for seed in listing.seeds] == ["https://x.org/"]
    assert (listing.folder, listing.seeds[0].file) == (".", "-")


def test_paths_on_standard_input_start_at_the_current_folder(index: Index) -> None:
    index("")
    assert read_index("-", stdin=io.BytesIO(b"a.html")).seeds[0].id == path_id("a.html")
    with pytest.raises(InputError, match=r"^-:1: missing file 'z.html': add it below '.', "):
        read_index("-", stdin=io.BytesIO(b"z.html"))
