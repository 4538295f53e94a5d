"""Vertical text, as the Corpus Workbench and Sketch Engine read it: a token a line, tags for documents and paragraphs."""

import re
from collections.abc import Iterator
from pathlib import Path

from harvester.errors import storage
from harvester.export.source import Page, Source, paragraphs
from harvester.export.xml import attribute, escaped

# Scripts whose words stand without blanks, and whose characters stand for words or syllables: a token each.
_ALONE = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_TOKEN = re.compile(
    rf"[{_ALONE}]"
    r"|https?://[^\s<>\"]*[\w/]"
    r"|\d+(?:[.,:]\d+)*"
    rf"|(?:(?![{_ALONE}])[\w\u0300-\u036f])+(?:[-'’.·](?:(?![{_ALONE}])\w)+)*"
    r"|(\S)\1*"
)
GLUE = "<g/>"


def write(source: Source, target: Path) -> None:
    """Write one file: `<doc id="…" url="…" …>`, in it `<p type="…">`, in that a token a line.

    `<g/>` stands between tokens that no blank parted. Tokens and attributes are escaped as in XML. Tokens are found by
    rule, whatever the language: letters and digits with what joins them, a character each of Chinese and Japanese, runs
    of the same sign. Thai, Lao, Khmer and Burmese, whose words nothing parts, come in runs.
    """
    with storage(target), target.open("x", encoding="utf-8", newline="\n") as file:
        for page in source.pages():
            file.writelines(f"{line}\n" for line in _document(page))


def _document(page: Page) -> Iterator[str]:
    record, about = page.record, page.record.metadata
    stated = {
        "id": record.id,
        "url": about.url,
        "title": about.title,
        "author": "; ".join(about.authors),
        "date": record.created,
        "site": about.host,
        "language": about.language,
        "split": page.split,
        "words": str(about.word_count),
    }
    yield "<doc " + " ".join(f'{name}="{attribute(value or "")}"' for name, value in stated.items()) + ">"
    for paragraph in paragraphs(page):
        yield f'<p type="{attribute(paragraph.label)}">'
        yield from tokens(paragraph.text)
        yield "</p>"
    yield "</doc>"


def tokens(text: str) -> Iterator[str]:
    """The tokens of a paragraph, escaped, with `<g/>` between those that no blank parted."""
    end = None
    for match in _TOKEN.finditer(text):
        if match.start() == end:
            yield GLUE
        if token := escaped(match[0]):
            yield token
        end = match.end()
