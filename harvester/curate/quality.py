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

import re
from collections.abc import Sequence

from harvester.curate import grams, stop_words
from harvester.types import Block, Quality

_BULLETS = frozenset("•‣⁃▪▫◦●○■□▶►◆◇★☆*-–—·・")
_CLOSING = "\"'”’»)]」』】）*_"
_TERMINAL = frozenset(".!?。！？｡．؟۔।॥։።၊။")
_ELLIPSES = ("...", "…", "…。")
_SENTENCE_END = re.compile(r"[.!?](?=[\"'”’»)\]]{0,3}(?:\s|\Z))|[。！？｡؟۔।॥։።။]")
_NO_STOPS = ("th", "lo")
"""Languages whose sentences end with a space."""
_SHORT = 30


def measure(kept: Sequence[Block], words: grams.Words, language: str | None) -> Quality:
    """The signals of a text, given its kept blocks and their words. All but whole numbers are rounded to four places."""
    lines = [(line.strip(), block) for block in kept for line in block.text.split("\n") if line.strip()]
    unspaced, count, characters = words.is_unspaced, len(words.hashes), words.characters
    common = None if unspaced else stop_words.of_language(language)
    scale = 2 if unspaced else 1
    text = "\n".join(block.text for block in kept)
    lower = text.lower()
    duplicates = _repeated_runs(words, scale)
    line_share, line_characters = _duplicates([line for line, _ in lines])
    paragraph_share, paragraph_characters = _duplicates([block.text for block in kept])
    ends = language not in _NO_STOPS
    return Quality(
        words=count,
        mean_word_length=None if unspaced or not count else round(characters / count, 4),
        symbol_words=_share(text.count("#") + text.count("…") + text.count("..."), count),
        letter_words=_share(words.with_letter, count),
        stop_words=None if common is None else len(common.intersection(words.hashes)),
        sentences=sum(1 for _ in _SENTENCE_END.finditer(text)) if ends else None,
        bullet_lines=_of(lines, [block.label == "list-item" or _has_bullet(line) for line, block in lines]),
        ellipsis_lines=_of(lines, [line.endswith(_ELLIPSES) for line, _ in lines]),
        terminal_lines=_of(lines, [_is_ended(line) for line, _ in lines]) if ends else None,
        short_lines=_of(lines, [len(line) * scale < _SHORT for line, _ in lines]),
        javascript_lines=_of(lines, ["javascript" in line.lower() for line, _ in lines])
        if "javascript" in lower
        else 0.0,
        duplicate_lines=line_share,
        duplicate_line_characters=line_characters,
        duplicate_paragraphs=paragraph_share,
        duplicate_paragraph_characters=paragraph_characters,
        top_2gram=_top_run(words, 2 * scale),
        top_3gram=_top_run(words, 3 * scale),
        top_4gram=_top_run(words, 4 * scale),
        duplicate_5gram=duplicates[0],
        duplicate_6gram=duplicates[1],
        duplicate_7gram=duplicates[2],
        duplicate_8gram=duplicates[3],
        duplicate_9gram=duplicates[4],
        duplicate_10gram=duplicates[5],
        list_words=_list_words(kept, words),
        curly_brackets=sum(block.text.count("{") for block in kept if block.label != "code") if "{" in text else 0,
        lorem_ipsum="lorem ipsum" in lower,
    )


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _of(lines: Sequence[object], marked: Sequence[bool]) -> float:
    return _share(sum(marked), len(lines))


def _has_bullet(line: str) -> bool:
    return line[0] in _BULLETS and (line[0] not in "*-–—·" or line[1:2].isspace())


def _is_ended(line: str) -> bool:
    return line.rstrip(_CLOSING)[-1:] in _TERMINAL and not line.endswith(_ELLIPSES)


def _duplicates(texts: Sequence[str]) -> tuple[float, float]:
    """The share of texts that stood before, and the share of characters in them."""
    if len(different := set(texts)) == len(texts):
        return 0.0, 0.0
    characters = sum(map(len, texts))
    again = characters - sum(map(len, different))
    return _share(len(texts) - len(different), len(texts)), _share(again, characters)


def _top_run(words: grams.Words, n: int) -> float:
    most = grams.commonest_characters(grams.runs(words.hashes, n), words.sizes, n)
    return min(_share(most, words.characters), 1.0)


def _repeated_runs(words: grams.Words, scale: int) -> list[float]:
    found: list[float] = []
    for n in range(5, 11):
        # A run of six that stood before begins with a run of five that did.
        none = bool(found) and not found[-1]
        runs = grams.runs(words.hashes, n * scale)
        again = 0 if none else grams.repeated_characters(runs, words.sizes, n * scale)
        found.append(_share(again, words.characters))
    return found


def _list_words(kept: Sequence[Block], words: grams.Words) -> float:
    starts = [0, *words.ends]
    listed = sum(words.ends[i] - starts[i] for i, block in enumerate(kept) if block.label == "list-item")
    return _share(listed, len(words.hashes))
