"""The page of `harvest explain --html`: one file, no script, nothing loaded, every text escaped."""

from html import escape

from harvester.cli.explain_views import Explained, ExplainedBlock, headline, in_short
from harvester.extraction import count_words

_STYLE = """
:root { color-scheme: light dark; --page: #fff; --ink: #1c1c1c; --faint: #5a5a5a;
  --kept: #14692f; --kept-page: #edf8ef; --dropped: #a02818; --dropped-page: #fcf0ee; }
@media (prefers-color-scheme: dark) { :root { --page: #15171a; --ink: #e6e6e6; --faint: #a8adb3;
  --kept: #7fd495; --kept-page: #16271b; --dropped: #f39a8b; --dropped-page: #2c1a18; } }
body { margin: 0 auto; max-width: 50rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif;
  background: var(--page); color: var(--ink); overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; line-height: 1.3; margin: 0; }
ol, ul { list-style: none; margin: 1rem 0; padding: 0; }
.facts, .about, fieldset { color: var(--faint); font-size: .875rem; }
.facts, .text { margin: 0; }
.text { white-space: pre-wrap; }
fieldset { border: 0; margin: 0; padding: 0; }
fieldset label { margin-right: 1rem; }
.block { margin: .5rem 0; padding: .4rem .75rem; border-left: .375rem solid; border-radius: .25rem; }
.kept { border-color: var(--kept); background: var(--kept-page); }
.dropped { border-left-style: dashed; border-color: var(--dropped); background: var(--dropped-page); }
.kept b { color: var(--kept); }
.dropped b { color: var(--dropped); }
.dropped .text { color: var(--faint); }
body:has(#only-kept:checked) ol .dropped, body:has(#only-dropped:checked) ol .kept { display: none; }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_LEGEND = """
<ul class="about">
<li class="block kept"><b>✓ kept</b> (solid edge): part of the text.</li>
<li class="block dropped"><b>✗ dropped</b> (dashed edge): left out, for the reason given.</li>
<li>The number is the score: the estimated probability that the block is body. Where a
trained model gave it, the features that moved it most stand below the text: share in the log-odds, name, value.</li>
</ul>
"""
_SHOW = """
<fieldset>
<label><input type="radio" name="show" checked> all blocks</label>
<label><input type="radio" name="show" id="only-kept"> kept</label>
<label><input type="radio" name="show" id="only-dropped"> dropped</label>
</fieldset>
"""


def to_html(view: Explained, source: str) -> str:
    """The explanation of the page that was given as `source`."""
    title = escape(view.title or source)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}: what was kept, and why</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f'<h1 dir="auto">{title}</h1>\n<p class="about" dir="auto">{escape(source)}</p>\n'
        f'<p class="about">{escape(headline(view))}</p>{_LEGEND}{_SHOW}'
        f"<ol>\n{''.join(map(_block, view.blocks))}</ol>\n</body>\n</html>\n"
    )


def _block(block: ExplainedBlock) -> str:
    verdict, sign = ("kept", "✓ kept") if block.kept else ("dropped", "✗ dropped")
    words = count_words(block.text)
    facts = f"{block.score:.2f} · {block.reason} · {block.label} · {words:,} {'word' if words == 1 else 'words'}"
    features = f'<p class="facts">{escape(", ".join(map(in_short, block.features)))}</p>' if block.features else ""
    return (
        f'<li class="block {verdict}"><p class="facts"><b>{sign}</b> {escape(facts)}</p>'
        f'<p class="text" dir="auto">{escape(block.text)}</p>{features}</li>\n'
    )
