"""Which headers are read as a wish that the text be not mined."""

import pytest

from harvester.pack.signals import opt_out
from harvester.types import Header


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ((), None),
        ((("TDM-Reservation", "1"),), "tdm-reservation: 1"),
        ((("tdm-reservation", "0"),), None),
        ((("X-Robots-Tag", "noindex, NoAI, noimageai"),), "x-robots-tag: noai"),
        ((("X-Robots-Tag", "noindex"), ("x-robots-tag", "bot: noml")), "x-robots-tag: noml"),
        ((("X-Robots-Tag", "nonoai, noai-else, noimageai"),), None),
        ((("X-Robots-Tag", "noai"), ("TDM-Reservation", " 1 ")), "tdm-reservation: 1; x-robots-tag: noai"),
    ],
)
def test_signals_are_found_in_headers_and_nothing_else_is(fields: tuple[tuple[str, str], ...], expected: str) -> None:
    assert opt_out(Header(name, value) for name, value in fields) == expected
