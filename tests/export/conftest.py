"""A version with splits, several languages and text that means to break what it is written into."""

from html import escape
from pathlib import Path

import pytest

from harvester import build
from harvester.settings import PackSettings, Settings
from tests.conftest import NOW

PARAGRAPH = "The keeper climbs the forty steps before sunset and trims the wick of the lamp at the end of the pier."
JAPANESE = (
    "島へ渡る船は朝の七時に出る。切符を売る女の人は、板を踏む靴の音だけで、どの客が来たのかを聞き分けることができる。"
)
EVIL = """=cmd|' /C calc'!A0 1 < 2 & "c\""""


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the pages, the index and the corpus lie."""
    folder = tmp_path_factory.mktemp("exported")
    rich = (
        f"<html lang=en><head><title>{escape(EVIL)}</title><meta name=author content='Ada Example'>"
        "<meta property='article:published_time' content='2025-05-06'>"
        "<link rel=license href='https://creativecommons.org/licenses/by/4.0/'></head><body><article>"
        f"<p>{PARAGRAPH} And &lt;/p&gt;&lt;doc id=&quot;x&quot;&gt; &amp;amp; 3.14, well-known: don't!</p>"
        f"<h2>The lamp &amp; the pier</h2><p>{PARAGRAPH} Twice.</p><ul><li>One wick of cotton, trimmed each evening.</li>"
        "<li>Two cans of oil, carried up by hand.</li></ul><blockquote><p>“Nobody sees the keeper, everybody sees the "
        f"lamp,” says the old book of the harbour.</p></blockquote><p>{PARAGRAPH} Thrice.</p></article></body></html>"
    )
    (folder / "rich.html").write_text(rich, encoding="utf-8")
    (folder / "ja.html").write_text(
        f"<html lang=ja><head><title>島の船</title></head><body><article><p>{JAPANESE}</p><p>{JAPANESE[::-1]}</p>"
        "</article></body></html>",
        encoding="utf-8",
    )
    (folder / "bare.txt").write_text(
        f"\t{PARAGRAPH}\u2028 And\x0b on.\n\n-1 is a number. {PARAGRAPH}\n", encoding="utf-8"
    )
    (folder / "gone.html").touch()
    entries = (
        "- [bare](bare.txt)\n- [rich](rich.html)\n  - url: https://rich.example.org/a?b=1&c=2\n- [gone](gone.html)\n"
    )
    entries += "- [ja](ja.html)\n  - url: https://ja.example.net/\n"
    for number in range(9):
        (folder / f"{number}.html").write_text(
            f"<html lang=en><head><title>Lamp {number}</title></head><body><article><p>{PARAGRAPH}</p>"
            f"<p>Number {number} of the lamps stands on its own rock, and its light is seen {number} miles out.</p>"
            "</article></body></html>"
        )
        entries += f"- [lamp]({number}.html)\n  - url: https://lamp-{number}.org/\n"
    (folder / "INDEX.md").write_text(f"---\ncorpus: sample\n---\n{entries}", encoding="utf-8")
    settings = Settings(pack=PackSettings(splits="train=2 test=1", shard_bytes=9_000))
    result = build(str(folder / "INDEX.md"), output=folder / "corpus", settings=settings, now=NOW)
    assert (result.counts.records, [f.name for f in result.failures]) == (12, ["gone.html"])
    return folder


@pytest.fixture(scope="session")
def version(folder: Path) -> Path:
    """The version built there."""
    return folder / "corpus" / "sample" / "1.0.0"
