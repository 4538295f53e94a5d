"""Words of the markup → how strongly they speak for body."""

import pytest

from harvester.extraction.features import Facts
from harvester.extraction.page import parsed
from harvester.learn.markup import Markup, Odds
from harvester.settings import Recipe
from harvester.types import EPOCH

HTML = (
    "<div class='story'><p>The keeper climbs the steps.</p><p>He trims the wick.</p></div>"
    "<div class='sidebar x{0}'><p>Read on</p><p>The ferry</p></div>"
)
LABELS = (1.0, 1.0, 0.0, 0.0)


def page(number: int) -> Facts:
    cut = parsed(HTML.replace("{0}", "quay" if number < 9 else "").encode(), Recipe(), url="", captured=EPOCH).cut
    return Facts(cut.blocks, cut.contexts, cut.elements)


def fit(sites: list[int]) -> Odds:
    pages = [page(number) for number in range(len(sites))]
    assert [len(facts.at) for facts in pages] == [len(LABELS)] * len(sites)
    labels, weights = [LABELS] * len(sites), [(1.0,) * len(LABELS)] * len(sites)
    return Markup(pages, sites).fit(range(len(sites)), labels, weights)


def test_words_around_body_speak_for_it_and_others_against_it() -> None:
    odds = fit(list(range(40)))
    assert odds["story"][0] > 0.1 and odds["sidebar"][0] < -0.1
    assert fit(list(range(40))) == odds


@pytest.mark.parametrize(("sites", "known"), [(9, False), (10, True)])
def test_a_word_counts_where_ten_sites_use_it(sites: int, known: bool) -> None:
    assert ("story" in fit([number % sites for number in range(40)])) is known


def test_a_word_of_few_pages_is_not_learned() -> None:
    assert "story" in (odds := fit(list(range(40)))) and not any("quay" in word for word in odds)


def test_pages_that_are_left_out_change_nothing() -> None:
    pages = [page(number) for number in range(40)]
    markup = Markup(pages, list(range(40)))
    weights = [(1.0,) * len(LABELS)] * 40
    odds = markup.fit(range(20), [LABELS] * 40, weights)
    opposite = tuple(1 - label for label in LABELS)
    assert odds == markup.fit(range(20), [LABELS] * 20 + [opposite] * 20, weights)
    assert odds != markup.fit(range(40), [LABELS] * 20 + [opposite] * 20, weights)
