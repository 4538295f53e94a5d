"""What a page asks of those who mine text is recorded, and drops it where a setting says so."""

import pytest

from harvester.errors import PageError
from harvester.extraction import extract_page, load_weights
from harvester.extraction.opt_out import opt_out
from harvester.settings import Recipe
from harvester.types import EPOCH, Capture, Header

PROSE = "The keeper climbs the forty steps before sunset and trims the wick of the lamp at the end of the pier."


@pytest.mark.parametrize(
    ("name", "value", "signal"),
    [
        ("X-Robots-Tag", "noai, noimageai", "http x-robots-tag noai; http x-robots-tag noimageai"),
        ("x-robots-tag", "NOINDEX", "http x-robots-tag noindex"),
        ("X-Robots-Tag", "none", "http x-robots-tag noindex"),
        ("X-Robots-Tag", "nonoai, noai-else, NoML", "http x-robots-tag noml"),
        ("X-Robots-Tag", "googlebot: noindex", None),
        ("X-Robots-Tag", "nofollow, max-snippet:-1", None),
        ("TDM-Reservation", "1", "http tdm-reservation"),
        ("tdm-reservation", "0", None),
    ],
)
def test_headers_opt_out(name: str, value: str, signal: str | None) -> None:
    assert opt_out({}, [Header(name, value)]) == signal


def test_meta_elements_opt_out_and_each_signal_is_named_once() -> None:
    metas = {"robots": ["noindex,noai", "noai"], "tdm-reservation": ["1"], "googlebot": ["noindex"]}
    assert opt_out(metas, []) == "meta robots noindex; meta robots noai; meta tdm-reservation"


@pytest.mark.parametrize("kind", ["text/html", "text/plain"])
def test_a_setting_says_whether_the_page_is_dropped(kind: str) -> None:
    capture = Capture(
        "https://a.example/b",
        EPOCH,
        f"The lamp at the pier\n\n{PROSE}\n\n{PROSE[::-1]}.".encode(),
        content_type=kind,
        headers=(Header("X-Robots-Tag", "noai"),),
    )
    assert extract_page(capture, Recipe(), load_weights()).opt_out == "http x-robots-tag noai"
    with pytest.raises(PageError) as raised:
        extract_page(capture, Recipe(opt_out="drop"), load_weights())
    assert (raised.value.reason, raised.value.detail) == ("opt-out", "http x-robots-tag noai")


def test_a_robots_header_of_any_size_is_read_in_little_time() -> None:
    assert opt_out({"robots": ["a," * 500_000]}, [Header("X-Robots-Tag", "noai " * 500_000)] * 1_000) is None
