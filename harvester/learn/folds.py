"""Pages → folds for cross-validation that share no site and no near-copies.

Pages belong together that have the same registered domain, or so many of the same long lines that they come from one
site or repeat one another: a fold that has seen one would be examined on what it learned by heart.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import combinations

from tld import get_fld

from harvester.extraction.words import fold
from harvester.judge.bench_file import BenchPage
from harvester.judge.flatten import flatten

_LONG = 60
"""Characters from which a line is long: shorter ones ("Privacy policy") stand on pages that have nothing else in common."""
_SHARED = 3
"""Long lines that two pages must share."""
_EVERYWHERE = 30
"""Pages from which a line is everyone's (a cookie notice, a licence): it joins none."""


def folds(pages: Sequence[BenchPage], number: int = 5) -> list[int]:
    """The fold, 0 to number - 1, of each page."""
    return deal(sites(pages), number)


def sites(pages: Sequence[BenchPage], together: Sequence[str | None] | None = None) -> list[int]:
    """For each page the number of the first page that it belongs with; the same name in `together` joins pages too."""
    names = together or [None] * len(pages)
    domains = [registered_domain(page.url) if page.url else None for page in pages]
    lines = [flatten(page.html, "html-text").split("\n") for page in pages]
    return _groups(lines, [[page.sha256 for page in pages], domains, names])


def deal(groups: Sequence[int], number: int) -> list[int]:
    """A fold for each page, the same for pages of a group.

    Groups are dealt out from the largest down, each to the fold that has the fewest pages: the same pages in the same
    order have the same folds.
    """
    sizes, held, dealt = Counter(groups), [0] * number, dict[int, int]()
    for group in sorted(sizes, key=lambda group: (-sizes[group], group)):
        dealt[group] = min(range(number), key=lambda k: (held[k], k))
        held[dealt[group]] += sizes[group]
    return [dealt[group] for group in groups]


def registered_domain(url: str) -> str:
    """`https://news.example.co.uk/a` → `example.co.uk`, by the public suffix list that comes with tld; else the host."""
    return str(get_fld(url, fail_silently=True, fix_protocol=True) or url.split("//")[-1].split("/")[0].lower())


def _groups(pages: Sequence[Sequence[str]], names: Sequence[Sequence[str | None]]) -> list[int]:
    """For each page the number of the first page of its group, from its lines and names of several kinds."""
    leader = list(range(len(pages)))

    def root(page: int) -> int:
        while leader[page] != page:
            leader[page] = leader[leader[page]]
            page = leader[page]
        return page

    def join(one: int, other: int) -> None:
        low, high = sorted((root(one), root(other)))
        leader[high] = low

    for kind in names:
        first: dict[str, int] = {}
        for page, name in enumerate(kind):
            if name is not None:
                join(first.setdefault(name, page), page)
    for one, other in _sharing(pages):
        join(one, other)
    return [root(page) for page in range(len(pages))]


def _sharing(pages: Sequence[Sequence[str]]) -> list[tuple[int, int]]:
    """Pairs of pages that have enough long lines in common."""
    holders: dict[str, list[int]] = {}
    for page, lines in enumerate(pages):
        for line in dict.fromkeys(fold(line).casefold() for line in lines):
            if len(line) >= _LONG:
                holders.setdefault(line, []).append(page)
    shared: Counter[tuple[int, int]] = Counter()
    for found in holders.values():
        if len(found) <= _EVERYWHERE:
            shared.update(combinations(found, 2))
    return [pair for pair, count in shared.items() if count >= _SHARED]
