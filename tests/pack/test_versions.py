"""How a version's number moves, and what verify finds."""

from pathlib import Path

import msgspec
import pytest

from harvester.errors import StorageError
from harvester.pack import Version, to_line, verify, versions
from harvester.pack.manifest import Bump, bump
from harvester.pack.shards import ShardWriter, read_lines
from harvester.types import Footnote

Rows = list[tuple[str, bytes]]
A, B, C = ("a", b"1"), ("b", b"2"), ("c", b"3")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([A, B], [A, B], "patch"),
        ([A], [A, B], "minor"),
        ([B], [A, B, C], "minor"),
        ([], [A], "minor"),
        ([A, B], [A], "major"),
        ([A, B], [B], "major"),
        ([A], [("a", b"changed")], "major"),
        ([A], [B], "major"),
        ([A, C], [A, B, ("c", b"changed")], "major"),
        ([A], [], "major"),
    ],
)
def test_the_number_moves_by_what_happened_to_the_records(old: Rows, new: Rows, expected: Bump) -> None:
    assert bump(iter(old), iter(new)) == expected


def test_numbers_count_as_numbers_not_as_text(tmp_path: Path) -> None:
    for name in ("1.0.0", "1.10.0", "1.9.0", "archive", "01.0.0", "1.0", ".building"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").touch()
    (tmp_path / "9.9.9").mkdir()  # without a manifest it is no version
    assert [str(version) for version in versions(tmp_path)] == ["1.0.0", "1.9.0", "1.10.0"]
    assert str(Version(1, 9, 3).next("minor")) == "1.10.0"
    assert str(Version(1, 9, 3).next("major")) == "2.0.0"
    assert str(Version(1, 9, 3).next("patch")) == "1.9.4"


@pytest.mark.parametrize("compression", ["none", "gzip", "zstd"])
def test_shards_roll_over_and_read_back_with_rows_lined_up(tmp_path: Path, compression: str) -> None:
    writer = ShardWriter(tmp_path, compression=compression, shard_bytes=100)  # type: ignore[arg-type]
    rows = [(b'{"id":"%05d"}\n' % i, b'{"id":"%05d","blocks":[]}\n' % i) for i in range(50)]
    for record, sidecar in rows:
        writer.write(record, sidecar)
    files = writer.finish()
    data = sorted(file.path for file in files if file.path.startswith("data/"))
    assert len(data) == 8 and data[0].startswith("data/train-00000-of-00008.jsonl")
    assert [line + b"\n" for name in data for line in read_lines(tmp_path / name)] == [record for record, _ in rows]
    blocks = [name.replace("data/", "blocks/") for name in data]
    for one, other in zip(data, blocks, strict=True):
        assert len(list(read_lines(tmp_path / one))) == len(list(read_lines(tmp_path / other)))
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_a_compressed_shard_that_is_cut_is_an_error(tmp_path: Path, compression: str) -> None:
    writer = ShardWriter(tmp_path, compression=compression, shard_bytes=10**6)  # type: ignore[arg-type]
    writer.write(b"x" * 5000 + b"\n", b"y\n")
    name = next(file.path for file in writer.finish() if file.path.startswith("data/"))
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(content[:-5])
    with pytest.raises(StorageError, match=name):
        list(read_lines(tmp_path / name))


def test_verify_without_a_manifest_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"manifest\.json"):
        list(verify(tmp_path))


def test_no_reader_can_take_a_character_for_a_line_end() -> None:
    line = to_line(Footnote("1", "a\u2028b\u2029c\x85d"))
    assert len(line.decode().splitlines()) == 1
    assert msgspec.json.decode(line, type=Footnote) == Footnote("1", "a\u2028b\u2029c\x85d")
