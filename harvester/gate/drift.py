"""Hosts whose pages came out otherwise than in the version before, beyond chance: at the source, or by what reads them.

Two pools a host. *Fresh* pages have another capture than before, or are new: what moved there moved at the source, unless
the recipe changed too, which is said. Pages of the *same* capture can move only by the recipe, or by what is decided over
the whole corpus. Of each pool the first `_SAMPLE` pages in id order are looked at; ids are digests, so that is a random sample.
"""

import math
import zlib
from array import array
from collections.abc import Iterator, Sequence

from harvester.gate.chance import Outcome, paired, significant, unpaired
from harvester.gate.findings import Cell, Finding, Table
from harvester.gate.walk import Page, Step
from harvester.settings import CheckSettings
from harvester.types import EPOCH, Frozen

_SAMPLE = 100
"""Pages of a host and pool, in either version."""
_WIDTH = 96
"""Measures of a page: three of their own, then shares by label and reason as they come up."""
_OWN = ("kept share", "confidence", "blocks a page")
_PAIRS = 12
"""From so many pages that stand in both versions these alone are compared, each with itself. With fewer there are too few
ways to swap their values: 2 of 2^8 deals of 8 pages are as extreme as any can be, p = .008, while of 16 pages 2 of 12,870 are."""
_GROWTH = 1.5
"""Factor by which blocks a page must move."""
_LEVEL = 0.05
"""Adjusted p-value of a measure that is named, for a host that is reported."""
_NAMED = 5


Row = Sequence[float]


class _Pool:
    """Pages of a host in both versions; `array` rows of `_WIDTH` so that a page takes 400 bytes."""

    def __init__(self) -> None:
        self.pairs, self.old, self.new = array("f"), array("f"), array("f")
        """Pages that stand in both, old row before new row; and those of one version alone."""
        self.since = ""
        self.pages = 0

    def rows(self) -> tuple[list[Row], list[Row]]:
        """Those of pages that stand in both."""
        cut: list[Row] = [self.pairs[start : start + _WIDTH] for start in range(0, len(self.pairs), _WIDTH)]
        return cut[::2], cut[1::2]


class _Moved(Frozen):
    """What a test of a pool said."""

    host: str
    cause: str
    """`page` or `recipe`."""
    pages: int
    since: str
    before: tuple[float, ...]
    after: tuple[float, ...]
    outcome: Outcome


class Drift:
    """What is gathered while the pages go by; memory grows with hosts, up to some 100 KB each."""

    def __init__(self, recipe_causes: Sequence[str]) -> None:
        self._causes = tuple(recipe_causes)
        """What differs between the recipes, in words."""
        self._measures = {name: place for place, name in enumerate(_OWN)}
        self._fresh, self._same = dict[str, _Pool](), dict[str, _Pool]()

    def add(self, step: Step) -> None:
        """Look at a page of either version."""
        old, new = step.old, step.new
        if new is None:
            if old is not None:
                self._alone(old, old_side=True)
        elif old is None:
            self._alone(new, old_side=False)
            self._came(new)
        elif old.capture_sha256 != new.capture_sha256:
            self._both(self._fresh, old, new)
            self._came(new)
        else:
            self._both(self._same, old, new)

    def _came(self, page: Page) -> None:
        pool = self._fresh[page.host]
        pool.pages += 1
        if page.fetched_at != EPOCH and (not pool.since or page.fetched_at < pool.since):
            pool.since = page.fetched_at

    def _alone(self, page: Page, *, old_side: bool) -> None:
        pool = self._fresh.setdefault(page.host, _Pool())
        side = pool.old if old_side else pool.new
        if len(side) < _SAMPLE * _WIDTH:
            side.extend(self._row(page))

    def _both(self, pools: dict[str, _Pool], old: Page, new: Page) -> None:
        pool = pools.setdefault(new.host, _Pool())
        if len(pool.pairs) < 2 * _SAMPLE * _WIDTH:
            pool.pairs.extend(self._row(old))
            pool.pairs.extend(self._row(new))

    def _row(self, page: Page) -> list[float]:
        row = [page.kept_share, page.confidence, math.log(max(1, page.blocks))] + [0.0] * (_WIDTH - len(_OWN))
        for name, share in page.shape.items():
            place = self._measures.setdefault(name, len(self._measures)) if self._has_room(name) else None
            if place is not None:
                row[place] = share
        return row

    def _has_room(self, name: str) -> bool:
        return name in self._measures or len(self._measures) < _WIDTH

    def findings(self, limits: CheckSettings, seed: int) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
        """The hosts that drifted, and a note on those of which too few pages are known."""
        few, tested = list[tuple[str, int]](), list[_Moved]()
        for cause, pools in (("page", self._fresh), ("recipe", self._same)):
            for host in sorted(pools):
                moved = self._tested(host, cause, pools[host], limits, seed)
                if moved is not None:
                    tested.append(moved)
                elif cause == "page" and pools[host].pages and self._was_there(host):
                    few.append((host, pools[host].pages))
        told = significant([moved.outcome.p for moved in tested], limits.drift_alarms)
        found = [
            finding
            for moved, is_told in zip(tested, told, strict=True)
            if is_told
            for finding in self._said(moved, limits)
        ]
        return tuple(found), _too_few(few, limits.drift_pages)

    def _was_there(self, host: str) -> bool:
        return bool(host in self._same or self._fresh[host].pairs or self._fresh[host].old)

    def _tested(self, host: str, cause: str, pool: _Pool, limits: CheckSettings, seed: int) -> _Moved | None:
        """None for too few pages. A host of which no measure moved far enough is not held against chance: its p is 1."""
        old, new = pool.rows()
        own_seed = zlib.crc32(f"{seed} {cause} {host}".encode("utf-8", "replace"))
        by_pairs = cause == "recipe" or len(old) >= max(_PAIRS, limits.drift_pages)
        if not by_pairs:
            old, new = old + _cut(pool.old), new + _cut(pool.new)
            if not pool.pages:
                return None
            if pool.new and host in self._same:
                # new pages stand against all that the host had, also those that were not captured again
                old = (old + self._same[host].rows()[0])[:_SAMPLE]
        if min(len(old), len(new)) < limits.drift_pages:
            return None
        before, after = _means(old), _means(new)
        outcome = Outcome(1.0, (1.0,) * _WIDTH)
        if any(self._moved(place, before, after, limits) for place in range(len(self._measures))):
            outcome = (paired if by_pairs else unpaired)(old, new, own_seed)
        return _Moved(host, cause, len(new), pool.since, before, after, outcome)

    def _moved(self, place: int, before: Sequence[float], after: Sequence[float], limits: CheckSettings) -> bool:
        """Whether a mean moved far enough to matter."""
        least = math.log(_GROWTH) if place == _OWN.index("blocks a page") else limits.drift
        return abs(after[place] - before[place]) >= least

    def _said(self, moved: _Moved, limits: CheckSettings) -> Iterator[Finding]:
        places = [
            place
            for place in range(len(self._measures))
            if self._moved(place, moved.before, moved.after, limits) and moved.outcome.by_measure[place] <= _LEVEL
        ]
        if not places:
            return
        names = list(self._measures)
        ranked = sorted(places, key=lambda place: (place > 1, -abs(moved.after[place] - moved.before[place]), place))
        parts = [_change(names[place], moved.before[place], moved.after[place]) for place in ranked[:_NAMED]]
        said = f"{', '.join(parts)} ({moved.pages} pages, {_chance(moved.outcome.p)})"
        if moved.cause == "recipe":
            why = " and ".join(self._causes) or "what is decided over all pages changed"
            yield Finding("recipe", moved.host, f"{said} on pages that did not change: {why}", fails=False)
            return
        since = f" since the capture of {moved.since[:10]}" if moved.since else " since the pages changed"
        also = f"; {' and '.join(self._causes)} too" if self._causes else ""
        # the kinds of blocks may change without harm; what is kept, and how sure that is, may not
        yield Finding("drift", moved.host, said + since + also, fails=min(places) < 2)

    def table(self) -> Table:
        """How many pages of how many hosts there are to compare."""
        rows: list[tuple[Cell, ...]] = []
        for name, pools in (("captured anew", self._fresh), ("the same capture", self._same)):
            pages = [
                pool.pages if name == "captured anew" else len(pool.pairs) // (2 * _WIDTH) for pool in pools.values()
            ]
            rows.append((name, len([number for number in pages if number]), sum(pages)))
        return Table("against the version before", ("pages that have", "hosts", "pages"), tuple(rows))


def _cut(rows: "array[float]") -> list[Row]:
    return [rows[start : start + _WIDTH] for start in range(0, len(rows), _WIDTH)]


def _means(rows: Sequence[Sequence[float]]) -> tuple[float, ...]:
    return tuple(math.fsum(column) / len(rows) for column in zip(*rows, strict=True))


def _change(name: str, before: float, after: float) -> str:
    """`kept share .62 → .18`."""
    if name == "blocks a page":
        return f"{name} {math.exp(before):.0f} → {math.exp(after):.0f}"
    return f"{name} {_share(before)} → {_share(after)}"


def _share(value: float) -> str:
    return f"{value:.2f}".removeprefix("0") if value < 0.995 else "1.00"


def _chance(p: float) -> str:
    return "p < .001" if p < 0.001 else f"p = {p:.3f}".replace("0.", ".")


def _too_few(hosts: Sequence[tuple[str, int]], least: int) -> tuple[str, ...]:
    if not hosts:
        return ()
    largest = sorted(hosts, key=lambda item: (-item[1], item[0]))[:_NAMED]
    named = ", ".join(f"{host} ({pages})" for host, pages in largest)
    more = ", …" if len(hosts) > len(largest) else ""
    return (
        f"too few pages, under {least} in one of the versions, to tell whether they drifted: {len(hosts)} hosts: {named}{more}",
    )
