# cython: boundscheck=False, wraparound=False
"""What a block's own text tells: its size, its signs, what word lists and the page's declarations say of it."""

import cython

from harvester.extraction.features.facts import FAR, HEADING, Facts, tokens
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
    label: cython.int[::1] = page.label
    level: cython.int[::1] = page.level
    i: cython.Py_ssize_t
    size: cython.Py_ssize_t
    for i in range(len(words)):
        size = len(page.blocks[i].text) or 1
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
        out[o + 11] = _NUMBER_OF_TAG.get(page.cut_from[i], len(_TAGS))
        _look_up(page.tokens[i], lexicon, out, o + 12)
        o += width


@cython.cfunc
def _look_up(line_tokens: list[str], lexicon: Lexicon, out: cython.double[::1], o: cython.Py_ssize_t) -> None:
    """Shares of words that the lists have; number of the list that has the whole line, or how it opens."""
    count: cython.int = len(line_tokens)
    if not 0 < count <= _LOOKED_UP:
        return
    share: cython.int = 0
    navigation: cython.int = 0
    date: cython.int = 0
    bits: cython.int
    words: dict[str, int] = lexicon.words
    token: str
    for token in line_tokens:
        kinds = words.get(token)
        if kinds is not None:
            bits = kinds
            share += bits & 1
            navigation += bits >> 1 & 1
            date += bits >> 2 & 1
        elif token.isdigit():
            date += 1
    out[o] = share / count
    out[o + 1] = navigation / count
    out[o + 2] = date / count
    out[o + 3] = lexicon.lines.get(" ".join(line_tokens), 0)
    if line_tokens[0] in lexicon.first_words:
        length: cython.int
        for length in range(min(lexicon.longest, count), 0, -1):
            opening = lexicon.openings.get(" ".join(line_tokens[:length]), 0)
            if opening:
                out[o + 4] = opening
                break


COMMON_COLUMNS = ("common-words",)


def common_words(page: Facts, rows: Rows, column: int) -> None:
    """For each block the share of its words that many of the page's good blocks have: the little words of its language."""
    out: cython.double[::1] = rows.values
    width: cython.Py_ssize_t = rows.width
    o: cython.Py_ssize_t = column
    seen: dict[str, int] = {}
    is_good: cython.int[::1] = page.good
    good: cython.int = 0
    i: cython.Py_ssize_t
    for i in range(len(is_good)):
        if is_good[i]:
            good += 1
            for token in set(page.tokens[i]):
                seen[token] = seen.get(token, 0) + 1
    least = max(2.0, _COMMON * good)
    common: set[str] = {token for token, count in seen.items() if count >= least}
    own_tokens: list[str]
    hits: cython.Py_ssize_t
    for own_tokens in page.tokens:
        if own_tokens and common:
            hits = 0
            for token in own_tokens:
                hits += token in common
            out[o] = hits / len(own_tokens)
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
    wanted: set[str] = set(tokens(title))
    headline: cython.Py_ssize_t = -1
    best: cython.double = 1.0
    likeness: cython.double
    both: cython.Py_ssize_t
    i: cython.Py_ssize_t
    for i in range(len(words)):
        if label[i] == _HEADING and level[i] == 1:
            headline = i
            break
    for i in range(len(words)):
        if wanted and words[i] <= _TITLE_WORDS and not wanted.isdisjoint(page.tokens[i]):
            own_words = set(page.tokens[i])
            both = len(own_words & wanted)
            out[o] = both / len(wanted)
            out[o + 1] = both / len(own_words)
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
    seen: dict[str, int] = {}
    own_tokens: list[str]
    for own_tokens in page.tokens:
        key = " ".join(own_tokens)
        before = seen.get(key, 0)
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
    covered: cython.double = 0.0
    found: cython.int
    i: cython.Py_ssize_t
    for i in range(len(words)):
        if words[i] >= 4:
            lowered: str = page.blocks[i].text.lower()
            head, tail = lowered[:_PROBE], lowered[max(len(lowered) - _PROBE, 0) :]
            if texts:
                found = (head in texts) + (tail in texts)
                out[o] = found / 2
                covered += out[o] * words[i]
            if description:
                found = (head in description) + (tail in description)
                out[o + 2] = found / 2
        o += width
    o = column
    for _ in range(len(words)):
        out[o + 1] = 1.0 if texts else 0.0
        out[o + 3] = covered / page.total
        o += width
