"""What is known of a line of flat text by itself and by lines like it: sizes, marks, word lists, repetition.

Columns are lists of numbers by name, one number a line.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from math import log1p

from harvester.extraction.words import ends_sentence, words
from harvester.types import Block

KINDS = (
    None, "label", "related", "date", "share", "navigation", "translator", "provenance", "notes-heading", "credit", "caption",
    "footer", "byline", "promo", "biography", "footnote",
)  # fmt: skip
"""What a line may be by its own words, in the order of the numbers that stand for it."""
KIND = {name: float(number) for number, name in enumerate(KINDS)}
_BULLET = re.compile(r"(?:[-*•‣◦–·+]|o(?= ))\s*(?=\S)|\d{1,3}[.)]\s")
_COMMAS = frozenset(",;、，；،؛")
_STOPS = frozenset(".!?。！？؟।…")
_MONEY = frozenset("$€£¥₽₹₺")
_LOOKED_AT = 400
"""Characters of a line that are looked at one by one: what a line is shows in its beginning."""
_PERIODS = (1, 2, 3, 4, 5, 6)

LISTS = ("share", "navigation", "promo", "date")
"""Word lists of which the share of a line's words is counted."""
WordLists = Mapping[str, Set[str]]
Columns = dict[str, Sequence[float]]


class Lines:
    """The lines as parallel lists."""

    def __init__(self, blocks: Sequence[Block], kinds: Sequence[str | None]) -> None:
        self.texts = [block.text for block in blocks]
        self.tokens = [words(text) for text in self.texts]
        self.sizes = [max(len(tokens), 1) for tokens in self.tokens]
        self.total = sum(self.sizes)
        self.kinds = [KIND.get(kind, 0.0) for kind in kinds]
        self.ends = [ends_sentence(text) for text in self.texts]
        self.bullets = [_BULLET.match(text) is not None for text in self.texts]
        self.prose = [
            kind == 0.0 and ((size >= 8 and end) or size >= 40)
            for size, end, kind in zip(self.sizes, self.ends, self.kinds, strict=True)
        ]
        self.headings = [
            kind == 0.0 and size <= 14 and not end and text[:1].upper() == text[:1] and any(map(str.isalpha, text[:3]))
            for size, end, kind, text in zip(self.sizes, self.ends, self.kinds, self.texts, strict=True)
        ]


def line_columns(page: Lines, lists: WordLists) -> Columns:
    """The columns of the lines by themselves and by lines like them."""
    return {**_looks(page), **_wording(page, lists), **_common(page), **_repeats(page), **_shapes(page)}


def _looks(page: Lines) -> Columns:
    """Sizes, characters and marks of the line itself."""
    rows = [_look(text, tokens) for text, tokens in zip(page.texts, page.tokens, strict=True)]
    names = (
        "characters", "letters", "digits", "capitals", "title-case", "commas", "stops", "money", "questions", "exclamations",
        "starts-capital", "ends-colon", "ends-dots", "distinct", "word-length",
    )  # fmt: skip
    columns = (
        dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)) if rows else {name: [] for name in names}
    )
    return {
        "words": [log1p(size) for size in page.sizes],
        **columns,
        "ends-sentence": [float(x) for x in page.ends],
        "bullet": [float(x) for x in page.bullets],
        "prose": [float(x) for x in page.prose],
    }


def _look(text: str, tokens: Sequence[str]) -> tuple[float, ...]:
    head = text[:_LOOKED_AT]
    size = len(head) or 1
    letters = capitals = digits = commas = stops = money = 0
    for c in head:
        if c.isalpha():
            letters += 1
            capitals += c.isupper()
        elif c.isdigit():
            digits += 1
        elif c in _COMMAS:
            commas += 1
        elif c in _STOPS:
            stops += 1
        elif c in _MONEY:
            money += 1
    parts = head.split()
    count = len(parts) or 1
    return (
        log1p(len(text)),
        letters / size,
        digits / size,
        capitals / (letters or 1),
        sum(part[:1].isupper() for part in parts) / count,
        commas / count,
        log1p(stops),
        float(min(money, 3)),
        float(min(head.count("?") + head.count("？") + head.count("؟"), 3)),
        float(min(head.count("!") + head.count("！"), 3)),
        float(text[:1].isupper()),
        float(text[-1:] in (":", "：")),
        float(text.endswith(("...", "…"))),
        len(set(tokens[:100])) / (len(tokens[:100]) or 1),
        letters / count,
    )


def _wording(page: Lines, lists: WordLists) -> Columns:
    """Shares of words from the word lists, and what the line is by its own words."""
    heads = [tokens[:60] for tokens in page.tokens]
    columns: Columns = {
        f"list-{name}": [count_in(head, lists[name]) / (len(head) or 1) for head in heads] for name in LISTS
    }
    columns["numbers"] = [sum(map(str.isdigit, head)) / (len(head) or 1) for head in heads]
    return {**columns, "kind": page.kinds}


def count_in(tokens: Sequence[str], chosen: Set[str]) -> int:
    """How many of the words stand in a list; a word that stands twice counts twice."""
    count = 0
    for token in tokens:
        count += token in chosen
    return count


def _common(page: Lines) -> Columns:
    """How much of a line is made of the words that the page's prose is made of: the language's own small words
    (found in many prose lines), and the subject's (found in some)."""
    found: Counter[str] = Counter()
    prose = 0
    for tokens, is_prose in zip(page.tokens, page.prose, strict=True):
        if is_prose:
            prose += 1
            found.update(set(tokens))
    small = {token for token, count in found.items() if count >= max(2.0, 0.2 * prose)}
    subject, smalls = [], []
    for tokens, is_prose in zip(page.tokens, page.prose, strict=True):
        own = tokens[:100]
        others = [t for t in own if t not in small]
        smalls.append((len(own) - len(others)) / (len(own) or 1))
        subject.append(sum(found[t] > is_prose for t in others) / len(others) if others else -1.0)
    return {"small-words": smalls, "subject-words": subject}


def _repeats(page: Lines) -> Columns:
    """The same line again, before and after, and lines with the same two first words."""
    keys = [" ".join(tokens) for tokens in page.tokens]
    count, seen = Counter(keys), Counter[str]()
    before = []
    for key in keys:
        before.append(float(min(seen[key], 9)))
        seen[key] += 1
    repeated = [float(count[key] > 1) for key in keys]
    openings = [" ".join(tokens[:2]) for tokens in page.tokens]
    same = Counter(openings)
    return {"same-before": before, "repeated": repeated, "same-opening": [float(min(same[o], 20)) for o in openings]}


def _shapes(page: Lines) -> Columns:
    """Lists, cards and tables: lines of one shape, and groups of lines whose shapes recur in the same order."""
    shapes = [
        (min(size.bit_length(), 6), end, bullet, kind, text[:1].isupper(), text[:1].isdigit())
        for size, end, bullet, kind, text in zip(
            page.sizes, page.ends, page.bullets, page.kinds, page.texts, strict=True
        )
    ]
    count = Counter(shapes)
    n = len(shapes)
    best = [0] * n
    for step in _PERIODS:
        run = 0
        for i in range(step, n + 1):
            if i < n and shapes[i] == shapes[i - step]:
                run += 1
                continue
            if run >= 2 * step:
                for j in range(i - run - step, i):
                    best[j] = max(best[j], run)
            run = 0
    return {"same-shape": [log1p(count[shape]) for shape in shapes], "recurs": [log1p(run) for run in best]}
