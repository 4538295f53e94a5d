"""The page of `harvest report`: one file without a script, nothing loaded, every text of a page escaped. Pure.

Its size does not grow with the corpus: of hosts, reasons, months and records only so many are told apart.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence

from harvester.report import numbers
from harvester.report.figures import BINS, LENGTHS, Failed, HostStats, Sample, Share, Stats
from harvester.report.marks import Part, bar, columns, flow, section, text
from harvester.report.quality import quality_section
from harvester.report.samples import samples_section
from harvester.report.style import STYLE
from harvester.report.timeline import timeline
from harvester.types import REASONS

_COLOURED = 7
_WHOLE = ("language", "quality", "duplicate", "no-text", "opt-out")
"""Reasons for which a page that came is dropped whole."""
_ROWS = 12
_HOSTS = 16


def to_html(stats: Stats, samples: Sequence[Sample]) -> str:
    """The report of a version."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    name = f"{text(stats.corpus)} {text(stats.version)}"
    sections = [
        _words(stats),
        _hosts(stats),
        _confidence(stats),
        timeline(stats.months),
        _lengths(stats),
        _shares("Languages", stats.languages),
        _counts("Page types", stats.page_types),
        _pages(stats),
        quality_section(stats.quality),
        samples_section(samples),
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{name}: what is in it</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<header><h1><bdi>{text(stats.corpus)}</bdi> <small>version {text(stats.version)}</small></h1>\n"
        f'<p class="soft">{_sentence(stats)}</p></header>\n{_tiles(stats)}\n<main>\n'
        + "\n".join(filter(None, sections))
        + f"\n</main>\n<footer>Counted from the version whose manifest has the sha256 <code>{text(stats.manifest_sha256)}"
        "</code>. <code>harvest stats --json</code> gives the figures, <code>harvest show ID --blocks</code> a record.</footer>\n"
        "</body>\n</html>\n"
    )


def _sentence(stats: Stats) -> str:
    words = stats.kept_words + stats.dropped_words
    seen = f"{numbers.number(words, 'word')} seen on {numbers.number(stats.records, 'page')}"
    return (
        f"Of {seen}, {numbers.share(stats.kept_words, words)} are text of the corpus; the others were dropped, each block "
        "with a reason."
    )


def _tiles(stats: Stats) -> str:
    failed = sum(failure.pages for failure in stats.failures.values())
    tiles = [
        ("good", f"{stats.records:,}", "records"),
        ("good", numbers.short(stats.kept_words), "words kept"),
        ("", f"{stats.hosts_in_all:,}", "hosts" if stats.hosts_in_all != 1 else "host"),
        ("", f"{len(stats.languages):,}", "languages" if len(stats.languages) != 1 else "language"),
        ("bad" if stats.low_confidence else "", f"{stats.low_confidence:,}", "of low confidence"),
        ("bad" if failed else "", f"{failed:,}", "pages failed" if failed != 1 else "page failed"),
    ]
    if stats.duplicates.records:
        tiles.append(("", f"{stats.duplicates.records:,}", "repeat another"))
    if stats.truncated:
        tiles.append(("bad", f"{stats.truncated:,}", "cut"))
    if stats.opted_out:
        tiles.append(("", f"{stats.opted_out:,}", "ask not to be mined"))
    items = "".join(f'<li class="{kind}"><b>{value}</b><span>{what}</span></li>' for kind, value, what in tiles)
    return f'<ul class="tiles">{items}</ul>'


def _words(stats: Stats) -> str:
    """Where words were lost."""
    words = stats.kept_words + stats.dropped_words
    if not words:
        return ""
    alone = stats.kept_words - stats.duplicates.words
    sinks = [Part("kept", alone, "kept", numbers.of(alone, words))]
    if stats.duplicates.words:
        sinks.append(
            Part("kept, repeats another", stats.duplicates.words, "repeat", numbers.of(stats.duplicates.words, words))
        )
    reasons = [(reason, dropped.words) for reason, dropped in stats.dropped.items()]
    sinks += _parts(reasons, words)
    source = Part("words seen", words, "ink", f"{words:,}")
    most = max((lost for _, lost in reasons), default=0)
    rows = "".join(
        f'<tr><td>{text(reason, 60)}</td><td class="optional">{dropped.blocks:,}</td><td>{dropped.words:,}</td>'
        f'<td>{numbers.share(dropped.words, words)}</td><td class="chart">{_alone(dropped.words, most, "lost", reason)}</td></tr>'
        for reason, dropped in list(stats.dropped.items())[:40]
    )
    table = (
        '<details class="more"><summary>every reason</summary><table><tr><th>reason</th><th class="optional">blocks</th>'
        f"<th>words</th><th>share</th><th></th></tr>{rows}</table></details>"
    )
    return section(
        "Where words were lost",
        f"{words:,} words stood on the pages; what was taken for body is kept.",
        flow(source, sinks, width=1000, height=300, split=760, css="broad")
        + flow(source, sinks, width=340, height=260, split=120, css="narrow")
        + table,
        wide=True,
    )


def _parts(reasons: Sequence[tuple[str, int]], words: int) -> list[Part]:
    """The reasons with most words in colours, the rest as one."""
    shown = [
        Part(reason, lost, f"c{number}", numbers.of(lost, words))
        for number, (reason, lost) in enumerate(reasons[:_COLOURED], 1)
        if lost
    ]
    rest = sum(lost for _, lost in reasons[_COLOURED:])
    return (
        [*shown, Part(f"{len(reasons) - _COLOURED} other reasons", rest, "rest", numbers.of(rest, words))]
        if rest
        else shown
    )


def _hosts(stats: Stats) -> str:
    top = list(stats.dropped)[:_COLOURED]
    shown, rest = stats.hosts[:_HOSTS], stats.hosts[_HOSTS:]
    if rest:
        lost: dict[str, int] = {}
        for host in rest:
            for reason, words in host.dropped_words.items():
                lost[reason] = lost.get(reason, 0) + words
        number = stats.hosts_in_all - len(shown)
        name = f"{number:,} other hosts" if number != 1 else rest[0].host
        shown = (*shown, HostStats(name, sum(h.records for h in rest), sum(h.kept_words for h in rest), lost))
    kinds = {reason: f"c{number}" for number, reason in enumerate(top, 1)}
    legend = [("kept", "kept"), *((kinds[reason], reason) for reason in top), ("rest", "other reasons")]
    rows = "".join(_host(host, kinds) for host in shown)
    about = "Of the words seen at each host, what was kept, and what was dropped for which reason."
    return section("By host", about, _legend(legend) + f'<ul class="rows two">{rows}</ul>', wide=True)


def _host(host: HostStats, kinds: Mapping[str, str]) -> str:
    seen = host.kept_words + sum(host.dropped_words.values())
    parts = [Part("kept", host.kept_words, "kept", numbers.of(host.kept_words, seen))]
    parts += [
        Part(reason, host.dropped_words[reason], kind, numbers.of(host.dropped_words[reason], seen))
        for reason, kind in kinds.items()
        if reason in host.dropped_words
    ]
    rest = sum(words for reason, words in host.dropped_words.items() if reason not in kinds)
    parts.append(Part("other reasons", rest, "rest", numbers.of(rest, seen)))
    return _row(
        host.host,
        f"{numbers.number(host.records, 'record')} · {numbers.share(host.kept_words, seen)} kept",
        bar(parts, seen, host.host),
    )


def _confidence(stats: Stats) -> str:
    kinds = (*["lost"] * 5, *["warm"] * 2, *["kept"] * 3)
    parts = [
        Part(
            f"{number / BINS:.2f} to {(number + 1) / BINS:.2f}",
            records,
            kinds[number * 10 // BINS],
            numbers.number(records, "record"),
        )
        for number, records in enumerate(stats.confidence_bins)
    ]
    axis = "".join(f"<span>{value}</span>" for value in ("0", "0.25", "0.5", "0.75", "1"))
    axis = f'<div class="axis">{axis}</div>'
    about = f"Expected word F1 of each record; the median is {stats.confidence.median:.2f}."
    return section("Confidence", about, _figure(columns(parts, "records by confidence"), axis, parts))


def _lengths(stats: Stats) -> str:
    names = [
        f"{low:,} to {LENGTHS[number + 1] - 1:,}" if number + 1 < len(LENGTHS) else f"{low:,} and more"
        for number, low in enumerate(LENGTHS)
    ]
    parts = [
        Part(f"{name} words", records, "cool", numbers.number(records, "record"))
        for name, records in zip(names, stats.length_bins, strict=True)
    ]
    axis = "".join(f"<span>{numbers.short(low)}</span>" for low in LENGTHS)
    axis = f'<div class="edges">{axis}</div>'
    about = (
        f"Words of each record: half have {stats.lengths.median:,.0f} or more, "
        f"one in ten {stats.lengths.low:,.0f} or fewer, one in ten {stats.lengths.high:,.0f} or more."
    )
    return section("Lengths", about, _figure(columns(parts, "records by number of words"), axis, parts))


def _figure(drawn: str, axis: str, parts: Sequence[Part]) -> str:
    tallest = max((part.value for part in parts), default=0)
    return f"<figure><figcaption>up to {numbers.number(int(tallest), 'record')}</figcaption>{drawn}{axis}</figure>"


def _shares(title: str, shares: Mapping[str, Share]) -> str:
    most = max((share.records for share in shares.values()), default=0)
    rows = [
        _row(
            name,
            f"{numbers.number(share.records, 'record')} · {numbers.short(share.words)} words",
            _alone(share.records, most, "cool", name),
        )
        for name, share in list(shares.items())[:_ROWS]
    ]
    rest = list(shares.values())[_ROWS:]
    if rest:
        records, words = sum(share.records for share in rest), sum(share.words for share in rest)
        rows.append(
            _row(
                f"{len(rest)} more",
                f"{records:,} records · {numbers.short(words)} words",
                _alone(records, most, "rest", "more"),
            )
        )
    return section(title, "", f'<ul class="rows">{"".join(rows)}</ul>')


def _counts(title: str, counts: Mapping[str, int]) -> str:
    most = max(counts.values(), default=0)
    rows = [
        _row(name, numbers.number(n, "record"), _alone(n, most, "cool", name))
        for name, n in list(counts.items())[:_ROWS]
    ]
    return section(title, "", f'<ul class="rows">{"".join(rows)}</ul>')


def _pages(stats: Stats) -> str:
    """What became of the listed pages: records, pages that came and were dropped whole, pages that failed before."""
    dropped = sum(failure.pages for reason, failure in stats.failures.items() if reason in _WHOLE)
    failed = sum(failure.pages for failure in stats.failures.values()) - dropped
    alone = stats.records - stats.duplicates.records
    parts = [
        Part("records", alone, "kept", numbers.number(alone, "page")),
        Part("records that repeat another", stats.duplicates.records, "repeat", f"{stats.duplicates.records:,}"),
        Part("dropped whole", dropped, "warm", numbers.number(dropped, "page")),
        Part("failed", failed, "lost", numbers.number(failed, "page")),
    ]
    parts = [part for part in parts if part.value]
    head = _legend([(part.kind, f"{part.name} {part.value:,}") for part in parts]) + bar(
        parts, sum(part.value for part in parts), "what became of the listed pages"
    )
    most = max((failure.pages for failure in stats.failures.values()), default=0)
    rows = "".join(_failed(reason, failure, most) for reason, failure in list(stats.failures.items())[:30])
    about = f"{numbers.number(stats.pages, 'page')} listed by the index, and those that its feeds lead to."
    return section("Pages", about, head + (f'<br><ul class="rows">{rows}</ul>' if rows else ""))


def _legend(names: Sequence[tuple[str, str]]) -> str:
    items = (
        f'<li><svg><rect class="{kind}" width="100%" height="100%"/></svg>{text(name)}</li>' for kind, name in names
    )
    return f'<ul class="legend">{"".join(items)}</ul>'


def _failed(reason: str, failure: Failed, most: int) -> str:
    listed = "".join(f"<li><bdi>{text(example)}</bdi></li>" for example in failure.examples)
    kind = "warm" if reason in _WHOLE else "lost"
    meaning = text(REASONS.get(reason, "why").replace("`", ""))
    more = f'<details class="more"><summary>{meaning}</summary><ul>{listed}</ul></details>'
    return _row(reason, numbers.number(failure.pages, "page"), _alone(failure.pages, most, kind, reason) + more)


def _row(name: str, note: str, drawn: str) -> str:
    return f"<li><div><span><bdi>{text(name, 80)}</bdi></span><span>{text(note)}</span></div>{drawn}</li>"


def _alone(value: float, most: float, kind: str, label: str) -> str:
    return bar([Part(label, value, kind, f"{value:,}")], most, label)
