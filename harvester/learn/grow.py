"""Rows with labels → a Forest, grown by LightGBM: same rows, same forest."""

from array import array
from collections.abc import Mapping, Sequence
from typing import Any

import lightgbm
import numpy

from harvester.extraction.trees import Forest

_UNIT = 1 / 8192
"""Leaf values are kept to this step: a forest of 400 trees is off by .01 in log-odds at most, and mostly by .001."""
COMMON: Mapping[str, Any] = {
    "learning_rate": 0.06, "num_leaves": 31, "min_data_in_leaf": 40, "feature_fraction": 0.4, "bagging_fraction": 0.7,
    "bagging_freq": 1, "lambda_l2": 5, "max_bin": 127, "verbose": -1, "num_threads": 2, "seed": 1,
    "deterministic": True, "force_row_wise": True,
}  # fmt: skip


def grow(
    rows: numpy.ndarray,
    labels: numpy.ndarray,
    weights: numpy.ndarray,
    columns: Sequence[str],
    *,
    trees: int,
    classes: int = 1,
    **parameters: Any,
) -> Forest:
    """A forest for probabilities (labels 0 to 1, shares allowed), or for `classes` numbered from 0."""
    objective = {"objective": "cross_entropy"} if classes == 1 else {"objective": "multiclass", "num_class": classes}
    data = lightgbm.Dataset(rows, labels, weight=weights, params={"max_bin": 127, "verbose": -1})
    booster = lightgbm.train({**COMMON, **objective, **parameters}, data, trees)
    return packed(booster.dump_model()["tree_info"], columns, classes)


def packed(trees: Sequence[Mapping[str, Any]], columns: Sequence[str], classes: int) -> Forest:
    """LightGBM's dumped trees as a Forest."""
    found: list[set[float]] = [set() for _ in columns]
    flat = [_flat(tree["tree_structure"]) for tree in trees]
    for splits, _ in flat:
        for column, cut, _, _ in splits:
            found[column].add(cut)
    cut_values = [sorted(values) for values in found]
    places = [{value: number for number, value in enumerate(values)} for values in cut_values]
    largest = max(abs(value) for _, leaves in flat for value in leaves)
    unit = max(_UNIT, largest / 32_000)
    return Forest(
        columns=tuple(columns),
        classes=classes,
        leaves=bytes(len(leaves) for _, leaves in flat),
        features=bytes(column for splits, _ in flat for column, _, _, _ in splits),
        cuts=bytes(places[column][cut] for splits, _ in flat for column, cut, _, _ in splits),
        left=array("b", [left for splits, _ in flat for _, _, left, _ in splits]).tobytes(),
        right=array("b", [right for splits, _ in flat for _, _, _, right in splits]).tobytes(),
        values=array("h", [round(value / unit) for _, leaves in flat for value in leaves]).tobytes(),
        unit=unit,
        cut_values=tuple(tuple(float(f"{value:.6g}") for value in values) for values in cut_values),
    )


def _flat(root: Mapping[str, Any]) -> tuple[list[tuple[int, float, int, int]], list[float]]:
    """A dumped tree as splits (column, cut, left, right) and leaf values, in LightGBM's own numbers."""
    if "leaf_value" in root:
        return [], [root["leaf_value"]]
    splits: dict[int, tuple[int, float, int, int]] = {}
    leaves: dict[int, float] = {}
    stack = [root]
    while stack:
        node = stack.pop()
        if "leaf_value" in node:
            leaves[node["leaf_index"]] = node["leaf_value"]
            continue
        sides = [node["left_child"], node["right_child"]]
        ends = [~side["leaf_index"] if "leaf_value" in side else side["split_index"] for side in sides]
        splits[node["split_index"]] = (node["split_feature"], node["threshold"], ends[0], ends[1])
        stack += sides
    return [splits[i] for i in range(len(splits))], [leaves[i] for i in range(len(leaves))]
