"""HTML → the plain text that well-known flatteners make of it: what pages look like whose markup is gone.

The flatteners belong to the extras `bench` and `learn` and are imported when they run.
"""

import re
from collections.abc import Callable, Mapping

# What lxml refuses: html-text and inscriptis raise on it.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def flatten(html: str, by: str) -> str:
    """A page's text as the flattener named `by` sees it, one of `FLATTENERS`."""
    return FLATTENERS[by](_CONTROLS.sub("", html))


def html_text(html: str) -> str:
    """The text as html-text sees it."""
    from html_text import extract_text

    return str(extract_text(html))


def _resiliparse(html: str) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    # noscript kept: where a page's text lives there, all is lost without it.
    return str(extract_plain_text(html, main_content=False, noscript=True))


def _inscriptis(html: str) -> str:
    import inscriptis

    return str(inscriptis.get_text(html))


FLATTENERS: Mapping[str, Callable[[str], str]] = {
    "resiliparse": _resiliparse,
    "html-text": html_text,
    "inscriptis": _inscriptis,
}
