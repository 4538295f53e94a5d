"""What the formats of others are made of: files of JSON, pages below a folder, fields that may hold anything. All untrusted."""

import ast
import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from harvester.decode import to_text, undo_coding
from harvester.errors import InputError, PageError
from harvester.gold.folders import MAX_PAGES
from harvester.gold.read import MAX_PAGE, Problem
from harvester.types import EPOCH

MAX_FILE = 200_000_000
"""Bytes of a file that holds the gold of many pages, at most."""
PLAIN_NAME = re.compile(r"\w[\w.-]{0,200}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def entries_of(file: Path) -> Iterator[tuple[str, str, Any]]:
    """(key, place, value) of a file that is one object, as JSON or as a Python literal. Raises InputError."""
    written = read_page(file.parent, file.name, str(file), MAX_FILE)
    if isinstance(written, Problem):
        raise InputError(str(written))
    text = to_text(written, html=False)
    try:
        if file.suffix == ".py":
            yield from _literal(text, file)
            return
        pairs = json.loads(text, object_pairs_hook=_Pairs)
    except (ValueError, SyntaxError, RecursionError, MemoryError) as error:
        raise InputError(f"{file}: cannot be read: {error}; mend it") from None
    if not isinstance(pairs, _Pairs):
        raise InputError(f"{file}: no object; write it as {{key: …}}")
    for key, value in pairs:
        yield key, f"{file}: {key[:80]}", dict(value) if isinstance(value, _Pairs) else value


class _Pairs(list[tuple[str, Any]]):
    """An object of JSON with every key that it has, also one that stands there twice."""


def _literal(text: str, file: Path) -> Iterator[tuple[str, str, Any]]:
    """The entries of the first dict that the Python source assigns; nothing of it is run."""
    found = next(
        (n.value for n in ast.parse(text).body if isinstance(n, ast.Assign) and isinstance(n.value, ast.Dict)), None
    )
    if found is None:
        raise ValueError("no name in it is given a dict")
    for key, value in zip(found.keys, found.values, strict=True):
        place = f"{file}:{value.lineno}"
        if key is None:
            raise ValueError(f"line {value.lineno}: ** is no literal")
        yield str(ast.literal_eval(key)), place, ast.literal_eval(value)


def read_json(file: Path) -> Any:
    """What a JSON file holds, or why not as a Problem."""
    written = read_page(file.parent, file.name, str(file), MAX_PAGE)
    if isinstance(written, Problem):
        return written
    try:
        return json.loads(to_text(written, html=False))
    except (ValueError, RecursionError) as error:
        return Problem(str(file), None, f"cannot be read as JSON: {error}; mend it")


def read_page(folder: Path, path: str, place: str, limit: int = MAX_PAGE) -> bytes | Problem:
    """The bytes of a file below a folder."""
    from harvester.fetch import load_file

    try:
        return load_file(folder, path, uri="", captured=EPOCH, limit=limit).body
    except PageError as error:
        return Problem(place, None, f"{path[:200]}: {error}")


def read_stored(folder: Path, stem: str, place: str) -> bytes | Problem:
    """The bytes of `STEM.html.gz`, unpacked, or of `STEM.html`."""
    packed = os.path.lexists(folder / f"{stem}.html.gz")
    page = read_page(folder, f"{stem}.html.gz" if packed else f"{stem}.html", place)
    try:
        return undo_coding(page, "gzip", MAX_PAGE) if packed and isinstance(page, bytes) else page
    except PageError as error:
        return Problem(place, None, f"{stem}.html.gz: {error}")


def bad_name(file: Path, name: str) -> Problem:
    return Problem(str(file), None, f"{name[:80]!r} is no name of a page; use letters, digits, . - and _")


def some_of(files: list[Path], path: Path, wanted: str) -> list[Path]:
    if not files:
        raise InputError(f"{path}: no {wanted} in it; name the folder that holds them")
    if len(files) > MAX_PAGES:
        raise InputError(f"{path}: more than {MAX_PAGES:,} pages; name a folder further down")
    return files


def text_of(values: Any, key: str) -> str | None:
    """A text that says something; elsewhere nothing is stated."""
    value = values.get(key) if isinstance(values, dict) else None
    return value.strip() if isinstance(value, str) and value.strip() else None


def first_text(values: Any, *keys: str) -> str | None:
    return next((value for key in keys if (value := text_of(values, key))), None)


def texts_of(values: Mapping[str, Any], key: str) -> tuple[str, ...]:
    listed = values.get(key)
    given = [item.strip() for item in listed if isinstance(item, str)] if isinstance(listed, list | tuple) else []
    return tuple(dict.fromkeys(item for item in given if item))


def day_of(value: Any) -> str | None:
    found = _DAY.match(value) if isinstance(value, str) else None
    return found[0] if found else None


def language_of(value: Any) -> str | None:
    found = re.match(r"[a-zA-Z]{2,3}(?![a-zA-Z])", value) if isinstance(value, str) else None
    return found[0].lower() if found else None


def address_of(value: Any) -> str | None:
    from harvester.index import web_address

    try:
        return web_address(value) if isinstance(value, str) else None
    except InputError:  # an id of their own, or an address that none is
        return None


def names_of(value: Any) -> tuple[str, ...] | None:
    if not isinstance(value, list):
        return None
    names = [person if isinstance(person, str) else text_of(person, "name") for person in value]
    return tuple(name for name in names if name)


def content_type_of(headers: Any) -> str | None:
    pairs = headers.items() if isinstance(headers, dict) else headers if isinstance(headers, list) else ()
    for pair in pairs:
        if isinstance(pair, list | tuple) and len(pair) == 2 and str(pair[0]).lower() == "content-type":
            return str(pair[1])[:200]
    return None
