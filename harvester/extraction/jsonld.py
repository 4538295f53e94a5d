"""JSON-LD of a page: the items it declares and the one that is the page's main content. Broken JSON is passed over."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_MAX_SCRIPTS, _MAX_CHARACTERS, _MAX_ITEMS, _MAX_DEPTH = 10, 1_000_000, 2_000, 12
_INTO = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "isPartOf")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_WORKS = {"Recipe", "HowTo", "Product", "Event", "Course", "Book", "VideoObject", "JobPosting", "Report"}
_PAGES = {"WebPage", "CollectionPage", "AboutPage", "ItemPage", "ProfilePage", "MedicalWebPage", "QAPage"}

Item = Mapping[str, Any]


def items(scripts: Iterable[str]) -> list[Item]:
    """The objects at the top, in arrays and in `@graph`, and what these are about or part of; in document order."""
    found: list[Item] = []
    left = _MAX_CHARACTERS
    for number, script in enumerate(scripts):
        left -= len(script)
        if number >= _MAX_SCRIPTS or left < 0:
            break
        try:
            # Control characters inside strings are common and harmless; comments around the JSON are old habit.
            value = json.loads(script.strip().removeprefix("<!--").removesuffix("-->").strip(" \n\t;"), strict=False)
            if _SURROGATE.search(script):  # a lone one can be written as an escape; no encoder takes it afterwards
                value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
        except (ValueError, RecursionError):
            continue
        found += _objects(value)
    return found[:_MAX_ITEMS]


def _objects(value: object) -> Iterator[Item]:
    stack = [(value, 0)]
    left = _MAX_ITEMS
    while stack and left:
        current, depth = stack.pop()
        left -= 1
        if depth > _MAX_DEPTH:
            continue
        if isinstance(current, list):
            stack += [(part, depth + 1) for part in reversed(current)]
        elif isinstance(current, dict):
            yield current
            stack += [(current[key], depth + 1) for key in reversed(_INTO) if key in current]


def main_item(found: Iterable[Item]) -> Item:
    """The item that describes the page's content: an article before another work before the page; else empty."""
    ranked = [(rank, item) for item in found if (rank := _rank(item)) is not None]
    return min(ranked, key=lambda pair: pair[0], default=(0, {}))[1]


def is_article(item: Item) -> bool:
    """Whether an item is an article or a post."""
    return _rank(item) == 0


def of_type(found: Iterable[Item], *types: str) -> Item:
    """The first item of one of the types; empty where there is none."""
    return next((item for item in found if not types_of(item).isdisjoint(types)), {})


def types_of(item: Item) -> set[str]:
    """Names of the item's types, without the vocabulary's address."""
    stated = item.get("@type")
    names = stated if isinstance(stated, list) else [stated]
    return {name.rpartition("/")[2].rpartition(":")[2] for name in names if isinstance(name, str)}


def texts(value: object) -> list[str]:
    """The strings in a value: itself, its parts, or the name, value or address of objects."""
    out: list[str] = []
    for part in value[:_MAX_ITEMS] if isinstance(value, list) else [value]:
        if isinstance(part, dict):
            part = next((part[key] for key in ("name", "@value", "url", "@id") if isinstance(part.get(key), str)), None)
        if isinstance(part, str):
            out.append(part)
    return out


def people(value: object, known: Iterable[Item]) -> list[str]:
    """Names of authors; an object that only refers to another is looked up; organisations are left out."""
    by_id = {item["@id"]: item for item in known if isinstance(item.get("@id"), str) and "name" in item}
    out: list[str] = []
    for part in value[:_MAX_ITEMS] if isinstance(value, list) else [value]:
        if isinstance(part, dict):
            refers = "name" not in part and isinstance(part.get("@id"), str)
            person = by_id.get(part["@id"], part) if refers else part
            if any(kind.endswith(("Organization", "Corporation", "Brand")) for kind in types_of(person)):
                continue
            out += texts(person.get("name"))
        elif isinstance(part, str):
            out.append(part)
    return out


def _rank(item: Item) -> int | None:
    types = types_of(item)
    if any(name.endswith(("Article", "BlogPosting", "ForumPosting", "MediaPosting", "Review")) for name in types):
        return 0
    return 1 if types & _WORKS else 2 if types & _PAGES else None
