"""One gold page becomes its scores, and the blocks that were judged otherwise than its gold says. Pure.

Words are counted as `judge.scores` does, each character of a script without spaces as a word. A page that cannot be
extracted scores 0 and says why.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator

import msgspec

from harvester.diff.texts import cut
from harvester.errors import PageError
from harvester.extraction import Weights, extract_page
from harvester.gate.matching import Matched, match
from harvester.gate.page_score import Move, PageScore, Wrong
from harvester.gold import GoldPage
from harvester.gold.words import fold
from harvester.judge.fields import folded, name_set
from harvester.judge.overlaps import Overlap, Part
from harvester.judge.scores import overlap, shingles, tokens
from harvester.settings import Recipe
from harvester.types import Capture, Document

_MOST_MOVES = 40
"""Blocks of a page that are named, the longest ones."""


def score_page(page: GoldPage, capture: Capture, recipe: Recipe, weights: Weights) -> PageScore:
    """Extract a page from its capture and compare it with its gold."""
    try:
        document = extract_page(capture, recipe, weights)
    except PageError as error:
        return failed(page, error)
    text = notes = ""
    if page.expect.must or page.expect.must_not:
        text = fold(document.text)
        notes = fold(" ".join(note.text for note in document.metadata.footnotes))
    must, must_not = [[fold(snippet) for snippet in part] for part in (page.expect.must, page.expect.must_not)]
    wrong = tuple(_wrong(page, document))
    score = PageScore(
        words=None,
        shingles=None,
        missing=tuple(snippet for snippet in must if snippet not in text and snippet not in notes),
        leaked=tuple(snippet for snippet in must_not if snippet in text),
        must=len(must),
        must_not=len(must_not),
        wrong=tuple(field for field in wrong if field is not None),
        fields=len(wrong),
    )
    body = page.body
    return score if body is None else _with_body(score, body, document)


def failed(page: GoldPage, error: PageError) -> PageScore:
    """The score of a page that gave no text."""
    body = page.body
    return PageScore(
        words=None if body is None else overlap(Counter[str](), Counter(tokens(body, characters=True))),
        shingles=None
        if body is None
        else overlap(Counter[tuple[str, ...]](), Counter(shingles(tokens(body, characters=True)))),
        missing=tuple(map(fold, page.expect.must)),
        must=len(page.expect.must),
        must_not=len(page.expect.must_not),
        failed=cut(str(error)),
    )


def _with_body(score: PageScore, body: str, document: Document) -> PageScore:
    kept, lines = [verdict.kept for verdict in document.verdicts], body.split("\n")
    found = match([block.text for block in document.blocks], kept, lines)
    sizes = found.sizes
    return msgspec.structs.replace(
        score,
        words=Overlap(*found.words),
        shingles=Overlap(*found.shingles),
        boilerplate=Part(
            sum(sizes[place] for place in found.outside if kept[place]), sum(sizes[place] for place in found.outside)
        ),
        moves=_moves(found, document, lines),
    )


def _wrong(page: GoldPage, document: Document) -> Iterator[Wrong | None]:
    """For each field that the gold states: what is wrong with it, None if nothing is."""
    found, gold = document.metadata, page.expect
    if gold.title is not None:
        yield _unlike("title", found.title, gold.title, folded(found.title) == folded(gold.title))
    for field, names, people in (
        ("authors", found.authors, gold.authors),
        ("translators", found.translators, gold.translators),
    ):
        if people is not None:
            yield _unlike(field, ", ".join(names), ", ".join(people), name_set(names) == name_set(people))
    if gold.footnotes is not None:
        notes, expected = ([(n.label, fold(n.text)) for n in part] for part in (found.footnotes, gold.footnotes))
        yield _unlike("footnotes", _in_line(notes), _in_line(expected), notes == expected)
    if gold.date is not None:
        day = (found.date_published or "")[:10]
        yield _unlike("date", day, gold.date, day == gold.date[:10])
    if gold.site is not None:
        yield _unlike("site", found.site_name, gold.site, folded(found.site_name) == folded(gold.site))
    if gold.language is not None:
        yield _unlike("language", found.language, gold.language, found.language == gold.language)


def _in_line(notes: list[tuple[str, str]]) -> str:
    return " ".join(f"[{label}] {text}" for label, text in notes)


def _unlike(field: str, found: str | None, expected: str, same: bool) -> Wrong | None:
    return None if same else Wrong(field, cut(found or ""), cut(expected))


def _moves(found: Matched, document: Document, lines: list[str]) -> tuple[Move, ...]:
    """The blocks judged otherwise than the gold says, the longest ones."""
    blocks, verdicts = document.blocks, document.verdicts
    moves = [_move("+", verdicts[i].reason, blocks[i].text) for i in found.outside if verdicts[i].kept]
    moves += [_move("-", verdicts[i].reason, blocks[i].text) for i in found.lost]
    moves += [_move("-", "not-on-page", lines[i]) for i in found.missing]
    moves.sort(key=lambda move: (-move.words, move.sign, move.digest))
    return tuple(moves[:_MOST_MOVES])


def _move(sign: str, reason: str, text: str) -> Move:
    words = tokens(text, characters=True)
    digest = hashlib.sha256(" ".join(words).encode("utf-8", "replace")).hexdigest()[:8]
    return Move(sign, len(words), reason, cut(fold(text)), digest)
