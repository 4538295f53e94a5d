"""The counts of many pages become means, shares and the interval of a difference. All figures have four places."""

from collections.abc import Sequence

from harvester.judge.intervals import Difference, mean, mean_gap, places
from harvester.judge.overlaps import Part, f_measure
from harvester.judge.scores import PageScore
from harvester.types import Frozen

_SEED = 20_000


class Summary(Frozen):
    """What one system reached on a group of pages. None: the group has nothing to measure it by."""

    pages: int
    f1: float
    """Mean over pages, as precision and recall are."""
    precision: float
    recall: float
    shingle_f1: float
    """Of mean precision and mean recall."""
    shingle_precision: float
    """Mean over the pages for which there is a text."""
    shingle_recall: float
    with_found: float | None
    """Share of the snippets that must appear, and do."""
    without_found: float | None
    """Share of the snippets that must not appear, and do."""
    snippet_f1: float | None
    leakage: float | None
    """Share of the system's words, over all pages, that are not gold."""
    comment_leakage: float | None
    """Share of the words of comments that stand in the text."""
    failures: int
    """Pages without any text."""


def summarise(scores: Sequence[PageScore]) -> Summary:
    """The figures of one system on at least one page."""
    words = [score.words for score in scores]
    precision = mean([s.shingles.precision for s in scores if s.shingles.found])
    recall = mean([s.shingles.recall for s in scores])
    wanted, unwanted = _total([s.with_ for s in scores]), _total([s.without for s in scores])
    return Summary(
        pages=len(scores),
        f1=places(mean([overlap.f1 for overlap in words])),
        precision=places(mean([overlap.precision for overlap in words])),
        recall=places(mean([overlap.recall for overlap in words])),
        shingle_f1=places(f_measure(precision, recall)),
        shingle_precision=places(precision),
        shingle_recall=places(recall),
        with_found=_share(wanted),
        without_found=_share(unwanted),
        snippet_f1=_snippet_f1(wanted, unwanted),
        leakage=_share(Part(sum(o.found - o.common for o in words), sum(o.found for o in words))),
        comment_leakage=_share(_total([s.comments for s in scores])),
        failures=sum(score.empty for score in scores),
    )


def difference(ours: Sequence[PageScore], theirs: Sequence[PageScore]) -> Difference:
    """Our word F1 minus theirs on the same pages; percentile bootstrap over pages, with a fixed seed."""
    return mean_gap([a.words.f1 - b.words.f1 for a, b in zip(ours, theirs, strict=True)], _SEED)


def _snippet_f1(wanted: Part, unwanted: Part) -> float | None:
    """Found snippets are true or false positives, missing ones false negatives (trafilatura's evaluation)."""
    if not wanted.all:
        return None
    precision = wanted.found / (wanted.found + unwanted.found) if wanted.found else 0.0
    return places(f_measure(precision, wanted.found / wanted.all))


def _total(parts: Sequence[Part]) -> Part:
    return Part(sum(part.found for part in parts), sum(part.all for part in parts))


def _share(part: Part) -> float | None:
    return places(part.found / part.all) if part.all else None
