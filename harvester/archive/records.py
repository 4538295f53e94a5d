"""WARC files read record by record, whoever wrote them: what is damaged is said, and what lies behind it is read.

Own reading, as readers at hand lose what lies behind damage, or say nothing of it (docs/decisions.md).
"""

import base64
import hashlib
import re
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from typing import BinaryIO

import msgspec

from harvester.archive.http import body_of, unchunked
from harvester.archive.members import FIRST_LINE, Broken, Damaged, Member, next_start
from harvester.types import Frozen, Header

MAX_HEADER = 1 << 20
MAX_FIELDS = 1_000
MAX_BLOCK = 128 << 20
"""Bytes of a record's block that are kept, at most, if nothing else is asked for."""
_HEAD = 65_536

_LENGTH = re.compile(r"\d{1,15}")
_DATE = re.compile(r"(\d{4})(-\d\d)?(-\d\d)?(?:T(\d\d:\d\d)(:\d\d)?(?:\.\d+)?Z)?", re.ASCII)
_NEEDED = ("WARC-Type", "WARC-Date")
_ONCE = ("WARC-Target-URI", "WARC-Record-ID", "WARC-Payload-Digest", "WARC-Block-Digest")
_ALGORITHMS = {
    "md5": "md5",
    "sha1": "sha1",
    "sha-1": "sha1",
    "sha256": "sha256",
    "sha-256": "sha256",
    "sha512": "sha512",
}
SEGMENT = "WARC-Segment-Number"


class RawRecord(Frozen, dict=True):
    """A record as it lies in its file, its length and digests checked."""

    offset: int
    """Of its gzip member, or of itself in a plain file, in bytes."""
    inner: int
    """Decoded bytes of the member before it; 0 where each record has a member of its own."""
    fields: tuple[Header, ...]
    block: bytes
    length: int = 0
    """Bytes of its gzip member as it lies in the file; 0 where it shares one, or has none."""
    too_large: bool = False
    """Whether the block was not kept, but for its first 64 KiB, and not checked."""

    def field(self, name: str) -> str | None:
        """The first field of that name, whatever its case."""
        return self._first.get(name.lower())

    @cached_property
    def _first(self) -> dict[str, str]:
        return {field.name.lower(): field.value for field in reversed(self.fields)}

    @property
    def kind(self) -> str:
        """`response`, `revisit`, `warcinfo` …"""
        return (self.field("WARC-Type") or "").lower()

    @property
    def uri(self) -> str | None:
        """The address, without the brackets that some writers put around it."""
        uri = self.field("WARC-Target-URI")
        return uri[1:-1] if uri and uri.startswith("<") and uri.endswith(">") else uri

    @property
    def is_http(self) -> bool:
        """Whether the block is an HTTP message."""
        return (self.field("Content-Type") or "").lower().startswith("application/http")

    @cached_property
    def date(self) -> str:
        """`YYYY-MM-DDTHH:MM:SSZ`, whatever part of it the record states. Raises Damaged."""
        return moment(self.field("WARC-Date") or "")


class Damage(Frozen):
    """A place of a file that is no whole record."""

    offset: int
    detail: str
    uri: str | None = None
    """The address that the record states, where that much could be read."""


def read_records(file: BinaryIO, start: int = 0, *, max_block: int = MAX_BLOCK) -> Iterator[RawRecord | Damage]:
    """Every record from `start` on, in the file's order, and every place that is none.

    Memory is bounded by `max_block`, the bytes of a block that are kept. Behind damage, reading goes on at the next
    bytes that look like the begin of a record.
    """
    offset: int | None = start
    while offset is not None:
        member, last = Member(file, offset), offset
        for found in _of_member(member, max_block):
            last = found.offset
            yield found
        following = member.end if member.packed else None
        offset = following if member.read_whole else next_start(file, last + 1)


def _of_member(member: Member, max_block: int) -> Iterator[RawRecord | Damage]:
    """The records of a gzip member; of a plain file, those up to the first damage.

    A record is given out when what follows it was seen to be whole, as the checksum stands at the end.
    """
    held: RawRecord | Damage | None = None
    place = 0
    try:
        while member.skip_breaks() + member.more():
            if held is not None:
                yield held
                held = None
            place = _offset(member)
            try:
                held = _record(member, max_block)
            except Broken:
                raise
            except Damaged as damage:
                yield Damage(offset=place, detail=str(damage))
                member.lost = not member.packed
                if member.lost or not member.seek_record():
                    return
    except Broken as damage:
        uri = held.uri if held is not None else None
        yield Damage(offset=place or member.offset, detail=str(damage), uri=uri)
    else:
        if isinstance(held, RawRecord) and member.packed and not held.inner:
            held = msgspec.structs.replace(held, length=member.end - member.offset)
        if held is not None:
            yield held


def _offset(member: Member) -> int:
    return member.offset if member.packed else member.offset + member.position


def _record(member: Member, max_block: int) -> RawRecord | Damage:
    """The record that begins here, with all its bytes read. Raises Damaged where its end is not known."""
    offset, inner = _offset(member), member.position if member.packed else 0
    fields, flaw = _header(member)
    stated = {f.value for f in fields if f.name.lower() == "content-length"}
    if len(stated) != 1 or not _LENGTH.fullmatch(length := stated.pop()):
        raise Damaged("it does not state one Content-Length")
    size = int(length)
    if size > max_block:
        record = RawRecord(offset, inner, fields, head := member.read(min(size, _HEAD)), too_large=True)
        read = len(head) + member.skip(size - len(head))
    else:
        record = RawRecord(offset, inner, fields, block := member.read(size))
        if (read := len(block)) < size:
            member.put_back(block)
    if read < size:
        raise Damaged(f"its Content-Length is {size}, but {read} bytes follow")
    if not member.skip_breaks() and member.more():
        raise Damaged(f"its Content-Length is {size}, but it goes on behind that")
    flaw = flaw or _flaw(record)
    return Damage(offset=offset, detail=flaw, uri=record.uri) if flaw else record


def _header(member: Member) -> tuple[tuple[Header, ...], str | None]:
    """The fields of a record, and what is wrong with them. Raises Damaged where they have no end."""
    first = member.line(MAX_HEADER)
    if not FIRST_LINE.fullmatch(first):
        raise Damaged("no WARC record begins here")
    fields, flaw, left = list[Header](), None, MAX_HEADER
    while (line := member.line(left)).strip(b"\r\n"):
        left -= len(line)
        if len(fields) == MAX_FIELDS:
            raise Damaged(f"its header has more than {MAX_FIELDS} fields")
        text = line.decode("utf-8", "surrogateescape").rstrip("\r\n")
        name, colon, value = text.partition(":")
        if line[:1] in b" \t" and fields:  # a folded line goes on with the one above
            fields[-1] = Header(fields[-1].name, f"{fields[-1].value} {text.strip()}".strip())
        elif colon and name:
            fields.append(Header(name.strip(), value.strip()))
        else:
            flaw = "a line of its header has no name or no colon"
    return tuple(fields), flaw


def _flaw(record: RawRecord) -> str | None:
    """What makes a record one that must not be used."""
    names = [f.name.lower() for f in record.fields]
    for name in _NEEDED:
        if not record.field(name):
            return f"it has no {name}"
    for name in (*_NEEDED, *_ONCE):
        if names.count(name.lower()) > 1:
            return f"it states {name} twice"
    try:
        record.date  # noqa: B018
    except Damaged as damage:
        return str(damage)
    return None if record.too_large else _digest_flaw(record)


def _digest_flaw(record: RawRecord) -> str | None:
    block = record.field("WARC-Block-Digest")
    if block is not None and (right := matches(block, record.block)) is not None:
        return None if right else "its block is not what its WARC-Block-Digest says"
    payload = record.field("WARC-Payload-Digest")
    # That of a revisit is of a payload that lies elsewhere, that of a segment of the whole.
    if payload is None or record.kind not in ("response", "resource", "conversion") or record.field(SEGMENT):
        return None
    body = body_of(record.block) if record.is_http else record.block
    forms = [body, whole] if record.is_http and (whole := unchunked(body)) is not None else [body]
    if all(matches(payload, form) is False for form in forms):
        return "its payload is not what its WARC-Payload-Digest says"
    return None


def matches(digest: str, content: bytes | memoryview) -> bool | None:
    """Whether `sha1:…` is the digest of these bytes; None for an algorithm or a form that is not known."""
    algorithm, _, value = digest.partition(":")
    try:
        expected = hashlib.new(_ALGORITHMS[algorithm.lower()], content, usedforsecurity=False).digest()
    except KeyError:
        return None
    if re.fullmatch(f"[0-9a-fA-F]{{{2 * len(expected)}}}", value):
        return value.lower() == expected.hex()
    return value.upper().rstrip("=") == base64.b32encode(expected).decode().rstrip("=")


def moment(text: str) -> str:
    """A WARC-Date, which may state the year alone or fractions of a second, to the second. Raises Damaged."""
    match = _DATE.fullmatch(text.upper())
    if match is None:
        raise Damaged("its WARC-Date is no date")
    year, month, day, minutes, seconds = match.groups()
    whole = f"{year}{month or '-01'}{day or '-01'}T{minutes or '00:00'}{seconds or ':00'}"
    try:
        datetime.fromisoformat(whole)
    except ValueError:
        raise Damaged("its WARC-Date is no date") from None
    return whole + "Z"
