"""Captures come in and lie in WARC files for good; captures go out, checked against their digests. Reads the WARC files
of others too.

Also what a folder shared by runs needs: the lock that keeps a second run out, and durable writes.
"""

from harvester.archive.compact import Compacted, compact, remove
from harvester.archive.durable import create, hold, refuse_planted, replacement, sync_folder, write_atomic
from harvester.archive.files import is_warc_name, open_warcs
from harvester.archive.index import Entry
from harvester.archive.records import Damage, RawRecord, read_records
from harvester.archive.store import Archive, entries
from harvester.archive.survey import Broken, Held, check, survey, warc_files
from harvester.archive.warc import as_archived, conversion_record, info_record, read_capture

__all__ = [
    "Archive",
    "Broken",
    "Compacted",
    "Damage",
    "Entry",
    "Held",
    "RawRecord",
    "as_archived",
    "check",
    "compact",
    "conversion_record",
    "create",
    "entries",
    "hold",
    "info_record",
    "is_warc_name",
    "open_warcs",
    "read_capture",
    "read_records",
    "refuse_planted",
    "remove",
    "replacement",
    "survey",
    "sync_folder",
    "warc_files",
    "write_atomic",
]
