"""Gold of the project's own pages, and the word F1 they are scored with (WCXB's: bags of lower-case `\\w+`)."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

_DEFINITION = re.compile(r"(?m)^\[\^[^\]]+\]:.*$")
_REFERENCE = re.compile(r"\[\^[^\]]+\]")


@dataclass(frozen=True)
class Gold:
    """What is expected of one page."""

    name: str
    page: Path
    body: str
    expect: dict[str, object]

    def texts(self, key: str) -> list[str]:
        values = self.expect[key]
        assert isinstance(values, list)
        return [fold(value) for value in values]


def own_gold(seeds: Path) -> list[Gold]:
    """The gold of every page in `seeds/gold`."""
    found = []
    for folder in sorted((seeds / "gold").iterdir()):
        expect = tomllib.loads((folder / "expect.toml").read_text("utf-8"))
        body = plain_text((folder / "gold.md").read_text("utf-8"))
        found.append(Gold(folder.name, seeds / str(expect["page"]), body, expect))
    return found


def plain_text(markdown: str) -> str:
    """The words of a Markdown text, footnotes and their marks left out."""
    source = _REFERENCE.sub("", _DEFINITION.sub("", markdown))
    lines = []
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(source):
        if token.type == "inline":
            pieces = (c.content if c.content else " " if c.type.endswith("break") else "" for c in token.children or ())
            lines.append("".join(pieces))
        elif token.type in ("fence", "code_block"):
            lines.append(token.content)
    return "\n".join(lines)


def fold(text: str) -> str:
    """White space of any kind as one space."""
    return " ".join(text.split())
