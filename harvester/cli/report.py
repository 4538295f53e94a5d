"""The command `harvest report`."""

from pathlib import Path
from typing import Annotated

import typer

from harvester.cli.record import Version

_SAMPLES = 20


def report(
    version: Version = None,
    output: Annotated[
        str | None,
        typer.Option(
            "-o", "--output", help="File to write, CORPUS-VERSION.html by default; - for stdout.", metavar="FILE"
        ),
    ] = None,
) -> None:
    """Write one HTML page that shows what a version holds and where words were lost.

    It needs no network and no script, and the same version always gives the same bytes.

    \b
    harvest report
    harvest report corpus/my-corpus/1.0.0 -o report.html
    """
    from harvester.archive import write_atomic
    from harvester.pack import only_corpus, version_folder
    from harvester.report import measure, to_html

    stats, samples = measure(version_folder(version or only_corpus()), samples=_SAMPLES)
    page = to_html(stats, samples)
    if output == "-":
        print(page, end="")
        return
    file = Path(output or f"{stats.corpus}-{stats.version}.html")
    write_atomic(file, page.encode())
    print(file)
