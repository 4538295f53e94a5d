"""The blocks of a page as the search for its visible metadata sees them: where its headline stands, what lies near it,
what the markup calls each, which days it names."""

from collections.abc import Sequence, Set
from functools import cached_property

import cython

from harvester.extraction import dates
from harvester.extraction.lexicon import Words
from harvester.extraction.segment import Page
from harvester.extraction.titles import letters, shares_words
from harvester.types import Block, Frozen

LONGEST = 300
"""Characters of a line that states who wrote a page or when."""
_BEFORE, _AFTER = 8, 16
"""Blocks before and behind the headline among which the page's own lines are looked for."""
_NEAR = 3
"""Elements around a block whose class names say what it is."""
_MOST = 5_000
"""Blocks that are looked at."""
_LIKE_A_TITLE = 1_000
_SHORT_HEADING = 15


class Head(Frozen, dict=True):
    """The blocks of a page, and what is known already."""

    cut: Page
    title: str | None
    """Its headline."""
    sites: Sequence[str]
    """Names of its site."""
    language: str | None
    captured: str
    words: Words

    @cached_property
    def blocks(self) -> Sequence[Block]:
        """The first of the page."""
        return self.cut.blocks[:_MOST]

    @cached_property
    def dated(self) -> Sequence[int]:
        """The positions of the blocks that name a day."""
        return [i for i, days in enumerate(self.days) if days]

    @cached_property
    def days(self) -> Sequence[Sequence[str]]:
        """For each block the days that it names, if it is short."""
        return dates.shown_in(self.blocks, LONGEST, self.captured, self.language)

    def is_marked(self, i: int, hints: Set[str], around: int = _NEAR) -> bool:
        """Whether one of those words is in the names of the innermost elements around a block."""
        elements = self.cut.elements
        return _is_marked(self.cut.contexts[i].element, elements.words, elements.parents, hints, around)

    def marked(self, hints: Set[str], around: int = _NEAR) -> Sequence[int]:
        """The positions of the blocks that are marked so."""
        words, parents = self.cut.elements.words, self.cut.elements.parents
        contexts = self.cut.contexts[: len(self.blocks)]
        return [i for i, at in enumerate(contexts) if _is_marked(at.element, words, parents, hints, around)]

    def container(self, i: int) -> int:
        """The element around the one that a block was cut from: its position; -1 where there is none."""
        around = self.cut.elements.around(self.cut.contexts[i].element)
        block = next((e for e in around if self.cut.elements.tags[e] == self.cut.contexts[i].tag), -1)
        return self.cut.elements.parents[block] if block >= 0 else -1

    @cached_property
    def lowered(self) -> frozenset[str]:
        """The words of the page that stand in it without a capital: names of people are none of them."""
        return frozenset(word for block in self.blocks for word in block.text.split() if word.islower())

    @cached_property
    def start(self) -> int:
        """The position of the headline: the heading that is the title, else the first block that is, else a heading much
        like it, else the first `h1`; -1 where there is none."""
        headings = [i for i, b in enumerate(self.blocks) if b.label == "heading" and len(b.text) < _LIKE_A_TITLE]
        if self.title:
            wanted = letters(self.title)
            alike = [i for i in headings if letters(self.blocks[i].text) == wanted]
            texts = ((i, b.text) for i, b in enumerate(self.blocks) if _first(b.text) == wanted[:1])
            alike = alike or [i for i, text in texts if len(text) < _LIKE_A_TITLE and letters(text) == wanted]
            long = (i for i in headings if len(self.blocks[i].text) > _SHORT_HEADING)
            alike = alike or [i for i in long if shares_words(self.blocks[i].text, [self.title])]
            if alike:
                return alike[0]
        return next((i for i in headings if self.blocks[i].level == 1), -1)

    @cached_property
    def near(self) -> Sequence[int]:
        """The positions around the headline, those behind it first, the nearest first; none without a headline."""
        if self.start < 0:
            return ()
        around = range(max(0, self.start - _BEFORE), min(len(self.blocks), self.start + _AFTER))
        return sorted((i for i in around if i != self.start), key=lambda i: (i < self.start, abs(i - self.start)))


@cython.cfunc
def _is_marked(
    element: cython.Py_ssize_t,
    words: tuple[frozenset[str], ...],
    parents: tuple[int, ...],
    hints: Set[str],
    around: cython.Py_ssize_t,
) -> cython.bint:
    while element >= 0 and around:
        if words[element] and not hints.isdisjoint(words[element]):
            return True
        element = parents[element]
        around -= 1
    return False


@cython.cfunc
def _first(text: str) -> str:
    """The first of the `letters` of a text, found without the others."""
    for char in text:
        if char.isalnum():
            return str(char).casefold()[:1]
    return ""
