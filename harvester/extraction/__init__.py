"""A Capture comes in, a Document goes out: every visible block with a verdict, the kept ones as text and Markdown.

Pure: no network, clock, chance or process; the package's own weights are read once.
"""

from harvester.extraction.contributions import Contribution
from harvester.extraction.model import Weights, load_weights
from harvester.extraction.page import Explanation, explain_page, extract_page
from harvester.extraction.serialize import escape
from harvester.extraction.words import UNSPACED, count_words
from harvester.extraction.writing import rewritten

__all__ = [
    "UNSPACED",
    "Contribution",
    "Explanation",
    "Weights",
    "count_words",
    "escape",
    "explain_page",
    "extract_page",
    "load_weights",
    "rewritten",
]
