"""The command `harvest rebuild`."""

from pathlib import Path
from typing import Annotated

import typer

from harvester.cli.options import Json, Quiet, WorkerCount
from harvester.errors import InputError


def rebuild(
    version: Annotated[
        Path, typer.Argument(help="Folder of a version, or of a corpus (then its latest).", metavar="VERSION")
    ],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write the whole version to this new folder.", metavar="DIR")
    ] = None,
    verify: Annotated[bool, typer.Option("--verify", help="Compare only, and put nothing back.")] = False,
    workers: WorkerCount = 1,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make a version again from the archive, and compare it with what its manifest states.

    Files of the version that are missing or damaged are put back where the bytes come out the same.
    Exit code 1 where something differs: the first difference is named, and its cause.

    \b
    harvest rebuild corpus/my-corpus --verify
    harvest rebuild corpus/my-corpus/1.0.0
    harvest rebuild corpus/my-corpus/1.0.0 -o again
    """
    from harvester import pipeline
    from harvester.cli.progress import progress
    from harvester.cli.show import rebuild_summary, to_json
    from harvester.workers import Workers

    if output is not None and verify:
        raise InputError("--output and --verify exclude each other; give one of them")
    with progress(quiet) as report:
        done = pipeline.rebuild(version, output=output, verify=verify, progress=report, workers=Workers(workers))
    print(to_json(done) if json else rebuild_summary(done))
    if not done.same or (output is None and len(done.restored) < len(done.damaged)):
        raise typer.Exit(1)
