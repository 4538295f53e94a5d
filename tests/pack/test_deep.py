"""What only a look into the records finds: each fault is planted, and the digests of the manifest are made anew."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from harvester.pack import read_manifest, verify
from harvester.pipeline import build
from harvester.pipeline import verify as verify_path
from harvester.settings import FetchSettings, Settings
from tests.conftest import NOW, PROJECT, Harvest
from tests.pack.making import build_pages, entry_of, page, write_manifest

Row = dict[str, Any]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A version of four records and two failures."""
    folder = tmp_path_factory.mktemp("deep")
    entries = ["- [gone](https://a.example/gone)\n- [empty](empty.html)\n"]
    (folder / "empty.html").touch()
    for name in ("bell", "lamp", "mast", "rope"):
        (folder / f"{name}.html").write_text(
            page(name).replace("<article>", "<nav><a href=/>All pages</a></nav><article>")
        )
        entries.append(f"- [{name}]({name}.html)\n")
    (folder / "INDEX.md").write_text("---\ncorpus: sample\n---\n" + "".join(entries))
    offline = Settings(fetch=FetchSettings(mode="offline"))
    result = build(str(folder / "INDEX.md"), output=folder / "corpus", settings=offline, now=NOW)
    assert result.folder is not None and result.counts.records == 4 and result.counts.failures == 2
    assert result.counts.dropped_words > 0
    return Path(result.folder)


def rows_of(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def write_rows(path: Path, rows: list[Row]) -> None:
    path.write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))


def remade(folder: Path, **counts: object) -> None:
    """Make the manifest state the files as they lie there now, and counts as given."""
    manifest, _ = read_manifest(folder)
    files = tuple(entry_of(folder, file.path) for file in manifest.files)
    changed = msgspec.structs.replace(manifest, files=files, counts=msgspec.structs.replace(manifest.counts, **counts))
    write_manifest(folder, changed)


DATA, BLOCKS = "data/train-00000-of-00001.jsonl", "blocks/train-00000-of-00001.jsonl"


def kept_block(rows: list[Row]) -> Row:
    found: Row = next(block for block in rows[0]["blocks"] if block["kept"])
    return found


def dropped_block(rows: list[Row]) -> Row:
    found: Row = next(block for block in rows[0]["blocks"] if not block["kept"] and block["text"])
    return found


def at(path: str, value: object) -> Callable[[list[Row]], None]:
    """Set a field of the first row."""

    def change(rows: list[Row]) -> None:
        *groups, last = path.split(".")
        target = rows[0]
        for group in groups:
            target = target[group]
        target[last] = value

    return change


def swap_rows(rows: list[Row]) -> None:
    rows[0], rows[1] = rows[1], rows[0]


def say_twice(rows: list[Row]) -> None:
    rows[1] = rows[0]


FAULTS: dict[str, tuple[str, Callable[[list[Row]], None], str]] = {
    "a field of another type": (DATA, at("metadata.title", 5), "not as schema.json says"),
    "a key that is missing": (DATA, lambda rows: rows[0]["metadata"].pop("tags"), "keys are missing"),
    "a key that nobody knows": (DATA, at("metadata.mood", "fair"), "keys are missing"),
    "a row that is no sidecar": (BLOCKS, at("blocks", None), "not as schema.json says"),
    "a text that was changed": (DATA, at("text", "Another text"), "sha256 is not that of its text"),
    "a digest of another text": (DATA, at("metadata.extraction.sha256", "0" * 64), "sha256 is not that of its text"),
    "a span that begins elsewhere": (BLOCKS, lambda rows: kept_block(rows).update(start=1), "the span 1–"),
    "a span that ends within a word": (
        BLOCKS,
        lambda rows: kept_block(rows).update(end=kept_block(rows)["end"] - 1),
        "no paragraph of its text ends",
    ),
    "a kept block with a text": (BLOCKS, lambda rows: kept_block(rows).update(text="x"), "the span 0–"),
    "a kept block that is gone": (
        BLOCKS,
        lambda rows: rows[0].update(blocks=[b for b in rows[0]["blocks"] if b is not kept_block(rows)]),
        "code points",
    ),
    "a dropped block with a span": (BLOCKS, lambda rows: dropped_block(rows).update(start=0), "has a span, or no text"),
    "words in a dropped block": (
        BLOCKS,
        lambda rows: dropped_block(rows).update(text="one two three four five"),
        "dropped_words is",
    ),
    "a wrong word count": (DATA, at("metadata.word_count", 7), "word_count is 7"),
    "wrong kept words": (DATA, at("metadata.extraction.kept_words", 7), "kept_words is 7"),
    "wrong dropped words": (DATA, at("metadata.extraction.dropped_words", 99), "dropped_words is 99"),
    "a flag that the counts lack": (DATA, at("metadata.extraction.low_confidence", True), "low_confidence is 0"),
    "a record of another corpus": (DATA, at("source", "other"), "source is 'other'"),
    "sidecar rows in another order": (BLOCKS, swap_rows, "the sidecar row beside it is of"),
    "a sidecar row too few": (BLOCKS, lambda rows: rows.pop(), "do not line up"),
    "a capture that the list lacks": (
        DATA,
        at("metadata.capture.record_id", "urn:uuid:0"),
        "its record says urn:uuid:0",
    ),
    "a page that is not listed": ("seeds.jsonl", lambda rows: rows.clear(), "does not list"),
    "a page that is listed twice": ("seeds.jsonl", lambda rows: rows.insert(0, dict(rows[0])), "is listed 2 times"),
    "a failure that is gone": ("failures.jsonl", lambda rows: rows.pop(), "gave 0 records and 0 failures"),
    "a failure for another reason": ("failures.jsonl", at("reason", "binary"), "failures_by_reason of binary is 0"),
    "a failure that is none": ("failures.jsonl", at("line", "x"), "failures.jsonl:1: not as schema.json says"),
    "a drop for another reason": (
        BLOCKS,
        lambda rows: dropped_block(rows).update(reason="mood"),
        "by_reason of mood is 0",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found_by_the_deep_look_alone(tmp_path: Path, whole: Path, fault: str) -> None:
    folder = tmp_path / whole.name
    shutil.copytree(whole, folder)
    name, plant, message = FAULTS[fault]
    rows = rows_of(folder / name)
    plant(rows)
    write_rows(folder / name, rows)
    remade(folder)
    assert list(verify(folder)) == []
    found = verify_path(folder, deep=True)
    assert any(message in finding for finding in found), found


@pytest.mark.parametrize(
    ("plant", "message"), [(swap_rows, "records are not sorted by id"), (say_twice, "stands twice")]
)
def test_records_out_of_order_or_twice_are_found(
    tmp_path: Path, whole: Path, plant: Callable[[list[Row]], None], message: str
) -> None:
    folder = tmp_path / whole.name
    shutil.copytree(whole, folder)
    for name in (DATA, BLOCKS):  # both in the same way, so that they line up
        rows = rows_of(folder / name)
        plant(rows)
        write_rows(folder / name, rows)
    remade(folder)
    assert list(verify(folder)) == []
    assert any(message in finding for finding in verify_path(folder, deep=True))


@pytest.mark.parametrize(
    "count",
    [
        "pages",
        "low_confidence",
        "kept_words",
        "dropped_words",
        "failures",
        "failures_by_reason",
        "dropped_words_by_reason",
    ],
)
def test_a_count_that_the_files_do_not_have_is_found(tmp_path: Path, whole: Path, count: str) -> None:
    folder = tmp_path / whole.name
    shutil.copytree(whole, folder)
    manifest, _ = read_manifest(folder)
    stated = getattr(manifest.counts, count)
    remade(folder, **{count: stated + 1 if isinstance(stated, int) else {**stated, "mood": 3}})
    assert list(verify(folder)) == []
    (finding,) = verify_path(folder, deep=True)
    assert finding.startswith("counts: ") and count in finding


@pytest.mark.parametrize("name", [DATA, BLOCKS, "failures.jsonl", "seeds.jsonl"])
@pytest.mark.parametrize("line", [b"\xff\xfe\n", b'{"id": "\xff"}\n', b"[]\n", b"\n", b'{"id": "\\ud800"}\n'])
def test_bytes_that_are_no_row_are_a_finding_not_a_traceback(
    tmp_path: Path, whole: Path, name: str, line: bytes
) -> None:
    folder = tmp_path / whole.name
    shutil.copytree(whole, folder)
    (folder / name).write_bytes(line + (folder / name).read_bytes())
    remade(folder)
    assert verify_path(folder, deep=True) != []


def test_a_shard_without_a_sidecar_is_found(tmp_path: Path, whole: Path) -> None:
    folder = tmp_path / whole.name
    shutil.copytree(whole, folder)
    (folder / BLOCKS).unlink()
    manifest, _ = read_manifest(folder)
    files = tuple(file for file in manifest.files if file.path != BLOCKS)
    write_manifest(folder, msgspec.structs.replace(manifest, files=files))
    assert list(verify(folder)) == []
    assert f"{DATA}: has no sidecar" in verify_path(folder, deep=True)


def test_a_parent_that_was_changed_is_found(tmp_path: Path) -> None:
    build_pages(tmp_path, {"https://a.example/1": page("lamp")})
    folder = Path(build_pages(tmp_path, {"https://a.example/1": page("bell")}).folder or "")
    assert folder.name == "2.0.0" and verify_path(folder, deep=True) == []
    remade(folder.with_name("1.0.0"), pages=1)
    assert verify_path(folder, deep=True) == []  # the same bytes
    remade(folder.with_name("1.0.0"), pages=2)
    (finding,) = verify_path(folder, deep=True)
    assert finding == "parent: the manifest of 1.0.0 is not the one that this version follows"
    shutil.rmtree(folder.with_name("1.0.0"))
    assert verify_path(folder, deep=True) == []  # older versions may go


def test_findings_end_where_everything_is_wrong(tmp_path: Path) -> None:
    names = [f"page{number}" for number in range(120)]
    for name in names:
        (tmp_path / f"{name}.html").write_text(page(name))
    (tmp_path / "INDEX.md").write_text("---\ncorpus: sample\n---\n" + "".join(f"- [{n}]({n}.html)\n" for n in names))
    offline = Settings(fetch=FetchSettings(mode="offline"))
    folder = Path(build(str(tmp_path / "INDEX.md"), output=tmp_path / "corpus", settings=offline).folder or "")
    rows = rows_of(folder / DATA)
    for row in rows:
        row["source"] = "other"
    write_rows(folder / DATA, rows)
    remade(folder)
    assert len(verify_path(folder, deep=True)) == 101


def test_a_whole_version_passes_and_its_records_fit_its_schema(whole: Path, harvest: Harvest) -> None:
    assert verify_path(whole, deep=True) == []
    ran = harvest("verify", whole, "--deep")
    assert ran.returncode == 0 and "every record agrees" in ran.stdout
    schema = json.loads((whole / "schema.json").read_bytes())
    for record in rows_of(whole / DATA):
        jsonschema.validate(record, schema, jsonschema.Draft202012Validator)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**rows_of(whole / DATA)[0], "text": 5}, schema)


def test_a_version_of_pages_of_every_kind_passes(tmp_path: Path) -> None:
    offline = Settings(fetch=FetchSettings(mode="offline"))
    result = build(str(PROJECT / "seeds" / "INDEX.md"), output=tmp_path, settings=offline)
    assert result.folder is not None and verify_path(Path(result.folder), deep=True) == []
