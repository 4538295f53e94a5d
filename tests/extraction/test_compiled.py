"""The compiled modules: the same results as their sources, and none older than its source."""

import shutil
import subprocess
import sys
import tomllib
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

from tests.conftest import PROJECT

LISTED = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["ext-modules"]
SOURCES = [PROJECT / source for module in LISTED for source in module["sources"]]
PAGES = sorted(
    page
    for folder in ("tests/cases/*", "seeds/pages")
    for page in PROJECT.glob(f"{folder}/*.*")
    if page.stem != "expected"
)

HARD = """<!doctype html><html lang=en><head><title>Tides | The Gauge</title><meta property=og:site_name content="The Gauge">
<meta name=author content="By Ann Lee &amp; Bo Yi"><meta itemprop=datePublished content=2020-03-04>
<script type=application/ld+json>{"@type":"Article","headline":"Tides","keywords":"sea, moon"}</script></head>
<body class="pageBody no-js"><nav id=siteNav2><ul><li><a href=/>Home</a><li><a href="/a (b)?c&amp;d">Über uns</a></ul></nav>
<main itemscope><h1>Tides <a class=headerlink href=#tides>¶</a></h1><time datetime=2020-03-04>4 March</time>
<p>The moon\u00ad pulls <b>the sea </b>twice a day,<sup><a href=#fn1>1</a></sup> which *every* harbour_master <i>k<b>no</b>ws</i>.
\u200b <span class=sidenote>Spring tides excepted.</span> 潮の満ち引きは、月の力による。
[x] 1 &lt; 2 &amp;amp; it’s self-made.</p>
<p>1. <a href="javascript:x()">no link</a><br>a line<br><br>- after two breaks</p><div hidden>unseen</div>
<svg><title>no</title><path d='x'/></svg><p class="sr-only">unseen</p><button>Share</button>
<pre class="language-python"><code><span class=lineno>1</span>if  x:<br>    <b>y</b></code></pre>
<ol><li>one<ul><li>inner <code>a`b</code></ul><li>two<p>more of two</ol><blockquote>so<blockquote>deep</blockquote></blockquote>
<table><tr><th>Port<th>Rise|m<tr><td>Brest<td>7.1<tr><td><p>Cork</p><td>4</table>
<ol class=footnotes><li id=fn1>First note. <a href=#fnref1>↩</a></ol></main>
<footer>© The Gauge</footer><!-- <p>gone --></body></html>"""

PROGRAM = """
import sys
from pathlib import Path
import msgspec
from harvester.extraction import extract_page, load_weights, walk
from harvester.settings import Recipe
from harvester.types import EPOCH, Capture
print(walk.__file__)
for name in sys.argv[1:]:
    kind = "text/html" if name.endswith(".html") else "text/plain"
    capture = Capture(f"https://example.org/{Path(name).name}", EPOCH, Path(name).read_bytes(), content_type=kind)
    print(msgspec.json.encode(extract_page(capture, Recipe(), load_weights())).decode())
"""


def documents(package: Path, pages: list[Path]) -> tuple[Path, list[str]]:
    """The file of a listed module, and the document of each page as JSON, by the package in a folder."""
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, *map(str, pages)],
        cwd=package,
        capture_output=True,
        text=True,
        check=True,
    )
    module, *found = run.stdout.splitlines()
    return Path(module), found


def compiled(source: Path) -> Path | None:
    return next((path for suffix in EXTENSION_SUFFIXES if (path := source.with_suffix(suffix)).exists()), None)


def need_compiled() -> None:
    if not any(map(compiled, SOURCES)):
        pytest.skip("the package is not compiled here: there was no C compiler when it was installed")


def test_compiled_and_uncompiled_modules_make_the_same_documents(tmp_path: Path) -> None:
    need_compiled()
    shutil.copytree(
        PROJECT / "harvester", tmp_path / "harvester", ignore=shutil.ignore_patterns("*.so", "*.pyd", "*.c")
    )
    page = tmp_path / "hard.html"
    page.write_text(HARD, "utf-8")
    module, fast = documents(PROJECT, [page, *PAGES])
    source, slow = documents(tmp_path, [page, *PAGES])
    assert module.suffix != ".py" and source == tmp_path / "harvester/extraction/walk.py"
    assert len(fast) == len(PAGES) + 1 and '"code"' in fast[0] and '"table-row"' in fast[0]
    assert fast == slow


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_no_compiled_module_is_older_than_its_source(source: Path) -> None:
    need_compiled()
    module = compiled(source)
    assert module is not None, f"{source.name} is listed and not compiled: run `make harvest`"
    assert module.stat().st_mtime >= source.stat().st_mtime, f"{source.name} has changed since: run `make harvest`"
