"""The figures of a check as tables: all pages, then by host, kind and language."""

import math
from collections.abc import Sequence

from harvester.gate.findings import Cell, Table
from harvester.gate.floors import Floors
from harvester.gate.page_score import PageScore
from harvester.gate.verdict import Group, Scored, groups, places

_HEADER = ("pages", "F1", "before", "floor", "precision", "recall", "shingle F1", "leakage")


def tables(scored: Scored, floors: Floors) -> tuple[Table, ...]:
    """Mean word F1 now, in the last accepted run, and its floor, with the other means; what snippets and fields give."""
    found = groups(scored)
    made = []
    for part, title in (("all", "pages"), ("hosts", "host"), ("kinds", "kind"), ("languages", "language")):
        rows = tuple(_row(group, floors) for group in found if group.part == part)
        if part == "all" or any(len(group.pages) > 1 for group in found if group.part == part):
            made.append(Table(title, (title, *_HEADER), rows))
    return (*made, _told([score for _, score in scored]))


def _row(group: Group, floors: Floors) -> tuple[Cell, ...]:
    scores = [score for _, score in group.pages]
    pins = [pin.f1 for page, _ in group.pages if (pin := floors.pages.get(page.name)) and pin.f1 is not None]
    levels = floors.floors
    floor = levels.all if group.part == "all" else getattr(levels, group.part).get(group.name)
    outside = sum(score.boilerplate.all for score in scores)
    return (
        group.name,
        len(scores),
        places(group.f1),
        _mean(pins),
        floor,
        _mean([score.words.precision for score in scores if score.words]),
        _mean([score.words.recall for score in scores if score.words]),
        _mean([score.shingles.f1 for score in scores if score.shingles]),
        places(sum(score.boilerplate.found for score in scores) / outside) if outside else None,
    )


def _told(scores: Sequence[PageScore]) -> Table:
    """What is counted in snippets, fields and pages."""
    must, must_not = sum(score.must for score in scores), sum(score.must_not for score in scores)
    fields = sum(score.fields for score in scores)
    rows: tuple[tuple[Cell, ...], ...] = (
        ("snippets that must appear", must - sum(len(score.missing) for score in scores), must),
        ("snippets that must not appear", must_not - sum(len(score.leaked) for score in scores), must_not),
        ("fields", fields - sum(len(score.wrong) for score in scores), fields),
        ("pages with a text", sum(score.failed is None for score in scores), len(scores)),
    )
    return Table("right", ("", "right", "of"), tuple(row for row in rows if row[2]))


def _mean(values: Sequence[float]) -> float | None:
    return places(math.fsum(values) / len(values)) if values else None
