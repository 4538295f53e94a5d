"""Documents come in with the seeds they were listed as; a version of the corpus goes out, whole or not at all.

Reads versions back too: which there are, their records, and whether a byte changed.
"""

from harvester.pack.corpus import (
    CorpusStatus,
    VersionStatus,
    corpora,
    only_corpus,
    open_corpus,
    records_as,
    version_folder,
)
from harvester.pack.deep import verify_deep
from harvester.pack.describe import describe
from harvester.pack.facts import Facts
from harvester.pack.manifest import (
    DIGEST,
    MANIFEST,
    Counts,
    Manifest,
    Parent,
    RecipeInfo,
    Version,
    read_manifest,
    recipe_fingerprint,
    record_lines,
    versions,
)
from harvester.pack.markdown import plain, table
from harvester.pack.publish import draft, publish, seal
from harvester.pack.reading import RECORD_ID, find_record, paired_lines, pairs_in_order, read_failures, record_texts
from harvester.pack.record import make_record, make_sidecar, to_line, with_document
from harvester.pack.schema import record_schema
from harvester.pack.seeds import SEEDS, ListedSeed, read_seeds, seed_lines
from harvester.pack.shards import FileEntry, ShardWriter, read_lines, write_file, write_lines
from harvester.pack.splits import shares, split_of
from harvester.pack.spool import Spool
from harvester.pack.tally import Counted, Tally, counted, ranked
from harvester.pack.verify import digest_fault, faults, verify

__all__ = [
    "DIGEST",
    "MANIFEST",
    "RECORD_ID",
    "SEEDS",
    "CorpusStatus",
    "Counted",
    "Counts",
    "Facts",
    "FileEntry",
    "ListedSeed",
    "Manifest",
    "Parent",
    "RecipeInfo",
    "ShardWriter",
    "Spool",
    "Tally",
    "Version",
    "VersionStatus",
    "corpora",
    "counted",
    "describe",
    "digest_fault",
    "draft",
    "faults",
    "find_record",
    "make_record",
    "make_sidecar",
    "only_corpus",
    "open_corpus",
    "paired_lines",
    "pairs_in_order",
    "plain",
    "publish",
    "ranked",
    "read_failures",
    "read_lines",
    "read_manifest",
    "read_seeds",
    "recipe_fingerprint",
    "record_lines",
    "record_schema",
    "record_texts",
    "records_as",
    "seal",
    "seed_lines",
    "shares",
    "split_of",
    "table",
    "to_line",
    "verify",
    "verify_deep",
    "version_folder",
    "versions",
    "with_document",
    "write_file",
    "write_lines",
]
