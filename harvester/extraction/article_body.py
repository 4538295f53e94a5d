"""Where a page shows only the beginning of the article whose whole text it declares, the declared text becomes its body.

Publishers do so behind a paywall: the JSON-LD carries `articleBody` for search engines, the markup a teaser.
"""

import re
from collections import Counter
from collections.abc import Sequence
from html import unescape

from harvester.extraction.inline import clean
from harvester.extraction.serialize import escape
from harvester.extraction.words import count_words, fold, words
from harvester.types import Block, Verdict

_LEAST = 100
"""Words of a declared text that is an article."""
_LARGER = 2
"""How many times the kept text it must have: summaries and cut texts are declared too."""
_ON_PAGE = 0.5
"""Share of its words up to which it is not on the page: what is there is the judge's to find."""
_SAME = 0.7
"""Share of the kept words that it must have, to be the same article's."""
_SCORE = 0.9
_BREAKS = re.compile(r"<(?:/?(?:p|div|h[1-6]|li|ul|ol|blockquote|tr|section)|br)\b[^<>]{0,500}>|\n", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,500}>")


def instead(
    blocks: Sequence[Block], verdicts: Sequence[Verdict], declared: str
) -> tuple[list[Block], list[Verdict]] | None:
    """The blocks with those of the declared text behind the last kept one, and what it says again dropped; None where
    the page shows its text itself."""
    paragraphs = [text for part in _BREAKS.split(declared) if (text := _plain(part))]
    size = sum([count_words(text.lower()) for text in paragraphs])
    if size < _LEAST:  # most pages declare no text
        return None
    shown = [block.text for block, verdict in zip(blocks, verdicts, strict=True) if verdict.kept]
    if size < _LARGER * sum([count_words(text.lower()) for text in shown]):
        return None
    body = Counter(word for text in paragraphs for word in words(text))
    kept = Counter(word for text in shown for word in words(text))
    if (kept & body).total() < _SAME * kept.total():
        return None
    page = Counter(word for block in blocks for word in words(block.text))
    if (page & body).total() > _ON_PAGE * size:
        return None
    end = max((i + 1 for i, verdict in enumerate(verdicts) if verdict.kept), default=len(blocks))
    judged = [Verdict(False, 0.0, "repeated") if verdict.kept else verdict for verdict in verdicts]
    added = [Block("paragraph", text, escape(text)) for text in paragraphs]
    return (
        [*blocks[:end], *added, *blocks[end:]],
        [*judged[:end], *[Verdict(True, _SCORE, "declared")] * len(added), *judged[end:]],
    )


def _plain(part: str) -> str:
    return fold(clean(unescape(_TAG.sub("", part))))
