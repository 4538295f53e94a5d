"""Footnotes pasted into sentences or listed at the end: out of the text, each kept once under its label.

Works on blocks of any origin: flattened text, and HTML whose notes only show when they are hovered over.
"""

import re
from collections.abc import Sequence, Set

import cython
import msgspec

from harvester.extraction.inline import note_label
from harvester.extraction.lexicon import Words
from harvester.extraction.serialize import escape
from harvester.extraction.words import count_words, fold
from harvester.types import Block, Footnote

_LISTED = re.compile(r"^[\[(^]?(\d{1,3})[\])]?[.:)]?\s+(?=\S)")
_MARK = re.compile(r"\[(\d{1,3})\]")
_MARK_WRITTEN = re.compile(r"\\?\[(\d{1,3})\\?\](?!\()")
_MAX_NOTES = 500
_MAX_RUNS = 8
"""Numbered runs that are looked at, from the end of the page: note lists close it."""


def separate(blocks: Sequence[Block], weights: Words) -> tuple[list[Block], list[int], tuple[Footnote, ...]]:
    """Blocks whose notes are blocks of their own (label `footnote`, info the note's label), for each the
    position of the block it came from, and the notes.

    A note list is a run of lines numbered 1, 2, 3 … behind a heading such as "Notes", or one whose
    notes also stand inside earlier sentences straight behind their number. A note that stands in a
    sentence is cut out of it; where the list only has the mark `[3]`, the mark is.
    """
    listed = _note_list(blocks, weights)
    notes = {block.info: fold(block.text) for block in blocks if block.label == "footnote"}
    if not listed and not notes:
        return [*blocks], [*range(len(blocks))], ()
    for position, (label, text) in listed.items():
        notes.setdefault(label, text)
        blocks = [*blocks[:position], _note_block(label, blocks[position].text, text), *blocks[position + 1 :]]
    labels = {label for label, _ in listed.values()}
    pieces = [
        (piece, position)
        for position, block in enumerate(blocks)
        for piece in ([block] if block.label in ("footnote", "code") else _cut(block, notes, labels))
    ]
    found = tuple(Footnote(label, text) for label, text in notes.items() if text)
    return [piece for piece, _ in pieces], [position for _, position in pieces], found


def without(
    labels: Set[str], blocks: Sequence[Block], notes: Sequence[Footnote]
) -> tuple[list[Block], tuple[Footnote, ...]]:
    """The blocks without the marks of the notes with these labels, and the other notes."""
    marks = [f"[^{note_label(label)}]" for label in sorted(labels)]
    out = []
    for block in blocks:
        markdown = block.markdown
        if block.label != "code" and "[^" in markdown:
            for mark in marks:
                markdown = markdown.replace(mark, "")
        out.append(block if markdown == block.markdown else msgspec.structs.replace(block, markdown=markdown))
    return out, tuple(note for note in notes if note.label not in labels)


def _note_list(blocks: Sequence[Block], weights: Words) -> dict[int, tuple[str, str]]:
    """Position → (label, note) of the best run of numbered lines, empty where none is a note list."""
    runs: list[dict[int, tuple[str, str]]] = []
    expected = 1
    text: str
    for position, block in enumerate(blocks):
        text = block.text
        match = _LISTED.match(text) if _may_be_listed(text) else None
        number = int(match[1]) if match else None
        if match and number == 1:
            runs.append({})
        if match and runs and number == (expected if number != 1 else 1) and len(runs[-1]) < _MAX_NOTES:
            runs[-1][position] = (match[1], fold(block.text[match.end() :]))
            expected = number + 1
        elif expected and runs and runs[-1] and position - max(runs[-1]) > 1 and count_words(text):
            expected = 0  # the run has ended: only a new 1 opens another
    closing: list[tuple[dict[int, tuple[str, str]], int, str]] = []
    before, done = "", 0
    for run in runs[-_MAX_RUNS:]:
        first = min(run)
        more = fold(" ".join([block.text for block in blocks[done:first]]))
        before, done = f"{before} {more}" if before and more else before or more, first
        closing.append((run, first, before))
    for run, first, before in reversed(closing):
        pasted = sum(f"{label}{text}" in before for label, text in run.values())
        headed = first > 0 and blocks[first - 1].text.strip().lower().rstrip(":.") in weights.notes_heading
        if 2 * pasted >= len(run) or (headed and any(f"[{label}]" in before for label, _ in run.values())):
            return run
    return {}


@cython.cfunc
def _may_be_listed(text: str) -> cython.bint:
    """Whether a line begins as one with a number does; most do not."""
    if not text:
        return False
    first = text[0]
    return first in "[(^" or first.isdecimal()


def _cut(block: Block, notes: dict[str, str], listed: Set[str]) -> list[Block]:
    """The block without the notes and marks inside it, followed by the notes it held.

    `listed` are the labels whose bracketed marks go too: those of a plain list, not those that markup told apart.
    """
    text, markdown, held = block.text, block.markdown, list[Block]()
    for label, note in notes.items():
        if len(note) <= 3 or label not in text:
            continue
        for pasted in (f"{label}{note}", f"{label} {note}"):
            if pasted in text and pasted != text:
                text = _without(text, pasted)
                for written in (pasted, escape(pasted)):
                    markdown = markdown.replace(written, f"[^{label}]", 1)
                held.append(_note_block(label, pasted, note))
                break
    if listed and "[" in text:
        text = _MARK.sub(lambda mark: "" if mark[1] in listed else mark[0], text)
        markdown = _MARK_WRITTEN.sub(lambda mark: f"[^{mark[1]}]" if mark[1] in listed else mark[0], markdown)
    if text == block.text:
        return [block]
    return [Block(block.label, fold(text), markdown, block.level, block.info, block.group), *held]


def _without(text: str, part: str) -> str:
    before, _, after = text.partition(part)
    return (before if after[:1].isalnum() or after[:1].isspace() else before.rstrip()) + after


def _note_block(label: str, text: str, note: str) -> Block:
    return Block("footnote", text, escape(note), info=label)
