"""TeX in text: where it stands between delimiters, and how Markdown writes it.

Markdown has no mathematics of its own; `$…$` and `$$…$$` are what Pandoc, GitHub and Jupyter read.
"""

import re
from collections.abc import Iterator, Sequence

MATH, DISPLAY, DELIMITED = "$", "$$", "$…"
"""Markers of a run that is TeX: in the line, on its own, or still between the delimiters that the page wrote."""

_Run = tuple[str, tuple[str, ...], str]

_ENVIRONMENTS = r"align|alignat|aligned|array|cases|eqnarray|equation|gather|multline|[bpvBV]?matrix"
_TOKENS = re.compile(rf"\\begin\{{(?:{_ENVIRONMENTS})\*?\}}|\\end\{{(?:{_ENVIRONMENTS})\*?\}}|\\.|\$\$|\$", re.S)
_CLOSES = {"$": "$", "$$": "$$", "\\(": "\\)", "\\[": "\\]"}
_IN_LINE = ("$", "\\(")
_MAX_IN_LINE = 400
"""Characters of a formula in a line."""
_COMMAND = re.compile(
    r"\\(?:alpha|approx|bar|beta|binom|cdot|cdots|cos|delta|Delta|dots|epsilon|equiv|exists|forall|frac|gamma|Gamma|ge|geq|hat"
    r"|in|infty|int|lambda|Lambda|ldots|le|left|leq|lim|ln|log|mathbb|mathbf|mathcal|mathrm|mu|nabla|ne|neq|omega|Omega"
    r"|operatorname|overline|partial|phi|Phi|pi|pm|prod|psi|quad|rho|right|rightarrow|sigma|Sigma|sim|sin|sqrt|subset|sum"
    r"|tau|text|theta|Theta|times|to|varepsilon|varphi|vec|xi|zeta)(?![A-Za-z])"
)
_SPECIAL = re.compile(r"[\\^_{}]")
_TWO_WORDS = re.compile(r"[^\W\d_]{2,}\s+[^\W\d_]{2,}")
_HTML = re.compile(r"<(?=[A-Za-z][\w+.-]*[\s/>:@]|[/!?])")
_LONE_BACKSLASH = re.compile(r"(?<!\\)(?:\\\\)*\\\Z")


def spans(text: str, *, sure: bool) -> Iterator[tuple[int, int]]:
    """Start and end of each formula between `$…$`, `$$…$$`, `\\(…\\)`, `\\[…\\]` or in an environment, in linear time.

    `sure` where the page shows TeX as mathematics: all is believed but prose between two prices. Elsewhere a formula
    needs a command that TeX has for mathematics, since `\\(` may be a pattern and `$a_b$` a variable.
    """
    start, unclosed = 0, set[str]()
    while True:
        opened: tuple[str, int, int] | None = None
        for token in _TOKENS.finditer(text, start):
            mark = token[0]
            if opened is not None and mark == _closing(opened[0]):
                kind, begin, inner = opened
                if mark != "$" or _may_close(text, token.start()):
                    if _is_math(text[inner : token.start()], kind, sure):
                        yield begin, token.end()
                    opened = None
                    continue
            if mark in unclosed or not (mark in _CLOSES or mark.startswith("\\begin")):
                continue
            if mark == "$" and not _may_open(text, token.start()):
                continue
            if opened is None or opened[0] in _IN_LINE:  # `$` and `\(` may stand in `\text{}` inside the others
                opened = (mark, token.start(), token.end())
        if opened is None:
            return
        # Nothing closes it, nor any further one of its kind: read on behind it.
        unclosed.add(opened[0])
        start = opened[2]


def is_in(text: str) -> bool:
    """Whether the text holds a formula that is surely one."""
    return any(True for _ in spans(text, sure=False))


def _closing(opening: str) -> str:
    return _CLOSES.get(opening) or opening.replace("begin", "end", 1)


def _may_open(text: str, position: int) -> bool:
    before, behind = text[position - 1 : position], text[position + 1 : position + 2]
    return bool(behind) and not behind.isspace() and not before.isalnum()


def _may_close(text: str, position: int) -> bool:
    return not text[position - 1].isspace() and not text[position + 1 : position + 2].isalnum()


def _is_math(inner: str, kind: str, sure: bool) -> bool:
    if not inner.strip() or (kind in _IN_LINE and len(inner) > _MAX_IN_LINE):
        return False
    if kind.startswith("\\begin"):
        return True
    if not sure:
        return _COMMAND.search(inner) is not None
    return kind != "$" or _SPECIAL.search(inner) is not None or _TWO_WORDS.search(inner) is None


def marked(runs: Sequence[_Run], *, sure: bool) -> Sequence[_Run]:
    """The runs, each formula between delimiters one of its own, marked `DELIMITED`; code is left alone."""
    out: list[_Run] = []
    for text, style, note in runs:
        position = 0
        if not note and not (style and (style[-1] == "`" or is_math(style))):
            for start, end in spans(text, sure=sure):
                if start > position:
                    out.append((text[position:start], style, ""))
                out.append((text[start:end], (*style, DELIMITED), ""))
                position = end
        if text[position:] or note:
            out.append((text[position:], style, note))
    return out


def is_math(style: tuple[str, ...]) -> bool:
    """Whether the markers say that their text is TeX."""
    return bool(style) and style[-1][0] == MATH


def written(text: str, marker: str) -> str:
    """A formula as Markdown: `$…$` or `$$…$$`, its TeX as it is.

    Where it would open HTML or a link for a reader without mathematics, it gets a space, which TeX passes over there.
    """
    if marker == DELIMITED:
        marker, text = _opened(text)
    text = _LONE_BACKSLASH.sub("", text.strip()).rstrip()
    return f"{marker}{_HTML.sub('< ', text).replace('](', '] (')}{marker}"


def undelimited(text: str) -> str:
    """TeX without the delimiters around the whole of it."""
    for opening, closing in (("$$", "$$"), ("$", "$"), ("\\(", "\\)"), ("\\[", "\\]")):
        if text.startswith(opening) and text.endswith(closing) and len(text) > len(opening + closing):
            inner = text[len(opening) : -len(closing)].strip()
            return text if "$" in inner or closing in inner else inner
    return text


def _opened(text: str) -> tuple[str, str]:
    if text.startswith("\\begin"):
        return DISPLAY, text
    size = 2 if text[:2] in _CLOSES else 1
    return MATH if text[:size] in _IN_LINE else DISPLAY, text[size : len(text) - size].strip()
