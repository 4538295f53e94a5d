"""Which formats there are, what each writes, and what it is for."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from harvester.export import bagit, csv, datatrove, dolma, hf, parquet, sqlite, tei, txt, vertical, wet
from harvester.export.source import Source


class Format(NamedTuple):
    """A format that a version can be exported to."""

    meaning: str
    suffix: str
    """Of the default name of what is written; a folder where it has no dot."""
    write: Callable[[Source, Path], None]

    @property
    def folder(self) -> bool:
        """Whether a folder is written, not a file."""
        return not self.suffix.startswith(".")


FORMATS: Mapping[str, Format] = {
    "parquet": Format("Parquet, a file a shard: pyarrow, DuckDB, polars", "-parquet", parquet.write),
    "hf": Format("a dataset repository of the Hugging Face Hub, in Parquet", "-hf", hf.write),
    "dolma": Format("documents and attributes of the Dolma toolkit", "-dolma", dolma.write),
    "datatrove": Format("what datatrove's JsonlReader reads", "-datatrove", datatrove.write),
    "csv": Format("CSV, safe for spreadsheets", ".csv", csv.write),
    "txt": Format("plain text, a file a record; one file where -o ends in .txt", "-txt", txt.write),
    "tei": Format("TEI P5, one corpus file", ".tei.xml", tei.write),
    "vertical": Format("vertical text: Corpus Workbench, Sketch Engine", ".vert", vertical.write),
    "wet": Format("WARC conversion records", ".warc.wet.gz", wet.write),
    "sqlite": Format("a database with full-text search: sqlite3, datasette", ".sqlite", sqlite.write),
    "bagit": Format("the version as it lies, in a bag (RFC 8493)", "-bagit", bagit.write),
}
