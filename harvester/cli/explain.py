"""The command `harvest explain`."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from harvester.cli.options import Config, Engine, Json, Page, Set, settings_from
from harvester.errors import InputError, storage


def explain(
    page: Page,
    json: Json = False,
    html: Annotated[
        str | None, typer.Option("--html", help="Write a page to look at; - for stdout.", metavar="FILE")
    ] = None,
    engine: Engine = None,
    config: Config = None,
    set_: Set = None,
) -> None:
    """Show every block of one page, kept or dropped, and why.

    A line a block, in the page's order: verdict, score, reason, label and text; below it what
    spoke loudest for (+) or against (-) keeping it, where a trained model gave the score.

    \b
    harvest explain page.html
    harvest explain https://example.org/article --html why.html
    curl -s https://example.org/article | harvest explain - --json
    """
    from harvester import pipeline
    from harvester.cli.explain_html import to_html
    from harvester.cli.explain_views import explained, to_lines
    from harvester.cli.show import to_json

    if json and html:
        raise InputError("--json and --html exclude each other; give one of them")
    view = explained(pipeline.explain_from(page, settings=settings_from(config, set_, {"extract.engine": engine})))
    if json:
        print(to_json(view))
    elif html == "-":
        print(to_html(view, page), end="")
    elif html:
        with storage(html):
            Path(html).write_text(to_html(view, page), "utf-8", errors="backslashreplace")
    else:
        # Cut to the terminal, or to COLUMNS; what reads a pipe gets whole lines.
        print(to_lines(view, shutil.get_terminal_size((0, 0)).columns))
