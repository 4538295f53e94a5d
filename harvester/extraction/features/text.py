# cython: boundscheck=False, wraparound=False
"""What a block's own text tells: its size, its signs, what word lists and the page's declarations say of it."""

import cython

from harvester.extraction.features.facts import FAR, HEADING, Facts, nones, zeros
from harvester.extraction.features.tokens import tokens
from harvester.extraction.lexicon import Lexicon
from harvester.extraction.rows import Rows

if cython.compiled:
    from cython.cimports.libc.math import log1p
else:
    from math import log1p

_TAGS = (
    "p", "div", "span", "section", "article", "main", "td", "th", "li", "dd", "dt", "blockquote", "pre",
    "h1", "h2", "h3", "h4", "h5", "h6", "figcaption", "a", "label", "button", "header", "footer", "aside", "nav",
    "form", "summary", "body",
)  # fmt: skip
_NUMBER_OF_TAG = {tag: number for number, tag in enumerate(_TAGS)}
_LOOKED_UP = cython.declare(cython.int, 45)
"""Words of the longest block that is looked up in the word lists."""
_TITLE_WORDS = cython.declare(cython.int, 40)
_COMMON = 0.15
_PROBE = cython.declare(cython.Py_ssize_t, 40)
"""Characters of a block's beginning and end that are looked for in what the page declares."""
_HEADING = cython.declare(cython.int, HEADING)
_FAR = cython.declare(cython.Py_ssize_t, FAR)

COLUMNS = (
    "words", "characters", "link-share", "digits", "capitals", "commas", "sentences", "ends-sentence", "separators",
    "label", "level", "tag", "share-words", "navigation-words", "date-words", "known-line", "known-opening",
)  # fmt: skip


def own(page: Facts, lexicon: Lexicon, rows: Rows, column: int) -> None:
    """A block by itself."""
    out: cython.double[::1] = rows.values
    width: cython.Py_ssize_t = rows.width
    o: cython.Py_ssize_t = column
    words: cython.int[::1] = page.words
    links: cython.int[::1] = page.links
    digits: cython.int[::1] = page.digits
    capitals: cython.int[::1] = page.capitals
    letters: cython.int[::1] = page.letters
    commas: cython.int[::1] = page.commas
    sentences: cython.int[::1] = page.sentences
    ends: cython.int[::1] = page.ends
    separators: cython.int[::1] = page.separators
    characters: cython.int[::1] = page.characters
    label: cython.int[::1] = page.label
    level: cython.int[::1] = page.level
    cut_from: list[str] = page.cut_from
    number_of_tag: dict[str, int] = _NUMBER_OF_TAG
    i: cython.Py_ssize_t
    size: cython.Py_ssize_t
    for i in range(len(words)):
        size = characters[i] if characters[i] else 1
        out[o] = log1p(words[i])
        out[o + 1] = log1p(size)
        out[o + 2] = links[i] / words[i]
        out[o + 3] = digits[i] / size
        out[o + 4] = capitals[i] / (letters[i] if letters[i] else 1)
        out[o + 5] = commas[i] / words[i]
        out[o + 6] = log1p(sentences[i])
        out[o + 7] = ends[i]
        out[o + 8] = separators[i] / words[i]
        out[o + 9] = label[i]
        out[o + 10] = level[i]
        tag = number_of_tag.get(cut_from[i])
        out[o + 11] = len(_TAGS) if tag is None else tag
        o += width
    _look_up(page, lexicon, out, column + 12, width)


@cython.cfunc
def _look_up(
    page: Facts, lexicon: Lexicon, out: cython.double[::1], o: cython.Py_ssize_t, width: cython.Py_ssize_t
) -> None:
    """For each short block the shares of words that the lists have; number of the list that has the whole line, or how it
    opens."""
    tokens_: cython.int[::1] = page.tokens
    starts: cython.int[::1] = page.starts
    vocabulary: list[str] = [*page.vocabulary]
    signs_of: cython.int[::1] = nones(len(vocabulary))  # -1: not looked up yet
    signs_of_word: dict[str, int] = lexicon.signs
    longest: cython.int = lexicon.longest
    longest_line: cython.int = lexicon.longest_line
    count: cython.int
    share: cython.int
    navigation: cython.int
    date: cython.int
    bits: cython.int
    length: cython.int
    i: cython.Py_ssize_t
    k: cython.Py_ssize_t
    token: str
    for i in range(len(starts) - 1):
        count = starts[i + 1] - starts[i]
        if 0 < count <= _LOOKED_UP:
            share = navigation = date = 0
            for k in range(starts[i], starts[i + 1]):
                bits = signs_of[tokens_[k]]
                if bits < 0:
                    token = vocabulary[tokens_[k]]
                    signs = signs_of_word.get(token)
                    bits = (4 if token[0].isdigit() and token.isdigit() else 0) if signs is None else signs
                    signs_of[tokens_[k]] = bits
                share += bits & 1
                navigation += bits >> 1 & 1
                date += bits >> 2 & 1
            out[o] = share / count
            out[o + 1] = navigation / count
            out[o + 2] = date / count
            bits = signs_of[tokens_[starts[i]]]
            if bits & 8 and count <= longest_line:
                line = " ".join([vocabulary[tokens_[k]] for k in range(starts[i], starts[i + 1])])
                out[o + 3] = lexicon.lines.get(line, 0)
            if bits & 16:
                opens = [vocabulary[tokens_[k]] for k in range(starts[i], starts[i] + min(longest, count))]
                for length in range(len(opens), 0, -1):
                    opening = lexicon.openings.get(" ".join(opens[:length]), 0)
                    if opening:
                        out[o + 4] = opening
                        break
        o += width


COMMON_COLUMNS = ("common-words",)


def common_words(page: Facts, rows: Rows, column: int) -> None:
    """For each block the share of its words that many of the page's good blocks have: the little words of its language."""
    out: cython.double[::1] = rows.values
    width: cython.Py_ssize_t = rows.width
    o: cython.Py_ssize_t = column
    tokens_: cython.int[::1] = page.tokens
    starts: cython.int[::1] = page.starts
    seen: cython.int[::1] = zeros(len(page.vocabulary))
    last: cython.int[::1] = nones(len(page.vocabulary))
    is_good: cython.int[::1] = page.good
    good: cython.int = 0
    hits: cython.int
    i: cython.Py_ssize_t
    k: cython.Py_ssize_t
    for i in range(len(is_good)):
        if is_good[i]:
            good += 1
            for k in range(starts[i], starts[i + 1]):
                if last[tokens_[k]] != i:
                    last[tokens_[k]] = i
                    seen[tokens_[k]] += 1
    least: cython.double = max(2.0, _COMMON * good)
    for i in range(len(is_good)):
        if starts[i + 1] > starts[i]:
            hits = 0
            for k in range(starts[i], starts[i + 1]):
                hits += seen[tokens_[k]] >= least
            out[o] = hits / (starts[i + 1] - starts[i])
        o += width


TITLE_COLUMNS = ("title-covered", "covers-title", "from-headline")


def titles(page: Facts, title: str, rows: Rows, column: int) -> None:
    """How much of the title a block has, and of it the title; and how many blocks it stands behind the headline."""
    out: cython.double[::1] = rows.values
    width: cython.Py_ssize_t = rows.width
    o: cython.Py_ssize_t = column
    words: cython.int[::1] = page.words
    label: cython.int[::1] = page.label
    level: cython.int[::1] = page.level
    tokens_: cython.int[::1] = page.tokens
    starts: cython.int[::1] = page.starts
    wanted: set[str] = set(tokens(title))
    in_title: cython.int[::1] = zeros(len(page.vocabulary))
    last: cython.int[::1] = nones(len(page.vocabulary))
    headline: cython.Py_ssize_t = -1
    best: cython.double = 1.0
    likeness: cython.double
    both: cython.int
    different: cython.int
    i: cython.Py_ssize_t
    k: cython.Py_ssize_t
    for token in wanted:
        number = page.vocabulary.get(token)
        if number is not None:
            in_title[number] = 1
    for i in range(len(words)):
        if label[i] == _HEADING and level[i] == 1:
            headline = i
            break
    for i in range(len(words)):
        if words[i] <= _TITLE_WORDS:
            both = different = 0
            for k in range(starts[i], starts[i + 1]):
                if last[tokens_[k]] != i:
                    last[tokens_[k]] = i
                    different += 1
                    both += in_title[tokens_[k]]
            if both:
                out[o] = both / len(wanted)
                out[o + 1] = both / different
                likeness = out[o] + out[o + 1]
                if label[i] == _HEADING:
                    likeness += 0.7 if level[i] == 1 else 0.5
                if likeness > best:
                    headline, best = i, likeness
        o += width
    o = column
    for i in range(len(words)):
        out[o + 2] = -2 * _FAR if headline < 0 else max(-_FAR, min(3 * _FAR, i - headline))
        o += width


REPEAT_COLUMNS = ("same-before",)


def repeated(page: Facts, rows: Rows, column: int) -> None:
    """How many earlier blocks have the same words; 9 at most."""
    out: cython.double[::1] = rows.values
    width: cython.Py_ssize_t = rows.width
    o: cython.Py_ssize_t = column
    starts: cython.int[::1] = page.starts
    numbers: bytes = bytes(memoryview(page.tokens))
    seen: dict[bytes, int] = {}
    i: cython.Py_ssize_t
    for i in range(len(starts) - 1):
        key = numbers[4 * starts[i] : 4 * starts[i + 1]]
        before = seen.get(key)
        if before is None:
            seen[key] = 1
        else:
            seen[key] = before + 1
            out[o] = min(before, 9)
        o += width


DECLARED_COLUMNS = ("declared", "any-declared", "described", "declared-share")


def declared(page: Facts, texts: str, description: str, rows: Rows, column: int) -> None:
    """Whether a block's beginning and end stand in the long texts that JSON-LD has, and in the description.

    Both texts in lower case, white space folded.
    """
    if not (texts or description):
        return
    out: cython.double[::1] = rows.values
    width: cython.Py_ssize_t = rows.width
    o: cython.Py_ssize_t = column
    words: cython.int[::1] = page.words
    texts_: list[str] = page.texts
    covered: cython.double = 0.0
    found: cython.int
    i: cython.Py_ssize_t
    for i in range(len(words)):
        if words[i] >= 4:
            text: str = texts_[i]
            if "İ" in text or "Σ" in text:  # in lower case two characters, and one that depends on those beside it
                text = text.lower()
            head: str = text[:_PROBE].lower()
            tail: str = text[len(text) - _PROBE :].lower() if len(text) > _PROBE else head
            if texts:
                found = head in texts
                found += found if tail is head else tail in texts
                out[o] = found / 2.0
                covered += out[o] * words[i]
            if description:
                found = head in description
                found += found if tail is head else tail in description
                out[o + 2] = found / 2.0
        o += width
    o = column
    any_: cython.double = 1.0 if texts else 0.0
    share: cython.double = covered / page.total
    for _ in range(len(words)):
        out[o + 1] = any_
        out[o + 3] = share
        o += width
