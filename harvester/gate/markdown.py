"""A report as Markdown that a job summary and a comment can hold, whatever the pages say."""

import re
import unicodedata

from harvester.gate.findings import Cell, Finding, Report, Table

MOST = 60_000
"""Characters. A comment on GitHub holds 65,536, a job summary 1 MiB, a note of GitLab 1,000,000."""
_ROWS = 30
_FINDINGS = 100
_LONGEST = 300
_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+!|~@:&$-])")
_CLOSING = "\n\n… and more: see the log.\n"


def to_markdown(report: Report, most: int = MOST) -> str:
    """The verdict, what fails, the figures and the warnings, until `most` characters are full."""
    sign = "✅" if report.passed else "❌"
    number = f"{report.checked:,} checked"
    parts = [f"## {sign} harvest check: {report.verdict}", f"{escape(report.target)}: {number}"]
    parts += _findings("What fails", report.failing)
    parts += [_table(table) for table in report.figures]
    parts += _findings("Warnings", tuple(finding for finding in report.findings if not finding.fails))
    parts += [escape(note) for note in report.notes]
    text = ""
    for part in parts:
        if len(text) + len(part) + 2 + len(_CLOSING) > most:
            return text.rstrip("\n") + _CLOSING
        text += part + "\n\n"
    return text.rstrip("\n") + "\n"


def _findings(title: str, findings: tuple[Finding, ...]) -> list[str]:
    if not findings:
        return []
    more = [f"{len(findings) - _FINDINGS:,} more"] if len(findings) > _FINDINGS else []
    return [f"### {title}", *map(_finding, findings[:_FINDINGS]), *more]


def _finding(finding: Finding) -> str:
    line = f"- **{escape(finding.check)}** {escape(finding.where)}: {escape(finding.detail)}"
    if not finding.lines:
        return line
    shown = "\n".join(f"  {_plain(moved)}" for moved in finding.lines)
    fence = "~" * max(3, 1 + max((len(run) for run in re.findall(r"~+", shown)), default=0))
    return f"{line}\n\n  {fence}diff\n{shown}\n  {fence}"


def _table(table: Table) -> str:
    rows = [list(map(escape, table.header)), ["---", *("--:" for _ in table.header[1:])]]
    rows += [[escape(cell_text(cell)) for cell in row] for row in table.rows[:_ROWS]]
    text = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    more = len(table.rows) - _ROWS
    return f"{text}\n\n{more:,} more rows" if more > 0 else text


def cell_text(cell: Cell) -> str:
    """A figure as people read it: three places, `–` where there is none."""
    if cell is None:
        return "–"
    return f"{cell:.3f}" if isinstance(cell, float) else f"{cell:,}" if isinstance(cell, int) else cell


def escape(text: str) -> str:
    """Untrusted text as one line that Markdown shows as it is: no markup, no link, no mention, no HTML."""
    return _SPECIAL.sub(_entity, _plain(text))


def _entity(match: re.Match[str]) -> str:
    # entities rather than backslashes: they also keep `@name` and bare addresses from becoming mentions and links
    return f"&#{ord(match[1])};" if match[1] in "<>@:&|" else f"\\{match[1]}"


def _plain(text: str) -> str:
    line = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c for c in text)
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
