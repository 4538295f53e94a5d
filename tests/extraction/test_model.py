"""The weights are plain data over columns that this version measures; others are refused."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harvester.errors import InputError
from harvester.extraction import load_weights
from tests.conftest import PROJECT

SHIPPED = PROJECT / "harvester" / "extraction" / "weights"


def test_a_file_that_is_missing_is_the_one_that_ships(tmp_path: Path) -> None:
    assert load_weights(tmp_path) == load_weights()


def test_the_weights_that_ship_are_small() -> None:
    assert sum(path.stat().st_size for path in SHIPPED.iterdir() if "card" not in path.name) < 1_000_000


def _other_column(forest: dict[str, Any]) -> None:
    forest["columns"][3] = "moon-phase"


def _other_order(forest: dict[str, Any]) -> None:
    forest["columns"][:2] = reversed(forest["columns"][:2])


def _shorter(forest: dict[str, Any]) -> None:
    forest["values"] = forest["values"][:-4]


def _circular(forest: dict[str, Any]) -> None:
    forest["left"] = "AAAA" + forest["left"][4:]


@pytest.mark.parametrize("change", [_other_column, _other_order, _shorter, _circular])
@pytest.mark.parametrize("name", ["blocks.json", "lines.json"])
def test_other_columns_and_broken_trees_are_refused(
    change: Callable[[dict[str, Any]], None], name: str, tmp_path: Path
) -> None:
    found = json.loads((SHIPPED / name).read_bytes())
    change(found["article"] if name == "blocks.json" else found)
    (tmp_path / name).write_text(json.dumps(found), "utf-8")
    with pytest.raises(InputError, match=rf"{name}: the trees are .*learn the weights anew"):
        load_weights(tmp_path)


def test_weights_that_are_no_json_are_refused(tmp_path: Path) -> None:
    (tmp_path / "blocks.json").write_bytes(b"\x80\x04")
    with pytest.raises(InputError, match=r"blocks\.json: "):
        load_weights(tmp_path)
