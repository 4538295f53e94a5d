"""What is wrong with gold itself: labels left in the page, contradictions, duplicates, gold of another page."""

import html
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from harvester.decode import to_text
from harvester.gold.folders import BODY, EXPECT, PROVENANCE
from harvester.gold.labels import labels_in
from harvester.gold.read import GoldPage, capture_of, survey
from harvester.gold.words import TAG, bag, fold
from harvester.types import Frozen

IN_PAGE = 0.05
"""Share of the gold's words that must stand in the page's source, as `harvest bench` has it; below, it is of another page."""
_MOST = 0.8
_SHOWN = 80


class Flaw(Frozen):
    """Something that is wrong with a gold page."""

    check: str
    """`label`, `contradiction`, `not-in-page`, `duplicate`, `empty`, `other-page`, `changed`, `unchecked`, `unreadable`."""
    where: str
    """The page; a file for `unreadable`."""
    detail: str
    """One line for a person; untrusted text stands in it."""
    fails: bool
    """Whether it fails the check; otherwise it is a warning."""
    file: str
    line: int | None = None

    def __str__(self) -> str:
        kind = "" if self.fails else "warning: "
        return f"{self.file}{f':{self.line}' if self.line else ''}: {kind}{self.check}: {self.detail}"


class Linted(Frozen):
    """What a lint of a gold root says."""

    root: str
    checked: int
    flaws: tuple[Flaw, ...]


def lint_gold(root: Path) -> Linted:
    """Look for flaws in the gold below `root`. Raises InputError where it is no folder, and where a page changes meanwhile."""
    pages, problems = survey(root)
    flaws = [Flaw("unreadable", p.file, p.detail, True, p.file, p.line) for p in problems]
    for page in pages:
        flaws += _lint_page(root / page.name, page)
    flaws += _duplicates(root, pages)
    if not pages and not problems:
        flaws.append(Flaw("empty", str(root), "no gold in it", True, str(root)))
    return Linted(str(root), len(pages), tuple(sorted(flaws, key=lambda f: (f.where, not f.fails, f.check, f.detail))))


def _lint_page(folder: Path, page: GoldPage) -> Iterator[Flaw]:
    capture = capture_of(page)
    source = to_text(capture.body, capture.content_type)
    for detail, sure in labels_in(source, page.body or ""):
        yield Flaw("label", page.name, detail, sure, page.page)
    yield from _contradictions(folder, page)
    yield from _not_in_page(folder, page, source)
    words = bag(page.body or "")
    if page.body is not None and not words:
        yield Flaw("empty", page.name, "no word in it; write the body, or remove the file", True, str(folder / BODY))
    elif page.body is None and not page.expect.must:
        what = "neither a body nor a snippet that must appear; write gold.md, or must"
        yield Flaw("empty", page.name, what, True, str(folder / EXPECT))
    elif words and _share(words, source) < IN_PAGE:
        what = f"under {IN_PAGE:.0%} of the gold's words stand in the page; it is the gold of another page"
        yield Flaw("other-page", page.name, what, True, str(folder / BODY))
    if page.stated_sha256 not in (None, page.page_sha256):
        what = (
            f"{Path(page.page).name} is not the page whose sha256 is stated; look at it, then state {page.page_sha256}"
        )
        yield Flaw("changed", page.name, what, True, str(folder / PROVENANCE))
    if not page.checked:
        what = "nobody has corrected it; do so, then set checked = true"
        yield Flaw("unchecked", page.name, what, False, str(folder / PROVENANCE))


def _contradictions(folder: Path, page: GoldPage) -> Iterator[Flaw]:
    must, must_not = ([fold(snippet) for snippet in part] for part in (page.expect.must, page.expect.must_not))
    body = fold(page.body) if page.body is not None else None
    notes = fold(" ".join(note.text for note in page.expect.footnotes or ()))

    def flaw(detail: str) -> Flaw:
        return Flaw("contradiction", page.name, detail, True, str(folder / EXPECT))

    for snippet in must:
        if snippet in must_not:
            yield flaw(f"must and must_not: {_short(snippet)}")
            continue
        if inner := next((other for other in must_not if other in snippet), None):
            yield flaw(f"must holds what must_not forbids: {_short(inner)} in {_short(snippet)}")
        if body is not None and snippet not in body and snippet not in notes:
            yield flaw(f"must, and not in gold.md: {_short(snippet)}")
    for snippet in must_not:
        if body is not None and snippet in body and snippet not in must:
            yield flaw(f"must_not, and in gold.md: {_short(snippet)}")
    for name, snippets in (("must", must), ("must_not", must_not)):
        for snippet in dict.fromkeys(s for s in snippets if snippets.count(s) > 1):
            yield flaw(f"twice in {name}: {_short(snippet)}")


def _not_in_page(folder: Path, page: GoldPage, source: str) -> Iterator[Flaw]:
    """Snippets that are not in the page. Compared as characters: markup and white space may stand between.

    One most of whose words are there is a warning: the mark of a note may stand in its midst.
    """
    text = _squeezed(html.unescape(TAG.sub("", source))) + "\n" + _squeezed(html.unescape(source))  # and attributes
    for name, snippets in (("must", page.expect.must), ("must_not", page.expect.must_not)):
        for snippet in snippets:
            if _squeezed(snippet) not in text:
                detail = f"{name}, and not in the page: {_short(snippet)}"
                fails = _share(bag(snippet), source) < _MOST
                yield Flaw("not-in-page", page.name, detail, fails, str(folder / EXPECT))


def _share(words: Counter[str], source: str) -> float:
    """Share of the words that stand in the page's source."""
    there = bag(html.unescape(TAG.sub(" ", source)))
    return sum(count for word, count in words.items() if word in there) / max(1, words.total())


def _duplicates(root: Path, pages: Sequence[GoldPage]) -> Iterator[Flaw]:
    kinds = (
        ("page", lambda page: page.page_sha256),
        ("address", lambda page: page.url),
        ("gold text", lambda page: fold(page.body) if page.body else None),
    )
    for what, key in kinds:
        same = defaultdict[str, list[GoldPage]](list)
        for page in pages:
            if (value := key(page)) is not None:
                same[value].append(page)
        for first, *others in same.values():
            for page in others:
                yield Flaw(
                    "duplicate", page.name, f"the same {what} as {first.name}; keep one", True, str(root / page.name)
                )


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _short(text: str) -> str:
    folded = fold(text)
    return repr(folded if len(folded) <= _SHOWN else folded[:_SHOWN] + "…")
