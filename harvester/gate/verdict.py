"""Scores of gold pages against their floors and the last accepted run: what fails, and what the file of floors says next. Pure.

What alarms, and why. Extraction is deterministic: scores move only where a page, its gold, harvester or a library did. Such a
change moves a page here and there, up and down; a broken template moves most pages of its host, and down.

- A *group* (all pages, a host, a kind, a language; three pages or more) fails when its mean word F1 fell by
  `check.drop` or more and the interval of the mean fall (95 %, paired percentile bootstrap over pages) is below zero. With n
  pages, the interval can do without the pages that fell unless (1 - fell/n)^n <= 2.5 %: all of 3 pages must have fallen, 3 of 5,
  4 of 10 or more. One page alone never fails a group.
- A group below its *floor* fails whatever the last run reached: falls too small to alarm do not add up.
- A *page* fails by itself when its word F1 fell by `check.page_drop`, when it lost a snippet that must appear, gained one
  that must not, lost a field that was right, or gave no text; and below a floor of its own, if it has one.
"""

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from harvester.gate.findings import Finding
from harvester.gate.floors import Floors, Levels, Pin, Regression
from harvester.gate.page_score import Move, PageScore
from harvester.gold import GoldPage
from harvester.judge.intervals import Difference, mean_gap
from harvester.settings import CheckSettings
from harvester.types import Frozen

_FEWEST = 3
"""Pages of a group; fewer are judged page by page."""
_SHOWN = 6
"""Blocks of a page that a finding shows."""
_PAGES = 3
"""Pages of a group whose blocks it shows."""
_EPSILON = 1e-9

Scored = Sequence[tuple[GoldPage, PageScore]]


class Group(Frozen):
    """Pages that have something in common, in the order of their names."""

    part: str
    """`hosts`, `kinds`, `languages`, or `all`."""
    name: str
    pages: tuple[tuple[GoldPage, PageScore], ...]

    @property
    def where(self) -> str:
        """`host example.org`."""
        return "all pages" if self.part == "all" else f"{self.part[:-1]} {self.name}"

    @property
    def f1(self) -> float:
        """Mean over the pages that have a body."""
        values = [score.words.f1 for _, score in self.pages if score.words is not None]
        return math.fsum(values) / len(values) if values else 0.0


def groups(scored: Scored) -> list[Group]:
    """All pages with a body, then those of each host, kind and language."""
    whole = [(page, score) for page, score in scored if score.words is not None]
    found = [Group("all", "all", tuple(whole))] if whole else []
    for part, field in (("hosts", "host"), ("kinds", "kind"), ("languages", "language")):
        named = defaultdict[str, list[tuple[GoldPage, PageScore]]](list)
        for page, score in whole:
            if name := getattr(page, field):
                named[name].append((page, score))
        found += [Group(part, name, tuple(named[name])) for name in sorted(named)]
    return found


def judge(scored: Scored, floors: Floors, limits: CheckSettings, seed: int) -> tuple[Finding, ...]:
    """Every finding, those of groups first; `seed` is what the bootstrap draws by."""
    found = [finding for group in groups(scored) for finding in _group(group, floors, limits, seed)]
    found += [finding for page, score in scored for finding in _page(page, score, floors, limits)]
    gone = sorted(floors.pages.keys() - {page.name for page, _ in scored})
    found += [Finding("gone", name, "the page is pinned, and no longer among the gold") for name in gone]
    return tuple(found)


def _group(group: Group, floors: Floors, limits: CheckSettings, seed: int) -> Iterator[Finding]:
    floor = _floor(group, floors.floors)
    if floor is not None and group.f1 < floor - _EPSILON:
        detail = f"mean word F1 {group.f1:.4f} is below the floor {floor}"
        yield Finding("floor", group.where, detail, lines=_worst(group, floors.pages))
    gap = fall(group, floors.pages, seed)
    if gap is not None and gap.mean <= -limits.drop and gap.high < 0:
        number = len(group.pages)
        detail = f"mean word F1 moved by {gap.mean:+.4f} [{gap.low:+.4f}, {gap.high:+.4f}] over {number} pages"
        detail += f": {_before(group, floors.pages):.4f} → {group.f1:.4f}"
        yield Finding("f1", group.where, detail, lines=_worst(group, floors.pages))


def fall(group: Group, pins: Mapping[str, Pin], seed: int) -> Difference | None:
    """How the group's mean moved since the last accepted run; None for too few pages, or where none moved."""
    gaps = _gaps(group, pins)
    if len(gaps) < _FEWEST or not any(gaps):
        return None
    # each group draws by itself, so that a host's interval does not depend on which other hosts there are
    own = hashlib.sha256(f"{seed} {group.part} {group.name}".encode("utf-8", "replace")).digest()
    return mean_gap(gaps, int.from_bytes(own[:8]))


def _gaps(group: Group, pins: Mapping[str, Pin]) -> list[float]:
    gaps = []
    for page, score in group.pages:
        pin = pins.get(page.name)
        if pin is not None and pin.f1 is not None and score.words is not None:
            gaps.append(places(score.words.f1) - pin.f1)
    return gaps


def _before(group: Group, pins: Mapping[str, Pin]) -> float:
    values = [pin.f1 for page, _ in group.pages if (pin := pins.get(page.name)) and pin.f1 is not None]
    return math.fsum(values) / len(values) if values else 0.0


def _floor(group: Group, levels: Levels) -> float | None:
    if group.part == "all":
        return levels.all
    named: Mapping[str, float] = getattr(levels, group.part)
    return named.get(group.name)


def _page(page: GoldPage, score: PageScore, floors: Floors, limits: CheckSettings) -> Iterator[Finding]:
    pin = floors.pages.get(page.name, Pin("", ""))
    known = frozenset(pin.known)
    if score.failed is not None:
        fails = page.name in floors.pages and not pin.failed
        yield Finding("failed", page.name, score.failed, fails=fails, file=page.page)
    if score.words is not None:
        f1, floor = places(score.words.f1), floors.floors.pages.get(page.name)
        if floor is not None and f1 < floor - _EPSILON:
            lines = _lines(score.moves, known)
            yield Finding(
                "floor", page.name, f"word F1 {f1:.4f} is below the page's floor {floor}", file=page.page, lines=lines
            )
        if pin.f1 is not None and pin.f1 - f1 >= limits.drop - _EPSILON:
            detail = f"word F1 {pin.f1:.4f} → {f1:.4f}"
            fails = pin.f1 - f1 >= limits.page_drop - _EPSILON
            yield Finding("page", page.name, detail, fails=fails, file=page.page, lines=_lines(score.moves, known))
    for check, snippets, before in (("must", score.missing, pin.missing), ("must_not", score.leaked, pin.leaked)):
        for snippet in snippets:
            if snippet not in before and not (check == "must" and score.failed):
                said = "is missing" if check == "must" else "is in the text"
                yield Finding(check, page.name, f"{said}: {snippet}", fails=page.name in floors.pages, file=page.page)
    for wrong in score.wrong:
        if wrong.field not in pin.wrong:
            detail = f"{wrong.field} is {wrong.found!r}, expected {wrong.expected!r}"
            yield Finding("field", page.name, detail, fails=page.name in floors.pages, file=page.page)


def _worst(group: Group, pins: Mapping[str, Pin]) -> tuple[str, ...]:
    """The blocks that moved on the pages of the group on which most words did."""
    moved = []
    for page, score in group.pages:
        known = frozenset(pins[page.name].known if page.name in pins else ())
        words = sum(move.words for move in score.moves if move.digest not in known)
        moved.append((-words, page.name, _lines(score.moves, known)))
    worst = [(name, lines) for words, name, lines in sorted(moved)[:_PAGES] if words]
    return tuple(line for name, lines in worst for line in (f"  {name}:", *lines))


def _lines(moves: Sequence[Move], known: frozenset[str]) -> tuple[str, ...]:
    """The longest blocks judged otherwise than the gold says, those first that the last run judged well."""
    ordered = sorted(moves, key=lambda move: move.digest in known)
    lines = [
        f"{move.sign} {move.text} ({move.words:,} words, {move.reason}{', as before' if move.digest in known else ''})"
        for move in ordered[:_SHOWN]
    ]
    more = len(ordered) - len(lines)
    return (*lines, f"  {more} more blocks") if more else tuple(lines)


def raised(scored: Scored, before: Floors, limits: CheckSettings, made_with: Mapping[str, str]) -> Floors:
    """What the file says once this run is accepted: floors rise to a `check.drop` below what was reached, and never sink.

    The floor of a page has no such slack. A group that is new gets one.
    """
    old = before.floors
    levels: dict[str, dict[str, float]] = {"hosts": {}, "kinds": {}, "languages": {}}
    everything = old.all
    for group in groups(scored):
        reached = _down(group.f1 - limits.drop)
        if group.part == "all":
            everything = max(everything, reached)
        elif len(group.pages) >= _FEWEST:
            levels[group.part][group.name] = max(_floor(group, old) or 0.0, reached)
    pages = {}
    for page, score in scored:
        if page.name in old.pages and score.words is not None:
            pages[page.name] = max(old.pages[page.name], _down(score.words.f1))
    return Floors(
        made_with=made_with,
        floors=Levels(everything, levels["hosts"], levels["kinds"], levels["languages"], pages),
        pages={page.name: pin(page, score) for page, score in scored},
        regressions=before.regressions,
    )


def sunk(scored: Scored, before: Floors, limits: CheckSettings, made_with: Mapping[str, str], reason: str) -> Floors:
    """As `raised`, but floors that were not reached sink to it, and the file says so and why."""
    risen = raised(scored, before, limits, made_with)
    sank, levels = list[str](), {part: dict(getattr(risen.floors, part)) for part in ("hosts", "kinds", "languages")}
    everything, pages = risen.floors.all, dict(risen.floors.pages)
    for group in groups(scored):
        floor = _floor(group, risen.floors)
        if floor is not None and group.f1 < floor - _EPSILON:
            lower = max(0.0, _down(group.f1 - limits.drop))
            sank.append(f"floor of {group.where}: {floor} → {lower}")
            if group.part == "all":
                everything = lower
            else:
                levels[group.part][group.name] = lower
    for page, score in scored:
        floor = pages.get(page.name)
        if floor is not None and score.words is not None and score.words.f1 < floor - _EPSILON:
            pages[page.name] = _down(score.words.f1)
            sank.append(f"floor of page {page.name}: {floor} → {pages[page.name]}")
    fell = [finding for finding in judge(scored, before, limits, 0) if finding.fails and finding.check != "floor"]
    sank += [f"{finding.check} of {finding.where}: {finding.detail}" for finding in fell]
    return Floors(
        made_with=made_with,
        floors=Levels(everything, levels["hosts"], levels["kinds"], levels["languages"], pages),
        pages=risen.pages,
        regressions=(*before.regressions, Regression(reason, tuple(sank))),
    )


def pin(page: GoldPage, score: PageScore) -> Pin:
    """A page as it is accepted now."""
    words, grams = score.words, score.shingles
    return Pin(
        page=page.page_sha256,
        gold=page.gold_sha256,
        f1=None if words is None else places(words.f1),
        precision=None if words is None else places(words.precision),
        recall=None if words is None else places(words.recall),
        shingle_f1=None if grams is None else places(grams.f1),
        failed=score.failed or "",
        missing=score.missing,
        leaked=score.leaked,
        wrong=tuple(wrong.field for wrong in score.wrong),
        known=tuple(sorted(move.digest for move in score.moves)),
    )


def places(value: float) -> float:
    """Four places, as scores are stored and compared."""
    return round(value, 4) + 0.0


def _down(value: float) -> float:
    return max(0.0, math.floor(value * 1000 + 1e-6) / 1000)
