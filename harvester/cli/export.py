"""`harvest export`: a version in the format of another tool."""

from pathlib import Path
from typing import Annotated

import typer

from harvester.cli.options import Json, Quiet

Version = Annotated[
    Path, typer.Argument(help="Folder of a version, or of a corpus (then its latest).", metavar="VERSION")
]


def export(
    version: Version,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            help="parquet, hf, dolma, datatrove, csv, txt, tei, vertical, wet, sqlite or bagit.",
            metavar="FORMAT",
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="File or folder to write; NAME-VERSION here if not given.", metavar="PATH"),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an export that stands there.")] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write a version in the format of another tool.

    It is written aside and then put in its place. parquet and hf need the extra: pip install
    'harvester[export]'.

    \b
    harvest export corpus/my-corpus --to parquet
    harvest export corpus/my-corpus/1.0.0 --to sqlite -o pages.sqlite
    harvest export corpus/my-corpus --to txt -o all.txt
    """
    from harvester.cli.progress import progress
    from harvester.cli.show import safe, to_json
    from harvester.export import export as write

    with progress(quiet) as report:
        done = write(version, to, output, force=force, progress=report)
    if json:
        print(to_json(done))
    else:
        print(safe(f"{done.corpus} {done.version}: {done.records:,} records as {done.format} in {done.path}"))
