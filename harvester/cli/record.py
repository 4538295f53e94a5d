"""The command `harvest show`."""

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harvester.cli.options import Json

if TYPE_CHECKING:
    from harvester.cli.explain_views import Explained
    from harvester.types import Record, Sidecar

Version = Annotated[
    Path | None,
    typer.Argument(
        help="Folder of a version, or of a corpus (then its latest); the only one below corpus/ if none.",
        metavar="VERSION",
    ),
]


def show(
    what: Annotated[str, typer.Argument(help="Id or URL of a record.", metavar="ID|URL")],
    version: Version = None,
    md: Annotated[bool, typer.Option("--md", help="Print Markdown.")] = False,
    blocks: Annotated[
        bool, typer.Option("--blocks", help="Print every block, kept or dropped, with its reason.")
    ] = False,
    json: Json = False,
) -> None:
    """Print one record of a version: its text, its Markdown, its blocks, or all of it as JSON.

    \b
    harvest show https://example.org/article
    harvest show 4f0c3a9e-1c66-5f4e-9a39-7a1f0c0a4d10 corpus/my-corpus/1.0.0 --blocks
    harvest show https://example.org/article --json | jq .metadata
    """
    from harvester.cli.explain_views import to_lines
    from harvester.cli.show import to_json
    from harvester.errors import InputError
    from harvester.pack import find_record, only_corpus, version_folder

    if md and (blocks or json):
        raise InputError("--md excludes --blocks and --json; give one of them")
    record, sidecar, _ = find_record(version_folder(version or only_corpus()), what)
    if blocks:
        view = _explained(record, sidecar)
        print(to_json(view) if json else to_lines(view, shutil.get_terminal_size((0, 0)).columns))
    else:
        print(to_json(record) if json else for_terminal(record.markdown if md else record.text))


def for_terminal(text: str) -> str:
    """Text line by line with control characters made visible where a terminal shows it; what reads a pipe gets it whole."""
    from harvester.cli.show import safe

    return "\n".join(map(safe, text.split("\n"))) if sys.stdout.isatty() else text


def _explained(record: "Record", sidecar: "Sidecar") -> "Explained":
    """The record as `harvest explain` shows a page; what spoke for each block is not stored."""
    from harvester.cli.explain_views import Explained, ExplainedBlock

    page = record.metadata
    return Explained(
        page.title,
        page.extraction.engine,
        page.page_type,
        page.page_type_probability,
        page.extraction.confidence,
        page.extraction.low_confidence,
        page.extraction.kept_words,
        page.extraction.dropped_words,
        tuple(
            ExplainedBlock(
                block.label,
                block.kept,
                block.score,
                block.reason,
                record.text[block.start : block.end] if block.text is None else block.text,
                (),
            )
            for block in sidecar.blocks
        ),
    )
