"""The committed file that gold pages are held to: what they must reach, what they reached last, and of which bytes that is.

TOML, a page a line, so that a change of it reads well in a review. `harvest check --update` writes it.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from harvester.errors import InputError, storage
from harvester.types import Frozen

FORMAT = 1
_MOST_BYTES = 100_000_000
_HEAD = """\
# What the gold pages must reach: floors, and of each page the scores of the last accepted run and the digests of its bytes.
# `harvest check --update` writes this file. Floors rise by themselves; one sinks only with --allow-regression REASON.
# To hold a page to a floor of its own, write its name below [floors.pages] = 0.0 and update.
"""


class Pin(Frozen):
    """A page as it was last accepted."""

    page: str
    """SHA-256 of its bytes."""
    gold: str
    """SHA-256 of its gold."""
    f1: float | None = None
    """Of words, four places, as the others; None where the gold has no body."""
    precision: float | None = None
    recall: float | None = None
    shingle_f1: float | None = None
    failed: str = ""
    missing: tuple[str, ...] = ()
    leaked: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    """Fields."""
    known: tuple[str, ...] = ()
    """Digests of the blocks that were judged otherwise than the gold says."""


class Levels(Frozen):
    """Mean word F1 to be reached: of all pages, by host, kind, language; and by page."""

    all: float = 0.0
    hosts: Mapping[str, float] = {}
    kinds: Mapping[str, float] = {}
    languages: Mapping[str, float] = {}
    pages: Mapping[str, float] = {}


class Regression(Frozen):
    """A fall that was let pass."""

    reason: str
    sank: tuple[str, ...]


class Floors(Frozen):
    """All that the file holds."""

    format: int = FORMAT
    made_with: Mapping[str, str] = {}
    """For information: the recipe's fingerprint, and the versions that were accepted."""
    floors: Levels = Levels()
    pages: Mapping[str, Pin] = {}
    regressions: tuple[Regression, ...] = ()


def read_floors(path: Path) -> Floors | None:
    """What the file says; None where there is none. Raises InputError for one that must be mended, StorageError."""
    written = written_floors(path)
    return None if written is None else parse_floors(path, written)


def written_floors(path: Path) -> bytes | None:
    """The bytes of the file, as far as may be read; None where there is none. Raises StorageError."""
    with storage(path):
        try:
            with path.open("rb") as file:
                return file.read(_MOST_BYTES + 1)
        except FileNotFoundError:
            return None


def parse_floors(path: Path, data: bytes) -> Floors:
    """What the bytes of the file say. Raises InputError."""
    try:
        if len(data) > _MOST_BYTES:
            raise ValueError("it is too large")
        tree = tomllib.loads(data.decode("utf-8"))
        floors = msgspec.convert(tree, Floors)
        strange = tree.keys() - Floors.__struct_fields__
        strange |= tree.get("floors", {}).keys() - Levels.__struct_fields__
        if strange:
            raise ValueError(f"unknown key `{min(strange)}`")
    except (
        ValueError,
        RecursionError,
        msgspec.ValidationError,
    ) as error:  # TOMLDecodeError and Unicode are ValueErrors
        raise InputError(f"{path}: no file of floors: {error}; mend it, or take it back from version control") from None
    if floors.format != FORMAT:
        raise InputError(
            f"{path}: format {floors.format}, and this harvester reads {FORMAT}; use the one that wrote it"
        )
    return floors


def write_floors(path: Path, floors: Floors) -> bool:
    """Write the file whole or not at all, if it says something else; whether it did. Raises StorageError."""
    from harvester.archive import write_atomic

    text = to_toml(floors)
    with storage(path):
        if path.is_file() and path.read_bytes() == text.encode():
            return False
        write_atomic(path, text.encode())
    return True


def to_toml(floors: Floors) -> str:
    """The file's text; the same floors give the same."""
    lines = [_HEAD, f"format = {floors.format}", "", "[made_with]"]
    lines += [f"{_value(key)} = {_value(value)}" for key, value in sorted(floors.made_with.items())]
    lines += ["", "[floors]", f"all = {floors.floors.all}"]
    for part in ("hosts", "kinds", "languages", "pages"):
        levels: Mapping[str, float] = getattr(floors.floors, part)
        if levels:
            lines += ["", f"[floors.{part}]", *(f"{_value(key)} = {value}" for key, value in sorted(levels.items()))]
    lines += ["", "[pages]", *(f"{_value(name)} = {_pin(pin)}" for name, pin in sorted(floors.pages.items()))]
    for fall in floors.regressions:
        lines += ["", "[[regressions]]", f"reason = {_value(fall.reason)}", f"sank = {_value(fall.sank)}"]
    return "\n".join(lines) + "\n"


def _pin(pin: Pin) -> str:
    values = {name: getattr(pin, name) for name in ("f1", "precision", "recall", "shingle_f1", "failed", "missing")}
    values |= {name: getattr(pin, name) for name in ("leaked", "wrong", "known", "page", "gold")}
    stated = {name: value for name, value in values.items() if value not in (None, "", ())}
    return "{ " + ", ".join(f"{name} = {_value(value)}" for name, value in stated.items()) + " }"


def _value(value: object) -> str:
    """A JSON string, number or list is one of TOML too, but for DEL, which TOML wants escaped."""
    return msgspec.json.encode(_encodable(value)).decode().replace("\x7f", "\\u007f")


def _encodable(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    return [_encodable(item) for item in value] if isinstance(value, tuple | list) else value


def default_path(root: Path) -> Path:
    """Where the floors of a gold root lie: in it."""
    return Path(os.path.normpath(root)) / "floors.toml"
