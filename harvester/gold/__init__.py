"""Gold on disk comes in, a folder a page; GoldPages go out: the raw bytes, and what a person says stands in them.

Gold is also made here of a page as it is extracted now, imported from the formats of others, and linted.
"""

from harvester.gold.add import Added, add_gold
from harvester.gold.formats import FORMATS
from harvester.gold.importing import Imported, import_gold
from harvester.gold.lint import Flaw, Linted, lint_gold
from harvester.gold.read import Expect, GoldPage, Problem, capture_of, read_gold, survey
from harvester.gold.words import fold, plain_text

__all__ = [
    "FORMATS",
    "Added",
    "Expect",
    "Flaw",
    "GoldPage",
    "Imported",
    "Linted",
    "Problem",
    "add_gold",
    "capture_of",
    "fold",
    "import_gold",
    "lint_gold",
    "plain_text",
    "read_gold",
    "survey",
]
