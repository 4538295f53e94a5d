"""Gold as others keep it, one function a format: a path → what is imported of it, and what of it cannot be.

Everything read here is untrusted. What is named in a file is read below the folder that was given, and nowhere else.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from harvester.decode import to_text
from harvester.errors import InputError, PageError
from harvester.gold.flatten import as_markdown, flat_text
from harvester.gold.parts import (
    PLAIN_NAME,
    address_of,
    bad_name,
    content_type_of,
    day_of,
    entries_of,
    first_text,
    language_of,
    names_of,
    read_json,
    read_page,
    read_stored,
    some_of,
    text_of,
    texts_of,
)
from harvester.gold.read import Problem
from harvester.types import EPOCH, Frozen

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)?(?:Z|\+00:?00)?")


class Found(Frozen):
    """A page of gold as another format has it."""

    id: str
    """What it is called there; a name for its folder is made of it."""
    place: str
    """File, and line or key, for messages."""
    page: bytes | None
    """None where the format holds no pages."""
    url: str | None = None
    body: str | None = None
    """Markdown."""
    kind: str | None = None
    language: str | None = None
    title: str | None = None
    authors: tuple[str, ...] | None = None
    date: str | None = None
    site: str | None = None
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    captured: str = EPOCH
    content_type: str | None = None


Finds = Iterator[Found | Problem]


def read_format(name: str, path: Path) -> Finds:
    """Every page of gold at a path, in a format of `FORMATS`. Raises InputError where nothing of it can be read."""
    if name not in FORMATS:
        raise InputError(f"{name}: no format that is known; give one of {', '.join(FORMATS)}")
    if not path.exists():
        raise InputError(f"{path}: no such file or folder; give the {FORMATS[name].__doc__}")
    yield from FORMATS[name](path)


def _trafilatura(path: Path) -> Finds:
    """file of `{url: {file, with[], without[]}}`, JSON or Python, pages beside it, in `cache/` or `eval/`."""
    file = path / "evaldata.py" if path.is_dir() else path
    for key, place, entry in entries_of(file):
        if not isinstance(entry, dict):
            yield Problem(str(file), None, f"{key}: no object; write it as {{file, with, without}}")
            continue
        named = text_of(entry, "file")
        if named is None:
            yield _found(Found(key, place, None, url=key), entry, key)
            continue
        folders = [name for name in ("", "cache", "eval") if os.path.lexists(file.parent / name / named)]
        page = read_page(file.parent, os.path.join(folders[0] if folders else "", named), place)
        yield page if isinstance(page, Problem) else _found(Found(key, place, page, url=key), entry, key)


def _found(base: Found, entry: Mapping[str, Any], url: str) -> Found:
    author = text_of(entry, "author")
    return Found(
        base.id,
        base.place,
        base.page,
        url=address_of(url),
        title=text_of(entry, "title"),
        authors=tuple(name.strip() for name in re.split(r"[;,]", author) if name.strip()) if author else None,
        date=day_of(entry.get("date")),
        must=texts_of(entry, "with"),
        must_not=texts_of(entry, "without"),
    )


def _wcxb(path: Path) -> Finds:
    """folder with `ground-truth/ID.json` (WCXB 2.0) beside `html/ID.html.gz`, at any depth."""
    files = [path] if path.is_file() else sorted(path.rglob("ground-truth/*.json"))
    for file in some_of(files, path, "ground-truth/*.json"):
        data = read_json(file)
        truth = data.get("ground_truth") if isinstance(data, dict) else None
        if isinstance(data, Problem) or not isinstance(truth, dict) or not isinstance(truth.get("main_content"), str):
            yield data if isinstance(data, Problem) else Problem(str(file), None, "no ground_truth.main_content in it")
            continue
        stem = text_of(data, "file_id") or file.stem
        internal = data.get("_internal")
        kind = (internal if isinstance(internal, dict) else data).get("page_type")
        page = (
            read_stored(file.parent.parent, f"html/{stem}", str(file))
            if PLAIN_NAME.fullmatch(stem)
            else bad_name(file, stem)
        )
        if isinstance(page, Problem):
            yield page
            continue
        author = text_of(truth, "author")
        yield Found(
            f"{file.parent.parent.name}/{stem}" if path.is_dir() and file.parent.parent != path else stem,
            str(file),
            page,
            url=address_of(data.get("url")),
            body=as_markdown(truth["main_content"]),
            kind=text_of(kind, "primary") if isinstance(kind, dict) else kind if isinstance(kind, str) else None,
            title=text_of(truth, "title"),
            authors=tuple(n.strip() for n in author.split(",") if n.strip()) if author else None,
            date=day_of(truth.get("publish_date")),
            must=texts_of(truth, "with"),
            must_not=texts_of(truth, "without"),
        )


def _scrapinghub(path: Path) -> Finds:
    """folder with `ground-truth.json`, `{id: {articleBody, url}}`, beside `html/ID.html.gz`."""
    file = path / "ground-truth.json" if path.is_dir() else path
    for key, place, entry in entries_of(file):
        body = entry.get("articleBody") if isinstance(entry, dict) else None
        if not isinstance(body, str):
            yield Problem(str(file), None, f"{key[:80]}: no articleBody; give it as text")
            continue
        page = read_stored(file.parent, f"html/{key}", place) if PLAIN_NAME.fullmatch(key) else bad_name(file, key)
        if isinstance(page, Problem):
            yield page
        else:
            yield Found(key, place, page, url=address_of(entry.get("url")), body=as_markdown(body))


def _readability(path: Path) -> Finds:
    """folder of a page, or of many: `source.html`, `expected.html`, `expected-metadata.json`."""
    for source in some_of(sorted(path.rglob("source.html")), path, "source.html"):
        folder = source.parent
        page = read_page(folder, "source.html", str(source))
        wanted = read_page(folder, "expected.html", str(folder / "expected.html"))
        data = read_json(folder / "expected-metadata.json") if (folder / "expected-metadata.json").exists() else {}
        for part in (page, wanted, data):
            if isinstance(part, Problem):
                yield part
                break
        else:
            assert isinstance(page, bytes) and isinstance(wanted, bytes)
            data = data if isinstance(data, dict) else {}
            try:
                body = flat_text(to_text(wanted))
            except PageError as error:
                yield Problem(str(folder / "expected.html"), None, f"{error}; leave the page out")
                continue
            yield Found(
                folder.relative_to(path).as_posix() if folder != path else folder.resolve().name,
                str(source),
                page,
                body=as_markdown(body),
                language=language_of(data.get("lang")),
                title=text_of(data, "title"),
                date=day_of(data.get("publishedTime")),
                site=text_of(data, "siteName"),
            )


def _web_poet(path: Path) -> Finds:
    """folder of a fixture, or of many: `inputs/HttpResponse-body.html`, `inputs/HttpResponse-info.json`, `output.json`."""
    for source in some_of(sorted(path.rglob("inputs/HttpResponse-body.html")), path, "inputs/HttpResponse-body.html"):
        folder = source.parent.parent
        page = read_page(folder, "inputs/HttpResponse-body.html", str(source))
        output, info = read_json(folder / "output.json"), read_json(source.parent / "HttpResponse-info.json")
        meta = read_json(folder / "meta.json") if (folder / "meta.json").exists() else {}
        if problem := next((part for part in (page, output, info, meta) if isinstance(part, Problem)), None):
            yield problem
            continue
        assert isinstance(page, bytes)
        item, answer, when = (part if isinstance(part, dict) else {} for part in (output, info, meta))
        body = first_text(item, "articleBody", "article_body", "body", "text", "content")
        title = first_text(item, "headline", "title", "name")
        day = day_of(first_text(item, "datePublished", "date_published", "published", "date"))
        if body is None and title is None and day is None:
            yield Problem(str(folder / "output.json"), None, "no field that is known, such as articleBody or headline")
            continue
        moment = _MOMENT.fullmatch(text_of(when, "frozen_time") or "")
        yield Found(
            folder.relative_to(path).as_posix() if folder != path else folder.resolve().name,
            str(folder / "output.json"),
            page,
            url=address_of(answer.get("url")) or address_of(item.get("url")),
            body=as_markdown(body) if body is not None else None,
            language=language_of(item.get("inLanguage")),
            title=title,
            authors=names_of(item.get("authors")),
            date=day,
            captured=f"{moment[1]}T{moment[2]}Z" if moment else EPOCH,
            content_type=content_type_of(answer.get("headers")),
        )


def _ftr(path: Path) -> Finds:
    """site file of ftr-site-config, or a folder of such; it holds addresses (`test_url`) and snippets, and no pages."""
    for file in some_of([path] if path.is_file() else sorted(path.rglob("*.txt")), path, "*.txt"):
        written = read_page(file.parent, file.name, str(file))
        if isinstance(written, Problem):
            yield written
            continue
        url, line, snippets = "", 0, list[str]()
        for number, text in enumerate([*to_text(written, html=False).split("\n"), "test_url: "], 1):
            key, _, value = (part.strip() for part in text.partition(":"))
            if key == "test_contains" and url and value:
                snippets.append(value)
            elif key == "test_url":
                if snippets:
                    yield Found(url, f"{file}:{line}", None, url=address_of(url), must=tuple(snippets))
                elif url:
                    yield Problem(str(file), line, "test_url without test_contains: nothing is expected of it")
                url, line, snippets = value, number, []


FORMATS: Mapping[str, Callable[[Path], Finds]] = {
    "trafilatura": _trafilatura,
    "wcxb": _wcxb,
    "scrapinghub": _scrapinghub,
    "readability": _readability,
    "web-poet": _web_poet,
    "ftr-site-config": _ftr,
}
"""The formats by the names that their projects go by."""
