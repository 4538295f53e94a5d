"""One document, read once for all that is asked of it: its quality, and what it is compared with others by."""

from array import array
from collections.abc import Sequence

from harvester.curate import duplicates, grams, quality, repeats
from harvester.types import Block, Document, Frozen, Quality


class Traces(Frozen):
    """What a document is compared with others by."""

    digest: bytes
    signature: bytes
    paragraphs: "array[int]"
    """A hash for each kept block, 0 for what is no paragraph."""
    length: int
    """Code points of the text."""


class Reading(Frozen):
    """What curation knows of a document by itself."""

    quality: Quality
    traces: Traces


def read(document: Document, *, language: str | None, host: str | None) -> Reading:
    """Measure a document; language and host are the record's, where the index may have its say."""
    kept = kept_blocks(document)
    texts = [block.text.lower() for block in kept]
    lower, words = "\n".join(texts), grams.of_lower(texts)
    return Reading(
        quality.measure(kept, lower, words, language),
        Traces(
            duplicates.digest(lower),
            duplicates.signature(words),
            repeats.paragraph_hashes(kept, words, host),
            len(document.text),
        ),
    )


def shingles(kept: Sequence[str]) -> frozenset[int]:
    """The hashes of the runs of words that documents are compared by, from the texts of the kept blocks."""
    return frozenset(grams.runs(grams.read(kept).hashes, grams.SHINGLE))


def kept_blocks(document: Document) -> Sequence[Block]:
    """The blocks that the text consists of."""
    return [block for block, verdict in zip(document.blocks, document.verdicts, strict=True) if verdict.kept]
