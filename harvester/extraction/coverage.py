"""Which blocks are body, judged by what trafilatura keeps: a block is kept where its text covers it.

trafilatura is the engine until the block classifier takes over; its date search and its memory of
earlier pages (`deduplicate`) stay off, so that a page's verdicts depend on the page alone.
"""

from collections.abc import Sequence

from harvester.extraction.gate import Shape
from harvester.extraction.lexicon import Words
from harvester.extraction.lines import SCORES, label_alone
from harvester.extraction.segment import Context, Elements
from harvester.extraction.words import count_words, words
from harvester.types import Block, Verdict

# Past these trafilatura takes minutes (100,000 `<p>`) or returns nothing (nesting over 256).
_MAX_SOURCE = 4 << 20
_MAX_ELEMENTS = 20_000
_MAX_DEPTH = 250

_COVERED = 0.8
_SENTENCE = 10
_COMMON = 0.3
_SURE = ("label", "related", "share", "notes-heading")
"""What a heading or a list item may be dropped for: their words are too few for the other rules."""


def can_judge(html: str, shape: Shape) -> bool:
    """Whether a page is small and shallow enough for trafilatura."""
    return len(html) <= _MAX_SOURCE and shape.elements <= _MAX_ELEMENTS and shape.depth <= _MAX_DEPTH


def judge(
    blocks: Sequence[Block], contexts: Sequence[Context], elements: Elements, html: str, weights: Words
) -> tuple[list[Block], list[Verdict]] | None:
    """The blocks and a verdict for each; None where trafilatura finds no text."""
    from trafilatura import extract

    text = extract(html, include_comments=False, include_tables=True, deduplicate=False, with_metadata=False)
    if not text or not text.strip():
        return None
    covered = _covered(blocks, text)
    named = [frozenset().union(*(elements.words[e] for e in elements.around(c.element))) for c in contexts]
    ignored = _common_hints(blocks, named, covered)
    out, verdicts = list[Block](), list[Verdict]()
    for block, words_around, share in zip(blocks, named, covered, strict=True):
        alone = label_alone(block, weights)
        if block.label in ("heading", "list-item") and alone not in _SURE:
            alone = None
        hints = (words_around & (weights.hints | weights.comment_hints)) - ignored
        reason = _reason(block, share, alone, hints)
        kept = reason is None
        score = SCORES.get(block.label, SCORES["short"]) * share if kept else min(0.4, 0.4 * share)
        verdicts.append(Verdict(kept, round(score, 4), reason or "body"))
        label = reason if alone and reason == alone else block.label
        out.append(Block(label, block.text, block.markdown, block.level, block.info, block.group))
    return out, verdicts


def _reason(block: Block, share: float, alone: str | None, hints: frozenset[str]) -> str | None:
    """Why a block is dropped, None where it is kept."""
    if block.label in ("footnote", "caption") or (block.label == "control" and count_words(block.text) < _SENTENCE):
        return block.label
    if share < _COVERED:
        return alone or (f"in-{min(hints)}" if hints else "not-covered")
    if hints:
        return f"in-{min(hints)}"
    return alone


def _covered(blocks: Sequence[Block], kept_text: str) -> list[float]:
    """For each block the share of its words that stand, in runs of three, in the kept text not yet used up.

    Runs are matched by count, so that of a paragraph that stands twice on the page only the first is covered
    when the kept text holds it once. Of a block of one to three words the kept text must hold a line.
    """
    kept = words(kept_text)
    lines = {tuple(words(line)) for line in kept_text.splitlines()}
    counts: dict[tuple[str, ...], int] = {}
    for size in (1, 2, 3):
        for i in range(len(kept) - size + 1):
            run = tuple(kept[i : i + size])
            counts[run] = counts.get(run, 0) + 1
    shares: list[float] = []
    for block in blocks:
        tokens = words(block.text)
        size = min(3, len(tokens))
        runs = [tuple(tokens[i : i + size]) for i in range(len(tokens) - size + 1)] if size else []
        if not runs or (len(tokens) <= 3 and block.label != "table-row" and tuple(tokens) not in lines):
            shares.append(0.0)
            continue
        hits = sum(counts.get(run, 0) > 0 for run in runs)
        share = hits / len(runs)
        shares.append(share)
        if share >= _COVERED:
            for run in runs:
                if counts.get(run, 0) > 0:
                    counts[run] -= 1
    return shares


def _common_hints(blocks: Sequence[Block], named: Sequence[frozenset[str]], covered: Sequence[float]) -> frozenset[str]:
    """Hints that so much of the kept text carries that they name a wrapper of the body, not a part beside it."""
    sizes = [count_words(b.text) if share >= _COVERED else 0 for b, share in zip(blocks, covered, strict=True)]
    total = sum(sizes)
    by_hint: dict[str, int] = {}
    for hints, size in zip(named, sizes, strict=True):
        for hint in hints if size else ():
            by_hint[hint] = by_hint.get(hint, 0) + size
    return frozenset(hint for hint, size in by_hint.items() if size > _COMMON * total)
