"""`harvest fetch`: the archive alone."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from harvester.cli.options import (
    Config,
    Index,
    Json,
    Limit,
    MaxBytes,
    MaxTime,
    Output,
    Quiet,
    Robots,
    Set,
    Update,
    mode_of,
    settings_from,
)


def fetch(
    index: Index = "seeds/INDEX.md",
    output: Output = Path("corpus"),
    update: Update = False,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Ask again for pages that the archive holds; unchanged ones send no body.")
    ] = False,
    limit: Limit = None,
    max_bytes: MaxBytes = None,
    max_time: MaxTime = None,
    robots: Robots = None,
    delay: Annotated[
        float | None, typer.Option("--delay", help="Seconds between two requests to a host.", metavar="SECONDS", min=0)
    ] = None,
    timeout: Annotated[
        float | None, typer.Option("--timeout", help="Seconds for connect, and for each read.", metavar="SECONDS")
    ] = None,
    user_agent: Annotated[
        str | None, typer.Option("--user-agent", help="How to name yourself; put a contact in it.", metavar="TEXT")
    ] = None,
    config: Config = None,
    set_: Set = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Fill the archive with the pages of an index, and stop there.

    Fetches what the archive lacks: one request at a time to a host, with a pause after each, within what
    robots.txt allows. `harvest build` goes on from the archive. Run it again after an interruption, or when
    a limit was reached: no page is fetched twice.

    \b
    harvest fetch
    harvest fetch pages.md --limit 100 --user-agent 'my-corpus/1 (+https://example.org/me)'
    harvest fetch pages.md --max-time 3600 -s fetch.host_pages=500
    """
    from harvester import pipeline
    from harvester.cli.progress import progress
    from harvester.cli.show import failure_line, fetch_summary, safe, to_json

    flags: dict[str, object] = {
        "fetch.mode": mode_of(update=update, refresh=refresh),
        "fetch.run_pages": limit,
        "fetch.run_bytes": max_bytes,
        "fetch.run_seconds": max_time,
        "fetch.robots": robots,
        "fetch.delay": delay,
        "fetch.timeout": timeout,
        "fetch.user_agent": user_agent,
    }
    settings = settings_from(config, set_, flags)
    with progress(quiet) as report:
        result = pipeline.fetch(index, output=output, settings=settings, progress=report)
    for line in (*map(safe, result.notices), *(failure_line(failure, index) for failure in result.failures)):
        print(line, file=sys.stderr)
    print(to_json(result) if json else fetch_summary(result))
    if not result.archived:
        raise typer.Exit(4)
    if result.failures:
        raise typer.Exit(3)
