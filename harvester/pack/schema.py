"""The JSON Schema of a record, read off the types."""

from collections.abc import Mapping
from inspect import cleandoc
from typing import Any

import msgspec

from harvester.types import Record


def record_schema() -> bytes:
    """`schema.json`: what every line of `data/` holds."""
    (schema,), components = msgspec.json.schema_components([Record], ref_template="#/$defs/{name}")
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A record of a harvester corpus",
        **schema,
        "$defs": {name: _undented(component) for name, component in components.items()},
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _undented(component: Mapping[str, Any]) -> dict[str, Any]:
    """With its description as it is meant: from 3.13 on Python takes the indentation of a docstring away by itself."""
    said = {"description": cleandoc(component["description"])} if "description" in component else {}
    return {**component, **said}
