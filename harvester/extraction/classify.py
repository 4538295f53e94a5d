"""Which blocks of an HTML page are body: two forests score each, and the choice with the best expected F1 is kept.

One forest knows articles, the other every kind of page; how surely the page is an article weighs the two. Policy stands
above the scores: the headline is metadata, a second copy is no text, and each block that goes has a reason.
"""

from collections.abc import Sequence
from math import exp, log
from typing import TYPE_CHECKING

from harvester.extraction import features, page_type, policy
from harvester.extraction.choice import best_set
from harvester.extraction.features.parts import BIT
from harvester.extraction.statements import Statements
from harvester.extraction.trees import Forest, log_odds, probability
from harvester.types import Block, Frozen, Verdict

if TYPE_CHECKING:
    from harvester.extraction.model import BlockModel

_SURE = 2.0
"""Log-odds of an article at which both forests weigh the same."""
_UNLIKELY = 0.15
"""Scores up to this do not count as text that might be missed: many small ones, of comments, would add up."""
_PARTS = ("comment", "related", "promo", "share", "author", "notice", "nav", "footer", "aside", "form")
"""Parts that a dropped block is said to stand in, the telling ones first."""
_IN_PARTS = [(BIT[name], f"in-{name}") for name in _PARTS]
_LINES = ("", "label", "related", "notes-heading")
_OPENINGS = ("", "related", "biography", "credit", "byline", "translator", "provenance", "promo")
_SHARE_WORDS, _DATE_WORDS, _LINE, _OPENING, _LINK_SHARE = (
    features.COLUMNS.index(name) for name in ("share-words", "date-words", "known-line", "known-opening", "link-share")
)


class Judgement(Frozen):
    """What was decided about a page."""

    verdicts: tuple[Verdict, ...]
    """One for each block."""
    page_type: str
    page_type_probability: float
    confidence: float
    """Expected F1, calibrated on held-out pages."""
    forest: Forest
    """The one that weighed more."""


def judge(
    blocks: Sequence[Block],
    page: features.Facts,
    rows: Sequence[Sequence[float]],
    said: Statements,
    model: "BlockModel",
) -> Judgement:
    """A verdict for each of the blocks, of which there is one at least; scores have four places before they decide."""
    table = [*rows]  # a row of `Rows` is a copy: one of each is enough
    types = page_type.probabilities(model.page_type, page_type.measure(page, table, said))
    scores = [round(score, 4) for score in blended(rows, types[0], model)]
    reasons = [policy.never_body(block, row) for block, row in zip(blocks, table, strict=True)]
    reasons = policy.without_newsletters(page, policy.with_one_headline(reasons))
    if weight_of_article(types[0]) < 0.5:
        reasons = policy.without_small_print(blocks, scores, reasons)
    scores = policy.tables_together(blocks, page, policy.with_standfirst(blocks, page, table, scores, reasons))
    kept, expected = best_set(page.words, scores, [reason is None for reason in reasons], unlikely=_UNLIKELY)
    kept = policy.bridged(blocks, page, table, scores, reasons, kept)
    kind = max(range(len(types)), key=types.__getitem__)
    return Judgement(
        tuple(
            Verdict(True, scores[i], "body")
            if i in kept
            else Verdict(False, scores[i], reasons[i] or why_dropped(page, i, table[i]))
            for i in range(len(blocks))
        ),
        page_type.TYPES[kind],
        round(types[kind], 4),
        calibrated(expected, model.calibration),
        model.article if weight_of_article(types[0]) > 0.5 else model.general,
    )


def blended(rows: Sequence[Sequence[float]], article: float, model: "BlockModel") -> list[float]:
    """The probability that each block is body, given the probability that the page is an article."""
    share = weight_of_article(article)
    general = [probability(odds) for (odds,) in log_odds(model.general, rows)]
    as_article = [probability(odds) for (odds,) in log_odds(model.article, rows)]
    return [share * a + (1 - share) * g for a, g in zip(as_article, general, strict=True)]


def weight_of_article(probability_: float) -> float:
    """How much the forest for articles weighs, given the probability that the page is one."""
    sure = min(max(probability_, 1e-6), 1 - 1e-6)
    return 1 / (1 + exp(_SURE - log(sure / (1 - sure))))


def why_dropped(page: features.Facts, i: int, row: Sequence[float]) -> str:
    """What a block that is not body seems to be: by its words, else by the part of the page it stands in."""
    if row[_SHARE_WORDS] >= 0.8:
        return "share"
    if row[_DATE_WORDS] >= 0.8:
        return "date"
    if row[_LINE]:
        return _LINES[int(row[_LINE])]
    if row[_OPENING]:
        return _OPENINGS[int(row[_OPENING])]
    negative = page.negative[page.at[i]]
    if negative >= 0:
        kinds = page.kinds[negative]
        for bit, reason in _IN_PARTS:
            if kinds & bit:
                return reason
    return "navigation" if row[_LINK_SHARE] > 0.5 else "boilerplate"


def calibrated(expected: float, points: Sequence[tuple[float, float]]) -> float:
    """The expected F1 on the scale of what held-out pages reached: linear between the points, four places."""
    low = (0.0, 0.0)
    for high in (*points, (1.0, 1.0)):
        if expected <= high[0]:
            span = high[0] - low[0]
            share = (expected - low[0]) / span if span else 1.0
            return round(low[1] + share * (high[1] - low[1]), 4)
        low = high
    return round(low[1], 4)
