"""Blocks that say again what another block says: doubled text and pull quotes."""

from collections.abc import Sequence

from harvester.extraction.words import ends_sentence, words
from harvester.types import Block


def repeated(blocks: Sequence[Block], inside: Sequence[bool]) -> set[int]:
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
