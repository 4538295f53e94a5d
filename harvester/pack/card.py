"""The README of a version: a Hugging Face dataset card whose figures are counted, not typed. Pure."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from harvester.pack.facts import Facts
from harvester.pack.manifest import Counts
from harvester.pack.markdown import plain, table
from harvester.types import REASONS, Record, Sidecar

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"), (10**7, "1M<n<10M"))


def card(facts: Facts, counts: Counts) -> bytes:
    """The card as Markdown with YAML front matter."""
    parts = [
        f"---\n{_front_matter(facts, counts)}---\n",
        f"# {plain(facts.name)}\n",
        f"{plain(facts.description)}\n" if facts.description else "",
        "Built by harvester from the pages its index lists: the main text of each page, every dropped block kept\n"
        "beside it with a reason.\n",
        "## Figures\n",
        table(("", "count"), _figures(facts, counts)),
        _section("Splits", "split", facts.splits) + _SPLITS if len(facts.splits) > 1 else "",
        _section("Languages", "language", facts.languages),
        _section("Hosts", "host", facts.hosts),
        _section("Years of publication", "year", facts.years),
        _licenses(facts),
        _section("What was dropped of the pages, in words", "reason", counts.dropped_words_by_reason),
        _failures(counts),
        _section("Confidence", "expected word F1 of the page", facts.confidence),
        _USE,
        _load(facts),
        _limits(facts, counts),
    ]
    return "\n".join(part for part in parts if part).encode()


_SPLITS = (
    "\nThe registered domain of a page decides its split: no site stands in two, and none moves when others come.\n"
)

_USE = """\
## Files

- `data/`: one record a line: `id, text, source, added, created, markdown, metadata`. `schema.json` describes it.
- `blocks/`: line by line beside the shards, every block of the page with its verdict: kept ones by their
  span in `text` (code points), dropped ones with their text and the reason.
- `failures.jsonl`: every listed page that gave no record, and why.
- `seeds.jsonl`: every listed page as the index lists it, and the capture it was read from.
- `LICENSES.md`: which licence how many records of which host state.
- `manifest.json`: size and sha256 of each file, the recipe, the counts. `croissant.json` (Croissant 1.1) and
  `datapackage.json` (Data Package) describe the same files for other tools.
"""


def _figures(facts: Facts, counts: Counts) -> list[tuple[str | int, ...]]:
    rows: list[tuple[str | int, ...]] = [
        ("pages listed", counts.pages),
        ("records", counts.records),
        ("records flagged for low confidence", counts.low_confidence),
        ("pages that failed", counts.failures),
        ("words kept", counts.kept_words),
        ("words dropped", counts.dropped_words),
        ("hosts", len(facts.hosts.keys() - {"no host"})),
        ("languages", len(facts.languages.keys() - {"unknown"})),
    ]
    return [*rows, ("records that repeat another", facts.duplicates)] if facts.duplicates else rows


def _section(title: str, column: str, counts: Mapping[str, int]) -> str:
    return f"## {title}\n\n{table((column, 'count'), [(plain(k), n) for k, n in counts.items()])}" if counts else ""


def _failures(counts: Counts) -> str:
    rows: list[tuple[str | int, ...]] = [
        (reason, plain(REASONS.get(reason, "")), n) for reason, n in counts.failures_by_reason.items()
    ]
    return f"## Pages that failed\n\n{table(('reason', 'meaning', 'count'), rows)}" if rows else ""


def _licenses(facts: Facts) -> str:
    stating = sum(records for stated, records in facts.licenses.items() if stated.license)
    kinds = len({stated.license for stated in facts.licenses} - {""})
    return (
        "## Licences\n\n"
        f"{stating:,} of {sum(facts.licenses.values()):,} records state a licence, {kinds:,} different ones in all;\n"
        "`LICENSES.md` says which, host by host. The texts belong to their authors; nobody has checked what pages state.\n"
    )


def _load(facts: Facts) -> str:
    splits = "\n".join(
        f'{name if name.isidentifier() else "records"} = load_dataset("path/to/this/folder", split="{name}")'
        for name in facts.splits
    )
    return (
        "## Load it\n\n```python\nfrom datasets import load_dataset\n"
        f'{splits}\nblocks = load_dataset("path/to/this/folder", "blocks", split="{next(iter(facts.splits))}")\n```\n'
    )


def _limits(facts: Facts, counts: Counts) -> str:
    unlicensed = sum(records for stated, records in facts.licenses.items() if not stated.license)
    of = f"of {counts.records:,} records"
    return (
        "## Limits\n\n"
        f"- {facts.years.get('unknown', 0):,} {of} have no date of publication, {facts.languages.get('unknown', 0):,} no\n"
        f"  language, {unlicensed:,} no licence, {facts.hosts.get('no host', 0):,} no host.\n"
        f"- {facts.cut:,} were cut at a limit of size (`metadata.truncated`).\n"
        f"- {facts.opted_out:,} come from pages that ask those who mine text to keep off (`metadata.capture.opt_out`).\n"
        "- `metadata.extraction.confidence` is the expected word F1 of the page; of HTML pages it is calibrated. A text of\n"
        "  low confidence may lack parts of the page's body, or hold parts that are none.\n"
        "- Titles, people and dates are what pages state; `metadata.sources` says where each comes from.\n"
        "- Texts hold whatever their authors wrote, names of people among it.\n"
    )


def _front_matter(facts: Facts, counts: Counts) -> str:
    import yaml  # which takes long to load, and no worker needs it

    size = next((label for bound, label in _SIZES if counts.records < bound), "n>10M")
    license_id = (facts.license or "").lower()
    header: dict[str, Any] = {
        "pretty_name": facts.name,
        "language": [code for code in facts.languages if re.fullmatch("[a-z]{2,3}", code)],
        "license": license_id if re.fullmatch(r"[a-z0-9.\-]+", license_id) else "other",
        "size_categories": [size],
        "task_categories": ["text-generation"],
        "tags": ["harvester", "croissant"],
        "configs": [
            {"config_name": "default", "data_files": _data_files("data", facts), "default": True},
            {"config_name": "blocks", "data_files": _data_files("blocks", facts)},
        ],
        "dataset_info": [
            {"config_name": "default", "features": features(Record)},
            {"config_name": "blocks", "features": features(Sidecar)},
        ],
    }
    return yaml.safe_dump(header, sort_keys=False, allow_unicode=True, width=120)


def _data_files(kind: str, facts: Facts) -> list[dict[str, str]]:
    return [{"split": split, "path": f"{kind}/{split}-*.jsonl*"} for split in facts.splits]


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
