"""Paragraphs that stand in several records of a host: notices, teasers and calls that extraction took for text.

A paragraph is a kept block of at least four words; headings, code and rows of tables are none, since what they repeat
("Parameters", `import numpy`) belongs to each text. Records that are duplicates count once, or an article that stands at
six addresses would be repeated through and through.
"""

from array import array
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from harvester.curate import grams
from harvester.types import Block, Document, Verdict

REASON = "repeated-on-host"
_LEAST_WORDS = 4
_NONE = frozenset(("heading", "code", "table-row"))


def paragraph_hashes(kept: Sequence[Block], words: grams.Words, host: str | None) -> "array[int]":
    """For each kept block a hash of its words and the host; 0 for what is no paragraph or where no host is known."""
    found = array("Q", bytes(8 * len(kept)))
    if host is None:
        return found
    place, start = grams.hashed(host), 0
    for i, (block, end) in enumerate(zip(kept, words.ends, strict=True)):
        if end - start >= _LEAST_WORDS and block.label not in _NONE:
            found[i] = grams.mixed(grams.run_hash(words.hashes, start, end) ^ place) or 1
        start = end
    return found


def distinct(paragraphs: "array[int]") -> "array[int]":
    """The hashes of the paragraphs, each once."""
    return array("Q", sorted({*paragraphs} - {0}))


def repeated(paragraphs: "array[int]", own: "array[int]", counts: grams.Counter, least: int) -> list[bool]:
    """For each kept block whether it stands in `least` other records; `own` are the paragraphs of the record that is
    counted for this one."""
    mine = {*own}
    times = counts.of(paragraphs)
    return [
        paragraph != 0 and count - (paragraph in mine) >= least
        for paragraph, count in zip(paragraphs, times, strict=True)
    ]


def share(flags: Sequence[bool], sizes: Sequence[int]) -> float:
    """The share of words in blocks that are repeated."""
    words = sum(sizes)
    return round(sum(size for size, flag in zip(sizes, flags, strict=True) if flag) / words, 4) if words else 0.0


def without(document: Document, flags: Sequence[bool]) -> Document:
    """The document with these of its kept blocks dropped; its text is still to be written anew."""
    flag, verdicts = iter(flags), list[Verdict]()
    for verdict in document.verdicts:
        gone = verdict.kept and next(flag)
        verdicts.append(Verdict(False, verdict.score, REASON) if gone else verdict)
    return replace(document, verdicts=tuple(verdicts))


def counted(records: Iterable["array[int]"]) -> grams.Counter:
    """In how many of the records each paragraph stands."""
    counts = grams.Counter()
    for paragraphs in records:
        counts.add(distinct(paragraphs))
    return counts
