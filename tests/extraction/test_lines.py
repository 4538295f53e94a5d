"""What the rules see in single lines, in several languages, and what trees and rules make of pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.extraction import load_weights
from harvester.extraction.flat import metadata, split
from harvester.extraction.lines import byline_name, is_name, judge, label_alone
from harvester.types import EPOCH, Block, Capture, Verdict
from tests.conftest import PROJECT

WEIGHTS = load_weights()


def label(text: str) -> str | None:
    return label_alone(Block("paragraph", text, text), WEIGHTS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Facebook Instagram Twitter YouTube", "share"),
        ("Teilen auf WhatsApp", "share"),
        ("Compartir: Facebook · WhatsApp · Telegram · Copiar enlace", "share"),
        ("Поделиться ВКонтакте Телеграм", "share"),
        ("Home | News | Sport | Weather", "navigation"),
        ("Главная Новости Поиск Контакты", "navigation"),
        ("Sign up to The Wick, our free weekly newsletter, for long reads", "promo"),
        ("Abonnieren Sie unseren Newsletter!", "promo"),
        ("Inscrivez-vous à notre newsletter", "promo"),
        ("Read also: the bridge that was not built", "related"),
        ("Читайте также: кузнецы из Заболотья", "related"),
        ("Lesen Sie auch: Die Brücke", "related"),
        ("Photo: Ada Example", "credit"),
        ("Fotografía: Archivo Vecinal", "credit"),
        ("The harbour at dawn. Photograph: Ada Example for The Example", "caption"),
        ("3 May 2026", "date"),
        ("14 de junio de 2026", "date"),
        ("17 октября 2025 г.", "date"),
        ("2026年2月8日", "date"),
        ("Published on Tuesday, 3 May 2026 at 14:30", "date"),
        ("By Ada Example", "byline"),
        ("Von Ada Example und Bo Example", "byline"),
        ("Автор: Николай Примеров", "byline"),
        ("Translation by Ada Example", "translator"),
        ("Traducción de Ada Example", "translator"),
        ("First published in The Example on 3 May", "provenance"),
        ("Notes", "notes-heading"),
        ("Fußnoten", "notes-heading"),
        ("Advertisement", "label"),
        ("広告", "label"),
        ("© 2026 The Example. All rights reserved.", "footer"),
        # and what is none of these
        ("By the time the ferry had left, the rope was cut.", None),
        ("Share of the harvest", None),
        ("She shared it on Facebook, and by the evening four thousand people had read it.", None),
        ("In May 1968 the bridge was closed for good.", None),
        ("The podcast that he made about the well was heard by nobody for a year.", None),
        ("Notes on a well", None),
        ("Von der Brücke aus sieht man die Mühle.", None),
        ("The rule of three: a lamp, a wick, a match", None),
    ],
)
def test_what_a_line_is_by_its_own_words(text: str, expected: str | None) -> None:
    assert label(text) == expected


@pytest.mark.parametrize("text", ["Ada Example", "Ada de la Example", "Ada Example and Bo Example", "Ада Примерова"])
def test_a_name_is_seen(text: str) -> None:
    assert is_name(text)


@pytest.mark.parametrize(
    "text", ["the ferry", "Ada", "Ada Example 1931", "Ada Example is a writer who lives by the sea"]
)
def test_what_is_no_name(text: str) -> None:
    assert not is_name(text)


def test_the_name_in_a_byline() -> None:
    assert byline_name("by Ada Example", WEIGHTS) == "Ada Example"
    assert byline_name("Text: Ada Example", WEIGHTS) == "Ada Example"
    assert byline_name("Bystanders Ada Example", WEIGHTS) is None


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("14 de junio de 2026", "2026-06-14"),
        ("February 14, 2026", "2026-02-14"),
        ("1er août 2025", "2025-08-01"),
        ("17 октября 2025 г.", "2025-10-17"),
        ("2026年2月8日", "2026-02-08"),
        ("2026-02-08", "2026-02-08"),
        ("03/04/2026", None),
    ],
)
def test_the_date_line_at_the_head_is_the_publication_date(line: str, date: str | None) -> None:
    prose = "The keeper climbs the forty steps before sunset and trims the wick of the lamp."
    blocks, verdicts = judge(
        split(f"The lamp at the pier\n\n{line}\n\n{prose}\n\n{prose[::-1]}."), WEIGHTS, WEIGHTS.lines
    )
    assert metadata(blocks, verdicts, (), WEIGHTS, Capture("file:///x", EPOCH, b"")).date_published == date


def test_a_date_in_the_teasers_is_not_the_page_s() -> None:
    prose = "The keeper climbs the forty steps before sunset and trims the wick of the lamp."
    tail = "\n".join(f"Teaser number {n}\nWhat stands in it, in one sentence.\n{n} May 2026" for n in (1, 2, 3))
    blocks, verdicts = judge(split(f"{prose}\n\n{prose[::-1]}.\n\n{tail}"), WEIGHTS, WEIGHTS.lines)
    assert metadata(blocks, verdicts, (), WEIGHTS, Capture("file:///x", EPOCH, b"")).date_published is None
    assert [b.text for b, v in zip(blocks, verdicts, strict=True) if v.kept] == [prose, f"{prose[::-1]}."]


def page(name: str) -> list[Block]:
    return split((PROJECT / "tests" / "cases" / name / "page.txt").read_text("utf-8"))


def test_every_dropped_line_has_a_reason_that_says_what_or_where_it_is() -> None:
    _, verdicts = judge(page("comments-below-a-flat-article"), WEIGHTS, WEIGHTS.lines)
    reasons = {verdict.reason for verdict in verdicts if not verdict.kept}
    assert {"navigation", "byline", "date", "title", "share", "label", "footer", "before-body"} <= reasons
    assert all(verdict.reason == "body" for verdict in verdicts if verdict.kept)


def test_scores_have_four_places_and_what_a_rule_drops_scores_low() -> None:
    _, verdicts = judge(page("promo-between-paragraphs"), WEIGHTS, WEIGHTS.lines)
    assert all(verdict.score == round(verdict.score, 4) for verdict in verdicts)
    assert all(verdict.score <= 0.05 for verdict in verdicts if verdict.reason == "promo")


def test_a_last_paragraph_above_dated_lines_is_no_teaser() -> None:
    blocks = page("comments-below-a-flat-article")
    _, verdicts = judge(blocks, WEIGHTS, WEIGHTS.lines)
    (last,) = [i for i, block in enumerate(blocks) if block.text.startswith("The harbour office expects")]
    assert verdicts[last].kept


@given(st.text(max_size=2000))
def test_any_text_is_judged_without_an_error_and_nothing_is_lost(text: str) -> None:
    blocks, verdicts = judge(split(text), WEIGHTS, WEIGHTS.lines)
    assert len(blocks) == len(verdicts)
    assert "".join("".join(b.text.split()) for b in blocks) == "".join(text.split())
    assert all(isinstance(verdict, Verdict) for verdict in verdicts)


def test_long_input_is_judged_in_linear_time() -> None:
    text = "\n".join(["word " * 12, "By " * 40, "1 " * 60, "(" * 80] * 5000)
    blocks, verdicts = judge(split(text), WEIGHTS, WEIGHTS.lines)
    assert len(blocks) == len(verdicts) == 20_000
