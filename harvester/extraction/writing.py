"""Blocks with verdicts → the text and Markdown that the kept ones add up to, and how many words were kept and dropped."""

from collections.abc import Sequence

import msgspec

from harvester.extraction import images as image_places
from harvester.extraction.serialize import to_markdown
from harvester.extraction.words import count_words
from harvester.types import Block, Document, Footnote, Frozen, PlacedImage, Verdict


class Written(Frozen):
    """What the blocks of a page add up to."""

    text: str
    markdown: str
    sizes: tuple[int, ...]
    """Words of each block, kept or not."""
    kept_words: int
    dropped_words: int


def write(
    blocks: Sequence[Block], verdicts: Sequence[Verdict], images: Sequence[PlacedImage], footnotes: Sequence[Footnote]
) -> Written:
    """Write out the kept blocks; a block labelled `footnote` gives its Markdown to the footnote with its label."""
    kept = [block for block, verdict in zip(blocks, verdicts, strict=True) if verdict.kept]
    sizes = tuple([count_words(block.text) for block in blocks])
    kept_words = sum([size for size, verdict in zip(sizes, verdicts, strict=True) if verdict.kept])
    shown = image_places.with_images(blocks, verdicts, images) if images else kept
    return Written(
        "\n\n".join([block.text for block in kept]),
        to_markdown([*shown, *(b for b in blocks if b.label == "footnote")], footnotes),
        sizes,
        kept_words,
        sum(sizes) - kept_words,
    )


def rewritten(document: Document) -> Document:
    """The document with text, Markdown and word counts as its blocks, verdicts and footnotes are now."""
    written = write(document.blocks, document.verdicts, document.images, document.metadata.footnotes)
    return msgspec.structs.replace(
        document,
        text=written.text,
        markdown=written.markdown,
        metadata=msgspec.structs.replace(document.metadata, word_count=written.kept_words),
        kept_words=written.kept_words,
        dropped_words=written.dropped_words,
    )
