"""How far one text agrees with its gold. Pure; all that is kept of a page is counts, so that sums are exact.

Words and their F1 as WCXB counts them, 4-gram shingles as ScrapingHub's article-extraction-benchmark does,
snippets as trafilatura's evaluation does.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeVar

from harvester.extraction import UNSPACED
from harvester.judge.overlaps import Overlap, Part
from harvester.types import Frozen

_WORD = re.compile(r"\w+")
_CHARACTER_OR_WORD = re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}]+")
_SHINGLE = 4
_T = TypeVar("_T")


class PageScore(Frozen):
    """The counts of one page and one system."""

    words: Overlap
    shingles: Overlap
    with_: Part
    """Snippets that must appear, and do."""
    without: Part
    """Snippets that must not appear, and do."""
    comments: Part
    """Words of the readers' comments that stand in the text beyond those of the gold."""
    empty: bool
    """Whether the system gave no text."""


def tokens(text: str, *, characters: bool = False) -> list[str]:
    r"""`\w+` in lower case. With `characters`, each character of a script without spaces is a token of its own:
    `\w+` makes a whole clause of Chinese or Thai one word."""
    return (_CHARACTER_OR_WORD if characters and not text.isascii() else _WORD).findall(text.lower())


def word_overlap(text: str, gold: str, *, characters: bool = False) -> Overlap:
    """Overlap of the two bags of words (WCXB)."""
    return overlap(Counter(tokens(text, characters=characters)), Counter(tokens(gold, characters=characters)))


def shingle_overlap(text: str, gold: str) -> Overlap:
    """Overlap of the two bags of 4-grams of words, case kept; a shorter text is one shingle (ScrapingHub)."""
    return overlap(Counter(shingles(_WORD.findall(text))), Counter(shingles(_WORD.findall(gold))))


def score(text: str, gold: str, *, with_: Sequence[str], without: Sequence[str], comments: str) -> PageScore:
    """All counts of a text against the gold, the snippets and the readers' comments of its page."""
    found, wanted, said = (Counter(tokens(part)) for part in (text, gold, comments))
    lowered = text.lower()
    return PageScore(
        words=overlap(found, wanted),
        shingles=shingle_overlap(text, gold),
        with_=_snippets(lowered, with_),
        without=_snippets(lowered, without),
        comments=Part(((found - wanted) & said).total(), said.total()),
        empty=not text.strip(),
    )


def overlap(found: Counter[_T], gold: Counter[_T]) -> Overlap:
    """Overlap of two bags of anything."""
    both = found.keys() & gold.keys()  # `found & gold` runs in Python, item by item
    return Overlap(
        sum(map(min, map(found.__getitem__, both), map(gold.__getitem__, both))), found.total(), gold.total()
    )


def shingles(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """All 4-grams of a text's words; a shorter text is one shingle, an empty one none."""
    if len(words) <= _SHINGLE:
        return iter([tuple(words)] if words else [])
    return zip(*(words[i:] for i in range(_SHINGLE)), strict=False)


def _snippets(lowered: str, snippets: Sequence[str]) -> Part:
    return Part(sum(snippet.lower() in lowered for snippet in snippets), len(snippets))
