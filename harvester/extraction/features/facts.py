# cython: boundscheck=False, wraparound=False
"""A page's blocks and elements as flat arrays: what all features are counted from."""

import re
from array import array
from collections.abc import Sequence

import cython

from harvester.extraction.features.parts import KIND_OF_WORD, KINDS_OF_TAG, NEGATIVE
from harvester.extraction.segment import Context, Elements
from harvester.extraction.words import UNSPACED
from harvester.types import Block

LABELS = ("paragraph", "heading", "list-item", "quote", "code", "table-row", "caption", "control", "footnote")
HEADING, CODE, CAPTION = 1, 4, 6
"""Labels by their number; from CAPTION on they are never body text."""
FAR = 20
"""Distances end here."""
_NUMBER_OF_LABEL = {name: number for number, name in enumerate(LABELS)}
_EDGES = " \t\n.,;:!?…。、，；：！？؟،؛\"'“”„«»‘’()[]{}<>|/\\–—-•·›→*_#"
_GOOD_WORDS = cython.declare(cython.int, 12)
_LONG_WORDS = cython.declare(cython.int, 40)
_CAPTION = cython.declare(cython.int, CAPTION)
_CLOSERS = "\"'”’»)]」』】*_ \t\n"


class Facts:
    """One page. Arrays by block: `words`, `links` (words inside links), `label`, `level`, `good`, `tokens`, `at` (element),
    and counts of characters: `letters`, `capitals`, `digits`, `commas`, `separators`, `sentences` (marks that end one).

    Arrays by element: `parents`; `tag`, `name` and `both` (numbers that elements of the same tag, of the same words, of
    the same tag and words share), `kinds` (bits of `parts`), `within` (with those of the elements around), `depth`,
    `negative` (the nearest element that names boilerplate, -1 for none), and of all blocks inside: `inner_words`,
    `inner_links`, `inner_good` (words of good blocks), `inner_blocks`; `bigger` is the nearest element around that holds
    more blocks, -1 for none. What elements name is told only of those that hold blocks. `tag_names` and `names` have the
    tag and the words of each number.
    """

    def __init__(self, blocks: Sequence[Block], contexts: Sequence[Context], elements: Elements) -> None:
        self.blocks, self.size = blocks, len(blocks)
        self.tags, self.hint_words, self.parents = elements.tags, elements.words, array("i", elements.parents)
        self.at = array("i", [context.element for context in contexts])
        self.cut_from = [context.tag for context in contexts]
        sizes = [_size(block.text, context.words) for block, context in zip(blocks, contexts, strict=True)]
        self.words = array("i", [max(size, 1) for size in sizes])
        self.links = array(
            "i",
            [
                min(context.link_words * size // max(context.words, 1), max(size, 1))
                for context, size in zip(contexts, sizes, strict=True)
            ],
        )
        self.label = array("i", [_NUMBER_OF_LABEL.get(block.label, 0) for block in blocks])
        self.level = array("i", [block.level for block in blocks])
        self.total = sum(self.words) or 1
        self.tokens = [tokens(block.text) for block in blocks]
        self.letters, self.capitals, self.digits = zeros(self.size), zeros(self.size), zeros(self.size)
        self.commas, self.separators, self.sentences = zeros(self.size), zeros(self.size), zeros(self.size)
        self.ends, self.good = zeros(self.size), zeros(self.size)
        count = len(self.parents)
        self.tag, self.name, self.both = zeros(count), zeros(count), zeros(count)
        self.names: list[list[str]] = []
        self.tag_names: list[str] = []
        self.kinds, self.within, self.depth = zeros(count), zeros(count), zeros(count)
        self.negative, self.bigger = nones(count), nones(count)
        self.inner_words, self.inner_links = zeros(count), zeros(count)
        self.inner_good, self.inner_blocks = zeros(count), zeros(count)
        _read(self)
        _add_up(self)
        _name(self)
        _stand(self)


def zeros(count: int) -> Sequence[int]:
    """So many zeros, as C integers."""
    return array("i", bytes(4 * count))


def nones(count: int) -> Sequence[int]:
    """So many times -1, as C integers."""
    return array("i", b"\xff" * (4 * count))


@cython.cfunc
def _read(page: Facts) -> None:
    """Count the characters of each block by what they are, and find the good ones: long, hardly linked, made of sentences."""
    all_letters: cython.int[::1] = page.letters
    all_capitals: cython.int[::1] = page.capitals
    all_digits: cython.int[::1] = page.digits
    all_commas: cython.int[::1] = page.commas
    all_separators: cython.int[::1] = page.separators
    all_sentences: cython.int[::1] = page.sentences
    ends: cython.int[::1] = page.ends
    good: cython.int[::1] = page.good
    words: cython.int[::1] = page.words
    links: cython.int[::1] = page.links
    label: cython.int[::1] = page.label
    letters: cython.int
    capitals: cython.int
    digits: cython.int
    commas: cython.int
    separators: cython.int
    sentences: cython.int
    i: cython.Py_ssize_t
    text: str
    for i in range(len(words)):
        text = page.blocks[i].text
        letters = capitals = digits = commas = separators = sentences = 0
        for char in text:
            if "a" <= char <= "z":
                letters += 1
            elif char == " ":
                continue
            elif char.isalpha():
                letters += 1
                capitals += char.isupper()
            elif char.isdigit():
                digits += 1
            elif char in ",;、，；،؛":
                commas += 1
            elif char in ".!?。！？؟।…":
                sentences += 1
            elif char in "|›»·•→«‹/–—>":
                separators += 1
        all_letters[i], all_capitals[i], all_digits[i] = letters, capitals, digits
        all_commas[i], all_separators[i], all_sentences[i] = commas, separators, sentences
        tail = text[max(len(text) - 8, 0) :].rstrip(_CLOSERS)
        ends[i] = tail.endswith((".", "!", "?", "。", "！", "？", "؟", "।", "…"))
        good[i] = (
            words[i] >= _GOOD_WORDS
            and 3 * links[i] < words[i]
            and label[i] < _CAPTION
            and (ends[i] != 0 or sentences >= 2 or words[i] >= _LONG_WORDS)
        )


@cython.cfunc
def _name(page: Facts) -> None:
    """Number the tags and sets of words of the elements that hold blocks, and find what parts of a page they name."""
    tag: cython.int[::1] = page.tag
    name: cython.int[::1] = page.name
    both: cython.int[::1] = page.both
    kinds: cython.int[::1] = page.kinds
    blocks: cython.int[::1] = page.inner_blocks
    numbers: dict[object, int] = {}
    pairs: dict[int, int] = {}
    count: cython.Py_ssize_t = len(kinds)
    bits_of_tag: list[int] = []
    bits_of_name: list[int] = []
    tags, hint_words, tag_names, names = page.tags, page.hint_words, page.tag_names, page.names
    e: cython.Py_ssize_t
    for e in range(count):
        if not blocks[e]:
            continue
        own = tags[e]
        number = numbers.get(own)
        if number is None:
            number = numbers[own] = len(tag_names)
            tag_names.append(own)
            bits_of_tag.append(KINDS_OF_TAG.get(own, 0))
        tag[e] = number
        words = hint_words[e]
        number_ = numbers.get(words)
        if number_ is None:
            number_ = numbers[words] = len(names)
            names.append(sorted(words))
            bits = 0
            for word in words:
                bits |= KIND_OF_WORD.get(word, 0)
            bits_of_name.append(bits)
        name[e] = number_
        both[e] = pairs.setdefault(tag[e] * count + name[e], len(pairs))
        kinds[e] = bits_of_tag[number] | bits_of_name[number_]


@cython.cfunc
def _stand(page: Facts) -> None:
    """What each element stands in."""
    parents: cython.int[::1] = page.parents
    kinds: cython.int[::1] = page.kinds
    within: cython.int[::1] = page.within
    depth: cython.int[::1] = page.depth
    negative: cython.int[::1] = page.negative
    e: cython.Py_ssize_t
    parent: cython.int
    bad: cython.int = NEGATIVE
    for e in range(len(parents)):
        parent = parents[e]
        within[e] = kinds[e]
        if parent >= 0:
            within[e] |= within[parent]
            depth[e] = depth[parent] + 1
            negative[e] = negative[parent]
        if kinds[e] & bad:
            negative[e] = e


@cython.cfunc
def _add_up(page: Facts) -> None:
    """What each element holds."""
    parents: cython.int[::1] = page.parents
    words: cython.int[::1] = page.inner_words
    links: cython.int[::1] = page.inner_links
    good: cython.int[::1] = page.inner_good
    blocks: cython.int[::1] = page.inner_blocks
    bigger: cython.int[::1] = page.bigger
    at: cython.int[::1] = page.at
    own_words: cython.int[::1] = page.words
    own_links: cython.int[::1] = page.links
    own_good: cython.int[::1] = page.good
    i: cython.Py_ssize_t
    e: cython.Py_ssize_t
    parent: cython.int
    for i in range(len(at)):
        e = at[i]
        words[e] += own_words[i]
        links[e] += own_links[i]
        good[e] += own_words[i] if own_good[i] else 0
        blocks[e] += 1
    for e in range(len(parents) - 1, 0, -1):
        parent = parents[e]
        if parent >= 0:
            words[parent] += words[e]
            links[parent] += links[e]
            good[parent] += good[e]
            blocks[parent] += blocks[e]
    for e in range(len(parents)):
        parent = parents[e]
        if parent >= 0:
            bigger[e] = parent if blocks[parent] > blocks[e] else bigger[parent]


def tokens(text: str) -> list[str]:
    """What stands between white space, lower case, without punctuation at its ends; cheaper than `words`."""
    out: list[str] = []
    bare: str
    for bare in text.lower().split():
        if not (bare[0].isalnum() and bare[len(bare) - 1].isalnum()):
            bare = bare.strip(_EDGES)
        if bare:
            out.append(bare)
    return out


_UNSPACED_CHARACTER = re.compile(f"[{UNSPACED}]")


def _size(text: str, words: int) -> int:
    """Words of a block; two characters of a script without spaces are about one."""
    if text.isascii():
        return words
    return words - len(_UNSPACED_CHARACTER.findall(text)) // 2
