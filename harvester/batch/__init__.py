"""Lists of WARC files come in, a shard of judged pages for each goes out, whoever makes them; then one version of all."""

from harvester.batch.engines import RETRIES, Engine, again, given_up, processes, serial
from harvester.batch.lists import Input, inputs_of, name_of
from harvester.batch.run import SHARDS, BatchResult, batch, engine_named, tasks_of
from harvester.batch.shard import extract_shard, fingerprint
from harvester.batch.task import Range, Tally, Task

__all__ = [
    "RETRIES",
    "SHARDS",
    "BatchResult",
    "Engine",
    "Input",
    "Range",
    "Tally",
    "Task",
    "again",
    "batch",
    "engine_named",
    "extract_shard",
    "fingerprint",
    "given_up",
    "inputs_of",
    "name_of",
    "processes",
    "serial",
    "tasks_of",
]
