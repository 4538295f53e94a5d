"""Entries become Seeds: values typed, pages looked up, defaults filled in, duplicates refused. Knows no file format."""

from collections.abc import Callable, Iterable, Mapping

from harvester.errors import InputError
from harvester.index import fields
from harvester.index.fields import Refused
from harvester.index.listing import KINDS, Defaults, Entry, Ignored, PageSource, Pair, Part, Problem, fold
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
    "corrected": ("corrected", fold),
}
_LISTS: Mapping[str, tuple[str, Callable[[str], tuple[str, ...]]]] = {
    "author": ("authors", fields.authors),
    "authors": ("authors", fields.authors),
    "tags": ("tags", fields.tags),
}
_OF_SOURCES: Mapping[str, Callable[[str], tuple[str, ...]]] = {"match": fields.patterns, "hosts": fields.hosts}
NOTES = ("notes", "note")
TYPED = frozenset((*_SCALARS, *_LISTS, *_OF_SOURCES, *NOTES, "kind", "render", "corrected"))
"""The keys that have a meaning; any other goes to the notes."""
_OWN = frozenset(("kind", "match", "hosts", "render", "corrected", "title", "label", "url", "captured"))
"""What an entry that leads to pages says of itself, not of them."""


class _Stated(Frozen):
    """What the pairs of an entry say, by field of Seed."""

    scalars: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]]
    notes: tuple[str, ...]
    problems: tuple[Problem, ...]
    render: bool


class _Place(Frozen):
    id: str
    url: str | None
    path: str | None


def settle(
    parts: Iterable[Part], defaults: Defaults, file: str, folder: str
) -> tuple[tuple[Seed, ...], tuple[PageSource, ...], tuple[Ignored, ...]]:
    """Seeds, sources and ignored places, in index order. Raises InputError with every problem of the index."""
    entries, ignored, problems = list[Entry](), list[Ignored](), list[Problem]()
    for part in parts:
        if isinstance(part, Entry):
            entries.append(part)
        elif isinstance(part, Ignored):
            ignored.append(part)
        else:
            problems.append(part)
    seeds, sources = list[Seed](), list[PageSource]()
    for entry in sorted(entries, key=lambda entry: entry.line):  # an outer list item ends after its inner ones
        kind = _kind(entry)
        seed, lists, flaws = _seed(entry, kind, defaults, file, folder)
        problems += flaws
        if seed is None:
            continue
        if kind is None:
            seeds.append(seed)
        else:
            sources.append(PageSource(kind, seed, lists.get("match", ()), lists.get("hosts", ())))
    problems += _duplicates(sorted([*seeds, *(source.seed for source in sources)], key=lambda seed: seed.line))
    if problems:
        raise InputError(*(f"{file}:{p.line}: {p.text}" for p in sorted(problems, key=lambda p: p.line)))
    return tuple(seeds), tuple(sources), tuple(sorted(ignored, key=lambda place: place.line))


def _kind(entry: Entry) -> str | None:
    """What the entry leads to pages by; None where it is a page. A `kind` that is none of ours is a note."""
    said = entry.kind or next((fold(p.value).lower() for p in entry.pairs if p.key == "kind"), "")
    if said in KINDS:
        return said
    return fields.list_kind(entry.target) if fields.scheme(entry.target) is None else None


def _seed(
    entry: Entry, kind: str | None, defaults: Defaults, file: str, folder: str
) -> tuple[Seed | None, Mapping[str, tuple[str, ...]], tuple[Problem, ...]]:
    """The seed, what is said of a source alone, and what is wrong."""
    stated = _stated(entry.pairs, source=kind is not None)
    try:
        place = _place(entry.target, stated.scalars.get("url"), folder)
        corrected = None if kind else _correction(stated.scalars.get("corrected"), folder)
    except Refused as refused:
        return None, stated.lists, (*stated.problems, Problem(line=entry.line, text=str(refused)))
    said = stated.scalars
    seed = Seed(
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
        attributes=tuple(
            Attribute(key=pair.key, value=pair.value)
            for pair in entry.pairs
            if pair.key and not (kind and pair.key in _OWN)
        ),
        render=stated.render,
        corrected=corrected,
    )
    return seed, stated.lists, stated.problems


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


def _correction(target: str | None, folder: str) -> str | None:
    if target is None:
        return None
    if fields.scheme(target) is not None:
        raise Refused(f"corrected: {fields.show(target)} is no path: name a Markdown file below the index's folder")
    return fields.local_path(target, folder)


def _path_id(path: str) -> str:
    return path_id(fields.nfc(path))


def _stated(pairs: Iterable[Pair], *, source: bool) -> _Stated:
    render = False
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
        elif pair.key == "render" or (source and pair.key in _OF_SOURCES):
            try:
                if pair.key == "render":
                    render = fields.yes(pair.value)
                else:
                    lists[pair.key] = (*lists.get(pair.key, ()), *_OF_SOURCES[pair.key](pair.value))
            except Refused as refused:
                problems.append(Problem(line=pair.line, text=str(refused)))
        elif source and pair.key == "kind":
            continue
        else:
            notes.append(pair.value if pair.key in ("", *NOTES) else f"{pair.key}: {pair.value}")
    return _Stated(scalars=scalars, lists=lists, notes=tuple(notes), problems=tuple(problems), render=render)


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
