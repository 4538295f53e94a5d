"""Captures as WARC 1.1 records, one gzip member each, and back. ISO 28500:2017; knows no index and no folder.

warcio writes them, and is loaded to write the first: it brings fsspec and asyncio with it, which reading does not need.
"""

import base64
import hashlib
import re
import uuid
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import TYPE_CHECKING

import msgspec

from harvester.archive.http import fields_of, split_http, status_of, unchunked
from harvester.archive.records import Damage, RawRecord, read_records
from harvester.errors import PageError, StorageError
from harvester.types import OPT_OUT_FILES, ROBOTS, Capture, Header

if TYPE_CHECKING:
    from warcio.recordbuilder import RecordBuilder
    from warcio.recordloader import ArcWarcRecord

IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"

ROBOTS_FIELD = "Harvester-Robots"
"""A field of our own, as ISO 28500 lets writers add them: what robots.txt said of the page."""
OPT_OUT_FIELD = "Harvester-Opt-Out"
"""Another: what tdmrep.json and ai.txt said of it."""

_UNKNOWN = "application/octet-stream"
_FORBIDDEN = re.compile(r"[\r\n\x00]")
_ORIGINAL = "X-Archive-Orig-"
_ORIGINALS = {f"{_ORIGINAL}{name}".lower(): name for name in ("Transfer-Encoding", "Content-Length")}


def info_record(*, file_name: str, date: str, fields: Mapping[str, str]) -> bytes:
    """The `warcinfo` record that opens a file; `fields` say what wrote it, for whom and how."""
    record = _builder().create_warcinfo_record(
        file_name,
        {
            **{name: _FORBIDDEN.sub(" ", value) for name, value in fields.items()},
            "format": "WARC File Format 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        },
    )
    record.rec_headers.replace_header("WARC-Date", date)
    record.rec_headers.replace_header("WARC-Record-ID", _urn(f"warcinfo {file_name} {date}"))
    return _member(record)


def capture_records(capture: Capture, *, revisited: Capture | None = None) -> list[bytes]:
    """`request` and `response` of a fetched page, or the `resource` of a file; the payload's record comes last.

    With `revisited`, the capture of the same address that has the payload, a `revisit` without it stands for the
    response. Raises PageError where a header would break the record's framing.
    """
    _check(capture)
    headers = {"WARC-Date": capture.fetched_at, "WARC-Record-ID": f"<{capture.record_id}>"}
    if capture.truncated:
        headers["WARC-Truncated"] = capture.truncated
    if capture.content_type:
        headers["WARC-Identified-Payload-Type"] = capture.content_type.partition(";")[0].strip() or "unknown"
    if capture.source:
        headers["WARC-Source-URI"] = capture.source
    if capture.robots:
        headers[ROBOTS_FIELD] = capture.robots
    if capture.opt_out:
        headers[OPT_OUT_FIELD] = capture.opt_out
    if capture.status is None:
        return [_resource(capture, headers)]
    if capture.ip:
        headers["WARC-IP-Address"] = capture.ip
    kind, body, payload = "response", capture.body, capture.body
    if revisited is not None:
        kind, body, payload = "revisit", b"", revisited.body
        headers |= {
            "WARC-Record-ID": _urn(f"revisit {capture.record_id}"),
            "WARC-Profile": NOT_MODIFIED if capture.status == 304 else IDENTICAL,
            "WARC-Refers-To": f"<{revisited.record_id}>",
            "WARC-Refers-To-Target-URI": revisited.uri,
            "WARC-Refers-To-Date": revisited.fetched_at,
        }
    # The HTTP head is laid out here, byte for byte: warcio's own writer refuses header names outside ASCII.
    answer = _http(capture, kind, f"HTTP/1.1 {capture.status} ", _stored(capture, len(payload)), body, payload, headers)
    path = re.sub(r"^[a-z]+://[^/?#]*", "", capture.uri)
    asked = {
        "WARC-Date": capture.fetched_at,
        "WARC-Record-ID": _urn(f"request {headers['WARC-Record-ID'].strip('<>')}"),
        "WARC-Concurrent-To": headers["WARC-Record-ID"],
    }
    first = f"GET {path if path.startswith('/') else '/' + path} HTTP/1.1"
    request = _http(capture, "request", first, capture.request_headers, b"", b"", asked)
    return [_member(request), _member(answer)]


def as_archived(capture: Capture) -> Capture:
    """A capture as it comes back from an archive, without the way there. Raises PageError as writing it does."""
    _check(capture)
    if capture.status is None and not capture.content_type:
        return msgspec.structs.replace(capture, content_type=_UNKNOWN)
    return capture


def _check(capture: Capture) -> None:
    for text in (
        capture.uri,
        capture.content_type or "",
        capture.source or "",
        *(part for h in (*capture.headers, *capture.request_headers) for part in (h.name, h.value)),
    ):
        if _FORBIDDEN.search(text):
            raise PageError("protocol-error", "a line break or NUL inside a URL or header")


def conversion_record(uri: str, text: str, *, date: str, refers_to: str) -> bytes:
    """The text that was taken from the capture with the id `refers_to`. What would break the framing is escaped."""
    content = text.encode()
    safe = _FORBIDDEN.sub(lambda found: f"%{ord(found[0]):02X}", uri)
    headers = {
        "WARC-Date": date,
        "WARC-Record-ID": _urn(f"conversion {refers_to} {hashlib.sha256(content).hexdigest()}"),
        "WARC-Refers-To": f"<{_FORBIDDEN.sub(' ', refers_to)}>",
        "WARC-Payload-Digest": _digest(content),
    }
    return _member(
        _builder().create_warc_record(
            safe,
            "conversion",
            payload=BytesIO(content),
            length=len(content),
            warc_content_type="text/plain",
            warc_headers_dict=headers,
        )
    )


def _resource(capture: Capture, headers: dict[str, str]) -> bytes:
    return _member(
        _builder().create_warc_record(
            capture.uri,
            "resource",
            payload=BytesIO(capture.body),
            length=len(capture.body),
            warc_content_type=capture.content_type or _UNKNOWN,
            warc_headers_dict={**headers, "WARC-Payload-Digest": _digest(capture.body)},
        )
    )


def _http(
    capture: Capture,
    kind: str,
    first_line: str,
    fields: Iterable[Header],
    body: bytes,
    payload: bytes,
    headers: dict[str, str],
) -> "ArcWarcRecord":
    from warcio.recordloader import ArcWarcRecord
    from warcio.statusandheaders import StatusAndHeaders

    head = "".join(f"{line}\r\n" for line in (first_line, *(f"{h.name}: {h.value}" for h in fields), ""))
    # A 304's head is left out: readers that replay one show a page without a body (pywb), from the original's they do not.
    block = b"" if kind == "revisit" and capture.status == 304 else head.encode("latin-1", "replace") + body
    fields_of_record = {
        "WARC-Type": kind,
        "WARC-Target-URI": capture.uri,
        **headers,
        "WARC-Payload-Digest": _digest(payload),
        "Content-Type": f"application/http; msgtype={'request' if kind == 'request' else 'response'}",
    }
    rec_headers = StatusAndHeaders("", list(fields_of_record.items()), protocol="WARC/1.1")
    # Of a record that it knows to be a revisit warcio's writer leaves the block out, and states its length all the same.
    told = "response" if kind == "revisit" else kind
    return ArcWarcRecord("warc", told, rec_headers, BytesIO(block), None, None, len(block))


def _stored(capture: Capture, length: int) -> list[Header]:
    """The response's headers, with the framing that the transfer undid renamed and the length made true."""
    fields = [
        Header(_ORIGINAL + h.name, h.value) if h.name.lower() in ("transfer-encoding", "content-length") else h
        for h in capture.headers
    ]
    return [*fields, Header("Content-Length", str(length))]


def read_record(member: bytes, *, place: str) -> RawRecord:
    """The one record in a gzip member; `place` (file and offset) names it in a StorageError."""
    found = list(read_records(BytesIO(member)))
    if len(found) != 1 or isinstance(found[0], Damage) or found[0].too_large:
        why = next((f.detail for f in found if isinstance(f, Damage)), "no single record lies there")
        raise StorageError(f"{place}: damaged: {why}; restore the archive from a copy")
    return found[0]


def read_capture(record: RawRecord) -> Capture:
    """The capture that a `response`, `revisit`, `resource` or `conversion` record holds; a revisit's has no body.

    Chunks are put together where the writer left them. An HTTP answer without a status line has status 0.
    """
    assert record.uri is not None
    truncated = record.field("WARC-Truncated")
    if not record.is_http:
        content_type = record.field("Content-Type")
        return Capture(record.uri, record.date, record.block, content_type=content_type, truncated=truncated)
    head, body = split_http(record.block)
    fields = fields_of(head)
    not_modified = record.kind == "revisit" and "server-not-modified" in (record.field("WARC-Profile") or "")
    if any(h.name.lower() == "transfer-encoding" and "chunked" in h.value.lower() for h in fields):
        joined = unchunked(body)
        body = body if joined is None else joined
    if fields and fields[-1].name == "Content-Length":  # ours, which says the length of the body as it lies there
        fields = fields[:-1]
    headers = tuple(Header(_ORIGINALS.get(h.name.lower(), h.name), h.value) for h in fields)
    return Capture(
        uri=record.uri,
        fetched_at=record.date,
        body=body,
        status=status_of(head) or (304 if not_modified else 0),
        content_type=next((h.value for h in headers if h.name.lower() == "content-type"), None),
        headers=headers,
        ip=record.field("WARC-IP-Address"),
        source=record.field("WARC-Source-URI"),
        robots=said if (said := record.field(ROBOTS_FIELD)) in ROBOTS else None,
        opt_out="; ".join(said for said in OPT_OUT_FILES if said in (record.field(OPT_OUT_FIELD) or "").split("; "))
        or None,
        truncated=truncated,
    )


def revisit_as(revisit: Capture, original: Capture) -> Capture:
    """A revisit's capture with the payload that it says is unchanged; a 304 says the whole answer is."""
    if revisit.status == 304:
        return msgspec.structs.replace(original, fetched_at=revisit.fetched_at)
    return msgspec.structs.replace(revisit, body=original.body)


def kind_of(head: bytes) -> bytes:
    """The `WARC-Type` of a record, from the first bytes of it; its payload does not speak here."""
    match = re.search(rb"^WARC-Type: *([a-z]+)", head.partition(b"\r\n\r\n")[0], re.MULTILINE)
    return match[1] if match else b""


def _builder() -> "RecordBuilder":
    from warcio.recordbuilder import RecordBuilder

    return RecordBuilder(warc_version="1.1")


def _digest(content: bytes) -> str:
    return f"sha1:{base64.b32encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode()}"


def _member(record: "ArcWarcRecord") -> bytes:
    from warcio.warcwriter import WARCWriter

    # A record with both digests: where warcio makes one, an `except:` of its own takes the Ctrl-C that comes meanwhile.
    record.rec_headers.add_header("WARC-Block-Digest", _digest(record.raw_stream.getvalue()))
    out = BytesIO()
    WARCWriter(out, gzip=True, warc_version="WARC/1.1").write_record(record)
    return out.getvalue()


def _urn(name: str) -> str:
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}>"
