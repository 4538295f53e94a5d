"""A Seed, its Capture and its Document become a Record and its Sidecar. Pure; what the index states wins."""

import hashlib
from urllib.parse import urlsplit

import msgspec

from harvester.types import (
    Capture,
    CaptureInfo,
    Document,
    Extraction,
    Metadata,
    Personal,
    Record,
    RecordMetadata,
    Seed,
    SeedInfo,
    Sidecar,
    SidecarBlock,
    Source,
    record_id,
)

_LINE_BREAKS = {char.encode(): f"\\u{ord(char):04x}".encode() for char in ("\u2028", "\u2029", "\u0085")}


def make_record(seed: Seed, capture: Capture, document: Document, *, sha256: str, corpus: str) -> Record:
    """The record of a page in the corpus of that name; `sha256` is of the capture's body."""
    page = merge(seed, document.metadata)
    if capture.source:
        origin = Source("capture", capture.source)
        page = msgspec.structs.replace(page, sources=tuple(sorted([*page.sources, origin], key=lambda s: s.field)))
    return Record(
        id=seed.id,
        text=document.text,
        source=corpus,
        added=capture.fetched_at,
        created=page.date_published,
        markdown=document.markdown,
        metadata=RecordMetadata(
            **{field: getattr(page, field) for field in Metadata.__struct_fields__},
            extraction=Extraction(
                document.engine,
                document.confidence,
                document.low_confidence,
                document.kept_words,
                document.dropped_words,
                hashlib.sha256(document.text.encode()).hexdigest(),
            ),
            seed=SeedInfo(seed.label, seed.path, seed.section, seed.notes, seed.tags, seed.attributes),
            capture=CaptureInfo(
                record_id(capture.uri, capture.fetched_at, sha256),
                sha256,
                capture.fetched_at,
                capture.status,
                robots=capture.robots,
                opt_out=document.opt_out,
            ),
        ),
    )


def with_document(record: Record, document: Document) -> Record:
    """The record with the text of its document as that is now."""
    page = record.metadata
    now = document.metadata
    return msgspec.structs.replace(
        record,
        text=document.text,
        markdown=document.markdown,
        metadata=msgspec.structs.replace(
            page,
            footnotes=now.footnotes,
            word_count=now.word_count,
            extraction=msgspec.structs.replace(
                page.extraction,
                kept_words=document.kept_words,
                dropped_words=document.dropped_words,
                sha256=hashlib.sha256(document.text.encode()).hexdigest(),
            ),
        ),
    )


def merge(seed: Seed, page: Metadata) -> Metadata:
    """The page's metadata with what the index states in its place, and where each value came from."""
    stated: dict[str, object] = {
        "title": seed.title or (None if page.title else seed.label),
        "authors": seed.authors,
        "date_published": seed.date,
        "site_name": seed.site,
        "language": seed.language,
        "license": seed.license,
        "tags": tuple(dict.fromkeys([*seed.tags, *page.tags])) if seed.tags else (),
    }
    stated = {field: value for field, value in stated.items() if value}
    origins = {source.field: source.origin for source in seed.found}
    kept = [source for source in page.sources if source.field not in stated]
    said = (Source(field, origins.get(field, "index")) for field in stated)
    sources = sorted([*kept, *said], key=lambda source: source.field)
    host = urlsplit(seed.url).hostname if seed.url else None
    return msgspec.structs.replace(page, **stated, url=seed.url, host=host, sources=tuple(sources))


def make_sidecar(identifier: str, document: Document, pii: tuple[Personal, ...] = ()) -> Sidecar:
    """Every block of a document: kept ones by their span in `text`, dropped ones with their own text."""
    rows, position = list[SidecarBlock](), 0
    for block, verdict in zip(document.blocks, document.verdicts, strict=True):
        start = end = None
        if verdict.kept:
            start, end = position, position + len(block.text)
            position = end + 2
        rows.append(
            SidecarBlock(
                block.label,
                verdict.kept,
                verdict.score,
                verdict.reason,
                start,
                end,
                None if verdict.kept else block.text,
            )
        )
    return Sidecar(identifier, tuple(rows), pii)


def to_line(row: msgspec.Struct) -> bytes:
    """One line of JSON Lines: the characters that some readers take for line ends are escaped."""
    line = msgspec.json.encode(row)
    if not line.isascii():
        for character, escape in _LINE_BREAKS.items():
            if character[-1:] in line:  # a single byte is looked for ten times as fast, and most text has none of these
                line = line.replace(character, escape)
    return line + b"\n"
