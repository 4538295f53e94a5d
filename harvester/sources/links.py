"""An HTML page that links to others: its links become Named, with their text as labels."""

from harvester.errors import PageError
from harvester.extraction.gate import check
from harvester.extraction.segment import parse
from harvester.settings import Recipe
from harvester.sources.named import MAX_PAGES, Named, Reading, Refusal, address, plain


def linked_pages(html: str, base: str, recipe: Recipe) -> Reading:
    """The links of a page, each address once, with the first text any of its links has.

    Raises PageError `too-deep`, `too-large` and, where the page has no link, `source-unreadable`.
    """
    data = html.encode("utf-8", "replace")
    shape = check(data, max_depth=recipe.max_depth, max_attributes=recipe.max_attributes)
    if shape.elements > recipe.max_elements:
        raise PageError("too-large", f"the page has more than {recipe.max_elements:,} elements")
    tree = parse(data)
    stated = next((href for node in tree.css("base[href]")[:1] if (href := node.attributes.get("href"))), None)
    found = address(stated, base) if stated else base
    base = base if isinstance(found, Refusal) else found
    labels, refused, full = dict[str, str](), list[Refusal](), False
    for node in tree.css("a[href], area[href]"):
        href = (node.attributes.get("href") or "").strip()
        if not href or href.startswith("#"):
            continue
        url = address(href, base)
        if isinstance(url, Refusal):
            refused.append(url)
        elif url not in labels and len(labels) >= MAX_PAGES:
            full = True
        elif not labels.get(url):
            labels[url] = plain(node.text())
    if not labels and not refused:
        raise PageError("source-unreadable", "the page holds no link")
    return Reading((*(Named(url, label=label or None) for url, label in labels.items()), *refused), full=full)
