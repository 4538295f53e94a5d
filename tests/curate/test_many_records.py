"""Duplicates over many synthetic records of 200 words. `HARVEST_RECORDS=1000000` for the long form, which takes minutes."""

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import PROJECT

PROGRAM = """
import random, resource, sys
from array import array
from pathlib import Path
from types import SimpleNamespace
from harvester import curate
from harvester.curate import duplicates, grams
from harvester.curate.reading import Traces

def words(number):
    chance = random.Random(number - 1 if number % 10 == 9 else number)
    found = array("Q", [chance.getrandbits(64) for _ in range(200)])
    if number % 10 == 9:
        found[:8] = array("Q", range(number, number + 8))
    return found

def runs(number):
    return frozenset(grams.runs(words(number), grams.SHINGLE))

count = int(sys.argv[2])
with curate.Remembered(Path(sys.argv[1])) as known:
    for number in range(count):
        own = words(number)
        signature = duplicates.signature(grams.Words(own, array("I"), array("Q"), 0, 0, 0))
        paragraphs = array("Q", [own[0], own[100], number % 499 + 1])
        record = SimpleNamespace(created=None, added="2026", id=f"{number:09}")
        known.add(record, Traces(number.to_bytes(16, "big"), signature, paragraphs, 1000))
    found = curate.decide(known, runs, repeated_in=3)
    assert {number: own.of for number, own in found.duplicates.items()} == {n: n - 1 for n in range(9, count, 10)}
    assert [*found.repeated] == list(range(count)) and [*found.repeated.of(0)] == [0, 0, 1]
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10)
"""


def test_memory_stays_under_two_gigabytes(tmp_path: Path) -> None:
    count = os.environ.get("HARVEST_RECORDS", "3000")
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, tmp_path, count], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert int(run.stdout) < 2_000
    assert not list(tmp_path.iterdir())
