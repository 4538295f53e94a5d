"""Corpora built from pages with addresses, for tests of what a version holds."""

import hashlib
from pathlib import Path

import msgspec

from harvester import build
from harvester.pack import DIGEST, MANIFEST, Manifest
from harvester.pack.manifest import digest_line
from harvester.pack.shards import FileEntry, read_chunks
from harvester.pipeline import BuildResult
from harvester.settings import PackSettings, Settings
from harvester.types import url_id
from tests.conftest import NOW

PARAGRAPH = "The keeper climbs the forty steps before sunset and trims the wick of the lamp at the end of the pier."


def page(words: str, head: str = "") -> str:
    """A page whose body is a paragraph with these words in it."""
    text = f"<p>{PARAGRAPH} Of the {words} nobody speaks, although all of them have seen it and some have heard it.</p>"
    return f"<html lang=en><head><title>The {words}</title>{head}</head><body><article>{text}{text[::1]}</article></body></html>"


def build_pages(folder: Path, pages: dict[str, str], *, front: str = "", **pack: object) -> BuildResult:
    """Build a corpus named `sample` of pages by address; `front` are lines of the index's front matter."""
    entries = []
    for url, html in sorted(pages.items()):
        name = f"{url_id(url)}.html"
        (folder / name).write_text(html, encoding="utf-8")
        entries.append(
            f"- [page]({name})\n  - url: {url}\n  - captured: 2026-01-0{1 + sum(map(ord, url)) % 5}T00:00:00Z\n"
        )
    (folder / "INDEX.md").write_text(f"---\ncorpus: sample\n{front}---\n{''.join(entries)}", encoding="utf-8")
    settings = Settings(pack=PackSettings(**pack))  # type: ignore[arg-type]
    result = build(str(folder / "INDEX.md"), output=folder / "corpus", settings=settings, now=NOW)
    assert result.folder is not None, result.failures
    return result


def entry_of(folder: Path, name: str) -> FileEntry:
    """What a manifest would list for the file as it lies there now."""
    stored, content = (folder / name).read_bytes(), b"".join(read_chunks(folder / name))
    digests = (hashlib.sha256(data).hexdigest() for data in (content, stored))
    return FileEntry(name, len(content), next(digests), len(stored), next(digests))


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Put a manifest in the place of the version's own."""
    content = msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
    (folder / MANIFEST).write_bytes(content)
    (folder / DIGEST).write_bytes(digest_line(hashlib.sha256(content).hexdigest()))
