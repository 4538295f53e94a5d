"""Drift that is planted in one host of a version is found, and noise raises no alarm.

`HARVEST_DRIFTS=200` runs as many planted drifts and as many unchanged pairs; docs/corpus-checks.md has the figures.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import msgspec
import pytest

from harvester.gate import Finding
from harvester.gate.corpus import check_version
from harvester.gate.drift import Drift
from harvester.gate.walk import Step, figures_of
from harvester.pack import read_manifest, recipe_fingerprint, verify_deep
from harvester.settings import CheckSettings, Recipe
from harvester.types import Record, Sidecar
from tests.gate.versions import DRIFTS, Made, body_cut, noisy, template, to_rows, usual, write_version
from tests.pack.making import write_manifest

RUNS = int(os.environ.get("HARVEST_DRIFTS", "12"))
HOSTS = 12
PAGES = 14


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template(tmp_path_factory.mktemp("model") / "pages")


def site(chance: Random, hosts: int = HOSTS, pages: int = PAGES) -> list[Made]:
    return [usual(f"host-{host}.example", number, chance) for host in range(hosts) for number in range(pages)]


def steps(model: Path, old: Sequence[Made], new: Sequence[Made]) -> Iterable[Step]:
    """What the walk over two such versions gives, without files."""
    both: dict[str, list[Made | None]] = {}
    for place, side in enumerate((old, new)):
        for made in side:
            both.setdefault(made.url, [None, None])[place] = made
    for identifier in sorted(both):
        figures = [made and figures_of(*_row(model, made)) for made in both[identifier]]
        yield Step(identifier, figures[0], figures[1], None, True)


def _row(model: Path, made: Made) -> tuple[Record, Sidecar]:
    record, sidecar = to_rows(model, made)
    return msgspec.convert(record, Record), msgspec.convert(sidecar, Sidecar)


def found(model: Path, old: Sequence[Made], new: Sequence[Made], seed: int = 1) -> tuple[Finding, ...]:
    drift = Drift(())
    for step in steps(model, old, new):
        drift.add(step)
    return drift.findings(CheckSettings(), seed)[0]


@pytest.mark.parametrize(("pages", "least"), [(14, 0.95), (9, 0.85)])
def test_planted_drift_of_one_host_is_found_and_noise_raises_no_alarm(model: Path, pages: int, least: float) -> None:
    caught, beside, alarms = 0, 0, 0
    for run in range(RUNS):
        chance = Random(run)
        old = site(chance, pages=pages)
        new = [noisy(made, chance) for made in old]
        alarms += bool(found(model, old, new, run))
        change, host = DRIFTS[run % len(DRIFTS)], f"host-{run % HOSTS}.example"
        drifted = [change(made) if made.host == host else made for made in new]
        hosts = {finding.where for finding in found(model, old, drifted, run)}
        caught += host in hosts
        beside += bool(hosts - {host})
    print(
        f"{RUNS} runs of {pages} pages a host: {caught} caught, {beside} with another host beside it, {alarms} false alarms"
    )
    assert caught >= least * RUNS
    assert max(alarms, beside) <= 0.02 * RUNS


def test_a_version_whose_host_drifted_says_what_moved_and_since_when(model: Path, tmp_path: Path) -> None:
    chance = Random(3)
    old = site(chance, hosts=3)
    new = [noisy(made, chance) for made in old]
    new = [body_cut(made) if made.host == "host-1.example" else made for made in new]
    write_version(tmp_path / "sample" / "1.0.0", model, old)
    newer = write_version(tmp_path / "sample" / "2.0.0", model, new, "1.0.0")
    assert list(verify_deep(newer)) == [], "the version of this test is one as harvester writes it"
    report = check_version(newer, CheckSettings(shrink=0.9), deep=True)
    (finding,) = report.findings
    assert (finding.check, finding.where, finding.fails) == ("drift", "host-1.example", True)
    assert finding.detail.startswith("kept share .") and " → ." in finding.detail
    assert finding.detail.endswith("since the capture of 2026-03-01")
    assert report == check_version(newer, CheckSettings(shrink=0.9), deep=True)
    assert not check_version(newer, CheckSettings(shrink=0.9), against="2.0.0").findings, "against itself nothing moved"


def test_pages_that_the_recipe_changed_are_told_apart_from_those_that_their_site_changed(
    model: Path, tmp_path: Path
) -> None:
    old = site(Random(4), hosts=2)
    new = [replace(body_cut(made), capture="a") if made.host == "host-1.example" else made for made in old]
    write_version(tmp_path / "sample" / "1.0.0", model, old)
    newer = write_version(tmp_path / "sample" / "2.0.0", model, new, "1.0.0")
    manifest, _ = read_manifest(newer)
    recipe = msgspec.structs.replace(manifest.recipe, extract=Recipe(images=True))
    recipe = msgspec.structs.replace(recipe, fingerprint=recipe_fingerprint(recipe))
    write_manifest(newer, msgspec.structs.replace(manifest, recipe=recipe))
    (finding,) = check_version(newer, CheckSettings(shrink=0.9)).findings
    assert (finding.check, finding.where, finding.fails) == ("recipe", "host-1.example", False)
    assert finding.detail.endswith("on pages that did not change: settings changed")


def test_new_pages_of_a_host_are_held_against_the_ones_it_had(model: Path) -> None:
    chance = Random(8)
    old = site(chance, hosts=3)
    new = [usual(made.host, made.number + 100, chance) for made in old]
    assert found(model, old, [*old, *new]) == ()
    new = [body_cut(made) if made.host == "host-2.example" else made for made in new]
    assert [finding.where for finding in found(model, old, [*old, *new])] == ["host-2.example"]


def test_of_a_host_with_few_pages_it_is_said_that_they_are_too_few(model: Path) -> None:
    old = site(Random(9), hosts=1, pages=5)
    drift = Drift(())
    for step in steps(model, old, [body_cut(replace(made, capture="b")) for made in old]):
        drift.add(step)
    findings, notes = drift.findings(CheckSettings(), 1)
    assert findings == ()
    assert len(notes) == 1 and "too few pages" in notes[0] and "host-0.example (5)" in notes[0]
