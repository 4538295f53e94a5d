"""What `harvest explain` prints: an explanation as data, and as lines for a terminal."""

from rich.text import Text

from harvester.cli.show import safe
from harvester.extraction import Contribution, Explanation
from harvester.types import Frozen


class ExplainedBlock(Frozen):
    """A block as the sidecar keeps it, with its whole text and what spoke loudest."""

    label: str
    kept: bool
    score: float
    reason: str
    text: str
    features: tuple[Contribution, ...]


class Explained(Frozen):
    """A page as `harvest explain` shows it."""

    title: str | None
    engine: str
    page_type: str | None
    page_type_probability: float | None
    confidence: float
    low_confidence: bool
    kept_words: int
    dropped_words: int
    blocks: tuple[ExplainedBlock, ...]


def explained(explanation: Explanation) -> Explained:
    """The explanation of a page, block by block."""
    document = explanation.document
    return Explained(
        document.metadata.title,
        document.engine,
        document.metadata.page_type,
        document.metadata.page_type_probability,
        document.confidence,
        document.low_confidence,
        document.kept_words,
        document.dropped_words,
        tuple(
            ExplainedBlock(b.label, v.kept, v.score, v.reason, b.text, features)
            for b, v, features in zip(document.blocks, document.verdicts, explanation.loudest, strict=True)
        ),
    )


def headline(view: Explained) -> str:
    """What holds for the whole page, in a line."""
    return (
        f"{view.engine}, {_page_type(view)}, confidence {view.confidence:.2f}{' (low)' if view.low_confidence else ''}; "
        f"{view.kept_words:,} words kept, {view.dropped_words:,} dropped; "
        f"{sum(block.kept for block in view.blocks):,} of {len(view.blocks):,} blocks kept"
    )


def to_lines(view: Explained, width: int) -> str:
    """A head line, then a line a block, cut to `width` cells (0: whole), with its features on a line below."""
    reasons = max((len(block.reason) for block in view.blocks), default=0)
    labels = max((len(block.label) for block in view.blocks), default=0)
    lines = [headline(view)]
    for block in view.blocks:
        verdict = "kept" if block.kept else "dropped"
        facts = f"{verdict:7}  {block.score:.2f}  {block.reason:{reasons}}  {block.label:{labels}}"
        lines.append(_cut(f"{facts}  {safe(' '.join(block.text.split()))}", width))
        if block.features:
            lines.append(_cut(f"{'':9}{', '.join(map(in_short, block.features))}", width))
    return "\n".join(lines)


def in_short(part: Contribution) -> str:
    """`+1.25 link-share 0.08`: the weight, the feature and its value."""
    return f"{part.weight:+.2f} {part.feature} {part.value:.3g}"


def _page_type(view: Explained) -> str:
    if view.page_type is None:
        return "page type unknown"
    return (
        view.page_type if view.page_type_probability is None else f"{view.page_type} {view.page_type_probability:.2f}"
    )


def _cut(line: str, width: int) -> str:
    text = Text(line)
    if width:
        text.truncate(width, overflow="ellipsis")
    return text.plain
