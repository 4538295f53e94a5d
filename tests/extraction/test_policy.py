"""What stands above the scores of blocks."""

from harvester.extraction import policy
from harvester.types import Block


def test_notes_that_are_surely_no_body_are_small_print() -> None:
    blocks = [Block("footnote", "1. Offer ends in May.", "", info="1"), Block("footnote", "2. See p. 9.", "", info="2")]
    found = policy.without_small_print(
        [*blocks, Block("paragraph", "x", "x")], [0.01, 0.3, 0.01], ["footnote", "footnote", None]
    )
    assert found == ["small-print", "footnote", None]
