"""Untrusted text and counted figures as Markdown. Pure."""

import re
import unicodedata
from collections.abc import Sequence

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|!~$&])")
_REORDERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain(text: str) -> str:
    """Untrusted text as one line of Markdown that renders as that text: no markup, nothing that reorders the line.

    A web address in it may be shown as a link to itself; many renderers make one of every address.
    """
    return _SPECIAL.sub(r"\\\1", clean(text))


def clean(text: str) -> str:
    """Text in one line, without control characters, lone surrogates, and what turns the direction of a line."""
    folded = " ".join(text.split())
    return "".join(c for c in folded if unicodedata.category(c) not in ("Cc", "Cs") and c not in _REORDERING)


def table(head: Sequence[str], rows: Sequence[tuple[str | int, ...]], most: int = 50) -> str:
    """A table of rows whose last cell counts; of more than `most`, the rest is one row that sums them up."""
    shown = list(rows[:most])
    if rest := rows[most:]:
        total = sum(int(row[-1]) for row in rest)
        shown.append((f"{len(rest):,} more", *[""] * (len(head) - 2), total))
    # figures stand to the right
    rule = "|".join("---:" if shown and isinstance(shown[0][i], int) else "---" for i in range(len(head)))
    lines = [f"| {' | '.join(f'{cell:,}' if isinstance(cell, int) else cell for cell in row)} |" for row in shown]
    return "\n".join([f"| {' | '.join(head)} |", f"|{rule}|", *lines]) + "\n"
