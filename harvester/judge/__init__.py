"""Pages with gold come in, what harvester and other systems reach on them goes out: scores, intervals, time ratios.

The judge knows the program from outside: nothing below it imports it.
"""

from harvester.judge.bench import BenchResult, FileResult, Timing, bench
from harvester.judge.folds import Fitted
from harvester.judge.metadata_bench import PEERS, MetadataBench, bench_metadata
from harvester.judge.scores import word_overlap
from harvester.judge.summary import Difference, Summary

__all__ = [
    "PEERS",
    "BenchResult",
    "Difference",
    "FileResult",
    "Fitted",
    "MetadataBench",
    "Summary",
    "Timing",
    "bench",
    "bench_metadata",
    "word_overlap",
]
