"""Words are found in any script, whatever their case and accents, and the passage shown is the one that has them."""

import json
import os
import pty
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.archive import hold
from harvester.errors import InputError, StorageError
from harvester.forgetting import forget
from harvester.pipeline import build
from harvester.search import Hit, search
from harvester.search.query import Term, parse
from harvester.search.snippets import snippet
from harvester.search.words import cell, searchable, tokens
from harvester.settings import Settings
from tests.conftest import HARVEST, NOW, Harvest, tree

# Written for this test: a paragraph in each language about a lighthouse and its keeper.
PAGES = {
    "ja": ("灯台守の日記", "灯台守は毎晩四十段の階段を上り、港の外れにあるランプに火をともした。東京からの船は遅れた。"),
    "ru": ("Смотритель маяка", "Каждый вечер смотритель поднимался наверх и зажигал лампу. Ёлка стояла у причала."),
    "tr": ("Fener bekçisi", "Her akşam bekçi kırk basamağı çıkar ve IŞIK yakardı. İzmir'den gelen gemi o kış limana geç girdi."),
    "ar": ("حارس المنارة", "كان الحارسُ يصعد كلَّ مساءٍ أربعين درجةً ويشعل المصباح في نهاية الرصيف. وصلت السفينة متأخرة."),
    "th": ("คนเฝ้าประภาคาร", "ทุกเย็นคนเฝ้าประภาคารเดินขึ้นบันไดสี่สิบขั้นแล้วจุดตะเกียงที่ปลายท่าเรือ เรือจากกรุงเทพมาถึงช้า"),
    "hi": ("दीपघर का रखवाला", "हर शाम रखवाला चालीस सीढ़ियाँ चढ़ता था और घाट के छोर पर दीपक जलाता था। हिन्दी की किताब मेज़ पर थी।"),
    "en": ("The keeper", "The keeper climbs the forty steps. It's the self-made lamp of a café that burns at the naïve pier."),
}  # fmt: skip


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("search")
    lines = []
    for language, (title, text) in PAGES.items():
        html = (
            f"<html lang={language}><title>{title}</title><article><h1>{title}</h1><p>{text}</p><p>{text}</p></article>"
        )
        (folder / f"{language}.html").write_text(html, "utf-8")
        lines.append(f"- [{title}]({language}.html)\n  - lang: {language}\n")
    (folder / "INDEX.md").write_text("".join(lines), "utf-8")
    result = build(str(folder / "INDEX.md"), output=folder / "corpus", now=NOW)
    assert result.folder is not None and result.counts.records == len(PAGES), result.failures
    return Path(result.folder)


def found(version: Path, words: str) -> list[str]:
    return sorted(str(hit.language) for hit in search(version, words, now=NOW))


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("灯台", "ja"), ("台守", "ja"), ("東京", "ja"), ("ﾗﾝﾌﾟ", "ja"), ("火", "ja"),
        ("МАЯКА", "ru"), ("смотритель лампу", "ru"), ("елка", "ru"), ("ЁЛКА", "ru"),
        ("ışık", "tr"), ("IŞIK", "tr"), ("isik", "tr"), ("izmir", "tr"), ("İZMİR", "tr"), ("KIŞ", "tr"), ("bekci", "tr"),
        ("الحارس", "ar"), ("كل مساء", "ar"), ("المصـــباح", "ar"), ("مَنارة*", ""), ("المنارة", "ar"),
        ("ตะเกียง", "th"), ("กรุงเทพ", "th"),
        ("हिन्दी", "hi"), ("दीपक", "hi"),
        ("CAFE", "en"), ("naive", "en"), ("it's", "en"), ("self-made", "en"), ("“forty steps”", "en"),
        ('"forty steps"', "en"), ('"steps forty"', ""), ("light", ""), ("clim*", "en"), ("lim", ""), ("keeper -lamp", ""),
    ],
)  # fmt: skip
def test_words_of_every_script_are_found(version: Path, words: str, language: str) -> None:
    assert found(version, words) == ([language] if language else [])


@pytest.mark.parametrize("words", ["東京", "ışık", "الحارس", "ЛАМПУ", "กรุงเทพ", "हिन्दी", "CAFE"])
def test_the_passage_shows_what_was_looked_for(version: Path, words: str) -> None:
    [hit] = search(version, words, now=NOW)
    marked = [hit.snippet.text[start:end] for start, end in hit.snippet.marks]
    assert marked and {tuple(tokens(part)) for part in marked} == {tuple(tokens(words))}


def test_the_best_record_comes_first_and_a_title_says_more(tmp_path: Path) -> None:
    texts = {
        "a": ("Bells", "The bell of the harbour rang and the lamp was lit by the keeper at the end of the pier."),
        "b": ("The lamp", "The bell of the harbour rang and the lamp was lit by the keeper at the end of the pier."),
        "d": ("Ropes", "The rope of the harbour ran from the boat to the ring at the end of the pier, wet and cold."),
        "e": ("Ropes", "The rope of the harbour ran from the boat to the ring at the end of the pier, wet and cold."),
        "c": ("Bells", "The lamp is a lamp, and the lamp by the lamp is lit with the lamp of the end of the pier."),
    }
    for name, (title, text) in texts.items():
        (tmp_path / f"{name}.html").write_text(
            f"<html lang=en><title>{title}</title><article><h1>{title}</h1><p>{text}</p>"
        )
    (tmp_path / "INDEX.md").write_text("".join(f"- [{name}]({name}.html)\n" for name in texts))
    folder = Path(str(build(str(tmp_path / "INDEX.md"), output=tmp_path / "corpus", now=NOW).folder))
    hits = search(folder, "lamp", now=NOW)
    assert [hit.title for hit in hits] == ["The lamp", "Bells", "Bells"]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    tied = search(folder, "harbour -lit*", now=NOW)
    assert len({hit.score for hit in tied}) == 1 and [hit.id for hit in tied] == sorted(hit.id for hit in tied)
    assert len(tied) == 2 and search(folder, "harbour -lit*", now=NOW, limit=1) == tied[:1]


def test_the_index_lies_beside_the_version_and_is_made_again_for_another_manifest(
    version: Path, tmp_path: Path
) -> None:
    corpus = shutil.copytree(version.parent, tmp_path / "c")
    before = tree(corpus / "1.0.0")
    index = corpus / ".search" / "1.0.0.sqlite"
    shutil.rmtree(index.parent, ignore_errors=True)
    search(corpus / "1.0.0", "lamp", now=NOW)
    made = index.stat().st_mtime_ns
    search(corpus / "1.0.0", "lamp", now=NOW)
    assert index.stat().st_mtime_ns == made and tree(corpus / "1.0.0") == before
    for broken in (b"", b"SQLite format 3\0 and no more", index.read_bytes()[:5_000]):
        index.write_bytes(broken)
        assert found(corpus / "1.0.0", "CAFE") == ["en"]
    manifest = corpus / "1.0.0" / "manifest.json"
    manifest.write_bytes(manifest.read_bytes() + b"\n")
    (index.parent / "0.9.0.sqlite").write_text("of a version that is gone")
    (index.parent / ".1.0.0.sqlite.making").write_text("of a killed search")
    search(corpus / "1.0.0", "lamp", now=NOW)
    assert index.stat().st_mtime_ns != made
    assert sorted(file.name for file in index.parent.iterdir()) == [".lock", "1.0.0.sqlite"]
    forget(corpus, "a.example", reason="why", now=NOW, settings=Settings())
    assert not index.exists()  # it holds texts


def test_an_index_that_another_process_makes_is_waited_for_by_the_user(version: Path, tmp_path: Path) -> None:
    corpus = shutil.copytree(version.parent, tmp_path / "c", ignore=shutil.ignore_patterns(".search"))
    with hold(corpus / ".search", now=NOW), pytest.raises(StorageError, match="in use by process"):
        search(corpus / "1.0.0", "lamp", now=NOW)


@pytest.mark.parametrize("words", ["", "  ", '"', 'a "b', "-lamp", "— …", '""', "*", "-", "lamp " * 101])
def test_what_cannot_be_asked_is_one_clear_line(version: Path, words: str) -> None:
    with pytest.raises(InputError) as raised:
        search(version, words, now=NOW)
    assert len(raised.value.problems) == 1 and "\n" not in raised.value.problems[0]


@given(st.text(max_size=60))
def test_nothing_that_a_user_types_is_taken_for_the_language_of_fts5(version: Path, words: str) -> None:
    try:
        hits: list[Hit] = search(version, words, now=NOW)
    except InputError:
        return
    for hit in hits:
        assert all(0 <= start < end <= len(hit.snippet.text) for start, end in hit.snippet.marks)


@pytest.mark.parametrize(
    "words", ["NEAR(lamp keeper)", "title:lamp", "lamp AND NOT keeper", "{title} : lamp", "lamp^", "a+b"]
)
def test_the_signs_of_fts5_are_words_like_any_other(version: Path, words: str) -> None:
    assert all(term.tokens for term in parse(words).wanted)
    search(version, words, now=NOW)


@given(st.text(max_size=200), st.text(alphabet="ab灯 ışİé", min_size=1, max_size=5))
def test_a_passage_is_of_the_text_and_bounded(text: str, words: str) -> None:
    terms = [Term(tuple(tokens(words)))] if tokens(words) else []
    made = snippet(text * 20, terms)
    assert len(made.text) <= 202
    for start, end in made.marks:
        assert made.text[start:end].strip()


@given(st.characters(exclude_categories=["Cs"]))
def test_folding_twice_is_folding_once(character: str) -> None:
    once = searchable(character)
    assert tokens(once) == tokens(character)
    assert cell(character).split() == tokens(character)


def test_the_command_prints_hits_safely_and_as_json(tmp_path: Path, harvest: Harvest) -> None:
    hostile = "Lamp\x1b]0;x\x07 \u202egnol"
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "a.html").write_text(
        f"<html lang=en><title>{hostile}</title><article><h1>{hostile}</h1><p>The keeper \x9b2J trims the wick of the lamp.</p>"
    )
    (tmp_path / "seeds" / "INDEX.md").write_text("- [a](a.html)\n  - url: https://a.example/x\n")
    harvest("build")
    shown = harvest("search", "wick")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "wick of the lamp" in shown.stdout and "https://a.example/x" in shown.stdout
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(shown.stdout)
    assert '"snippet": {' in harvest("search", "wick", "corpus/seeds", "--json").stdout
    nothing = harvest("search", "anchor")
    assert (nothing.returncode, nothing.stdout, nothing.stderr) == (0, "", "no record has that\n")
    unquoted = harvest("search", "lamp", "keeper")
    assert unquoted.returncode == 2 and "write several words in quotes" in unquoted.stderr
    bad = harvest("search", '"open')
    assert (bad.returncode, bad.stderr.count("\n")) == (2, 1)


def test_show_prints_text_markdown_json_and_blocks(tmp_path: Path, harvest: Harvest) -> None:
    harvest("init")
    harvest("build")
    record = harvest("show", "https://example.org/", "corpus/my-corpus")
    assert (record.returncode, record.stderr.count("\n")) == (2, 1)
    [line] = (tmp_path / "corpus/my-corpus/1.0.0/data/train-00000-of-00001.jsonl").read_text().splitlines()
    identifier = line[7:43]
    text = harvest("show", identifier).stdout.rstrip()
    assert json.loads(line)["text"] == text
    assert harvest("show", identifier.upper(), "--md").stdout.rstrip() == json.loads(line)["markdown"]
    assert harvest("show", identifier, "corpus/my-corpus/1.0.0", "--json").stdout.startswith(
        '{\n  "id": "' + identifier
    )
    blocks = harvest("show", identifier, "--blocks").stdout.splitlines()
    assert any(line.startswith("kept ") for line in blocks[1:]) and any(
        line.startswith("dropped ") for line in blocks[1:]
    )
    assert '"reason": "body"' in harvest("show", identifier, "--blocks", "--json").stdout
    assert harvest("show", identifier, "--md", "--json").returncode == 2


def test_show_says_why_a_page_is_no_record(tmp_path: Path, harvest: Harvest) -> None:
    harvest("init")
    (tmp_path / "seeds" / "INDEX.md").open("a").write("- <https://a.example/none>\n")
    harvest("build", "--offline")
    shown = harvest("show", "https://a.example/none")
    assert shown.returncode == 2 and "https://a.example/none: not-archived" in shown.stderr


def test_a_terminal_is_shown_no_control_characters_and_a_pipe_gets_the_text(tmp_path: Path, harvest: Harvest) -> None:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "a.txt").write_text(
        "The keeper trims the wick\u202e of the lamp.\n\nThe می\u200cخواهم bell is rung at night.\n"
    )
    (tmp_path / "seeds" / "INDEX.md").write_text("- [a](a.txt)\n  - url: https://a.example/x\n")
    harvest("build")
    assert "\u200c" in harvest("show", "https://a.example/x").stdout
    main, worker = pty.openpty()
    command = [str(HARVEST), "show", "https://a.example/x"]
    subprocess.run(command, cwd=tmp_path, stdout=worker, stderr=worker, check=True, timeout=60)
    os.close(worker)
    shown = b""
    try:
        while part := os.read(main, 65_536):
            shown += part
    except OSError:  # how Linux says that nobody writes any more
        pass
    os.close(main)
    assert "\\u202e of the lamp" in shown.decode() and "\u202e" not in shown.decode()
