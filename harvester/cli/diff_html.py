"""The page of `harvest diff --html`: one file, no script, nothing loaded, every text escaped."""

from collections.abc import Iterable
from html import escape

from harvester.diff import Change, Diff, all_in_words, in_words

_STYLE = """
:root { color-scheme: light dark; --page: #fff; --ink: #1c1c1c; --faint: #5a5a5a; --line: #d0d0d0;
  --plus: #14692f; --plus-page: #edf8ef; --minus: #a02818; --minus-page: #fcf0ee; }
@media (prefers-color-scheme: dark) { :root { --page: #15171a; --ink: #e6e6e6; --faint: #a8adb3; --line: #3a3d42;
  --plus: #7fd495; --plus-page: #16271b; --minus: #f39a8b; --minus-page: #2c1a18; } }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif;
  background: var(--page); color: var(--ink); overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; line-height: 1.3; } h2 { font-size: 1.15rem; } h3 { font-size: 1rem; margin: 1.2rem 0 0; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { padding: .15rem .6rem; border-bottom: 1px solid var(--line); text-align: left; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.about { color: var(--faint); font-size: .875rem; margin: 0; }
ins, del { display: block; margin: .25rem 0; padding: .3rem .75rem; border-left: .375rem solid; text-decoration: none;
  border-radius: .25rem; white-space: pre-wrap; }
ins { border-color: var(--plus); background: var(--plus-page); }
del { border-left-style: dashed; border-color: var(--minus); background: var(--minus-page); }
ins::before { content: "+ "; color: var(--plus); } del::before { content: "− "; color: var(--minus); }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def to_html(diff: Diff) -> str:
    """The difference of two versions as a page to look at."""
    old, new = diff.old, diff.new
    title = escape(f"{new.corpus} {new.version} against {old.corpus} {old.version}")
    totals = (
        f"{diff.added:,} records added, {diff.removed:,} removed, {diff.changed:,} changed, "
        f"{diff.unchanged:,} unchanged; {diff.words_added:,} words added, {diff.words_lost:,} lost"
    )
    causes = ((c.kind, in_words(c.cause), c.records) for c in diff.causes)
    recipe = ((c.name, c.before or "not there", c.after or "not there") for c in diff.recipe)
    hosts = ((h.host, h.added, h.removed, h.changed, h.words_added, h.words_lost) for h in diff.hosts[:200])
    body = "".join(
        (
            _table("Why", ("", "cause", "records"), causes),
            _table("What decides the texts", ("", "before", "after"), recipe),
            _table("Hosts", ("host", "added", "removed", "changed", "words added", "words lost"), hosts),
            f'<p class="about">{len(diff.hosts) - 200:,} more hosts</p>\n' if len(diff.hosts) > 200 else "",
            *(_records(diff, kind, number) for kind, number in _numbers(diff)),
        )
    )
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f'<h1 dir="auto">{title}</h1>\n<p>{totals}</p>\n{body}</body>\n</html>\n'
    )


def _numbers(diff: Diff) -> tuple[tuple[str, int], ...]:
    return ("added", diff.added), ("removed", diff.removed), ("changed", diff.changed)


def _table(title: str, head: tuple[str, ...], rows: Iterable[tuple[str | int, ...]]) -> str:
    lines = ["".join(_cell("td", cell) for cell in row) for row in rows]
    if not lines:
        return ""
    first = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(f"<tr>{line}</tr>\n" for line in lines)
    return f"<h2>{escape(title)}</h2>\n<table>\n<tr>{first}</tr>\n{body}</table>\n"


def _cell(tag: str, cell: str | int) -> str:
    if isinstance(cell, int):
        return f'<{tag} class="number">{cell:,}</{tag}>'
    return f'<{tag} dir="auto">{escape(cell)}</{tag}>'


def _records(diff: Diff, kind: str, number: int) -> str:
    shown = [change for change in diff.changes if change.kind == kind]
    if not number:
        return ""
    more = f'<p class="about">{number - len(shown):,} more</p>\n' if number > len(shown) else ""
    return f"<h2>Records {kind}</h2>\n{''.join(map(_change, shown))}{more}"


def _change(change: Change) -> str:
    words = f"{change.words_added:,} words added, {change.words_lost:,} lost"
    fields = "".join(
        f'<li dir="auto"><b>{escape(f.field)}</b>: {escape(f.before)} → {escape(f.after)}</li>\n' for f in change.fields
    )
    paragraphs = "".join(
        f'<{tag} dir="auto">{escape(p.text)}</{tag}>\n'
        for p in change.paragraphs
        for tag in ("ins" if p.sign == "+" else "del",)
    )
    more = f'<p class="about">{change.more_paragraphs:,} more paragraphs</p>\n' if change.more_paragraphs else ""
    return (
        f'<h3 dir="auto">{escape(change.title or change.name)}</h3>\n'
        f'<p class="about" dir="auto">{escape(change.name)} · {words}</p>\n'
        f'<p class="about">{escape(all_in_words(change.causes))}</p>\n{paragraphs}{more}'
        + (
            f'<details><summary class="about">fields</summary><ul class="about">\n{fields}</ul></details>\n'
            if fields
            else ""
        )
    )
