"""The gate catches broken templates and lets noise pass. HARVEST_GATE_RUNS=200 runs the long form."""

import os
from collections.abc import Sequence
from random import Random

from harvester.extraction import load_weights
from harvester.gate.floors import Floors
from harvester.gate.page_score import PageScore
from harvester.gate.score import score_page
from harvester.gate.verdict import Scored, judge, raised
from harvester.settings import Settings
from tests.gate.sites import BREAKS, Break, Site, capture, gold_of, moved_visibly, noise, sites

RUNS = int(os.environ.get("HARVEST_GATE_RUNS", "0"))
SETTINGS, WEIGHTS, SEED = Settings(), load_weights(), 1
SITES = sites(Random(int(os.environ.get("HARVEST_GATE_SEED", "1"))))
MOVED = 10
"""Words a page, as a mean over the host, from which on a redesign is said to change the text."""


def scored(found: Sequence[Site], chance: Random | None = None) -> Scored:
    pairs = []
    for site in found:
        for page in site.pages:
            fetched = capture(site, page, noise(site, chance) if chance else None)
            gold = gold_of(site, page)
            pairs.append((gold, score_page(gold, fetched, SETTINGS.extract, WEIGHTS)))
    return pairs


BASE = scored(SITES)
FLOORS = raised(BASE, Floors(), SETTINGS.check, {})


def moved(old: PageScore, new: PageScore) -> int:
    """Words that came or went."""
    assert old.words is not None and new.words is not None
    beside = (old.words.found - old.words.common) - (new.words.found - new.words.common)
    return abs(old.words.common - new.words.common) + abs(beside)


def planted(change: Break, chance: Random) -> tuple[bool, float]:
    """Break one host: whether a finding names it, and by how many words a page its texts changed."""
    site = SITES[chance.randrange(len(SITES))]
    broken = {gold.name: score for gold, score in scored([change(site, chance)])}
    words = [moved(score, broken[gold.name]) for gold, score in BASE if gold.name in broken]
    findings = judge([(gold, broken.get(gold.name, score)) for gold, score in BASE], FLOORS, SETTINGS.check, SEED)
    return any(f.fails and site.host in f.where for f in findings), sum(words) / len(words)


def test_the_same_pages_raise_no_alarm() -> None:
    assert judge(BASE, FLOORS, SETTINGS.check, SEED) == ()


def test_broken_templates_are_caught() -> None:
    kinds = list(BREAKS)
    runs = [planted(BREAKS[kinds[run % 4]], Random(1_000 + run)) for run in range(RUNS or 40)]
    caught, harmful = sum(hit for hit, _ in runs), [hit for hit, words in runs if words > MOVED]
    print(f"caught {caught} of {len(runs)}; of {len(harmful)} that changed the text, {sum(harmful)}")
    assert caught >= 0.95 * len(runs)
    assert sum(harmful) >= 0.95 * len(harmful)


def test_a_redesign_that_extraction_withstands_is_an_alarm_only_where_the_text_changed() -> None:
    runs = [planted(moved_visibly, Random(3_000 + run)) for run in range(RUNS or 20)]
    harmful = [hit for hit, words in runs if words > MOVED]
    print(
        f"caught {sum(hit for hit, _ in runs)} of {len(runs)}; of {len(harmful)} that changed the text, {sum(harmful)}"
    )
    assert sum(harmful) >= 0.85 * len(harmful)  # single pages that change, of a host that does not, are let pass
    assert not any(hit for hit, words in runs if words == 0)


def test_noise_raises_no_alarm() -> None:
    alarms = 0
    for run in range(RUNS or 6):
        found = judge(scored(SITES, Random(5_000 + run)), FLOORS, SETTINGS.check, SEED)
        alarms += any(finding.fails for finding in found)
    print(f"{alarms} alarms in {RUNS or 6} runs")
    assert alarms <= 0.02 * (RUNS or 6)
