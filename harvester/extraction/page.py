"""One Capture becomes one Document. Pure: the same capture, recipe and weights give the same document anywhere."""

import math
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

import msgspec

from harvester.decode import is_binary, to_text, to_utf8, undo_coding
from harvester.errors import PageError, http_error
from harvester.extraction import (
    article_body,
    classify,
    contributions,
    coverage,
    features,
    flat,
    footnotes,
    gate,
    image_markup,
    images,
    lines,
    metadata,
    neighbours,
    scripts,
    segment,
)
from harvester.extraction import correction as correction_of
from harvester.extraction.contributions import Contribution
from harvester.extraction.declared import Declared
from harvester.extraction.language import language_of
from harvester.extraction.lexicon import load_words
from harvester.extraction.model import Weights
from harvester.extraction.opt_out import opt_out
from harvester.extraction.serialize import escape
from harvester.extraction.statements import Statements
from harvester.extraction.trees import Forest
from harvester.extraction.writing import write
from harvester.settings import Recipe
from harvester.types import Block, Capture, Document, Footnote, Frozen, Header, Metadata, PlacedImage, Source, Verdict

_HTML = ("text/html", "application/xhtml+xml")
# WHATWG MIME Sniffing 7.1, with the elements that HTML has gained since.
_MARKUP = re.compile(
    r"\s*+<(?:!--|\?xml|(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p"
    r"|meta|link|main|article|section|header)[\s/>])",
    re.IGNORECASE,
)


class Explanation(Frozen):
    """A document, and what decided about its blocks."""

    document: Document
    loudest: tuple[tuple[Contribution, ...], ...]
    """For each block the features that decided most; empty where no forest judged it."""


class _Judged(Frozen):
    """Every block of a page with its verdict, before they are added up."""

    engine: str
    blocks: Sequence[Block]
    verdicts: Sequence[Verdict]
    found: Metadata
    forest: Forest | None = None
    """What gave the scores, unless rules did."""
    confidence: float | None = None
    """Expected F1, calibrated; None where the scores are all there is to tell it from."""
    rows: Sequence[Sequence[float]] = ()
    """What the forest was told of each block; none without a forest."""
    html: bytes | None = None
    """The source in UTF-8, unless the page is flat text."""
    images: Sequence[segment.Image] = ()
    """Those that stand between kept blocks, `before` counted in `blocks`."""
    opt_out: str | None = None


def extract_page(capture: Capture, recipe: Recipe, weights: Weights, *, correction: str | None = None) -> Document:
    """Judge every visible block of a page and add up the kept ones.

    `correction` is the body in Markdown, as a person wrote it: it becomes the text, whatever was judged.

    Raises PageError: `http-…`, `empty`, `binary`, `decode-error`, `too-large`, `too-deep`, `needs-scripts`,
    `no-text`, `opt-out`.
    """
    judged = _judge(capture, recipe, weights)
    if correction is not None:
        judged = _within(_corrected(judged, correction, weights), recipe.max_text)
    document = _document(judged, capture, recipe)
    if document.opt_out and recipe.opt_out == "drop":
        raise PageError("opt-out", document.opt_out)
    if correction is None and document.kept_words < scripts.FEW_WORDS and judged.html is not None:
        shown = document.kept_words + document.dropped_words
        tree = segment.parse(judged.html)
        if sign := scripts.needs_scripts(tree, kept_words=document.kept_words, shown_words=shown):
            raise PageError("needs-scripts", f"{sign}; if it is not rendered yet, `render: true` in the index says to")
    if not document.text:
        raise PageError("no-text", "no block of the page was judged to be body")
    return document


def explain_page(capture: Capture, recipe: Recipe, weights: Weights) -> Explanation:
    """The document that `extract_page` gives, with what decided about each block.

    Raises PageError as `extract_page` does, except `no-text`, `needs-scripts` and `opt-out`: a page of which little or
    nothing is kept has its reasons.
    """
    judged = _judge(capture, recipe, weights)
    loudest = contributions.loudest(judged.forest, judged.rows) if judged.forest else ((),) * len(judged.blocks)
    return Explanation(_document(judged, capture, recipe), loudest)


def _judge(capture: Capture, recipe: Recipe, weights: Weights) -> _Judged:
    if capture.status is not None and capture.status >= 400:
        raise http_error(capture.status)
    codings = ",".join(h.value for h in capture.headers if h.name.lower() == "content-encoding")
    body = undo_coding(capture.body, codings, recipe.max_page_bytes)
    if not body or body.isspace():
        raise PageError("empty", "the page has no bytes")
    if is_binary(body):
        raise PageError("binary", "the body is not text, whatever its name or header says")
    html = _is_html(capture.content_type, body)
    if not html:
        text = to_text(body, capture.content_type, html=False)
        return _within(_judge_flat(text, capture, weights), recipe.max_text)
    source = to_utf8(body, capture.content_type)
    return msgspec.structs.replace(_within(_judge_html(source, capture, recipe, weights), recipe.max_text), html=source)


def _corrected(judged: _Judged, markdown: str, weights: Weights) -> _Judged:
    corrected, notes = correction_of.read(markdown, weights)
    blocks, verdicts = correction_of.instead(judged.blocks, judged.verdicts, corrected)
    found = msgspec.structs.replace(judged.found, footnotes=notes, truncated=False)
    return _Judged(
        correction_of.REASON, blocks, verdicts, found, confidence=1.0, html=judged.html, opt_out=judged.opt_out
    )


def _is_html(content_type: str | None, body: bytes) -> bool:
    kind = (content_type or "").partition(";")[0].strip().lower()
    if kind in _HTML or kind.endswith("+xml") or kind in ("text/xml", "application/xml"):
        return True
    # No type, as for a page read from stdin: markup shows in the first bytes.
    return not kind and _MARKUP.match(to_text(body[:2048])) is not None


def _judge_flat(text: str, capture: Capture, weights: Weights) -> _Judged:
    blocks, _, notes = footnotes.separate(flat.split(text), weights)
    blocks, verdicts = lines.judge(blocks, weights, weights.lines)
    found = flat.metadata(blocks, verdicts, notes, weights, capture)
    return _Judged("lines", blocks, verdicts, found, opt_out=opt_out({}, capture.headers))


def _judge_html(html: bytes, capture: Capture, recipe: Recipe, weights: Weights) -> _Judged:
    read = parsed(html, recipe, url=capture.uri, captured=capture.fetched_at, headers=capture.headers)
    blocks, origins, notes = footnotes.separate(read.cut.blocks, weights)
    contexts = [read.cut.contexts[origin] for origin in origins]
    found = msgspec.structs.replace(read.metadata, footnotes=notes)
    judged = _judge_blocks(html, read, blocks, contexts, found, recipe, weights)
    if judged.engine == "blocks" and (whole := article_body.instead(blocks, judged.verdicts, read.said.body)):
        return _Judged("declared", *whole, judged.found, opt_out=read.opt_out)
    hints = weights.hints | weights.comment_hints
    standing = images.standing(
        read.cut.images, judged.blocks, contexts, origins, judged.verdicts, read.cut.elements, hints
    )
    return msgspec.structs.replace(judged, images=standing) if standing else judged


def _judge_blocks(
    html: bytes,
    read: "Parsed",
    blocks: Sequence[Block],
    contexts: Sequence[segment.Context],
    found: Metadata,
    recipe: Recipe,
    weights: Weights,
) -> _Judged:
    if recipe.engine == "trafilatura" and coverage.can_judge(text := html.decode(), read.shape):
        covered = coverage.judge(blocks, contexts, read.cut.elements, text, weights)
        if covered is not None:
            blocks, verdicts = covered
            verdicts = neighbours.revise(blocks, contexts, read.cut.elements, verdicts, found.title)
            return _Judged("trafilatura", blocks, verdicts, found, opt_out=read.opt_out)
    if not blocks:
        return _Judged("blocks", (), (), found, opt_out=read.opt_out)
    page = features.Facts(blocks, contexts, read.cut.elements)
    rows = features.measure(page, read.said, weights.lexicon, weights.blocks.markup)
    judged = classify.judge(blocks, page, rows, read.said, weights.blocks)
    gone = {b.info for b, v in zip(blocks, judged.verdicts, strict=True) if v.reason == "small-print"}
    notes: Sequence[Footnote] = found.footnotes
    if gone:
        blocks, notes = footnotes.without(gone, blocks, notes)
    known = msgspec.structs.replace(
        found, footnotes=tuple(notes), page_type=judged.page_type, page_type_probability=judged.page_type_probability
    )
    return _Judged(
        "blocks", blocks, judged.verdicts, known, judged.forest, judged.confidence, rows, opt_out=read.opt_out
    )


class Parsed(Frozen):
    """An HTML page before its blocks are judged."""

    shape: gate.Shape
    cut: segment.Page
    metadata: Metadata
    said: Statements
    opt_out: str | None


def parsed(html: bytes, recipe: Recipe, *, url: str, captured: str, headers: Sequence[Header] = ()) -> Parsed:
    """Cut a page, in UTF-8, into blocks and read what it declares. Raises PageError `too-deep`, `too-large`."""
    shape = gate.check(html, max_depth=recipe.max_depth, max_attributes=recipe.max_attributes)
    if shape.elements > recipe.max_elements:
        raise PageError("too-large", f"the page has more than {recipe.max_elements:,} elements")
    tree = segment.parse(html)
    base = image_markup.base(tree, url) if recipe.images else None
    cut, declaring = segment.read(tree, html, base)
    declared = Declared(tree.root, declaring)
    known, said = metadata.read(declared, cut, url=url, captured=captured, words=load_words(), headers=headers)
    return Parsed(shape, cut, known, said, opt_out(declared.metas, headers))


def _document(judged: _Judged, capture: Capture, recipe: Recipe) -> Document:
    blocks, verdicts, found = judged.blocks, judged.verdicts, judged.found
    placed = tuple(PlacedImage(image.before, image.block) for image in judged.images)
    written = write(blocks, verdicts, placed, found.footnotes)
    confidence = expected_f1(written.sizes, verdicts) if judged.confidence is None else judged.confidence
    language = language_of(written.text, found.language)
    url = capture.uri if capture.uri.startswith("http") else None
    return Document(
        text=written.text,
        markdown=written.markdown,
        metadata=msgspec.structs.replace(
            found,
            url=url,
            host=urlsplit(url).hostname if url else None,
            language=language or found.language,
            sources=tuple(
                [*(s for s in found.sources if s.field != "language" or not language)]
                + ([Source("language", "text")] if language else [])
            ),
            word_count=written.kept_words,
            truncated=found.truncated or capture.truncated is not None,
        ),
        blocks=tuple(blocks),
        verdicts=tuple(verdicts),
        engine=judged.engine,
        confidence=confidence,
        low_confidence=confidence < recipe.low_confidence,
        kept_words=written.kept_words,
        dropped_words=written.dropped_words,
        opt_out="; ".join(filter(None, (judged.opt_out, capture.opt_out))) or None,
        images=placed,
    )


def _within(page: _Judged, limit: int) -> _Judged:
    """The page with blocks and verdicts under which the text has at most `limit` code points.

    The block that crosses the limit is cut in two; what lies behind the limit is dropped as `truncated`.
    """
    sizes = [len(block.text) + 2 for block, verdict in zip(page.blocks, page.verdicts, strict=True) if verdict.kept]
    if sum(sizes) - 2 <= limit:
        return page
    out, judged, origins, left = list[Block](), list[Verdict](), list[int](), limit
    for number, (block, verdict) in enumerate(zip(page.blocks, page.verdicts, strict=True)):
        if verdict.kept and len(block.text) > left:
            gone = Verdict(False, verdict.score, "truncated")
            if head := block.text[: max(left, 0)].rstrip():
                out.append(Block(block.label, head, escape(head), block.level, block.info, block.group))
                judged.append(verdict)
                origins.append(number)
            rest = block.text[len(head) :]
            block, verdict, left = Block(block.label, rest, escape(rest)), gone, 0
        elif verdict.kept:
            left -= len(block.text) + 2
        out.append(block)
        judged.append(verdict)
        origins.append(number)
    end = next((origins[i] for i, verdict in enumerate(judged) if verdict.reason == "truncated"), len(origins))
    return msgspec.structs.replace(
        page,
        images=[image for image in page.images if image.before <= end],
        blocks=out,
        verdicts=judged,
        rows=[page.rows[origin] for origin in origins] if page.rows else (),
        found=msgspec.structs.replace(page.found, truncated=any(v.reason == "truncated" for v in judged)),
    )


def expected_f1(sizes: Sequence[int], verdicts: Sequence[Verdict]) -> float:
    """The F1 in words to expect when each block is body with the probability its score states.

    2·E[kept body] / (kept + E[body]), the ratio of expectations; four places.
    """
    kept = [size for size, verdict in zip(sizes, verdicts, strict=True) if verdict.kept]
    hit = math.fsum(s * v.score for s, v in zip(sizes, verdicts, strict=True) if v.kept)
    body = math.fsum(s * v.score for s, v in zip(sizes, verdicts, strict=True))
    return round(2 * hit / (sum(kept) + body), 4) if kept and hit else 0.0
