"""In: a version. Out: what it holds, counted, and one HTML page that shows it."""

from harvester.report.figures import Sample, Spread, Stats
from harvester.report.page import to_html
from harvester.report.stats import measure

__all__ = ["Sample", "Spread", "Stats", "measure", "to_html"]
