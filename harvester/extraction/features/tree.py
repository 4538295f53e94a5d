"""What the elements around a block tell: words of the markup, sizes, the likeliest container, repetition."""

from collections.abc import Mapping
from math import log1p

from harvester.extraction.features.facts import FAR, Facts
from harvester.extraction.features.parts import ANY_TELLING, TELLING, TELLING_BITS

_LEVELS = 4
_NEAR = 3
"""Levels that count as near: elements with hint words, or of a tag that is no inline style."""
_INLINE = frozenset(("a", "b", "em", "i", "span", "strong"))
_SINGLE = frozenset(("a", "b", "br", "em", "h2", "h3", "i", "p", "span", "strong", "td", "tr"))
"""Tags that repeat in every text; what repeats otherwise is cards, posts or rows."""
_MAX_STEPS = 12

MARKUP_COLUMNS = (
    "markup", "markup-around", "markup-near", "markup-to-best", "markup-around-to-best", "markup-before", "markup-after",
    "markup-to-mean", "page-markup", "page-best-markup",
)  # fmt: skip


def markup(page: Facts, odds: Mapping[str, tuple[float, float]]) -> list[list[float]]:
    """Log-odds that the words and tags of the elements around state (see `learn.markup`), each word counted once.

    `odds` gives for a word, or `<` and a tag, its weight anywhere around and its weight near the block.
    """
    around = _odds_around(page, odds)
    near: dict[int, float] = {}
    for e in page.at:
        if e not in near:
            near[e] = _odds_near(page, e, odds)
    both = [around[e] + near[e] for e in page.at]
    if not both:
        return []
    sizes = [page.words[i] ** 0.5 for i in range(page.size)]
    mean = sum([z * size for z, size in zip(both, sizes, strict=True)]) / sum(sizes)
    best, best_around = max(both), max([around[e] for e in page.at])
    out = []
    for i, z in enumerate(both):
        e = page.at[i]
        out.append([
            z, around[e], near[e], z - best, around[e] - best_around, both[i - 1] if i else -9.0,
            both[i + 1] if i + 1 < page.size else -9.0, z - mean, mean, best,
        ])  # fmt: skip
    return out


def _odds_around(page: Facts, odds: Mapping[str, tuple[float, float]]) -> list[float]:
    """For each element the sum over the distinct words of its path, which a stack of counts keeps up to date."""
    out = [0.0] * len(page.parents)
    counts: dict[str, int] = {}
    path: list[tuple[int, list[str]]] = []
    for e, parent in enumerate(page.parents):
        while path and path[-1][0] != parent:
            for word in path.pop()[1]:
                counts[word] -= 1
        total = out[parent] if parent >= 0 else 0.0
        known = [word for word in page.hint_words[e] if word in odds]
        known.append("<" + page.tags[e])
        for word in known:
            count = counts.get(word, 0)
            if not count and word in odds:
                total += odds[word][0]
            counts[word] = count + 1
        out[e] = total
        path.append((e, known))
    return out


def _odds_near(page: Facts, e: int, odds: Mapping[str, tuple[float, float]]) -> float:
    return sum([odds[word][1] for word in words_near(page, e) if word in odds])


def words_near(page: Facts, e: int) -> list[str]:
    """Distinct words, and tags behind `<`, of an element and those around it, three levels up."""
    seen: dict[str, None] = {}
    levels = steps = 0
    while e >= 0 and levels < _NEAR and steps < _MAX_STEPS:
        words, tag = page.hint_words[e], page.tags[e]
        seen.update(dict.fromkeys(sorted(words)))
        seen["<" + tag] = None
        if words or tag not in _INLINE:
            levels += 1
        steps += 1
        e = page.parents[e]
    return list(seen)


def words_around(page: Facts, e: int) -> list[str]:
    """Distinct words, and tags behind `<`, of an element and all those around it."""
    seen: dict[str, None] = {}
    while e >= 0:
        seen.update(dict.fromkeys(sorted(page.hint_words[e])))
        seen["<" + page.tags[e]] = None
        e = page.parents[e]
    return list(seen)


PART_COLUMNS = tuple(f"from-{name}" for name in TELLING)


def parts(page: Facts) -> list[list[int]]:
    """For each block the steps up to the nearest element that names each telling part; FAR for none."""
    none = [FAR] * len(TELLING)
    away: list[list[int]] = []
    for e, parent in enumerate(page.parents):
        steps = [step + 1 if step < FAR else FAR for step in away[parent]] if parent >= 0 else none[:]
        kinds = page.kinds[e]
        if kinds & ANY_TELLING:
            for number, bit in enumerate(TELLING_BITS):
                if kinds & bit:
                    steps[number] = 0
        away.append(steps)
    return [away[e] for e in page.at]


AROUND_COLUMNS = tuple(
    f"{name}-{level}" for level in range(1, _LEVELS + 1) for name in ("inner-words", "inner-links", "page-share")
)


def around(page: Facts) -> list[list[float]]:
    """Sizes of the nearest four elements around that hold more than the one before; the outermost is repeated."""
    out = []
    for e in page.at:
        if page.inner_blocks[e] == 1:
            e = page.bigger[e]
        row: list[float] = []
        for level in range(_LEVELS):
            if e < 0:
                row += [log1p(page.total), 0.0, 1.0] if level == 0 else row[-3:]
                continue
            words = page.inner_words[e] or 1
            row += [log1p(words), page.inner_links[e] / words, words / page.total]
            e = page.bigger[e]
        out.append(row)
    return out


BEST_COLUMNS = (
    "in-best",
    "steps-to-best",
    "best-ratio",
    "beside-best",
    "page-best-share",
    "second-ratio",
    "from-edge-of-best",
)


def best(page: Facts) -> list[list[float]]:
    """How a block stands to the element that gathers most good text (scores passed up as readability.js does)."""
    scores = _scores(page)
    count = len(page.parents)
    top = max(range(count), key=scores.__getitem__, default=-1)
    if top >= 0 and scores[top] <= 0.0:
        top = -1
    inside = [False] * count
    for e in range(count):
        inside[e] = e == top or (page.parents[e] >= 0 and inside[page.parents[e]])
    above: dict[int, int] = {}
    e = top
    while e >= 0:
        above[e] = len(above)
        e = page.bigger[e]
    second = max([score for e, score in enumerate(scores) if not inside[e] and e not in above], default=0.0)
    most = scores[top] if top >= 0 else 0.0
    share = page.inner_words[top] / page.total if top >= 0 else 0.0
    within = [i for i in range(page.size) if inside[page.at[i]]]
    first, last = (within[0], within[-1]) if within else (-1, -1)
    out = []
    for i, e in enumerate(page.at):
        reach, found, steps, step = 0.0, FAR, e, 0
        while steps >= 0 and step < _MAX_STEPS:
            reach = max(reach, scores[steps])
            if steps in above:
                found = above[steps] + (0 if inside[e] else step)
                break
            steps, step = page.bigger[steps], step + 1
        edge = min(i - first, last - i) if inside[e] else -min(abs(i - first), abs(i - last), 30)
        side = 1 if i > last else -1 if i < first else 0
        out.append([inside[e], found, reach / most if most else 0.0, side, share, second / most if most else 0.0, edge])
    return out


def _scores(page: Facts) -> list[float]:
    """For each element how much good text it gathers, less what is linked."""
    scores = [0.0] * len(page.parents)
    for i in range(page.size):
        if not page.good[i]:
            continue
        gain = (1.0 + min(page.words[i] / 20.0, 5.0)) * (1.0 - page.links[i] / page.words[i])
        e = page.at[i]
        if page.inner_blocks[e] == 1:
            e = page.bigger[e]
        for _ in range(5):
            if e < 0:
                break
            scores[e] += gain
            gain *= 0.6
            e = page.bigger[e]
    return [
        score * (1.0 - page.inner_links[e] / page.inner_words[e]) if score > 0.0 else 0.0
        for e, score in enumerate(scores)
    ]


GROUP_COLUMNS = (
    "alike-blocks", "alike-words", "alike-good", "alike-links", "same-path-blocks", "same-path-words", "same-path-good",
    "repeats", "repeat-words", "repeat-links", "repeat-share", "inner-repeats", "page-repeats", "page-repeat-share",
)  # fmt: skip


def groups(page: Facts) -> list[list[float]]:
    """Blocks whose paths of tags and words, or of tags, are the same; and elements that repeat beside one another."""
    count = len(page.parents)
    alike, same = [0] * count, [0] * count
    numbers: dict[tuple[object, ...], int] = {}
    siblings: dict[tuple[object, ...], list[int]] = {}
    group: list[list[int]] = []
    inner, outer = [-1] * count, [-1] * count
    for e, parent in enumerate(page.parents):
        tag, words = page.tags[e], page.hint_words[e]
        alike[e] = numbers.setdefault((alike[parent] if parent >= 0 else 0, tag, words), len(numbers) + 1)
        same[e] = numbers.setdefault((same[parent] if parent >= 0 else 0, tag), len(numbers) + 1)
        beside = siblings.setdefault((parent, tag, words), [0, 0, 0])
        if page.inner_words[e]:
            beside[0] += 1
            beside[1] += page.inner_words[e]
            beside[2] += page.inner_links[e]
        group.append(beside)
    for e, parent in enumerate(page.parents):
        if parent >= 0:
            inner[e], outer[e] = inner[parent], outer[parent]
        if group[e][0] >= 3 and page.tags[e] not in _SINGLE:
            inner[e] = e
            if outer[e] < 0 or group[e][1] > group[outer[e]][1]:
                outer[e] = e
    by_alike, by_same = _sums(page, alike), _sums(page, same)
    repeats = [_repeat(page, group[outer[e]]) if outer[e] >= 0 else [0.0, 0.0, 0.0, 0.0] for e in page.at]
    most = max(repeats, key=lambda repeat: repeat[3], default=[0.0, 0.0, 0.0, 0.0])
    out = []
    for i, e in enumerate(page.at):
        a, s = by_alike[alike[e]], by_same[same[e]]
        out.append([
            log1p(a[0]), log1p(a[1] / a[0]), a[2] / a[0], a[3] / a[1], log1p(s[0]), log1p(s[1] / s[0]), s[2] / s[0],
            *repeats[i], log1p(group[inner[e]][0]) if inner[e] >= 0 else 0.0, most[0], most[3],
        ])  # fmt: skip
    return out


def _sums(page: Facts, signature: list[int]) -> dict[int, list[int]]:
    """Blocks, words, good blocks and linked words by signature of the element."""
    sums: dict[int, list[int]] = {}
    for i, e in enumerate(page.at):
        found = sums.setdefault(signature[e], [0, 0, 0, 0])
        found[0] += 1
        found[1] += page.words[i]
        found[2] += page.good[i]
        found[3] += page.links[i]
    return sums


def _repeat(page: Facts, group: list[int]) -> list[float]:
    return [log1p(group[0]), log1p(group[1] / group[0]), group[2] / (group[1] or 1), group[1] / page.total]
