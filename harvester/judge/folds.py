"""Weights for a page that they were not fitted on: pages that trained them say nothing about them."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

import msgspec

from harvester.errors import InputError, storage
from harvester.extraction import Weights, load_weights
from harvester.types import Frozen


class _Card(Frozen):
    pages: Mapping[str, int] = {}


class Fitted(Frozen):
    """Where the weights lie (None for those that ship), and one set for each fold, fitted without its pages."""

    weights: Path | None = None
    folds: Path | None = None


@cache
def trained_pages(folder: Path | None) -> Mapping[str, int]:
    """The fold of each page that trained the weights, by the page's sha256, as `card.json` beside them states;
    none where there is no card."""
    card = (folder or files("harvester.extraction") / "weights") / "card.json"
    if not card.is_file():
        return {}
    try:
        with storage(str(card)):
            return msgspec.json.decode(card.read_bytes(), type=_Card).pages
    except msgspec.DecodeError as error:
        raise InputError(f'{card}: {error}: state the training pages as {{"pages": {{"<sha256>": <fold>}}}}') from error


def check_folds(fitted: Fitted) -> None:
    """Raises InputError where the card is broken or the weights of a fold it names are missing."""
    trained = trained_pages(fitted.weights)
    if fitted.folds is not None:
        for folder in (fitted.folds, *(fitted.folds / str(fold) for fold in sorted(set(trained.values())))):
            if not folder.is_dir():
                raise InputError(f"--folds {folder}: no such folder; give one with weights in 0, 1, … for each fold")


def weights_for(sha256: str, fitted: Fitted) -> Weights | None:
    """Weights that have not seen a page; None where there are none."""
    fold = trained_pages(fitted.weights).get(sha256)
    if fold is None:
        return load_weights(fitted.weights)
    return load_weights(fitted.folds / str(fold)) if fitted.folds else None
