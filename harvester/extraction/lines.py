"""Which blocks are body, judged by trained trees over `line_features`, and by rules where these are sure.

Made for text that was flattened long ago, where a block is a line; also judges HTML that trafilatura
cannot take. The rules know shapes (dates, names, tails of teasers, words said twice) and the word lists
of `Weights`; none is about a site.
"""

import math
import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from harvester.extraction import line_features, trees
from harvester.extraction.choice import best_set
from harvester.extraction.lexicon import Words
from harvester.extraction.line_marks import WordLists, count_in
from harvester.extraction.repeats import repeated
from harvester.extraction.trees import Forest
from harvester.extraction.words import count_words, ends_sentence, words
from harvester.types import Block, Verdict

_DATE_PART = re.compile(r"\d{1,4}(?:st|nd|rd|th|er|t\d{2})?|[\dt:.\-]+z?|[年月日号時分]")
_NUMERIC_DATE = re.compile(r"\b\d{4}[-/.年]\s?\d{1,2}|\b\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}\b")
_CREDIT = re.compile(r"[.!?…(\[|,—–/]\s*([^\W\d_]+(?: [^\W\d_]+)?)\s?[:：/]\s*(\S[^:]{0,80})$")
_BULLET = re.compile(r"^(?:[-*•‣◦–·]|\d{1,3}[.)]|[a-z][.)])\s+\S")
_MOST = 1_000
"""Characters past which a line is no longer looked at word by word."""
_TEASERS_MOST = 0.5
"""Share of the expected body that a tail of teasers may hold: where it holds more, the list is what the page is for."""
_FEW = 10
"""Lines that no rule names, up to which a page is too small for the trees."""
_FEW_SCORE = 0.8
_NO_TEASER = 0.85
"""Score from which a block is body whatever follows it."""
_LONG = 60
"""Words of a paragraph that no teaser has."""

# Coverage's scores: what a label means for a block of HTML that trafilatura covers.
SCORES = {
    "paragraph": 0.95,
    "heading": 0.85,
    "quote": 0.9,
    "list-item": 0.85,
    "code": 0.9,
    "table-row": 0.85,
    "caption": 0.3,
    "short": 0.6,
    "footnote": 0.1,
}
_BY_SCORE = ("before-body", "after-body", "boilerplate")
"""Reasons that say where a block stands which the trees alone took out."""
_SURE = 0.05
"""The most that a block scores which a rule drops."""


def label_alone(block: Block, weights: Words) -> str | None:
    """What a block is by its own words: `share`, `navigation`, `promo`, `related`, `credit`, `byline`, `date`,
    `translator`, `provenance`, `notes-heading`, `label`, `footer`; None where they do not tell."""
    if block.label in ("code", "table-row", "footnote") or len(block.text) > _MOST:
        return None
    text = block.text.strip()
    tokens = words(text)
    lowered = text.lower()
    size = len(tokens)
    if size == 0:
        return "label"
    if size > 45:
        return None
    bare = lowered.strip(" :.!-–—|»›→")
    if bare in weights.label:
        return "label"
    if bare in weights.notes_heading:
        return "notes-heading"
    if bare in weights.tail:
        return "related"
    if _begins(lowered, weights.biography):
        return "biography"
    if _is_date(text, tokens, weights):
        return "date"
    if _is_share(tokens, weights):
        return "share"
    closed = ends_sentence(text)
    if size <= 15 and not closed and size > 2 and 2 * count_in(tokens, weights.navigation) > size:
        return "navigation"
    if _begins(lowered, weights.translator) and size <= 12:
        return "translator"
    if _begins(lowered, weights.provenance) and size <= 40:
        return "provenance"
    if size <= 25 and _credit(weights.credit).match(lowered):
        return "credit"
    if _is_caption(lowered, weights):
        return "caption"
    if size <= 40 and _count_phrases(lowered, weights.footer):
        return "footer"
    if block.label != "heading" and size <= 30 and _begins(lowered, weights.related):
        return "related"
    if byline_name(text, weights):
        return "byline"
    return "promo" if _is_promo(lowered, tokens, closed, weights) else None


@cache
def _credit(openings: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(map(re.escape, openings))})\s?[:：／/]")


def _begins(lowered: str, openings: tuple[str, ...]) -> bool:
    """Whether a text begins with one of the openings as whole words."""
    return lowered.startswith(openings) and any(
        lowered.startswith(opening) and not lowered[len(opening) : len(opening) + 1].isalnum() for opening in openings
    )


def _is_date(text: str, tokens: list[str], weights: Words) -> bool:
    if not tokens or len(tokens) > 10 or not any(c.isdigit() for c in text):
        return False
    dated = any(weights.month(t) for t in tokens) or _NUMERIC_DATE.search(text)
    return bool(dated) and all(t in weights.date_words or _DATE_PART.fullmatch(t) or weights.month(t) for t in tokens)


def _is_share(tokens: list[str], weights: Words) -> bool:
    return (
        len(tokens) <= 14
        and not weights.share_core.isdisjoint(tokens)
        and count_in(tokens, weights.share) >= 0.8 * len(tokens)
    )


def _is_promo(lowered: str, tokens: list[str], closed: bool, weights: Words) -> bool:
    calls = len(weights.promo.intersection(tokens)) + _count_phrases(lowered, weights.promo_phrases)
    if closed and not lowered.rstrip().endswith(("!", "！", ":", "?")):
        return calls >= 2 and len(tokens) <= 25
    return calls >= 2 or (calls == 1 and len(tokens) <= 8)


def _count_phrases(lowered: str, phrases: Sequence[str]) -> int:
    """How many of the phrases stand in a text, within words too."""
    count = 0
    for phrase in phrases:
        count += phrase in lowered
    return count


def _is_caption(lowered: str, weights: Words) -> bool:
    """Whether a line ends in a credit: `The harbour at dawn. Photo: Jane Doe`."""
    match = _CREDIT.search(lowered)
    return match is not None and match[1] in weights.credit and len(match[2].split()) <= 8


def byline_name(text: str, weights: Words) -> str | None:
    """The name in a line that is a byline (`by Jane Doe`), else None."""
    text = text.strip()
    lowered = text.lower()
    if not lowered.startswith(weights.byline):
        return None
    for opening in weights.byline:
        if lowered.startswith(opening):
            rest = text[len(opening) :]
            name = rest.lstrip(" :：—–-|/").strip()
            cased = opening.isascii() or name[:1].upper() != name[:1].lower()
            if rest[:1].isalnum() or name == rest:
                continue
            if is_name(name, cased=cased):
                return name
    return None


def is_name(text: str, *, cased: bool = True) -> bool:
    """Whether a text has the shape of a person's name, or of two: 2 to 6 words, most of them capitalised."""
    if len(text) > 60 or any(c.isdigit() for c in text) or re.search(r"[.!?:;|]\s*$", text.rstrip(".")):
        return False
    parts = re.split(r"[\s,]+", text)
    if not cased:
        return 2 <= len(text) <= 20 and len(parts) <= 4
    capitals = sum(p[:1].isupper() or p[:1].lower() == p[:1].upper() for p in parts)
    return 2 <= len(parts) <= 6 and parts[0][:1].lower() != parts[0][:1] and 2 * capitals >= len(parts)


def judge(blocks: Sequence[Block], weights: Words, forest: Forest) -> tuple[list[Block], list[Verdict]]:
    """The blocks with what each was recognised as, and a verdict for each.

    A block that a rule names is dropped; of the others those are kept that make the page's expected F1 largest.
    """
    kinds = [block.label if block.label == "footnote" else label_alone(block, weights) for block in blocks]
    prose = [kind is None and _is_prose(block) for block, kind in zip(blocks, kinds, strict=True)]
    reasons: list[str | None] = list(kinds)
    scores = _scores(blocks, kinds, prose, weights, forest)
    sizes = [count_words(block.text) for block in blocks]
    for i in range(_teasers(blocks, kinds, prose, sizes, scores), len(blocks)):
        reasons[i] = reasons[i] or "teaser"
    kept, _ = best_set(sizes, scores, [reason is None for reason in reasons])
    for i in repeated(blocks, [i in kept for i in range(len(blocks))]):
        reasons[i] = reasons[i] or "repeated"
    start, end = min(kept, default=len(blocks)), max(kept, default=-1) + 1
    for i in range(len(blocks)):
        if reasons[i] is None and i not in kept:
            reasons[i] = "before-body" if i < start else "after-body" if i >= end else "boilerplate"
    _mark_title(blocks, reasons, start)
    _mark_biography(blocks, reasons, end, weights)
    out = [_relabelled(block, reason, prose[i]) for i, (block, reason) in enumerate(zip(blocks, reasons, strict=True))]
    verdicts = [
        Verdict(True, score, "body")
        if reason is None
        else Verdict(False, score if reason in _BY_SCORE else min(score, _SURE), reason)
        for score, reason in zip(scores, reasons, strict=True)
    ]
    return out, verdicts


def _scores(
    blocks: Sequence[Block], kinds: Sequence[str | None], prose: Sequence[bool], weights: Words, forest: Forest
) -> list[float]:
    """The probability that each block is body, four places.

    Where there are few lines there is little to measure, and the trees have seen no such pages: prose scores high there,
    and what stands above it low.
    """
    rows = line_features.measure(blocks, kinds, word_lists(weights))
    scores = [round(trees.probability(odds), 4) for (odds,) in trees.log_odds(forest, rows)]
    if kinds.count(None) > _FEW:
        return scores
    first = prose.index(True) if any(prose) else 0
    return [
        max(score, _FEW_SCORE) if prose[i] else min(score, 1 - _FEW_SCORE) if i < first else score
        for i, score in enumerate(scores)
    ]


def word_lists(weights: Words) -> WordLists:
    """The lists whose words `line_features` counts."""
    dates = weights.date_words.union(*weights.months.values())
    return {"share": weights.share, "navigation": weights.navigation, "promo": weights.promo, "date": dates}


def _is_prose(block: Block) -> bool:
    """A run of words that reads as sentences: closed by a full stop, or long."""
    size = count_words(block.text)
    return block.label not in ("heading", "caption", "control") and (
        (size >= 8 and ends_sentence(block.text)) or size >= 40 or block.label in ("code", "table-row")
    )


def _teasers(
    blocks: Sequence[Block],
    kinds: Sequence[str | None],
    prose: Sequence[bool],
    sizes: Sequence[int],
    scores: Sequence[float],
) -> int:
    """Where a tail of teasers begins that the scores do not contradict; the number of blocks where there is none."""
    sure = max((i for i, score in enumerate(scores) if score >= _NO_TEASER), default=-1)
    start = max(_tail_of_groups(blocks, kinds, prose), sure + 1)
    expected = [size * score for size, score in zip(sizes, scores, strict=True)]
    return start if math.fsum(expected[start:]) < _TEASERS_MOST * math.fsum(expected) else len(blocks)


def _tail_of_groups(blocks: Sequence[Block], labels: Sequence[str | None], prose: Sequence[bool]) -> int:
    """Where a tail of title–summary–author–date groups begins; the number of blocks where there is none."""
    dates = [i for i, label in enumerate(labels) if label == "date"]
    groups: list[int] = []
    for i in reversed(dates):
        if groups and groups[-1] - i > 8:
            break
        if i + 1 < len(blocks) and any(count_words(b.text) > 2 * _LONG for b in blocks[i + 1 : i + 8]):
            break
        groups.append(i)
    if len(groups) < 3:
        return len(blocks)
    groups.reverse()
    summaries = sum(any(prose[a + 1 : b]) for a, b in pairwise(groups))
    start = groups[0]
    took_summary = 2 * summaries < len(groups) - 1
    while start > 0:
        before = start - 1
        if labels[before] == "footnote" or (prose[before] and took_summary):
            break
        if prose[before]:
            if count_words(blocks[before].text) > 2 * _LONG:
                break
            took_summary = True
        start = before
    return start


def _mark_title(blocks: Sequence[Block], reasons: list[str | None], start: int) -> None:
    """The page's title is the longest of the lines above the body that are nothing else."""
    candidates = [i for i in range(start) if reasons[i] == "before-body" and 2 <= count_words(blocks[i].text) <= 40]
    headings = [i for i in candidates if blocks[i].label == "heading"]
    if candidates:
        reasons[max(headings or candidates, key=lambda i: (count_words(blocks[i].text), -i))] = "title"


def _mark_biography(blocks: Sequence[Block], reasons: list[str | None], end: int, weights: Words) -> None:
    """A closing paragraph that begins with the name in the byline is about the author."""
    names = {
        name.lower()
        for block, reason in zip(blocks, reasons, strict=True)
        if reason == "byline" and (name := byline_name(block.text, weights))
    }
    for i in [i for i in range(end) if reasons[i] is None][-3:]:
        if any(blocks[i].text.lower().startswith(name) for name in names):
            reasons[i] = "biography"


def _relabelled(block: Block, reason: str | None, prose: bool) -> Block:
    label = block.label
    if reason is not None and reason not in (*_BY_SCORE, "repeated", "teaser"):
        label = reason
    elif label == "paragraph" and not prose and not ends_sentence(block.text):
        label = "list-item" if _BULLET.match(block.text) else "heading"
    level = 2 if label == "heading" and block.label != "heading" else block.level
    return block if label == block.label else Block(label, block.text, block.markdown, level, block.info, block.group)
