"""A Diff as Markdown: what `harvest diff --md` prints, and the CHANGES.md of a version. Pure."""

from collections.abc import Sequence

from harvester.diff.causes import CAUSES, Cause
from harvester.diff.compare import Change, Diff, RecipeChange
from harvester.pack import plain, table


def changes_file(diff: Diff) -> bytes:
    """CHANGES.md of the newer version: as `to_markdown`, without a text; its length is bounded."""
    return to_markdown(diff, texts=False).encode("utf-8", "replace")


def first_version(corpus: str, version: str, records: int) -> bytes:
    """CHANGES.md of a version that follows none."""
    text = f"# Changes\n\n{plain(corpus)} {version} is the first version, with {records:,} records.\n"
    return text.encode("utf-8", "replace")


def to_markdown(diff: Diff, *, texts: bool = True) -> str:
    """Totals, causes, hosts, then the most changed records; with `texts` the paragraphs that differ."""
    old, new = diff.old, diff.new
    parts = [
        f"# Changes\n\n{plain(new.corpus)} {new.version} against {plain(old.corpus)} {old.version}.\n",
        table(
            ("", "before", "after"),
            [
                ("records", old.counts.records, new.counts.records),
                ("words", old.counts.kept_words, new.counts.kept_words),
                ("failed pages", old.counts.failures, new.counts.failures),
            ],
        ),
        f"Records: {diff.added:,} added, {diff.removed:,} removed, {diff.changed:,} changed, {diff.unchanged:,} unchanged. "
        f"Words: {diff.words_added:,} added, {diff.words_lost:,} lost.\n",
    ]
    if diff.causes:
        rows = [(c.kind, plain(in_words(c.cause)), c.records) for c in diff.causes]
        parts.append(f"## Why\n\nA record may have several causes.\n\n{table(('', 'cause', 'records'), rows)}")
    if diff.recipe:
        parts.append("## What decides the texts\n\n" + "".join(map(_recipe_line, diff.recipe[:50])))
    if diff.hosts:
        head = ("host", "added", "removed", "changed", "words added", "words lost")
        hosts = [(plain(h.host), h.added, h.removed, h.changed, h.words_added, h.words_lost) for h in diff.hosts[:50]]
        parts.append(f"## Hosts\n\n{table(head, hosts)}")
        if len(diff.hosts) > 50:
            parts.append(f"{len(diff.hosts) - 50:,} more hosts.\n")
    for kind, number in (("added", diff.added), ("removed", diff.removed), ("changed", diff.changed)):
        shown = [change for change in diff.changes if change.kind == kind]
        if shown:
            parts.append(f"## Records {kind}\n\n{''.join(_change(change, texts) for change in shown)}")
        if number > len(shown):
            parts.append(f"{number - len(shown):,} more.\n" if shown else "")
    return "\n".join(part for part in parts if part)


def in_words(cause: Cause) -> str:
    """`it fails now (http-404)`."""
    return CAUSES[cause.cause] + (f" ({cause.detail})" if cause.detail else "")


def all_in_words(causes: Sequence[Cause]) -> str:
    """The causes of a record, parted by semicolons."""
    return "; ".join(map(in_words, causes))


def _recipe_line(change: RecipeChange) -> str:
    before, after = (plain(value) if value is not None else "not there" for value in (change.before, change.after))
    return f"- {plain(change.name)}: {before} → {after}\n"


def _change(change: Change, texts: bool) -> str:
    name = plain(change.name[:300])
    title = f" {plain(change.title[:200])}" if change.title else ""
    lines = [
        f"- {name}{title}: +{change.words_added:,} −{change.words_lost:,} words; {plain(all_in_words(change.causes))}"
    ]
    if change.fields:
        more = f" and {len(change.fields) - 12} more" if len(change.fields) > 12 else ""
        lines.append(f"  - fields: {', '.join(plain(f.field) for f in change.fields[:12])}{more}")
    if texts:
        lines += [f"  - {'added' if p.sign == '+' else 'lost'}: {plain(p.text)}" for p in change.paragraphs]
        if change.more_paragraphs:
            lines.append(f"  - {change.more_paragraphs:,} more paragraphs")
    return "\n".join(lines) + "\n"
