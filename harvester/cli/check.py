"""The command `harvest check`."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harvester.cli.options import Config, Json, Quiet, Set, settings_from
from harvester.errors import GateFailed, InputError, storage

if TYPE_CHECKING:
    from harvester.gate import Report


def check(
    target: Annotated[
        Path,
        typer.Argument(help="Folder of gold pages, of a version, or of a corpus (then its latest).", metavar="TARGET"),
    ] = Path("seeds/gold"),
    floors: Annotated[
        Path | None,
        typer.Option("--floors", help="File of floors.  [default: floors.toml in TARGET]", metavar="FILE"),
    ] = None,
    update: Annotated[
        bool, typer.Option("--update", help="Pin pages and scores as they are, raise floors; nothing may sink.")
    ] = False,
    allow_regression: Annotated[
        str | None,
        typer.Option("--allow-regression", help="Update though something got worse, and keep why.", metavar="REASON"),
    ] = None,
    workers: Annotated[int, typer.Option("-w", "--workers", min=1, help="Processes to run pages in.")] = 1,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Extract every page, and keep no score.")] = False,
    junit: Annotated[Path | None, typer.Option("--junit", help="Write JUnit XML to it.", metavar="FILE")] = None,
    md: Annotated[
        Path | None, typer.Option("--md", help="Write Markdown for a job summary or a comment to it.", metavar="FILE")
    ] = None,
    against: Annotated[
        str | None,
        typer.Option("--against", help="Version to hold a version against.  [default: its parent]", metavar="VERSION"),
    ] = None,
    deep: Annotated[
        bool, typer.Option("--deep", help="Of a version: all that `harvest verify --deep` looks at.")
    ] = False,
    config: Config = None,
    set_: Set = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Hold pages with gold to their floors, or a version to its limits, and fail when it got worse.

    Scores every page against its gold: words, shingles, snippets, boilerplate, metadata. Compares
    them with floors and with the last accepted run. Leaves with 1 for findings, and with 2 for
    pages or gold that are not those that the floors are of. Fetches nothing.

    Of a version: its bytes, duplicates, languages, empty and short texts, confidence, failures and
    repeated lines against the limits of `[check]`; against its parent, hosts that shrank or
    drifted beyond chance.

    \b
    harvest check
    harvest check seeds/gold --update
    harvest check sites/gold -w 4 --junit check.xml --md check.md
    harvest check corpus/my-corpus --against 1.0.0
    harvest check --allow-regression "the forum moved; its quotes are lost for now"
    """
    from harvester.cli.check_views import show_report
    from harvester.cli.progress import progress
    from harvester.cli.show import to_json
    from harvester.gate import Request, check_gold, is_version, kept_in

    settings = settings_from(config, set_)
    of_version = is_version(target)
    _refuse_mixed(of_version, gold=bool(floors or update or allow_regression), version=bool(against or deep))
    request = Request(floors, update, allow_regression, workers, kept_in(no_cache))
    with progress(quiet) as report:
        if of_version:
            from harvester.gate.corpus import check_version

            found = check_version(target, settings.check, against=against, deep=deep, progress=report)
        else:
            found = check_gold(target, settings, request, report)
    if json:
        print(to_json(found))
    else:
        show_report(found)
    _write(found, junit, md, on_stdout=not json)
    if not found.passed:
        raise GateFailed(f"{target}: {found.verdict}")


def _refuse_mixed(of_version: bool, *, gold: bool, version: bool) -> None:
    if of_version and gold:
        raise InputError(
            "--floors, --update and --allow-regression are for gold pages; a version has limits in [check]"
        )
    if not of_version and version:
        raise InputError("--against and --deep are for a version; name the folder of one, or of a corpus")


def _write(found: "Report", junit: Path | None, md: Path | None, *, on_stdout: bool) -> None:
    from harvester.gate import annotations, to_junit, to_markdown

    for path, write in ((junit, to_junit), (md, to_markdown)):
        if path is not None:
            with storage(path):
                path.write_text(write(found), "utf-8", errors="replace")
    if os.environ.get("GITHUB_ACTIONS") == "true":
        for line in annotations(found, Path(os.environ.get("GITHUB_WORKSPACE") or Path.cwd())):
            print(line, file=sys.stdout if on_stdout else sys.stderr)
