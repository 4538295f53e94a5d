"""The two real pages, flattened before they reached us, come out as their gold says."""

import json
from pathlib import Path

import pytest

from harvester.gold.words import fold
from harvester.judge.scores import word_overlap
from harvester.pipeline import build, open_corpus
from harvester.settings import Settings
from harvester.types import Record
from tests.conftest import NOW, shared


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Record]:
    index = shared("seeds") / "INDEX.md"
    result = build(str(index), output=tmp_path_factory.mktemp("shared"), settings=Settings(), now=NOW)
    assert result.folder is not None and result.failures == ()
    return {Path(r.metadata.seed.path or "").stem: r for r in open_corpus(result.folder)}


def golds() -> dict[str, dict[str, object]]:
    return {path.stem: json.loads(path.read_text("utf-8")) for path in (shared("seeds") / "gold").glob("*.json")}


def without(text: str, neutral: set[str]) -> str:
    return "\n".join(line for line in map(fold, text.split("\n\n")) if line not in neutral)


def test_two_records_come_out(records: dict[str, Record]) -> None:
    assert len(records) == 2 and records.keys() == golds().keys()


def test_the_text_is_the_gold_and_nothing_that_must_not_be_there(records: dict[str, Record]) -> None:
    for name, gold in golds().items():
        neutral = {fold(line) for line in gold["neutral"]}  # type: ignore[attr-defined]
        ours, theirs = without(records[name].text, neutral), without(str(gold["text"]), neutral)
        score = word_overlap(ours, theirs, characters=True).f1
        assert score >= 0.995, (name, score)
        lines = {fold(line) for line in records[name].text.split("\n\n")}
        text = fold(records[name].text)
        for line in gold["must_not_contain"]:  # type: ignore[attr-defined]
            wanted = fold(line)
            assert wanted not in (lines if len(wanted.split()) < 4 else text), (name, line)


def test_each_footnote_is_kept_once_and_out_of_the_sentences(records: dict[str, Record]) -> None:
    counts = []
    for name, gold in golds().items():
        expected = [(note["label"], fold(note["text"])) for note in gold["footnotes"]]  # type: ignore[attr-defined]
        assert [(n.label, fold(n.text)) for n in records[name].metadata.footnotes] == expected
        assert not [text for _, text in expected if text in fold(records[name].text)]
        counts.append(len(expected))
    assert sorted(counts) == [0, 15]


def test_people_titles_notes_and_tags_are_on_the_records(records: dict[str, Record]) -> None:
    for name, gold in golds().items():
        metadata = records[name].metadata
        assert list(metadata.authors) == gold["authors"]
        assert list(metadata.translators) == gold["translators"]
        assert metadata.language == gold["language"]
        assert metadata.title == (gold["title"] or "Hamon and Sanders")
        assert metadata.seed.notes and "france" in metadata.seed.tags and "france" in metadata.tags
