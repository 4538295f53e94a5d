"""Two versions become a Diff: totals over all records, and the most changed ones in full."""

import heapq
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import count
from typing import Literal

import msgspec

from harvester.diff.causes import CAUSES, Cause, causes_of, recipe_causes, recipe_differences
from harvester.diff.sides import Page, Side, side_by_side
from harvester.diff.texts import FieldChange, Paragraph, field_changes, paragraph_changes, word_changes
from harvester.errors import StorageError
from harvester.pack import Counts
from harvester.run import EVERY, Progress, silent
from harvester.types import Frozen, Record

Kind = Literal["added", "removed", "changed"]
MOST = 20
"""Records of each kind that are shown in full."""
_PARAGRAPHS = 20


class Said(Frozen):
    """Which version one side is, and what its manifest counts."""

    corpus: str
    version: str
    counts: Counts


class RecipeChange(Frozen):
    """A setting, a library or the weights, with both values; None where one side has none."""

    name: str
    before: str | None
    after: str | None


class CauseCount(Frozen):
    """How many records of a kind have a cause; a record may have several."""

    kind: Kind
    cause: Cause
    records: int


class HostTotals(Frozen):
    """What happened to the records of a host."""

    host: str
    """`no host` for local pages without an address."""
    added: int
    removed: int
    changed: int
    words_added: int
    words_lost: int


class Change(Frozen):
    """A record that came, went or changed."""

    kind: Kind
    id: str
    name: str
    """Its URL or path; of one that was removed on request, its id."""
    title: str | None
    causes: tuple[Cause, ...]
    words_added: int
    words_lost: int
    fields: tuple[FieldChange, ...] = ()
    """For a changed record: what differs beside its text."""
    paragraphs: tuple[Paragraph, ...] = ()
    """For a changed record: the paragraphs that differ."""
    more_paragraphs: int = 0
    """How many further ones do."""


class Diff(Frozen):
    """How the records of two versions differ."""

    old: Said
    new: Said
    added: int
    removed: int
    changed: int
    unchanged: int
    words_added: int
    words_lost: int
    recipe: tuple[RecipeChange, ...]
    causes: tuple[CauseCount, ...]
    """By kind, then by number."""
    hosts: tuple[HostTotals, ...]
    """The most changed first."""
    changes: tuple[Change, ...]
    """By kind; of each the most changed ones first, and no more than were asked for."""


class _Most:
    """The most changed records of a kind, and how many there are in all."""

    def __init__(self, most: int) -> None:
        self._most, self._order = most, count()
        self._heap: list[tuple[int, int, Change]] = []

    def takes(self, weight: int) -> bool:
        """Whether a record that changed so much would be among them; of equal ones the first are."""
        return len(self._heap) < self._most or (bool(self._heap) and weight > self._heap[0][0])

    def add(self, change: Change) -> None:
        item = (change.words_added + change.words_lost, -next(self._order), change)
        (heapq.heappushpop if len(self._heap) == self._most else heapq.heappush)(self._heap, item)

    def ranked(self) -> list[Change]:
        return [change for _, _, change in sorted(self._heap, key=lambda item: item[:2], reverse=True)]


class _Totals:
    """What is added up over all records; it grows with hosts and causes, not with records."""

    def __init__(self, most: int) -> None:
        self.kinds: Counter[str] = Counter()
        self.causes: Counter[tuple[Kind, Cause]] = Counter()
        self.hosts: dict[str, list[int]] = defaultdict(lambda: [0] * 5)
        self.shown: dict[Kind, _Most] = {kind: _Most(most) for kind in ("added", "removed", "changed")}

    def add(self, kind: Kind, record: Record, causes: Sequence[Cause], words: tuple[int, int]) -> None:
        self.kinds[kind] += 1
        self.causes.update((kind, cause) for cause in causes)
        totals = self.hosts[record.metadata.host or "no host"]
        totals[("added", "removed", "changed").index(kind)] += 1
        totals[3] += words[0]
        totals[4] += words[1]

    def counted_causes(self) -> tuple[CauseCount, ...]:
        order = list(CAUSES)
        counted = sorted(
            self.causes.items(),
            key=lambda item: (item[0][0], -item[1], order.index(item[0][1].cause), item[0][1].detail or ""),
        )
        return tuple(CauseCount(kind, cause, number) for (kind, cause), number in counted)


def compare(old: Side, new: Side, *, most: int = MOST, progress: Progress = silent) -> Diff:
    """How `new` differs from `old`, with the `most` most changed records of each kind in full.

    Both are read once, in id order; memory does not grow with them. `progress` is told how many records of both are through.
    Raises StorageError for a damaged version.
    """
    totals, everywhere = _Totals(most), recipe_causes(old.recipe, new.recipe)
    pages, done = max(old.counts.pages, new.counts.pages), 0
    for done, (identifier, before, after) in enumerate(side_by_side(old, new), 1):
        if done % EVERY == 0:
            progress("compare", done, max(pages, done))
        if before.record == after.record:
            totals.kinds["unchanged"] += before.record is not None
        else:
            _add(totals, identifier, before, after, everywhere)
    progress("compare", done, done)
    hosts = [HostTotals(host, *numbers) for host, numbers in totals.hosts.items()]
    return Diff(
        old=Said(old.name, old.version, old.counts),
        new=Said(new.name, new.version, new.counts),
        added=totals.kinds["added"],
        removed=totals.kinds["removed"],
        changed=totals.kinds["changed"],
        unchanged=totals.kinds["unchanged"],
        words_added=sum(host.words_added for host in hosts),
        words_lost=sum(host.words_lost for host in hosts),
        recipe=tuple(RecipeChange(key, *both) for key, both in recipe_differences(old.recipe, new.recipe).items()),
        causes=totals.counted_causes(),
        hosts=tuple(sorted(hosts, key=lambda h: (-(h.words_added + h.words_lost), h.host))),
        changes=tuple(change for shown in totals.shown.values() for change in shown.ranked()),
    )


def _add(totals: _Totals, identifier: str, old: Page, new: Page, everywhere: tuple[Cause, ...]) -> None:
    before, after = _record(old), _record(new)
    record = after or before
    assert record is not None
    kind: Kind = "added" if before is None else "removed" if after is None else "changed"
    causes = causes_of(old, new, (before, after), everywhere)
    words = word_changes(before.text if before else "", after.text if after else "")
    totals.add(kind, record, causes, words)
    if not totals.shown[kind].takes(sum(words)):
        return
    change = Change(kind, identifier, identifier, None, causes, *words)
    if causes[0].cause != "forgotten":
        name = record.metadata.url or record.metadata.seed.path or identifier
        change = msgspec.structs.replace(change, name=name, title=record.metadata.title)
    if before is not None and after is not None:
        paragraphs, more = paragraph_changes(before.text, after.text, _PARAGRAPHS)
        fields = field_changes(before, after)
        change = msgspec.structs.replace(change, fields=fields, paragraphs=paragraphs, more_paragraphs=more)
    totals.shown[kind].add(change)


_RECORD = msgspec.json.Decoder(Record)


def _record(page: Page) -> Record | None:
    if page.record is None:
        return None
    try:
        return _RECORD.decode(page.record)
    except ValueError as error:  # msgspec's, or bytes that are no UTF-8
        raise StorageError(f"a record that is none: {error}; run `harvest verify --deep` on both versions") from error
