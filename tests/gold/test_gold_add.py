"""`harvest gold add`: one page becomes gold that a person has to correct."""

import hashlib
import json
import tomllib
from pathlib import Path

import pytest

from harvester.errors import InputError, PageError
from harvester.extraction import extract_page, load_weights
from harvester.gold import capture_of, read_gold
from harvester.gold.add import add_gold
from harvester.gold.write import slug
from harvester.judge.scores import word_overlap
from harvester.settings import FetchSettings, Recipe, Settings
from harvester.types import EPOCH
from tests.conftest import NOW, PROJECT, Harvest, tree
from tests.fetch.loopback import OPEN, Site, answer
from tests.gold.making import PAGE
from tests.pack.making import build_pages, page

URL = "https://canals.example/harrow"
SETTINGS = Settings(fetch=FetchSettings(**OPEN))  # type: ignore[arg-type]


def add(what: str, root: Path, version: Path | None = None, name: str | None = None) -> Path:
    made = add_gold(what, root, version=version, name=name, settings=SETTINGS, weights=load_weights(), now=lambda: NOW)
    return Path(made.folder)


def test_gold_of_a_file_is_what_a_gate_finds_right_at_once_and_has_to_be_checked(tmp_path: Path) -> None:
    for path in sorted((PROJECT / "seeds" / "pages").iterdir()):
        add(str(path), tmp_path)
    pages = read_gold(tmp_path)
    assert len(pages) == 16 and not any(gold.checked for gold in pages)
    for gold in pages:
        document = extract_page(capture_of(gold), Recipe(), load_weights())
        assert word_overlap(document.text, gold.body or "", characters=True).f1 > 0.999, gold.name
        assert (document.metadata.title or "") == gold.expect.title
        assert document.metadata.authors == gold.expect.authors


def test_what_is_written_is_the_page_its_digest_and_suggestions_that_are_comments(tmp_path: Path) -> None:
    (tmp_path / "lock.html").write_text(PAGE)
    folder = add(str(tmp_path / "lock.html"), tmp_path / "gold")
    assert sorted(tree(folder)) == ["expect.toml", "gold.md", "page.html", "provenance.toml"]
    assert (folder / "page.html").read_text() == PAGE
    provenance = tomllib.loads((folder / "provenance.toml").read_text())
    digest = hashlib.sha256(PAGE.encode()).hexdigest()
    assert provenance == {"sha256": digest, "made_from": "lock.html", "checked": False}
    expect = (folder / "expect.toml").read_text()
    assert tomllib.loads(expect)["must"] == [] == tomllib.loads(expect)["must_not"]
    assert '  # "Every morning at six' in expect and '# "Subscribe to our canal letter' in expect
    by_hand = expect.replace("  # ", "  ")
    assert len(tomllib.loads(by_hand)["must"]) == 2, "the # taken off gives valid TOML"


def test_an_id_or_url_of_a_version_gives_the_bytes_that_the_archive_holds(tmp_path: Path) -> None:
    build_pages(tmp_path, {URL: page("lamp"), "https://b.example/": page("bell")})
    corpus = tmp_path / "corpus" / "sample"
    record = next(
        row
        for line in (corpus / "1.0.0" / "data" / "train-00000-of-00001.jsonl").read_text().splitlines()
        if (row := json.loads(line))["metadata"]["url"] == URL
    )
    by_id, by_url = add(record["id"], tmp_path / "gold", corpus), add(URL, tmp_path / "gold2", corpus / "1.0.0")
    (gold,) = read_gold(tmp_path / "gold")
    assert (gold.name, gold.url, gold.host) == ("canals.example-harrow", URL, "canals.example")
    assert (by_id / "page.html").read_text() == page("lamp") == (by_url / "page.html").read_text()
    assert gold.captured == record["metadata"]["capture"]["fetched_at"] != EPOCH
    assert f"record {record['id']} of sample 1.0.0" in (by_id / "provenance.toml").read_text()
    with pytest.raises(InputError, match="neither a record nor a failed page"):
        add("https://elsewhere.example/", tmp_path / "gold", corpus)


def test_a_url_that_no_version_holds_is_fetched_and_its_coding_undone(tmp_path: Path) -> None:
    import gzip

    body = gzip.compress(PAGE.encode())
    with Site({"/lock": answer(body, "Content-Encoding: gzip", content_type="text/html; charset=utf-8")}) as site:
        folder = add(f"{site.root}/lock", tmp_path, name="canals/lock")
        with pytest.raises(PageError, match="http-404"):
            add(f"{site.root}/nowhere", tmp_path)
    (gold,) = read_gold(tmp_path)
    assert (folder / "page.html").read_text() == PAGE
    assert (gold.name, gold.captured, gold.content_type) == ("canals/lock", NOW, "text/html; charset=utf-8")


def test_what_exists_is_never_overwritten_and_a_page_without_text_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE)
    (tmp_path / "b.html").write_text("<p></p>")
    folder = add(str(tmp_path / "a.html"), tmp_path / "gold")
    (folder / "gold.md").write_text("corrected by hand")
    before = tree(tmp_path / "gold")
    with pytest.raises(InputError, match="exists already; remove it, or give another name with --name"):
        add(str(tmp_path / "a.html"), tmp_path / "gold")
    with pytest.raises(PageError):
        add(str(tmp_path / "b.html"), tmp_path / "gold")
    assert tree(tmp_path / "gold") == before


@pytest.mark.parametrize("name", ["../out", "/etc/gold", "a/../../b", ".hidden", "a\x00b", "", "a b", "-x"])
def test_a_name_that_leads_out_of_the_root_or_is_none_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.html").write_text(PAGE)
    with pytest.raises(InputError, match="no name for a gold folder"):
        add(str(tmp_path / "a.html"), tmp_path / "gold", name=name or "/")


def test_hostile_titles_come_back_from_the_toml_as_they_were(tmp_path: Path) -> None:
    title = 'a"b\\c\x7f # = ] \u202e é'
    (tmp_path / "a.html").write_text(
        PAGE.replace("<title>The lock keeper", f"<meta property=\"og:title\" content='{title}'><title>x")
    )
    add(str(tmp_path / "a.html"), tmp_path / "gold")
    (gold,) = read_gold(tmp_path / "gold")
    assert gold.expect.title == extract_page(capture_of(gold), Recipe(), load_weights()).metadata.title


def test_names_of_folders_are_plain_and_the_same_for_the_same_page() -> None:
    names = [slug(f"https://www.a.example/x/{'y' * 300}?q={n}#z") for n in (1, 1, 2)]
    assert names[0] == names[1] != names[2] and all(len(name) <= 60 for name in names)
    assert slug("https://a.example/2026/some-page.html?x=1") == "a.example-2026-some-page"
    assert slug("https://пример.example/ё/") == "пример.example-ё"
    assert slug("???") == slug("???") != "" and "/" not in slug("../../etc/passwd")


def test_the_command_says_where_the_gold_is_and_what_to_do(tmp_path: Path, harvest: Harvest) -> None:
    (tmp_path / "lock.html").write_text(PAGE)
    made = harvest("gold", "add", "lock.html")
    assert (made.returncode, made.stdout) == (0, "seeds/gold/lock\n") and "set checked = true" in made.stderr
    again = harvest("gold", "add", "lock.html", "--json")
    assert again.returncode == 2 and again.stderr.startswith("harvest: seeds/gold/lock: exists already")
    nowhere = harvest("gold", "add", "4f0c3a9e-1c66-5f4e-9a39-7a1f0c0a4d10")
    assert nowhere.returncode == 2 and "no corpus there" in nowhere.stderr
