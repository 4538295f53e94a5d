"""What a check found, in the one shape that all its outputs are written from: table, JUnit, Markdown, JSON, annotations."""

from collections.abc import Sequence
from itertools import groupby

from harvester.types import Frozen

Cell = str | int | float | None
"""What stands in a table: text is untrusted, a float is a share or an F1, None is not measured."""


class Finding(Frozen):
    """Something that is wrong with a page, a host or a record."""

    check: str
    """What was checked: `f1`, `must`, `schema`, `shrank` …"""
    where: str
    """The page, host or record; `all` for the whole target."""
    detail: str
    """One line for a person; untrusted text may stand in it."""
    fails: bool = True
    """Whether it fails the check; otherwise it is a warning."""
    file: str | None = None
    """The file that a person would open, if there is one."""
    line: int | None = None
    lines: tuple[str, ...] = ()
    """What moved, a line each, `+ ` before what was gained and `- ` before what was lost; untrusted."""


class Table(Frozen):
    """Figures for people to read; the rows have the length of the header."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


class Report(Frozen):
    """Everything that a check of one target says."""

    target: str
    checked: int
    """Pages or records."""
    figures: tuple[Table, ...]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()
    """What else a person should know: what was written, or why a figure is missing. Lines."""

    @property
    def failing(self) -> tuple[Finding, ...]:
        """Those that fail the check."""
        return tuple(finding for finding in self.findings if finding.fails)

    @property
    def passed(self) -> bool:
        """Whether no finding fails the check."""
        return not self.failing

    @property
    def verdict(self) -> str:
        """`passed`, or how much failed: `3 findings, 1 warning`."""
        failing = len(self.failing)
        warnings = len(self.findings) - failing
        parts = [f"{failing:,} finding" + "s" * (failing != 1)] if failing else ["passed"]
        parts += [f"{warnings:,} warning" + "s" * (warnings != 1)] if warnings else []
        return ", ".join(parts)


def by_check(findings: Sequence[Finding]) -> dict[str, tuple[Finding, ...]]:
    """The findings by what was checked, in the order of its name; those that fail stand first."""
    ordered = sorted(findings, key=lambda finding: (finding.check, not finding.fails))
    return {check: tuple(found) for check, found in groupby(ordered, key=lambda finding: finding.check)}
