"""Gzipped JSON Lines as other tools write them; a file for each shard."""

import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import msgspec

from harvester.errors import storage


class Sink(Protocol):
    """Takes a row of a file."""

    def __call__(self, row: dict[str, Any]) -> None: ...


@contextmanager
def gzip_lines(target: Path) -> Iterator[Sink]:
    """A new file that takes rows; its gzip header states no time and no name, so that equal rows give equal bytes."""
    with storage(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            packer = zlib.compressobj(6, zlib.DEFLATED, 31)

            def write(row: dict[str, Any]) -> None:
                file.write(packer.compress(msgspec.json.encode(row) + b"\n"))

            yield write
            file.write(packer.flush())


def known(row: dict[str, Any], optional: Iterable[str]) -> dict[str, Any]:
    """A row without those of the optional keys whose value is unknown."""
    left = set(optional)
    return {key: value for key, value in row.items() if value is not None or key not in left}
