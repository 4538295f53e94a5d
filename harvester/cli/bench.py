"""The command `harvest bench`."""

from pathlib import Path
from typing import Annotated

import typer

from harvester.cli.options import Json, Quiet


def bench(
    files: Annotated[list[Path], typer.Argument(help="Bench files: a page with its gold a line.", metavar="FILE...")],
    vs: Annotated[
        str | None,
        typer.Option(
            "--vs",
            help="Systems to compare with, by commas: trafilatura, resiliparse, readability, justext, newspaper4k; "
            "none and c4 with --flatten; trafilatura, newspaper4k and htmldate with --metadata.  "
            "[default: trafilatura; none,c4 with --flatten; all three with --metadata]",
            metavar="SYSTEMS",
        ),
    ] = None,
    workers: Annotated[int, typer.Option("-w", "--workers", min=1, help="Processes to run pages in.")] = 1,
    sample: Annotated[
        int | None, typer.Option("--sample", min=1, help="Take so many pages of each file, always the same.")
    ] = None,
    flatten: Annotated[
        str,
        typer.Option(
            "--flatten",
            help="Flatten pages to text first, by resiliparse, html-text or inscriptis.",
            metavar="FLATTENER",
        ),
    ] = "none",
    folds: Annotated[
        Path | None,
        typer.Option("--folds", help="Folder `folds` of what `harvest learn` wrote: score its weights.", metavar="DIR"),
    ] = None,
    metadata: Annotated[
        bool, typer.Option("--metadata", help="Compare titles, authors and dates instead of texts.")
    ] = False,
    json: Json = False,
    md: Annotated[bool, typer.Option("--md", help="Print Markdown tables.")] = False,
    quiet: Quiet = False,
) -> None:
    """Score harvester and other systems on pages with gold.

    Word F1, shingle F1, snippets, leakage and CPU time, a file, a page type and a language.
    Other systems than trafilatura need the extra: pip install 'harvester[bench]'.

    \b
    harvest bench pages.jsonl.xz -w 2
    harvest bench news.jsonl forums.jsonl --vs trafilatura,resiliparse --sample 200
    harvest bench pages.jsonl.xz --flatten html-text --json
    harvest bench pages.jsonl.xz --metadata --md
    """
    if metadata:
        _metadata(files, vs, workers, sample, flatten, folds, as_json=json, md=md, quiet=quiet)
        return
    from harvester.cli.bench_tables import bench_tables
    from harvester.cli.progress import progress
    from harvester.cli.show import to_json
    from harvester.judge.bench import bench as measured
    from harvester.judge.folds import Fitted

    flattener = None if flatten == "none" else flatten
    names = (vs or ("none,c4" if flattener else "trafilatura")).split(",")
    with progress(quiet) as report:
        result = measured(
            files,
            vs=[name.strip() for name in names],
            workers=workers,
            sample=sample,
            flattener=flattener,
            fitted=Fitted(folds.parent if folds else None, folds),
            progress=report,
        )
    print(to_json(result) if json else bench_tables(result, markdown=md))
    if not any(file.pages for file in result.files):
        raise typer.Exit(4)


def _metadata(
    files: list[Path],
    vs: str | None,
    workers: int,
    sample: int | None,
    flatten: str,
    folds: Path | None,
    *,
    as_json: bool,
    md: bool,
    quiet: bool,
) -> None:
    from harvester.cli.bench_tables import metadata_tables
    from harvester.cli.progress import progress
    from harvester.cli.show import to_json
    from harvester.errors import InputError
    from harvester.judge.metadata_bench import PEERS, bench_metadata

    if flatten != "none" or folds is not None:
        raise InputError(
            "--metadata: reads pages as they are, with the weights that ship; leave --flatten and --folds out"
        )
    names = [name.strip() for name in vs.split(",")] if vs else PEERS
    with progress(quiet) as report:
        result = bench_metadata(files, vs=names, workers=workers, sample=sample, progress=report)
    print(to_json(result) if as_json else metadata_tables(result, markdown=md))
    if not any(file.pages for file in result.files):
        raise typer.Exit(4)
