"""The second pass over a page: what stands around a block changes its verdict. Rules of place, not of words."""

from collections.abc import Sequence
from itertools import pairwise

from harvester.extraction.segment import Context, Elements
from harvester.extraction.words import count_words, ends_sentence
from harvester.types import Block, Verdict

_STANDFIRST = 0.6
_BRIDGED = 0.55
_LONGEST_GAP = 12
_SHORT = 1
_NOT_COVERED = "not-covered"


def revise(
    blocks: Sequence[Block],
    contexts: Sequence[Context],
    elements: Elements,
    verdicts: Sequence[Verdict],
    title: str | None,
) -> list[Verdict]:
    """Verdicts under which the headline is no body, what stands above it is none, the standfirst below it is,
    a gap inside the body is closed, what stands three times is a control, and a heading over nothing falls."""
    out = list(verdicts)
    paths = [tuple(elements.tags[e] for e in elements.around(c.element))[:0:-1] for c in contexts]
    headline = _headline(blocks, out, title)
    if headline is not None:
        out[headline] = Verdict(False, out[headline].score, "title")
        above = [i for i in range(headline) if out[i].kept]
        if _words(blocks, above) < 0.2 * _words(blocks, [i for i, v in enumerate(out) if v.kept]):
            for i in above:
                out[i] = Verdict(False, out[i].score, "above-title")
        for i in range(headline + 1, min(headline + 4, len(blocks))):
            if out[i].reason == _NOT_COVERED and _is_standfirst(blocks[i]):
                out[i] = Verdict(True, _STANDFIRST, "standfirst")
    for first, last in _gaps(blocks, contexts, paths, out):
        for i in range(first, last):
            if out[i].reason == _NOT_COVERED:
                out[i] = Verdict(True, _BRIDGED, "between-body")
    for i in _section_headings(blocks, contexts, paths, out):
        out[i] = Verdict(True, _BRIDGED, "above-body")
    for i in _refrains(blocks, out):
        out[i] = Verdict(False, out[i].score, "repeated")
    for i in _empty_sections(blocks, out):
        out[i] = Verdict(False, out[i].score, "empty-section")
    return out


def _words(blocks: Sequence[Block], positions: Sequence[int]) -> int:
    return sum(count_words(blocks[i].text) for i in positions)


def _headline(blocks: Sequence[Block], verdicts: Sequence[Verdict], title: str | None) -> int | None:
    """The heading that has the title's words, else the only first-level heading above or at the first kept block."""
    wanted = (title or "").casefold().split()
    named = [i for i, b in enumerate(blocks) if wanted and b.text.casefold().split() == wanted]
    headings = [i for i in named if blocks[i].label == "heading"] or named
    if headings:
        return headings[0]
    firsts = [i for i, b in enumerate(blocks) if b.label == "heading" and b.level == 1]
    return (
        firsts[0]
        if len(firsts) == 1 and wanted and set(blocks[firsts[0]].text.casefold().split()) & set(wanted)
        else None
    )


def _is_standfirst(block: Block) -> bool:
    return block.label in ("paragraph", "heading") and count_words(block.text) >= 10 and ends_sentence(block.text)


def _gaps(
    blocks: Sequence[Block], contexts: Sequence[Context], paths: Sequence[tuple[str, ...]], verdicts: Sequence[Verdict]
) -> list[tuple[int, int]]:
    """Runs of blocks that the engine passed over between two paragraphs of the same container, with nothing else
    dropped among them: the lists, headings and quotes of a body."""
    kept = [i for i, v in enumerate(verdicts) if v.kept and blocks[i].label == "paragraph"]
    gaps = []
    for before, after in pairwise(kept):
        inside = range(before + 1, after)
        container = paths[before]
        if (
            0 < len(inside) <= _LONGEST_GAP
            and paths[after] == container
            and all(verdicts[i].kept or verdicts[i].reason == _NOT_COVERED for i in inside)
            and all(paths[i][: len(container)] == container for i in inside)
            and all(2 * contexts[i].link_words <= contexts[i].words for i in inside)
            and all(
                blocks[i].label in ("heading", "list-item", "quote", "code", "table-row")
                for i in inside
                if not verdicts[i].kept
            )
        ):
            gaps.append((before + 1, after))
    return gaps


def _section_headings(
    blocks: Sequence[Block], contexts: Sequence[Context], paths: Sequence[tuple[str, ...]], verdicts: Sequence[Verdict]
) -> list[int]:
    """Headings that the engine passed over although they stand right above a kept paragraph of the same container."""
    return [
        i
        for i in range(len(blocks) - 1)
        if blocks[i].label == "heading"
        and blocks[i].level > 1
        and verdicts[i].reason == _NOT_COVERED
        and 2 * contexts[i].link_words <= contexts[i].words
        and verdicts[i + 1].kept
        and blocks[i + 1].label == "paragraph"
        and paths[i] == paths[i + 1]
    ]


def _refrains(blocks: Sequence[Block], verdicts: Sequence[Verdict]) -> list[int]:
    """Short kept blocks with the same words, three or more: edit links, reply headings."""
    places: dict[str, list[int]] = {}
    for i, (block, verdict) in enumerate(zip(blocks, verdicts, strict=True)):
        if verdict.kept and block.label in ("paragraph", "heading") and count_words(block.text) <= _SHORT:
            places.setdefault(block.text.casefold(), []).append(i)
    return [i for found in places.values() if len(found) >= 3 for i in found]


def _empty_sections(blocks: Sequence[Block], verdicts: Sequence[Verdict]) -> list[int]:
    """Kept headings whose section was dropped whole: a heading of the same or a higher level, or the end, is next."""
    kept = [i for i, verdict in enumerate(verdicts) if verdict.kept]
    found: list[int] = []
    below: int | None = None
    for i in reversed(kept):
        closed = below is None or (blocks[below].label == "heading" and blocks[below].level <= blocks[i].level)
        if blocks[i].label == "heading" and closed and (below or len(blocks)) > i + 1:
            found.append(i)
        else:
            below = i
    return found
