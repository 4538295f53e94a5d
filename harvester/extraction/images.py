"""Which images of a page stand in its body, once its blocks are judged, and where among them. The text knows of none."""

from bisect import bisect_left
from collections.abc import Sequence, Set

from msgspec.structs import replace

from harvester.extraction.segment import Context, Elements, Image
from harvester.types import Block, PlacedImage, Verdict

_ASIDE = frozenset(("aside", "nav", "footer", "form"))
_PASSED_OVER = frozenset(("title", "credit"))


class _Around:
    """For each element of a page the one that decides about the images in it: the innermost around that holds blocks.

    Dropped captions, credits, the headline and what is dropped in a figure decide nothing: they go while their image stays.
    """

    def __init__(
        self,
        blocks: Sequence[Block],
        contexts: Sequence[Context],
        verdicts: Sequence[Verdict],
        elements: Elements,
        hints: Set[str],
    ) -> None:
        parents, tags = elements.parents, elements.tags
        self.in_figure = [False] * len(parents)
        self.last = [*range(len(parents))]
        """The last element inside."""
        for e, parent in enumerate(parents):
            self.in_figure[e] = tags[e] == "figure" or (parent >= 0 and self.in_figure[parent])
        for e in range(len(parents) - 1, 0, -1):
            self.last[parents[e]] = max(self.last[parents[e]], self.last[e])
        self.deciding = [
            i
            for i, (block, verdict) in enumerate(zip(blocks, verdicts, strict=True))
            if verdict.kept
            or not (block.label == "caption" or verdict.reason in _PASSED_OVER or self.in_figure[contexts[i].element])
        ]
        holds = _up(parents, [contexts[i].element for i in self.deciding])
        self.holds_body = _up(parents, [contexts[i].element for i in self.deciding if verdicts[i].kept])
        self.outer, self.is_aside = [-1] * len(parents), [False] * len(parents)
        for e, parent in enumerate(parents):
            if holds[e] and not self.in_figure[e]:
                self.outer[e] = e
            elif parent >= 0:
                self.outer[e] = self.outer[parent]
                own = tags[e] in _ASIDE or not hints.isdisjoint(elements.words[e])
                self.is_aside[e] = own or self.is_aside[parent]


def standing(
    images: Sequence[Image],
    blocks: Sequence[Block],
    contexts: Sequence[Context],
    origins: Sequence[int],
    verdicts: Sequence[Verdict],
    elements: Elements,
    hints: Set[str],
) -> tuple[Image, ...]:
    """The images that stand in the body, each address once, `before` counted in `blocks`.

    `origins` are the blocks' positions when the page was cut. An image in a `<figure>` stands where the element that
    decides holds kept blocks; any other where the nearest block in that element before or behind it is kept. None stands
    in an aside, a menu, a footer, a form or what `hints` name.
    """
    if not images:
        return ()
    around = _Around(blocks, contexts, verdicts, elements, hints)
    found: dict[str, Image] = {}
    for image in images:
        before = bisect_left(origins, image.before)
        outer = around.outer[image.element]
        if outer < 0 or around.is_aside[image.element]:
            continue
        stands = around.holds_body[outer]
        if stands and not around.in_figure[image.element]:
            behind = bisect_left(around.deciding, before)
            near = around.deciding[max(behind - 1, 0) : behind + 1]
            stands = any(verdicts[i].kept and outer <= contexts[i].element <= around.last[outer] for i in near)
        if stands:
            found.setdefault(image.block.markdown, replace(image, before=before))
    return tuple(found.values())


def with_images(blocks: Sequence[Block], verdicts: Sequence[Verdict], images: Sequence[PlacedImage]) -> list[Block]:
    """The kept blocks with the images between them; what stands between two rows of a table comes behind it."""
    out: list[Block] = []
    coming = [*reversed(images)]
    for position, (block, verdict) in enumerate(zip(blocks, verdicts, strict=True)):
        if not verdict.kept:
            continue
        in_table = bool(out) and block.label == out[-1].label == "table-row" and block.group == out[-1].group
        while coming and coming[-1].before <= position and not in_table:
            out.append(coming.pop().block)
        out.append(block)
    return out + [image.block for image in reversed(coming)]


def _up(parents: Sequence[int], innermost: Sequence[int]) -> list[bool]:
    """Which elements are, or hold, one of those."""
    found = [False] * len(parents)
    for e in innermost:
        while e >= 0 and not found[e]:
            found[e] = True
            e = parents[e]
    return found
