"""What parent and child say to each other over two pipes: frames of a length, a kind and a body."""

import struct
from collections.abc import Iterator
from typing import BinaryIO

from harvester.types import Frozen
from harvester.workers.limits import Workers

HEAD = struct.Struct(">Qc")
"""Bytes of the body, and the kind."""

START, ITEM = b"S", b"I"
"""To the child: what to be (a `Start`), and an item."""
READY, RESULT, FAILED, MEMORY, BUG, LEAVING = b"Y", b"R", b"F", b"M", b"B", b"L"
"""From the child: items may come; a result; a reason and detail of PageError; no memory left for the item; the
traceback of anything else; it takes no further item, being used up."""


class Start(Frozen):
    """What a child is told first."""

    module: str
    name: str
    """Of the function in the module that makes the function of items."""
    setup: bytes
    workers: Workers


def frame(kind: bytes, body: bytes) -> bytes:
    """One frame."""
    return HEAD.pack(len(body), kind) + body


def read(stream: BinaryIO) -> tuple[bytes, bytes] | None:
    """The next frame of a blocking stream, or None at its end."""
    head = stream.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    length, kind = HEAD.unpack(head)
    body = stream.read(length)
    return (kind, body) if len(body) == length else None


def taken(buffer: bytearray) -> Iterator[tuple[bytes, bytes]]:
    """The whole frames at the beginning of a buffer, which are taken out of it."""
    while len(buffer) >= HEAD.size:
        length, kind = HEAD.unpack_from(buffer)
        end = HEAD.size + length
        if len(buffer) < end:
            return
        with memoryview(buffer) as view:
            body = bytes(view[HEAD.size : end])
        del buffer[:end]
        yield kind, body
