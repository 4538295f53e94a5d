"""The command `harvest forget`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harvester.cli.options import Config, Json, Set, settings_from
from harvester.errors import InputError

if TYPE_CHECKING:
    from harvester.forgetting import Forgotten
    from harvester.tombstones import Tombstone


def forget(
    what: Annotated[
        str | None, typer.Argument(help="Id of a record, URL, or host with its subdomains.", metavar="ID|URL|HOST")
    ] = None,
    corpus: Annotated[
        Path | None, typer.Argument(help="Folder of a corpus; the only one below corpus/ if none.", metavar="CORPUS")
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="Why: kept in the list.", metavar="TEXT")] = None,
    from_archive: Annotated[
        bool, typer.Option("--from-archive", help="Remove its captures from the archive as well, for good.")
    ] = False,
    list_: Annotated[bool, typer.Option("--list", help="Show what the corpus is to forget.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and write nothing.")] = False,
    config: Config = None,
    set_: Set = None,
    json: Json = False,
) -> None:
    """Keep a page or a host out of a corpus, from the next version on.

    It is remembered in forgotten.jsonl, so that no later run fetches or packs it: it becomes a failed page
    with the reason `forgotten`. Versions that hold it are named; they are never changed.

    \b
    harvest forget https://example.org/my-page --reason "the author asked for it"
    harvest forget example.org corpus/my-corpus --reason "the site asked for it" --from-archive
    harvest forget --list corpus/my-corpus
    """
    from harvester import forgetting
    from harvester.cli.show import safe, to_json
    from harvester.pack import only_corpus
    from harvester.run import clock

    if list_:
        if corpus is not None or reason is not None or from_archive or dry_run:
            raise InputError("--list takes a corpus alone, such as harvest forget --list corpus/NAME")
        return _print_list(Path(what) if what else only_corpus(), json)
    if what is None or reason is None:
        raise InputError("name what to forget and say why: harvest forget ID|URL|HOST --reason TEXT")
    done = forgetting.forget(
        corpus or only_corpus(),
        what,
        reason=reason,
        now=clock(),
        settings=settings_from(config, set_),
        from_archive=from_archive,
        dry_run=dry_run,
    )
    for line in (*(done.removed.repairs if done.removed else ()), *done.notices):
        print(safe(line), file=sys.stderr)
    print(to_json(done) if json else _summary(done, dry_run))


def _print_list(corpus: Path, json: bool) -> None:
    from harvester.cli.show import to_json
    from harvester.forgetting import remembered

    rows = remembered(corpus)
    print(to_json(rows) if json else "\n".join(map(_row, rows)) or "nothing is to be forgotten")


def _row(row: "Tombstone") -> str:
    from harvester.cli.show import safe

    return safe(f"{row.date}  {row.kind:4}  {row.value}  {row.reason}")


def _summary(done: "Forgotten", dry_run: bool) -> str:
    from harvester.cli.show import safe

    first, *others = done.tombstones
    lines = [f"{first.kind} {first.value}: " + (f"remembered since {first.date}" if done.already else "remembered")]
    lines += [f"{row.kind} {row.value}: remembered too, as it redirects there" for row in others]
    if not done.known:
        lines.append("nothing in the corpus is known by it: check how it is written")
    lines += [
        f"{held.folder} holds {held.records:,} of its records still: a version is never changed; "
        "delete the folder if they must go"
        for held in done.held
    ]
    if done.removed is not None:
        removed = done.removed
        lines.append(
            f"{len(removed.dropped):,} captures removed from the archive, {removed.kept:,} kept; "
            f"{removed.bytes_before:,} bytes before, {removed.bytes_after:,} bytes now"
        )
    elif done.captures:
        lines.append(f"the archive holds {done.captures:,} captures of it still: --from-archive removes them")
    if dry_run:
        lines.append("dry run: nothing was written")
    return "\n".join(map(safe, lines))
