"""The commands of `harvest` and how errors become exit codes."""

import signal
import sys
from io import TextIOWrapper
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer

from harvester.cli.archive import archive
from harvester.cli.batch import batch
from harvester.cli.bench import bench
from harvester.cli.check import check
from harvester.cli.diff import diff
from harvester.cli.explain import explain
from harvester.cli.export import export
from harvester.cli.fetch import fetch
from harvester.cli.forget import forget
from harvester.cli.gold import gold
from harvester.cli.learn import learn
from harvester.cli.options import (
    Config,
    Engine,
    Index,
    Json,
    Limit,
    Output,
    Page,
    Quiet,
    Robots,
    Set,
    Update,
    WorkerCount,
    mode_of,
    settings_from,
)
from harvester.cli.push import push
from harvester.cli.rebuild import rebuild
from harvester.cli.record import show
from harvester.cli.report import report
from harvester.cli.search import search
from harvester.cli.stats import stats
from harvester.errors import GateFailed, InputError, PageError, StorageError
from harvester.garbage import rarely_collected

app = typer.Typer(
    name="harvest",
    help="From a list of web pages to a clean, versioned text corpus.",
    epilog="Exit codes: 0 good, 1 findings, 2 usage or input, 3 some pages failed, 4 nothing usable, "
    "5 disk, archive or a corpus in use, 130 interrupted.",
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def harvest(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    if version:
        from importlib.metadata import version as installed

        print(f"harvest {installed('harvester')}")
        raise typer.Exit


@app.command()
def build(
    index: Index = "seeds/INDEX.md",
    output: Output = Path("corpus"),
    offline: Annotated[
        bool, typer.Option("--offline", help="Fetch nothing: local pages and the archive only.")
    ] = False,
    update: Update = False,
    refresh: Annotated[bool, typer.Option("--refresh", help="Fetch every listed URL again.")] = False,
    limit: Limit = None,
    robots: Robots = None,
    engine: Engine = None,
    workers: WorkerCount = 1,
    config: Config = None,
    set_: Set = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Build a corpus version from an index of pages.

    Loads or fetches what the archive lacks, archives it, extracts the body of each page and packs
    the records. Nothing new is written when nothing changed. Run it again after an interruption.

    \b
    harvest build
    harvest build pages.md -o corpora --offline
    harvest build blog.md --update
    harvest build crawl.warc.gz --workers 4
    harvest build - < urls.txt -s fetch.delay=5
    """
    from harvester import pipeline
    from harvester.cli.progress import progress
    from harvester.cli.show import build_summary, failure_line, safe, to_json
    from harvester.workers import Workers

    flags: dict[str, object] = {
        "fetch.mode": mode_of(offline=offline, update=update, refresh=refresh),
        "fetch.run_pages": limit,
        "fetch.robots": robots,
        "extract.engine": engine,
    }
    settings = settings_from(config, set_, flags)
    with progress(quiet) as report:
        result = pipeline.build(index, output=output, settings=settings, progress=report, workers=Workers(workers))
    for line in (*map(safe, result.notices), *(failure_line(failure, index) for failure in result.failures)):
        print(line, file=sys.stderr)
    print(to_json(result) if json else build_summary(result))
    if result.version is None:
        raise typer.Exit(4)
    if result.failures:
        raise typer.Exit(3)


app.command()(fetch)


@app.command("list")
def list_(
    index: Index = "seeds/INDEX.md",
    output: Output = Path("corpus"),
    config: Config = None,
    set_: Set = None,
    json: Json = False,
) -> None:
    """Show the pages an index lists, and what in it is ignored and why; of a folder with corpora, their versions.

    Feeds, sitemaps and pages of links are expanded as far as the archive holds them; nothing is fetched.

    \b
    harvest list seeds/INDEX.md
    harvest list pages.csv --json
    harvest list corpus
    harvest list corpus/my-corpus
    """
    from harvester import pipeline
    from harvester.cli.show import listing_table, status_table, to_json

    folder = Path(index)
    if found := [corpus for corpus in pipeline.status(folder) if corpus.versions]:
        print(to_json(found) if json else status_table(found, folder))
        return
    expansion = pipeline.list_index(index, output=output, settings=settings_from(config, set_))
    print(to_json(expansion.listing) if json else listing_table(expansion))


@app.command()
def extract(
    page: Page,
    json: Annotated[bool, typer.Option("--json", help="Print the document: text, metadata, blocks, verdicts.")] = False,
    md: Annotated[bool, typer.Option("--md", help="Print Markdown.")] = False,
    engine: Engine = None,
    config: Config = None,
    set_: Set = None,
) -> None:
    """Print the body of one page.

    \b
    harvest extract page.html
    harvest extract https://example.org/article --md
    curl -s https://example.org/article | harvest extract - --json
    """
    from harvester import pipeline
    from harvester.cli.show import to_json

    document = pipeline.extract_from(page, settings=settings_from(config, set_, {"extract.engine": engine}))
    print(to_json(document) if json else document.markdown if md else document.text)


app.command()(explain)


@app.command()
def verify(
    version: Annotated[Path, typer.Argument(help="Folder of a version, or of a corpus (then its latest).")],
    deep: Annotated[bool, typer.Option("--deep", help="Look into every record, too.")] = False,
    quiet: Quiet = False,
) -> None:
    """Check every byte of a version against its manifest.

    With --deep also every record: its shape, its digest, its words, its row of blocks and their
    spans, its id and order, its page in the lists, and what the manifest counts.

    \b
    harvest verify corpus/my-corpus
    harvest verify corpus/my-corpus/1.0.0 --deep
    """
    from harvester import pipeline
    from harvester.cli.progress import progress
    from harvester.cli.show import safe

    with progress(quiet) as report:
        findings = pipeline.verify(version, deep=deep, progress=report)
    for finding in findings:
        print(safe(finding))
    if findings:
        raise typer.Exit(1)
    also = ", every record agrees with it" if deep else ""
    print(f"{pipeline.version_folder(version)}: every byte is as its manifest states{also}")


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Where to put them.")] = Path("."),
) -> None:
    """Write a starter index with one example page, and a settings file.

    \b
    harvest init
    harvest init my-corpus && cd my-corpus && harvest build
    """
    from harvester import pipeline

    for path in pipeline.init(folder):
        print(path)


@app.command()
def status(
    output: Output = Path("corpus"),
    settings: Annotated[bool, typer.Option("--settings", help="Print the settings in force instead.")] = False,
    config: Config = None,
    set_: Set = None,
    json: Json = False,
) -> None:
    """Show the corpora in the output folder and how far their fetching is, or the settings in force.

    Of each version: records, words, and the version that it follows. Of each host: the pages
    that are done, those that wait, and those that failed, with reasons.

    \b
    harvest status
    harvest status --settings
    """
    from harvester import pipeline
    from harvester.cli.show import status_table, to_json
    from harvester.settings import as_toml

    if settings:
        tree = settings_from(config, set_)
        print(to_json(tree) if json else as_toml(tree))
    else:
        found = pipeline.status(output)
        print(to_json(found) if json else status_table(found, output))


app.command()(batch)
app.command()(export)
app.command()(push)
app.command()(show)
app.command()(search)
app.command()(stats)
app.command()(report)
app.command()(diff)
app.command()(rebuild)
app.command()(forget)
app.command()(check)
app.command()(bench)
app.add_typer(archive)
app.add_typer(gold)
app.add_typer(learn)


def main() -> NoReturn:
    """Run `harvest` and leave with its exit code."""
    signal.signal(signal.SIGTERM, _terminated)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        with rarely_collected():
            app()  # leaves by SystemExit, with 2 for usage and 130 for Ctrl-C
    except SystemExit as stop:
        if stop.code == 130:
            print("harvest: interrupted; run the same command again to go on", file=sys.stderr)
        raise
    except GateFailed as error:
        print(_one_line(str(error)), file=sys.stderr)
        sys.exit(1)
    except InputError as error:
        for problem in error.problems:
            print(_one_line(problem), file=sys.stderr)
        sys.exit(2)
    except PageError as error:
        print(_one_line(str(error)), file=sys.stderr)
        sys.exit(4)
    except (StorageError, OSError) as error:
        print(_one_line(str(error)), file=sys.stderr)
        sys.exit(5)
    sys.exit(0)


def _one_line(text: str) -> str:
    from harvester.cli.show import safe

    return f"harvest: {safe(text)}"


def _terminated(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)
