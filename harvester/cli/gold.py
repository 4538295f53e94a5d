"""`harvest gold add | import | lint`: pages whose body a person has confirmed, which `harvest check` compares with."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from harvester.cli.options import Config, Json, Set, settings_from

gold = typer.Typer(
    name="gold",
    help="Make, import and lint gold: pages of which a person says what stands in them.",
    no_args_is_help=True,
)

Root = Annotated[Path, typer.Option("--root", help="Folder that holds the gold.", metavar="DIR")]


@gold.command()
def add(
    page: Annotated[
        str, typer.Argument(help="Path, http(s) URL, id of a record, or - for stdin.", metavar="PAGE|URL|ID")
    ],
    from_corpus: Annotated[
        Path | None,
        typer.Option("--from-corpus", help="Version, or corpus, whose archive holds the page.", metavar="VERSION"),
    ] = None,
    root: Root = Path("seeds/gold"),
    name: Annotated[str | None, typer.Option("--name", help="Name of the folder; of the page if none.")] = None,
    config: Config = None,
    set_: Set = None,
    json: Json = False,
) -> None:
    """Make gold of one page from what is extracted of it now, for you to correct.

    Writes the page's bytes, gold.md, expect.toml and provenance.toml into a folder of its own.
    A page that the only corpus below corpus/ holds is taken from its archive; another one is fetched.

    \b
    harvest gold add https://example.org/article
    harvest gold add 4f0c3a9e-1c66-5f4e-9a39-7a1f0c0a4d10 --from-corpus corpus/my-corpus/1.0.0
    harvest gold add page.html --name site/article
    """
    from harvester.cli.show import safe, to_json
    from harvester.extraction import load_weights
    from harvester.gold.add import add_gold
    from harvester.run import clock

    settings = settings_from(config, set_)
    made = add_gold(page, root, version=from_corpus, name=name, settings=settings, weights=load_weights(), now=clock)
    if json:
        print(to_json(made))
        return
    print(safe(made.folder))
    print(
        f"{made.kept_words:,} words kept, {made.dropped_words:,} dropped; correct gold.md and expect.toml, "
        "then set checked = true in provenance.toml",
        file=sys.stderr,
    )


@gold.command("import")
def import_(
    format_: Annotated[
        str,
        typer.Argument(
            help="trafilatura, wcxb, scrapinghub, readability, web-poet or ftr-site-config.", metavar="FORMAT"
        ),
    ],
    path: Annotated[Path, typer.Argument(help="File or folder in that format.", metavar="PATH")],
    root: Root = Path("seeds/gold"),
    fetch: Annotated[
        bool, typer.Option("--fetch", help="Get pages that the format does not hold from their sites.")
    ] = False,
    config: Config = None,
    set_: Set = None,
    json: Json = False,
) -> None:
    """Import gold that is kept in a format of another project.

    What cannot be imported is said, a line each, and the others are imported; then the exit code is 3.
    ftr-site-config holds addresses and snippets but no pages: --fetch gets these, politely.

    \b
    harvest gold import wcxb web-content-extraction-benchmark/dev --root gold
    harvest gold import readability readability/test/test-pages --root gold
    harvest gold import ftr-site-config ftr-site-config/example.org.txt --fetch
    """
    from harvester.cli.show import safe, to_json
    from harvester.gold.importing import import_gold
    from harvester.run import clock

    done = import_gold(format_, path, root, settings=settings_from(config, set_), now=clock, fetch=fetch)
    for problem in done.problems:
        print(safe(str(problem)), file=sys.stderr)
    skipped = f", {len(done.problems):,} not" if done.problems else ""
    print(to_json(done) if json else f"{safe(done.root)}: {len(done.pages):,} pages imported{skipped}")
    if done.problems:
        raise typer.Exit(3 if done.pages else 4)


@gold.command()
def lint(
    root: Annotated[Path, typer.Argument(help="Folder that holds the gold.", metavar="ROOT")] = Path("seeds/gold"),
    json: Json = False,
) -> None:
    """Look for flaws in gold itself. Exit code 1 where one is found; warnings do not count.

    Labels left in a page, snippets that contradict each other or the body, snippets and bodies that are
    not in the page, duplicates, empty gold, a page that changed, keys that nobody knows.

    \b
    harvest gold lint
    harvest gold lint gold --json
    """
    from harvester.cli.show import safe, to_json
    from harvester.gold.lint import lint_gold

    done = lint_gold(root)
    failing = sum(flaw.fails for flaw in done.flaws)
    if json:
        print(to_json(done))
    else:
        for flaw in done.flaws:
            print(safe(str(flaw)))
        warnings = len(done.flaws) - failing
        print(f"{safe(done.root)}: {done.checked:,} pages, {failing:,} flaws, {warnings:,} warnings")
    if failing:
        raise typer.Exit(1)
