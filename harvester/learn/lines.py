"""Pages with gold → the trees that judge lines of flat text."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy

from harvester.extraction import flat, line_features, lines
from harvester.extraction.lexicon import load_words
from harvester.extraction.trees import Forest
from harvester.extraction.words import count_words
from harvester.learn.flatten import FLATTENERS, flatten
from harvester.learn.grow import grow
from harvester.learn.labels import block_labels, tokens
from harvester.learn.pages import LabelledPage

_MOST_ROWS = 120
"""Lines of a page that are learned from, evenly spread: long pages would else be most of the rows, and add little."""
_LEAST_COVERED = 0.3
"""Share of the gold that the page must have: below, the gold is another page's or the flattener lost the text."""
_VIEWS = 2
_PARAMETERS: Mapping[str, Any] = {
    "learning_rate": 0.08, "min_data_in_leaf": 20, "max_bin": 63, "force_row_wise": False, "force_col_wise": True,
}  # fmt: skip

Rows = tuple[list[tuple[float, ...]], list[float], list[float]]
"""Features, labels and weights of lines."""


def train_lines(
    pages: Sequence[LabelledPage], *, trees: int = 250, flatteners: Sequence[str] = tuple(FLATTENERS)
) -> Forest:
    """The forest for `Weights.line_forest`: same pages in the same order, same bytes.

    Each page is flattened by two of the flatteners, in turn, so that none is learned by heart.
    """
    return grow_lines(
        [
            page_rows(page, flatteners[(number + view) % len(flatteners)])
            for number, page in enumerate(pages)
            for view in range(_VIEWS)
        ],
        trees=trees,
    )


def grow_lines(rows: Sequence[Rows], *, trees: int = 250) -> Forest:
    """The forest that rows of pages grow into."""
    return grow(
        numpy.array([features for page in rows for features in page[0]], dtype=numpy.float32),
        numpy.array([share for page in rows for share in page[1]]),
        numpy.array([weight for page in rows for weight in page[2]]),
        line_features.COLUMNS,
        trees=trees,
        **_PARAMETERS,
    )


def page_rows(page: LabelledPage, flattener: str) -> Rows:
    """The lines of a flattened page with the share of each that is gold; none where the gold is not in the page.

    At most 120 lines. Weights go by the root of a line's words and add up to the same for every page: each counts once
    in the score.
    """
    blocks = flat.split(flatten(page.html, flattener))
    shares = block_labels([block.text for block in blocks], page.gold)
    sizes = [count_words(block.text) for block in blocks]
    body = math.fsum(size * share for size, share in zip(sizes, shares, strict=True))
    if not blocks or body < _LEAST_COVERED * count_words(page.gold):
        return [], [], []
    words = load_words()
    kinds = [lines.label_alone(block, words) for block in blocks]
    title = tokens(page.headline or "")
    labels = [
        0.0 if kind in ("date", "byline") or (title and tokens(block.text) == title) else share
        for block, kind, share in zip(blocks, kinds, shares, strict=True)
    ]
    rows = line_features.measure(blocks, kinds, lines.word_lists(words))
    roots = [max(size, 1) ** 0.5 for size in sizes]
    step = max(1.0, len(blocks) / _MOST_ROWS)
    chosen = [int(k * step) for k in range(min(len(blocks), _MOST_ROWS))]
    unit = page.trust * 100 * step / math.fsum(roots)
    return [rows[i] for i in chosen], [labels[i] for i in chosen], [unit * roots[i] for i in chosen]
