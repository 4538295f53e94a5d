"""Arguments and options that several commands take."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harvester.errors import InputError

if TYPE_CHECKING:
    from harvester.settings import Settings

Page = Annotated[str, typer.Argument(help="Path, http(s) URL, or - for stdin.", metavar="PAGE")]
Index = Annotated[
    str,
    typer.Argument(
        help="Markdown, JSONL, CSV or plain list; folder; WARC, WET or WACZ file; - for stdin.", metavar="INDEX"
    ),
]
Output = Annotated[Path, typer.Option("-o", "--output", help="Folder that holds the corpora.", metavar="DIR")]
Config = Annotated[Path | None, typer.Option("--config", help="Settings file to use.", metavar="FILE")]
Set = Annotated[
    list[str] | None,
    typer.Option("-s", "--set", help="Set one setting, such as fetch.delay=5; may be repeated.", metavar="KEY=VALUE"),
]
Engine = Annotated[
    str | None,
    typer.Option("--engine", help="What judges HTML: blocks, our classifier, or trafilatura.", metavar="ENGINE"),
]
Robots = Annotated[
    bool | None, typer.Option("--robots/--no-robots", help="Do what robots.txt asks, or ignore it.", show_default=False)
]
Limit = Annotated[int | None, typer.Option("--limit", help="Ask for so many pages at most.", metavar="PAGES", min=1)]
MaxBytes = Annotated[
    int | None, typer.Option("--max-bytes", help="Ask for no more once so many bytes came.", metavar="BYTES", min=1)
]
MaxTime = Annotated[
    float | None, typer.Option("--max-time", help="Ask for no more after so long.", metavar="SECONDS", min=0.001)
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
WorkerCount = Annotated[
    int,
    typer.Option(
        "-w",
        "--workers",
        help="Processes that pages are parsed in: one that crashes or hangs costs its page alone. 0: in this process.",
        metavar="N",
        min=0,
        max=256,
    ),
]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Show no progress.")]


Update = Annotated[bool, typer.Option("--update", help="Read feeds, sitemaps and pages of links again for new pages.")]


def mode_of(**flags: bool) -> str | None:
    """The `fetch.mode` that is the name of the flag given; None without one. Raises InputError for more than one."""
    given = [name for name, on in flags.items() if on]
    if len(given) > 1:
        names = " and ".join(f"--{name}" for name in given)
        raise InputError(f"{names} exclude each other; give one of them")
    return given[0] if given else None


def settings_from(config: Path | None, pairs: list[str] | None, flags: dict[str, object] | None = None) -> "Settings":
    """The settings in force: flags and `--set` pairs over the environment, over a file. Raises InputError."""
    from harvester.settings import resolve

    stated: dict[str, str] = {}
    for pair in pairs or ():
        key, sign, value = pair.partition("=")
        if not sign:
            raise InputError(f"--set {pair}: write it as KEY=VALUE, such as fetch.delay=5")
        stated[key.strip()] = value.strip()
    return resolve(flags, stated=stated, config=config)
