"""The HTTP message inside a record: its head parted from its body, its fields, its chunks put together."""

import re

from harvester.types import Header

_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? +(\d{3})(?!\d)", re.ASCII)
_BLANK = " \t"  # not what str.strip() takes for white space: U+0085 and U+00A0 are text here
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")


def split_http(block: bytes) -> tuple[bytes, bytes]:
    """The head of a message, without the blank line, and its body."""
    match = _END.search(block)
    return (block, b"") if match is None else (block[: match.start()], block[match.end() :])


def body_of(block: bytes) -> memoryview:
    """The body of a message, which is not copied."""
    match = _END.search(block)
    return memoryview(block)[len(block) if match is None else match.end() :]


def status_of(head: bytes) -> int | None:
    """The status an answer begins with; None where it begins with none."""
    match = _STATUS.match(head)
    return int(match[1]) if match else None


def fields_of(head: bytes) -> tuple[Header, ...]:
    """The fields of a message; lines that are none are left out."""
    fields = list[Header]()
    for line in head.decode("latin-1").replace("\r\n", "\n").split("\n")[1:]:
        name, colon, value = line.partition(":")
        if line[:1] in (" ", "\t") and fields:  # a folded line
            fields[-1] = Header(fields[-1].name, f"{fields[-1].value} {line.strip(_BLANK)}")
        elif colon:
            fields.append(Header(name.strip(_BLANK), value.strip(_BLANK)))
    return tuple(fields)


def unchunked(body: bytes | memoryview) -> bytes | None:
    """A chunked body put together, as far as it goes; None for one that is not chunked, whatever its header says."""
    parts, at = list[bytes | memoryview](), 0
    while match := _CHUNK.match(body, at):
        size = int(match[1], 16)
        if not size:
            return b"".join(parts)
        parts.append(body[match.end() : match.end() + size])
        at = match.end() + size
        if at >= len(body):  # cut off
            return b"".join(parts)
        at += 2 if body[at : at + 2] == b"\r\n" else 1
    return None
