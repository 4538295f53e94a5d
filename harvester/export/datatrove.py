"""datatrove: `data/RANK.jsonl.gz` with `text`, `id` and `metadata`, as its JsonlWriter writes and its JsonlReader reads."""

from pathlib import Path

import msgspec

from harvester.export.jsonl import gzip_lines
from harvester.export.source import Source


def write(source: Source, target: Path) -> None:
    """Write a file for each shard. `metadata` holds what the record's does, and the names that datatrove's blocks look for:
    `date` (of publication, else of capture), `dataset` (the corpus), `split`."""
    decoder = msgspec.json.Decoder()
    for rank, shard in enumerate(source.shards):
        with gzip_lines(target / "data" / f"{rank:05}.jsonl.gz") as document:
            for line, _ in source.lines(shard):
                row = decoder.decode(line)
                about = {"date": row["created"] or row["added"], "dataset": row["source"], "split": shard.split}
                metadata = {**row["metadata"], **about, "markdown": row["markdown"]}
                document({"text": row["text"], "id": row["id"], "metadata": metadata})
