"""`seeds.jsonl`: the pages a version was made from, as the index listed them, and the capture that each was read from.

With the archive it makes a version rebuildable without the index; between two versions it tells a change of the index
from one of the page.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import msgspec

from harvester.errors import StorageError
from harvester.pack.record import to_line
from harvester.pack.shards import read_lines
from harvester.types import Seed

SEEDS = "seeds.jsonl"


class ListedSeed(Seed, frozen=True, kw_only=True):
    """A seed as its index lists it; `file` is the index's name, without folders."""

    capture: str | None
    """Record id of the capture the page was read from; None where there was none."""
    capture_sha256: str | None
    """Of its bytes as they were sent: whether the page changed can be told of pages that failed, too."""
    correction: str | None
    """Record id of the correction that the text was taken from; None where there was none."""


def seed_lines(
    seeds: Iterable[Seed],
    captures: Mapping[str, tuple[str, str]],
    corrections: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[bytes]:
    """A line for each listed page, by id; by the seed's id `captures` are record id and sha256, `corrections` record ids."""
    for seed in sorted(seeds, key=lambda seed: (seed.id, seed.line)):
        fields = {field: getattr(seed, field) for field in Seed.__struct_fields__}
        capture, sha256 = captures.get(seed.id, (None, None))
        yield to_line(
            ListedSeed(
                **fields | {"file": Path(seed.file).name},
                capture=capture,
                capture_sha256=sha256,
                correction=corrections.get(seed.id),
            )
        )


def read_seeds(folder: Path) -> Iterator[ListedSeed]:
    """The listed pages of a version, by id. Raises StorageError."""
    decoder = msgspec.json.Decoder(ListedSeed)
    for number, line in enumerate(read_lines(folder / SEEDS), 1):
        try:
            yield decoder.decode(line)
        except ValueError as error:  # msgspec's, or bytes that are no UTF-8
            raise StorageError(f"{folder / SEEDS}:{number}: not a seed: {error}; run `harvest verify`") from error
