"""One page becomes gold that a person has to correct: its bytes, and what is extracted of it now."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from harvester.archive import Archive, Entry, entries, hold
from harvester.captures import capture_named
from harvester.decode import undo_coding
from harvester.errors import InputError, StorageError, http_error
from harvester.extraction import Weights, extract_page
from harvester.gold.read import MAX_PAGE
from harvester.gold.words import fold
from harvester.gold.write import Draft, quoted, slug, write_page
from harvester.pack import RECORD_ID, find_record, only_corpus, read_manifest, version_folder
from harvester.rendering import as_page, read_capture
from harvester.settings import Settings
from harvester.types import EPOCH, Capture, Document, Frozen, Record

if TYPE_CHECKING:
    import httpx

_SENTENCE = re.compile(r"[^.!?。！？…]*[.!?。！？…]+[\"'”’»」）)]*|[^.!?。！？…]+")
_SNIPPET, _SHORTEST = 90, 12
"""Characters of a snippet that is suggested, at most and at least."""
_DROPPED = 8
"""Dropped blocks that are suggested: those that the verdict was least sure of."""


class Added(Frozen):
    """A gold page that was made."""

    folder: str
    made_from: str
    kept_words: int
    dropped_words: int


def add_gold(
    what: str,
    root: Path,
    *,
    version: Path | None,
    name: str | None,
    settings: Settings,
    weights: Weights,
    now: Callable[[], str],
    transport: "httpx.AsyncBaseTransport | None" = None,
) -> Added:
    """Make gold of a page named by path, URL, `-` for stdin, or the id of a record.

    An id is looked for in `version`, or in the only corpus below `corpus/`; so is a URL, and fetched where no
    `version` is given and none holds it. Raises InputError, also where the folder exists, PageError and StorageError.
    """
    capture, made_from = _capture(what, version, settings, now, transport)
    if (capture.status or 200) >= 400:
        raise http_error(capture.status or 400)
    page = as_page(capture)
    body = undo_coding(page.body, page.header("content-encoding"), MAX_PAGE)
    url = page.uri if page.uri.startswith(("http://", "https://")) else None
    seen = Capture(page.uri, page.fetched_at, body, content_type=page.content_type)
    document = extract_page(seen, settings.extract, weights)
    draft = Draft(
        name=name or slug(url or Path(what).name if what != "-" else "stdin"),
        page=body,
        suffix="txt" if (page.content_type or "").lower().startswith("text/plain") else "html",
        body=document.markdown,
        expect=expected(document),
        made_from=made_from,
        url=url,
        captured=page.fetched_at,
        content_type=page.content_type if url else None,
        notes=suggestions(document),
    )
    folder = write_page(root, draft)
    return Added(str(folder), made_from, document.kept_words, document.dropped_words)


def expected(document: Document) -> dict[str, str | tuple[str, ...] | None]:
    """The keys of `expect.toml` as they are found now."""
    found = document.metadata
    return {
        "language": found.language,
        "title": found.title or "",
        "authors": found.authors,
        "translators": found.translators,
        "date": (found.date_published or "")[:10],
        "site": found.site_name or "",
        "must": (),
        "must_not": (),
    }


def suggestions(document: Document) -> dict[str, tuple[str, ...]]:
    """Snippets for a person to choose from: how the body begins and ends, and blocks that were dropped."""
    text = fold(document.text)
    kept = [b.text for b, v in zip(document.blocks, document.verdicts, strict=True) if v.kept and b.text.strip()]
    ends = [_SENTENCE.findall(fold(block)) for block in (kept[0], kept[-1])] if kept else []
    must = dict.fromkeys(
        _cut(sentence) for sentences, at in zip(ends, (0, -1), strict=False) for sentence in sentences[at:][:1]
    )
    return {
        "must": tuple(quoted(snippet) + "," for snippet in must if snippet in text),
        "must_not": tuple(quoted(snippet) + "," for snippet in _dropped(document, text)),
    }


def _dropped(document: Document, text: str) -> list[str]:
    pairs = zip(document.blocks, document.verdicts, strict=True)
    sure = sorted((v.score, _cut(fold(b.text))) for b, v in pairs if not v.kept)
    found = dict.fromkeys(cut for _, cut in reversed(sure) if len(cut) >= _SHORTEST and cut not in text)
    return list(found)[:_DROPPED]


def _cut(text: str) -> str:
    """The beginning of a text, in whole words."""
    text = text.strip()
    if len(text) <= _SNIPPET:
        return text
    whole, blank, _ = text[:_SNIPPET].rpartition(" ")
    return whole if blank else text[:_SNIPPET]


def _capture(
    what: str,
    version: Path | None,
    settings: Settings,
    now: Callable[[], str],
    transport: "httpx.AsyncBaseTransport | None",
) -> tuple[Capture, str]:
    """The page's capture, and where it is from."""
    is_url = what.lower().startswith(("http://", "https://"))
    if version is not None or RECORD_ID.fullmatch(what.strip()):
        return _archived(version_folder(version or only_corpus()), what, settings, now)
    if is_url and (folder := _only_version()) is not None:
        try:
            return _archived(folder, what, settings, now)
        except InputError:  # no record of it there: it is fetched
            pass
    capture = capture_named(what, settings, now=now, stdin=None, transport=transport)
    return capture, "standard input" if what == "-" else f"{what}, fetched" if is_url else Path(what).name


def _only_version() -> Path | None:
    try:
        return version_folder(only_corpus())
    except InputError:
        return None


def _archived(folder: Path, what: str, settings: Settings, now: Callable[[], str]) -> tuple[Capture, str]:
    """The capture that a record was made from, under the record's address."""
    record, _, _ = find_record(folder, what)
    manifest, _ = read_manifest(folder)
    archive_folder = folder.resolve().parent / "archive"
    if not archive_folder.is_dir():
        raise StorageError(f"{archive_folder}: no archive; gold is made of the bytes that lie there, restore it")
    with hold(archive_folder.parent, now=now()), Archive(archive_folder, now=EPOCH, name="", info={}) as archive:
        entry = next(_entries_of(archive_folder, record), None)
        if entry is None:
            raise StorageError(f"{archive_folder}: lacks the capture of {record.id}; restore it, or fetch the page")
        capture = as_page(read_capture(archive, entry, settings))
    made_from = f"record {record.id} of {manifest.name} {manifest.version}"
    return msgspec.structs.replace(capture, uri=record.metadata.url or capture.uri), made_from


def _entries_of(archive_folder: Path, record: Record) -> Iterator[Entry]:
    """The entries of a record's capture, whole ones before those that only say that the page is unchanged."""
    found = [entry for entry in entries(archive_folder) if entry.record_id == record.metadata.capture.record_id]
    yield from sorted(found, key=lambda entry: bool(entry.original))
