"""Pages with gold come in, what harvester and other systems reach on them goes out: scores, intervals, time ratios.

The judge knows the program from outside: nothing below it imports it.
"""

from harvester.judge.bench import BenchResult, FileResult, Timing, bench
from harvester.judge.folds import Fitted
from harvester.judge.scores import word_overlap
from harvester.judge.summary import Difference, Summary

__all__ = ["BenchResult", "Difference", "FileResult", "Fitted", "Summary", "Timing", "bench", "word_overlap"]
