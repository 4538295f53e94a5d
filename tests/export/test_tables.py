"""Parquet, the Hub's layout, CSV and SQLite, each read by the tools that people read them with."""

import csv
import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from harvester import open_corpus
from harvester.export import export
from harvester.export.csv import cell
from harvester.pack.shards import read_lines
from tests.export.conftest import EVIL


@pytest.fixture
def rows(version: Path) -> list[tuple[str, str]]:
    return [(record.id, record.text) for record in open_corpus(version)]


def raw(version: Path) -> dict[str, dict[str, object]]:
    """The lines of the version as they lie."""
    lines = [json.loads(line) for path in version.glob("data/*") for line in read_lines(path)]
    return {row["id"]: row for row in lines}


def test_pyarrow_reads_the_same_records_nested_as_they_are(version: Path, tmp_path: Path) -> None:
    from pyarrow import dataset

    export(version, "parquet", tmp_path / "out")
    table = dataset.dataset(tmp_path / "out", format="parquet").to_table()
    assert {row["id"]: row for row in table.to_pylist()} == raw(version)


def test_duckdb_and_polars_read_the_parquet_files(version: Path, tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    import duckdb
    import polars

    export(version, "parquet", tmp_path / "out")
    files = f"{tmp_path}/out/*.parquet"
    found = duckdb.sql(f"select id, text, metadata.host from '{files}' order by id").fetchall()
    assert [(str(identifier), text) for identifier, text, _ in found] == rows
    assert "rich.example.org" in [host for _, _, host in found]
    frame = polars.read_parquet(files).sort("id")
    assert list(zip(frame["id"], frame["text"], strict=True)) == rows


def test_the_hub_s_layout_loads_split_by_split_with_its_blocks(
    version: Path, tmp_path: Path, rows: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import datasets

    export(version, "hf", tmp_path / "out")
    records = datasets.load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"))
    blocks = datasets.load_dataset(str(tmp_path / "out"), "blocks", cache_dir=str(tmp_path / "cache"))
    assert sorted(records) == ["test", "train"]
    found = [(row["id"], row["text"]) for split in records.values() for row in split]
    assert sorted(found) == rows
    texts = dict(rows)
    for split in records:
        assert [row["id"] for row in blocks[split]] == [row["id"] for row in records[split]]
        for row in blocks[split]:
            spans = [texts[row["id"]][block["start"] : block["end"]] for block in row["blocks"] if block["kept"]]
            assert "\n\n".join(spans) == texts[row["id"]]
    assert (tmp_path / "out" / "LICENSES.md").read_bytes() == (version / "LICENSES.md").read_bytes()


def test_parquet_without_pyarrow_says_what_to_install(version: Path, tmp_path: Path) -> None:
    code = "import sys; sys.modules['pyarrow'] = None; sys.argv = ['harvest', *sys.argv[1:]]; import harvester.cli as c; c.main()"
    command = [sys.executable, "-c", code, "export", version, "--to", "parquet", "-o", tmp_path / "out"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (
        2,
        "harvest: pyarrow: not installed; run `pip install 'harvester[export]'`\n",
    )
    assert list(tmp_path.iterdir()) == []


def test_csv_gives_every_record_back_to_polars_and_to_python(
    version: Path, tmp_path: Path, rows: list[tuple[str, str]]
) -> None:
    import polars

    export(version, "csv", tmp_path / "out.csv")
    content = (tmp_path / "out.csv").read_bytes()
    assert content.endswith(b'"\r\n') and not content.startswith(b"\xef\xbb\xbf")
    frame = polars.read_csv(tmp_path / "out.csv")
    assert list(zip(frame["id"], frame["text"], strict=True)) == rows
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        found = {row["id"]: row for row in csv.DictReader(file, strict=True)}
    records = {record.id: record for record in open_corpus(version)}
    assert {key: row["text"] for key, row in found.items()} == dict(rows)
    for key, row in found.items():
        assert int(row["word_count"]) == records[key].metadata.word_count
        assert float(row["confidence"]) == records[key].metadata.extraction.confidence
        assert row["url"] == (records[key].metadata.url or "")
        assert row["split"] in ("train", "test")


def test_no_cell_is_a_formula_to_a_spreadsheet(version: Path, tmp_path: Path) -> None:
    for sign in "=+-@\t\r":
        assert cell(f"{sign}1") == f"'{sign}1"
    assert (cell("1=1"), cell(""), cell(None), cell(-1)) == ("1=1", "", None, -1)
    export(version, "csv", tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        cells = [value for row in csv.reader(file) for value in row]
    assert f"'{EVIL}" in cells
    assert not [value for value in cells if value.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_sqlite_holds_records_blocks_and_failures_and_finds_words(
    version: Path, tmp_path: Path, rows: list[tuple[str, str]]
) -> None:
    export(version, "sqlite", tmp_path / "out.sqlite")
    database = sqlite3.connect(f"file:{tmp_path}/out.sqlite?mode=ro", uri=True)
    assert database.execute("pragma integrity_check").fetchone() == ("ok",)
    assert database.execute("pragma foreign_key_check").fetchall() == []
    assert database.execute("select id, text from records order by id").fetchall() == rows
    spans = (
        'select r.text, group_concat(substr(r.text, b.start + 1, b."end" - b.start), char(10, 10) order by b.position)'
    )
    if sqlite3.sqlite_version_info < (3, 44):  # no order within an aggregate; rows come in that of the key
        spans = spans.replace(" order by b.position", "")
    joined = database.execute(f"{spans} from records r join blocks b on b.record_id = r.id where b.kept group by r.id")
    assert all(text == kept for text, kept in joined) and joined.fetchall() == []
    assert database.execute("select name, reason from failures").fetchall() == [("gone.html", "empty")]
    found = database.execute(
        "select r.title from records_fts f join records r on r.rowid = f.rowid where records_fts match 'cotton'"
    )
    assert found.fetchall() == [(EVIL,)]
    metadata = database.execute("select json_extract(metadata, '$.capture.sha256') from records").fetchall()
    assert len({digest for (digest,) in metadata}) == len(rows)
    dropped = database.execute(
        "select count(*) from blocks where not kept and text is null or kept and text is not null"
    )
    assert dropped.fetchone() == (0,)
