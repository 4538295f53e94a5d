"""Untrusted text as HTML, and the few shapes that the report is drawn with: SVG without a style attribute. Pure."""

import re
from collections.abc import Sequence
from html import escape

from harvester.types import Frozen

# Control characters, lone surrogates, and the signs that turn the direction of what follows.
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def text(untrusted: str, most: int = 300) -> str:
    """Text for an element or a quoted attribute, cut, white space folded, control characters made visible."""
    folded = " ".join(untrusted[: most * 4].split())
    cut = folded if len(folded) <= most else folded[: most - 1] + "…"
    return escape(_HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", cut))


def section(title: str, about: str, content: str, *, wide: bool = False) -> str:
    """A card of the page: its title, a sentence about it, and what it shows."""
    note = f'<p class="about">{about}</p>' if about else '<p class="about"></p>'
    return f"<section{' class=wide' if wide else ''}><h2>{title}</h2>{note}{content}</section>"


class Part(Frozen):
    """A part of a bar or a flow."""

    name: str
    value: float
    kind: str
    """Its class: what colours it."""
    note: str = ""
    """What is said of it beside its name."""


def bar(parts: Sequence[Part], whole: float, label: str) -> str:
    """One bar as wide as its place: parts side by side, each a share of `whole`."""
    shapes, at = "", 0.0
    for part in parts:
        width = 100 * part.value / whole if whole else 0.0
        if width > 0:
            named = f"{part.name}: {part.note}" if part.note else part.name
            shapes += (
                f'<rect class="{part.kind}" x="{at:.2f}%" width="{width:.2f}%" height="100%">'
                f"<title>{text(named)}</title></rect>"
            )
        at += width
    return f'<svg class="bar" role="img" aria-label="{text(label)}">{shapes}</svg>'


def strip(low: float, median: float, high: float, least: float, most: float, label: str) -> str:
    """Where the middle of some numbers lies between the least and the most: 10th to 90th percentile, and the median."""
    span = most - least

    def place(value: float) -> float:
        return 100 * (value - least) / span if span else 50.0

    left, right, middle = place(low), place(high), place(median)
    return (
        f'<svg class="strip" role="img" aria-label="{text(label)}"><rect class="track" y="40%" width="100%" height="20%"/>'
        f'<rect class="kept" x="{left:.2f}%" y="20%" width="{max(right - left, 0.5):.2f}%" height="60%"/>'
        f'<rect class="ink" x="{max(0.0, middle - 0.4):.2f}%" width="0.8%" height="100%"/></svg>'
    )


def columns(parts: Sequence[Part], label: str) -> str:
    """Columns side by side, stretched to their place; heights are shares of the tallest."""
    tallest = max((part.value for part in parts), default=0)
    if not tallest:
        return ""
    gap = 0.15 if len(parts) < 80 else 0.0
    shapes = ""
    for number, part in enumerate(parts):
        height = 100 * part.value / tallest
        if part.value:
            height = max(height, 1.0)  # one record among thousands is still to be seen
        shapes += (
            f"<g><title>{text(f'{part.name}: {part.note}')}</title>"
            f'<rect class="hit" x="{number}" y="0" width="1" height="100"/>'
            f'<rect class="{part.kind}" x="{number + gap / 2:.3f}" y="{100 - height:.2f}" width="{1 - gap:.3f}" '
            f'height="{height:.2f}"/></g>'
        )
    return (
        f'<svg class="columns" viewBox="0 0 {len(parts)} 100" preserveAspectRatio="none" role="img" '
        f'aria-label="{text(label)}">{shapes}</svg>'
    )


def flow(source: Part, sinks: Sequence[Part], *, width: int, height: int, split: int, css: str) -> str:
    """How `source` divides into `sinks`: bands from a bar at the left to bars at `split`, each with its name behind it.

    Heights are shares of `source`; what is too thin for a line of text is set apart by its own label.
    """
    line, thick = 34, 14
    scale = height / source.value if source.value else 0.0
    heights = [max(sink.value * scale, 1.5 if sink.value else 0.0) for sink in sinks]
    gaps = [max(8.0, line - size) for size in heights]
    total = sum(heights) + sum(gaps)
    start = max(0.0, (total - height) / 2)
    shapes, at, down = "", start, gaps[0] / 2 if gaps else 0.0
    for sink, size, gap in zip(sinks, heights, gaps, strict=True):
        own, half = sink.value * scale, (thick + split) / 2
        shapes += (
            f'<path class="band {sink.kind}" d="M{thick} {at:.1f}C{half:.1f} {at:.1f} {half:.1f} {down:.1f} {split} {down:.1f}'
            f"V{down + size:.1f}C{half:.1f} {down + size:.1f} {half:.1f} {at + own:.1f} {thick} {at + own:.1f}Z"
            f'"><title>{text(f"{sink.name}: {sink.note}")}</title></path>'
            f'<rect class="{sink.kind}" x="{split}" y="{down:.1f}" width="{thick}" height="{size:.1f}" rx="1"/>'
            f'<text x="{split + thick + 8}" y="{down + size / 2 - 2:.1f}" class="name">{text(sink.name, 28)}</text>'
            f'<text x="{split + thick + 8}" y="{down + size / 2 + 13:.1f}" class="note">{text(sink.note, 40)}</text>'
        )
        at += own
        down += size + gap
    bottom = max(total, start + height) + 4
    return (
        f'<svg class="flow {css}" viewBox="0 -4 {width} {bottom + 8:.0f}" role="img" '
        f'aria-label="{text(source.name)}: {text(source.note)}">{shapes}'
        f'<rect class="ink" x="0" y="{start:.1f}" width="{thick}" height="{height}" rx="1"/></svg>'
    )
