"""The check of a version: its bytes and rows, its numbers against limits and against the version before, drift of its hosts.

Read twice, in id order, and once more for its digests; memory grows with hosts, and by a digest of each text, less than a
hundred bytes a record.
The same versions and settings give the same report.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from harvester.diff import CAUSES, open_side, parent_of, recipe_causes
from harvester.errors import InputError, StorageError
from harvester.gate.drift import Drift
from harvester.gate.findings import Cell, Finding, Report, Table
from harvester.gate.limits import against_limits, against_parent, shrunk
from harvester.gate.repeated import Repeated, least_records
from harvester.gate.tally import BINS, Tally
from harvester.gate.walk import walk
from harvester.pack import Manifest, Version, read_manifest, record_texts, verify, verify_deep, version_folder
from harvester.settings import CheckSettings

SEED = 20_000
"""What permutation tests draw by, unless told otherwise."""
_HOSTS = 20

Progress = Callable[[str, int, int], None]


def check_version(
    target: Path,
    limits: CheckSettings,
    *,
    against: str | None = None,
    deep: bool = False,
    seed: int = SEED,
    progress: Progress | None = None,
) -> Report:
    """Hold a version, or a corpus's latest, to the limits.

    `against` is another version than its parent, by folder or number. Raises InputError where that is none, StorageError
    where a manifest cannot be read.
    """
    report = progress or (lambda stage, done, total: None)
    folder = version_folder(target)
    manifest, _ = read_manifest(folder)
    damaged = [Finding("integrity", "all", fault) for fault in verify(folder)]
    if not damaged and deep:
        damaged = [Finding("schema", "all", fault) for fault in verify_deep(folder)]
    if damaged:
        return Report(str(folder), manifest.counts.records, (), tuple(damaged), ("the rest was not looked at",))
    parent, notes = _parent(folder, against)
    tally, repeated = Tally(limits), Repeated(manifest.counts.records)
    drift = Drift(_causes(parent, folder) if parent else ())
    try:
        for step in walk(folder, parent):
            tally.add(step)
            if parent is not None:
                drift.add(step)
            if step.new is not None:
                repeated.count(step.new.host, step.new.text)
                report("records", tally.new.records, manifest.counts.records)
    except StorageError as error:  # every byte is as the manifest says, so that these were written so
        finding = Finding("schema", "all", str(error))
        return Report(str(folder), tally.new.records, (), (finding,), ("the rest was not looked at",))
    findings = [*against_limits(tally, manifest.counts, limits), *_lines(folder, repeated, tally, limits, report)]
    if parent is not None:
        before, _ = read_manifest(parent)
        moved, few = drift.findings(limits, seed)
        findings += [*against_parent(tally, before.counts, manifest.counts, limits), *shrunk(tally, limits), *moved]
        notes += few
    figures = _tables(tally, manifest, drift if parent is not None else None)
    return Report(str(folder), tally.new.records, figures, tuple(findings), notes)


def _parent(folder: Path, against: str | None) -> tuple[Path | None, tuple[str, ...]]:
    if against is None:
        try:
            return parent_of(folder), ()
        except InputError as error:  # a first version is no fault, nor is a parent that was put away
            return None, (f"nothing to compare with: {error}",)
    numbered = folder.resolve().parent / against
    is_number = Version.parse(against) is not None and (numbered / "manifest.json").is_file()
    return (numbered if is_number else version_folder(Path(against))), ()


def _causes(parent: Path, folder: Path) -> tuple[str, ...]:
    return tuple(CAUSES[cause.cause] for cause in recipe_causes(open_side(parent).recipe, open_side(folder).recipe))


def _lines(
    folder: Path, repeated: Repeated, tally: Tally, limits: CheckSettings, report: Progress
) -> Iterator[Finding]:
    records = {name: host.new[0] for name, host in tally.hosts.items() if name != "no host"}
    least = least_records(records, limits.host_records, limits.boilerplate)
    if not least:
        return
    for number, (host, text) in enumerate(record_texts(folder), 1):
        if host in least:
            repeated.look(host, text, least[host])
        report("lines", number, tally.new.records)
    yield from repeated.findings(least, records)


def _tables(tally: Tally, manifest: Manifest, drift: Drift | None) -> tuple[Table, ...]:
    new, counts = tally.new, manifest.counts
    before = drift is not None
    rows: list[tuple[Cell, ...]] = [
        (name, now, old if before else None)
        for name, now, old in (
            ("records", new.records, tally.old.records),
            ("kept words", new.kept, tally.old.kept),
            ("duplicates, exact", new.exact, tally.old.exact),
            ("duplicates, near", max(0, new.marked - new.exact), max(0, tally.old.marked - tally.old.exact)),
            ("truncated", new.truncated, tally.old.truncated),
            ("short", new.short, tally.old.short),
            ("of low confidence", new.low, tally.old.low),
        )
    ]
    rows += [(f"failed: {reason}", number, None) for reason, number in counts.failures_by_reason.items()]
    spread: tuple[tuple[Cell, ...], ...] = tuple(
        (
            f"{place / BINS:.1f} to {(place + 1) / BINS:.1f}",
            new.confidence[place],
            tally.old.confidence[place] if before else None,
        )
        for place in range(BINS - 1, -1, -1)
        if new.confidence[place] or tally.old.confidence[place]
    )
    tables = [
        Table("corpus", ("", "now", "before"), tuple(rows)),
        Table("languages", ("language", "records", "before"), _languages(tally, before)),
        Table("confidence", ("confidence", "records", "before"), spread),
        Table("hosts", ("host", "records", "before", "kept share", "was"), _hosts(tally, before)),
    ]
    return (*tables, *((drift.table(),) if drift is not None else ()))


def _languages(tally: Tally, before: bool) -> tuple[tuple[Cell, ...], ...]:
    ranked = sorted(tally.new.languages.items(), key=lambda item: (-item[1], item[0]))[:_HOSTS]
    return tuple((name, number, tally.old.languages[name] if before else None) for name, number in ranked)


def _hosts(tally: Tally, before: bool) -> tuple[tuple[Cell, ...], ...]:
    ranked = sorted(tally.hosts.items(), key=lambda item: (-max(item[1].new[0], item[1].old[0]), item[0]))
    return tuple(
        (name, host.new[0], host.old[0] if before else None, _share(host.new), _share(host.old))
        for name, host in ranked[:_HOSTS]
    )


def _share(numbers: list[int]) -> float | None:
    return numbers[1] / numbers[2] if numbers[2] else None
