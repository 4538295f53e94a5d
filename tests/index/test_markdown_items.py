"""List items of a Markdown index."""

from pathlib import Path

import pytest

from harvester.index import read_index
from harvester.types import Attribute, Seed, path_id, url_id
from tests.conftest import shared
from tests.index.conftest import Index


def reasons(index: Index, text: str) -> list[tuple[int, str, str]]:
    return [(place.line, place.reason, place.text) for place in index(text).ignored]


def test_the_real_index_gives_two_pages_with_all_it_says_of_them() -> None:
    listing = read_index(str(shared("seeds") / "INDEX.md"))
    assert (listing.name, listing.language) == ("french-left", "en")
    assert listing.description == "Two essays on the French left around the elections of 2017 and 2022."
    essay, saker = listing.seeds
    assert essay.id == path_id("000_b90eb508b003300d.txt")
    assert essay.label == "Balance Sheet of the Anasse Kazib Presidential Campaign"
    assert essay.notes == "translated; fifteen translator's notes stand inline and again at the end."
    assert (essay.section, essay.site, essay.tags) == ("Left Voice", "Left Voice", ("elections", "france", "2022"))
    assert saker.id == path_id("003_56d616c88cccf162.txt")
    assert (saker.section, saker.title, saker.label) == ("The Saker", "Hamon and Sanders", "003")
    assert saker.notes == "byline in the first line, book promo at the end"
    assert saker.tags == ("elections", "france", "2017")
    assert {seed.language for seed in listing.seeds} == {"en"}
    assert [place.reason for place in listing.ignored] == ["prose"]


def test_an_item_gives_every_field_of_its_seed(index: Index) -> None:
    text = """# Title

## News

- By day: [The *page*](a.html) — a note
  over two lines.
  - author: Jane Doe, John Roe and Max Moe
  - Date: 2022-04-27T23:30:00+02:00
  - lang: fr
  - site: The Site
  - license: CC-BY-4.0
  - tags: x, y , x
  - url: https://Example.org:443/p#top
  - captured: 2022-05-01
  - via: a friend
"""
    assert index(text).seeds == (
        Seed(
            id=url_id("https://example.org/p"),
            url="https://example.org/p",
            path="a.html",
            file="x.md",
            line=5,
            label="The page",
            section="News",
            notes="By day a note over two lines.\nvia: a friend",
            authors=("Jane Doe", "John Roe", "Max Moe"),
            date="2022-04-27",
            language="fr",
            site="The Site",
            license="CC-BY-4.0",
            tags=("x", "y"),
            captured="2022-05-01T00:00:00Z",
            attributes=(
                Attribute(key="author", value="Jane Doe, John Roe and Max Moe"),
                Attribute(key="date", value="2022-04-27T23:30:00+02:00"),
                Attribute(key="lang", value="fr"),
                Attribute(key="site", value="The Site"),
                Attribute(key="license", value="CC-BY-4.0"),
                Attribute(key="tags", value="x, y , x"),
                Attribute(key="url", value="https://Example.org:443/p#top"),
                Attribute(key="captured", value="2022-05-01"),
                Attribute(key="via", value="a friend"),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("item", "name", "label"),
    [
        ("[Text](a.html)", "a.html", "Text"),
        ("[Text](<c d.html>)", "c d.html", "Text"),
        ("[Text](c%20d.html 'title')", "c d.html", "Text"),
        ("[Text](./sub/../a.html#part)", "a.html", "Text"),
        ("[Text](a.html?version=2)", "a.html", "Text"),
        ("[Text][ref]", "https://ref.org/", "Text"),
        ("[![Picture](cover.png)](a.html)", "a.html", "Picture"),
        ("<https://example.org>", "https://example.org/", None),
        ("https://example.org/_x_/__y__.html.", "https://example.org/_x_/__y__.html", None),
        ("HTTPS://EXAMPLE.org/A", "https://example.org/A", None),
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC", None),
        ("a.html", "a.html", None),
        ("a.html: a note", "a.html", None),
        ("`c d.html` a note", "c d.html", None),
        ("[x] [Done](a.html)", "a.html", "Done"),
        ("[ ] a.html", "a.html", None),
    ],
)
def test_a_page_may_be_written_as_link_address_or_path(index: Index, item: str, name: str, label: str | None) -> None:
    (seed,) = index(f"- {item}\n\n[ref]: https://ref.org\n").seeds
    assert (seed.name, seed.label) == (name, label)


@pytest.mark.parametrize("text", ["1. a.html", "* a.html", "+ a.html", "> - a.html", "- > a.html", "-\ta.html\r\n"])
def test_every_kind_of_list_counts(index: Index, text: str) -> None:
    assert [seed.path for seed in index(text).seeds] == ["a.html"]


def test_a_file_whose_own_name_holds_a_mark_or_a_percent_sign_is_found_as_written(index: Index) -> None:
    Path("q?x=1#y").touch()
    index("")
    for name in ("q?x=1#y", "50%.html", "a%20b.html"):
        Path(name).touch()
    seeds = index("- [1](<q?x=1#y>)\n- [2](50%.html)\n- [3](a%20b.html)\n").seeds
    assert [seed.path for seed in seeds] == ["q?x=1#y", "50%.html", "a%20b.html"]


def test_a_path_has_the_same_id_in_either_unicode_form(index: Index) -> None:
    index("")
    Path("e\u0301.html").touch()
    Path("\u00e8.html").touch()
    decomposed, composed = index("- [x](e\u0301.html)\n- [y](e\u0300.html)\n").seeds
    assert decomposed.id == path_id("\u00e9.html")
    assert (composed.id, composed.path) == (path_id("\u00e8.html"), "\u00e8.html")


def test_sections_are_the_headings_above_without_the_only_title(index: Index) -> None:
    seeds = index("# T\n\n- a.html\n\n## A\n\n### B *b*\n\n- b.txt\n\nC\n---\n\n- c%20d.html\n").seeds
    assert [seed.section for seed in seeds] == [None, "A / B b", "C"]
    seeds = index("# One\n\n- a.html\n\n## A\n\n- b.txt\n\n# Two\n\n- c%20d.html\n").seeds
    assert [seed.section for seed in seeds] == ["One", "One / A", "Two"]


def test_a_nested_item_that_names_a_page_is_a_seed_of_its_own_in_the_order_of_lines(index: Index) -> None:
    text = "- Group\n  - [A](a.html)\n    - tags: x\n    - [B](b.txt) of: A\n      - tags: y\n    - title: T\n"
    listing = index(text)
    assert [(seed.path, seed.tags, seed.title) for seed in listing.seeds] == [
        ("a.html", ("x",), "T"),
        ("b.txt", ("y",), None),
    ]
    assert [(place.line, place.text) for place in listing.ignored] == [(1, "Group")]


def test_paragraphs_below_a_link_are_lines_of_its_notes(index: Index) -> None:
    (seed,) = index("- before\n\n  [A](a.html) | one\n\n  > two\n  > more\n").seeds
    assert seed.notes == "before\none\ntwo more"


def test_a_struck_through_item_is_skipped_with_what_stands_beneath_it_and_counted(index: Index) -> None:
    text = "- ~~[A](a.html)~~ gone\n  - url: https://a.org\n  - tags: x\n- [~~B~~](b.txt)\n- ~~old~~ [C](c%20d.html)\n"
    listing = index(text)
    assert [(seed.path, seed.notes) for seed in listing.seeds] == [("c d.html", None)]
    assert [(p.line, p.reason, p.text) for p in listing.ignored] == [
        (1, "struck-through", "a.html"),
        (4, "struck-through", "b.txt"),
    ]


@pytest.mark.parametrize("item", ["words", "![alt](a.html)", "[up](#top)", "[empty]()", "www.example.org", "me@x.org"])
def test_an_item_without_a_page_is_ignored_and_counted(index: Index, item: str) -> None:
    assert reasons(index, f"- {item}\n") == [(1, "no link, URL or path", item)]


def test_what_is_ignored_is_shown_in_eighty_code_points_without_passwords(index: Index) -> None:
    assert reasons(index, "- " + "ab " * 50)[0][2] == "ab " * 26 + "a…"
    assert reasons(index, "see https://me:secret@x.org/")[0][2] == "see https://…@x.org/"


def test_links_in_prose_headings_and_the_rest_of_an_item_are_counted_but_are_no_seeds(index: Index) -> None:
    text = "# [H](a.html)\n\nSee [A](a.html).\n\nNo link.\n\n- [B](b.txt), then https://x.org\n  - see also: [y](z)\n"
    listing = index(text)
    assert [seed.path for seed in listing.seeds] == ["b.txt"]
    assert [(p.line, p.reason, p.text) for p in listing.ignored] == [
        (1, "prose", "[H](a.html)"),
        (3, "prose", "See [A](a.html)."),
        (7, "further link", "https://x.org"),
        (8, "further link", "z"),
    ]


def test_code_comments_and_html_hold_no_seeds(index: Index) -> None:
    text = "```\n- a.html\n```\n\n<!--\n- a.html\n\n- b.txt\n-->\n\n    - a.html\n\n- x <!-- [A](a.html) -->\n"
    listing = index(text)
    assert listing.seeds == ()
    assert [place.line for place in listing.ignored] == [13]


def test_an_index_of_nothing_but_prose_has_no_seeds(index: Index) -> None:
    assert index("").seeds == index("Only words.\n").seeds == ()
