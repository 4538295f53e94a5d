"""The README of a version: a Hugging Face dataset card whose figures are counted, not typed. Pure."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec
import yaml

from harvester.pack.manifest import Counts
from harvester.types import Frozen, Record, Sidecar

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"), (10**7, "1M<n<10M"))
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|!~$&])")


class Facts(Frozen):
    """What the card tells of a version beside its counts."""

    name: str
    description: str | None
    license: str | None
    languages: Mapping[str, int]
    """Records by language, `unknown` among them."""
    hosts: Mapping[str, int]
    years: Mapping[str, int]


def card(facts: Facts, counts: Counts) -> bytes:
    """The card as Markdown with YAML front matter."""
    parts = [
        f"---\n{_front_matter(facts, counts)}---\n",
        f"# {plain(facts.name)}\n",
        f"{plain(facts.description)}\n" if facts.description else "",
        "Built by harvester from the pages its index lists: the main text of each page, every dropped block kept\n"
        "beside it with a reason.\n",
        "## Figures\n",
        _table(
            ("", "count"),
            {
                "pages listed": counts.pages,
                "records": counts.records,
                "records flagged for low confidence": counts.low_confidence,
                "pages that failed": counts.failures,
                "words kept": counts.kept_words,
                "words dropped": counts.dropped_words,
            },
        ),
        _section("What was dropped, in words", "reason", counts.dropped_words_by_reason),
        _section("Pages that failed", "reason", counts.failures_by_reason),
        _section("Languages", "language", facts.languages),
        _section("Hosts", "host", facts.hosts),
        _section("Years of publication", "year", facts.years),
        "## Files\n",
        "- `data/`: one record a line: `id, text, source, added, created, markdown, metadata`. `schema.json` describes it.\n"
        "- `blocks/`: line by line beside the shards, every block of the page with its verdict: kept ones by their\n"
        "  span in `text` (code points), dropped ones with their text and the reason.\n"
        "- `failures.jsonl`: every listed page that gave no record, and why.\n"
        "- `manifest.json`: size and sha256 of each file, the recipe, the counts.\n",
        "## Load it\n",
        "```python\n"
        "from datasets import load_dataset\n"
        'records = load_dataset("path/to/this/folder", split="train")\n'
        'blocks = load_dataset("path/to/this/folder", "blocks", split="train")\n'
        "```\n",
        "## Limits\n",
        "The texts belong to their authors; the licence of each, where one is stated, is in `metadata.license`.\n"
        "`metadata.extraction.confidence` is the expected word F1 of the page; of HTML pages it is calibrated.\n",
    ]
    return "\n".join(part for part in parts if part).encode()


def plain(text: str) -> str:
    """Untrusted text as one line of Markdown that renders as that text."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _section(title: str, column: str, counts: Mapping[str, int]) -> str:
    return f"## {title}\n\n{_table((column, 'count'), counts)}" if counts else ""


def _table(head: tuple[str, str], counts: Mapping[str, int], most: int = 50) -> str:
    rows = [f"| {plain(key)} | {value:,} |" for key, value in list(counts.items())[:most]]
    if len(counts) > most:
        rows.append(f"| {len(counts) - most} more | {sum(list(counts.values())[most:]):,} |")
    return "\n".join([f"| {head[0]} | {head[1]} |", "|---|---:|", *rows]) + "\n"


def _front_matter(facts: Facts, counts: Counts) -> str:
    size = next((label for bound, label in _SIZES if counts.records < bound), "n>10M")
    license_id = (facts.license or "").lower()
    header: dict[str, Any] = {
        "pretty_name": facts.name,
        "language": [code for code in facts.languages if re.fullmatch("[a-z]{2,3}", code)],
        "license": license_id if re.fullmatch(r"[a-z0-9.\-]+", license_id) else "other",
        "size_categories": [size],
        "configs": [
            {"config_name": "default", "data_files": [{"split": "train", "path": "data/*.jsonl*"}], "default": True},
            {"config_name": "blocks", "data_files": [{"split": "train", "path": "blocks/*.jsonl*"}]},
        ],
        "dataset_info": [
            {"config_name": "default", "features": features(Record)},
            {"config_name": "blocks", "features": features(Sidecar)},
        ],
    }
    return yaml.safe_dump(header, sort_keys=False, allow_unicode=True, width=120)


def features(noun: type[msgspec.Struct]) -> list[dict[str, Any]]:
    """The columns of a noun as the `datasets` library names them: stated, because a column that is null
    through the first 10 MB would be given the type null."""
    columns: list[dict[str, Any]] = _feature(msgspec.inspect.type_info(noun))["struct"]
    return columns


def _feature(info: Any) -> dict[str, Any]:
    match info:
        case msgspec.inspect.UnionType(types=types):
            return _feature(next(t for t in types if not isinstance(t, msgspec.inspect.NoneType)))
        case msgspec.inspect.StructType():
            return {"struct": [{"name": f.encode_name, **_feature(f.type)} for f in info.fields]}
        case msgspec.inspect.VarTupleType(item_type=msgspec.inspect.StructType() as item):
            return {"list": [{"name": f.encode_name, **_feature(f.type)} for f in item.fields]}
        case msgspec.inspect.VarTupleType(item_type=item):
            return {"list": _feature(item)["dtype"]}
        case msgspec.inspect.IntType():
            return {"dtype": "int64"}
        case msgspec.inspect.FloatType():
            return {"dtype": "float64"}
        case msgspec.inspect.BoolType():
            return {"dtype": "bool"}
        case msgspec.inspect.StrType():
            return {"dtype": "string"}
        case msgspec.inspect.NoneType():
            return {"dtype": "null"}
    raise TypeError(f"no column type for {info}")
