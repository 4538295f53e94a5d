"""Pages with gold → the trees that judge lines of flat text, and for each fold the same without its pages."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy

from harvester.errors import PageError
from harvester.extraction import flat, footnotes, line_features, lines
from harvester.extraction.lexicon import load_words
from harvester.extraction.page import parsed
from harvester.extraction.trees import Forest
from harvester.extraction.words import count_words
from harvester.judge.bench_file import BenchPage
from harvester.judge.flatten import FLATTENERS, flatten
from harvester.judge.scores import word_overlap
from harvester.learn.card import Learned, Progress, silent
from harvester.learn.grow import grow
from harvester.learn.labels import block_labels, tokens
from harvester.settings import Recipe
from harvester.types import EPOCH, Frozen

_MOST_ROWS = 120
"""Lines of a page that are learned from, evenly spread: long pages would else be most of the rows, and add little."""
_LEAST_COVERED = 0.3
"""Share of the gold that the page must have: below, the gold is another page's or the flattener lost the text."""
_ARTICLE = 0.3
"""Weight of a page from a file of articles against one from a file of mixed pages: flat text is of every kind."""
_PARAMETERS: Mapping[str, Any] = {
    "learning_rate": 0.08, "min_data_in_leaf": 20, "max_bin": 63, "force_row_wise": False, "force_col_wise": True,
}  # fmt: skip


class Rows(Frozen):
    """Some lines of a page."""

    features: numpy.ndarray
    """Float32, lines by `line_features.COLUMNS`."""
    labels: tuple[float, ...]
    """For each line the share of its words that are body."""
    weights: tuple[float, ...]


class Example(Frozen):
    """A page with gold, flattened and labelled."""

    text: str
    """The page as one flattener gives it: what is scored."""
    gold: str
    views: tuple[Rows, ...]
    """Of the page as several flatteners give it."""


def example(page: BenchPage, *, article: bool) -> Example | None:
    """Flatten and label a page; None where its gold is empty, of another page, or lost by the flatteners.

    All flatteners take part, so that none is learned by heart; the page's digest says which of them is scored.
    """
    title = _title(page)
    names = tuple(FLATTENERS)
    first = int(page.sha256[:8], 16) % len(names)
    texts = [flatten(page.html, name) for name in (*names[first:], *names[:first])]
    trust = _ARTICLE if article else 1.0
    found = [(text, rows) for text in texts if (rows := page_rows(text, page.gold, title, trust)) is not None]
    return Example(found[0][0], page.gold, tuple(rows for _, rows in found)) if found else None


def _title(page: BenchPage) -> str:
    try:
        return (
            parsed(page.html.encode("utf-8", "replace"), Recipe(), url=page.url or "", captured=EPOCH).metadata.title
            or ""
        )
    except PageError:
        return ""


def page_rows(text: str, gold: str, title: str = "", trust: float = 1.0) -> Rows | None:
    """The lines of a flattened page with the share of each that is gold; None where the gold is not in the page.

    At most 120 lines. Dates, bylines and the title that the page declares are metadata, whatever the gold says.
    Weights go by the root of a line's words and add up to 100 times `trust`: each page counts once in the score.
    """
    blocks = flat.split(text)
    shares = block_labels([block.text for block in blocks], gold)
    sizes = [count_words(block.text) for block in blocks]
    body = math.fsum(size * share for size, share in zip(sizes, shares, strict=True))
    wanted = count_words(gold)
    if not blocks or not wanted or body < _LEAST_COVERED * wanted:
        return None
    words = load_words()
    kinds = [lines.label_alone(block, words) for block in blocks]
    headline = tokens(title)
    labels = [
        0.0 if kind in ("date", "byline") or (headline and tokens(block.text) == headline) else share
        for block, kind, share in zip(blocks, kinds, shares, strict=True)
    ]
    rows = line_features.measure(blocks, kinds, lines.word_lists(words))
    roots = [max(size, 1) ** 0.5 for size in sizes]
    step = max(1.0, len(blocks) / _MOST_ROWS)
    chosen = [int(k * step) for k in range(min(len(blocks), _MOST_ROWS))]
    unit = trust * 100 / math.fsum(roots[i] for i in chosen)
    return Rows(
        numpy.array([rows[i] for i in chosen], dtype=numpy.float32),
        tuple(labels[i] for i in chosen),
        tuple(unit * roots[i] for i in chosen),
    )


def train_lines(
    examples: Sequence[Example], folds: Sequence[int], *, trees: int = 250, progress: Progress = silent
) -> Learned[Forest]:
    """Grow the forests for `Weights.lines`; same examples in the same order, same bytes."""
    number = max(folds) + 1
    forests = []
    for done, held in enumerate([None, *range(number)]):
        progress("grow", done, number + 1)
        forests.append(_grow([e for e, fold in zip(examples, folds, strict=True) if fold != held], trees))
    progress("grow", number + 1, number + 1)
    scores = [_held_out(e, forests[1 + fold]) for e, fold in zip(examples, folds, strict=True)]
    return Learned(forests[0], tuple(forests[1:]), tuple(scores))


def _grow(examples: Sequence[Example], trees: int) -> Forest:
    views = [view for e in examples for view in e.views]
    return grow(
        numpy.concatenate([view.features for view in views]),
        numpy.concatenate([view.labels for view in views]),
        numpy.concatenate([view.weights for view in views]),
        line_features.COLUMNS,
        trees=trees,
        **_PARAMETERS,
    )


def _held_out(e: Example, forest: Forest) -> float:
    """Word F1 of a page under a forest that has not seen it."""
    words = load_words()
    blocks, verdicts = lines.judge(footnotes.separate(flat.split(e.text), words)[0], words, forest)
    return word_overlap("\n".join(b.text for b, v in zip(blocks, verdicts, strict=True) if v.kept), e.gold).f1
