"""What is wrong with gold is found, and what is right is not."""

import hashlib
import json
from pathlib import Path

import pytest

from harvester.gold.labels import labels_in
from harvester.gold.lint import Flaw, lint_gold
from harvester.judge.bench_file import read_pages
from tests.conftest import PROJECT, Harvest, shared
from tests.gold.making import BODY, PAGE, gold


def flaws(root: Path, **files: str) -> list[Flaw]:
    gold(root, **files)  # type: ignore[arg-type]
    return list(lint_gold(root).flaws)


def test_gold_as_it_should_be_has_no_flaw(tmp_path: Path) -> None:
    digest = hashlib.sha256(PAGE.encode()).hexdigest()
    expect = 'must = ["writes their names into a ledger"]\nmust_not = ["Subscribe to our canal letter"]\n'
    assert flaws(tmp_path, body=BODY, expect=expect, provenance=f'sha256 = "{digest}"\nchecked = true\n') == []


def test_the_projects_own_gold_has_no_flaw() -> None:
    assert [str(flaw) for flaw in lint_gold(PROJECT / "seeds" / "gold").flaws if flaw.fails] == []


@pytest.mark.parametrize(
    ("files", "check", "said"),
    [
        ({"body": BODY, "expect": 'must_not = ["barley"]'}, "contradiction", "must_not, and in gold.md: 'barley'"),
        ({"body": BODY, "expect": 'must = ["Subscribe"]'}, "contradiction", "must, and not in gold.md: 'Subscribe'"),
        ({"expect": 'must = ["barley"]\nmust_not = ["barley"]'}, "contradiction", "must and must_not: 'barley'"),
        ({"expect": 'must = ["lime, barley"]\nmust_not = ["barley"]'}, "contradiction", "'barley' in 'lime, barley'"),
        ({"body": BODY, "expect": 'must = ["barley", "barley"]'}, "contradiction", "twice in must: 'barley'"),
        ({"body": BODY, "expect": 'must_not = ["Accept cookies"]'}, "not-in-page", "must_not, and not in the page"),
        ({"body": " \n"}, "empty", "no word in it"),
        ({"expect": 'title = "x"'}, "empty", "neither a body nor a snippet"),
        ({"body": "Quite unlike words about something else altogether."}, "other-page", "gold of another page"),
        ({"body": BODY, "provenance": f'sha256 = "{"0" * 64}"'}, "changed", "page.html is not the page"),
        ({"body": BODY, "expect": 'mustnot = ["x"]'}, "unreadable", "unknown key 'mustnot'; did you mean 'must_not'?"),
    ],
)
def test_a_flaw_is_found_and_named(tmp_path: Path, files: dict[str, str], check: str, said: str) -> None:
    found = [flaw for flaw in flaws(tmp_path, **files) if flaw.fails]
    assert [flaw.check for flaw in found] == [check] and said in found[0].detail
    assert found[0].file.startswith(str(tmp_path))


def test_gold_that_nobody_checked_and_a_snippet_with_a_note_in_its_midst_are_warnings(tmp_path: Path) -> None:
    page = PAGE.replace("the ledger at all", "the<sup>1</sup> ledger at all")
    found = flaws(tmp_path, page=page, expect='must = ["keep the ledger at all"]', provenance="checked = false")
    assert [(flaw.check, flaw.fails) for flaw in found] == [("not-in-page", False), ("unchecked", False)]


def test_duplicates_by_page_address_and_text_are_found(tmp_path: Path) -> None:
    url = 'url = "https://a.example/"\n'
    gold(tmp_path, "a", body=BODY, provenance=url)
    gold(tmp_path, "b", page=PAGE + "<!-- b -->", body=BODY, provenance=url)
    gold(tmp_path, "c", expect='must = ["ledger"]')
    assert [(f.where, f.detail) for f in lint_gold(tmp_path).flaws] == [
        ("b", "the same address as a; keep one"),
        ("b", "the same gold text as a; keep one"),
        ("c", "the same page as a; keep one"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        ("<p>Every", '<p><span class="x-nc-sel1">Every', "class x-nc-sel1"),
        ("<p>Every", '<p __boilernet_label="1">Every', "__boilernet_label="),
        ("<p>Every", '<p cc-select="true">Every', "cc-select="),
        ("<p>Every", '<p data-gold="1">Every', "data-gold="),
        ("<p>Every", '<p data-label="content">Every', 'data-label="content"'),
        ("<article>", "<article><x-article-body>", "<x-article-body>"),
        ("<p>Every", '<p><mark class="htx-highlight">Every', "class htx-highlight"),
        ("<article>", "<article><!-- gold standard begin -->", "gold standard begin"),
        ("<nav>", "<!-- BOILERPLATE --><nav>", "BOILERPLATE"),
    ],
)
def test_labels_that_tools_leave_in_a_page_are_found(before: str, after: str, name: str) -> None:
    (found,) = labels_in(PAGE.replace(before, after), BODY)
    assert name in found[0] and found[1]


def test_a_comment_that_sites_write_themselves_is_a_warning() -> None:
    ((said, sure),) = labels_in(PAGE.replace("<article>", "<article><!-- article begin -->"), BODY)
    assert "article begin" in said and not sure


def test_an_attribute_of_any_name_that_parts_the_text_as_the_gold_does_is_a_warning() -> None:
    marked = PAGE.replace("<p>", '<p data-q7="k">')
    for tag in ("a href", "h1", "footer"):
        marked = marked.replace(f"<{tag}", f'<{tag.split()[0]} data-q7="d" {" ".join(tag.split()[1:])}')
    ((said, sure),) = labels_in(marked, BODY)
    assert "'data-q7'" in said and not sure


@pytest.mark.parametrize(
    "natural",
    [
        PAGE,
        PAGE.replace("<p>", '<p data-v-7ba5bd90="">'),
        PAGE.replace("<p>", "<table><tr><td data-label='Title'>x</td><td data-label='Date'>y</td></tr></table><p>"),
        PAGE.replace("<p>", '<p class="content article-body main">'),
        PAGE.replace("<p>", "<!-- end #content --><p>"),
        PAGE.replace("<p>", '<label for="gold">Gold</label><p>'),
    ],
)
def test_what_pages_have_by_nature_is_no_label(natural: str) -> None:
    assert list(labels_in(natural, BODY)) == []


def test_deep_and_endless_markup_is_looked_through_all_the_same() -> None:
    deep = "<div>" * 4_000 + "".join(f"<span a{n}=1>" for n in range(900)) + "x"
    assert list(labels_in(deep, BODY)) == [] == list(labels_in("<div>" * 100_000, BODY))
    assert list(labels_in("<!--" * 50_000, BODY)) == []


def test_hardly_a_real_page_is_said_to_hold_labels() -> None:
    pages = [page for page, _ in zip(read_pages(shared("bench") / "wcxb_dev.jsonl.xz"), range(60), strict=False)]
    assert sum(any(sure for _, sure in labels_in(page.html, page.gold)) for page in pages) == 0
    assert sum(any(True for _ in labels_in(page.html, page.gold)) for page in pages) <= 2


def test_the_command_prints_a_line_a_flaw_and_leaves_with_1(tmp_path: Path, harvest: Harvest) -> None:
    gold(tmp_path / "g", body=BODY, expect='must_not = ["barley"]')
    found = harvest("gold", "lint", "g")
    assert found.returncode == 1
    assert found.stdout.splitlines() == [
        "g/lock-keeper/expect.toml: contradiction: must_not, and in gold.md: 'barley'",
        "g: 1 pages, 1 flaws, 0 warnings",
    ]
    assert json.loads(harvest("gold", "lint", "g", "--json").stdout)["flaws"][0]["check"] == "contradiction"
    (tmp_path / "g" / "lock-keeper" / "expect.toml").unlink()
    assert harvest("gold", "lint", "g").returncode == 0
    assert harvest("gold", "lint", "nowhere").returncode == 2
