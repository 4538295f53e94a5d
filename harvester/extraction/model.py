"""What the judgement rests on besides the page: word lists and what was learned, read from a folder of plain data."""

from collections.abc import Callable, Mapping
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TypeVar

import msgspec

from harvester.errors import InputError
from harvester.extraction import features, line_features, page_type
from harvester.extraction.lexicon import Words, load_words
from harvester.extraction.trees import Forest, Plan, check
from harvester.types import Frozen

_SHIPPED = files("harvester.extraction") / "weights"
_T = TypeVar("_T")


class BlockModel(Frozen, forbid_unknown_fields=True, dict=True):
    """What was learned about the blocks of HTML pages."""

    markup: Mapping[str, tuple[float, float]]
    """For a word of the markup, or `<` and a tag, its log-odds for body: anywhere around a block, and near it."""
    general: Forest
    """Log-odds that a block is body, over `features.COLUMNS`, on pages of every kind."""
    article: Forest
    """The same, on articles."""
    page_type: Forest
    """Log-odds of each of `page_type.TYPES`, over `page_type.COLUMNS`."""
    calibration: tuple[tuple[float, float], ...]
    """Expected F1 and the F1 that held-out pages reached, ascending."""

    @cached_property
    def plan(self) -> Plan:
        """The forests for all pages and for articles, which are asked of the same blocks."""
        return Plan((self.general, self.article))


class Weights(Words):
    """What the judgement of blocks rests on besides the page."""

    blocks: BlockModel
    lines: Forest
    """Log-odds that a line of flat text is body, over `line_features.COLUMNS`."""


@cache
def load_weights(folder: Path | None = None) -> Weights:
    """The weights in a folder, where a file that is missing is the one that ships with the package, as all are by default.

    Raises InputError where a file is broken or over other columns than this version measures.
    """
    return Weights(
        **msgspec.structs.asdict(load_words()),
        blocks=_read(_file(folder, "blocks.json"), BlockModel, _check_blocks),
        lines=_read(
            _file(folder, "lines.json"), Forest, lambda forest: check(forest, line_features.COLUMNS, classes=1)
        ),
    )


def _file(folder: Path | None, name: str) -> Traversable:
    own = folder / name if folder else None
    return own if own and own.is_file() else _SHIPPED / name


def _check_blocks(model: BlockModel) -> None:
    for forest in (model.general, model.article):
        check(forest, features.COLUMNS, classes=1)
    check(model.page_type, page_type.COLUMNS, classes=len(page_type.TYPES))


def _read(file: Traversable, kind: type[_T], check_: Callable[[_T], None]) -> _T:
    try:
        read = msgspec.json.decode(file.read_bytes(), type=kind)
        check_(read)
    except OSError as error:
        raise InputError(
            f"{file}: {error.strerror}: let it be read, or leave it out for the weights that ship"
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
        raise InputError(f"{file}: {error}: learn the weights anew with `harvest learn`") from error
    return read
