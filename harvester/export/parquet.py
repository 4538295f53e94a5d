"""Parquet: a file for each shard, with the columns of a record as they are, nested. Needs pyarrow (extra `export`)."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from harvester.errors import InputError, StorageError, storage
from harvester.export.source import Shard, Source
from harvester.types import Record, Sidecar

if TYPE_CHECKING:
    import pyarrow

_GROUP_ROWS, _GROUP_BYTES = 1_000, 16 << 20
"""What a row group holds, at most: it lies in memory until it is written."""


def write(source: Source, target: Path) -> None:
    """Write the records of a version, shard by shard."""
    for shard in source.shards:
        _write(target / f"{shard.stem}.parquet", Record, (line for line, _ in source.lines(shard)), shard.data)


def write_both(source: Source, target: Path) -> None:
    """Write records into `data/` and sidecars into `blocks/`."""
    for kind in ("data", "blocks"):
        with storage(target / kind):
            (target / kind).mkdir()
    for shard in source.shards:
        _write(target / f"data/{shard.stem}.parquet", Record, (line for line, _ in source.lines(shard)), shard.data)
        _write(target / f"blocks/{shard.stem}.parquet", Sidecar, _sidecars(shard), shard.blocks)


def _sidecars(shard: Shard) -> Iterator[bytes]:
    from harvester.pack.shards import read_lines

    return read_lines(shard.blocks)


def _write(target: Path, noun: type[msgspec.Struct], lines: Iterator[bytes], origin: Path) -> None:
    arrow = _pyarrow()
    from pyarrow import parquet

    schema = arrow.schema([(field.name, field.type) for field in _type(msgspec.inspect.type_info(noun))])
    decoder = msgspec.json.Decoder()
    with storage(target), parquet.ParquetWriter(target, schema, compression="zstd", use_dictionary=False) as out:
        for group in _groups(lines):
            try:
                rows = [decoder.decode(line) for line in group]
                out.write_batch(arrow.RecordBatch.from_pylist(rows, schema=schema))
            except (msgspec.MsgspecError, arrow.ArrowException) as error:
                raise StorageError(
                    f"{origin}: not as this harvester writes it: {error}; run `harvest verify`"
                ) from error


def _groups(lines: Iterator[bytes]) -> Iterator[list[bytes]]:
    group, size = list[bytes](), 0
    for line in lines:
        group.append(line)
        size += len(line)
        if len(group) >= _GROUP_ROWS or size >= _GROUP_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def _type(info: Any) -> Any:
    """The Arrow type of a noun's field, read off its type as the card's `features` are."""
    arrow = _pyarrow()
    match info:
        case msgspec.inspect.UnionType(types=types):
            return _type(next(kind for kind in types if not isinstance(kind, msgspec.inspect.NoneType)))
        case msgspec.inspect.StructType():
            return arrow.struct([(field.encode_name, _type(field.type)) for field in info.fields])
        case msgspec.inspect.VarTupleType(item_type=item):
            return arrow.list_(_type(item))
        case msgspec.inspect.IntType():
            return arrow.int64()
        case msgspec.inspect.FloatType():
            return arrow.float64()
        case msgspec.inspect.BoolType():
            return arrow.bool_()
        case msgspec.inspect.StrType():
            return arrow.string()
        case msgspec.inspect.NoneType():
            return arrow.null()
    raise TypeError(f"no column type for {info}")


def _pyarrow() -> "pyarrow":
    try:
        import pyarrow
    except ModuleNotFoundError as error:
        raise InputError("pyarrow: not installed; run `pip install 'harvester[export]'`") from error
    return pyarrow
