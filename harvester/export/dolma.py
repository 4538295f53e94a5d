"""Dolma: `documents/` and, line by line beside them, `attributes/`, as the Dolma toolkit reads them."""

from pathlib import Path

import msgspec

from harvester.export.jsonl import gzip_lines, known
from harvester.export.source import Source, blocks_of

_ATTRIBUTES = "attributes/harvester"


def write(source: Source, target: Path) -> None:
    """Write a file of documents for each shard, and one of attributes: for every label the spans of its blocks.

    Spans are `[start, end, score]` in code points of `text`. `created` is left out where it is unknown, because the
    toolkit takes text only.
    """
    decoder = msgspec.json.Decoder()
    for shard in source.shards:
        name = f"{shard.stem}.json.gz"
        with gzip_lines(target / "documents" / name) as document, gzip_lines(target / _ATTRIBUTES / name) as attribute:
            for line, sidecar in source.lines(shard):
                row = decoder.decode(line)
                document(known(row | {"version": source.manifest.version}, ["created"]))
                attribute({"id": row["id"], "source": row["source"], "attributes": _spans(row["id"], sidecar)})


def _spans(identifier: str, sidecar: bytes) -> dict[str, list[tuple[int, int, float]]]:
    spans = dict[str, list[tuple[int, int, float]]]()
    for block in blocks_of(identifier, sidecar):
        if block.start is not None and block.end is not None:
            key = f"harvester__{block.label.replace('-', '_')}"
            spans.setdefault(key, []).append((block.start, block.end, block.score))
    return spans
