"""Gold text → for each block the share of its words that are body, by aligning the page's words with the gold's."""

import re
from collections.abc import Sequence

from rapidfuzz.distance import LCSseq

_TOKEN = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]|\w+")
_MOST = 3_000_000_000
"""Cells of the alignment's bit matrix: 375 MB."""
_LEAST_RUN = 3
"""Matched words in a row, on both sides: single ones match by chance."""


def tokens(text: str) -> list[str]:
    """The words of a text as the alignment sees them: lower case; characters of unspaced scripts one by one."""
    return _TOKEN.findall(text.lower())


def block_labels(texts: Sequence[str], gold: str) -> list[float]:
    """For each block the share of its tokens aligned with the gold, 0 to 1; a longest common subsequence decides.

    Runs of fewer than three matched tokens count only where they are a whole block.
    """
    sizes = [tokens(text) for text in texts]
    page = [token for block in sizes for token in block]
    wanted = tokens(gold)
    matched = _matched(page, wanted)
    labels, start = list[float](), 0
    for block in sizes:
        end = start + len(block)
        labels.append(sum(matched[start:end]) / len(block) if block else 0.0)
        start = end
    return labels


def _matched(page: Sequence[str], wanted: Sequence[str]) -> list[bool]:
    if len(page) * len(wanted) > _MOST:
        return _by_runs(page, wanted)
    ids: dict[str, int] = {}
    left = [ids.setdefault(token, len(ids)) for token in page]
    right = [ids.setdefault(token, len(ids)) for token in wanted]
    out = [False] * len(page)
    for block in LCSseq.editops(left, right).as_matching_blocks():
        for position in range(block.a, block.a + block.size):
            out[position] = True
    return out


def _by_runs(page: Sequence[str], wanted: Sequence[str]) -> list[bool]:
    """The cheap way for huge pages: tokens in runs of four that the gold has anywhere."""
    runs = {tuple(wanted[i : i + 4]) for i in range(len(wanted) - 3)}
    out = [False] * len(page)
    for i in range(len(page) - 3):
        if tuple(page[i : i + 4]) in runs:
            out[i : i + 4] = [True] * 4
    return out
