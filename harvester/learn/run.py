"""Bench files come in, a folder of weights with a card goes out; and weights for each fold, to score pages honestly."""

import hashlib
import multiprocessing
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from math import fsum
from pathlib import Path

import msgspec

from harvester.errors import InputError, storage
from harvester.judge.bench_file import BenchPage, read_pages
from harvester.learn.blocks import Example, example, train_blocks
from harvester.learn.folds import deal, sites
from harvester.learn.pages import LabelledPage
from harvester.types import Frozen

Progress = Callable[[str, int, int], None]
_LEAST = 50
"""Pages from which anything can be learned."""


class FileCard(Frozen):
    """What was taken from one bench file."""

    name: str
    sha256: str
    articles: bool
    """Whether its pages without a type were taken for articles."""
    pages: int
    used: int
    f1: float | None
    """Mean word F1 of the used pages, each judged by weights that had not seen its fold."""


class Card(Frozen):
    """How weights were learned; `pages` gives the fold of each page by the SHA-256 of its source."""

    files: tuple[FileCard, ...]
    by_page_type: Mapping[str, float]
    """Mean word F1 of the pages of a stated type, judged as above."""
    folds: int
    languages_apart: bool
    trees: int
    libraries: Mapping[str, str]
    pages: Mapping[str, int]


def learn_blocks(
    files: Sequence[Path],
    articles: Sequence[Path],
    out: Path,
    *,
    number: int = 5,
    languages_apart: bool = False,
    trees: int = 250,
    workers: int = 1,
    progress: Progress = lambda stage, done, total: None,
) -> Card:
    """Learn what judges HTML pages, and write `blocks.json` and `blocks-card.json` to `out`, with `folds/0`, `folds/1` …

    Pages of `articles` that state no type are articles. Raises InputError where there are too few pages, StorageError.
    """
    listed = [(path, False) for path in files] + [(path, True) for path in articles]
    found: list[tuple[int, BenchPage, Example]] = []
    counts = [0] * len(listed)
    total = sum(1 for path, _ in listed for _ in read_pages(path))
    done = 0
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        for number_of_file, (path, article) in enumerate(listed):
            for page, read in _read(pool, path, article, ahead=8 * workers):
                counts[number_of_file] += 1
                done += 1
                progress("read", done, total)
                if read is not None:
                    found.append((number_of_file, page, read))
    if len(found) < _LEAST:
        raise InputError(f"{len(found)} pages with gold are too few to learn from: give {_LEAST} at least")
    pages = [page for _, page, _ in found]
    groups = sites(
        [LabelledPage(page.html, page.gold, page.url) for page in pages],
        [f"{at} {page.lang}" if languages_apart and page.lang else None for at, page, _ in found],
    )
    dealt = deal(groups, number)
    learned = train_blocks([read for _, _, read in found], groups, dealt, trees=trees, progress=progress)
    card = Card(
        files=tuple(
            _file_card(
                path,
                article,
                counts[at],
                [f1 for (of, _, _), f1 in zip(found, learned.scores, strict=True) if of == at],
            )
            for at, (path, article) in enumerate(listed)
        ),
        by_page_type=_by_page_type(pages, learned.scores),
        folds=number,
        languages_apart=languages_apart,
        trees=trees,
        libraries={name: version(name) for name in ("lightgbm", "numpy", "rapidfuzz", "scipy")},
        pages=dict(sorted((page.sha256, fold) for page, fold in zip(pages, dealt, strict=True))),
    )
    _write(out / "blocks.json", msgspec.json.encode(learned.model))
    _write(out / "blocks-card.json", msgspec.json.format(msgspec.json.encode(card), indent=1) + b"\n")
    for fold, model in enumerate(learned.folds):
        _write(out / "folds" / str(fold) / "blocks.json", msgspec.json.encode(model))
    return card


def _read(
    pool: ProcessPoolExecutor, path: Path, article: bool, *, ahead: int
) -> Iterator[tuple[BenchPage, Example | None]]:
    """The pages of a file in its order, read in the workers; only so many are held at once."""
    waiting = []
    for page in read_pages(path):
        waiting.append((page, pool.submit(example, page, article=article)))
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
