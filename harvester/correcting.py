"""Pages whose text a person corrected: the correction is archived beside the page's capture, so that a record follows from
the archive whatever becomes of the file."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from harvester.archive import Archive, Entry
from harvester.captures import failure
from harvester.decode import to_text
from harvester.errors import PageError
from harvester.run import Run
from harvester.types import CORRECTED, EPOCH, Failure, Seed

Captured = list[tuple[Seed, Entry]]


def correct_all(
    captured: Sequence[tuple[Seed, Entry]], folder: Path, run: Run
) -> tuple[Captured, dict[str, Entry], list[Failure]]:
    """The same pages, but for those whose correction cannot be read; where the corrections lie, by the seed's id; and those."""
    from harvester.fetch import load_file

    kept, corrections, lost = Captured(), dict[str, Entry](), list[Failure]()
    for seed, entry in captured:
        if seed.corrected is not None:
            try:
                made = load_file(
                    folder,
                    seed.corrected,
                    uri=CORRECTED + seed.uri,
                    captured=EPOCH,
                    limit=run.settings.extract.max_page_bytes,
                )
            except PageError as error:
                lost.append(failure(seed, PageError(error.reason, f"{seed.corrected}: {error.detail}")))
                continue
            held = run.archive.find(made.uri, sha256=made.sha256, fetched_at=made.fetched_at)
            corrections[seed.id] = held or run.archive.add(made)
        kept.append((seed, entry))
    return kept, corrections, lost


def correction_of(seed: Seed, corrections: Mapping[str, Entry], archive: Archive) -> str | None:
    """The text that a page was corrected to; None for a page that was not. Raises PageError for a damaged capture."""
    entry = corrections.get(seed.id)
    return to_text(archive.read(entry).body, None, html=False) if entry is not None else None
