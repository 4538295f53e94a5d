"""Bench files come in, a folder of weights with a card goes out; and weights for each fold, to score pages honestly."""

import hashlib
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from math import fsum
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from harvester.errors import InputError, storage
from harvester.extraction.model import BlockModel
from harvester.extraction.trees import Forest
from harvester.judge.bench_file import BenchPage, read_pages
from harvester.learn import blocks, lines
from harvester.learn.card import Card, FileCard, Learned, Progress, silent
from harvester.learn.folds import deal, sites
from harvester.types import Frozen

_LEAST = 50
"""Pages from which anything can be learned."""
_LIBRARIES = ("html-text", "inscriptis", "lightgbm", "numpy", "rapidfuzz", "resiliparse", "scipy", "tld")
_E = TypeVar("_E", covariant=True)
_M = TypeVar("_M")


class _Reader(Protocol[_E]):
    """Reads and labels a page; None where nothing can be learned from it."""

    def __call__(self, page: BenchPage, *, article: bool) -> _E | None: ...


class Task(Frozen):
    """What is learned from, where to, and how."""

    files: tuple[Path, ...]
    articles: tuple[Path, ...]
    """Files of articles that nobody typed page by page."""
    out: Path
    folds: int = 5
    """Three at least: the odds of the markup are fitted without two of them."""
    languages_apart: bool = False
    """Pages of a file that state the same language share a fold, so that each is judged by weights of other languages."""
    trees: int = 250
    workers: int = 1


def learn_blocks(task: Task, progress: Progress = silent) -> Card:
    """Learn what judges HTML pages, and write `blocks.json` and `blocks-card.json`, with `folds/0`, `folds/1` …

    Pages of `articles` are articles, whatever they state. Raises InputError where there are too few pages, StorageError.
    """

    def train(examples: Sequence[blocks.Example], groups: Sequence[int], dealt: Sequence[int]) -> Learned[BlockModel]:
        return blocks.train_blocks(examples, groups, dealt, trees=task.trees, progress=progress)

    return _learn("blocks", blocks.example, train, task, progress)


def learn_lines(task: Task, progress: Progress = silent) -> Card:
    """Learn what judges lines of flat text, and write `lines.json` and `lines-card.json`, with `folds/0`, `folds/1` …

    Pages of `articles` weigh .3, others 1. Raises InputError where there are too few pages, StorageError.
    """

    def train(examples: Sequence[lines.Example], groups: Sequence[int], dealt: Sequence[int]) -> Learned[Forest]:
        return lines.train_lines(examples, dealt, trees=task.trees, progress=progress)

    return _learn("lines", lines.example, train, task, progress)


def _learn(
    name: str,
    reader: _Reader[_E],
    train: Callable[[Sequence[_E], Sequence[int], Sequence[int]], Learned[_M]],
    task: Task,
    progress: Progress,
) -> Card:
    listed = [(path, False) for path in task.files] + [(path, True) for path in task.articles]
    found: list[tuple[int, BenchPage, _E]] = []
    counts = [0] * len(listed)
    total = sum(1 for path, _ in listed for _ in read_pages(path))
    with ProcessPoolExecutor(task.workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        for at, (path, article) in enumerate(listed):
            for page, read in _read(pool, reader, path, article, ahead=8 * task.workers):
                counts[at] += 1
                progress("read", sum(counts), total)
                if read is not None:
                    found.append((at, page, read))
    if len(found) < _LEAST:
        raise InputError(f"{len(found)} pages with gold are too few to learn from: give {_LEAST} at least")
    pages = [page for _, page, _ in found]
    groups = sites(
        pages, [f"{at} {page.lang}" if task.languages_apart and page.lang else None for at, page, _ in found]
    )
    if len(set(groups)) < task.folds:
        raise InputError(f"the pages are of {len(set(groups))} sites: give pages of {task.folds} at least, one a fold")
    dealt = deal(groups, task.folds)
    with storage(task.out):
        task.out.mkdir(parents=True, exist_ok=True)  # before it takes long
    learned = train([read for _, _, read in found], groups, dealt)
    scores: list[list[float]] = [[] for _ in listed]
    for (at, _, _), f1 in zip(found, learned.scores, strict=True):
        scores[at].append(f1)
    card = Card(
        files=tuple(_file_card(*file, counts[at], scores[at]) for at, file in enumerate(listed)),
        by_page_type=_by_page_type(pages, learned.scores),
        folds=task.folds,
        languages_apart=task.languages_apart,
        trees=task.trees,
        libraries={library: version(library) for library in _LIBRARIES},
        pages=dict(sorted((page.sha256, fold) for page, fold in zip(pages, dealt, strict=True))),
    )
    _write(task.out / f"{name}.json", msgspec.json.encode(learned.model))
    _write(task.out / f"{name}-card.json", msgspec.json.format(msgspec.json.encode(card), indent=1) + b"\n")
    for fold, model in enumerate(learned.folds):
        _write(task.out / "folds" / str(fold) / f"{name}.json", msgspec.json.encode(model))
    return card


def _read(
    pool: ProcessPoolExecutor, reader: _Reader[_E], path: Path, article: bool, *, ahead: int
) -> Iterator[tuple[BenchPage, _E | None]]:
    """The pages of a file in its order, read in the workers; only so many are held at once."""
    waiting = []
    for page in read_pages(path):
        waiting.append((page, pool.submit(reader, page, article=article)))
        if len(waiting) >= ahead:
            first, future = waiting.pop(0)
            yield first, future.result()
    for first, future in waiting:
        yield first, future.result()


def _file_card(path: Path, article: bool, pages: int, scores: Sequence[float]) -> FileCard:
    with storage(path):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return FileCard(path.name, digest, article, pages, len(scores), _mean(scores))


def _by_page_type(pages: Sequence[BenchPage], scores: Sequence[float]) -> dict[str, float]:
    by_type: dict[str, list[float]] = {}
    for page, f1 in zip(pages, scores, strict=True):
        if page.page_type:
            by_type.setdefault(page.page_type, []).append(f1)
    return {kind: mean for kind in sorted(by_type) if (mean := _mean(by_type[kind])) is not None}


def _mean(scores: Sequence[float]) -> float | None:
    return round(fsum(scores) / len(scores), 4) if scores else None


def _write(path: Path, data: bytes) -> None:
    with storage(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
