"""Bench files with titles, authors and dates come in, how far every system agrees with them goes out.

Beside it stands how often the language of harvester's text is the declared one, and how much of its time metadata take.
"""

import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from harvester.extraction import load_weights
from harvester.extraction.language import base
from harvester.judge.bench_file import BenchPage, read_pages
from harvester.judge.fields import FIELDS, FieldCount, FieldSummary, Values, compare, gold_authors, summarise_field
from harvester.judge.metadata_systems import Run, check_metadata, harvest_metadata, other_metadata
from harvester.judge.sample import lowest, pool, ranks
from harvester.judge.systems import HARVESTER
from harvester.types import Frozen, path_uri

if TYPE_CHECKING:
    from harvester.run import Progress

PEERS = ("trafilatura", "newspaper4k", "htmldate")
_ENOUGH = 200
"""Characters of a text whose language is compared."""


class Disagreement(Frozen):
    """A page whose text is in another language than it declares."""

    id: str
    declared: str
    found: str


class Languages(Frozen):
    """The languages of texts of more than 200 characters, on pages that declare one in `<html lang>`."""

    pages: int
    agree: float | None
    disagreements: tuple[Disagreement, ...]


class MetadataResult(Frozen):
    """What the systems reached on one bench file."""

    file: str
    pages: int
    fields: Mapping[str, Mapping[str, FieldSummary]]
    """By field, then by system, harvester first."""
    languages: Languages
    time_share: float | None
    """Median over pages of the share of harvester's CPU time that metadata take; of this machine and moment."""


class MetadataBench(Frozen):
    """The figures of all files."""

    versions: Mapping[str, str]
    files: tuple[MetadataResult, ...]


class _Outcome(Frozen):
    id: str
    counts: Mapping[str, Mapping[str, FieldCount]]
    declared: str | None
    run: Run | None


def bench_metadata(
    files: Sequence[Path],
    *,
    vs: Sequence[str] = PEERS,
    workers: int = 1,
    sample: int | None = None,
    progress: "Progress | None" = None,
) -> MetadataBench:
    """Compare the metadata of harvester and the systems `vs` with the gold of bench files.

    Raises InputError for a file, a line or a system that must be mended, before any page is run.
    """
    systems = (HARVESTER, *(name for name in dict.fromkeys(vs) if name != HARVESTER))
    found = check_metadata(systems)
    ranked = {path: ranks(path) for path in files}
    report = progress or (lambda stage, done, total: None)
    results = []
    with pool(workers) as processes:
        for path, rank in ranked.items():
            chosen = lowest(rank, range(len(rank)), sample)
            pages = [page for position, page in enumerate(read_pages(path)) if position in chosen]
            outcomes = []
            for outcome in processes.map(_judge, pages, [systems] * len(pages)):
                outcomes.append(outcome)
                report(path.name, len(outcomes), len(pages))
            results.append(_result(path, outcomes, systems))
    return MetadataBench(found, tuple(results))


def _judge(page: BenchPage, systems: Sequence[str]) -> _Outcome:
    url = page.url or path_uri(page.id)
    gold = Values(page.title, gold_authors(page.author), page.date)
    run = harvest_metadata(page.html, url, load_weights())
    counts = {}
    for system in systems:
        mine = (run.values if run else Values()) if system == HARVESTER else other_metadata(system, page.html, url)
        counts[system] = compare(mine, gold)
    root = LexborHTMLParser(page.html.encode("utf-8", "replace")).root
    return _Outcome(page.id, counts, root.attributes.get("lang") if root else None, run)


def _result(path: Path, outcomes: Sequence[_Outcome], systems: Sequence[str]) -> MetadataResult:
    shares = [outcome.run.share for outcome in outcomes if outcome.run]
    return MetadataResult(
        file=str(path),
        pages=len(outcomes),
        fields={
            field: {
                system: summarise_field(outcome.counts[system][field] for outcome in outcomes)
                for system in systems
                if field == "date" or system != "htmldate"
            }
            for field in FIELDS
        },
        languages=_languages(outcomes),
        time_share=round(statistics.median(shares), 3) if shares else None,
    )


def _languages(outcomes: Sequence[_Outcome]) -> Languages:
    told = [
        (outcome, base(outcome.declared), outcome.run)
        for outcome in outcomes
        if outcome.run and base(outcome.declared) and len(outcome.run.text) > _ENOUGH
    ]
    odd = tuple(
        Disagreement(outcome.id, declared, run.language or "")
        for outcome, declared, run in told
        if base(run.language) != declared
    )
    return Languages(len(told), round(1 - len(odd) / len(told), 4) if told else None, odd)
