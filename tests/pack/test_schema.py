"""The JSON Schema of a record is the same whatever Python writes it."""

import json
from inspect import cleandoc

from harvester.pack.schema import record_schema


def test_descriptions_have_no_indentation_which_some_pythons_take_away() -> None:
    said = [part["description"] for part in json.loads(record_schema())["$defs"].values() if "description" in part]
    assert any("\n\n" in description for description in said)
    assert said == [cleandoc(description) for description in said]
