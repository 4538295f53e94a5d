"""In: a version and words to look for. Out: the records that have them, the best first, with the passage that shows it."""

from harvester.search.index import FOLDER, Hit, search
from harvester.search.snippets import Snippet

__all__ = ["FOLDER", "Hit", "Snippet", "search"]
