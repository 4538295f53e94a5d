"""A document in which masks stand for what tells a person: `<email>`, `<phone>`, `<ip>`.

In Markdown a mask is written so that it shows as it does in the text, and addresses of links are masked too.
"""

import re
from collections.abc import Sequence

from msgspec.structs import replace

from harvester.curate.personal import find
from harvester.curate.reading import kept_blocks
from harvester.extraction import escape
from harvester.types import Block, Document, Footnote, Personal, RecordMetadata

_MARKUP = r"(?:[*~`\[\]\\]|\]\([^()\s]{0,2000}\))*+"
_TARGET = re.compile(r"(?<=\]\()[^()\s]{1,2000}|(?<=<)(?:mailto|tel|sms|https?):[^<>\s]{1,2000}(?=>)")
_ADDRESSED = re.compile(r"(mailto:|tel:|sms:|callto:|whatsapp:)[^?&#]*+", re.IGNORECASE)
_CODED = re.compile(r"[A-Za-z0-9._+-]{1,64}%40[A-Za-z0-9.-]{3,253}")
_KIND = {"mailto:": "email"}


def masked(document: Document) -> Document:
    """The document with masks in all blocks, kept or not, and in its footnotes; its text is still to be written anew."""
    notes = tuple(Footnote(note.label, mask(note.text)) for note in document.metadata.footnotes)
    return replace(
        document,
        blocks=tuple(_block(block) for block in document.blocks),
        metadata=replace(document.metadata, footnotes=notes),
    )


def masked_description(page: RecordMetadata) -> RecordMetadata:
    """The metadata with masks in what the page or the index says of it and by whom it is."""
    return replace(
        page,
        title=page.title and mask(page.title),
        subtitle=page.subtitle and mask(page.subtitle),
        description=page.description and mask(page.description),
        authors=tuple(map(mask, page.authors)),
        translators=tuple(map(mask, page.translators)),
    )


def mask(text: str) -> str:
    """The text with a mask for each of its addresses and numbers."""
    return _replaced(text, find(text))[0]


def spans(document: Document) -> tuple[Personal, ...]:
    """What tells a person in the kept blocks, by its place in the document's text."""
    places, start = list[Personal](), 0
    for block in kept_blocks(document):
        places += [Personal(span.kind, start + span.start, start + span.end) for span in find(block.text)]
        start += len(block.text) + 2
    return tuple(places)


def mask_spans(before: Document) -> tuple[Personal, ...]:
    """Where the masks stand in the text of the document that `masked` makes of this one."""
    places, start = list[Personal](), 0
    for block in kept_blocks(before):
        text, masks = _replaced(block.text, find(block.text))
        places += [Personal(span.kind, start + span.start, start + span.end) for span in masks]
        start += len(text) + 2
    return tuple(places)


def _replaced(text: str, found: Sequence[Personal]) -> tuple[str, list[Personal]]:
    parts, masks, end, length = list[str](), list[Personal](), 0, 0
    if not found:
        return text, masks
    for span in found:
        parts += [text[end : span.start], f"<{span.kind}>"]
        length += span.start - end
        masks.append(Personal(span.kind, length, length + len(span.kind) + 2))
        length += len(span.kind) + 2
        end = span.end
    return "".join([*parts, text[end:]]), masks


def _block(block: Block) -> Block:
    found = find(block.text)
    text, _ = _replaced(block.text, found)
    markdown = _targets(block.markdown)
    if found:
        markdown = text if block.label == "code" else _marked(markdown, block.text, found) or _plain(block, text)
    return block if (text, markdown) == (block.text, block.markdown) else replace(block, text=text, markdown=markdown)


def _marked(markdown: str, text: str, found: Sequence[Personal]) -> str | None:
    """The Markdown of a block with masks; None where what is masked in the text is not found in it."""
    parts, end, ticks = list[str](), 0, 0
    for span in found:
        written = _MARKUP.join(re.escape(char) for char in text[span.start : span.end])
        match = re.compile(rf"\\?{written}").search(markdown, end)
        if match is None or any(marker in match[0] for marker in "*~`[]"):
            return None
        ticks += markdown.count("`", end, match.start())
        parts += [markdown[end : match.start()], f"<{span.kind}>" if ticks % 2 else f"\\<{span.kind}>"]
        end = match.end()
    return "".join([*parts, markdown[end:]])


def _plain(block: Block, text: str) -> str:
    """A block as Markdown without the markup inside it."""
    if block.label == "table-row":
        return f"| {' | '.join(escape(cell).replace('|', chr(92) + '|') for cell in text.split(chr(9)))} |"
    return escape(text)


def _targets(markdown: str) -> str:
    """The Markdown with masks in the addresses of its links."""
    if "](" not in markdown and ":" not in markdown:
        return markdown
    return _TARGET.sub(lambda match: _target(match[0]), markdown)


def _target(address: str) -> str:
    found = _ADDRESSED.match(address)
    if found:
        return f"{found[1]}<{_KIND.get(found[1].lower(), 'phone')}>{_coded(address[found.end() :])}"
    return _coded(address)


def _coded(address: str) -> str:
    address = _CODED.sub("<email>", address)
    kept = [span for span in find(address) if span.kind != "phone"]
    return _replaced(address, kept)[0]
