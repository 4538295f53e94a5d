"""HTML → the plain text that well-known flatteners make of it: what pages look like whose markup is gone."""

import re
from collections.abc import Callable, Mapping

import html_text
import inscriptis
from resiliparse.extract.html2text import extract_plain_text

# What lxml refuses: html-text and inscriptis raise on it.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def flatten(html: str, by: str) -> str:
    """A page's text as the flattener named `by` sees it, one of `FLATTENERS`."""
    return FLATTENERS[by](_CONTROLS.sub("", html))


def _resiliparse(html: str) -> str:
    # noscript kept: where a page's text lives there, all is lost without it.
    return str(extract_plain_text(html, main_content=False, noscript=True))


FLATTENERS: Mapping[str, Callable[[str], str]] = {
    "resiliparse": _resiliparse,
    "html-text": lambda html: str(html_text.extract_text(html)),
    "inscriptis": lambda html: str(inscriptis.get_text(html)),
}
