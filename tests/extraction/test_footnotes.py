"""Notes that are taken out of the blocks."""

from harvester.extraction import footnotes
from harvester.types import Block, Footnote


def test_a_note_that_is_taken_out_leaves_no_mark() -> None:
    blocks = [
        Block("paragraph", "Half price until May.", "Half price[^1] until May.[^10]"),
        Block("code", "a[^1]", "a[^1]"),
    ]
    notes = [Footnote("1", "While stocks last."), Footnote("10", "Of this year.")]
    found, left = footnotes.without({"1"}, blocks, notes)
    assert [block.markdown for block in found] == ["Half price until May.[^10]", "a[^1]"]
    assert left == (notes[1],)
