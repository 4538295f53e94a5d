"""Corpora built from pages with addresses, for tests of what a version holds."""

from pathlib import Path

from harvester import build
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
