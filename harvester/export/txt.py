"""Plain text: a file a record, or all in one."""

import csv
import hashlib
import re
from pathlib import Path

from harvester.errors import storage
from harvester.export.csv import cell
from harvester.export.source import Source
from harvester.types import Record

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def write(source: Source, target: Path) -> None:
    """`ID.txt` in folders named by the first two characters, and `index.csv`, which says which page each is."""
    with storage(target), (target / "index.csv").open("x", encoding="utf-8", newline="") as file:
        index = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        index.writerow(("file", "split", "url", "path", "title"))
        for page in source.pages():
            name, about = file_name(page.record), page.record.metadata
            with storage(target / name):
                (target / name).parent.mkdir(exist_ok=True)
                (target / name).write_bytes(f"{page.record.text}\n".encode())
            index.writerow((name, page.split, *map(cell, (about.url, about.seed.path, about.title))))


def write_one(source: Source, target: Path) -> None:
    """All texts in one file, three line breaks between them."""
    with storage(target), target.open("xb") as file:
        for number, page in enumerate(source.pages()):
            file.write(b"\n\n" * bool(number) + f"{page.record.text}\n".encode())


def file_name(record: Record) -> str:
    """A name that follows from the id alone: of an id that is no UUID, as no harvester writes it, from its digest."""
    name = record.id if _UUID.fullmatch(record.id) else hashlib.sha256(record.id.encode()).hexdigest()
    return f"{name[:2]}/{name}.txt"
