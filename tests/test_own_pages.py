"""The project's own pages against their gold: floors a page, which only rise."""

from pathlib import Path

import msgspec
import pytest

from harvester.extraction import extract_page, load_weights
from harvester.gate import Request, check_gold
from harvester.gate.floors import read_floors
from harvester.gold import GoldPage, read_gold
from harvester.gold.words import fold
from harvester.index import read_index
from harvester.pack.record import merge
from harvester.settings import Recipe, Settings
from harvester.types import Capture, Document, Metadata
from tests.conftest import PROJECT

SEEDS = PROJECT / "seeds"
GOLD = read_gold(SEEDS / "gold")
# The lowest that a floor of `seeds/gold/floors.toml` may be, so that an allowed regression must be written here, too.
FLOORS = {
    "kanazawa-washi": 0.981,
    "kettle-descaling-thread": 0.987,
    "moka-tostapane": 0.928,
    "ponte-de-pedra": 0.969,
    "qanat": 0.948,
    "slow-maps": 0.974,
    "starye-melnitsy": 0.965,
}


def extracted(gold: GoldPage) -> Document:
    body = Path(gold.page).read_bytes()
    capture = Capture(f"file:///{gold.name}", "2026-10-01T00:00:00Z", body, content_type=gold.content_type)
    return extract_page(capture, Recipe(), load_weights())


DOCUMENTS = {gold.name: extracted(gold) for gold in GOLD}
each = pytest.mark.parametrize("gold", GOLD, ids=lambda gold: gold.name)


def listed(gold: GoldPage) -> str:
    """The page's path as the index lists it."""
    return Path(gold.page).relative_to(SEEDS).as_posix()


def known(gold: GoldPage) -> Metadata:
    """The page's metadata as the record has it."""
    (seed,) = [s for s in read_index(str(SEEDS / "INDEX.md")).seeds if s.path == listed(gold)]
    return merge(seed, DOCUMENTS[gold.name].metadata)


def test_every_page_of_the_index_has_gold_and_every_gold_a_page() -> None:
    assert sorted(str(seed.path) for seed in read_index(str(SEEDS / "INDEX.md")).seeds) == sorted(map(listed, GOLD))
    assert len(GOLD) >= 14
    assert len({gold.language for gold in GOLD}) >= 4


def test_the_own_pages_reach_their_floors() -> None:
    report = check_gold(SEEDS / "gold", Settings(), Request())
    assert report.checked == len(GOLD)
    assert report.passed, report.failing


def test_every_own_page_has_a_floor_of_its_own_and_none_is_lower_than_it_was() -> None:
    floors = read_floors(SEEDS / "gold" / "floors.toml")
    assert floors is not None
    assert floors.floors.all >= 0.984
    assert {page.name: floors.floors.pages[page.name] >= FLOORS.get(page.name, 0.995) for page in GOLD} == {
        page.name: True for page in GOLD
    }


@each
def test_the_footnotes_are_each_there_once(gold: GoldPage) -> None:
    expected = [(note.label, fold(note.text)) for note in gold.expect.footnotes or ()]
    assert [(note.label, fold(note.text)) for note in DOCUMENTS[gold.name].metadata.footnotes] == expected


@each
def test_title_people_date_and_language_are_right(gold: GoldPage) -> None:
    metadata = known(gold)
    found = {
        "title": fold(metadata.title or ""),
        "authors": metadata.authors,
        "translators": metadata.translators,
        "date": (metadata.date_published or "")[:10],
        "language": metadata.language,
    }
    expected = {field: getattr(gold.expect, field) for field in found} | {"title": fold(gold.expect.title or "")}
    wrong = {field for field, value in found.items() if value != expected[field]}
    assert not wrong, {field: found[field] for field in wrong}


def test_a_document_survives_its_own_json() -> None:
    for document in DOCUMENTS.values():
        assert msgspec.json.decode(msgspec.json.encode(document), type=Document) == document
