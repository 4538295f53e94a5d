"""Values that pages declare, made clean: texts, addresses, languages, tags.

A value that is not what it should be becomes nothing; none is guessed at.
"""

import html
import re
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

_CODE = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)", re.I | re.S)
_TAG = re.compile(r"<[^<>]{0,500}>")
_REFERENCE = re.compile(r"&#?\w{1,30};")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")


def text(value: str, limit: int = 5000) -> str:
    """Markup and character references undone, white space folded, at most `limit` characters."""
    plain = value[: 4 * limit]
    if "&" in plain or "<" in plain:
        plain = html.unescape(plain)
        if _REFERENCE.search(plain):  # escaped twice, as by a program that escapes what a template escapes again
            plain = html.unescape(plain)
        plain = _TAG.sub("", _CODE.sub("", plain))
    return " ".join(plain.replace("\ufffd", "").replace("\xad", "").split())[:limit].rstrip()


def address(value: str, base: str | None) -> str | None:
    """An absolute http(s) address, joined to the page's where it is relative; None for others."""
    value = "".join(value.split())
    try:
        joined = urljoin(base, value) if base and base.startswith("http") else value
        parts = urlsplit(joined)
        host = parts.hostname
    except ValueError:  # brackets that are no IPv6 address
        return None
    return joined if value and parts.scheme in ("http", "https") and host and len(joined) <= 2048 else None


def host_names(url: str | None) -> list[str]:
    """What a host may name the site by: `forum.doom9.org`, `doom9.org`, `forum`, `doom9` for `https://forum.doom9.org/x`."""
    host = (urlsplit(url).hostname if url and address(url, None) else None) or ""
    labels = host.removeprefix("www.").split(".")
    return [".".join(labels), ".".join(labels[-2:]), *labels[:-1]] if len(labels) > 1 else []


def language(value: str) -> str | None:
    """A language tag, `pt_br` as `pt-BR`; None where it is none."""
    value = value.strip()
    if not _LANGUAGE.fullmatch(value):
        return None
    first, *rest = value.replace("_", "-").split("-")
    return "-".join([first.lower(), *(part.upper() if len(part) == 2 else part for part in rest)])


def tags(values: Iterable[str]) -> tuple[str, ...]:
    """Keywords, each once, at most 100 of at most 100 characters."""
    out: dict[str, str] = {}
    for value in values:
        tag = text(value, 200).lstrip("#")
        if 0 < len(tag) <= 100:
            out.setdefault(tag.casefold(), tag)
    return tuple(out.values())[:100]
