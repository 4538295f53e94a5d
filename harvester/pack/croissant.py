"""`croissant.json` of a version: Croissant 1.1 (http://mlcommons.org/croissant/1.1), read off the types. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from harvester.pack.facts import Facts
from harvester.pack.shards import FileEntry
from harvester.types import EPOCH, Record

# The context that the specification gives, whole: readers compare it key by key.
_CR = (
    "arrayShape citeAs column containedIn equivalentProperty extract field fileObject fileProperty fileSet format includes "
    "isArray isLiveDataset jsonPath key md5 parentField path recordSet references regex repeated replace samplingRate "
    "separator source subField transform"
)
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    **{name: f"cr:{name}" for name in _CR.split()},
}

_SET = "shards"
_LINES = "application/jsonlines"
_PACKED = {".gz": "application/gzip", ".zst": "application/zstd"}


def croissant(version: str, facts: Facts, files: Sequence[FileEntry]) -> bytes:
    """The description of a version whose files are given.

    It states no `url`, no `creator` and no `citeAs`: nothing that the program knows says them. `datePublished` is the
    day of the newest capture, because no clock enters a version. Lists of objects (`footnotes`, `sources`,
    `seed.attributes`) are no fields: Croissant takes one value, or a list of plain ones, out of a JSON object.
    """
    shards = sorted((file for file in files if file.path.startswith("data/")), key=lambda file: file.path)
    document: dict[str, Any] = {
        "@context": dict(sorted(_CONTEXT.items())),
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": facts.name,
        "description": facts.description or f"{facts.name}: the main text of web pages, built by harvester.",
        "version": version,
    }
    if facts.license:
        document["license"] = facts.license
    if facts.newest > EPOCH:
        document["datePublished"] = facts.newest[:10]
    if languages := [language for language in facts.languages if language != "unknown"]:
        document["inLanguage"] = languages
    document["distribution"] = [
        *map(_file, shards),
        {"@type": "cr:FileSet", "@id": _SET, "name": _SET, "encodingFormat": _formats(shards[0]), "includes": "data/*"},
    ]
    document["recordSet"] = [_splits(facts), _records()]
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _formats(file: FileEntry) -> str | list[str]:
    packed = next((kind for suffix, kind in _PACKED.items() if file.path.endswith(suffix)), None)
    return [_LINES, packed] if packed else _LINES


def _file(file: FileEntry) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path,
        "contentUrl": file.path,
        "contentSize": f"{file.stored_bytes} B",
        "encodingFormat": _formats(file),
        "sha256": file.stored_sha256,
    }


def _splits(facts: Facts) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": "splits",
        "name": "splits",
        "dataType": "cr:Split",
        "key": {"@id": "splits/name"},
        "field": [{"@type": "cr:Field", "@id": "splits/name", "name": "name", "dataType": "sc:Text"}],
        "data": [{"splits/name": split} for split in facts.splits],
    }


def _records() -> dict[str, Any]:
    split = {
        "@type": "cr:Field",
        "@id": "records/split",
        "name": "split",
        "dataType": "sc:Text",
        "references": {"field": {"@id": "splits/name"}},
        "source": {
            "fileSet": {"@id": _SET},
            "extract": {"fileProperty": "fullpath"},
            "transform": {"regex": "data/([a-z0-9_]+)-.*"},
        },
    }
    return {
        "@type": "cr:RecordSet",
        "@id": "records",
        "name": "records",
        "key": {"@id": "records/id"},
        "field": [split, *_fields(msgspec.inspect.type_info(Record), ())],
    }


def _fields(info: Any, path: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for field in info.fields:
        here, kind = (*path, field.encode_name), field.type
        if isinstance(kind, msgspec.inspect.UnionType):
            kind = next(t for t in kind.types if not isinstance(t, msgspec.inspect.NoneType))
        if isinstance(kind, msgspec.inspect.StructType):
            yield from _fields(kind, here)
            continue
        many = isinstance(kind, msgspec.inspect.VarTupleType)
        name = _TYPES.get(type(kind.item_type if many else kind))
        if name is None:
            continue
        source: dict[str, Any] = {"fileSet": {"@id": _SET}, "extract": {"column": here[0]}}
        if here[1:]:
            source["transform"] = {"jsonPath": ".".join(here[1:])}
        described: dict[str, Any] = {
            "@type": "cr:Field",
            "@id": f"records/{'.'.join(here)}",
            "name": ".".join(here),
            "dataType": name,
        }
        yield {**described, **({"isArray": True, "arrayShape": "-1"} if many else {}), "source": source}


_TYPES: dict[type, str] = {
    msgspec.inspect.StrType: "sc:Text",
    msgspec.inspect.IntType: "sc:Integer",
    msgspec.inspect.FloatType: "sc:Float",
    msgspec.inspect.BoolType: "sc:Boolean",
}
