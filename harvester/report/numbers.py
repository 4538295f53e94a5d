"""Numbers as the report writes them."""


def of(part: float, whole: float) -> str:
    """`1,200 words, 3.4 %`."""
    return f"{part:,.0f} words, {share(part, whole)}"


def share(part: float, whole: float) -> str:
    """`3.4 %`."""
    return f"{100 * part / whole:.1f} %" if whole else "0 %"


def number(value: int, what: str) -> str:
    """`1 page`, `2 pages`."""
    return f"{value:,} {what}{'' if value == 1 else 's'}"


def figures(value: float) -> str:
    """Three significant figures, whole numbers from a thousand on."""
    return f"{value:,.3g}" if value < 1_000 else f"{value:,.0f}"


def short(value: float) -> str:
    """`12,345` → `12.3k`."""
    for size, sign in ((1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")):
        if value >= size:
            return f"{value / size:.3g}{sign}" if value < 1_000 * size else f"{value / size:,.0f}{sign}"
    return f"{value:,.0f}"
