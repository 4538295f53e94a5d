"""The command `harvest search`."""

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from harvester.cli.options import Json
from harvester.cli.record import Version
from harvester.errors import InputError

if TYPE_CHECKING:
    from harvester.search import Hit, Snippet


def search(
    words: Annotated[
        str,
        typer.Argument(help='Words that must all occur; "a phrase", -without, begin*.', metavar="WORDS"),
    ],
    version: Version = None,
    limit: Annotated[int, typer.Option("--limit", help="Show so many records at most.", metavar="N", min=1)] = 10,
    json: Json = False,
) -> None:
    """Find records of a version by words of their title and text, the best first.

    Case, accents and points make no difference; in scripts without spaces any run of characters is found. The
    index is made when a version is first searched, beside it.

    \b
    harvest search "lamp keeper"
    harvest search '"old lamp" -bell' corpus/my-corpus --limit 50
    harvest search 灯台 --json
    """
    from harvester import search as engine
    from harvester.cli.show import to_json
    from harvester.pack import only_corpus, version_folder
    from harvester.run import clock

    if version is not None and not version.exists():
        raise InputError(f'{version}: no such folder; write several words in quotes, such as "lamp keeper"')
    hits = engine.search(version_folder(version or only_corpus()), words, now=clock(), limit=limit)
    if json:
        print(to_json(hits))
    elif hits:
        print("\n\n".join(map(_hit, hits)))
    else:
        print("no record has that", file=sys.stderr)


def _hit(hit: "Hit") -> str:
    from harvester.cli.show import safe

    head = "  ".join(filter(None, (hit.title or hit.url or hit.id, hit.created, hit.language)))
    return "\n".join(
        [safe(head), f"  {hit.id}" + (f"  {safe(hit.url)}" if hit.url else ""), f"  {_marked(hit.snippet)}"]
    )


def _marked(found: "Snippet") -> str:
    """The passage, what was looked for in bold where a terminal shows it."""
    from harvester.cli.show import safe

    bold = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    on, off = ("\x1b[1m", "\x1b[22m") if bold else ("", "")
    shown, at = "", 0
    for start, end in found.marks:
        shown += f"{safe(found.text[at:start])}{on}{safe(found.text[start:end])}{off}"
        at = end
    return shown + safe(found.text[at:])
