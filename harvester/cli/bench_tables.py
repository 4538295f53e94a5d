"""The figures of `harvest bench` as tables, aligned for a terminal or in Markdown."""

from collections.abc import Mapping, Sequence

from harvester.cli.show import columns, safe
from harvester.judge.bench import BenchResult, FileResult
from harvester.judge.intervals import Difference
from harvester.judge.metadata_bench import MetadataBench
from harvester.judge.summary import Summary
from harvester.types import Frozen

_SKIPPED = {
    "empty-gold": "without gold: not scored",
    "gold-not-in-html": "whose gold does not stand in the source: not scored",
    "trained-weights": "trained the weights: not scored; give --folds",
}
_NOTHING = "–"


class _Table(Frozen):
    header: Sequence[str]
    rows: Sequence[Sequence[str]]


def bench_tables(result: BenchResult, *, markdown: bool) -> str:
    """All that was measured: a table of the systems a file, then word F1 by page type and by language."""
    write = _markdown if markdown else _aligned
    parts = ["## Bench" if markdown else "", ", ".join(f"{name} {v}" for name, v in result.versions.items())]
    if result.flattener:
        parts.append(f"pages flattened to text by {result.flattener}")
    for file, timing in zip(result.files, result.timing, strict=True):
        parts.append(("### " if markdown else "") + safe(f"{file.file}: {_pages(file.pages)}"))
        parts += [f"{_pages(number)} {_SKIPPED[reason]}" for reason, number in file.skipped.items()]
        if file.pages:
            parts.append(write(_systems(file, timing.ratios)))
            parts.append(f"CPU time as a multiple of harvester's, median over {_pages(timing.pages)}")
        for name, groups in (("page type", file.by_page_type), ("lang", file.by_lang)):
            if groups:
                parts.append(write(_groups(name, groups)))
    return "\n\n".join(part for part in parts if part)


def metadata_tables(result: MetadataBench, *, markdown: bool) -> str:
    """A table a file: precision, recall and invented values of every field, a row a system."""
    write = _markdown if markdown else _aligned
    parts = ["## Metadata" if markdown else "", ", ".join(f"{name} {v}" for name, v in result.versions.items())]
    for file in result.files:
        parts.append(("### " if markdown else "") + safe(f"{file.file}: {_pages(file.pages)}"))
        header = ["field", "system", "pages with gold", "precision", "recall", "pages without", "invented"]
        rows = [
            [field, system, f"{s.gold:,}", _share(s.precision), _share(s.recall), f"{s.without:,}", _share(s.invented)]
            for field, systems in file.fields.items()
            for system, s in systems.items()
        ]
        parts.append(write(_Table(header, rows)))
        told = file.languages
        parts.append(f"language of the text as declared: {_share(told.agree)} of {_pages(told.pages)}")
        parts += [safe(f"  {odd.id}: declared {odd.declared}, found {odd.found}") for odd in told.disagreements]
        if file.time_share is not None:
            parts.append(f"metadata take {file.time_share:.0%} of harvester's CPU time, median over pages")
    return "\n\n".join(part for part in parts if part)


def _systems(file: FileResult, ratios: Mapping[str, float]) -> _Table:
    """A row a system; a column that says nothing of any system is left out."""
    found = list(file.overall.items())
    cells = [
        ("system", [system for system, _ in found]),
        ("F1", [_share(s.f1) for _, s in found]),
        ("precision", [_share(s.precision) for _, s in found]),
        ("recall", [_share(s.recall) for _, s in found]),
        ("shingle F1", [_share(s.shingle_f1) for _, s in found]),
        ("with", [_share(s.with_found) for _, s in found]),
        ("without", [_share(s.without_found) for _, s in found]),
        ("snippet F1", [_share(s.snippet_f1) for _, s in found]),
        ("leakage", [_share(s.leakage) for _, s in found]),
        ("comments", [_share(s.comment_leakage) for _, s in found]),
        ("failed", [str(s.failures) for _, s in found]),
        ("time", [f"{ratios[system]:.2f}" for system, _ in found]),
        ("harvester − system", [_gap(file.differences.get(system)) for system, _ in found]),
    ]
    shown = [(name, column) for name, column in cells if any(cell not in ("", _NOTHING) for cell in column)]
    return _Table([name for name, _ in shown], list(zip(*(column for _, column in shown), strict=True)))


def _groups(name: str, groups: Mapping[str, Mapping[str, Summary]]) -> _Table:
    systems = list(next(iter(groups.values())))
    rows = [
        [safe(group), str(found[systems[0]].pages), *(_share(found[system].f1) for system in systems)]
        for group, found in groups.items()
    ]
    return _Table([name, "pages", *(f"{system} F1" for system in systems)], rows)


def _pages(number: int) -> str:
    return f"{number:,} page" if number == 1 else f"{number:,} pages"


def _share(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:.3f}"


def _gap(gap: Difference | None) -> str:
    return "" if gap is None else f"{gap.mean:+.3f} [{gap.low:+.3f}, {gap.high:+.3f}]"


def _aligned(table: _Table) -> str:
    return columns([table.header, *table.rows])


def _markdown(table: _Table) -> str:
    rule = ["---", *("--:" for _ in table.header[1:])]
    return "\n".join(f"| {' | '.join(line)} |".replace("  ", " ") for line in (table.header, rule, *table.rows))
