"""Documents come in with the seeds they were listed as; a version of the corpus goes out, whole or not at all.

Reads versions back too: which there are, their records, and whether a byte changed.
"""

from harvester.pack.corpus import CorpusStatus, corpora, only_corpus, open_corpus, version_folder
from harvester.pack.describe import describe
from harvester.pack.facts import Facts
from harvester.pack.manifest import Counts, RecipeInfo, Version, read_manifest, record_lines, versions
from harvester.pack.publish import draft, publish
from harvester.pack.reading import RECORD_ID, find_record, paired_lines, read_failures
from harvester.pack.record import make_record, make_sidecar, to_line
from harvester.pack.schema import record_schema
from harvester.pack.shards import ShardWriter, write_file
from harvester.pack.splits import shares, split_of
from harvester.pack.tally import Tally, ranked
from harvester.pack.verify import verify

__all__ = [
    "RECORD_ID",
    "CorpusStatus",
    "Counts",
    "Facts",
    "RecipeInfo",
    "ShardWriter",
    "Tally",
    "Version",
    "corpora",
    "describe",
    "draft",
    "find_record",
    "make_record",
    "make_sidecar",
    "only_corpus",
    "open_corpus",
    "paired_lines",
    "publish",
    "ranked",
    "read_failures",
    "read_manifest",
    "record_lines",
    "record_schema",
    "shares",
    "split_of",
    "to_line",
    "verify",
    "version_folder",
    "versions",
    "write_file",
]
