"""The commands `harvest learn blocks` and `harvest learn lines`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harvester.cli.options import Quiet
from harvester.errors import InputError

if TYPE_CHECKING:
    from harvester.learn.card import Card, Progress
    from harvester.learn.run import Task

learn = typer.Typer(name="learn", rich_markup_mode=None, no_args_is_help=True)

Files = Annotated[list[Path], typer.Argument(help="Bench files: a page with its gold a line.", metavar="FILE...")]
Out = Annotated[Path, typer.Option("-o", "--out", help="Folder to write to.", metavar="DIR")]
Folds = Annotated[int, typer.Option("--folds", min=3, help="Parts that are each judged by weights of the others.")]
Trees = Annotated[int, typer.Option("--trees", min=1, help="Trees of a forest.")]
Apart = Annotated[
    bool, typer.Option("--languages-apart", help="Put pages of a file that state the same `lang` into one fold.")
]
Workers = Annotated[int, typer.Option("-w", "--workers", min=1, help="Processes to read pages in.")]


@learn.callback()
def about() -> None:
    """Learn weights from pages with gold.

    Needs the extra: pip install 'harvester[learn]'. Bench files are those of `harvest bench`.

    \b
    harvest learn blocks pages.jsonl.xz --articles news.jsonl --out weights
    harvest learn lines pages.jsonl.xz --out weights -w 2
    harvest bench pages.jsonl.xz --folds weights/folds
    """


@learn.command()
def blocks(
    files: Files,
    out: Out,
    articles: Annotated[
        list[Path] | None,
        typer.Option("--articles", help="Bench file of articles, all its pages.", metavar="FILE"),
    ] = None,
    folds: Folds = 5,
    trees: Trees = 250,
    languages_apart: Apart = False,
    workers: Workers = 1,
    quiet: Quiet = False,
) -> None:
    """Learn what judges the blocks of HTML pages.

    Writes blocks.json, blocks-card.json, which says what it was learned from and how well it judges
    pages that it has not seen, and a blocks.json for each fold. Same files, same bytes.

    \b
    harvest learn blocks pages.jsonl.xz --articles news.jsonl --articles blogs.jsonl --out weights -w 2
    harvest bench news.jsonl --folds weights/folds
    """
    with _needs_extra():
        from harvester.learn.run import Task, learn_blocks
    task = Task(tuple(files), tuple(articles or ()), out, folds, languages_apart, trees, workers)
    _run("blocks", learn_blocks, task, quiet)


@learn.command()
def lines(
    files: Files,
    out: Out,
    articles: Annotated[
        list[Path] | None,
        typer.Option("--articles", help="Bench file of articles: its pages weigh .3.", metavar="FILE"),
    ] = None,
    folds: Folds = 5,
    trees: Trees = 250,
    languages_apart: Apart = False,
    workers: Workers = 1,
    quiet: Quiet = False,
) -> None:
    """Learn what judges the lines of flat text.

    The pages are flattened by resiliparse, html-text and inscriptis. Writes lines.json,
    lines-card.json, which says what it was learned from and how well it judges pages that it has
    not seen, and a lines.json for each fold. Same files, same bytes.

    \b
    harvest learn lines pages.jsonl.xz --articles news.jsonl --out weights -w 2
    harvest bench news.jsonl --flatten html-text --folds weights/folds
    """
    with _needs_extra():
        from harvester.learn.run import Task, learn_lines
    task = Task(tuple(files), tuple(articles or ()), out, folds, languages_apart, trees, workers)
    _run("lines", learn_lines, task, quiet)


@contextmanager
def _needs_extra() -> Iterator[None]:
    """Names the package of the extra that is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        name = str(error.name).partition(".")[0]
        if name == "harvester":
            raise
        raise InputError(f"{name}: not installed; run `pip install 'harvester[learn]'`") from error


def _run(model: str, learn_: Callable[["Task", "Progress"], "Card"], task: "Task", quiet: bool) -> None:
    from harvester.cli.progress import progress
    from harvester.learn.card import silent

    with progress(quiet) as report:
        card = learn_(task, report or silent)
    print(_learned(model, card, task.out))


def _learned(model: str, card: "Card", out: Path) -> str:
    """What came of it: word F1 of pages that the weights had not seen, and what to do next."""
    from harvester.cli.show import columns, safe

    rows = [("file", "pages", "used", "F1")]
    rows += [(safe(f.name), f"{f.pages:,}", f"{f.used:,}", "–" if f.f1 is None else f"{f.f1:.3f}") for f in card.files]
    parts = [columns(rows)]
    if card.by_page_type:
        parts.append(columns([("page type", "F1"), *((safe(k), f"{f1:.3f}") for k, f1 in card.by_page_type.items())]))
    flat = " --flatten html-text" if model == "lines" else ""
    where = safe(str(out))
    parts.append(f"word F1 of each page by weights of the other {card.folds - 1} of {card.folds} folds")
    parts.append(
        f"{where}/{model}.json judges, {where}/{model}-card.json says how it came about\n"
        f"compare it with other systems: harvest bench FILE...{flat} --folds {where}/folds"
    )
    return "\n\n".join(parts)
