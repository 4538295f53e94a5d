"""From pages to a version in two passes: what curation says of records, and what it drops where the settings say so."""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from harvester import build, open_corpus
from harvester.errors import InputError
from harvester.pipeline import BuildResult, rebuild, verify
from harvester.settings import CurateSettings, PackSettings, Recipe, Settings
from harvester.types import Record, url_id
from tests.conftest import NOW, tree

TEXTS = {
    "lamp": "The keeper climbs the forty steps before sunset and trims the wick of the lamp at the end of the pier. "
    "Since the spring a boy from the village has carried the oil, two cans at a time, and counted each step aloud.",
    "bell": "In fog nobody sees the light, so a bell was hung below the gallery in the year of the great wreck. "
    "A clockwork strikes it every half minute, and whoever has slept beside it once hears it for weeks afterwards.",
    "rope": "Hemp swells when it is wet and shrinks as it dries, which is why knots in it must never be tied for good. "
    "The chandler sells it by the fathom; he measures with his arms, and his arms are known to be short.",
    "tide": "Twice a day the harbour falls dry and the boats lie down on their sides like cattle in the shade. "
    "Then the children go out with buckets to look for crabs until somebody calls them in from the wall.",
    "chart": "Every sounding on the old chart was taken with a lead and a line from a rowing boat by two surveyors. "
    "Where they found rock they drew a cross; where one of them drowned, there is a cross as well, smaller.",
    "storm": "The glass had been falling since noon, and by evening the gulls were standing in the fields inland. "
    "What the wind took that night was two roofs, a hen house and the weathercock that should have foretold it.",
    "market": "On Thursdays the women sell what the men have caught, and what they think of the price they say aloud. "
    "Whoever comes from the town pays double, unless his mother was born in one of the five streets by the quay.",
}
NOTICE = "This page belongs to the harbour archive, which is open on every weekday between nine and noon."


def page(*paragraphs: str, date: str = "") -> str:
    stated = f'<meta property="article:published_time" content="{date}">' if date else ""
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return f"<html lang=en><head><title>Notes</title>{stated}</head><body><article>{body}</article></body></html>"


def run(
    folder: Path,
    pages: dict[str, str],
    recipe: Recipe | None = None,
    pack: PackSettings | None = None,
    **curate: object,
) -> BuildResult:
    """Build a corpus of pages by address below https://example.org/."""
    entries = []
    for name, html in pages.items():
        address = name if "://" in name else f"https://example.org/{name}"
        (folder / f"{url_id(address)}.html").write_text(html, encoding="utf-8")
        entries.append(f"- [page]({url_id(address)}.html)\n  - url: {address}\n")
    (folder / "INDEX.md").write_text(f"---\ncorpus: sample\n---\n{''.join(entries)}", encoding="utf-8")
    settings = Settings(
        extract=recipe or Recipe(),
        pack=pack or PackSettings(),
        curate=CurateSettings(**curate),  # type: ignore[arg-type]
    )
    return build(str(folder / "INDEX.md"), output=folder / "corpus", settings=settings, now=NOW)


def records(result: BuildResult) -> dict[str, Record]:
    assert result.folder is not None
    return {str(record.metadata.url).rsplit("/", 1)[1]: record for record in open_corpus(result.folder)}


def sidecars(result: BuildResult) -> dict[str, dict[str, object]]:
    assert result.folder is not None
    lines = [line for path in Path(result.folder).glob("blocks/*") for line in path.read_bytes().splitlines()]
    return {row["id"]: row for row in map(json.loads, lines)}


def failed(result: BuildResult) -> dict[str, tuple[str, str]]:
    return {failure.id: (failure.reason, failure.detail) for failure in result.failures}


def address(name: str) -> str:
    return url_id(f"https://example.org/{name}")


def test_by_default_nothing_is_dropped_and_every_record_is_measured(tmp_path: Path) -> None:
    pages = {name: page(text, NOTICE) for name, text in TEXTS.items()} | {"copy": page(TEXTS["lamp"], NOTICE)}
    result = run(tmp_path, pages)
    found = records(result)
    assert result.failures == () and len(found) == len(pages)
    for name, record in found.items():
        quality = record.metadata.quality
        assert quality is not None and quality.words == record.metadata.word_count > 30
        assert record.text.endswith(NOTICE), name
        assert quality.repeated_on_host == round(17 / quality.words, 4)
    assert result.folder is not None and verify(Path(result.folder)) == []
    assert not list(tmp_path.glob("corpus/sample/.building")) and not list(Path(result.folder).rglob("spool"))
    again = run(tmp_path, pages)
    assert not again.new and tree(Path(result.folder)) == tree(Path(again.folder or ""))


def test_a_duplicate_says_of_which_record_the_one_published_first(tmp_path: Path) -> None:
    near = TEXTS["bell"].replace("weeks", "months")
    pages = {
        "a": page(TEXTS["lamp"], date="2021-05-06"),
        "b": page(TEXTS["lamp"], date="2019-01-02"),
        "c": page(TEXTS["lamp"]),
        "d": page(TEXTS["bell"], TEXTS["rope"]),
        "e": page(near, TEXTS["rope"], "A line more."),
        "f": page(TEXTS["tide"]),
    }
    result = run(tmp_path, pages)
    assert {name: record.metadata.duplicate_of for name, record in records(result).items()} == {
        "a": address("b"),
        "b": None,
        "c": address("b"),
        "d": address("e"),  # neither states a date: the longer one stands for both
        "e": None,
        "f": None,
    }
    assert (result.counts.duplicates, result.counts.clusters, result.counts.records) == (3, 2, 6)


def test_duplicates_are_dropped_where_the_settings_say_so(tmp_path: Path) -> None:
    near = TEXTS["bell"].replace("weeks", "months")
    pages = {"a": page(TEXTS["lamp"]), "b": page(TEXTS["lamp"].upper()), "d": page(TEXTS["bell"], TEXTS["rope"])}
    pages |= {"e": page(near, TEXTS["rope"], "A line more."), "f": page(TEXTS["tide"])}
    result = run(tmp_path, pages, duplicates="drop")
    assert len(records(result)) == 3 and all(r.metadata.duplicate_of is None for r in records(result).values())
    dropped = failed(result)
    assert result.counts.failures_by_reason == {"duplicate": 2} and result.counts.duplicates == 0
    assert dropped[address("d")][1].startswith("Jaccard similarity 0.")
    (exact,) = [detail for _, detail in dropped.values() if detail.startswith("the same text as ")]
    assert exact.removeprefix("the same text as ").removesuffix(".html") in (address("a"), address("b"))


def test_languages_presets_and_bounds_drop_records_with_a_reason(tmp_path: Path) -> None:
    german = (
        "Der Wärter steigt vor Sonnenuntergang die vierzig Stufen hinauf und schneidet den Docht der Lampe zurecht."
    )
    pages = {"lamp": page(*TEXTS.values()), "docht": page(german, german[::1]), "tide": page(TEXTS["tide"])}
    result = run(tmp_path, pages, languages="en", preset="gopher")
    assert list(records(result)) == ["lamp"]
    assert failed(result)[address("docht")] == ("language", "language = de; kept are en")
    reason, detail = failed(result)[address("tide")]
    assert reason == "quality" and detail.startswith("words = 39, must be >= 50")
    assert sorted(records(run(tmp_path, pages, bounds="words >= 30", languages="en"))) == ["lamp", "tide"]


def test_a_bound_that_cannot_be_read_ends_the_build_before_a_page_is_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"curate\.bounds"):
        run(tmp_path, {"lamp": page(TEXTS["lamp"])}, bounds="wordy >= 3")
    assert not (tmp_path / "corpus").exists()


def repeated_pages() -> dict[str, str]:
    pages = {name: page(text, NOTICE) for name, text in TEXTS.items()}
    return pages | {"notice": page(NOTICE), "https://other.example/x": page(TEXTS["tide"] + " Not here.", NOTICE)}


def test_a_paragraph_repeated_on_a_host_is_dropped_with_a_verdict(tmp_path: Path) -> None:
    kept = run(tmp_path, repeated_pages())
    result = run(tmp_path, repeated_pages(), repeated_paragraphs="drop")
    before, after = records(kept), records(result)
    assert failed(result) == {
        address("notice"): ("quality", "repeated_on_host = 1.0: every paragraph stands in other records, too")
    }
    for name, text in TEXTS.items():
        record = after[name]
        assert record.text == record.markdown == text
        assert record.metadata.word_count == record.metadata.extraction.kept_words == len(text.replace(";", "").split())
        assert record.metadata.extraction.dropped_words == before[name].metadata.extraction.dropped_words + 17
        assert record.metadata.quality is not None and before[name].metadata.quality is not None
        assert record.metadata.quality.repeated_on_host == before[name].metadata.quality.repeated_on_host
        assert record.metadata.quality.words == record.metadata.word_count
        (block,) = [b for b in rows(sidecars(result)[record.id]) if b["reason"] == "repeated-on-host"]
        assert (block["kept"], block["text"], block["start"]) == (False, NOTICE, None)
    assert after["x"].text.endswith(NOTICE), "it stands in one record of that host"
    assert result.counts.dropped_words_by_reason["repeated-on-host"] == 17 * len(TEXTS)


def rows(sidecar: dict[str, object]) -> Iterable[dict[str, object]]:
    blocks = sidecar["blocks"]
    assert isinstance(blocks, list)
    return blocks


def test_the_paragraphs_of_an_article_at_several_addresses_are_not_repeated(tmp_path: Path) -> None:
    pages = {f"copy{i}": page(TEXTS["lamp"], TEXTS["bell"]) for i in range(8)}
    result = run(tmp_path, pages, repeated_paragraphs="drop", repeated_in=2)
    assert result.failures == () and len(records(result)) == 8
    assert all(r.metadata.quality and r.metadata.quality.repeated_on_host == 0 for r in records(result).values())


def test_when_the_first_of_a_cluster_leaves_the_next_stands_for_it(tmp_path: Path) -> None:
    """Of two pages with the notice alone both go; what is left of a cluster refers to no record that is not there."""
    pages = repeated_pages() | {"notice2": page(NOTICE), "lamp2": page(TEXTS["lamp"], NOTICE)}
    result = run(tmp_path, pages, repeated_paragraphs="drop")
    found = records(result)
    ids = {record.id for record in found.values()}
    assert all(r.metadata.duplicate_of is None or r.metadata.duplicate_of in ids for r in found.values())
    assert [r.metadata.duplicate_of is None for name, r in found.items() if name.startswith("lamp")].count(False) == 1


def test_images_stay_where_a_paragraph_beside_them_is_dropped(tmp_path: Path) -> None:
    image = '<figure><img src="https://example.org/boat.png" alt="A boat"></figure>'
    pages = {
        name: f"<html lang=en><title>Notes</title><article><p>{text}</p>{image}<p>{text[::1]} Again.</p><p>{NOTICE}</p></article>"
        for name, text in TEXTS.items()
    }
    with_images = records(run(tmp_path, pages, recipe=Recipe(images=True)))
    dropped = records(run(tmp_path, pages, recipe=Recipe(images=True), repeated_paragraphs="drop"))
    for name in TEXTS:
        assert "![A boat](https://example.org/boat.png)" in dropped[name].markdown
        assert dropped[name].markdown == with_images[name].markdown.replace(f"\n\n{NOTICE}", "")


def personal_page() -> str:
    return page(
        TEXTS["lamp"],
        "Whoever wants to visit writes to <a href='mailto:keeper@example.org'>keeper@example.org</a> or calls "
        "+49 30 1234567 in the morning, as the line goes dead at noon whatever the weather.",
        TEXTS["tide"],
    )


def test_personal_data_is_found_and_left_alone_by_default(tmp_path: Path) -> None:
    result = run(tmp_path, {"lamp": personal_page()})
    record = records(result)["lamp"]
    pii = sidecars(result)[record.id]["pii"]
    assert isinstance(pii, list)
    places = [(span["kind"], record.text[span["start"] : span["end"]]) for span in pii]
    assert places == [("email", "keeper@example.org"), ("phone", "+49 30 1234567")]
    assert "[keeper@example.org](mailto:keeper@example.org)" in record.markdown
    assert result.counts.pii == {"email": 1, "phone": 1}


def test_personal_data_is_masked_everywhere_where_the_settings_say_so(tmp_path: Path) -> None:
    result = run(tmp_path, {"lamp": personal_page()}, pii="mask")
    record = records(result)["lamp"]
    assert "writes to <email> or calls <phone> in" in record.text
    assert "writes to [\\<email>](mailto:<email>) or calls \\<phone> in" in record.markdown
    row = sidecars(result)[record.id]
    pii = row["pii"]
    assert isinstance(pii, list)
    assert [record.text[span["start"] : span["end"]] for span in pii] == ["<email>", "<phone>"]
    kept = [record.text[block["start"] : block["end"]] for block in rows(row) if block["kept"]]  # type: ignore[misc]
    assert "\n\n".join(kept) == record.text
    assert result.folder is not None and verify(Path(result.folder)) == []
    assert all(b"keeper@" not in content for content in tree(Path(result.folder)).values())
    assert result.counts.pii == {"email": 1, "phone": 1}


def test_the_settings_of_curation_stand_in_the_recipe_and_change_its_fingerprint(tmp_path: Path) -> None:
    manifests = []
    for pii in ("keep", "mask"):
        result = run(tmp_path, {"lamp": personal_page()}, pii=pii)
        manifests.append(json.loads((Path(result.folder or "") / "manifest.json").read_bytes()))
    recipes = [manifest["recipe"] for manifest in manifests]
    assert [recipe["curate"]["pii"] for recipe in recipes] == ["keep", "mask"]
    assert recipes[0]["fingerprint"] != recipes[1]["fingerprint"]
    assert recipes[0]["libraries"]["rensa-algorithm"] == "2"


def test_a_curated_version_is_rebuilt_and_is_sound_in_every_record(tmp_path: Path) -> None:
    pages = repeated_pages() | {"keeper": personal_page(), "lamp2": page(TEXTS["lamp"])}
    curate = {
        "repeated_paragraphs": "drop",
        "repeated_in": 3,
        "pii": "mask",
        "duplicates": "drop",
        "bounds": "words >= 20",
    }
    result = run(tmp_path, pages, **curate)
    assert result.failures and result.folder is not None
    assert verify(Path(result.folder), deep=True) == []
    assert rebuild(Path(result.folder)).same
