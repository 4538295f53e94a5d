"""A report as JUnit XML: a test case for each thing checked that has findings, and one that stands for all the others."""

import re
from xml.sax.saxutils import escape, quoteattr

from harvester.gate.findings import Finding, Report, by_check

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MOST = 2_000
"""Findings that are written out."""


def to_junit(report: Report) -> str:
    """The XML; warnings are cases that passed and say so. What XML 1.0 cannot hold is replaced."""
    cases = list[str]()
    shown = 0
    for check, findings in by_check(report.findings).items():
        for finding in findings[: max(0, _MOST - shown)]:
            cases.append(_case(check, finding))
        shown += len(findings)
    if not report.failing:
        cases.append(f'    <testcase classname="harvest check" name={_attribute(report.verdict)}/>')
    counts = f'tests="{len(cases)}" failures="{sum("<failure" in case for case in cases)}" errors="0" skipped="0"'
    name = _attribute(f"harvest check {report.target}")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<testsuites {counts}>\n  <testsuite name={name} {counts}>\n"
        + "\n".join(cases)
        + "\n  </testsuite>\n</testsuites>\n"
    )


def _case(check: str, finding: Finding) -> str:
    names = f"classname={_attribute(f'harvest check.{check}')} name={_attribute(finding.where)}"
    if finding.file is not None:
        names += f" file={_attribute(finding.file)}"
    text = escape(_clean("\n".join((finding.detail, *finding.lines))))
    if finding.fails:
        inside = f"<failure type={_attribute(check)} message={_attribute(finding.detail)}>{text}</failure>"
    else:
        inside = f"<system-out>warning: {text}</system-out>"
    return f"    <testcase {names}>{inside}</testcase>"


def _attribute(text: str) -> str:
    return quoteattr(_clean(text), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
