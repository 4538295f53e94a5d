"""The JSON Schema of a record, read off the types."""

import msgspec

from harvester.types import Record


def record_schema() -> bytes:
    """`schema.json`: what every line of `data/` holds."""
    (schema,), components = msgspec.json.schema_components([Record], ref_template="#/$defs/{name}")
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A record of a harvester corpus",
        **schema,
        "$defs": components,
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
