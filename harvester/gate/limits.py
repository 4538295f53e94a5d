"""The numbers of a version against limits, and against those of the version before. Pure."""

from collections.abc import Iterator, Mapping

from harvester.gate.findings import Finding
from harvester.gate.tally import Host, Tally
from harvester.pack import Counts
from harvester.settings import CheckSettings

_CHOSEN = ("duplicate", "forgotten", "language", "opt-out", "quality")
"""Reasons for which a page is left out on purpose."""
_FEWEST = 20
"""Records or pages of both versions from which shares are compared."""


def against_limits(tally: Tally, counts: Counts, limits: CheckSettings) -> Iterator[Finding]:
    """What is wrong with a version by itself."""
    new = tally.new
    if not new.records:
        yield Finding("empty", "all", "the version has no records")
        return
    if empty := tally.examples.get("empty"):
        yield Finding("empty", "all", f"records without a text: {', '.join(empty)}")
    repeats = max(new.marked, new.exact)
    for check, number, most, said in (
        ("duplicates", repeats, limits.duplicates, "repeat others"),
        ("short", new.short, limits.short, f"have fewer than {limits.short_words} words"),
        ("truncated", new.truncated, limits.truncated, "were cut off"),
        ("low-confidence", new.low, limits.low_confidence, "are of low confidence"),
    ):
        if number > most * new.records:
            named = ", ".join(tally.examples.get(check, ()))
            detail = f"{number:,} of {new.records:,} records ({number / new.records:.1%}) {said}, {most:.1%} may"
            yield Finding(check, "all", f"{detail}: {named}" if named else detail)
    failed = sum(number for reason, number in counts.failures_by_reason.items() if reason not in _CHOSEN)
    if failed > limits.failed * counts.pages:
        reasons = ", ".join(f"{number:,} {reason}" for reason, number in counts.failures_by_reason.items())
        share = failed / max(1, counts.pages)
        detail = f"{failed:,} of {counts.pages:,} pages failed ({share:.1%}), {limits.failed:.1%} may: {reasons}"
        yield Finding("failures", "all", detail)
    yield from _languages(tally, limits)


def _languages(tally: Tally, limits: CheckSettings) -> Iterator[Finding]:
    wanted = set(limits.languages.replace(",", " ").split())
    # a text too short to tell its language is not in another one
    others = {name: n for name, n in tally.new.languages.items() if name.partition("-")[0] not in wanted | {"unknown"}}
    number, records = sum(others.values()), tally.new.records
    if wanted and number > limits.other_languages * records:
        named = ", ".join(
            f"{n:,} {name}" for name, n in sorted(others.items(), key=lambda item: (-item[1], item[0]))[:10]
        )
        detail = f"{number:,} of {records:,} records ({number / records:.1%}) are in other languages than"
        yield Finding(
            "language", "all", f"{detail} {', '.join(sorted(wanted))}, {limits.other_languages:.1%} may: {named}"
        )


def against_parent(tally: Tally, before: Counts, now: Counts, limits: CheckSettings) -> Iterator[Finding]:
    """Which shares moved against the version before: languages of records, reasons of failed pages."""
    old, new = tally.old, tally.new
    if min(old.records, new.records) >= _FEWEST:
        for name in sorted(old.languages.keys() | new.languages.keys()):
            was, share = old.languages[name] / old.records, new.languages[name] / new.records
            if abs(share - was) > limits.language_shift:
                detail = f"{name}: {was:.1%} → {share:.1%} of the records, {limits.language_shift:.1%} may move"
                yield Finding("language-shift", "all", detail)
    if min(before.pages, now.pages) >= _FEWEST:
        yield from _failures(before.failures_by_reason, now.failures_by_reason, (before.pages, now.pages), limits)


def _failures(
    before: Mapping[str, int], now: Mapping[str, int], pages: tuple[int, int], limits: CheckSettings
) -> Iterator[Finding]:
    for reason in sorted(now.keys() - set(_CHOSEN)):
        was, share = before.get(reason, 0) / pages[0], now[reason] / pages[1]
        if share - was > limits.failed_rise:
            yield Finding("failures-rise", "all", f"{reason}: {was:.1%} → {share:.1%} of the pages")


def shrunk(tally: Tally, limits: CheckSettings) -> Iterator[Finding]:
    """Hosts that lost more of their records, words or kept share than they may.

    Pages that the index lists no more, or that are left out on purpose, are not missed: where they alone explain it, it is a
    warning.
    """
    for name, host in sorted(tally.hosts.items()):
        if name == "no host" or host.old[0] < limits.host_records:
            continue
        lost = list(_losses(host, limits))
        if lost:
            meant = sum(n for reason, n in host.gone.items() if reason in (*_CHOSEN, "unlisted"))
            rest = host.old[0] - meant
            scale = rest / host.old[0]
            explained = all(what != "kept share" for what, _ in lost) and (
                not rest or all(host.new[i] >= (1 - limits.shrink) * scale * host.old[i] for i in (0, 1))
            )
            why = ", ".join(f"{number:,} {reason}" for reason, number in host.gone.most_common(5))
            detail = "; ".join(said for _, said in lost) + (f" (gone: {why})" if why else "")
            yield Finding("shrank", name, detail, fails=not explained)


def _losses(host: Host, limits: CheckSettings) -> Iterator[tuple[str, str]]:
    left = 1 - limits.shrink
    for place, what in ((0, "records"), (1, "words")):
        if host.new[place] < left * host.old[place]:
            yield what, f"{host.old[place]:,} → {host.new[place]:,} {what}"
    was, share = (side[1] / side[2] if side[2] else 0.0 for side in (host.old, host.new))
    if host.new[0] and share < left * was:
        yield "kept share", f"kept share {was:.2f} → {share:.2f}"
