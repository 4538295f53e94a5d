"""Tables of a Markdown index."""

import pytest

from harvester.types import Attribute
from tests.index.conftest import Index, Problems


def test_a_row_gives_a_seed_and_its_columns_the_fields(index: Index) -> None:
    text = "| Page | Title | Tags | Note | Via | |\n|---|:-:|--:|---|---|---|\n"
    text += "| [A](a.html) – first | T \\| t | x, y | kept | Bob | too |\n"
    (seed,) = index(text).seeds
    assert (seed.line, seed.path, seed.label, seed.title, seed.tags) == (3, "a.html", "A", "T | t", ("x", "y"))
    assert seed.notes == "first\nkept\nvia: Bob\ntoo"
    assert [attribute.key for attribute in seed.attributes] == ["title", "tags", "note", "via"]


@pytest.mark.parametrize(
    ("header", "row", "name", "url"),
    [
        ("title | url", "T | https://x.org", "https://x.org/", "https://x.org/"),
        ("title | url", "[T](a.html) | https://x.org", "a.html", "https://x.org/"),
        ("site | page", "[S](https://s.org) | `c d.html`", "c d.html", None),
        ("page | path", "[P](https://p.org) | a.html", "a.html", None),
        ("page | archive", "[P](https://p.org) | [copy](https://q.org)", "https://p.org/", "https://p.org/"),
        ("what | notes", "T | see [it](a.html)", "a.html", None),
    ],
)
def test_the_column_that_names_the_page_is_found(
    index: Index, header: str, row: str, name: str, url: str | None
) -> None:
    (seed,) = index(f"| {header} |\n|---|---|\n| {row} |\n").seeds
    assert (seed.name, seed.url) == (name, url)


def test_the_title_column_may_carry_the_link(index: Index) -> None:
    (seed,) = index("title | tags\n--|--\n[T t](a.html) | x\n").seeds
    assert (seed.label, seed.title, seed.attributes[0]) == ("T t", "T t", Attribute(key="title", value="T t"))


def test_a_path_with_other_words_in_its_cell_is_none(index: Index) -> None:
    listing = index("|page|\n|-|\n|a.html copy|\n")
    assert (listing.seeds, listing.ignored[0].reason) == ((), "no link, URL or path")


def test_struck_and_empty_rows_are_skipped(index: Index) -> None:
    listing = index("|page|title|\n|-|-|\n|~~[A](a.html)~~|T|\n|||\n| words | |\n")
    assert listing.seeds == ()
    assert [(place.line, place.reason) for place in listing.ignored] == [
        (3, "struck-through"),
        (5, "no link, URL or path"),
    ]


def test_a_table_in_a_quote_or_an_item_is_read_too(index: Index) -> None:
    assert [seed.path for seed in index("> |page|x|\n> |-|-|\n> |a.html|1|\n\n- |page|\n  |-|\n  |b.txt|\n").seeds] == [
        "a.html",
        "b.txt",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("|page|\n|a.html|\n", "1: unreadable table, no delimiter row such as |---|---| under the header: add one"),
        (
            "words\n|page|title|\n|---|\n|a.html|T|\n",
            "2: unreadable table, its header has 2 columns, the delimiter row 1: give both the same",
        ),
        (
            "|page|title|\n|-|-|\n|a.html|T|x|\n",
            "3: unreadable table, 3 cells under 2 columns: write a pipe inside a cell as \\|",
        ),
        ("|page|Tags|tags|\n|-|-|-|\n|a.html|1|2|\n", "1: unreadable table, two columns are named 'tags': rename one"),
    ],
)
def test_an_unreadable_table_is_an_error(problems: Problems, text: str, problem: str) -> None:
    assert problems(text) == (f"x.md:{problem}",)
