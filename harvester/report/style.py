"""How the report looks: one style sheet, light and dark, from a phone's width to a desk's."""

STYLE = """
:root { color-scheme: light dark; --page: #f6f5f2; --card: #fff; --ink: #1d1f21; --soft: #5d6267; --line: #e2e0da;
  --kept: #1d7a5f; --again: #86bfa9; --kept-soft: #e6f3ee; --lost: #c4553b; --lost-soft: #fbeeea;
  --warm: #d98e2b; --cool: #3d6fb6;
  --c1: #c4553b; --c2: #d98e2b; --c3: #8a63b8; --c4: #3d6fb6; --c5: #b04a7d; --c6: #7f8a2e; --c7: #4f9fb0; --rest: #9a9c9f;
  --track: #eceae4; --shadow: 0 1px 2px #0000000f, 0 2px 8px #0000000a; }
@media (prefers-color-scheme: dark) { :root { --page: #131517; --card: #1c1f22; --ink: #e9e8e4; --soft: #a3a8ad;
  --line: #303438; --kept: #52c09a; --again: #2d7c62; --kept-soft: #17302a; --lost: #ee8a72; --lost-soft: #38211c;
  --warm: #e8b04f; --cool: #7fabe8;
  --c1: #ee8a72; --c2: #e8b04f; --c3: #b797dd; --c4: #7fabe8; --c5: #dd88b3; --c6: #b9c45f; --c7: #7cc6d5; --rest: #7f858a;
  --track: #2a2e32; --shadow: none; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem clamp(.75rem, 3vw, 2rem) 3rem; background: var(--page);
  color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
header { margin: .5rem 0 1.25rem; }
h1 { font-size: clamp(1.5rem, 5vw, 2.25rem); line-height: 1.15; margin: 0 0 .25rem; letter-spacing: -.01em; }
h1 small { font-size: .55em; font-weight: 500; color: var(--soft); letter-spacing: 0; white-space: nowrap; }
h2 { font-size: 1.0625rem; line-height: 1.3; margin: 0 0 .25rem; }
p { margin: 0; }
.soft, figcaption, .axis, .edges, th, .about { color: var(--soft); font-size: .875rem; }
.about { margin: 0 0 .75rem; }
a { color: var(--cool); text-underline-offset: .15em; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.25rem, 1fr)); gap: .75rem; margin: 0 0 1rem; padding: 0;
  list-style: none; }
.tiles li, section { background: var(--card); border-radius: .75rem; box-shadow: var(--shadow); }
.tiles li { padding: .75rem 1rem; }
.tiles b { display: block; font-size: 1.5rem; line-height: 1.2; font-weight: 650; letter-spacing: -.01em; }
.tiles .good b { color: var(--kept); } .tiles .bad b { color: var(--lost); }
.tiles span { color: var(--soft); font-size: .875rem; }
main { columns: 2 26rem; column-gap: 1rem; }
section { padding: 1.1rem 1.25rem 1.25rem; margin: 0 0 1rem; break-inside: avoid; }
section.wide { column-span: all; break-inside: auto; }
section:not(.wide) + .wide { margin-top: 1rem; }
figure { margin: 0; }
svg { display: block; width: 100%; }
.bar { height: .875rem; border-radius: .25rem; background: var(--track); }
.strip { height: .75rem; }
.columns { height: 9rem; border-bottom: 1px solid var(--soft); }
.flow { height: auto; overflow: visible; }
.flow .name { font: 600 13px system-ui, sans-serif; fill: var(--ink); }
.flow .note { font: 12px system-ui, sans-serif; fill: var(--soft); }
.flow.narrow { display: none; }
@media (max-width: 54rem) { section:not(.wide) + .wide { margin-top: 0; } }
@media (max-width: 40rem) { .flow.narrow { display: block; } .flow.broad { display: none; } section { padding: .9rem 1rem 1rem; }
  .samples > details > summary { grid-template-columns: auto 1fr; gap: .1rem .75rem; }
  .samples summary .soft { grid-column: 2; } }
.band { opacity: .32; } .band:hover { opacity: .6; }
.hit { fill: transparent; } g:hover > .hit { fill: var(--track); }
.kept { fill: var(--kept); } .lost { fill: var(--lost); } .warm { fill: var(--warm); } .cool { fill: var(--cool); }
.ink { fill: var(--ink); } .track { fill: var(--track); } .rest { fill: var(--rest); } .repeat { fill: var(--again); }
.c1 { fill: var(--c1); } .c2 { fill: var(--c2); } .c3 { fill: var(--c3); } .c4 { fill: var(--c4); } .c5 { fill: var(--c5); }
.c6 { fill: var(--c6); } .c7 { fill: var(--c7); }
.edges { display: grid; grid-auto-flow: column; grid-auto-columns: 1fr; margin-top: .25rem; font-size: .75rem;
  white-space: nowrap; }
.axis { display: flex; justify-content: space-between; margin-top: .25rem; font-size: .8125rem; }
.rows { display: grid; gap: .5rem; margin: 0; padding: 0; list-style: none; }
.rows li > div { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; margin-bottom: .15rem;
  font-size: .9375rem; }
.rows li > div span:last-child { color: var(--soft); white-space: nowrap; text-align: right; }
.rows.two { gap: .6rem 2rem; }
@media (min-width: 60rem) { .rows.two { grid-template-columns: 1fr 1fr; } }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 0 0 .9rem; padding: 0; list-style: none; font-size: .875rem; }
.legend li { display: flex; align-items: center; gap: .4rem; }
.legend svg { width: .75rem; height: .75rem; border-radius: .2rem; flex: none; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; }
th { text-align: right; font-weight: 500; padding: .2rem .4rem; border-bottom: 1px solid var(--line); }
td { text-align: right; padding: .25rem .4rem; border-bottom: 1px solid var(--line); vertical-align: middle;
  white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; white-space: normal; }
th { white-space: nowrap; } th:last-child { white-space: normal; } td:last-child, th:last-child { padding-right: 0; }
td.chart { width: 34%; }
@media (max-width: 40rem) { .optional { display: none; } td.chart { width: 26%; } }
details > summary { cursor: pointer; }
details.more { margin-top: .25rem; font-size: .875rem; color: var(--soft); }
details.more ul { margin: .35rem 0 0; padding-left: 1.1rem; }
.samples { display: grid; gap: .5rem; }
.samples > details { border: 1px solid var(--line); border-radius: .5rem; }
.samples > details > summary { padding: .55rem .75rem; display: grid; grid-template-columns: auto 1fr auto; gap: .75rem;
  align-items: baseline; }
.samples > details[open] > summary { border-bottom: 1px solid var(--line); }
.samples .body { padding: .5rem .75rem .75rem; }
.pill { border-radius: 1rem; padding: .05rem .5rem; font-size: .8125rem; font-weight: 600; background: var(--lost-soft);
  color: var(--lost); }
.pill.fine { background: var(--kept-soft); color: var(--kept); }
.blocks { list-style: none; margin: .5rem 0 0; padding: 0; font-size: .875rem; }
.blocks li { margin: .3rem 0; padding: .3rem .6rem; border-left: .25rem solid var(--kept); border-radius: .2rem;
  background: var(--kept-soft); }
.blocks li.drop { border-left-style: dashed; border-color: var(--lost); background: var(--lost-soft); color: var(--soft); }
.blocks b { font-size: .75rem; font-weight: 600; color: var(--kept); } .blocks .drop b { color: var(--lost); }
.blocks span { font-size: .75rem; color: var(--soft); }
footer { margin-top: 1.5rem; color: var(--soft); font-size: .8125rem; }
code { font: .875em ui-monospace, SFMono-Regular, Consolas, monospace; }
@media print { body { background: none; } section, .tiles li { box-shadow: none; border: 1px solid var(--line); } }
"""
