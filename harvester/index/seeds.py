"""Entries become Seeds: values typed, pages looked up, defaults filled in, duplicates refused. Knows no file format."""

from collections.abc import Callable, Iterable, Mapping

from harvester.errors import InputError
from harvester.index import fields
from harvester.index.fields import Refused
from harvester.index.listing import Defaults, Entry, Ignored, Pair, Part, Problem, fold
from harvester.types import Attribute, Frozen, Seed, path_id, url_id

_SCALARS: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "title": ("title", fold),
    "label": ("label", fold),
    "section": ("section", fold),
    "date": ("date", fields.published),
    "lang": ("language", fold),
    "language": ("language", fold),
    "site": ("site", fold),
    "license": ("license", fold),
    "url": ("url", fields.web_address),
    "captured": ("captured", fields.timestamp),
}
_LISTS: Mapping[str, tuple[str, Callable[[str], tuple[str, ...]]]] = {
    "author": ("authors", fields.authors),
    "authors": ("authors", fields.authors),
    "tags": ("tags", fields.tags),
}
NOTES = ("notes", "note")
TYPED = frozenset((*_SCALARS, *_LISTS, *NOTES))
"""The keys that have a meaning; any other goes to the notes."""


class _Stated(Frozen):
    """What the pairs of an entry say, by field of Seed."""

    scalars: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]]
    notes: tuple[str, ...]
    problems: tuple[Problem, ...]


class _Place(Frozen):
    id: str
    url: str | None
    path: str | None


def settle(
    parts: Iterable[Part], defaults: Defaults, file: str, folder: str
) -> tuple[tuple[Seed, ...], tuple[Ignored, ...]]:
    """Seeds and ignored places, in index order. Raises InputError with every problem of the index."""
    entries, ignored, problems = list[Entry](), list[Ignored](), list[Problem]()
    for part in parts:
        if isinstance(part, Entry):
            entries.append(part)
        elif isinstance(part, Ignored):
            ignored.append(part)
        else:
            problems.append(part)
    seeds = list[Seed]()
    for entry in sorted(entries, key=lambda entry: entry.line):  # an outer list item ends after its inner ones
        seed, flaws = _seed(entry, defaults, file, folder)
        problems += flaws
        if seed is not None:
            seeds.append(seed)
    problems += _duplicates(seeds)
    if problems:
        raise InputError(*(f"{file}:{p.line}: {p.text}" for p in sorted(problems, key=lambda p: p.line)))
    return tuple(seeds), tuple(sorted(ignored, key=lambda place: place.line))


def _seed(entry: Entry, defaults: Defaults, file: str, folder: str) -> tuple[Seed | None, tuple[Problem, ...]]:
    stated = _stated(entry.pairs)
    try:
        place = _place(entry.target, stated.scalars.get("url"), folder)
    except Refused as refused:
        return None, (*stated.problems, Problem(line=entry.line, text=str(refused)))
    said = stated.scalars
    return Seed(
        id=place.id,
        url=place.url,
        path=place.path,
        file=file,
        line=entry.line,
        label=said.get("label", entry.label) or None,
        section=said.get("section", entry.section) or None,
        notes="\n".join(filter(None, map(fold, (*entry.notes, *stated.notes)))) or None,
        title=said.get("title"),
        authors=stated.lists.get("authors", ()),
        date=said.get("date"),
        language=said.get("language", defaults.language),
        site=said.get("site", defaults.site),
        license=said.get("license", defaults.license),
        tags=stated.lists.get("tags", defaults.tags),
        captured=said.get("captured", defaults.captured),
        attributes=tuple(Attribute(key=pair.key, value=pair.value) for pair in entry.pairs if pair.key),
    ), stated.problems


def _place(target: str, stated_url: str | None, folder: str) -> _Place:
    if fields.scheme(target) is None:
        path = fields.local_path(target, folder)
        return _Place(id=url_id(stated_url) if stated_url else _path_id(path), url=stated_url, path=path)
    url = fields.web_address(target)
    if stated_url not in (None, url):
        raise Refused(
            f"two addresses, {fields.show(target)} and {fields.show(stated_url or '')}: list each page by itself"
        )
    return _Place(id=url_id(url), url=url, path=None)


def _path_id(path: str) -> str:
    return path_id(fields.nfc(path))


def _stated(pairs: Iterable[Pair]) -> _Stated:
    scalars, lists, notes, problems = dict[str, str](), dict[str, tuple[str, ...]](), list[str](), list[Problem]()
    for pair in pairs:
        if pair.key in _SCALARS:
            field, parse = _SCALARS[pair.key]
            if field in scalars:
                problems.append(Problem(line=pair.line, text=f"{field} is stated twice: keep one of the two"))
                continue
            try:
                scalars[field] = parse(pair.value)
            except Refused as refused:
                problems.append(Problem(line=pair.line, text=str(refused)))
        elif pair.key in _LISTS:
            field, divide = _LISTS[pair.key]
            values = divide(pair.value) if pair.parts is None else pair.parts
            lists[field] = tuple(dict.fromkeys((*lists.get(field, ()), *values)))
        else:
            notes.append(pair.value if pair.key in ("", *NOTES) else f"{pair.key}: {pair.value}")
    return _Stated(scalars=scalars, lists=lists, notes=tuple(notes), problems=tuple(problems))


def _duplicates(seeds: Iterable[Seed]) -> Iterable[Problem]:
    first = dict[str, int]()
    for seed in seeds:
        keys = {seed.id} if seed.path is None else {seed.id, _path_id(seed.path)}
        before = min((first[key] for key in keys if key in first), default=None)
        if before is not None:
            what = f"duplicate page {fields.show(seed.name)}, first listed in line {before}: remove one of the two"
            yield Problem(line=seed.line, text=what)
        for key in keys:
            first.setdefault(key, seed.line)
