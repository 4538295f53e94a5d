"""The report is one page that asks for nothing, runs nothing, fits a phone, and shows hostile text as text."""

import base64
import hashlib
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from harvester.report import measure, to_html
from tests.conftest import Harvest, tree
from tests.report.making import blocks, built, record, write
from tests.report.test_stats import failure

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</title></style><script>alert(1)</script>",
    "javascript:alert(1)//",
    '" onmouseover="alert(1)" x="',
    "<iframe src=//a.example/x></iframe><link rel=stylesheet href=//a.example/y>",
    "<base href=//a.example><form action=//a.example><input autofocus onfocus=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "]]><!--<img src=x onerror=alert(1)>-->",
    "\u202egnp.\u2066exe\x00\x1b[2J\x85\ufffe",
    "a" * 5_000,
)  # fmt: skip
BENIGN = "The keeper of the lamp"


def page_of(folder: Path, strings: tuple[str, ...]) -> str:
    """The report of a version in which every free string is one of these."""
    folder.mkdir()
    version, template, _ = built(folder)
    rows, sidecars, failures = [], [], []
    for number, string in enumerate(strings):
        row = record(
            template,
            f"{number:08}-1111-5111-8111-111111111111",
            title=string,
            url=string if number % 2 else f"https://a.example/{string}",
            host=f"{string}{number}",
            language=f"{string}{number}",
            page_type=f"{string}{number}",
            text=f"{string} and more of the text",
            quality={f"{string}{number}": number},
            extraction={"engine": f"{string}{number}", "confidence": number / 100},
        )
        row["created"] = "2024-05"
        rows.append(row)
        sidecar = blocks(row["id"], [(f"{string}{number}", f"{string} dropped")], kept=20)
        sidecar["blocks"][0]["label"] = string
        sidecars.append(sidecar)
        failures.append(failure(string, f"{string}{number}"))
    write(version, rows, sidecars, failures)
    return to_html(*measure(version, samples=20))


class Shape(HTMLParser):
    """The tags of a page with the names of their attributes: what text must not change."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.shape = list[Any]()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.shape.append((tag, [name for name, _ in attrs]))

    def handle_endtag(self, tag: str) -> None:
        self.shape.append(f"/{tag}")

    def handle_comment(self, data: str) -> None:
        self.shape.append("comment")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> str:
    return page_of(tmp_path_factory.mktemp("hostile") / "h", HOSTILE)


def test_hostile_text_does_not_change_the_shape_of_the_page(tmp_path: Path, hostile: str) -> None:
    # What has no http(s) address gets no link: that is the one difference that text may make.
    benign = page_of(tmp_path / "b", tuple(BENIGN for _ in HOSTILE))
    assert Shape(hostile).shape == Shape(benign).shape
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", hostile)
    assert 'href="javascript' not in hostile


def test_the_policy_lets_nothing_in_but_the_style_sheet_of_the_page(hostile: str) -> None:
    [policy] = re.findall(r'Content-Security-Policy" content="([^"]*)"', hostile)
    [style] = re.findall(r"<style>(.*?)</style>", hostile, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert not re.search(r"@import|url\(", style)
    tags = [row for row in Shape(hostile).shape if isinstance(row, tuple)]
    assert not {tag for tag, _ in tags} & {"script", "img", "link", "iframe", "object", "base", "form", "input"}
    assert not [name for _, names in tags for name in names if name.startswith("on") or name in ("style", "src")]


def test_the_same_version_gives_the_same_bytes_and_is_not_written_to(tmp_path: Path, harvest: Harvest) -> None:
    harvest("init")
    harvest("build")
    before = tree(tmp_path / "corpus")
    assert harvest("report").stdout == "my-corpus-1.0.0.html\n"
    assert harvest("report", "corpus/my-corpus/1.0.0", "-o", "again.html").returncode == 0
    first = (tmp_path / "my-corpus-1.0.0.html").read_bytes()
    assert first == (tmp_path / "again.html").read_bytes() == harvest("report", "-o", "-").stdout.encode()
    assert tree(tmp_path / "corpus") == before and first.startswith(b"<!doctype html>")
    assert b"Where words were lost" in first and b"lamp at the end of the pier" in first


def test_the_page_stays_small_however_much_there_is(tmp_path: Path) -> None:
    version, template, _ = built(tmp_path)
    rows = [
        record(
            template,
            f"{n:036}",
            host=f"h{n}.example",
            language=f"l{n}",
            page_type=f"t{n}",
            created=f"{n % 9999 + 1:04}-01",
        )
        for n in range(2_000)
    ]
    sides = [blocks(row["id"], [(f"r{n % 300}", "a b c")] * 200) for n, row in enumerate(rows)]
    write(version, rows, sides, [failure(f"https://h{n}.example/", f"f{n % 500}") for n in range(2_000)])
    assert len(to_html(*measure(version, samples=20))) < 1_000_000


def test_a_version_without_dates_failures_or_dropped_words_still_makes_a_page(tmp_path: Path) -> None:
    version, template, _ = built(tmp_path)
    row = record(template, "0" * 36, created=None, extraction={"dropped_words": 0})
    write(version, [row], [blocks(row["id"], [])])
    page = to_html(*measure(version, samples=20))
    assert (
        "Published" not in page
        and "1 page listed by the index" in page
        and "records 1</li>" in page
        and "failed 0" not in page
    )
    write(version, [], [])
    assert "0 pages" in to_html(*measure(version, samples=20))


@pytest.mark.skipif(not shutil.which("chromium"), reason="needs Chromium (Debian: apt install chromium)")
def test_chromium_runs_nothing_asks_for_nothing_and_has_no_scroll_bar_below(tmp_path: Path, hostile: str) -> None:
    playwright = pytest.importorskip("playwright.sync_api", reason="needs the extra harvester[render]")
    # The control: the same strings unescaped and without the policy must run, or the test sees nothing.
    control = re.sub(r"<meta http-equiv[^>]*>", "", hostile).replace("</body>", f"{''.join(HOSTILE)}</body>")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, html, dangerous in (("report", hostile, False), ("control", control, True)):
            path = tmp_path / f"{name}.html"
            path.write_text(html, "utf-8", errors="replace")
            for width in (390, 1280):
                for scheme in ("light", "dark"):
                    dialogs, asked, said = list[str](), list[str](), list[str]()
                    page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)
                    page.on("dialog", lambda dialog, seen=dialogs: (seen.append(dialog.message), dialog.dismiss()))
                    page.on("request", lambda request, seen=asked: seen.append(request.url))
                    page.on("console", lambda message, seen=said: seen.append(message.text))
                    page.goto(path.as_uri())
                    if dangerous:
                        assert dialogs and len(asked) > 1, "the control did nothing"
                        page.close()
                        continue
                    for summary in page.locator("summary").all():
                        summary.click()
                    page.mouse.move(width / 2, 400)
                    assert page.evaluate("document.documentElement.scrollWidth") <= width
                    assert (dialogs, asked, said) == ([], [path.as_uri()], [])
                    page.close()
        browser.close()
