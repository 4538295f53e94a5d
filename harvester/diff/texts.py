"""How two texts and two sets of metadata differ: words, paragraphs, fields. Pure; bounded, whatever the texts."""

from collections import Counter
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any, Literal

import msgspec

from harvester.extraction.words import words
from harvester.types import Frozen, Record

_MOST_ALIGNED = 20_000
"""Pairs of equal paragraphs up to which two texts are aligned; beyond, they are compared as sets. Aligning 2,000 paragraphs
of which half are the same takes a minute, since it looks at every pair anew for each run it finds."""
_LONGEST = 300
"""Code points of a paragraph or a value that are shown."""


class Paragraph(Frozen):
    """A paragraph that one of the texts has and the other has not, or elsewhere."""

    sign: Literal["+", "-"]
    text: str


class FieldChange(Frozen):
    """A field of a record other than its text, with both values as JSON; long ones are cut."""

    field: str
    before: str
    after: str


def word_changes(old: str, new: str) -> tuple[int, int]:
    """How many words came and how many went, wherever they stand."""
    before, after = Counter(words(old)), Counter(words(new))
    return (after - before).total(), (before - after).total()


def paragraph_changes(old: str, new: str, most: int) -> tuple[tuple[Paragraph, ...], int]:
    """The first `most` paragraphs that differ, in order, and how many more there are."""
    changed = list(_paragraphs(old.split("\n\n"), new.split("\n\n")))
    return tuple(changed[:most]), max(0, len(changed) - most)


def _paragraphs(old: list[str], new: list[str]) -> Iterator[Paragraph]:
    start, end = 0, 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    before, after = Counter(old), Counter(new)
    if sum(number * after[text] for text, number in before.items()) > _MOST_ALIGNED:
        yield from (Paragraph("-", cut(text)) for text in before - after)
        yield from (Paragraph("+", cut(text)) for text in after - before)
        return
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            yield from (Paragraph("-", cut(text)) for text in old[a:b])
            yield from (Paragraph("+", cut(text)) for text in new[c:d])


def field_changes(old: Record, new: Record) -> tuple[FieldChange, ...]:
    """The fields that differ, by dotted name: all but the text, its digest and its Markdown."""
    before, after = (_flat(msgspec.to_builtins(record)) for record in (old, new))
    return tuple(
        FieldChange(key, cut(before.get(key, "null")), cut(after.get(key, "null")))
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key) and key not in ("text", "markdown", "metadata.extraction.sha256")
    )


def _flat(tree: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    flat = dict[str, str]()
    for key, value in tree.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{key}.")
        elif key not in ("text", "markdown"):
            flat[prefix + key] = msgspec.json.encode(value).decode()
    return flat


def cut(text: str) -> str:
    """At most `_LONGEST` code points of it."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
