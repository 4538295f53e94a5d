"""Findings as annotations of GitHub Actions: commands on stdout, in which hostile text can start no command of its own."""

from pathlib import Path

from harvester.gate.findings import Finding, Report

_MOST = 10
"""Of each level: GitHub shows no more of a step."""
_LONGEST = 4_000


def annotations(report: Report, folder: Path) -> list[str]:
    """A line for each finding; files below `folder` are named relative to it, others are left out."""
    failing = [_line("error", finding, folder) for finding in report.failing[:_MOST]]
    warnings = [finding for finding in report.findings if not finding.fails]
    return failing + [_line("warning", finding, folder) for finding in warnings[:_MOST]]


def _line(level: str, finding: Finding, folder: Path) -> str:
    properties = {"title": f"harvest check: {finding.check}"}
    if finding.file is not None and (inside := _inside(Path(finding.file), folder)):
        properties = {"file": inside, **properties}
        if finding.line is not None:
            properties["line"] = str(finding.line)
    stated = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    text = "\n".join((f"{finding.where}: {finding.detail}", *finding.lines))[:_LONGEST]
    return f"::{level} {stated}::{_data(text)}"


def _inside(file: Path, folder: Path) -> str | None:
    whole = file if file.is_absolute() else folder / file
    return whole.relative_to(folder).as_posix() if whole.is_relative_to(folder) else None


def _data(text: str) -> str:
    """Escaped as the runner undoes it; other characters that end a line or move the cursor become blanks."""
    kept = "".join(c if c.isprintable() or c in "\r\n%" else " " for c in text)
    return kept.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
