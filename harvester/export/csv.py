"""CSV (RFC 4180): one row a record, made safe for spreadsheets."""

import csv
from pathlib import Path

from harvester.errors import storage
from harvester.export.columns import COLUMNS
from harvester.export.source import Source

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(source: Source, target: Path) -> None:
    """Write one file in UTF-8, every cell in quotes, rows ending in CR LF; what is unknown is empty."""
    with storage(target), target.open("x", encoding="utf-8", newline="") as file:
        out = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        out.writerow(COLUMNS)
        for page in source.pages():
            out.writerow([cell(value(page)) for value in COLUMNS.values()])


def cell(value: object) -> object:
    """What a spreadsheet would run as a formula gets a quote mark before it, which makes it text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
