"""The flow, stage by stage: index → seeds → captures in the archive → documents → records → a version.

Read this file first. Each public function here is one verb of the command line.
"""

from contextlib import AbstractContextManager
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from harvester.archive import Compacted, Entry, compact, hold
from harvester.captures import capture_all, capture_named
from harvester.correcting import correct_all
from harvester.curate import bounds_of
from harvester.errors import InputError, storage
from harvester.expansion import expand_held, expand_into
from harvester.extraction import Explanation, explain_page, extract_page, load_weights
from harvester.frontier import Frontier
from harvester.index import Listing, read_index
from harvester.lookup import look_up_all
from harvester.pack import (
    CorpusStatus,
    corpora,
    draft,
    open_corpus,
    read_seeds,
    shares,
    verify_deep,
    version_folder,
    versions,
)
from harvester.pack import verify as verify_version
from harvester.packing import BuildResult, pack_version
from harvester.rebuilding import Rebuilt, rebuild
from harvester.rendering import render_all
from harvester.run import SOFTWARE, Progress, Run, begin, clock, silent, warcinfo
from harvester.settings import Settings, resolve, starter_settings
from harvester.sources import Expansion, names_pages
from harvester.types import EPOCH, Capture, Document, Failure, Frozen, Seed
from harvester.workers import HERE, Workers

if TYPE_CHECKING:
    import httpx

__all__ = [
    "BuildResult",
    "CorpusStatus",
    "FetchResult",
    "Progress",
    "Rebuilt",
    "build",
    "compact_archive",
    "explain_from",
    "extract",
    "extract_from",
    "fetch",
    "init",
    "list_index",
    "open_corpus",
    "rebuild",
    "status",
    "verify",
    "version_folder",
]


class FetchResult(Frozen):
    """What a fetch did."""

    corpus: str
    archive: str
    """Where it lies."""
    pages: int
    """Listed in the index."""
    archived: int
    """Of these, how many the archive holds now."""
    asked: int
    """Pages that servers were asked for."""
    bytes: int
    """Of bodies that came, on the wire."""
    failures: tuple[Failure, ...]
    """The pages that the archive does not hold, with reasons."""
    ignored: int
    """Entries of the index that are no seeds."""
    notices: tuple[str, ...] = ()
    """As for a build."""


def build(
    index: str = "seeds/INDEX.md",
    *,
    output: Path = Path("corpus"),
    settings: Settings | None = None,
    now: str | None = None,
    stdin: BinaryIO | None = None,
    progress: Progress | None = None,
    transport: "httpx.AsyncBaseTransport | None" = None,
    workers: Workers = HERE,
) -> BuildResult:
    """Index → corpus version: expand its feeds, load or fetch what the archive lacks, extract from the archive, pack.

    `now` is the capture date of fetched pages (`YYYY-MM-DDTHH:MM:SSZ`, the clock by default);
    `transport` replaces the network; `workers` says in which processes pages are judged, by default in this one. Raises
    InputError for an index that must be mended and StorageError for the disk or a corpus in use; a page that fails is
    in the result.
    """
    settings = settings or resolve()
    shares(settings.pack.splits)  # a mistake in them is said before anything is fetched
    bounds_of(settings.curate)
    listing = _listed(index, stdin)
    corpus = output / listing.name
    with _run(corpus, settings, now, progress, transport) as run:
        expansion, captured, corrections, lost = _captured(listing, run)
        run.archive.sync()  # a version must not outlive the captures it cites
        with draft(corpus) as folder:
            result = pack_version(
                expansion,
                captured,
                lost,
                run.archive,
                folder,
                settings,
                run.report,
                corrections=corrections,
                workers=workers,
            )
        return msgspec.structs.replace(result, notices=tuple(run.notices))


def fetch(
    index: str = "seeds/INDEX.md",
    *,
    output: Path = Path("corpus"),
    settings: Settings | None = None,
    now: str | None = None,
    stdin: BinaryIO | None = None,
    progress: Progress | None = None,
    transport: "httpx.AsyncBaseTransport | None" = None,
) -> FetchResult:
    """Index → archive: the first half of `build`, which goes on from here without the network.

    Arguments and errors are those of `build`.
    """
    settings = settings or resolve()
    listing = _listed(index, stdin)
    with _run(output / listing.name, settings, now, progress, transport) as run:
        expansion, captured, _, lost = _captured(listing, run)
        run.archive.sync()
        return FetchResult(
            listing.name,
            str(run.archive.folder),
            len(listing.failures) + len(expansion.failures) + len(expansion.listing.seeds),
            len(captured),
            run.budget.pages,
            run.budget.bytes,
            tuple(sorted([*expansion.failures, *lost], key=lambda failure: failure.line)),
            len(expansion.listing.ignored),
            tuple(run.notices),
        )


def _captured(
    listing: Listing, run: Run
) -> tuple[Expansion, list[tuple[Seed, Entry]], dict[str, Entry], list[Failure]]:
    """The index with the pages its sources lead to, where their captures and corrections lie, and the pages without one."""
    expansion = expand_into(listing, run)
    captured, lost = capture_all(expansion.listing, run)
    captured, lost = look_up_all(captured, lost, expansion.listing.seeds, run)
    captured, unrendered = render_all(captured, run)
    captured, corrections, unread = correct_all(captured, Path(listing.folder), run)
    return expansion, captured, corrections, [*lost, *unrendered, *unread]


def _listed(index: str, stdin: BinaryIO | None) -> Listing:
    listing = read_index(index, stdin=stdin)
    if not (listing.seeds or listing.sources or listing.failures):
        mend = "see `harvest list`" if listing.warcs else "add list items or table rows with a link, a URL or a path"
        raise InputError(f"{index}: lists no page; {mend}")
    return listing


def _run(
    corpus: Path,
    settings: Settings,
    now: str | None,
    progress: Progress | None,
    transport: "httpx.AsyncBaseTransport | None",
) -> AbstractContextManager[Run]:
    return begin(
        corpus,
        settings,
        now=clock if now is None else lambda: now,
        software=SOFTWARE,
        report=progress or silent,
        transport=transport,
    )


def init(folder: Path) -> list[Path]:
    """Write a starter index with one example page, and a settings file; the paths written.

    Raises InputError where one of them exists, before anything is written.
    """
    starter = files("harvester.index") / "starter"
    contents = {
        folder / "seeds" / "INDEX.md": (starter / "INDEX.md").read_bytes(),
        folder / "seeds" / "example.html": (starter / "example.html").read_bytes(),
        folder / "harvest.toml": starter_settings().encode(),
    }
    if existing := [f"{path}: exists already; move it, or init another folder" for path in contents if path.exists()]:
        raise InputError(*existing)
    for path, content in contents.items():
        with storage(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return list(contents)


def list_index(
    index: str,
    *,
    output: Path = Path("corpus"),
    settings: Settings | None = None,
    stdin: BinaryIO | None = None,
) -> Expansion:
    """The seeds that an index lists and what in it is ignored, with reasons. Raises InputError.

    Its feeds, sitemaps and pages of links are expanded as far as files and the archive go; the others are failures.
    """
    listing = read_index(index, stdin=stdin)
    return expand_held(listing, output / listing.name / "archive", settings or resolve())


def extract(
    page: str | bytes,
    *,
    url: str | None = None,
    content_type: str | None = None,
    settings: Settings | None = None,
) -> Document:
    """The document of one page, given as bytes or as text. Raises PageError.

    Without `content_type` the first bytes decide between HTML and flat text.
    """
    if isinstance(page, str):
        page, content_type = page.encode("utf-8", "replace"), f"{content_type or ''}; charset=utf-8"
    capture = Capture(url or "file:///-", EPOCH, page, content_type=content_type)
    return extract_page(capture, (settings or resolve()).extract, load_weights())


def extract_from(
    source: str,
    *,
    settings: Settings,
    stdin: BinaryIO | None = None,
    transport: "httpx.AsyncBaseTransport | None" = None,
) -> Document:
    """The document of a page named by path, by URL, or `-` for stdin. Raises InputError or PageError."""
    return extract_page(
        capture_named(source, settings, now=clock, stdin=stdin, transport=transport), settings.extract, load_weights()
    )


def explain_from(
    source: str,
    *,
    settings: Settings,
    stdin: BinaryIO | None = None,
    transport: "httpx.AsyncBaseTransport | None" = None,
) -> Explanation:
    """What decided about each block of a page, named as for `extract_from`. Raises InputError or PageError."""
    return explain_page(
        capture_named(source, settings, now=clock, stdin=stdin, transport=transport), settings.extract, load_weights()
    )


def status(output: Path = Path("corpus")) -> list[CorpusStatus]:
    """Every corpus below the output folder, or the one that it is, with what is known of the hosts it was fetched from."""
    found, root = corpora(output), output
    if not found:
        root = output.resolve().parent
        found = [corpus for corpus in corpora(root) if corpus.name == output.resolve().name]
    return [_with_hosts(corpus, root) for corpus in found]


def _with_hosts(corpus: CorpusStatus, root: Path) -> CorpusStatus:
    with Frontier(root / corpus.name) as frontier:
        return msgspec.structs.replace(corpus, hosts=tuple(frontier.hosts()))


def verify(path: Path, *, deep: bool = False, progress: Progress | None = None) -> list[str]:
    """One line for each file of a version that is not as its manifest states. Raises StorageError.

    With `deep`, where every byte is, one for each record that does not agree with its sidecar row, the lists or the counts, and
    `progress` is told how many are through.
    """
    folder = version_folder(path)
    report = progress or silent
    found = list(verify_version(folder, progress=report))
    return list(verify_deep(folder, progress=report)) if deep and not found else found


def compact_archive(
    corpus: Path, *, settings: Settings | None = None, now: str | None = None, dry_run: bool = False
) -> Compacted:
    """Drop the captures of a corpus that are superseded and that no version on disk was made from.

    Every capture that names pages as a feed does stays: pages that have left a feed follow from its old captures.
    Raises InputError where there is no archive, StorageError for the disk or a corpus in use.
    """
    if not (corpus / "archive").is_dir():
        raise InputError(f"{corpus}: no archive in it; name a corpus, such as corpus/NAME")
    now, settings = now or clock(), settings or resolve()
    with hold(corpus, now=now):
        seeds = [seed for v in versions(corpus) for seed in read_seeds(corpus / str(v))]
        cited = {cited for seed in seeds for cited in (seed.capture, seed.correction) if cited}
        return compact(
            corpus / "archive",
            cited=cited,
            now=now,
            name=corpus.resolve().name,
            info=warcinfo(settings, SOFTWARE),
            needed=partial(names_pages, recipe=settings.extract),
            dry_run=dry_run,
        )
