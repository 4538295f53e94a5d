"""Gold on disk → GoldPages. A folder is a page: the raw bytes, what is expected of them, and where they came from.

Everything is read before anything is scored, so that one run names every place that must be mended.
"""

import difflib
import hashlib
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from harvester.errors import InputError, PageError, storage
from harvester.gold.folders import BODY, EXPECT, PROVENANCE, Folder, State, folders, state_of
from harvester.types import EPOCH, Capture, Footnote, Frozen, path_uri

MAX_PAGE, MAX_TEXT, MAX_TOML = 32_000_000, 16_000_000, 1_000_000
"""Bytes of a page (as `extract.max_page_bytes` has it), of a body and of a TOML file, at most."""


class Expect(Frozen):
    """What must be found of a page; None where nothing is expected, an empty value where nothing may be found."""

    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    title: str | None = None
    date: str | None = None
    """`YYYY-MM-DD`, or the beginning of it."""
    site: str | None = None
    language: str | None = None
    authors: tuple[str, ...] | None = None
    translators: tuple[str, ...] | None = None
    footnotes: tuple[Footnote, ...] | None = None


class GoldPage(Frozen):
    """A page with what is expected of it; its bytes stay on disk until `capture_of` reads them."""

    name: str
    """The folder's path below the root, with `/`."""
    page: str
    """Path of the raw bytes."""
    url: str | None
    captured: str
    """`YYYY-MM-DDTHH:MM:SSZ`."""
    content_type: str | None
    """As the server sent it; by the file's ending where none did."""
    kind: str | None
    language: str | None
    host: str | None
    markdown: str | None
    """`gold.md` as it is; None where there is none."""
    expect: Expect
    checked: bool
    """Whether a person corrected it: what `provenance.toml` says; true without one, as a person made the folder."""
    page_sha256: str
    gold_sha256: str
    """Of `gold.md` and `expect.toml`, byte for byte."""
    stated_sha256: str | None = None
    """What `provenance.toml` says the page's digest is."""
    files: tuple[State, ...] = ()
    """The states of its files when they were read; none where they cannot tell that nothing has changed since."""

    @property
    def body(self) -> str | None:
        """The words of `gold.md`, without markup and footnotes; None where there is none. Parsed each time it is asked for."""
        from harvester.gold.words import plain_text  # a check whose scores are all kept parses nothing

        return None if self.markdown is None else plain_text(self.markdown)


class Problem(Frozen):
    """A place in a gold folder that cannot be read, or that says what nobody knows."""

    file: str
    line: int | None
    detail: str
    """What is wrong and what to do."""

    def __str__(self) -> str:
        return f"{self.file}{f':{self.line}' if self.line else ''}: {self.detail}"


class _ExpectFile(Frozen, forbid_unknown_fields=True):
    page: str | None = None
    kind: str | None = None
    language: str | None = None
    title: str | None = None
    authors: tuple[str, ...] | None = None
    translators: tuple[str, ...] | None = None
    date: Annotated[str, Meta(pattern=r"^(\d{4}(-\d\d(-\d\d)?)?)?\Z")] | None = None
    site: str | None = None
    must: tuple[Annotated[str, Meta(min_length=1)], ...] = ()
    must_not: tuple[Annotated[str, Meta(min_length=1)], ...] = ()
    footnotes: tuple[Footnote, ...] | None = None


class _ProvenanceFile(Frozen, forbid_unknown_fields=True):
    url: Annotated[str, Meta(pattern=r"^https?://")] | None = None
    captured: Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")] = EPOCH
    content_type: str | None = None
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")] | None = None
    made_from: str | None = None
    checked: bool = True


_File = TypeVar("_File", _ExpectFile, _ProvenanceFile)
_FILES: Mapping[str, type[_ExpectFile] | type[_ProvenanceFile]] = {EXPECT: _ExpectFile, PROVENANCE: _ProvenanceFile}


class _Fault(Exception):
    """One Problem on its way up to the page it belongs to."""

    def __init__(self, file: Path, line: int | None, detail: str) -> None:
        super().__init__(detail)
        self.problem = Problem(str(file), line, detail)


def read_gold(root: Path, known: Mapping[str, GoldPage] = {}, settled: int = 0) -> tuple[GoldPage, ...]:
    """The gold pages below `root`, sorted by name; those of `known` whose files are as they were are given as they are there.

    `known` is by name. `files` of a page are stated where all changed before `settled`: nanoseconds since 1970, `TICK` ago or
    earlier. Raises InputError with a line for every place that must be mended, and where there are none at all.
    """
    pages, problems = survey(root, known, settled)
    if problems:
        raise InputError(*map(str, problems))
    if not pages:
        raise InputError(f"{root}: no gold in it; make some with `harvest gold add PAGE --root {root}`")
    return pages


def survey(
    root: Path, known: Mapping[str, GoldPage] = {}, settled: int = 0
) -> tuple[tuple[GoldPage, ...], tuple[Problem, ...]]:
    """As `read_gold`: the gold pages that can be read, and what is wrong with the others.

    Raises InputError where `root` is no folder.
    """
    if not root.is_dir():
        raise InputError(f"{root}: no such folder of gold; make one with `harvest gold add PAGE --root {root}`")
    pages, problems = list[GoldPage](), list[Problem]()
    for folder in folders(root):
        name = _name(root, folder.path)
        before = known.get(name)
        if before is not None and _is_unchanged(before, folder):
            pages.append(before)
            continue
        try:
            pages.append(_read_page(root, folder, name, settled))
        except _Fault as fault:
            problems.append(fault.problem)
    return tuple(sorted(pages, key=lambda page: page.name)), tuple(
        sorted(problems, key=lambda p: (p.file, p.line or 0))
    )


def capture_of(page: GoldPage) -> Capture:
    """The page as if it had just come. Raises InputError where its bytes are no longer those that were read."""
    with storage(page.page), open(page.page, "rb") as file:
        body, state = file.read(), os.fstat(file.fileno())
    known = page.files and state_of(os.path.basename(page.page), state) in page.files
    if not known and hashlib.sha256(body).hexdigest() != page.page_sha256:
        raise InputError(f"{page.page}: changed while gold was read; run again")
    return Capture(page.url or path_uri(page.name), page.captured, body, content_type=page.content_type)


def _name(root: Path, folder: Path) -> str:
    name = folder.relative_to(root).as_posix()
    return folder.resolve().name if name == "." else name


def _is_unchanged(page: GoldPage, folder: Folder) -> bool:
    """Whether the folder, named as it was, has the same files in the same state."""
    return page.files != () and page.files == tuple(folder.files.values()) and Path(page.page).parent == folder.path


def _read_page(root: Path, listed: Folder, name: str, settled: int) -> GoldPage:
    folder = listed.path
    expect_bytes, body_bytes, provenance_bytes = (
        _bytes(folder / file, limit) if file in listed.files else None
        for file, limit in ((EXPECT, MAX_TOML), (BODY, MAX_TEXT), (PROVENANCE, MAX_TOML))
    )
    expect = _toml(folder / EXPECT, expect_bytes, _ExpectFile)
    provenance = _toml(folder / PROVENANCE, provenance_bytes, _ProvenanceFile)
    captured = _load(root, listed, expect.page, expect_bytes)
    return GoldPage(
        name=name,
        page=captured.uri,
        url=provenance.url,
        captured=provenance.captured,
        content_type=provenance.content_type or captured.content_type,
        kind=expect.kind,
        language=expect.language,
        host=_host(folder, provenance, provenance_bytes),
        markdown=_text(folder / BODY, body_bytes) if body_bytes is not None else None,
        expect=msgspec.convert(
            {field: getattr(expect, field) for field in Expect.__struct_fields__}, Expect, from_attributes=True
        ),
        checked=provenance.checked,
        page_sha256=captured.sha256,
        gold_sha256=hashlib.sha256(msgspec.json.encode([body_bytes, expect_bytes])).hexdigest(),
        stated_sha256=provenance.sha256,
        files=listed.states(settled) if expect.page is None else (),
    )


def _host(folder: Path, provenance: _ProvenanceFile, written: bytes | None) -> str | None:
    try:
        return urlsplit(provenance.url).hostname if provenance.url else None
    except ValueError:
        line = _line(_text(folder / PROVENANCE, written or b""), "url")
        raise _Fault(folder / PROVENANCE, line, "url is no address; write it as https://host/path") from None


def _load(root: Path, listed: Folder, named: str | None, expect: bytes | None) -> Capture:
    """The page's bytes; `uri` is the path they were read from."""
    from harvester.fetch import load_file

    folder = listed.path
    if named is None:
        pages = [name for name in listed.files if name.startswith("page.")]
        if len(pages) != 1:
            said = f"{len(pages)} files page.* ({', '.join(pages[:3])})" if pages else "no page.html (or page.txt …)"
            raise _Fault(folder, None, f"{said} in it; put the raw bytes of one page there")
        base, path, file, line = folder, pages[0], folder / pages[0], None
    else:
        base, path, file = root.resolve().parent, named, folder / EXPECT
        line = _line(_text(file, expect or b""), "page")
    try:
        capture = load_file(base, path, uri="", captured=EPOCH, limit=MAX_PAGE)
    except PageError as error:
        remedy = "name a file below the root's parent" if named else "replace it by the raw bytes of a page"
        raise _Fault(file, line, f"page {path}: {error}; {remedy}") from None
    return msgspec.structs.replace(capture, uri=str(folder / path if named is None else root.parent / path))


def _bytes(path: Path, limit: int) -> bytes:
    from harvester.fetch import load_file

    try:
        return load_file(path.parent, path.name, uri="", captured=EPOCH, limit=limit).body
    except PageError as error:
        if error.reason == "empty":
            return b""
        raise _Fault(path, None, f"{error}; replace it") from None


def _text(path: Path, written: bytes) -> str:
    try:
        return written.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = written[: error.start].count(b"\n") + 1
        raise _Fault(path, line, "not UTF-8; save it as UTF-8") from None


def _toml(path: Path, written: bytes | None, kind: type[_File]) -> _File:
    text = _text(path, written or b"")
    try:
        values: dict[str, Any] = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        at = re.search(r"\(at line (\d+)", str(error))
        raise _Fault(path, int(at[1]) if at else None, f"not valid TOML ({error}); mend it") from None
    known = kind.__struct_fields__
    for key in values:
        if key not in known:
            other = next((name for name, file in _FILES.items() if key in file.__struct_fields__), None)
            near = difflib.get_close_matches(key, known, n=1, cutoff=0.0)[0]
            remedy = f"it belongs into {other}" if other else f"did you mean {near!r}?"
            raise _Fault(path, _line(text, key), f"unknown key {key!r}; {remedy}")
        try:
            msgspec.convert({key: values[key]}, kind)
        except msgspec.ValidationError as error:
            raise _Fault(path, _line(text, key), f"{key}: {error}; mend it") from None
    return msgspec.convert(values, kind)


def _line(text: str, key: str) -> int | None:
    """The line in which a key of the top level is set."""
    found = re.search(rf"(?m)^[ \t]*\[*[\"']?{re.escape(key)}[\"']?[ \t]*[=\].]", text)
    return text.count("\n", 0, found.start()) + 1 if found else None
