"""Weights for a page that they were not fitted on: pages that trained them say nothing about them."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

import msgspec

from harvester.errors import InputError, storage
from harvester.extraction import Weights, load_weights
from harvester.types import Frozen

Model = Literal["blocks", "lines"]
"""What judges a page: `blocks.json` HTML, `lines.json` flat text; each has a card beside it."""
_SHIPPED = files("harvester.extraction") / "weights"


class _Card(Frozen):
    pages: Mapping[str, int] = {}


class Fitted(Frozen):
    """Where the weights lie (None for those that ship), and one set for each fold, fitted without its pages."""

    weights: Path | None = None
    folds: Path | None = None


@cache
def trained_pages(folder: Path | None, model: Model) -> Mapping[str, int]:
    """The fold of each page that trained a model, by the page's sha256, as the card beside it states; none where there is
    no card. The model is the one that ships where the folder has none, as for `load_weights`."""
    own = folder is not None and (folder / f"{model}.json").is_file()
    card = (folder if folder and own else _SHIPPED) / f"{model}-card.json"
    if not card.is_file():
        return {}
    try:
        with storage(str(card)):
            return msgspec.json.decode(card.read_bytes(), type=_Card).pages
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(f'{card}: {error}: state the training pages as {{"pages": {{"<sha256>": <fold>}}}}') from error


def check_folds(fitted: Fitted, model: Model) -> None:
    """Raises InputError where the card is broken or does not belong to the folds: each that it names needs its own file,
    for what is missing would be the weights that ship, which may have seen the page."""
    trained = trained_pages(fitted.weights, model)
    if fitted.folds is None:
        return
    if not fitted.folds.is_dir():
        raise InputError(f"--folds {fitted.folds}: no such folder; give `folds` of what `harvest learn` wrote")
    if not trained:
        raise InputError(f"--folds {fitted.folds}: no {model}-card.json beside it; `harvest learn {model}` writes both")
    for fold in sorted(set(trained.values())):
        file = fitted.folds / str(fold) / f"{model}.json"
        if not file.is_file():
            raise InputError(f"--folds {file}: no such file; give `folds` of what `harvest learn {model}` wrote")


def weights_for(sha256: str, fitted: Fitted, model: Model) -> Weights | None:
    """Weights that have not seen a page; None where there are none."""
    fold = trained_pages(fitted.weights, model).get(sha256)
    if fold is None:
        return load_weights(fitted.weights)
    return load_weights(fitted.folds / str(fold)) if fitted.folds else None
