"""In: two versions of a corpus. Out: which records came, went and changed, and why, the most changed first; as Markdown too."""

from harvester.diff.causes import CAUSES, Cause, recipe_causes, recipe_differences
from harvester.diff.choose import choose, parent_of
from harvester.diff.compare import CauseCount, Change, Diff, HostTotals, RecipeChange, Said, compare
from harvester.diff.files import Difference, first_difference
from harvester.diff.markdown import all_in_words, changes_file, first_version, in_words, to_markdown
from harvester.diff.sides import Side, identified_lines, open_side
from harvester.diff.texts import FieldChange, Paragraph

__all__ = [
    "CAUSES",
    "Cause",
    "CauseCount",
    "Change",
    "Diff",
    "Difference",
    "FieldChange",
    "HostTotals",
    "Paragraph",
    "RecipeChange",
    "Said",
    "Side",
    "all_in_words",
    "changes_file",
    "choose",
    "compare",
    "first_difference",
    "first_version",
    "identified_lines",
    "in_words",
    "open_side",
    "parent_of",
    "recipe_causes",
    "recipe_differences",
    "to_markdown",
]
