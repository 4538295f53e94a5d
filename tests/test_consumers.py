"""A version loads as it is in the tools people use, each the real package."""

import json
import shutil
import subprocess
from pathlib import Path

import jsonschema
import pytest

from harvester import build, open_corpus
from harvester.settings import PackSettings, Settings
from tests.conftest import NOW

PARAGRAPH = "The keeper climbs the forty steps before sunset and trims the wick of the lamp at the end of the pier."


@pytest.fixture(scope="module", params=["none", "gzip", "zstd"])
def version(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("consumers")
    (folder / "bare.txt").write_text(f"{PARAGRAPH}\n")
    (folder / "breaks.txt").write_text(f"First line here.\u2028 {PARAGRAPH}\u0085 Next.\u2029 Last one.\n")
    (folder / "rich.html").write_text(
        "<html lang=en><head><title>Rich</title><meta name=author content='Ada Example'>"
        "<meta property='article:published_time' content='2025-05-06'></head>"
        f"<body><article><h1>Rich</h1><p>{PARAGRAPH}</p><p>{PARAGRAPH[::-1]} and more of it.</p></article></body></html>"
    )
    (folder / "INDEX.md").write_text(
        "---\ncorpus: sample\n---\n- [bare](bare.txt)\n- [breaks](breaks.txt) - a note\n  - tags: a, b\n- [rich](rich.html)\n"
    )
    result = build(
        str(folder / "INDEX.md"),
        output=folder / "corpus",
        settings=Settings(pack=PackSettings(compression=request.param, shard_bytes=1500)),
        now=NOW,
    )
    assert result.folder is not None and result.counts.records == 3, result.failures
    return Path(result.folder)


@pytest.fixture
def expected(version: Path) -> list[tuple[str, str]]:
    return [(record.id, record.text) for record in open_corpus(version)]


plain = pytest.mark.parametrize("version", ["none"], indirect=True)


def test_datasets_loads_records_and_blocks_from_the_folder(
    version: Path, expected: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import datasets

    rows = datasets.load_dataset(str(version), split="train", cache_dir=str(tmp_path))
    assert [(row["id"], row["text"]) for row in rows] == expected
    assert rows.features["metadata"]["authors"] == datasets.List(datasets.Value("string"))
    authors = {row["metadata"]["title"]: row["metadata"]["authors"] for row in rows}
    assert authors["Rich"] == ["Ada Example"]
    blocks = datasets.load_dataset(str(version), "blocks", split="train", cache_dir=str(tmp_path))
    for row, (identifier, text) in zip(blocks, expected, strict=True):
        assert row["id"] == identifier
        spans = [text[block["start"] : block["end"]] for block in row["blocks"] if block["kept"]]
        assert "\n\n".join(spans) == text


def test_duckdb_reads_the_shards(version: Path, expected: list[tuple[str, str]]) -> None:
    import duckdb

    rows = duckdb.sql(
        f"select id, text, metadata.seed.tags as tags from read_json('{version}/data/*', format='newline_delimited') order by id"
    ).fetchall()
    assert [(str(identifier), text) for identifier, text, _ in rows] == expected
    assert ["a", "b"] in [tags for _, _, tags in rows]


def test_polars_reads_the_shards(version: Path, expected: list[tuple[str, str]]) -> None:
    import polars

    frame = polars.concat(
        [polars.read_ndjson(path, infer_schema_length=None) for path in sorted(version.glob("data/*"))],
        how="diagonal_relaxed",
    )
    assert list(zip(frame["id"], frame["text"], strict=True)) == expected


def test_pandas_reads_the_shards(version: Path, expected: list[tuple[str, str]]) -> None:
    import pandas

    frames = [pandas.read_json(path, lines=True) for path in sorted(version.glob("data/*"))]
    frame = pandas.concat(frames)
    assert list(zip(frame["id"], frame["text"], strict=True)) == expected


@plain
@pytest.mark.skipif(shutil.which("jq") is None, reason="needs jq (Debian package jq)")
def test_jq_reads_the_shards(version: Path, expected: list[tuple[str, str]]) -> None:
    shards = sorted(version.glob("data/*.jsonl"))
    run = subprocess.run(["jq", "-c", "[.id, .text]", *shards], capture_output=True, text=True, check=True)
    assert [tuple(json.loads(line)) for line in run.stdout.split("\n") if line] == expected


@plain
def test_a_reader_in_the_manner_of_dolma_and_datatrove_finds_its_keys(
    version: Path, expected: list[tuple[str, str]]
) -> None:
    rows = []
    for path in sorted(version.glob("data/*.jsonl")):
        with path.open(encoding="utf-8", newline="\n") as file:
            for line in file:
                # str.splitlines() takes U+2028 and U+0085 for line ends: none may stand in a line as it is
                assert len(line.splitlines()) == 1
                rows.append(json.loads(line))
    assert [(row["id"], row["text"]) for row in rows] == expected
    for row in rows:
        assert {"id", "text", "source", "added", "created", "metadata"} <= row.keys()
        assert row["source"] == "sample" and isinstance(row["metadata"], dict)


@plain
def test_every_row_has_the_same_keys_and_fits_the_published_schema(version: Path) -> None:
    schema = json.loads((version / "schema.json").read_text())
    validator = jsonschema.Draft202012Validator(schema)
    shapes = set()
    for path in sorted(version.glob("data/*.jsonl")):
        for line in path.read_bytes().split(b"\n")[:-1]:
            row = json.loads(line)
            validator.validate(row)
            shapes.add((tuple(row), tuple(row["metadata"]), tuple(row["metadata"]["seed"])))
    assert len(shapes) == 1
