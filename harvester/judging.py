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
from harvester.extraction import Weights, extract_page, load_weights, rewritten
from harvester.pack import Counted, counted, make_record, make_sidecar, to_line, with_document
from harvester.rendering import as_page
from harvester.settings import CurateSettings, Recipe, Settings
from harvester.types import EPOCH, Capture, Document, Frozen, Record, Seed, Sidecar

_FIRST = Capture("urn:first", EPOCH, b"<p>" + b"The keeper climbs the steps before sunset and trims the wick. " * 8)


class Made(Frozen):
    """What the lines of a page are written from, and again where other records change its text."""

    record: Record
    """Without masks, nor the text and Markdown that follow from the document."""
    document: Document
    """Likewise."""


class Row(Frozen):
    """What is read again of a page in the second pass: its lines, which are written as they are of most pages."""

    counted: Counted
    record: bytes
    """The line of the record, as that is where nothing in it is repeated and it is no duplicate."""
    sidecar: bytes
    """The line of the sidecar."""
    made: bytes | None = None
    """`Made`, encoded; None where no setting masks text or drops more of it, so that the lines say all that is asked."""


class Judged(Frozen):
    """What is known of a page that no filter dropped."""

    id: str
    added: str
    created: str | None
    """These three as in the record."""
    traces: curate.Traces
    row: bytes
    """The `Row`, encoded: nobody looks at it before the second pass."""


class Asked(Frozen):
    """A page to be judged."""

    seed: Seed
    capture: Capture
    correction: str | None = None
    """The body that a person wrote for it, in Markdown."""
    sha256: str | None = None
    """Of the capture's body, where that was read before."""


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
    sha256 = asked.sha256 or asked.capture.sha256
    record = make_record(asked.seed, asked.capture, document, sha256=sha256, corpus=corpus)
    page = record.metadata
    curate.check_language(page.language, settings.curate)
    reading = curate.read(document, language=page.language, host=page.host)
    curate.check_quality(reading.quality, document.confidence, settings.curate, bounds)
    quality = replace(reading.quality, repeated_on_host=None if page.host is None else 0.0)
    record = replace(record, metadata=replace(page, quality=quality))
    row = row_of(record, document, settings.curate)
    return Judged(record.id, record.added, record.created, reading.traces, row)


def row_of(record: Record, document: Document, settings: CurateSettings) -> bytes:
    """The `Row` of a record that has its document's text, encoded; masked in it is what the settings say."""
    written, shown = document, record
    if settings.pii == "mask":
        pii = curate.mask_spans(document)
        written = rewritten(curate.masked(document))
        shown = with_document(replace(record, metadata=curate.masked_description(record.metadata)), written)
    else:
        pii = curate.spans(document)
    sidecar = make_sidecar(record.id, written, pii)
    made = None
    if settings.pii == "mask" or settings.repeated_paragraphs == "drop":
        made = _rows.encode(Made(replace(record, text="", markdown=""), replace(document, text="", markdown="")))
    return _rows.encode(Row(counted(shown, written, sidecar), to_line(shown), to_line(sidecar), made))


def made_of(row: Row) -> Made:
    """What the lines of a row were written from, where it is kept."""
    assert row.made is not None
    return _made.decode(row.made)


def kept_texts(row: Row) -> list[str]:
    """The texts of the blocks that were kept, without masks."""
    if row.made is not None:
        document = made_of(row).document
        return [block.text for block, verdict in zip(document.blocks, document.verdicts, strict=True) if verdict.kept]
    text = _texts.decode(row.record).text
    return [text[block.start : block.end] for block in _sidecars.decode(row.sidecar).blocks if block.kept]


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
    """A judged page on its way, its traces in plain bytes."""

    id: str
    added: str
    created: str | None
    row: bytes
    digest: bytes
    signature: bytes
    paragraphs: bytes
    length: int


def encoded(page: Judged) -> bytes:
    """A judged page as bytes."""
    traces = page.traces
    return _rows.encode(
        _Sent(
            page.id,
            page.added,
            page.created,
            page.row,
            traces.digest,
            traces.signature,
            traces.paragraphs.tobytes(),
            traces.length,
        )
    )


def decoded(page: bytes) -> Judged:
    """A judged page from bytes."""
    sent = _sent.decode(page)
    traces = curate.Traces(sent.digest, sent.signature, array("Q", sent.paragraphs), sent.length)
    return Judged(sent.id, sent.added, sent.created, traces, sent.row)


class _Text(Frozen):
    """What is read of a record's line for its text."""

    text: str


_rows = msgspec.msgpack.Encoder()
_sent, _made = msgspec.msgpack.Decoder(_Sent), msgspec.msgpack.Decoder(Made)
_texts, _sidecars = msgspec.json.Decoder(_Text), msgspec.json.Decoder(Sidecar)
