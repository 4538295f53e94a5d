"""Signals of a text's quality, as the papers on large text corpora define them; measured, and judged elsewhere.

Sources, by the names used below:

- C4: Raffel et al., *Exploring the Limits of Transfer Learning …*, JMLR 21(140), 2020, section 2.2.
- Gopher: Rae et al., *Scaling Language Models …* (MassiveText), 2021, appendix A.1.1, and table A1 for repetition.
- RefinedWeb: Penedo et al., *The RefinedWeb Dataset for Falcon LLM*, 2023, appendix G.
- FineWeb: Penedo et al., *The FineWeb Datasets*, 2024, section 3.6.

A line is a line of a kept block, a paragraph a kept block. Where most of a text is written without spaces (Chinese,
Japanese, Thai …), a word is a character; a run of n words is one of 2n characters there, since a word has about two of them,
a short line has half as many characters, and the length of words is undefined.
"""

from collections.abc import Sequence
from typing import NamedTuple

import cython

from harvester.curate import grams, stop_words
from harvester.types import Block, Quality

_BULLETS = frozenset("•‣⁃▪▫◦●○■□▶►◆◇★☆*-–—·・")
_CLOSING = "\"'”’»)]」』】）*_"
_TERMINAL = frozenset(".!?。！？｡．؟۔।॥։።၊။")
_ELLIPSES = ("...", "…", "…。")
_NO_STOPS = ("th", "lo")
"""Languages whose sentences end with a space."""
_SHORT = 30


def measure(kept: Sequence[Block], lower: str, words: grams.Words, language: str | None) -> Quality:
    """The signals of a text, given its kept blocks, these in lower case and their words. All but whole numbers are rounded
    to four places."""
    unspaced, count, characters = words.is_unspaced, len(words.hashes), words.characters
    common = None if unspaced else stop_words.of_language(language)
    scale = 2 if unspaced else 1
    text = "\n".join([block.text for block in kept])
    lines = _lines(kept, _SHORT // scale, "javascript" in lower)
    line_share, line_characters = _duplicates(lines.texts)
    paragraph_share, paragraph_characters = _duplicates([block.text for block in kept])
    top, duplicates = _runs(words, scale)
    ends = language not in _NO_STOPS
    return Quality(
        words=count,
        mean_word_length=None if unspaced or not count else round(characters / count, 4),
        symbol_words=_share(text.count("#") + text.count("…") + text.count("..."), count),
        letter_words=_share(words.with_letter, count),
        stop_words=None if common is None else len(common.intersection(words.hashes)),
        sentences=_sentences(text) if ends else None,
        bullet_lines=_share(lines.bullets, len(lines.texts)),
        ellipsis_lines=_share(lines.ellipses, len(lines.texts)),
        terminal_lines=_share(lines.ended, len(lines.texts)) if ends else None,
        short_lines=_share(lines.short, len(lines.texts)),
        javascript_lines=_share(lines.javascript, len(lines.texts)),
        duplicate_lines=line_share,
        duplicate_line_characters=line_characters,
        duplicate_paragraphs=paragraph_share,
        duplicate_paragraph_characters=paragraph_characters,
        top_2gram=top[0],
        top_3gram=top[1],
        top_4gram=top[2],
        duplicate_5gram=duplicates[0],
        duplicate_6gram=duplicates[1],
        duplicate_7gram=duplicates[2],
        duplicate_8gram=duplicates[3],
        duplicate_9gram=duplicates[4],
        duplicate_10gram=duplicates[5],
        list_words=_list_words(kept, words),
        curly_brackets=sum([block.text.count("{") for block in kept if block.label != "code"]) if "{" in text else 0,
        lorem_ipsum="lorem ipsum" in lower,
    )


class _Lines(NamedTuple):
    """The lines of a text that are not blank, and how many are of each kind."""

    texts: list[str]
    bullets: int
    ellipses: int
    ended: int
    short: int
    javascript: int


def _lines(kept: Sequence[Block], short_below: int, of_javascript: bool) -> _Lines:
    lines: list[str] = []
    bullets: cython.Py_ssize_t = 0
    ellipses: cython.Py_ssize_t = 0
    ended: cython.Py_ssize_t = 0
    short: cython.Py_ssize_t = 0
    javascript: cython.Py_ssize_t = 0
    line: str
    for block in kept:
        is_item = block.label == "list-item"
        for line in block.text.split("\n"):
            line = line.strip()
            if not line:
                continue
            lines.append(line)
            bullets += is_item or _has_bullet(line)
            if line.endswith(_ELLIPSES):
                ellipses += 1
            elif line.rstrip(_CLOSING)[-1:] in _TERMINAL:
                ended += 1
            short += len(line) < short_below
            javascript += of_javascript and "javascript" in line.lower()
    return _Lines(lines, bullets, ellipses, ended, short, javascript)


def _sentences(text: str) -> int:
    """Ends of sentences: a stop that white space follows, three closing signs at most between them, or one of a script that
    needs none."""
    count: cython.Py_ssize_t = 0
    closing: cython.Py_ssize_t = -1  # how many closing signs stand behind a stop; -1 where no stop stands before them
    for char in text:
        if "a" <= char <= "z":
            closing = -1
        elif char == " ":
            count += closing >= 0
            closing = -1
        elif char in ".!?":
            closing = 0
        elif closing >= 0 and char in "\"'”’»)]":
            closing = closing + 1 if closing < 3 else -1
        elif char.isspace():
            count += closing >= 0
            closing = -1
        else:
            count += char in "。！？｡؟۔।॥։።။"
            closing = -1
    return count + (closing >= 0)


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _has_bullet(line: str) -> bool:
    return line[0] in _BULLETS and (line[0] not in "*-–—·" or line[1:2].isspace())


def _duplicates(texts: Sequence[str]) -> tuple[float, float]:
    """The share of texts that stood before, and the share of characters in them."""
    if len(different := set(texts)) == len(texts):
        return 0.0, 0.0
    characters = sum(map(len, texts))
    again = characters - sum(map(len, different))
    return _share(len(texts) - len(different), len(texts)), _share(again, characters)


def _runs(words: grams.Words, scale: int) -> tuple[list[float], list[float]]:
    """For runs of two, three and four words the share of characters in the commonest; for those of five to ten the share in
    runs that stood before. Of no run of some length there are two if there are not of a shorter one."""
    top, again, found = list[float](), list[float](), 1
    for n in (2, 3, 4):
        if found:
            found = grams.commonest_characters(grams.runs(words.hashes, n * scale), words.sizes, n * scale)
        top.append(min(_share(found, words.characters), 1.0))
    for n in range(5, 11):
        if found:
            found = grams.repeated_characters(grams.runs(words.hashes, n * scale), words.sizes, n * scale)
        again.append(_share(found, words.characters))
    return top, again


def _list_words(kept: Sequence[Block], words: grams.Words) -> float:
    starts = [0, *words.ends]
    listed = sum(words.ends[i] - starts[i] for i, block in enumerate(kept) if block.label == "list-item")
    return _share(listed, len(words.hashes))
