"""What a block's own text tells: its size, its signs, what word lists and the page's declarations say of it."""

from math import log1p

from harvester.extraction.features.facts import FAR, HEADING, Facts, tokens
from harvester.extraction.lexicon import Lexicon

_TAGS = (
    "p", "div", "span", "section", "article", "main", "td", "th", "li", "dd", "dt", "blockquote", "pre",
    "h1", "h2", "h3", "h4", "h5", "h6", "figcaption", "a", "label", "button", "header", "footer", "aside", "nav",
    "form", "summary", "body",
)  # fmt: skip
_NUMBER_OF_TAG = {tag: number for number, tag in enumerate(_TAGS)}
_COMMAS = frozenset(",;、，；،؛")
_SEPARATORS = frozenset("|›»·•→«‹/–—>")
_LOOKED_UP = 45
"""Words of the longest block that is looked up in the word lists."""
_TITLE_WORDS = 40
_COMMON = 0.15
_PROBE = 40
"""Characters of a block's beginning and end that are looked for in what the page declares."""

COLUMNS = (
    "words", "characters", "link-share", "digits", "capitals", "commas", "sentences", "ends-sentence", "separators",
    "label", "level", "tag", "share-words", "navigation-words", "date-words", "known-line", "known-opening",
)  # fmt: skip


def own(page: Facts, i: int, lexicon: Lexicon) -> list[float]:
    """A block by itself."""
    block = page.blocks[i]
    text, words = block.text, page.words[i]
    digits = capitals = letters = commas = separators = 0
    for character in text:
        if character.isalpha():
            letters += 1
            if character.isupper():
                capitals += 1
        elif character.isdigit():
            digits += 1
        elif character in _COMMAS:
            commas += 1
        elif character in _SEPARATORS:
            separators += 1
    size = len(text) or 1
    return [
        log1p(words), log1p(size), page.links[i] / words, digits / size, capitals / (letters or 1), commas / words,
        log1p(page.sentences[i]), page.ends[i], separators / words, page.label[i], block.level,
        _NUMBER_OF_TAG.get(page.cut_from[i], len(_TAGS)), *_looked_up(page.tokens[i], lexicon),
    ]  # fmt: skip


def _looked_up(line_tokens: list[str], lexicon: Lexicon) -> tuple[float, float, float, int, int]:
    """Shares of words that the lists have; number of the list that has the whole line, or how it opens."""
    count = len(line_tokens)
    if not 0 < count <= _LOOKED_UP:
        return 0.0, 0.0, 0.0, 0, 0
    share = navigation = date = 0
    for token in line_tokens:
        kinds = lexicon.words.get(token, 0)
        if kinds:
            share += kinds & 1
            navigation += kinds >> 1 & 1
            date += kinds >> 2 & 1
        elif token.isdigit():
            date += 1
    line = lexicon.lines.get(" ".join(line_tokens), 0)
    opening = 0
    if line_tokens[0] in lexicon.first_words:
        for length in range(min(lexicon.longest, count), 0, -1):
            opening = lexicon.openings.get(" ".join(line_tokens[:length]), 0)
            if opening:
                break
    return share / count, navigation / count, date / count, line, opening


COMMON_COLUMNS = ("common-words",)


def common_words(page: Facts) -> list[float]:
    """For each block the share of its words that many of the page's good blocks have: the little words of its language."""
    seen: dict[str, int] = {}
    good = 0
    for i in range(page.size):
        if page.good[i]:
            good += 1
            for token in set(page.tokens[i]):
                seen[token] = seen.get(token, 0) + 1
    least = max(2.0, _COMMON * good)
    common = {token for token, count in seen.items() if count >= least}
    return [sum([token in common for token in own]) / len(own) if own else 0.0 for own in page.tokens]


TITLE_COLUMNS = ("title-covered", "covers-title", "from-headline")


def titles(page: Facts, title: str) -> list[tuple[float, float, int]]:
    """How much of the title a block has, and of it the title; and how many blocks it stands behind the headline."""
    wanted = set(tokens(title))
    shares = [_shared(page, i, wanted) for i in range(page.size)]
    headline = next((i for i in range(page.size) if page.label[i] == HEADING and page.blocks[i].level == 1), -1)
    best = 1.0
    for i, (covered, covers) in enumerate(shares):
        if covered:
            likeness = covered + covers
            if page.label[i] == HEADING:
                likeness += 0.7 if page.blocks[i].level == 1 else 0.5
            if likeness > best:
                headline, best = i, likeness
    none = headline < 0
    return [
        (covered, covers, -2 * FAR if none else max(-FAR, min(3 * FAR, i - headline)))
        for i, (covered, covers) in enumerate(shares)
    ]


def _shared(page: Facts, i: int, wanted: set[str]) -> tuple[float, float]:
    if not wanted or page.words[i] > _TITLE_WORDS:
        return 0.0, 0.0
    own_words = set(page.tokens[i])
    both = len(own_words & wanted)
    return (both / len(wanted), both / len(own_words)) if both else (0.0, 0.0)


REPEAT_COLUMNS = ("same-before",)


def repeated(page: Facts) -> list[int]:
    """How many earlier blocks have the same words; 9 at most."""
    seen: dict[str, int] = {}
    out = []
    for own_tokens in page.tokens:
        key = " ".join(own_tokens)
        before = seen.get(key, 0)
        seen[key] = before + 1
        out.append(min(before, 9))
    return out


DECLARED_COLUMNS = ("declared", "any-declared", "described", "declared-share")


def declared(page: Facts, texts: str, description: str) -> list[tuple[float, bool, float, float]]:
    """Whether a block's beginning and end stand in the long texts that JSON-LD has, and in the description.

    Both texts in lower case, white space folded.
    """
    found: list[tuple[float, float]] = []
    covered = 0.0
    for i, block in enumerate(page.blocks):
        if page.words[i] < 4 or not (texts or description):
            found.append((0.0, 0.0))
            continue
        lowered = block.text.lower()
        head, tail = lowered[:_PROBE], lowered[-_PROBE:]
        share = ((head in texts) + (tail in texts)) / 2 if texts else 0.0
        covered += share * page.words[i]
        found.append((share, ((head in description) + (tail in description)) / 2 if description else 0.0))
    total = covered / page.total
    return [(share, bool(texts), described, total) for share, described in found]
