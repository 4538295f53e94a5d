"""The command `harvest diff`."""

from pathlib import Path
from typing import Annotated

import typer

from harvester.cli.options import Json, Quiet
from harvester.errors import InputError, storage


def diff(
    versions: Annotated[
        list[str] | None,
        typer.Argument(
            help="A corpus or a version (against its parent); two of them; or a corpus and one or two numbers.",
            metavar="[VERSION]...",
            show_default=False,
        ),
    ] = None,
    most: Annotated[int, typer.Option("--most", help="Records of each kind to show in full.", min=0)] = 20,
    json: Json = False,
    md: Annotated[bool, typer.Option("--md", help="Print Markdown.")] = False,
    html: Annotated[
        str | None, typer.Option("--html", help="Write a page to look at; - for stdout.", metavar="FILE")
    ] = None,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 1 where records differ.")] = False,
    quiet: Quiet = False,
) -> None:
    """Show which records two versions of a corpus differ in, and why.

    Records that came, went and changed, with all causes, the words added and lost, and totals by
    host; the most changed records with the paragraphs that differ. Without a version: the latest
    of the only corpus against its parent.

    \b
    harvest diff
    harvest diff corpus/my-corpus 1.0.0 2.0.0
    harvest diff corpus/my-corpus --html changes.html
    harvest diff before/pages/1.0.0 after/pages/1.0.0 --exit-code
    """
    from harvester.cli.diff_html import to_html
    from harvester.cli.diff_views import show_diff
    from harvester.cli.progress import progress
    from harvester.cli.show import to_json
    from harvester.diff import choose, compare, to_markdown
    from harvester.run import silent

    if json + md + bool(html) > 1:
        raise InputError("--json, --md and --html exclude each other; give one of them")
    with progress(quiet) as report:
        found = compare(*choose(*versions or ()), most=most, progress=report or silent)
    if json:
        print(to_json(found))
    elif md:
        print(to_markdown(found), end="")
    elif html == "-":
        print(to_html(found), end="")
    elif html:
        with storage(html):
            Path(html).write_text(to_html(found), "utf-8", errors="backslashreplace")
    else:
        show_diff(found)
    if exit_code and found.added + found.removed + found.changed:
        raise typer.Exit(1)
