"""The blocks of a page come in, a row of numbers for each goes out: the same columns on every page.

Counts over flat arrays: sizes, links, marks, word lists, the elements around, neighbours, repetition. No number depends
on a language, a site or another page.
"""

from collections.abc import Mapping

from harvester.extraction.features import flow, text, tree
from harvester.extraction.features.facts import Facts
from harvester.extraction.lexicon import Lexicon
from harvester.extraction.statements import Statements

__all__ = ["COLUMNS", "Facts", "measure"]

COLUMNS: tuple[str, ...] = (
    *text.COLUMNS, *text.COMMON_COLUMNS, *text.TITLE_COLUMNS, *text.REPEAT_COLUMNS, *text.DECLARED_COLUMNS,
    *flow.PLACE_COLUMNS, *tree.MARKUP_COLUMNS, *tree.PART_COLUMNS, *tree.AROUND_COLUMNS, *tree.BEST_COLUMNS,
    *tree.GROUP_COLUMNS, *flow.NEIGHBOUR_COLUMNS, *flow.PAGE_COLUMNS,
)  # fmt: skip


def measure(
    page: Facts, said: Statements, lexicon: Lexicon, odds: Mapping[str, tuple[float, float]]
) -> list[list[float]]:
    """A row for each block with the columns of COLUMNS; `odds` is `BlockModel.markup`."""
    if not page.size:
        return []
    whole = flow.whole(page)
    columns = zip(
        text.common_words(page), text.titles(page, said.title), text.repeated(page),
        text.declared(page, said.texts, said.description), flow.places(page), tree.markup(page, odds), tree.parts(page),
        tree.around(page), tree.best(page), tree.groups(page), flow.neighbours(page), strict=True,
    )  # fmt: skip
    return [
        [
            *text.own(page, i, lexicon),
            common,
            *title,
            same,
            *said_,
            *place,
            *odds_,
            *part,
            *sizes,
            *best,
            *group,
            *near,
            *whole,
        ]
        for i, (common, title, same, said_, place, odds_, part, sizes, best, group, near) in enumerate(columns)
    ]
