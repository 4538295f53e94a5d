"""WARC records as other writers make them: laid out by hand, so that every fault can be put in."""

import gzip

DATE = "2025-03-04T05:06:07Z"


def record(kind: str, uri: str | None, block: bytes, *fields: str, date: str = DATE, content_type: str = "") -> bytes:
    """An uncompressed record; `fields` are whole lines, and one that states Content-Length stands for the true one."""
    lines = ["WARC/1.0", f"WARC-Type: {kind}", f"WARC-Date: {date}"]
    lines += [f"WARC-Target-URI: {uri}"] if uri else []
    lines += [f"Content-Type: {content_type}"] if content_type else []
    lines += fields
    if not any(field.startswith("Content-Length") for field in fields):
        lines.append(f"Content-Length: {len(block)}")
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode() + block + b"\r\n\r\n"


def response(
    uri: str,
    body: bytes,
    *headers: str,
    status: str = "200 OK",
    content_type: str = "text/html",
    date: str = DATE,
    fields: tuple[str, ...] = (),
) -> bytes:
    """An uncompressed `response` record; `headers` are lines of the HTTP head, `fields` of the record's."""
    lines = [f"HTTP/1.1 {status}", *([f"Content-Type: {content_type}"] if content_type else []), *headers, ""]
    block = "".join(f"{line}\r\n" for line in lines).encode() + body
    return record("response", uri, block, *fields, date=date, content_type="application/http; msgtype=response")


def revisit(uri: str, date: str, *fields: str, status: str = "200 OK") -> bytes:
    """An uncompressed `revisit` record; `fields` are lines of the record's head."""
    block = f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\n\r\n".encode()
    return record("revisit", uri, block, *fields, date=date, content_type="application/http; msgtype=response")


def packed(*records: bytes) -> bytes:
    """Each record in a gzip member of its own."""
    return b"".join(gzip.compress(content, mtime=0) for content in records)


def page(words: str) -> bytes:
    """A small page with enough text to be one."""
    text = f"<p>The {words} stands at the harbour, and everyone who comes by boat sees it before they see the town.</p>"
    return f"<html><head><title>{words}</title></head><body><article>{text * 3}</article></body></html>".encode()
