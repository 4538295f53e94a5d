"""Which blocks of an HTML page are body: two forests score each, and the choice with the best expected F1 is kept.

One forest knows articles, the other every kind of page; how surely the page is an article weighs the two. Policy stands
above the scores: the headline is metadata, a second copy is no text, and each block that goes has a reason.
"""

from collections.abc import Sequence
from math import exp, log
from typing import TYPE_CHECKING

import cython

from harvester.extraction import features, page_type, policy
from harvester.extraction.choice import best_set
from harvester.extraction.dropped import why_dropped
from harvester.extraction.rows import Rows
from harvester.extraction.statements import Statements
from harvester.extraction.trees import Forest, probabilities, sums
from harvester.types import Block, Frozen, Verdict

if cython.compiled:
    from cython.cimports.libc.math import floor
else:
    from math import floor

if TYPE_CHECKING:
    from harvester.extraction.model import BlockModel

_SURE = 2.0
"""Log-odds of an article at which both forests weigh the same."""
_UNLIKELY = 0.15
"""Scores up to this do not count as text that might be missed: many small ones, of comments, would add up."""


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
    blocks: Sequence[Block], page: features.Facts, rows: Rows, said: Statements, model: "BlockModel"
) -> Judgement:
    """A verdict for each of the blocks, of which there is one at least; scores have four places before they decide."""
    types = page_type.probabilities(model.page_type, page_type.measure(page, rows, said))
    scores = [rounded(score) for score in blended(rows, types[0], model)]
    reasons = policy.with_one_headline(policy.never_body(page, rows))
    reasons = policy.without_consent(page, policy.without_small_parts(page, reasons))
    if types[0] < 0.5:
        reasons = policy.without_small_print(blocks, scores, reasons)
    scores = policy.tables_together(blocks, page, policy.with_standfirst(blocks, page, rows, scores, reasons))
    kept, expected = best_set(page.words.tolist(), scores, [reason is None for reason in reasons], unlikely=_UNLIKELY)
    kept = policy.bridged(blocks, page, rows, scores, reasons, kept)
    kind = max(range(len(types)), key=types.__getitem__)
    dropped_as = why_dropped(page, rows)
    return Judgement(
        tuple(
            [
                Verdict(True, score, "body") if i in kept else Verdict(False, score, reasons[i] or dropped_as[i])
                for i, score in enumerate(scores)
            ]
        ),
        page_type.TYPES[kind],
        round(types[kind], 4),
        calibrated(expected, model.calibration),
        model.article if weight_of_article(types[0]) > 0.5 else model.general,
    )


def blended(rows: Rows, article: float, model: "BlockModel") -> list[float]:
    """The probability that each block is body, given the probability that the page is an article."""
    share: cython.double = weight_of_article(article)
    found = probabilities(sums(model.plan, rows))
    size = len(found) // 2
    return [share * a + (1 - share) * g for g, a in zip(found[:size], found[size:], strict=True)]


@cython.ccall
def rounded(score: cython.double) -> cython.double:
    """A probability to four places, as `round` gives it, which takes ten times as long: it must print the number.

    Only next to the middle between two results is it in doubt to which the product, itself rounded, belongs.
    """
    scaled: cython.double = score * 10_000.0
    whole: cython.double = floor(scaled)
    rest: cython.double = scaled - whole
    if 0.499999 < rest < 0.500001:
        return round(score, 4)
    return (whole + 1.0 if rest > 0.5 else whole) / 10_000.0


def weight_of_article(probability_: float) -> float:
    """How much the forest for articles weighs, given the probability that the page is one."""
    sure = min(max(probability_, 1e-6), 1 - 1e-6)
    return 1 / (1 + exp(_SURE - log(sure / (1 - sure))))


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
