"""Dates that pages state, for machines and for people: which counts, and when there is none."""

import pytest

from harvester.extraction import dates
from harvester.types import EPOCH
from tests.extraction.declaring import PROSE, ld, meta, read


@pytest.mark.parametrize(
    ("stated", "date"),
    [
        ("2026-03-08", "2026-03-08"),
        ("2026/03/08", "2026-03-08"),
        ("20260308", "2026-03-08"),
        ("2026-03-08 07:42", "2026-03-08T07:42:00"),
        ("2026-03-08T07:42:00Z", "2026-03-08T07:42:00Z"),
        ("2026-03-08T07:42:00.5-0300", "2026-03-08T07:42:00-03:00"),
        ("Sun, 08 Mar 2026 07:42:00 GMT", "2026-03-08T07:42:00Z"),
        ("March 8, 2026", "2026-03-08"),
        ("8th Sept. 2025", "2025-09-08"),
        ("2026-03-08T25:00", "2026-03-08"),
        ("2024-02-29", "2024-02-29"),
        ("2025-02-29", None),
        ("1923-06-01", "1923-06-01"),
        ("1970-01-01T00:00:00Z", None),
        ("0001-01-01", None),
        ("9999-12-31", None),
        ("08/03/2026", None),
        ("2026", "2026"),
        ("2026-03", "2026-03"),
        ("2026-13", None),
        ("yesterday", None),
        ("1772956920", None),
        ("2026-03-11T01:00:00+14:00", "2026-03-11T01:00:00+14:00"),
        ("2026-03-10T12:00:01Z", None),
        ("2026-03-11", "2026-03-11"),
        ("2026-03-12", None),
        ("2026-03-11T02:00:01", None),
    ],
)
def test_a_date_is_iso_8601_and_not_later_than_the_capture_anywhere_on_earth(stated: str, date: str | None) -> None:
    assert read(f'<meta name=date content="{stated}">').date_published == date


def test_without_a_capture_date_any_later_date_is_believed() -> None:
    assert read("<meta name=date content=2031-01-01>", captured=EPOCH).date_published == "2031-01-01"


@pytest.mark.parametrize(
    ("html", "date"),
    [
        ("<time datetime=2020-01-02 pubdate>x</time><time datetime=2021-01-01>", "2020-01-02"),
        ("<article><time datetime=2020-01-02>x</time></article><time datetime=2021-01-01>", "2020-01-02"),
        ("<h1>Tides</h1><p><time datetime=2020-01-02>2 January 2020</time>", "2020-01-02"),
        ("<h1>Tides</h1><p><time datetime=2020-01-02>x</time>", None),
        ("<time datetime=2020-01-02>x</time><time datetime=2021-01-01>x</time>", None),
        ("<b itemprop=datePublished>2 January 2020</b>", "2020-01-02"),
        (meta(article__published_time="nonsense") + "<time datetime=2020-01-02>2 Jan 2020</time>", "2020-01-02"),
    ],
)
def test_elements_state_dates_where_it_is_clear_which(html: str, date: str | None) -> None:
    assert read(html).date_published == date


@pytest.mark.parametrize(
    ("url", "kind", "shown", "date"),
    [
        ("https://a.example/news/tides", "WebPage", "", None),
        ("https://a.example/news/tides", "WebPage", "2 January 2020", "2020-01-02"),
        ("https://a.example/news/tides", "Article", "", "2020-01-02"),
        ("https://a.example/news/tides", "NewsArticle", "", "2020-01-02"),
        ("https://a.example/", "Article", "2 January 2020", None),
        ("https://a.example/docs/tides", "TechArticle", "2 January 2020", None),
        ("https://a.example/news/", "Article", "2 January 2020", None),
        ("file:///tides.html", "Article", "", "2020-01-02"),
    ],
)
def test_the_date_of_a_page_that_is_no_article_must_be_shown_and_lists_have_none(
    url: str, kind: str, shown: str, date: str | None
) -> None:
    html = ld({"@type": kind, "datePublished": "2020-01-02"}) + f"<h1>Tides</h1><p>{shown}</p>"
    assert read(html, url=url).date_published == date


@pytest.mark.parametrize(
    ("line", "published", "modified"),
    [
        ("8 March 2026", "2026-03-08", None),
        ("Published: 8 March 2026 | Updated: 9 March 2026", "2026-03-08", "2026-03-09"),
        ("Aktualisiert am 08.03.2026-19:20", "2026-03-08", "2026-03-08"),
        ("Veröffentlicht am 8. März 2026", "2026-03-08", None),
        ("Publié le 8 mars 2026", "2026-03-08", None),
        ("Publicado el 8 de marzo de 2026", "2026-03-08", None),
        ("8 marzo 2026, 10:15", "2026-03-08", None),
        ("Gepubliceerd op 8 maart 2026", "2026-03-08", None),
        ("Opublikowano 8 marca 2026", "2026-03-08", None),
        ("8 марта 2026 г.", "2026-03-08", None),
        ("8 березня 2026", "2026-03-08", None),
        ("8. března 2026", "2026-03-08", None),
        ("8 Mart 2026", "2026-03-08", None),
        ("2026年3月8日", "2026-03-08", None),
        ("2026년 3월 8일", "2026-03-08", None),
        ("8 مارس 2026", "2026-03-08", None),
        ("8 tháng 3, 2026", "2026-03-08", None),
        ("03/04/2026", None, None),
        ("yesterday", None, None),
        ("8 March 2027", None, None),
    ],
)
def test_a_line_under_the_headline_states_the_day(line: str, published: str | None, modified: str | None) -> None:
    found = read(f"<h1>Tides</h1><p>{line}</p><p>{PROSE}</p>")
    assert (found.date_published, found.date_modified) == (published, modified)


def test_the_months_have_the_names_that_the_word_lists_give_them_in_any_case() -> None:
    alone = [name for name in dates.month_names() if name[-1].isalnum()]  # behind other names no word ends
    assert len(alone) > 300
    for name in alone:
        day = f"2020-{dates.month_names()[name]:02}-08"
        assert dates.shown(f"On 8 {name} 2020, or so.", EPOCH) == [day], name
        assert dates.shown(f"{name.capitalize()} 8, 2020", EPOCH) == [day], name


@pytest.mark.parametrize(
    "line", ["March of 2020", "8 of 12", "12:30 8.5", "Marchand 8, 2020", "٨ March", "1² 3² 5²", "8/9"]
)
def test_a_line_without_a_day_names_none(line: str) -> None:
    assert dates.shown(line, EPOCH) == []


def test_figures_of_any_script_name_a_day() -> None:
    assert dates.shown("٠٨ March ٢٠٢٠", EPOCH) == dates.shown("08 March 2020", EPOCH) == ["2020-03-08"]


def test_a_list_of_dated_entries_has_no_date() -> None:
    entries = "".join(f"<h2>Entry {n}</h2><p>{n} March 2025</p>" for n in range(1, 15))
    assert read(f"<h1>All that was written</h1><p>{PROSE}</p>{entries}").date_published is None


@pytest.mark.parametrize(
    "line",
    ["Release date: 8 March 2026", "Дата выхода: 8 марта 2026", "8 March 2026 - 9 March 2026", "発売日 2026年3月8日"],
)
def test_a_line_that_states_another_date_than_the_page_s_is_none(line: str) -> None:
    assert read(f"<h1>Tides</h1><p>{line}</p><p>{PROSE}</p>").date_published is None


def test_what_a_list_says_of_the_change_of_an_entry_is_not_said_of_the_page() -> None:
    entries = "".join(f"<h2>Entry {n}</h2><p>{PROSE}</p><p>Updated {n} March 2025</p>" for n in range(1, 15))
    assert read(f"<h1>All that was written</h1><p>{PROSE}</p><h3>To the sea</h3>{entries}").date_published is None
    alone = f"<h1>All that was written</h1><p>Updated 3 March 2025</p>{entries}"
    assert read(alone).date_published == "2025-03-03"


def test_of_a_manual_only_json_ld_states_the_date() -> None:
    head = meta(article__published_time="2026-03-01")
    manual = {"@type": "TechArticle", "dateModified": "2026-03-01"}
    assert read(head + ld(manual)).date_published is None
    assert read(head + ld({**manual, "datePublished": "2020-01-02"})).date_published == "2020-01-02"
    docs = "https://a.example/docs/tides"
    assert read(ld({**manual, "datePublished": "2020-01-02"}), url=docs).date_published is None
