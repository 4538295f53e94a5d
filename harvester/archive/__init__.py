"""Captures come in and lie in WARC files for good; captures go out, checked against their digests.

Also what a folder shared by runs needs: the lock that keeps a second run out, and durable writes.
"""

from harvester.archive.durable import create, hold, sync_folder, write_atomic
from harvester.archive.index import Entry
from harvester.archive.store import Archive

__all__ = ["Archive", "Entry", "create", "hold", "sync_folder", "write_atomic"]
