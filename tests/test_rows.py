"""What is read again of a page: its lines alone say what its document says."""

import msgspec
import pytest

from harvester.curate import bounds_of
from harvester.extraction import load_weights
from harvester.judging import Asked, Row, judged, kept_texts
from harvester.settings import CurateSettings, Settings
from harvester.types import Capture, Seed, url_id

TEXTS = (
    "The keeper climbs the steps before sunset, 𝒜 and \u2028 and é.",
    "Write to keeper@lighthouse.org or call +49 30 123456.",
)
URL = "https://lighthouse.org/a"


def row(settings: CurateSettings) -> Row:
    body = f"<nav><a href=/>All pages</a></nav><article>{''.join(f'<p>{text * 4}</p>' for text in TEXTS)}</article>"
    capture = Capture(URL, "2026-01-01T00:00:00Z", body.encode(), 200, "text/html; charset=utf-8")
    asked = Asked(Seed(url_id(URL), URL, None, "INDEX.md", 1), capture)
    page = judged(
        asked, settings=Settings(curate=settings), weights=load_weights(), bounds=bounds_of(settings), corpus="x"
    )
    return msgspec.msgpack.decode(page.row, type=Row)


@pytest.mark.parametrize("settings", [CurateSettings(pii="mask"), CurateSettings(repeated_paragraphs="drop")])
def test_kept_texts_are_the_same_from_the_lines_as_from_the_document_unmasked(settings: CurateSettings) -> None:
    plain, whole = row(CurateSettings()), row(settings)
    assert plain.made is None and whole.made is not None
    assert kept_texts(plain) == kept_texts(whole)
    assert any("keeper@lighthouse.org" in text for text in kept_texts(whole))
    assert (b"keeper@lighthouse.org" in whole.record) is (settings.pii == "keep")
