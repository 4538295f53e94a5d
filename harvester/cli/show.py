"""What the commands print on stdout: tables and JSON. Untrusted text is made safe here."""

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:  # every command prints, and few need what makes these
    from harvester.archive import Compacted, Held
    from harvester.frontier import HostStatus
    from harvester.pack import VersionStatus
    from harvester.pipeline import BuildResult, CorpusStatus, FetchResult, Rebuilt
    from harvester.sources import Expansion
    from harvester.types import Failure

_VERSIONS = 10
"""Versions of a corpus that `harvest status` shows, the newest."""


def safe(text: str) -> str:
    """Text from outside with control and bidirectional format characters made visible, so that it cannot
    move the cursor, ring the bell or reorder the line."""
    return "".join(f"\\u{ord(c):04x}" if unicodedata.category(c) in ("Cc", "Cf", "Cs") else c for c in text)


def to_json(value: object) -> str:
    """Indented JSON of any of harvester's values."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Rows as aligned columns, the first to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in rows
    )


def failure_line(failure: "Failure", index: str) -> str:
    """`seeds/INDEX.md:12: pages/a.html: too-large: more than …`; of a folder or a WACZ, the file in it is named too."""
    place = index if failure.file == Path(index).name else f"{index}/{failure.file}"
    return safe(f"{place}:{failure.line}: {failure.name}: {failure.reason}: {failure.detail}")


def build_summary(result: "BuildResult") -> str:
    """What a stranger wants to know after a build."""
    counts = result.counts
    pages = f"{counts.pages} listed, {counts.records} packed, {counts.failures} failed"
    if result.ignored:
        pages += f"; {result.ignored} entries of the index ignored (see `harvest list`)"
    lines = [("pages", pages)]
    if counts.failures:
        lines.append(("failed", _counted(counts.failures_by_reason)))
    if result.folder is None:
        return "\n".join(["no page was usable: nothing was written", *_aligned(lines)])
    lines.append(("words", f"{counts.kept_words:,} kept, {counts.dropped_words:,} dropped"))
    if counts.dropped_words:
        lines.append(("dropped", _counted(counts.dropped_words_by_reason)))
    if counts.low_confidence:
        lines.append(("flagged", f"{counts.low_confidence} records of low confidence"))
    lines.append(("lies in", result.folder))
    lines.append(("load it", f'harvester.open_corpus("{result.folder}")'))
    lines.append(("", f'datasets.load_dataset("{result.folder}")'))
    lines.append(("", f"duckdb -c \"select text from read_json('{result.folder}/data/*')\""))
    state = "new version" if result.new else "nothing changed: this version already holds the same bytes"
    return "\n".join([f"{result.corpus} {result.version} ({state})", *_aligned(lines)])


def fetch_summary(result: "FetchResult") -> str:
    """What a stranger wants to know after a fetch."""
    pages = f"{result.pages} listed, {result.archived} archived, {len(result.failures)} failed"
    if result.ignored:
        pages += f"; {result.ignored} entries of the index ignored (see `harvest list`)"
    asked = f"{result.asked:,} pages asked for, {result.bytes:,} bytes came"
    lines = [("pages", pages), ("now", asked)]
    if result.failures:
        reasons = Counter(failure.reason for failure in result.failures)
        lines.append(("failed", _counted(dict(reasons.most_common()))))
    lines += [("lies in", result.archive), ("go on", "harvest build with the same index and folder")]
    return "\n".join([result.corpus, *_aligned(lines)])


def _counted(counts: Mapping[str, int], most: int = 8) -> str:
    """`1,200 not-covered, 300 footnote, …`, by size."""
    shown = [f"{number:,} {safe(name)}" for name, number in list(counts.items())[:most]]
    rest = sum(list(counts.values())[most:])
    return ", ".join([*shown, f"{rest:,} for other reasons"] if rest else shown)


def _aligned(lines: Sequence[tuple[str, str]]) -> list[str]:
    return [f"  {name:9}{value}" for name, value in lines]


def listing_table(expansion: "Expansion") -> str:
    """One line a feed, sitemap or page of links, one a seed, then one for each thing ignored."""
    listing, unread = expansion.listing, {failure.id: failure for failure in expansion.failures}
    lines = list[str]()
    for source, pages in expansion.counts:
        failure = unread.get(source.seed.id)
        if failure is None:
            state = f"{pages:,} page" + "s" * (pages != 1)
        elif failure.reason == "not-archived":
            state = "read when `harvest build` first runs"
        else:
            state = f"{failure.reason}: {failure.detail}"
        lines.append(safe(f"{source.seed.file}:{source.seed.line}: {source.kind} {source.seed.name}: {state}"))
    lines += [
        safe(f"{seed.file}:{seed.line}: {seed.name}" + (f"  [{seed.section}]" if seed.section else "") + _title(seed))
        for seed in listing.seeds
    ]
    lines += [safe(f"{i.file}:{i.line}: ignored ({i.reason}): {i.text}") for i in listing.ignored]
    lines += [safe(f"{f.file}:{f.line}: {f.name}: {f.reason}: {f.detail}") for f in listing.failures]
    total = f"{listing.name}: {len(listing.seeds)} pages, {len(listing.ignored)} ignored"
    total += f", {len(listing.failures)} damaged" if listing.failures else ""
    return "\n".join([*lines, safe(total)])


def _title(seed: object) -> str:
    title = getattr(seed, "title", None) or getattr(seed, "label", None)
    return f"  {title}" if title else ""


def held_line(held: "Held") -> str:
    """`2026-01-02T03:04:05Z  response  200  text/html  1,234  0f3a…  https://…`: digests are cut to 12 characters."""
    status = "-" if held.status is None else str(held.status)
    kind = (held.type or "-").partition(";")[0].strip()
    cut = f"  (cut: {held.truncated})" if held.truncated else ""
    digest = (held.sha256 or "-")[:12]
    return safe(f"{held.date}  {held.kind:10}  {status:>3}  {kind:12}  {held.bytes:>10,}  {digest:12}  {held.url}{cut}")


def compaction(done: "Compacted", dry_run: bool) -> str:
    """A line for each capture that went, then what that gave."""
    lines = [safe(f"dropped: {e.fetched_at}  {e.status:>3}  {e.sha256[:12]}  {e.url}") for e in done.dropped]
    lines.append(f"{len(done.dropped)} captures dropped, {done.kept} kept")
    if dry_run:
        return "\n".join([*lines, "dry run: nothing was written"])
    return "\n".join([*lines, f"{done.bytes_before:,} bytes before, {done.bytes_after:,} bytes now"])


def rebuild_summary(done: "Rebuilt") -> str:
    """Whether a version came out the same, what differs first and why, and what was put back."""
    lines = [f"{done.corpus} {done.version}: " + ("every byte came out the same" if done.same else "differs")]
    if done.differing:
        rest = f" and {len(done.differing) - 8} more" if len(done.differing) > 8 else ""
        lines.append(f"  files: {', '.join(done.differing[:8])}{rest}; the others came out the same")
    if (first := done.first) is not None:
        place = "".join(f", {what} {name}" for what, name in (("record", first.record), ("field", first.field)) if name)
        values = f": {first.before} before, {first.after} now" if first.before or first.after else ""
        lines.append(f"  first: {first.file}{place}{values}")
    lines += [f"  cause: {cause}" for cause in done.causes]
    lines += [f"  damaged: {name}" + (", put back" if name in done.restored else "") for name in done.damaged]
    lines += [f"  written: {done.folder}"] if done.folder else []
    return "\n".join(map(safe, lines))


def status_table(found: Sequence["CorpusStatus"], output: Path) -> str:
    """One line a corpus, and one for each host that it was fetched from."""
    if not found:
        return f"{output}: no corpus yet; run `harvest build`"
    lines = []
    for corpus in found:
        if corpus.latest is None:
            lines.append(f"{safe(corpus.name)}: no version yet, {corpus.archive_bytes:,} bytes archived")
        else:
            counts, plural = corpus.latest.counts, "version" if len(corpus.versions) == 1 else "versions"
            lines.append(
                f"{safe(corpus.name)} {corpus.versions[-1].version}: {counts.records:,} records, {counts.kept_words:,} words, "
                f"{counts.failures:,} failed pages, {len(corpus.versions):,} {plural}, "
                f"{corpus.archive_bytes:,} bytes archived"
            )
        if len(corpus.versions) > 1:
            lines += map(_version_line, corpus.versions[-_VERSIONS:])
            lines += [f"  {older:,} older versions" for older in [len(corpus.versions) - _VERSIONS] if older > 0]
        lines += map(_host_line, corpus.hosts)
    return "\n".join(lines)


def _version_line(version: "VersionStatus") -> str:
    if version.problem is not None:
        return safe(f"  {version.version}: {version.problem}")
    line = (
        f"  {version.version}: {version.records:,} records, {version.words:,} words, {version.failures:,} failed pages"
    )
    return safe(line + (f", follows {version.parent}" if version.parent else ", the first"))


def _host_line(host: "HostStatus") -> str:
    line = f"  {safe(host.host)}: {host.done:,} done, {host.waiting:,} waiting"
    if host.failed:
        line += f", {sum(host.failed.values()):,} failed ({_counted(host.failed)})"
    if host.robots:
        line += f"; robots.txt: {safe(host.robots)}"
    return line + (f"; not before {safe(host.not_before)}" if host.not_before else "")
