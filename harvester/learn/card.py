"""What comes of learning: weights, weights for each fold, and the card that says how they came about."""

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from harvester.types import Frozen

Model = TypeVar("Model")
Progress = Callable[[str, int, int], None]
"""Is told the stage, how much of it is done, and how much there is."""


def silent(stage: str, done: int, total: int) -> None:
    """No progress."""


class Learned(Frozen, Generic[Model]):
    """A model, and for each fold one that has not seen its pages."""

    model: Model
    folds: tuple[Model, ...]
    scores: tuple[float, ...]
    """Word F1 of each page, judged by the model that has not seen it."""


class FileCard(Frozen):
    """What was taken from one bench file."""

    name: str
    sha256: str
    articles: bool
    """Whether it was given as a file of articles that nobody typed page by page."""
    pages: int
    used: int
    f1: float | None
    """Mean word F1 of the used pages, each judged by weights that had not seen its fold."""


class Card(Frozen):
    """How weights were learned; `pages` gives the fold of each page by the SHA-256 of its source."""

    files: tuple[FileCard, ...]
    by_page_type: Mapping[str, float]
    """Mean word F1 of the pages of a stated type, judged as above."""
    folds: int
    languages_apart: bool
    trees: int
    libraries: Mapping[str, str]
    pages: Mapping[str, int]
