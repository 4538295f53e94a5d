"""WET: the text of each page as a `conversion` record of WARC 1.1, a gzip member each, as Common Crawl has it."""

from pathlib import Path

from harvester.archive import conversion_record, info_record
from harvester.errors import storage
from harvester.export.source import Source
from harvester.types import EPOCH, path_uri


def write(source: Source, target: Path) -> None:
    """Write one file; each record refers to the capture that its text was taken from, and has that one's date.

    A local page without an address is named `file:///` and its path, as in the archive.
    """
    name = f"{source.title}.warc.wet.gz"
    date = EPOCH
    with storage(target), target.open("xb") as file:
        about = {
            "software": "harvester",
            "isPartOf": source.manifest.name,
            "description": f"the text of {source.title}",
        }
        file.write(info_record(file_name=name, date=date, fields=about))
        for page in source.pages():
            record = page.record
            uri = record.metadata.url or path_uri(record.metadata.seed.path or record.id)
            file.write(
                conversion_record(
                    uri,
                    record.text,
                    date=record.added,
                    refers_to=record.metadata.capture.record_id,
                )
            )
