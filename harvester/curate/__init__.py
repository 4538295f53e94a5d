"""Documents come in, page by page and then as a corpus; what is measured of them goes out, and which are kept.

Pure: no network, clock, chance or process. What must be read again is handed in, and the folder for what memory does not hold.
"""

from harvester.curate.corpus import Decided, Remembered, decide, without_records
from harvester.curate.duplicates import ALGORITHM, Duplicate
from harvester.curate.filters import Bound, bounds_of, check_language, check_quality
from harvester.curate.masking import mask_spans, masked, masked_description, spans
from harvester.curate.reading import Reading, Traces, read, shingles
from harvester.curate.repeats import Repeated, share, without

__all__ = [
    "ALGORITHM",
    "Bound",
    "Decided",
    "Duplicate",
    "Reading",
    "Remembered",
    "Repeated",
    "Traces",
    "bounds_of",
    "check_language",
    "check_quality",
    "decide",
    "mask_spans",
    "masked",
    "masked_description",
    "read",
    "share",
    "shingles",
    "spans",
    "without",
    "without_records",
]
