"""`harvest explain` as a user runs it, and its page as a browser reads it."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from harvester.cli.explain_html import to_html
from harvester.cli.explain_views import Explained, ExplainedBlock, to_lines
from harvester.extraction import Contribution
from tests.conftest import Harvest

HOSTILE = "<script>document.title='pwned'</script><img src=x onerror=\"document.title='pwned'\">"
ESCAPED = HOSTILE.replace("&", "&amp;").replace("<", "&lt;")
PARTS = (
    ("dropped", "Home About"),
    ("dropped", f"Pier {HOSTILE}"),
    ("kept", "The keeper climbs the forty steps before sunset and trims the wick of the lamp at the end of the pier."),
    (
        "kept",
        f"{HOSTILE} is what somebody wrote into the book, </p></li></style></html> and nobody knows what it means.",
    ),
    (
        "kept",
        "When the book is full \u202eit goes into the archive\u2066, and a new one is bought on the square \x1b[2J.",
    ),
    ("kept", "日記が一杯になると町の資料館に納められ、広場で新しい日記が買われる。灯台守は日没前に四十段を登る。"),
    ("kept", "The longest word of all is " + "x" * 700 + " and it is followed by a few more words in the sentence."),
    ("dropped", "Subscribe to our newsletter"),
)
PAGE = (
    f"<title>Pier {ESCAPED}</title><nav><a href=/>Home</a> <a href=/a>About</a></nav><article><h1>Pier {ESCAPED}</h1>"
    + "".join("<p>" + text.replace("<", "&lt;").replace("\x1b", "&#27;") + "</p>" for _, text in PARTS[2:-1])
    + "</article><div class=newsletter><p>Subscribe to our newsletter</p></div>"
)
TITLE = "Pier"  # a title's markup is no part of it, nor what a script holds
VIEW = Explained(
    None, "forest", "article", 0.875, 0.5, True, 2, 1,
    (
        ExplainedBlock(
            "paragraph", True, 0.75, "body", "a b", (Contribution("words", 2.0, 1.25), Contribution("<b>", 0.5, -0.5))
        ),
        ExplainedBlock("heading", False, 0.25, "score", "c", ()),
    ),
)  # fmt: skip


def test_a_line_a_block_in_the_pages_order_cut_to_the_width(harvest: Harvest, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE)
    run = harvest("explain", "page.html", COLUMNS="60")
    head, *lines = run.stdout.splitlines()
    assert (run.returncode, run.stderr) == (0, "")
    assert head.startswith("blocks, article ") and head.endswith("5 of 8 blocks kept")
    facts, lines = lines[1::2], lines[::2]
    assert [line.split()[0] for line in lines] == [verdict for verdict, _ in PARTS]
    assert lines[0].split()[2:] == ["in-nav", "paragraph", "Home", "About"]
    assert max(map(len, lines)) == 60 and "  The keeper climbs th" in lines[2] and lines[2].endswith("…")
    assert (
        "  日記が一杯になると町" in lines[5] and len(lines[5]) < 60 and lines[5].endswith("…")
    )  # two cells a character
    assert all(fact.startswith(" " * 9) and fact.split()[0][0] in "+-" for fact in facts)
    whole = harvest("explain", "-", stdin=PAGE).stdout
    assert PARTS[2][1] in whole and PARTS[6][1] in whole
    assert r"\u202eit" in whole and "\x1b" not in whole


def test_json_tells_of_each_block_what_extract_tells(harvest: Harvest, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE)
    found = json.loads(harvest("explain", "page.html", "--json").stdout)
    document = json.loads(harvest("extract", "page.html", "--json").stdout)
    for key in ("engine", "confidence", "low_confidence", "kept_words", "dropped_words"):
        assert found[key] == document[key]
    for key in ("page_type", "page_type_probability"):
        assert found[key] == document["metadata"][key]
    for shown, block, verdict in zip(found["blocks"], document["blocks"], document["verdicts"], strict=True):
        assert shown == {"label": block["label"], **verdict, "text": block["text"], "features": shown["features"]}
        assert 1 <= len(shown["features"]) <= 5


def test_a_page_of_which_nothing_is_kept_is_explained_too(harvest: Harvest) -> None:
    nothing = "<footer><p>© 2026 The Pier</p></footer>"
    assert harvest("extract", "-", stdin=nothing).returncode == 4
    run = harvest("explain", "-", stdin=nothing)
    assert run.returncode == 0 and "0 of 1 blocks kept\ndropped " in run.stdout
    empty = harvest("explain", "-", stdin="")
    assert (empty.returncode, empty.stderr) == (4, "harvest: empty: the page has no bytes\n")


def test_wrong_usage_and_a_full_or_absent_folder_end_in_one_line(harvest: Harvest) -> None:
    both = harvest("explain", "-", "--json", "--html", "-", stdin=PAGE)
    assert (both.returncode, both.stdout, both.stderr.count("\n")) == (2, "", 1)
    gone = harvest("explain", "-", "--html", "gone/why.html", stdin=PAGE)
    assert (gone.returncode, gone.stderr) == (5, "harvest: gone/why.html: No such file or directory\n")


def test_the_loudest_features_stand_below_their_block() -> None:
    assert to_lines(VIEW, 0).splitlines() == [
        "forest, article 0.88, confidence 0.50 (low); 2 words kept, 1 dropped; 1 of 2 blocks kept",
        "kept     0.75  body   paragraph  a b",
        "         +1.25 words 2, -0.50 <b> 0.5",
        "dropped  0.25  score  heading    c",
    ]
    page = to_html(VIEW, HOSTILE)
    assert '<p class="facts">+1.25 words 2, -0.50 &lt;b&gt; 0.5</p>' in page
    assert "<script" not in page and "<img" not in page and page.count("&lt;script&gt;") == 3


@pytest.fixture
def dom(tmp_path: Path) -> Callable[[Path], LexborHTMLParser]:
    """What a browser makes of a file, once its scripts have run."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("needs chromium: a page is read as a browser reads it")

    def read(path: Path) -> LexborHTMLParser:
        quiet = "--disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update"
        profile = f"--user-data-dir={tmp_path / 'profile'}"
        command = [chromium, "--headless", "--no-sandbox", *quiet.split(), "--disable-sync", profile, "--dump-dom"]
        run = subprocess.run([*command, path.as_uri()], capture_output=True, check=True, timeout=120)
        return LexborHTMLParser(run.stdout.decode())

    return read


def test_a_browser_shows_every_block_and_runs_no_script(
    harvest: Harvest, dom: Callable[[Path], LexborHTMLParser], tmp_path: Path
) -> None:
    attack = tmp_path / "attack.html"
    attack.write_text(f"<title>Pier</title>{HOSTILE}")
    title = dom(attack).css_first("title")
    assert title is not None and title.text() == "pwned"  # this browser does run scripts

    name = "<img src=x onerror=\"document.title='pwned'\">.html"
    (tmp_path / name).write_text(PAGE)
    blocks = json.loads(harvest("explain", name, "--json").stdout)["blocks"]
    assert harvest("explain", name, "--html", "why.html").stdout == ""
    page = dom(tmp_path / "why.html")
    assert [node.text() for node in page.css("ol .text")] == [block["text"] for block in blocks]
    assert [node.text() for node in page.css("ol b")] == [
        "✓ kept" if block["kept"] else "✗ dropped" for block in blocks
    ]
    shown = [node.text() for node in page.css("title, h1, h1 + .about")]
    assert shown == [f"{TITLE}: what was kept, and why", TITLE, name]
    # Nothing stands in it that could load or run, and no text has become an element.
    assert " ".join(sorted({str(node.tag) for node in page.css("*")})) == (
        "b body fieldset h1 head html input label li meta ol p style title ul"
    )
    assert "url(" not in (tmp_path / "why.html").read_text("utf-8")
    assert harvest("explain", name, "--html", "-").stdout == (tmp_path / "why.html").read_text("utf-8")
