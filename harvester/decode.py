"""Bytes → text, and content codings undone with bounded output: a leaf that index, fetch and extract share.

Order of evidence for the encoding, as in the WHATWG Encoding and HTML standards: byte order mark,
HTTP header, `<meta>` in the first 1,024 bytes, then detection.
"""

import re
import zlib

import brotli
import webencodings
from backports import zstd

from harvester.errors import PageError

_STEP = 65_536
_MEMBERS = 64  # members of a gzip body, frames of a zstd body: behind each the rest is copied, 300,000 take 31 s
_GZIP = b"\x1f\x8b"
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le"))
_CHARSET = re.compile(r"charset\s*=[\s\"']*([^\s\"';>/]+)", re.I)
_META = re.compile(rb"<meta\b[^>]*?charset\s*=\s*[\"']?\s*([a-zA-Z0-9_:.\-]+)", re.I)
_CODECS = {
    # Python's codecs of these names cover less than the encodings the standard gives them.
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc-kr": "cp949",
    "big5": "big5hkscs",
    # HTML standard: a page that says UTF-16 in ASCII bytes is not UTF-16; one that is has its mark, or is binary to us.
    "utf-16le": "utf-8",
    "utf-16be": "utf-8",
    "x-user-defined": "windows-1252",
    "replacement": "utf-8",
}
# What the detector calls encodings that the standard knows by another label.
_DETECTED = {"UHC": "euc-kr", "maccyrillic": "x-mac-cyrillic"}
# Formats that are fetched in place of pages: PDF, PNG, JPEG, GIF, ZIP, gzip, ELF.
_SIGNATURES = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x1f\x8b", b"\x7fELF")
_BINARY = bytes([*range(9), *range(14, 27), *range(28, 32)])
_LONE_RETURN = re.compile(rb"\r(?!\n)")
_SURROGATE = re.compile("[\ud800-\udfff]")


def undo_coding(body: bytes, coding: str | None, limit: int) -> bytes:
    """Undo the codings of a `Content-Encoding` header; no output beyond `limit` bytes is ever allocated.

    Raises PageError: `too-large` past the limit, `decode-error` for a coding that is unknown,
    broken or cut off. At most two codings are undone (RFC 9110 sets no bound). Servers also name a
    coding for an empty body, and gzip for one that is not: such a body passes as it is.
    """
    codings = [c for c in map(str.strip, (coding or "").lower().split(",")) if c not in ("", "identity")]
    if len(codings) > 2:
        raise PageError("decode-error", f"{len(codings)} content codings on one body")
    for name in reversed(codings if body else []):
        body = _undo(body, name, limit)
    if len(body) > limit:
        raise PageError("too-large", f"more than {limit} bytes")
    return body


def _undo(body: bytes, name: str, limit: int) -> bytes:
    try:
        if name in ("gzip", "x-gzip"):
            return _inflate(body, 31, limit) if body.startswith(_GZIP) else body
        if name == "deflate":
            zlib_framed = len(body) > 1 and body[0] & 15 == 8 and int.from_bytes(body[:2]) % 31 == 0
            return _inflate(body, 15 if zlib_framed else -15, limit)
        if name == "br":
            return _unbrotli(body, limit)
        if name == "zstd":
            return _unzstd(body, limit)
    except (zlib.error, brotli.error, zstd.ZstdError) as error:
        raise PageError("decode-error", f"{name}: broken data") from error
    raise PageError("decode-error", f"unknown content coding {name[:40]!r}")


class _Bounded:
    """Collects output up to a limit."""

    def __init__(self, limit: int) -> None:
        self.limit, self.size, self.parts = limit, 0, list[bytes]()

    def take(self, part: bytes) -> None:
        self.size += len(part)
        if self.size > self.limit:
            raise PageError("too-large", f"more than {self.limit} bytes once decoded")
        self.parts.append(part)

    def whole(self) -> bytes:
        return b"".join(self.parts)


def _inflate(body: bytes, wbits: int, limit: int) -> bytes:
    out = _Bounded(limit)
    for _ in range(_MEMBERS):
        stream = zlib.decompressobj(wbits)
        while body and not stream.eof:
            out.take(stream.decompress(body, _STEP))
            body = stream.unconsumed_tail
        while not stream.eof and (part := stream.decompress(b"", _STEP)):
            out.take(part)
        if not stream.eof:
            raise PageError("decode-error", "the compressed body is cut off")
        body = stream.unused_data
        if wbits != 31 or not body.startswith(_GZIP):
            return out.whole()
    raise PageError("decode-error", f"more than {_MEMBERS} gzip members")


def _unbrotli(body: bytes, limit: int) -> bytes:
    out, stream = _Bounded(limit), brotli.Decompressor()
    out.take(stream.process(body, output_buffer_limit=_STEP))
    while not stream.is_finished():
        part = stream.process(b"", output_buffer_limit=_STEP)
        if not part and stream.can_accept_more_data():
            raise PageError("decode-error", "the compressed body is cut off")
        out.take(part)
    return out.whole()


def _unzstd(body: bytes, limit: int) -> bytes:
    out = _Bounded(limit)
    for _ in range(_MEMBERS):
        stream = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: 23})  # 8 MiB, RFC 8878
        out.take(stream.decompress(body, _STEP))
        while not stream.eof:
            if stream.needs_input:
                raise PageError("decode-error", "the compressed body is cut off")
            out.take(stream.decompress(b"", _STEP))
        body = stream.unused_data
        if not body:
            return out.whole()
    raise PageError("decode-error", f"more than {_MEMBERS} zstd frames")


def is_binary(body: bytes) -> bool:
    """Whether the first 4 KiB hold more control bytes than text has: over 1 in 50, and more than two.

    A stray one is no reason to lose a page; UTF-16 with a byte order mark is full of zeros and is text.
    """
    if body.startswith((b"\xfe\xff", b"\xff\xfe")):
        return False
    head = body[:4096]
    return head.startswith(_SIGNATURES) or len(head) - len(head.translate(None, _BINARY)) > max(2, len(head) // 50)


def to_text(body: bytes, content_type: str | None = None, *, html: bool = True) -> str:
    """Decode a page; never fails, never yields a lone surrogate: what does not decode is U+FFFD."""
    body, codec = _told(body, content_type, html)
    return _clean(body.decode(codec, "replace"), codec, body)


def to_utf8(body: bytes, content_type: str | None = None) -> bytes:
    """An HTML page as `to_text` decodes it, in UTF-8: most pages stand in it as they are."""
    body, codec = _told(body, content_type, True)
    if codec == "utf-8":
        try:
            body.decode()
        except UnicodeDecodeError:
            pass
        else:
            if b"\r" in body:  # in two steps, for a search for two bytes takes four times as long
                body = _LONE_RETURN.sub(b"\n", body).replace(b"\r", b"")
            return body.replace(b"\x00", "\ufffd".encode())
    return _clean(body.decode(codec, "replace"), codec, body).encode()


def _told(body: bytes, content_type: str | None, html: bool) -> tuple[bytes, str]:
    """The body without a byte order mark, and the name of the codec that it is to be decoded by."""
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :], codec
    return body, _declared(body, content_type, html) or _detected(body)


def _declared(body: bytes, content_type: str | None, html: bool) -> str | None:
    match = _CHARSET.search(content_type or "")
    codec = _codec(match[1]) if match else None
    if codec is None and html and (meta := _META.search(body[:1024])):
        codec = _codec(meta[1].decode("ascii"))
    return codec


def _detected(body: bytes) -> str:
    text = body.decode("utf-8", "replace")
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    # One character that is broken, or cut off at the end, does not put a page into another encoding.
    if text.count("\ufffd") * 10 <= foreign and b"\x1b$" not in body:  # the escape of ISO-2022-JP, which is all ASCII
        return "utf-8"
    import cchardet

    label = cchardet.detect(body[:_STEP])["encoding"] or ""
    return _codec(_DETECTED.get(label, label)) or "windows-1252"


def _codec(label: str) -> str | None:
    """The name of Python's codec for a label of the Encoding standard."""
    encoding = webencodings.lookup(label)
    return None if encoding is None else _CODECS.get(encoding.name) or encoding.codec_info.name


def _clean(text: str, codec: str, body: bytes) -> str:
    try:
        if codec != "utf-8":  # which decodes none
            text.encode()  # several times as fast as the search, and hardly a page has any
    except UnicodeEncodeError:
        text = _SURROGATE.sub("\ufffd", text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if codec != "utf-8" or b"\x00" in body:  # bytes are searched many times as fast as text
        text = text.replace("\x00", "\ufffd")
    return text
