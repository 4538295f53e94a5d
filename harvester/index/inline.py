"""A run of inline Markdown (an item's text, a cell) becomes its plain text and the places in it that name a page."""

import functools
import re
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from harvester.index.fields import LISTS
from harvester.index.listing import MARKED, fold
from harvester.types import Frozen

NESTING = 20
"""Levels of lists and quotes; a list takes two. markdown-it drops without a word what lies deeper."""
_SUFFIXES = (".html", ".htm", ".xhtml", ".txt", ".md", *LISTS)
_SOURCES = (*_SUFFIXES, ".json", ".rdf", ".gz")
_FIRST = re.compile(r"\s*(\S*[^\s,;:])")
_MARKUP = re.compile(r"[\\`*_~\[<&]|://|mailto:", re.I)
_BOX = re.compile(r"\[[ xX]\]\s+")
_JOINT = " \t\n–—-:|"


class Link(Frozen):
    """A link in a run; `start` and `end` are code points of the run's text."""

    target: str
    label: str | None
    """None where the link's text is its address."""
    start: int
    end: int


class Run(Frozen):
    """Plain text of a run, without what is struck through."""

    source: str
    text: str
    links: tuple[Link, ...]
    struck: tuple[str, ...]
    """Targets of the links that are struck through."""
    code: int
    """Length of the code span that the text begins with; 0 for none."""


class _Parser(MarkdownIt):
    """Lets every link destination through as written: what is wrong with it is said later, with its line."""

    def validateLink(self, url: str) -> bool:
        return True

    def normalizeLink(self, url: str) -> str:
        return url

    def normalizeLinkText(self, link: str) -> str:
        return link


@functools.cache
def parser() -> MarkdownIt:
    """CommonMark with GFM's tables, strikethrough and bare URLs (not bare host names), and front matter."""
    markdown = _Parser("commonmark", {"linkify": True, "maxNesting": NESTING})
    markdown.enable(["table", "strikethrough", "linkify"]).use(front_matter_plugin)
    assert markdown.linkify is not None  # linkify-it-py is a dependency
    markdown.linkify.set({"fuzzy_link": False, "fuzzy_email": False}).add("//", None)
    return markdown


def read_run(source: str, references: dict[str, Any]) -> Run:
    """Parse one run. `references` is what the block rules left: link definitions."""
    source = _BOX.sub("", source, count=1) if source.startswith("[") else source
    if not _MARKUP.search(source):  # most attributes and cells: spares a third of the time of an index
        return Run(source=source, text=source, links=(), struck=(), code=0)
    builder = _Builder()
    for token in parser().parseInline(source, references)[0].children or ():
        builder.take(token)
    return Run(
        source=source,
        text="".join(builder.parts),
        links=tuple(builder.links),
        struck=tuple(builder.struck),
        code=builder.code,
    )


class _Builder:
    """Adds up the tokens of one run."""

    def __init__(self) -> None:
        self.parts, self.links, self.size = list[str](), list[Link](), 0
        self.struck, self.code, self.strikes = list[str](), 0, 0
        self.target, self.start, self.struck_label = "", 0, False

    def take(self, token: Token) -> None:
        if token.type in ("s_open", "s_close"):
            self.strikes += token.nesting
            self.struck_label = True
        elif token.type == "link_open":
            self.target, self.start, self.struck_label = str(token.attrs["href"]), self.size, self.strikes > 0
        elif token.type == "link_close":
            self._close(bare=token.info == "auto")
        elif token.type == "image":
            if self.target:  # alone, an image is no link and its text no note
                self._text(token.content)
        elif token.type in ("softbreak", "hardbreak", "html_inline"):
            self._text(" ")
        else:
            if token.type == "code_inline" and not self.size and not self.strikes:
                self.code = len(token.content)
            self._text(token.content)

    def _text(self, text: str) -> None:
        if not self.strikes:
            self.parts.append(text)
            self.size += len(text)

    def _close(self, bare: bool) -> None:
        label = fold("".join(self.parts)[self.start :])
        if self.strikes or (self.struck_label and not label):
            self.struck.append(self.target)
        elif self.target and not self.target.startswith("#"):  # a link into the index itself names no page
            self.links.append(Link(target=self.target, label=None if bare else label, start=self.start, end=self.size))
        self.target = ""


def page_of_item(run: Run) -> Link | None:
    """What a list item's text names: the path it begins with (behind its kind: any), else its first link."""
    return _marked_path(run) or _leading_path(run) or next(iter(run.links), None)


def kind_of_item(run: Run, page: Link) -> str | None:
    """`feed`, `sitemap` or `links` where that, with a colon, is what stands before the page."""
    match = MARKED.match(run.text)
    return match[1].lower() if match and match.start(2) == page.start else None


def _marked_path(run: Run) -> Link | None:
    match = MARKED.match(run.text)
    if match is None or (run.links and run.links[0].start < match.end(2)):
        return None
    if not match[2].lower().endswith(_SOURCES):
        return None
    return Link(target=match[2], label=None, start=match.start(2), end=match.end(2))


def page_of_cell(run: Run) -> Link | None:
    """What a table cell names: its first link, or the path that is all it holds."""
    path = _leading_path(run)
    if path is not None and path.end == len(run.text.rstrip()):
        return path
    return next(iter(run.links), None)


def _leading_path(run: Run) -> Link | None:
    match = _FIRST.match(run.text)
    if run.code:
        start, end = 0, run.code
    elif match is not None:
        start, end = match.start(1), match.end(1)
    else:
        return None
    target = run.text[start:end].strip()
    if not target.lower().endswith(_SUFFIXES) or (run.links and run.links[0].start < end):
        return None
    return Link(target=target, label=None, start=start, end=end)


def around(run: Run, link: Link, start: int = 0) -> str:
    """The text from `start` to a link and behind it, without the separators at the joints; a lone full stop is none."""
    text = fold(f"{run.text[start : link.start].rstrip(_JOINT)} {run.text[link.end :].lstrip(_JOINT)}")
    return text if any(map(str.isalnum, text)) else ""
