"""Which blocks are body, judged by rules alone: first each block by itself, then by its neighbours.

Made for text that was flattened long ago, where a block is a line; also judges HTML that trafilatura
cannot take. The rules know shapes (length, sentence ends, dates, names, runs of short lines) and the
word lists of `Weights`; none is about a site.
"""

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from harvester.extraction.lexicon import Weights
from harvester.extraction.words import count_words, ends_sentence, words
from harvester.types import Block, Verdict

_DATE_PART = re.compile(r"\d{1,4}(?:st|nd|rd|th|er|t\d{2})?|[\dt:.\-]+z?|[年月日号時分]")
_NUMERIC_DATE = re.compile(r"\b\d{4}[-/.年]\s?\d{1,2}|\b\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}\b")
_CREDIT = re.compile(r"[.!?…(\[|,—–/]\s*([^\W\d_]+(?: [^\W\d_]+)?)\s?[:：/]\s*(\S[^:]{0,80})$")
_BULLET = re.compile(r"^(?:[-*•‣◦–·]|\d{1,3}[.)]|[a-z][.)])\s+\S")
_MOST = 1_000
"""Characters past which a line is no longer looked at word by word."""
_LONG = 60
"""Words of a paragraph that no teaser has."""

# What a label means for the text: score, and whether the block is kept.
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
_DROPPED = 0.05


def label_alone(block: Block, weights: Weights) -> str | None:
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
    if size <= 15 and not closed and 2 * sum(t in weights.navigation for t in tokens) > size and size > 2:
        return "navigation"
    if _begins(lowered, weights.translator) and size <= 12:
        return "translator"
    if _begins(lowered, weights.provenance) and size <= 40:
        return "provenance"
    if size <= 25 and _credit(weights.credit).match(lowered):
        return "credit"
    if _is_caption(lowered, weights):
        return "caption"
    if any(word in lowered for word in weights.footer) and size <= 40:
        return "footer"
    if block.label != "heading" and size <= 30 and _begins(lowered, weights.related):
        return "related"
    if byline_name(text, weights):
        return "byline"
    return "promo" if _is_promo(lowered, tokens, closed, weights) else None


@cache
def _credit(openings: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(map(re.escape, openings))})\s?[:：／/]")


def _begins(lowered: str, openings: Sequence[str]) -> bool:
    """Whether a text begins with one of the openings as whole words."""
    return any(
        lowered.startswith(opening) and not lowered[len(opening) : len(opening) + 1].isalnum() for opening in openings
    )


def _is_date(text: str, tokens: list[str], weights: Weights) -> bool:
    if not tokens or len(tokens) > 10 or not any(c.isdigit() for c in text):
        return False
    dated = any(weights.month(t) for t in tokens) or _NUMERIC_DATE.search(text)
    return bool(dated) and all(t in weights.date_words or _DATE_PART.fullmatch(t) or weights.month(t) for t in tokens)


def _is_share(tokens: list[str], weights: Weights) -> bool:
    return (
        len(tokens) <= 14
        and any(t in weights.share_core for t in tokens)
        and sum(t in weights.share for t in tokens) >= 0.8 * len(tokens)
    )


def _is_promo(lowered: str, tokens: list[str], closed: bool, weights: Weights) -> bool:
    calls = len({t for t in tokens if t in weights.promo}) + sum(phrase in lowered for phrase in weights.promo_phrases)
    if closed and not lowered.rstrip().endswith(("!", "！", ":", "?")):
        return calls >= 2 and len(tokens) <= 25
    return calls >= 2 or (calls == 1 and len(tokens) <= 8)


def _is_caption(lowered: str, weights: Weights) -> bool:
    """Whether a line ends in a credit: `The harbour at dawn. Photo: Jane Doe`."""
    match = _CREDIT.search(lowered)
    return match is not None and match[1] in weights.credit and len(match[2].split()) <= 8


def byline_name(text: str, weights: Weights) -> str | None:
    """The name in a line that is a byline (`by Jane Doe`), else None."""
    text = text.strip()
    for opening in weights.byline:
        if text.lower().startswith(opening):
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


def judge(blocks: Sequence[Block], weights: Weights) -> tuple[list[Block], list[Verdict]]:
    """The blocks with what each was recognised as, and a verdict for each."""
    labels = [block.label if block.label == "footnote" else label_alone(block, weights) for block in blocks]
    prose = [label is None and _is_prose(block) for block, label in zip(blocks, labels, strict=True)]
    reasons: list[str | None] = list(labels)
    start, end = _body(blocks, labels, prose, weights)
    teasers = _teasers(blocks, labels, prose)
    repeated = _repeated(blocks, [reason is None and start <= i < end for i, reason in enumerate(reasons)])
    for i in range(len(blocks)):
        if reasons[i] is None and not start <= i < end:
            reasons[i] = "before-body" if i < start else "teaser" if i >= teasers else "after-body"
        elif i in repeated:
            reasons[i] = "repeated"
    _mark_title(blocks, reasons, start)
    _mark_biography(blocks, reasons, end, weights)
    out = [_relabelled(block, reason, prose[i]) for i, (block, reason) in enumerate(zip(blocks, reasons, strict=True))]
    verdicts = [
        Verdict(True, SCORES.get(block.label, SCORES["short"]), "body")
        if reason is None
        else Verdict(False, SCORES["footnote"] if reason == "footnote" else _DROPPED, reason)
        for block, reason in zip(out, reasons, strict=True)
    ]
    return out, verdicts


def _is_prose(block: Block) -> bool:
    """A run of words that reads as sentences: closed by a full stop, or long."""
    size = count_words(block.text)
    return block.label not in ("heading", "caption", "control") and (
        (size >= 8 and ends_sentence(block.text)) or size >= 40 or block.label in ("code", "table-row")
    )


def _body(
    blocks: Sequence[Block], labels: Sequence[str | None], prose: Sequence[bool], weights: Weights
) -> tuple[int, int]:
    """First block of the body, and the first behind it."""
    paragraphs = [i for i, is_prose in enumerate(prose) if is_prose]
    if not paragraphs:
        return 0, len(blocks)
    end = min(_teasers(blocks, labels, prose), _tail(blocks, labels, weights))
    inside = [i for i in paragraphs if i < end] or paragraphs
    last = inside[-1] + 1
    while last < min(end, len(blocks)) and labels[last] is None and _continues(blocks[last]):
        last += 1
    return inside[0], last


def _continues(block: Block) -> bool:
    """Whether a block behind the last paragraph still belongs to it: a list item, or a short sentence."""
    return block.label in ("list-item", "quote") or ends_sentence(block.text) or bool(_BULLET.match(block.text))


def _teasers(blocks: Sequence[Block], labels: Sequence[str | None], prose: Sequence[bool]) -> int:
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


def _tail(blocks: Sequence[Block], labels: Sequence[str | None], weights: Weights) -> int:
    """Where the lists below an article begin: at a share bar or a heading such as "Most read" with nothing long after."""
    end = len(blocks)
    for i in range(len(blocks) - 1, -1, -1):
        if labels[i] is None and count_words(blocks[i].text) > _LONG:
            break
        bare = blocks[i].text.strip().lower().strip(" :.!-–—|»›→")
        if (labels[i] == "share" or bare in weights.tail) and i > 0:
            end = i
    return end


def _repeated(blocks: Sequence[Block], inside: Sequence[bool]) -> set[int]:
    """Blocks whose words stand in an earlier block, and pull quotes: short lines lifted from another block."""
    runs = [_runs(block.text) if is_inside else () for block, is_inside in zip(blocks, inside, strict=True)]
    first: dict[tuple[str, ...], int] = {}
    longest: dict[tuple[str, ...], int] = {}
    for i, own in enumerate(runs):
        for run in own:
            first.setdefault(run, i)
            longest[run] = max(longest.get(run, 0), len(own))
    found = set()
    for i, own in enumerate(runs):
        earlier = sum(first[run] < i for run in own)
        lifted = sum(longest[run] > len(own) for run in own)
        if (
            own
            and blocks[i].label not in ("code", "table-row", "quote")
            and (
                earlier >= 0.9 * len(own)
                or (lifted >= 0.5 * len(own) and len(own) <= 40 and not ends_sentence(blocks[i].text))
            )
        ):
            found.add(i)
    return found


def _runs(text: str) -> list[tuple[str, ...]]:
    tokens = words(text)
    return [tuple(tokens[i : i + 5]) for i in range(len(tokens) - 4)]


def _mark_title(blocks: Sequence[Block], reasons: list[str | None], start: int) -> None:
    """The page's title is the longest of the lines above the body that are nothing else."""
    candidates = [i for i in range(start) if reasons[i] == "before-body" and 2 <= count_words(blocks[i].text) <= 40]
    headings = [i for i in candidates if blocks[i].label == "heading"]
    if candidates:
        reasons[max(headings or candidates, key=lambda i: (count_words(blocks[i].text), -i))] = "title"


def _mark_biography(blocks: Sequence[Block], reasons: list[str | None], end: int, weights: Weights) -> None:
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
    if reason is not None and reason not in ("before-body", "after-body", "repeated", "teaser"):
        label = reason
    elif label == "paragraph" and not prose and not ends_sentence(block.text):
        label = "list-item" if _BULLET.match(block.text) else "heading"
    level = 2 if label == "heading" and block.label != "heading" else block.level
    return block if label == block.label else Block(label, block.text, block.markdown, level, block.info, block.group)
