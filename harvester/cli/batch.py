"""The command `harvest batch`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harvester.cli.options import Config, Json, Output, Quiet, Set, settings_from
from harvester.errors import InputError

if TYPE_CHECKING:
    from harvester.batch import BatchResult


def batch(
    lists: Annotated[
        list[str],
        typer.Argument(
            help="WARC or WET files, lists of them (.paths, .txt) or CDXJ indexes (.cdxj), gzipped or not.",
            metavar="LIST...",
        ),
    ],
    output: Output = Path("corpus"),
    name: Annotated[
        str | None,
        typer.Option("--name", help="Name of the corpus; that of the list, if there is one.", metavar="NAME"),
    ] = None,
    prefix: Annotated[
        str, typer.Option("--prefix", help="What goes before the names in lists, such as s3://commoncrawl/.")
    ] = "",
    shards: Annotated[
        str | None,
        typer.Option("--shards", help="Folder or URL for shards; shards/ of the corpus by default.", metavar="DIR"),
    ] = None,
    engine: Annotated[str, typer.Option("--engine", help="Who works: serial, processes or ray.")] = "processes",
    address: Annotated[
        str | None,
        typer.Option("--address", help="A Ray cluster that runs; one of this machine by default.", metavar="HOST:PORT"),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option("-w", "--workers", help="Workers; one a core of this machine by default.", metavar="N", min=1),
    ] = None,
    config: Config = None,
    set_: Set = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Build a corpus version from many WARC or WET files, read where they lie.

    Each file is worked at by itself and becomes a shard; then the shards are merged and packed. Run
    it again after an interruption: shards that are done stay. Files may lie wherever fsspec opens
    them (s3:// needs harvester[s3], gs:// the package gcsfs), but not at http addresses.

    \b
    harvest batch crawl/*.warc.gz --name crawl -w 8
    harvest batch warc.paths.gz --prefix s3://commoncrawl/ --name cc --shards s3://mine/cc
    harvest batch pages.cdxj --prefix /data/
    """
    import os

    from harvester.workers import standing_by

    if name is None and len(lists) > 1:
        raise InputError(f"{len(lists)} lists or files are given: name the corpus with --name")
    settings = settings_from(config, set_)
    workers = workers or os.cpu_count() or 1
    at_once = min(workers, len(lists)) if engine == "processes" else 0
    with standing_by(at_once, "harvester.batch.engines", "serve") as started:
        from harvester.batch import batch as run  # while the processes load the same
        from harvester.batch import engine_named, name_of
        from harvester.cli.progress import progress

        with progress(quiet) as report:
            result = run(
                lists,
                name=name_of(name or lists[0]),
                output=output,
                shards=shards,
                prefix=prefix,
                settings=settings,
                engine=engine_named(engine, address, started),
                workers=workers,
                progress=report,
            )
    from harvester.cli.show import safe, to_json

    for line in map(safe, result.failed):
        print(line, file=sys.stderr)
    print(to_json(result) if json else _summary(result))
    if result.build.version is None:
        raise typer.Exit(4)
    if result.build.failures:
        raise typer.Exit(3)


def _summary(result: "BatchResult") -> str:
    from harvester.cli.show import build_summary, safe

    files = f"{result.inputs:,} files, {result.bytes_in:,} bytes"
    if result.skipped:
        files += f"; {result.skipped:,} done before"
    if result.failed:
        files += f"; {len(result.failed):,} failed"
    first, *rest = build_summary(result.build).split("\n")
    rest = [line for line in rest if not line.startswith("  pages")]
    counts = result.build.counts
    lines = [
        f"  files    {files}",
        f"  pages    {counts.pages:,} taken, {counts.records:,} packed, {counts.failures:,} failed",
    ]
    if result.ignored:
        shown = ", ".join(f"{number:,} {safe(reason)}" for reason, number in list(result.ignored.items())[:8])
        lines.append(f"  ignored  {shown}")
    return "\n".join([first, *lines, *rest])
