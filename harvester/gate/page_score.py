"""What a gold page reached, as it is kept and compared; `score` computes it."""

from harvester.judge.overlaps import Overlap, Part
from harvester.types import Frozen


class Move(Frozen):
    """A block that was judged otherwise than the gold says."""

    sign: str
    """`+`: kept, and outside of the gold; `-`: in the gold, and not in the text."""
    words: int
    reason: str
    """The verdict's; `not-on-page` for a paragraph of the gold that no block holds."""
    text: str
    """Cut; untrusted."""
    digest: str
    """Of the whole text, so that it is known again: 8 hex digits of SHA-256."""


class Wrong(Frozen):
    """A field that is not what the gold says."""

    field: str
    found: str
    expected: str


class PageScore(Frozen):
    """What one gold page reached."""

    words: Overlap | None
    """None where the gold has no body."""
    shingles: Overlap | None
    """4-grams of these words, in lower case."""
    missing: tuple[str, ...] = ()
    """Snippets that must appear, and do not."""
    leaked: tuple[str, ...] = ()
    """Snippets that must not appear, and do."""
    must: int = 0
    must_not: int = 0
    wrong: tuple[Wrong, ...] = ()
    fields: int = 0
    """Fields that the gold states."""
    boilerplate: Part = Part(0, 0)
    """Of the words in blocks outside of the gold, how many are in the text."""
    moves: tuple[Move, ...] = ()
    failed: str | None = None
    """Why there is no text: `no-text: …`."""
