"""`harvest archive list | check | compact`: what lies in an archive, whether it is whole, and what may go."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from harvester.cli.options import Config, Json, Set, settings_from

archive = typer.Typer(
    name="archive", help="Look into an archive, check it, or drop what nothing needs.", no_args_is_help=True
)

Where = Annotated[
    Path, typer.Argument(help="A corpus, its archive, a WARC, WET or WACZ file, or a folder of such.", metavar="PATH")
]


@archive.command("list")
def list_(path: Where, json: Json = False) -> None:
    """Show every capture: date, kind, status, type, bytes, sha256, URL. Exit code 1 where a record is damaged.

    \b
    harvest archive list corpus/my-corpus
    harvest archive list crawl.warc.gz --json
    """
    from harvester.archive import Broken, survey
    from harvester.cli.show import held_line, safe, to_json

    shown, broken = [], 0
    for found in survey(path):
        if isinstance(found, Broken):
            broken += 1
            print(safe(f"{found.file}:{found.offset}: damaged: {found.detail}"), file=sys.stderr)
        elif json:
            shown.append(found)
        else:
            print(held_line(found))
    if json:
        print(to_json(shown))
    if broken:
        raise typer.Exit(1)


@archive.command()
def check(path: Where, json: Json = False) -> None:
    """Check every record: checksums, lengths, digests; of a corpus also ids, revisits and the index.

    Nothing is written. Exit code 1 where something is found.

    \b
    harvest archive check corpus/my-corpus
    harvest archive check crawl.wacz
    """
    from harvester.archive import check as findings_in
    from harvester.cli.show import safe, to_json

    findings = list(findings_in(path))
    print(to_json(findings) if json else "\n".join(map(safe, findings)) or f"{path}: every record is whole")
    if findings:
        raise typer.Exit(1)


@archive.command()
def compact(
    corpus: Annotated[Path, typer.Argument(help="Folder of a corpus.", metavar="CORPUS")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go, and write nothing.")] = False,
    config: Config = None,
    set_: Set = None,
    json: Json = False,
) -> None:
    """Drop captures that a newer one supersedes and that no version on disk was made from.

    The archive is written anew beside the old one and then put in its place.

    \b
    harvest archive compact corpus/my-corpus --dry-run
    harvest archive compact corpus/my-corpus
    """
    from harvester import pipeline
    from harvester.cli.show import compaction, safe, to_json

    done = pipeline.compact_archive(corpus, settings=settings_from(config, set_), dry_run=dry_run)
    for line in done.repairs:
        print(safe(line), file=sys.stderr)
    print(to_json(done) if json else compaction(done, dry_run))
