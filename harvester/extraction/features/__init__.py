"""The blocks of a page come in, a row of numbers for each goes out: the same columns on every page.

Counts over flat arrays: sizes, links, marks, word lists, the elements around, neighbours, repetition. No number depends
on a language, a site or another page.
"""

from collections.abc import Mapping

from harvester.extraction.features import containers, flow, groups, text, tree
from harvester.extraction.features.facts import Facts
from harvester.extraction.lexicon import Lexicon
from harvester.extraction.rows import Rows
from harvester.extraction.statements import Statements

__all__ = ["COLUMNS", "Facts", "measure"]

_GROUPS = (
    text.COLUMNS, text.COMMON_COLUMNS, text.TITLE_COLUMNS, text.REPEAT_COLUMNS, text.DECLARED_COLUMNS,
    flow.PLACE_COLUMNS, tree.MARKUP_COLUMNS, containers.PART_COLUMNS, containers.AROUND_COLUMNS,
    containers.BEST_COLUMNS, groups.COLUMNS, flow.NEIGHBOUR_COLUMNS, flow.PAGE_COLUMNS,
)  # fmt: skip
COLUMNS: tuple[str, ...] = tuple(name for names in _GROUPS for name in names)
_STARTS = [sum(len(names) for names in _GROUPS[:number]) for number in range(len(_GROUPS))]


def measure(page: Facts, said: Statements, lexicon: Lexicon, odds: Mapping[str, tuple[float, float]]) -> Rows:
    """A row for each block with the columns of COLUMNS; `odds` is `BlockModel.markup`."""
    rows = Rows(page.size, len(COLUMNS))
    if page.size:
        at = iter(_STARTS)
        text.own(page, lexicon, rows, next(at))
        text.common_words(page, rows, next(at))
        text.titles(page, said.title, rows, next(at))
        text.repeated(page, rows, next(at))
        text.declared(page, said.texts, said.description, rows, next(at))
        flow.places(page, rows, next(at))
        tree.put_markup(page, odds, rows, next(at))
        containers.parts(page, rows, next(at))
        containers.around(page, rows, next(at))
        containers.best(page, rows, next(at))
        groups.groups(page, rows, next(at))
        flow.neighbours(page, rows, next(at))
        flow.whole(page, rows, next(at))
    return rows
