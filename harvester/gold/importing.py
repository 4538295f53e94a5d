"""Gold of others becomes folders of gold: what can be imported is written, and for each of the others it is said why not."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from harvester.decode import undo_coding
from harvester.errors import InputError, PageError, http_error
from harvester.fetching import fetch_some
from harvester.gold.formats import Found, read_format
from harvester.gold.read import MAX_PAGE, MAX_TEXT, Problem
from harvester.gold.write import Draft, Value, apart, slug, write_page
from harvester.settings import Settings
from harvester.types import EPOCH, Frozen

if TYPE_CHECKING:
    import httpx

_CHUNK = 64
"""Pages that are fetched together, and held until they are written."""


class Imported(Frozen):
    """What an import made."""

    root: str
    pages: tuple[str, ...]
    """Names of the folders."""
    problems: tuple[Problem, ...]


def import_gold(
    form: str,
    path: Path,
    root: Path,
    *,
    settings: Settings,
    now: Callable[[], str],
    fetch: bool = False,
    transport: "httpx.AsyncBaseTransport | None" = None,
) -> Imported:
    """Import gold in a format of `formats.FORMATS`; pages that it does not hold are fetched politely if `fetch` says so.

    A page whose folder exists is left as it is, which is a problem. Raises InputError where nothing can be read,
    and StorageError.
    """
    problems, drafts, waiting = list[Problem](), _Drafts(root, form), list[Found]()
    for found in read_format(form, path):
        if isinstance(found, Problem):
            problems.append(found)
        elif found.page is not None:
            drafts.write(found, found.page, found.captured, found.content_type)
        elif found.url is None:
            problems.append(Problem(found.place, None, "neither a page nor an address that could be fetched"))
        elif fetch:
            waiting.append(found)
        else:
            problems.append(Problem(found.place, None, f"holds no page; --fetch gets {found.url} from its site"))
    for start in range(0, len(waiting), _CHUNK):
        _fetch(waiting[start : start + _CHUNK], drafts, problems, settings, now, transport)
    return Imported(str(root), tuple(drafts.names), (*problems, *drafts.problems))


def _fetch(
    waiting: list[Found],
    drafts: "_Drafts",
    problems: list[Problem],
    settings: Settings,
    now: Callable[[], str],
    transport: "httpx.AsyncBaseTransport | None",
) -> None:
    urls = dict.fromkeys(found.url for found in waiting if found.url is not None)
    answers = fetch_some(list(urls), settings, now=now, transport=transport)
    for found in waiting:
        answer = answers[found.url or ""]
        try:
            if isinstance(answer, PageError):
                raise answer
            if (answer.status or 200) >= 400:
                raise http_error(answer.status or 400)
            page = undo_coding(answer.body, answer.header("content-encoding"), MAX_PAGE)
        except PageError as error:
            problems.append(Problem(found.place, None, f"{found.url}: {error}"))
        else:
            drafts.write(found, page, answer.fetched_at, answer.content_type)


class _Drafts:
    """The folders that an import writes, under names of their own."""

    def __init__(self, root: Path, form: str) -> None:
        self.names, self.problems = list[str](), list[Problem]()
        self._root, self._form, self._ids, self._taken = root, form, set[str](), set[str]()

    def write(self, found: Found, page: bytes, captured: str, content_type: str | None) -> None:
        if found.id in self._ids:
            self.problems.append(
                Problem(found.place, None, f"{found.id[:80]}: stands there twice; the first one is imported")
            )
            return
        self._ids.add(found.id)
        if found.body is not None and len(found.body.encode("utf-8", "replace")) > MAX_TEXT:
            self.problems.append(Problem(found.place, None, f"a body of more than {MAX_TEXT:,} bytes; leave it out"))
            return
        name = _name(found.id)
        if name.lower() in self._taken:  # lower: some file systems know no case
            name = apart(name, found.id)
        self._taken.add(name.lower())
        try:
            write_page(self._root, self._draft(found, name, page, captured, content_type))
        except InputError as error:
            self.problems.append(Problem(found.place, None, str(error)))
        else:
            self.names.append(name)

    def _draft(self, found: Found, name: str, page: bytes, captured: str, content_type: str | None) -> Draft:
        expect: dict[str, Value | None] = {
            "kind": found.kind,
            "language": found.language,
            "title": found.title,
            "authors": found.authors,
            "date": found.date,
            "site": found.site,
            "must": found.must or None,
            "must_not": found.must_not or None,
        }
        return Draft(
            name,
            page,
            "html",
            found.body,
            {key: value for key, value in expect.items() if value is not None},
            f"{self._form} {found.id[:200]}",
            url=found.url,
            captured=captured if captured != EPOCH else found.captured,
            content_type=content_type,
        )


def _name(identifier: str) -> str:
    parts: Iterable[str] = [identifier] if "://" in identifier else identifier.split("/")
    return "/".join(slug(part) for part in parts if part not in ("", ".", ".."))
