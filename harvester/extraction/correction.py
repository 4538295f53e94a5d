"""A person's correction of a page, in Markdown, takes the place of what was judged to be its body."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from harvester.extraction import footnotes, segment
from harvester.extraction.lexicon import Words
from harvester.types import Block, Footnote, Verdict

if TYPE_CHECKING:
    from markdown_it.token import Token

REASON = "corrected"


def read(markdown: str, words: Words) -> tuple[list[Block], tuple[Footnote, ...]]:
    """The blocks and footnotes of a Markdown text (CommonMark, tables, strikethrough, footnotes); markup in it is text."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.footnote import footnote_plugin

    reader = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).use(footnote_plugin)
    reader.add_render_rule("footnote_caption", _mark)
    html = f"<!doctype html><article>{reader.render(markdown)}</article>".encode("utf-8", "replace")
    cut = segment.segment(segment.parse(html), html, None)
    blocks, _, notes = footnotes.separate(cut.blocks, words)
    return list(blocks), tuple(notes)


def _mark(renderer: object, tokens: Sequence["Token"], position: int, options: object, env: object) -> str:
    """The mark of a note: the same wherever it is referred to, `[1:1]` by default the second time."""
    return f"[{tokens[position].meta['id'] + 1}]"


def instead(
    blocks: Sequence[Block], verdicts: Sequence[Verdict], corrected: Sequence[Block]
) -> tuple[list[Block], list[Verdict]]:
    """The corrected blocks, all kept, and between them those of the page that they do not say, dropped.

    Blocks that stand once in both fix which of them lie between which, as far as they are in the same order there.
    """
    said = {_key(block) for block in corrected}
    left = _between(blocks, corrected)
    out, judged = list[Block](), list[Verdict]()
    for place in range(len(corrected) + 1):
        for number in left.get(place, ()):
            if _key(blocks[number]) in said:
                continue
            out.append(blocks[number])
            own = verdicts[number]
            judged.append(Verdict(False, own.score, REASON) if own.kept else own)
        if place < len(corrected):
            out.append(corrected[place])
            note = corrected[place].label == "footnote"  # stands among the record's footnotes
            judged.append(Verdict(False, 0.0, "footnote") if note else Verdict(True, 1.0, REASON))
    return out, judged


def _key(block: Block) -> str:
    return " ".join(block.text.split())


def _between(blocks: Sequence[Block], corrected: Sequence[Block]) -> Mapping[int, range]:
    """For each place before a corrected block, and that behind the last, the page's blocks that come there."""
    anchors = [
        (-1, -1),
        *_anchors([_key(b) for b in blocks], [_key(b) for b in corrected]),
        (len(blocks), len(corrected)),
    ]
    return {place: range(start + 1, end) for (start, _), (end, place) in pairwise(anchors)}


def _anchors(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The longest run of pairs (old, new) of texts that stand once in each, in order in both (patience diff)."""
    once = [{text for text, times in Counter(texts).items() if times == 1} for texts in (old, new)]
    places = {text: number for number, text in enumerate(new) if text in once[0] & once[1]}
    pairs = [(number, places[text]) for number, text in enumerate(old) if text in places]
    ends, tails, before = list[int](), list[int](), dict[int, int]()
    for number, (_, place) in enumerate(pairs):
        at = bisect_left(ends, place)
        if at:
            before[number] = tails[at - 1]
        ends[at : at + 1] = [place]
        tails[at : at + 1] = [number]
    chain = list[tuple[int, int]]()
    last = tails[-1] if tails else None
    while last is not None:
        chain.append(pairs[last])
        last = before.get(last)
    return reversed(chain)
