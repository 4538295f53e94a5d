"""What `harvest check` prints on a terminal and into the log of a job: figures, then what is wrong. Its length is bounded."""

import shutil
import sys

from rich.console import Console
from rich.table import Table
from rich.text import Text

from harvester.cli.show import safe
from harvester.gate import Finding, Report, cell_text

_ROWS, _FINDINGS, _WARNINGS, _WIDTH = 40, 50, 20, 200
"""Rows of a table, findings and warnings that are shown; code points of a line."""


def show_report(report: Report) -> None:
    """Print it to stdout; `--json` holds all of it."""
    # what reads a pipe gets whole lines, unless COLUMNS says how long they are
    width = shutil.get_terminal_size((0, 0)).columns or 240
    console = Console(file=sys.stdout, width=width, highlight=False, markup=False, emoji=False)
    for figures in report.figures:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for number, column in enumerate(figures.header):
            table.add_column(column, justify="right" if number else "left", overflow="fold")
        for row in figures.rows[:_ROWS]:
            table.add_row(*(safe(cell_text(cell)) for cell in row))
        console.print(table)
        if len(figures.rows) > _ROWS:
            console.print(f"{len(figures.rows) - _ROWS:,} more")
    warnings = tuple(finding for finding in report.findings if not finding.fails)
    for findings, most, style in ((report.failing, _FINDINGS, "red"), (warnings, _WARNINGS, "yellow")):
        for finding in findings[:most]:
            _show(console, finding, style)
        if len(findings) > most:
            console.print(f"{len(findings) - most:,} more: see --json")
    for note in report.notes:
        console.print(safe(note))
    console.print(Text(safe(f"{report.target}: {report.checked:,} checked: {report.verdict}"), "bold"))


def _show(console: Console, finding: Finding, style: str) -> None:
    line = Text(f"{'fails' if finding.fails else 'warns'}  {finding.check:9}", style)
    console.print(line.append(safe(f"{finding.where}: {finding.detail}"[: 2 * _WIDTH]), "default"))
    for moved in finding.lines:
        shade = {"+": "green", "-": "red"}.get(moved[:1], "default")
        console.print(Text(safe(f"    {moved}"[: 2 * _WIDTH]), shade))
