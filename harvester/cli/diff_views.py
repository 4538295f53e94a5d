"""What `harvest diff` prints on a terminal: tables, then the most changed records. Its length is bounded."""

import shutil
import sys

from rich.console import Console
from rich.table import Table
from rich.text import Text

from harvester.cli.show import safe
from harvester.diff import Change, Diff, all_in_words, in_words

_HOSTS, _RECIPE, _SHOWN, _PARAGRAPHS, _WIDTH = 10, 10, 10, 4, 200
"""Rows of each part that are shown; code points of a paragraph."""


def show_diff(diff: Diff) -> None:
    """Print it to stdout; `--json` and `--md` hold more."""
    # what reads a pipe gets whole lines, unless COLUMNS says how long they are
    width = shutil.get_terminal_size((0, 0)).columns or 240
    console = Console(file=sys.stdout, width=width, highlight=False, markup=False, emoji=False)
    old, new = diff.old, diff.new
    console.print(
        safe(
            f"{new.corpus} {new.version} against {old.corpus} {old.version}: "
            f"{diff.added:,} records added, {diff.removed:,} removed, {diff.changed:,} changed, {diff.unchanged:,} unchanged; "
            f"words +{diff.words_added:,} −{diff.words_lost:,}"
        )
    )
    if diff.causes:
        table = _table("records", "", "why")
        for cause in diff.causes[:20]:
            table.add_row(f"{cause.records:,}", cause.kind, safe(in_words(cause.cause)))
        console.print(table)
    for part in diff.recipe[:_RECIPE]:
        console.print(safe(f"{part.name}: {part.before} → {part.after}"))
    if len(diff.recipe) > _RECIPE:
        console.print(f"{len(diff.recipe) - _RECIPE:,} more settings, libraries or weights")
    if diff.hosts:
        table = _table("added", "removed", "changed", "words +", "words −", "host")
        for host in diff.hosts[:_HOSTS]:
            numbers = (host.added, host.removed, host.changed, host.words_added, host.words_lost)
            table.add_row(*(f"{number:,}" for number in numbers), safe(host.host))
        console.print(table)
        if len(diff.hosts) > _HOSTS:
            console.print(f"{len(diff.hosts) - _HOSTS:,} more hosts")
    for kind, number in (("added", diff.added), ("removed", diff.removed), ("changed", diff.changed)):
        shown = [change for change in diff.changes if change.kind == kind][:_SHOWN]
        for change in shown:
            _show(console, change)
        if number > len(shown):
            console.print(f"{number - len(shown):,} more records {kind}: see --most with --json, --md or --html")


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, justify="left" if column in ("", "why", "host") else "right", overflow="fold")
    return table


_STYLES = {"added": "green", "removed": "red", "changed": "yellow"}


def _show(console: Console, change: Change) -> None:
    title = f"  {' '.join(change.title.split())[:_WIDTH]}" if change.title else ""
    words = f"+{change.words_added:,} −{change.words_lost:,}"
    line = Text(f"{change.kind:8}", _STYLES[change.kind])
    console.print(line.append(safe(f"{change.name[:_WIDTH]}  {words} words{title}"), "default"))
    console.print(safe(f"  {all_in_words(change.causes)}"))
    if change.fields:
        more = f" and {len(change.fields) - 8} more" if len(change.fields) > 8 else ""
        console.print(safe(f"  fields: {', '.join(field.field for field in change.fields[:8])}{more}"))
    for paragraph in change.paragraphs[:_PARAGRAPHS]:
        text = safe(" ".join(paragraph.text.split())[:_WIDTH])
        console.print(Text(f"  {paragraph.sign} {text}", "green" if paragraph.sign == "+" else "red"))
    if more_paragraphs := len(change.paragraphs[_PARAGRAPHS:]) + change.more_paragraphs:
        console.print(f"  {more_paragraphs:,} more paragraphs")
