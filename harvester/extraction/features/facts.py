# cython: boundscheck=False, wraparound=False
"""A page's blocks and elements as flat arrays: what all features are counted from.

A little long, so that all that fills the arrays of a page stands beside the class that says what is in them.
"""

from array import array
from collections.abc import Sequence
from typing import TypeAlias

import cython

from harvester.extraction.features.parts import KIND_OF_WORD, KINDS_OF_TAG, NAMES, NEGATIVE
from harvester.extraction.features.tokens import number_tokens
from harvester.extraction.segment import Context, Elements
from harvester.types import Block

Numbers: TypeAlias = "array[int]"
Reals: TypeAlias = "array[float]"
LABELS = ("paragraph", "heading", "list-item", "quote", "code", "table-row", "caption", "control", "footnote")
HEADING, CODE, CAPTION = 1, 4, 6
"""Labels by their number; from CAPTION on they are never body text."""
FAR = 20
"""Distances end here."""
_ZERO, _NONE, _ZERO_REAL = array("i", (0,)), array("i", (-1,)), array("d", (0.0,))
_NUMBER_OF_LABEL = {name: number for number, name in enumerate(LABELS)}
_GOOD_WORDS = cython.declare(cython.int, 12)
_LONG_WORDS = cython.declare(cython.int, 40)
_CAPTION = cython.declare(cython.int, CAPTION)
_TAIL = cython.declare(cython.Py_ssize_t, 8)
"""Characters at the end of a block among which a sentence ends, what closes quotes and brackets aside."""


class Facts:
    """One page. Arrays by block: `words`, `links` (words inside links), `label`, `level`, `good`, `at` (element),
    and counts of characters: `characters` (all), `letters`, `capitals`, `digits`, `commas`, `separators`, `sentences`
    (marks that end one). Tokens are numbered in `vocabulary`; those of block n stand in `tokens` from `starts[n]` to
    `starts[n + 1]`.

    Arrays by element: `parents`; `tag` and `name` (numbers that elements of the same tag and of the same words share),
    `kinds` (bits of `parts`), `within` (with those of the elements around), `depth`, `negative` (the nearest element that
    names boilerplate, -1 for none), and of all blocks inside: `inner_words`, `inner_links`, `inner_good` (words of good
    blocks), `inner_blocks`; `bigger` is the nearest element around that holds more blocks, -1 for none. What elements name
    is told only of those that hold blocks. `tag_names` has the tag of each number; words are numbered in `hints`, and those
    of name n stand in `names` from `name_starts[n]` to `name_starts[n + 1]`. `in_part` has the words of all blocks
    inside elements that name each of `parts.NAMES`.
    """

    def __init__(self, blocks: Sequence[Block], contexts: Sequence[Context], elements: Elements) -> None:
        self.blocks, self.size = blocks, len(blocks)
        self.tags, self.hint_words, self.parents = elements.tags, elements.words, as_ints(list(elements.parents))
        self.texts: list[str] = []
        self.cut_from: list[str] = []
        self.at, self.label, self.level = zeros(self.size), zeros(self.size), zeros(self.size)
        self.words, self.links, self.characters = zeros(self.size), zeros(self.size), zeros(self.size)
        self.letters, self.capitals, self.digits = zeros(self.size), zeros(self.size), zeros(self.size)
        self.commas, self.separators, self.sentences = zeros(self.size), zeros(self.size), zeros(self.size)
        self.ends, self.good = zeros(self.size), zeros(self.size)
        _read(self, contexts)
        self.total = sum(self.words) or 1
        self.vocabulary: dict[str, int] = {}
        self.tokens, self.starts = number_tokens(self.texts, self.vocabulary)
        count = len(self.parents)
        self.tag, self.name = zeros(count), zeros(count)
        self.tag_names: list[str] = []
        self.hints: dict[str, int] = {}
        self.kinds, self.within, self.depth = zeros(count), zeros(count), zeros(count)
        self.negative, self.bigger = nones(count), nones(count)
        self.inner_words, self.inner_links = zeros(count), zeros(count)
        self.inner_good, self.inner_blocks = zeros(count), zeros(count)
        _add_up(self)
        self.names, self.name_starts = _name(self)
        _stand(self)
        self.in_part = zeros(len(NAMES))
        _add_parts(self)


def zeros(count: int) -> Numbers:
    """So many zeros, as C integers."""
    return _ZERO * count


def zeros_real(count: int) -> Reals:
    """So many zeros, as C doubles."""
    return _ZERO_REAL * count


def nones(count: int) -> Numbers:
    """So many times -1, as C integers."""
    return _NONE * count


@cython.ccall
def as_ints(numbers: list[int]) -> Numbers:
    """The numbers as C integers; `array` itself would take each through a format string."""
    found = zeros(len(numbers))
    out: cython.int[::1] = found
    i: cython.Py_ssize_t
    for i in range(len(numbers)):
        out[i] = numbers[i]
    return found


@cython.cfunc
def _read(page: Facts, contexts: Sequence[Context]) -> None:
    """Count words, and the characters of each block by what they are, and find the good ones: long, hardly linked, made of
    sentences. Two characters of a script without spaces are about one word."""
    all_letters: cython.int[::1] = page.letters
    all_capitals: cython.int[::1] = page.capitals
    all_digits: cython.int[::1] = page.digits
    all_commas: cython.int[::1] = page.commas
    all_separators: cython.int[::1] = page.separators
    all_sentences: cython.int[::1] = page.sentences
    all_characters: cython.int[::1] = page.characters
    all_words: cython.int[::1] = page.words
    all_links: cython.int[::1] = page.links
    all_labels: cython.int[::1] = page.label
    level: cython.int[::1] = page.level
    at: cython.int[::1] = page.at
    ends: cython.int[::1] = page.ends
    good: cython.int[::1] = page.good
    letters: cython.int
    capitals: cython.int
    digits: cython.int
    commas: cython.int
    separators: cython.int
    sentences: cython.int
    unspaced: cython.Py_ssize_t
    counted: cython.Py_ssize_t
    linked: cython.Py_ssize_t
    words: cython.Py_ssize_t
    label: cython.int
    end: cython.Py_ssize_t
    i: cython.Py_ssize_t = 0
    text: str
    texts: list[str] = page.texts
    cut_from: list[str] = page.cut_from
    number_of_label: dict[str, int] = _NUMBER_OF_LABEL
    for block, context in zip(page.blocks, contexts, strict=True):
        text = block.text
        letters = capitals = digits = commas = separators = sentences = 0
        unspaced = 0
        for char in text:
            if "a" <= char <= "z":
                letters += 1
                continue
            if char == " ":
                continue
            if char >= "\u0e00" and (
                char <= "\u0eff"
                or "\u1000" <= char <= "\u109f"
                or "\u1780" <= char <= "\u17ff"
                or "\u3040" <= char <= "\u30ff"
                or "\u3400" <= char <= "\u4dbf"
                or "\u4e00" <= char <= "\u9fff"
                or "\uf900" <= char <= "\ufaff"
            ):  # `words.UNSPACED`
                unspaced += 1
            if char.isalpha():
                letters += 1
                if char.isupper():
                    capitals += 1
            elif char.isdigit():
                digits += 1
            elif char in ",;、，；،؛":
                commas += 1
            elif char in ".!?。！？؟।…":
                sentences += 1
            elif char in "|›»·•→«‹/–—>":
                separators += 1
        all_characters[i] = len(text)
        all_letters[i], all_capitals[i], all_digits[i] = letters, capitals, digits
        all_commas[i], all_separators[i], all_sentences[i] = commas, separators, sentences
        counted, linked, at[i] = context.words, context.link_words, context.element
        words = counted - unspaced // 2
        linked = linked * words // (counted if counted > 1 else 1)
        words = words if words > 1 else 1
        linked = linked if linked < words else words
        all_words[i], all_links[i] = words, linked
        number = number_of_label.get(block.label)
        label = all_labels[i] = 0 if number is None else number
        level[i] = block.level
        texts.append(text)
        cut_from.append(context.tag)
        end = len(text)
        while end > 0 and len(text) - end < _TAIL and text[end - 1] in "\"'”’»)]」』】*_ \t\n":
            end -= 1
        ends[i] = end > 0 and len(text) - end < _TAIL and text[end - 1] in ".!?。！？؟।…"
        good[i] = (
            words >= _GOOD_WORDS
            and 3 * linked < words
            and label < _CAPTION
            and (ends[i] != 0 or sentences >= 2 or words >= _LONG_WORDS)
        )
        i += 1


@cython.cfunc
def _name(page: Facts) -> tuple[Sequence[int], Sequence[int]]:
    """Number the tags and sets of words of the elements that hold blocks, and find what parts of a page they name. Gives
    the words of each set, and where they begin."""
    tag: cython.int[::1] = page.tag
    name: cython.int[::1] = page.name
    kinds: cython.int[::1] = page.kinds
    blocks: cython.int[::1] = page.inner_blocks
    number_of_tag: dict[str, int] = {}
    number_of_name: dict[frozenset[str], int] = {}
    count: cython.Py_ssize_t = len(kinds)
    bits_of_tag: list[int] = []
    bits_of_name: list[int] = []
    bits_of_hint: list[int] = []
    kind_of_word: dict[str, int] = KIND_OF_WORD
    tags: list[str] = list(page.tags)
    hint_words: list[frozenset[str]] = list(page.hint_words)
    tag_names: list[str] = page.tag_names
    hints: dict[str, int] = page.hints
    found: list[int] = []
    starts: list[int] = [0]
    words: frozenset[str]
    e: cython.Py_ssize_t
    number: cython.int
    bits: cython.int
    all_bits: cython.int
    for e in range(count):
        if not blocks[e]:
            continue
        known = number_of_tag.get(tags[e])
        if known is None:
            known = number_of_tag[tags[e]] = len(tag_names)
            tag_names.append(tags[e])
            bits_of_tag.append(KINDS_OF_TAG.get(tags[e], 0))
        number = known
        tag[e], kinds[e] = number, bits_of_tag[number]
        words = hint_words[e]
        known = number_of_name.get(words)
        if known is None:
            known = number_of_name[words] = len(bits_of_name)
            all_bits = 0
            for word in words:
                hint = hints.get(word)
                if hint is None:
                    hint = hints[word] = len(hints)
                    kind = kind_of_word.get(word)
                    bits_of_hint.append(0 if kind is None else kind)
                found.append(hint)
                number = hint
                bits = bits_of_hint[number]
                all_bits |= bits
            starts.append(len(found))
            bits_of_name.append(all_bits)
        number = known
        name[e], bits = number, bits_of_name[number]
        kinds[e] |= bits
    return as_ints(found), as_ints(starts)


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
def _add_parts(page: Facts) -> None:
    """Add up the words inside elements that name each part."""
    words: cython.int[::1] = page.words
    within: cython.int[::1] = page.within
    at: cython.int[::1] = page.at
    out: cython.int[::1] = page.in_part
    bits: cython.int
    k: cython.Py_ssize_t
    i: cython.Py_ssize_t
    for i in range(len(words)):
        bits, k = within[at[i]], 0
        while bits:
            if bits & 1:
                out[k] += words[i]
            bits >>= 1
            k += 1


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
