"""Pages with gold → what judges the blocks of HTML pages, and for each fold the same without its pages."""

import math
from array import array
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from itertools import combinations

import numpy

from harvester.errors import InputError, PageError
from harvester.extraction import classify, features, footnotes, page_type, policy
from harvester.extraction.lexicon import Lexicon, load_words
from harvester.extraction.model import BlockModel
from harvester.extraction.page import parsed
from harvester.extraction.rows import Rows
from harvester.extraction.statements import Statements
from harvester.judge.bench_file import BenchPage
from harvester.judge.scores import word_overlap
from harvester.learn.card import Learned, Progress, silent
from harvester.learn.grow import grow
from harvester.learn.labels import block_labels
from harvester.learn.markup import Markup, Odds
from harvester.settings import Recipe
from harvester.types import EPOCH, Block, Frozen

_MOST_ROWS = 250
"""Blocks of a page that are learned from, evenly spread."""
_FOUND = 0.05
"""Share of the gold's words that the page must have: below, the gold is another page's."""
_AT = features.COLUMNS.index("markup")
_UNTYPED = 0.3
"""Weight of a page that is only known to be an article, against one whose type was looked at."""
_UNKNOWN = 0.5
"""Weight of the blocks of a page whose type is not known, against those of others."""
_NO_ARTICLE = 2.0
"""Weight of a page of another type in the general forest, against an article: those are mostly judged by their own."""
_TYPE_TREES = 140
_BINS = 20


class Example(Frozen):
    """A page with gold, read and labelled."""

    blocks: tuple[Block, ...]
    facts: features.Facts
    said: Statements
    gold: str
    rows: numpy.ndarray
    """Float32, blocks by `features.COLUMNS`; the columns of the markup's odds are still zero."""
    labels: tuple[float, ...]
    """For each block the share of its words that are body."""
    kind: int
    """Position in `page_type.TYPES`; -1 where it is not known."""
    typed: bool
    """Whether the type was looked at page by page."""


def example(page: BenchPage, *, article: bool) -> Example | None:
    """Read and label a page; None where it has no blocks or its gold is empty or of another page."""
    try:
        read = parsed(page.html.encode("utf-8", "replace"), Recipe(), url=page.url or "", captured=EPOCH)
    except PageError:
        return None
    words = load_words()
    blocks, origins, _ = footnotes.separate(read.cut.blocks, words)
    labels = block_labels([block.text for block in blocks], page.gold)
    facts = features.Facts(blocks, [read.cut.contexts[i] for i in origins], read.cut.elements)
    there = word_overlap(" ".join(block.text for block in blocks), page.gold)
    if not blocks or there.common < _FOUND * max(there.gold, 1) or not there.gold:
        return None
    rows = features.measure(facts, read.said, _lexicon(), {})
    typed = not article and page.page_type in page_type.TYPES
    kind = 0 if article else page_type.TYPES.index(page.page_type) if typed and page.page_type else -1
    barred = [why is not None for why in policy.never_body(facts, rows)]
    return Example(
        blocks=tuple(blocks),
        facts=facts,
        said=read.said,
        gold=page.gold,
        rows=_table(rows),
        labels=tuple(0.0 if out else share for out, share in zip(barred, labels, strict=True)),
        kind=kind,
        typed=typed,
    )


@cache
def _lexicon() -> Lexicon:
    return Lexicon(load_words())


def train_blocks(
    examples: Sequence[Example],
    sites: Sequence[int],
    folds: Sequence[int],
    *,
    trees: int = 250,
    progress: Progress = silent,
) -> Learned[BlockModel]:
    """Grow the forests; same examples in the same order, same bytes. `sites` numbers the site of each page.

    A page's odds of the markup come from a fit without its fold, for the forests must not learn to trust what was fitted
    on the very page. Pages of unknown type train the general forest alone; articles that were not typed page by page
    (they may hold comments, which are no body there) the article forest alone.
    """
    _check_kinds(examples, folds)
    number = max(folds) + 1
    markup = Markup([e.facts for e in examples], sites)
    weights = [_weights(e) for e in examples]

    def odds(without: Collection[int]) -> Odds:
        chosen = [i for i, fold in enumerate(folds) if fold not in without]
        return markup.fit(chosen, [e.labels for e in examples], weights)

    tables = {frozenset(held): odds(held) for size in (0, 1, 2) for held in combinations(range(number), size)}
    models = []
    for done, held in enumerate([frozenset[int](), *(frozenset((fold,)) for fold in range(number))]):
        progress("grow", done, number + 1)
        seen = [i for i, fold in enumerate(folds) if fold not in held]
        rows = {i: _with_odds(examples[i], tables[held | {folds[i]}]) for i in seen}
        models.append(_model(examples, rows, weights, tables[held], trees))
    progress("grow", number + 1, number + 1)
    judged = [_held_out(e, models[1 + fold]) for e, fold in zip(examples, folds, strict=True)]
    points = calibration(judged)
    model, *rest = (BlockModel(m.markup, m.general, m.article, m.page_type, points) for m in models)
    return Learned(model, tuple(rest), tuple(f1 for _, f1 in judged))


def _check_kinds(examples: Sequence[Example], folds: Sequence[int]) -> None:
    """Raises InputError where a forest would have no pages without one of the folds."""
    articles = {fold for e, fold in zip(examples, folds, strict=True) if e.kind == 0}
    general = {fold for e, fold in zip(examples, folds, strict=True) if e.typed or e.kind < 0}
    if len(articles) < 2:
        raise InputError("no two sites have articles: give pages with `page_type` article, or --articles FILE")
    if len(general) < 2:
        raise InputError("--articles: no two sites have other pages: give pages of every kind as FILE too")


def _weights(e: Example) -> list[float]:
    """By the root of a block's words; they add up to the same for every page (half where its type is not known), as each
    counts once in the score."""
    roots = [size**0.5 for size in e.facts.words]
    total = math.fsum(roots)
    unit = (100 if e.kind >= 0 else 100 * _UNKNOWN) / total
    return [unit * root for root in roots]


def _with_odds(e: Example, odds: Odds) -> numpy.ndarray:
    rows = e.rows.copy()
    marks = _table(features.tree.markup(e.facts, odds))
    rows[:, _AT : _AT + marks.shape[1]] = marks
    return rows


def _table(rows: Rows) -> numpy.ndarray:
    return numpy.array(rows.values, dtype=numpy.float32).reshape(len(rows), rows.width)


def _rows(table: numpy.ndarray) -> Rows:
    rows = Rows(*table.shape)
    rows.values = array("d", table.ravel().tolist())
    return rows


def _model(
    examples: Sequence[Example],
    rows: Mapping[int, numpy.ndarray],
    weights: Sequence[list[float]],
    odds: Odds,
    trees: int,
) -> BlockModel:
    general = [i for i in rows if examples[i].typed or examples[i].kind < 0]
    article = [i for i in rows if examples[i].kind == 0]
    forests = []
    for pages, other in ((general, _NO_ARTICLE), (article, 1.0)):
        taken = {i: _spread(len(rows[i])) for i in pages}
        share = {i: (other if examples[i].kind > 0 else 1.0) * len(rows[i]) / len(taken[i]) for i in pages}
        forests.append(
            grow(
                numpy.concatenate([rows[i][taken[i]] for i in pages]),
                numpy.concatenate([numpy.array(examples[i].labels)[taken[i]] for i in pages]),
                numpy.concatenate([numpy.array(weights[i])[taken[i]] * share[i] for i in pages]),
                features.COLUMNS,
                trees=trees,
            )
        )
    kinds = [i for i in rows if examples[i].kind >= 0]
    measured = [page_type.measure(examples[i].facts, _rows(rows[i]), examples[i].said) for i in kinds]
    trust = [1.0 if examples[i].typed else _UNTYPED for i in kinds]
    types = grow(
        numpy.array(measured + [page_type.without_url(row) for row in measured], dtype=numpy.float32),
        numpy.array([examples[i].kind for i in kinds] * 2, dtype=float),
        numpy.array(trust + [weight / 2 for weight in trust]),
        page_type.COLUMNS,
        trees=_TYPE_TREES,
        classes=len(page_type.TYPES),
        num_leaves=15, min_data_in_leaf=15, feature_fraction=0.3, bagging_fraction=0.8, lambda_l2=3,
    )  # fmt: skip
    return BlockModel(odds, forests[0], forests[1], types, ((1.0, 1.0),))


def _spread(size: int) -> list[int]:
    step = max(1.0, size / _MOST_ROWS)
    return [int(k * step) for k in range(min(size, _MOST_ROWS))]


def _held_out(e: Example, model: BlockModel) -> tuple[float, float]:
    """Expected F1 and word F1 of a page under a model that has not seen it."""
    rows = features.measure(e.facts, e.said, _lexicon(), model.markup)
    judged = classify.judge(e.blocks, e.facts, rows, e.said, model)
    text = "\n".join(b.text for b, v in zip(e.blocks, judged.verdicts, strict=True) if v.kept)
    return judged.confidence, word_overlap(text, e.gold).f1


def calibration(judged: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Mean F1 in bins of equal size by expected F1, made to rise (pool adjacent violators)."""
    ranked = sorted(judged)
    size = max(1, math.ceil(len(ranked) / _BINS))
    pools: list[list[float]] = []
    for start in range(0, len(ranked), size):
        bin_ = ranked[start : start + size]
        pools.append([math.fsum(e for e, _ in bin_), math.fsum(f for _, f in bin_), len(bin_)])
        while len(pools) > 1 and pools[-2][1] / pools[-2][2] >= pools[-1][1] / pools[-1][2]:
            last = pools.pop()
            pools[-1] = [a + b for a, b in zip(pools[-1], last, strict=True)]
    return tuple((round(e / n, 4), round(f / n, 4)) for e, f, n in pools)
