"""Rows with labels → a forest that the package walks without LightGBM."""

import lightgbm
import numpy
import pytest

from harvester.extraction.trees import log_odds, probability
from harvester.learn.grow import grow, packed

RANDOM = numpy.random.default_rng(7)
ROWS = RANDOM.normal(size=(2000, 3))
LABELS = (ROWS[:, 0] + ROWS[:, 1] > 0.5).astype(float)
COLUMNS = ("a", "b", "c")


def test_it_learns_what_the_labels_say() -> None:
    forest = grow(ROWS, LABELS, numpy.ones(2000), COLUMNS, trees=60, feature_fraction=1.0)
    found = [probability(odds) > 0.5 for (odds,) in log_odds(forest, ROWS.tolist())]
    assert numpy.mean(numpy.array(found) == (LABELS > 0.5)) > 0.95


def test_the_same_rows_grow_the_same_forest() -> None:
    first, second = (grow(ROWS, LABELS, numpy.ones(2000), COLUMNS, trees=5) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("classes", [1, 3])
def test_a_packed_forest_says_what_lightgbm_says(classes: int) -> None:
    labels = LABELS if classes == 1 else numpy.digitize(ROWS[:, 2], [-0.5, 0.5])
    objective = {"objective": "cross_entropy"} if classes == 1 else {"objective": "multiclass", "num_class": classes}
    data = lightgbm.Dataset(ROWS, labels)
    booster = lightgbm.train({**objective, "verbose": -1, "seed": 1}, data, 20)
    forest = packed(booster.dump_model()["tree_info"], COLUMNS, classes)
    ours = numpy.array(log_odds(forest, ROWS.tolist()))
    theirs = booster.predict(ROWS, raw_score=True).reshape(len(ROWS), classes)
    assert numpy.abs(ours - theirs).max() < 0.01
