"""Gold pages, or a version, come in; what is wrong with them goes out, as findings that make a build red."""

from harvester.gate.annotations import annotations
from harvester.gate.check import Request, check_gold, kept_in
from harvester.gate.corpus import check_version, is_version
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
    "check_version",
    "is_version",
    "kept_in",
    "to_junit",
    "to_markdown",
]
