"""What a page is by itself: extracted, measured, and dropped where the settings say so. One pure function a page.

A page goes to a worker process and comes back as bytes, and in this process it goes the same way.
"""

from array import array
from collections.abc import Callable, Sequence
from contextlib import suppress

import msgspec
from msgspec.structs import replace

from harvester import curate
from harvester.errors import PageError
from harvester.extraction import Weights, extract_page, load_weights
from harvester.pack import make_record
from harvester.rendering import as_page
from harvester.settings import Recipe, Settings
from harvester.types import EPOCH, Capture, Document, Frozen, Record, Seed

_FIRST = Capture("urn:first", EPOCH, b"<p>" + b"The keeper climbs the steps before sunset and trims the wick. " * 8)


class Row(Frozen):
    """What is read again of a page in the second pass."""

    record: Record
    """Without the text and Markdown that its document has, too."""
    document: Document


class Judged(Frozen):
    """What is known of a page that no filter dropped."""

    record: Record
    """As in the row."""
    reading: curate.Reading
    length: int
    """Code points of the text."""
    row: bytes
    """The `Row`, encoded: nobody looks at a document before the second pass."""


class Asked(Frozen):
    """A page to be judged."""

    seed: Seed
    capture: Capture
    correction: str | None = None
    """The body that a person wrote for it, in Markdown."""


class Shared(Frozen):
    """What the pages of a corpus are judged by."""

    settings: Settings
    corpus: str
    at_once: bool = False
    """Whether to load at once what is else loaded when a page needs it: a worker can open files only before it begins."""


def judged(
    asked: Asked, *, settings: Settings, weights: Weights, bounds: Sequence[curate.Bound], corpus: str
) -> Judged:
    """Extract and measure a page. Raises PageError as `extract_page` does, and `language` and `quality`."""
    document = extract_page(as_page(asked.capture), settings.extract, weights, correction=asked.correction)
    record = make_record(asked.seed, asked.capture, document, corpus=corpus)
    page = record.metadata
    curate.check_language(page.language, settings.curate)
    reading = curate.read(document, language=page.language, host=page.host)
    curate.check_quality(reading.quality, document.confidence, settings.curate, bounds)
    record = replace(record, text="", markdown="", metadata=replace(page, quality=reading.quality))
    return Judged(record, reading, len(document.text), _rows.encode(Row(record, document)))


def judge_pages(shared: bytes) -> Callable[[bytes], bytes]:
    """For `workers`: `Asked` to `Judged`, both encoded, by what is encoded in `Shared`."""
    by = msgspec.msgpack.decode(shared, type=Shared)
    weights, bounds = load_weights(), curate.bounds_of(by.settings.curate)
    asked = msgspec.msgpack.Decoder(Asked)
    if by.at_once:
        warm_up(by.settings.extract, weights)

    def judge(page: bytes) -> bytes:
        return encoded(
            judged(asked.decode(page), settings=by.settings, weights=weights, bounds=bounds, corpus=by.corpus)
        )

    return judge


def warm_up(recipe: Recipe, weights: Weights) -> None:
    """Load what is else loaded when a page needs it, as a worker must before it is held to its limits."""
    with suppress(PageError):  # whatever comes of it
        extract_page(_FIRST, recipe, weights)


class _Sent(Frozen):
    """A judged page on its way, the parts of its reading in plain bytes; the quality stands in the record."""

    record: Record
    length: int
    row: bytes
    digest: bytes
    signature: bytes
    paragraphs: bytes


def encoded(page: Judged) -> bytes:
    """A judged page as bytes."""
    reading = page.reading
    paragraphs = reading.paragraphs.tobytes()
    return _rows.encode(_Sent(page.record, page.length, page.row, reading.digest, reading.signature, paragraphs))


def decoded(page: bytes) -> Judged:
    """A judged page from bytes."""
    sent = _sent.decode(page)
    quality = sent.record.metadata.quality
    assert quality is not None
    reading = curate.Reading(quality, sent.digest, sent.signature, array("Q", sent.paragraphs))
    return Judged(sent.record, reading, sent.length, sent.row)


_rows = msgspec.msgpack.Encoder()
_sent = msgspec.msgpack.Decoder(_Sent)
