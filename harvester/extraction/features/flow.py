"""What stands before and after a block, and what the page is like as a whole."""

from math import log1p

from harvester.extraction.features.facts import CODE, FAR, HEADING, Facts
from harvester.extraction.features.parts import BIT

_WINDOW = 4
_LIST_ITEM, _TABLE_ROW = 2, 5

PLACE_COLUMNS = (
    "position",
    "words-before",
    "depth",
    "headings-before",
    "from-heading",
    "heading-level",
    "negative-words",
)


def places(page: Facts) -> list[list[float]]:
    """Where in the page a block stands, and under which heading."""
    out = []
    before, headings, away, level = 0, 0, FAR, 0
    for i, e in enumerate(page.at):
        negative = page.negative[e]
        out.append([
            i / page.size, before / page.total, page.depth[e], min(headings, 20), away, level,
            page.inner_words[negative] / page.total if negative >= 0 else 0.0,
        ])  # fmt: skip
        before += page.words[i]
        if page.label[i] == HEADING:
            headings, away, level = headings + 1, 1, page.blocks[i].level
        else:
            away = min(away + 1, FAR)
    return out


NEIGHBOUR_COLUMNS = (
    "label-after-it", "since-good", "until-good", "good-around", "links-around", "run-of-good", "words-around",
)  # fmt: skip


def neighbours(page: Facts) -> list[list[float]]:
    """What the blocks beside are like, and how far the good ones are."""
    size = page.size
    since, until = _away_from_good(page, range(size)), _away_from_good(page, range(size - 1, -1, -1))
    runs = _runs(page)
    out = []
    for i in range(size):
        first, last = max(0, i - _WINDOW), min(size, i + _WINDOW + 1)
        around = sum(page.words[first:last])
        in_good = sum([page.words[j] for j in range(first, last) if page.good[j]])
        out.append([
            page.label[i + 1] if i + 1 < size else -1, since[i], until[i], in_good / around,
            sum(page.links[first:last]) / around, log1p(runs[i]), log1p(around),
        ])  # fmt: skip
    return out


def _away_from_good(page: Facts, order: range) -> list[int]:
    out, away = [FAR] * page.size, FAR
    for i in order:
        out[i] = away
        away = 1 if page.good[i] else min(away + 1, FAR)
    return out


def _runs(page: Facts) -> list[int]:
    """Length of the unbroken run of good blocks and headings that a block is part of."""
    runs, start = [0] * page.size, 0
    for i in range(page.size + 1):
        if i == page.size or not (page.good[i] or page.label[i] == HEADING):
            runs[start:i] = [i - start] * (i - start)
            start = i + 1
    return runs


PAGE_COLUMNS = (
    "page-blocks", "page-words", "page-good-share", "page-link-share", "page-headings", "page-good", "page-comment-share",
    "page-forum-share", "page-product-share", "page-code-share", "page-table-share", "page-list-share", "page-articles",
    "page-mean-words", "page-longest", "page-docs-share", "page-card-share",
)  # fmt: skip


def whole(page: Facts) -> list[float]:
    """The same numbers for every block: sizes, and shares of words by label and by part."""
    total, size = page.total, page.size

    def labelled(label: int) -> float:
        return sum([page.words[i] for i in range(size) if page.label[i] == label]) / total

    good = sum([page.words[i] for i in range(size) if page.good[i]])
    return [
        log1p(size), log1p(total), good / total, sum(page.links) / total,
        log1p(sum([label == HEADING for label in page.label])), log1p(sum(page.good)),
        part_share(page, BIT["comment"]), part_share(page, BIT["forum"]), part_share(page, BIT["product"]),
        labelled(CODE), labelled(_TABLE_ROW), labelled(_LIST_ITEM), min(20, page.tags.count("article")),
        log1p(total / size), log1p(max(page.words)), part_share(page, BIT["docs"]), part_share(page, BIT["card"]),
    ]  # fmt: skip


def part_share(page: Facts, bit: int) -> float:
    """Share of the page's words that stand inside an element which names a part."""
    return sum([page.words[i] for i in range(page.size) if page.within[page.at[i]] & bit]) / page.total
