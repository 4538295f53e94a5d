"""The command `harvest stats`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from harvester.cli.options import Json
from harvester.cli.record import Version

if TYPE_CHECKING:
    from harvester.report import Spread, Stats

_MOST = 12


def stats(version: Version = None, json: Json = False) -> None:
    """Count what a version holds: words, hosts, languages, months, lengths, page types, what was dropped and why.

    \b
    harvest stats
    harvest stats corpus/my-corpus/1.0.0 --json
    """
    from harvester.cli.show import to_json
    from harvester.pack import only_corpus, version_folder
    from harvester.report import measure

    found, _ = measure(version_folder(version or only_corpus()))
    print(to_json(found) if json else _tables(found))


def _tables(found: "Stats") -> str:
    from harvester.cli.show import safe

    words = found.kept_words + found.dropped_words
    head = [
        f"{found.corpus} {found.version}: {found.records:,} records of {found.pages:,} pages, "
        f"{found.hosts_in_all:,} hosts, {len(found.languages):,} languages",
        f"{words:,} words seen, {found.kept_words:,} kept ({_share(found.kept_words, words)}), {found.dropped_words:,} dropped",
        f"{found.low_confidence:,} of low confidence, {found.duplicates.records:,} repeat another, "
        f"{found.truncated:,} cut, {found.opted_out:,} ask not to be mined",
    ]
    parts = [
        _table("words dropped", ("reason", "blocks", "words", "share"), [
            (reason, f"{d.blocks:,}", f"{d.words:,}", _share(d.words, words)) for reason, d in found.dropped.items()
        ]),
        _table("hosts", ("host", "records", "kept", "dropped"), [
            (h.host, f"{h.records:,}", f"{h.kept_words:,}", f"{sum(h.dropped_words.values()):,}") for h in found.hosts
        ]),
        _table("languages", ("language", "records", "words"), [
            (name, f"{share.records:,}", f"{share.words:,}") for name, share in found.languages.items()
        ]),
        _table("page types", ("type", "records"), _counted(found.page_types)),
        _table("years of publication", ("year", "records"), _counted(years(found.months))),
        _table("lengths, in words", ("", "mean", "10 %", "median", "90 %", "most"), [_spread("text", found.lengths)]),
        _table("quality", ("signal", "mean", "10 %", "median", "90 %", "most"), [
            _spread(signal, spread) for signal, spread in found.quality.items()
        ], most=100),
        _table("failed pages", ("reason", "pages"), [(r, f"{f.pages:,}") for r, f in found.failures.items()]),
    ]  # fmt: skip
    return "\n\n".join(["\n".join(map(safe, head)), *filter(None, parts)])


def years(months: Mapping[str, int]) -> dict[str, int]:
    """Records by year of publication, the latest first, `unknown` last."""
    counts = dict[str, int]()
    for month, records in months.items():
        year = month if month == "unknown" else month[:4]
        counts[year] = counts.get(year, 0) + records
    return dict(sorted(counts.items(), key=lambda item: (item[0] != "unknown", item[0]), reverse=True))


def _table(title: str, head: tuple[str, ...], rows: list[tuple[str, ...]], most: int = _MOST) -> str:
    """Rows below their title, not more than `most`; nothing without rows."""
    from harvester.cli.show import columns, safe

    if not rows:
        return ""
    shown = [tuple(map(safe, row)) for row in rows[:most]]
    more = f"\n… {len(rows) - most:,} more: --json shows all" if len(rows) > most else ""
    return f"{title}\n{columns([head, *shown])}{more}"


def _counted(counts: Mapping[str, int]) -> list[tuple[str, ...]]:
    return [(name, f"{number:,}") for name, number in counts.items()]


def _spread(name: str, spread: "Spread") -> tuple[str, ...]:
    return (name, *(f"{value:,.4g}" for value in (spread.mean, spread.low, spread.median, spread.high, spread.most)))


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"
