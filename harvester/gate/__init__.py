"""Gold pages, or a version, come in; what is wrong with them goes out, as findings that make a build red.

The check of a version is imported from `corpus`, so that a check of gold need not load what reads one.
"""

from harvester.gate.annotations import annotations
from harvester.gate.check import Request, check_gold, is_version, kept_in
from harvester.gate.findings import Cell, Finding, Report, Table
from harvester.gate.junit import to_junit
from harvester.gate.markdown import cell_text, to_markdown

__all__ = [
    "Cell",
    "Finding",
    "Report",
    "Request",
    "Table",
    "annotations",
    "cell_text",
    "check_gold",
    "is_version",
    "kept_in",
    "to_junit",
    "to_markdown",
]
