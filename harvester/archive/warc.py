"""Captures as WARC 1.1 records, one gzip member each, and back. ISO 28500:2017; knows no index and no folder."""

import base64
import hashlib
import re
import uuid
import zlib
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordbuilder import RecordBuilder
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from harvester.errors import PageError, StorageError
from harvester.types import Capture, Header

MAX_MEMBER = 128 << 20
"""Decoded bytes of one record, at most: four times the largest page that is taken."""

_FORBIDDEN = re.compile(r"[\r\n\x00]")
_ORIGINAL = "X-Archive-Orig-"
_ORIGINALS = {f"{_ORIGINAL}{name}".lower(): name for name in ("Transfer-Encoding", "Content-Length")}


def info_record(*, file_name: str, date: str, software: str, part_of: str) -> bytes:
    """The `warcinfo` record that opens a file."""
    record = RecordBuilder(warc_version="1.1").create_warcinfo_record(
        file_name,
        {
            "software": software,
            "format": "WARC File Format 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            "isPartOf": part_of,
        },
    )
    record.rec_headers.replace_header("WARC-Date", date)
    record.rec_headers.replace_header("WARC-Record-ID", _urn(f"warcinfo {file_name} {date}"))
    return _member(record)


def capture_records(capture: Capture) -> list[bytes]:
    """`request` and `response` of a fetched page, or the `resource` of a file; the payload's record comes last.

    Raises PageError where a header would break the record's framing.
    """
    for text in (
        capture.uri,
        capture.source or "",
        *(part for h in (*capture.headers, *capture.request_headers) for part in (h.name, h.value)),
    ):
        if _FORBIDDEN.search(text):
            raise PageError("protocol-error", "a line break or NUL inside a URL or header")
    build = RecordBuilder(warc_version="1.1").create_warc_record
    headers = {"WARC-Date": capture.fetched_at, "WARC-Record-ID": f"<{capture.record_id}>"}
    if capture.content_type:
        headers["WARC-Identified-Payload-Type"] = capture.content_type.partition(";")[0].strip() or "unknown"
    if capture.source:
        headers["WARC-Source-URI"] = capture.source
    if capture.status is None:
        return [
            _member(
                build(
                    capture.uri,
                    "resource",
                    payload=BytesIO(capture.body),
                    length=len(capture.body),
                    warc_content_type=capture.content_type or "application/octet-stream",
                    warc_headers_dict=headers,
                )
            )
        ]
    if capture.ip:
        headers["WARC-IP-Address"] = capture.ip
    # The HTTP head is laid out here, byte for byte: warcio's own writer refuses header names outside ASCII.
    response = _http(
        capture.uri,
        "response",
        f"HTTP/1.1 {capture.status} ",
        _stored(capture),
        capture.body,
        headers,
    )
    path = re.sub(r"^[a-z]+://[^/]*", "", capture.uri) or "/"
    request = _http(
        capture.uri,
        "request",
        f"GET {path} HTTP/1.1",
        capture.request_headers,
        b"",
        {
            "WARC-Date": capture.fetched_at,
            "WARC-Record-ID": _urn(f"request {capture.record_id}"),
            "WARC-Concurrent-To": f"<{capture.record_id}>",
        },
    )
    return [_member(request), _member(response)]


def _http(
    uri: str,
    kind: str,
    first_line: str,
    fields: Iterable[Header],
    body: bytes,
    headers: dict[str, str],
) -> ArcWarcRecord:
    head = "".join(f"{line}\r\n" for line in (first_line, *(f"{h.name}: {h.value}" for h in fields), ""))
    block = head.encode("latin-1", "replace") + body
    digest = base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()
    fields_of_record = {
        "WARC-Type": kind,
        "WARC-Target-URI": uri,
        **headers,
        "WARC-Payload-Digest": f"sha1:{digest}",
        "Content-Type": f"application/http; msgtype={kind}",
    }
    rec_headers = StatusAndHeaders("", list(fields_of_record.items()), protocol="WARC/1.1")
    return ArcWarcRecord("warc", kind, rec_headers, BytesIO(block), None, None, len(block))


def _stored(capture: Capture) -> list[Header]:
    """The response's headers, with the framing that the transfer undid renamed and the length made true."""
    fields = [
        Header(_ORIGINAL + h.name, h.value) if h.name.lower() in ("transfer-encoding", "content-length") else h
        for h in capture.headers
    ]
    return [*fields, Header("Content-Length", str(len(capture.body)))]


def read_capture(member: bytes, *, place: str) -> Capture:
    """The capture in one gzip member; `place` (file and offset) names it in a StorageError."""
    try:
        inflater = zlib.decompressobj(31)
        raw = inflater.decompress(member, MAX_MEMBER)
        if not inflater.eof:
            raise StorageError(f"{place}: the record is cut off; run `harvest build` again to repair the archive")
        record = next(iter(ArchiveIterator(BytesIO(raw))))
        status = record.http_headers.get_statuscode() if record.http_headers else None
        code = int(status) if status is not None else None
    except (zlib.error, StopIteration, ArchiveLoadFailed, ValueError) as error:
        raise StorageError(f"{place}: not a readable WARC record; restore the archive from a copy") from error
    fields = record.http_headers.headers if record.http_headers else []
    headers = tuple(
        Header(_ORIGINALS.get(name.lower(), name), value) for name, value in fields if name != "Content-Length"
    )
    return Capture(
        uri=record.rec_headers.get_header("WARC-Target-URI"),
        fetched_at=record.rec_headers.get_header("WARC-Date"),
        body=record.raw_stream.read(),
        status=code,
        content_type=next((h.value for h in headers if h.name.lower() == "content-type"), None)
        if record.http_headers
        else record.rec_headers.get_header("Content-Type"),
        headers=headers,
        ip=record.rec_headers.get_header("WARC-IP-Address"),
        source=record.rec_headers.get_header("WARC-Source-URI"),
    )


def kind_of(head: bytes) -> bytes:
    """The `WARC-Type` of a record, from the first bytes of it; its payload does not speak here."""
    match = re.search(rb"^WARC-Type: *([a-z]+)", head.partition(b"\r\n\r\n")[0], re.MULTILINE)
    return match[1] if match else b""


def walk_members(file: BinaryIO, start: int) -> Iterator[tuple[int, bytes, bytes]]:
    """`(offset, stored bytes, first decoded KiB)` of each whole gzip member from `start` on; stops at a torn one.

    Torn is a member that the file ends in, or zeros, which a power cut can leave; anything else is damage and
    raises StorageError.
    """
    file.seek(start)
    offset, pending = start, b""
    while True:
        inflater, head, stored, size = zlib.decompressobj(31), b"", bytearray(), 0
        while not inflater.eof:
            chunk = pending or file.read(65_536)
            pending = b""
            if not chunk:
                return
            try:
                size += len(part := inflater.decompress(chunk, MAX_MEMBER))
                while inflater.unconsumed_tail:
                    size += len(inflater.decompress(inflater.unconsumed_tail, MAX_MEMBER))
            except zlib.error as error:
                file.seek(offset)
                if not any(any(rest) for rest in iter(lambda: file.read(1 << 20), b"")):
                    return
                raise StorageError(f"{file.name}:{offset}: damaged: {error}; restore the file from a copy") from error
            head = (head + part)[:1024] if len(head) < 1024 else head
            stored += chunk[: len(chunk) - len(inflater.unused_data)]
        pending = inflater.unused_data
        yield offset, bytes(stored), head
        offset += len(stored)


def _member(record: ArcWarcRecord) -> bytes:
    out = BytesIO()
    WARCWriter(out, gzip=True, warc_version="WARC/1.1").write_record(record)
    return out.getvalue()


def _urn(name: str) -> str:
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}>"
