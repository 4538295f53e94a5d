"""A page's blocks and elements as flat arrays: what all features are counted from."""

from collections.abc import Sequence

from harvester.extraction.features.parts import KIND_OF_WORD, KINDS_OF_TAG, NEGATIVE
from harvester.extraction.segment import Context, Elements
from harvester.types import Block

LABELS = ("paragraph", "heading", "list-item", "quote", "code", "table-row", "caption", "control", "footnote")
HEADING, CODE, CAPTION = 1, 4, 6
"""Labels by their number; from CAPTION on they are never body text."""
FAR = 20
"""Distances end here."""
_NUMBER_OF_LABEL = {name: number for number, name in enumerate(LABELS)}
_EDGES = " \t\n.,;:!?…。、，；：！？؟،؛\"'“”„«»‘’()[]{}<>|/\\–—-•·›→*_#"
_GOOD_WORDS, _LONG_WORDS = 12, 40
_SENTENCE_MARKS = frozenset(".!?。！？؟।…")
_CLOSERS = "\"'”’»)]」』】*_ \t\n"


class Facts:
    """One page. Arrays by block: `words`, `links` (words inside links), `label`, `good`, `tokens`, `at` (element).

    Arrays by element: `parents`, `kinds` (bits of `parts`), `within` (with those of the elements around), `depth`,
    `negative` (the nearest element that names boilerplate, -1 for none), and of all blocks inside: `inner_words`,
    `inner_links`, `inner_good` (words of good blocks), `inner_blocks`; `bigger` is the nearest element around that holds
    more blocks, -1 for none.
    """

    def __init__(self, blocks: Sequence[Block], contexts: Sequence[Context], elements: Elements) -> None:
        self.blocks, self.size = blocks, len(blocks)
        self.tags, self.hint_words, self.parents = elements.tags, elements.words, elements.parents
        self.at = [context.element for context in contexts]
        self.cut_from = [context.tag for context in contexts]
        self.words = [max(context.words, 1) for context in contexts]
        self.links = [min(context.link_words, max(context.words, 1)) for context in contexts]
        self.label = [_NUMBER_OF_LABEL.get(block.label, 0) for block in blocks]
        self.total = sum(self.words) or 1
        self.tokens = [tokens(block.text) for block in blocks]
        self.sentences = [0] * self.size
        self.ends = [0] * self.size
        self.good = [0] * self.size
        for i in range(self.size):
            self._read(i)
        self._elements()

    def _read(self, i: int) -> None:
        """Sentence marks of a block, and whether it is good: long, hardly linked, and made of sentences."""
        text = self.blocks[i].text
        count = 0
        for mark in _SENTENCE_MARKS:
            count += text.count(mark)
        self.sentences[i] = count
        tail = text[-8:].rstrip(_CLOSERS)
        self.ends[i] = 1 if tail and tail[-1] in _SENTENCE_MARKS else 0
        words = self.words[i]
        if (
            words >= _GOOD_WORDS
            and 3 * self.links[i] < words
            and self.label[i] < CAPTION
            and (self.ends[i] or count >= 2 or words >= _LONG_WORDS)
        ):
            self.good[i] = 1

    def _elements(self) -> None:
        count = len(self.parents)
        self.kinds, self.within = [0] * count, [0] * count
        self.depth, self.negative = [0] * count, [-1] * count
        self.inner_words, self.inner_links = [0] * count, [0] * count
        self.inner_good, self.inner_blocks = [0] * count, [0] * count
        for e in range(count):
            bits = KINDS_OF_TAG.get(self.tags[e], 0)
            for word in self.hint_words[e]:
                bits |= KIND_OF_WORD.get(word, 0)
            self.kinds[e] = bits
            parent = self.parents[e]
            self.within[e] = bits | (self.within[parent] if parent >= 0 else 0)
            if parent >= 0:
                self.depth[e] = self.depth[parent] + 1
                self.negative[e] = self.negative[parent]
            if bits & NEGATIVE:
                self.negative[e] = e
        for i in range(self.size):
            e = self.at[i]
            self.inner_words[e] += self.words[i]
            self.inner_links[e] += self.links[i]
            self.inner_blocks[e] += 1
            if self.good[i]:
                self.inner_good[e] += self.words[i]
        for e in range(count - 1, 0, -1):
            parent = self.parents[e]
            if parent >= 0:
                self.inner_words[parent] += self.inner_words[e]
                self.inner_links[parent] += self.inner_links[e]
                self.inner_good[parent] += self.inner_good[e]
                self.inner_blocks[parent] += self.inner_blocks[e]
        self.bigger = [-1] * count
        for e in range(count):
            parent = self.parents[e]
            if parent >= 0:
                more = self.inner_blocks[parent] > self.inner_blocks[e]
                self.bigger[e] = parent if more else self.bigger[parent]


def tokens(text: str) -> list[str]:
    """What stands between white space, lower case, without punctuation at its ends; cheaper than `words`."""
    return [bare for part in text.lower().split() if (bare := part.strip(_EDGES))]
