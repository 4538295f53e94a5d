"""`<img>` → Markdown: which address an image has, and which images are none that a reader sees."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from harvester.extraction import values
from harvester.extraction.drafts import Draft, Place
from harvester.extraction.inline import clean, escape_text, link_address
from harvester.extraction.markup import Attributes

TAGS = frozenset(("amp-img", "img"))
_LAZY = ("data-src", "data-original", "data-lazy-src", "data-lazy", "data-full-src")
"""What scripts put into `src` once the image comes into view; until then a placeholder stands there."""
_MAX_SOURCES, _MAX_SRCSET, _MAX_WORDS = 16, 8_192, 1_000
_LINE_ENDS = re.compile(r"[\t\n\r]")
_SIZE = re.compile(r"\d{1,6}(?:\.\d{1,6})?[wx]")
_DOT = re.compile(r"\s*0*[01](?:\.\d+)?\s*(?:px)?\s*", re.I)
_DOT_STYLE = re.compile(r"(?:^|[;\s])(?:width|height)\s*:\s*[01](?:px)?\s*(?:;|!|\Z)", re.I)
_PLACEHOLDER = re.compile(
    r"/(?:[\w-]*[-_])?(?:1x1|blank|clear|dot|grey|lazy|pixel|placeholder|space|spacer|trans|transparent)"
    r"(?:[-_][\w-]*)?\.(?:gif|png|svg)\Z",
    re.I,
)


def base(tree: LexborHTMLParser, url: str, canonical: str | None) -> str:
    """The address that images of a page are relative to: what `<base>` says, else the page's, else its canonical one."""
    own = values.address(url, None) or canonical or ""
    stated = tree.css_first("base[href]")
    href = stated.attributes.get("href") if stated is not None else None
    return values.address(href or "", own) or own


def written(node: LexborNode, attributes: Attributes, base: str) -> str:
    """`![alt](address "title")`, the title where it says more than `alt`; nothing for an image that is left out.

    Left out are tracking pixels, placeholders, and whatever has no http(s) address, `data:` among it; a relative address
    is joined to `base`, and without one it is none.
    """
    dots = [attributes.get("width") or "", attributes.get("height") or ""]
    if any(_DOT.fullmatch(size) for size in dots) or _DOT_STYLE.search(attributes.get("style") or ""):
        return ""
    for stated in _addresses(node, attributes):
        found = values.address(_LINE_ENDS.sub("", stated).strip().replace(" ", "%20"), base)
        if found is not None and not _PLACEHOLDER.search(found.partition("?")[0]):
            alt, title = _words(attributes.get("alt")), _words(attributes.get("title"))
            aside = "" if not title or title == alt else ' "{}"'.format(escape_text(title).replace('"', '\\"'))
            return f"![{escape_text(alt)}]({link_address(found)}{aside})"
    return ""


def draft(markdown: str, place: Place, element: int) -> Draft:
    """An image that stands in no block, as a block without text: in the list or the quote around it, else a paragraph."""
    label, level, group, item = "paragraph", 0, 0, None
    if place.label == "quote":
        label, level, group = place.label, place.level, place.group
    elif place.label == "list-item" and place.item is not None and place.item.begun:
        label, item = place.label, place.item
    return Draft(label, "", markdown, level, "", group, element, "img", 0, 0, item)


def _addresses(node: LexborNode, attributes: Attributes) -> Iterator[str]:
    """Where the image may be, likeliest first."""
    yield from filter(None, [attributes.get(name) for name in _LAZY])
    yield from _largest(attributes.get("data-srcset"))
    yield attributes.get("src") or ""
    yield from _largest(attributes.get("srcset"))
    parent = node.parent
    source = parent.first_child if parent is not None and parent.tag == "picture" else None
    for _ in range(_MAX_SOURCES):
        if source is None:
            return
        if source.tag == "source":
            yield from _largest(source.attributes.get("data-srcset") or source.attributes.get("srcset"))
        source = source.next


def _largest(srcset: str | None) -> list[str]:
    """The address with the largest width or density of a `srcset` (HTML 4.8.4.2.1), none where it has none."""
    found: list[tuple[float, str]] = []
    address = ""
    for token in (srcset or "")[:_MAX_SRCSET].split():
        if not address and not token.endswith(","):
            address = token  # its size comes next
            found.append((1.0, address))
        elif not address:
            found.append((1.0, token.rstrip(",")))
        else:
            size, comma, behind = token.partition(",")
            if _SIZE.fullmatch(size):
                found.append((float(size[:-1]), address))
            address = behind if comma else address
            found += [(1.0, behind)] if behind else []
    return [max(found, key=lambda candidate: candidate[0])[1]] if found else []


def _words(stated: str | None) -> str:
    return " ".join(clean(stated or "").split())[:_MAX_WORDS].strip()
