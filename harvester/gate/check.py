"""The check of gold pages: read, score, judge, and, where asked, accept.

The same pages, gold, floors and recipe give the same report, with any number of workers and with or without the cache.
"""

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from harvester.errors import InputError, PageError
from harvester.gate.cache import (
    Cache,
    Kept,
    cache_folder,
    deciding,
    file_of,
    kept,
    key_of,
    read_cache,
    standing,
    write_cache,
)
from harvester.gate.figures import tables
from harvester.gate.findings import Finding, Report
from harvester.gate.floors import Floors, default_path, parse_floors, write_floors, written_floors
from harvester.gate.page_score import PageScore
from harvester.gate.verdict import Scored, judge, raised, sunk
from harvester.gold import GoldPage, capture_of, read_gold
from harvester.gold.folders import TICK
from harvester.settings import Recipe, Settings
from harvester.types import Capture, Frozen

SEED = 20_000
"""What the bootstrap draws by, unless told otherwise."""
_NAMED = 10

Progress = Callable[[str, int, int], None]


class Request(Frozen):
    """What is to be done beside checking."""

    floors: Path | None = None
    """The file of floors; in the gold root if None."""
    update: bool = False
    """Pin the pages as they are now, and raise the floors."""
    allow_regression: str | None = None
    """Let floors sink and scores fall, for this reason."""
    workers: int = 1
    cache: Path | None = None
    """The folder of kept scores; none are kept if None."""
    seed: int = SEED


def check_gold(
    root: Path,
    settings: Settings,
    request: Request,
    progress: Progress | None = None,
    *,
    now: Callable[[], int] = time.time_ns,
) -> Report:
    """Hold every gold page below a folder to its floors. `now`: nanoseconds since 1970, for the states of files.

    Raises InputError for gold or floors that must be mended, and for pages that are not pinned as they are; StorageError.
    """
    if request.allow_regression is not None and not request.allow_regression.strip():
        raise InputError("--allow-regression: say why in some words; the file of floors keeps them")
    path = request.floors or default_path(root)
    update = request.update or request.allow_regression is not None
    file = None if request.cache is None else file_of(request.cache, root)
    held = before = Cache()
    settled = 0
    if file is not None:
        held, settled = read_cache(file), now() - TICK
        before = _still_true(held, settings.extract, settled)
    pages = read_gold(root, {one.page.name: one.page for one in before.pages}, settled)
    floors, digest = _floors(path, before)
    if not update:
        _refuse_unpinned(pages, floors, path)
    found = score_pages(pages, before, settings.extract, request.workers, progress)
    scored = [(page, one.score) for page, one in zip(pages, found, strict=True)]
    findings, notes = judge(scored, floors or Floors(), settings.check, request.seed), list[str]()
    if update:
        findings, notes = _accept(scored, findings, floors or Floors(), path, settings, request)
    if file is not None:
        accepted, digest = _floors(path, before) if update else (floors, digest)
        after = Cache(before.standing, before.decided_by, tuple(found), accepted, digest)
        problem = write_cache(file, after) if after != held else None
        notes = [problem, *notes] if problem else notes
    return Report(str(root), len(pages), tables(scored, floors or Floors()), findings, tuple(notes))


def _still_true(held: Cache, recipe: Recipe, settled: int) -> Cache:
    """What holds of the last run: nothing of its pages where their scores may be others now."""
    state = standing(recipe, settled)
    if state and held.standing == state:
        return held
    from harvester.packing import deciding_libraries

    decided_by = deciding(recipe, deciding_libraries())
    pages = held.pages if held.decided_by == decided_by else ()
    return msgspec.structs.replace(held, standing=state, decided_by=decided_by, pages=pages)


def _floors(path: Path, held: Cache) -> tuple[Floors | None, str]:
    """What the file of floors says, None where there is none, and its digest. Raises InputError, StorageError."""
    written = written_floors(path)
    if written is None:
        return None, ""
    digest = hashlib.sha256(written).hexdigest()
    return (held.floors if held.floors_sha256 == digest else parse_floors(path, written)), digest


def score_pages(
    pages: Sequence[GoldPage], before: Cache, recipe: Recipe, workers: int, progress: Progress | None = None
) -> list[Kept]:
    """Each page with its score, in order: from the cache, or computed."""
    known, scores = {one.page.name: one for one in before.pages}, {one.key: one.score for one in before.pages}
    found = [one if (one := known.get(page.name)) and one.page is page else None for page in pages]
    keys = [one.key if one else key_of(page, before.decided_by) for page, one in zip(pages, found, strict=True)]
    missing = [page for page, key in zip(pages, keys, strict=True) if key not in scores]
    fresh = iter(_all(missing, recipe, workers, progress or (lambda stage, done, total: None)))
    return [
        one or kept(page, key, scores[key] if key in scores else next(fresh))
        for page, key, one in zip(pages, keys, found, strict=True)
    ]


def _all(pages: Sequence[GoldPage], recipe: Recipe, workers: int, report: Progress) -> list[PageScore]:
    scores = list[PageScore]()
    for score in _each(pages, recipe, workers):
        scores.append(score)
        report("check", len(scores), len(pages))
    return scores


def _each(pages: Sequence[GoldPage], recipe: Recipe, workers: int) -> Iterator[PageScore]:
    """The score of each page: in this process, or, with more workers than one, in others that a page may crash."""
    if not pages:  # all are in the cache: nothing that extracts is loaded
        return
    from harvester.gate.score import failed
    from harvester.workers import Workers, in_order

    count = workers if workers > 1 and len(pages) > 1 else 0
    sent = (msgspec.msgpack.encode((page, capture_of(page))) for page in pages)
    limits = Workers(count).for_pages_of(recipe.max_page_bytes)
    with in_order(score_pages_by, msgspec.msgpack.encode(recipe), sent, limits) as results:
        for page, result in zip(pages, results, strict=True):
            if isinstance(result, PageError):
                yield failed(page, result)
            else:
                yield msgspec.msgpack.decode(result, type=PageScore)


def score_pages_by(setup: bytes) -> Callable[[bytes], bytes]:
    """For `workers`: a gold page with its capture to its score, all encoded, by the recipe that is encoded in `setup`."""
    from harvester.extraction import load_weights
    from harvester.gate.score import score_page
    from harvester.judging import warm_up

    recipe, weights = msgspec.msgpack.decode(setup, type=Recipe), load_weights()
    sent = msgspec.msgpack.Decoder(tuple[GoldPage, Capture])
    warm_up(recipe, weights)

    def score(page: bytes) -> bytes:
        return msgspec.msgpack.encode(score_page(*sent.decode(page), recipe, weights))

    return score


def _refuse_unpinned(pages: Sequence[GoldPage], floors: Floors | None, path: Path) -> None:
    if floors is None:
        raise InputError(f"{path}: there are no floors yet; `--update` pins the pages as they are and writes them")
    pins, here = floors.pages, {page.name for page in pages}
    odd = [f"{page.name} (new)" for page in pages if page.name not in pins]
    odd += [
        f"{page.name} ({' and '.join(what)} changed)"
        for page in pages
        if (pin := pins.get(page.name))
        and (
            what := [
                w for w, a, b in (("page", pin.page, page.page_sha256), ("gold", pin.gold, page.gold_sha256)) if a != b
            ]
        )
    ]
    odd += [f"{name} (gone)" for name in sorted(pins.keys() - here)]
    if odd:
        named = ", ".join(odd[:_NAMED]) + (f" and {len(odd) - _NAMED} more" if len(odd) > _NAMED else "")
        raise InputError(f"{path}: it is of other pages: {named}; `--update` pins them anew if nothing got worse")


def _accept(
    scored: Scored,
    findings: tuple[Finding, ...],
    floors: Floors,
    path: Path,
    settings: Settings,
    request: Request,
) -> tuple[tuple[Finding, ...], list[str]]:
    """Write the floors if nothing fails, or if it may; the findings are warnings then."""
    failing = [finding for finding in findings if finding.fails]
    if failing and request.allow_regression is None:
        return findings, [f"{path}: not updated, since something got worse; --allow-regression REASON accepts that"]
    made_with = _made_with(settings)
    if not failing:
        wrote = write_floors(path, raised(scored, floors, settings.check, made_with))
        notes = [f"{path}: updated" if wrote else f"{path}: nothing to update"]
        return findings, notes + (["nothing got worse: the reason was not needed"] if request.allow_regression else [])
    reason = " ".join((request.allow_regression or "").split())
    write_floors(path, sunk(scored, floors, settings.check, made_with, reason))
    allowed = tuple(
        Finding(f.check, f.where, f"{f.detail} (allowed)", False, f.file, f.line, f.lines) for f in findings
    )
    return allowed, [f"{path}: updated; what got worse stands in it with the reason"]


def _made_with(settings: Settings) -> Mapping[str, str]:
    from harvester.extraction import load_weights
    from harvester.packing import deciding_libraries, recipe_info

    recipe = recipe_info(settings, load_weights())
    return {"recipe": recipe.fingerprint, **deciding_libraries()}


def kept_in(no_cache: bool) -> Path | None:
    """The folder of kept scores of who runs this."""
    return None if no_cache else cache_folder(os.environ)


def is_version(target: Path) -> bool:
    """Whether a folder is that of a version or of a corpus, and not one of gold pages."""
    return (target / "manifest.json").is_file() or (target / "latest").is_file()
