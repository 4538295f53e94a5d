"""What is counted of a version is what its rows hold, whatever holds them."""

import json
from pathlib import Path

import pytest

from harvester.errors import StorageError
from harvester.extraction import count_words
from harvester.pack import open_corpus
from harvester.pipeline import build
from harvester.report import measure
from harvester.settings import PackSettings, Settings
from tests.conftest import NOW, PROJECT, Harvest
from tests.report.making import blocks, built, record, write


@pytest.mark.parametrize("compression", ["none", "gzip", "zstd"])
def test_the_own_corpus_is_counted_as_its_rows_say(tmp_path: Path, compression: str) -> None:
    settings = Settings(pack=PackSettings(compression=compression, shard_bytes=20_000))  # type: ignore[arg-type]
    result = build(str(PROJECT / "seeds" / "INDEX.md"), output=tmp_path, settings=settings, now=NOW)
    assert result.folder is not None
    stats, lowest = measure(Path(result.folder), samples=3)
    records = list(open_corpus(result.folder))
    assert stats.records == len(records) == sum(share.records for share in stats.languages.values())
    assert stats.kept_words == sum(r.metadata.extraction.kept_words for r in records) == result.counts.kept_words
    assert {reason: d.words for reason, d in stats.dropped.items() if d.words} == result.counts.dropped_words_by_reason
    assert sum(sum(host.dropped_words.values()) for host in stats.hosts) == stats.dropped_words
    assert sum(stats.length_bins) == sum(stats.confidence_bins) == sum(stats.months.values()) == stats.records
    expected = sorted((r.metadata.extraction.confidence, r.id) for r in records)[:3]
    assert [(sample.confidence, sample.id) for sample in lowest] == expected
    kept = [block.text for block in lowest[0].blocks if block.kept]
    whole = next(r.text for r in records if r.id == lowest[0].id)
    assert all(text in whole for text in kept) and kept


def test_hosts_beyond_the_first_are_summed_and_nothing_is_lost(tmp_path: Path) -> None:
    version, template, _ = built(tmp_path)
    names = [f"h{number}.example" for number in range(70) for _ in range(70 - number)]
    rows = [record(template, f"{number:036}", host=name) for number, name in enumerate(names)]
    write(version, rows, [blocks(row["id"], [("navigation", "a b c"), ("share", "d")]) for row in rows])
    stats, _ = measure(version)
    assert (stats.hosts_in_all, len(stats.hosts), stats.hosts[-1].host) == (70, 51, "20 other hosts")
    assert [host.host for host in stats.hosts[:2]] == ["h0.example", "h1.example"]
    assert sum(host.records for host in stats.hosts) == len(names)
    assert stats.dropped["navigation"].words == 3 * len(names)
    assert stats.hosts[-1].dropped_words == {"navigation": 3 * 210, "share": 210}


def test_quality_duplicates_splits_and_months_are_read_as_they_are_there(tmp_path: Path) -> None:
    version, template, _ = built(tmp_path)
    rows = [
        record(
            template,
            f"{number:036}",
            created=["2024-05-01", "2024-05", "2023", None][number % 4],
            quality={"words": number, "good": number % 2 == 0, "unknown": None, "name": "x"},
            duplicate_of=None if number else "other",
            extraction={"confidence": number / 8, "kept_words": 10},
        )
        for number in range(8)
    ]
    write(version, rows, [blocks(row["id"], []) for row in rows], split="validation")
    stats, lowest = measure(version, samples=2)
    assert stats.months == {"2023": 2, "2024-05": 4, "unknown": 2}
    assert (stats.duplicates.records, stats.duplicates.words, stats.splits) == (1, 10, {"validation": 8})
    assert stats.quality.keys() == {"words", "good"}
    assert (stats.quality["good"].mean, stats.quality["words"].median, stats.quality["words"].most) == (0.5, 4, 7)
    assert [sample.confidence for sample in lowest] == [0, 0.125]


def test_a_sidecar_that_does_not_line_up_is_an_error_that_says_where(tmp_path: Path) -> None:
    version, template, _ = built(tmp_path)
    rows = [record(template, f"{number:036}") for number in range(2)]
    sidecars = [blocks(row["id"], []) for row in rows]
    for wrong in (sidecars[:1], sidecars[::-1], [{"id": "x"}, {}]):
        write(version, rows, wrong)
        with pytest.raises(StorageError, match=r"train-00000-of-00001\.jsonl.*harvest verify"):
            measure(version)


def test_the_command_prints_tables_and_json(tmp_path: Path, harvest: Harvest) -> None:
    harvest("init")
    harvest("build")
    shown = harvest("stats")
    assert shown.returncode == 0 and shown.stderr == ""
    assert shown.stdout.startswith("my-corpus 1.0.0: 1 records of 1 pages, ")
    for title in ("words dropped", "hosts", "languages", "page types", "years of publication", "lengths, in words"):
        assert f"\n{title}\n" in shown.stdout
    found = json.loads(harvest("stats", "corpus/my-corpus/1.0.0", "--json").stdout)
    [row] = open_corpus(tmp_path / "corpus" / "my-corpus")
    assert found["kept_words"] == row.metadata.extraction.kept_words == count_words(row.text)
    missing = harvest("stats", "nowhere")
    assert (missing.returncode, missing.stderr.count("\n")) == (2, 1)


def test_what_a_terminal_is_shown_holds_no_control_characters(tmp_path: Path, harvest: Harvest) -> None:
    version, template, _ = built(tmp_path)
    row = record(template, "0" * 36, host="a\x1b[2J\u202e.example", language="e\x07n", page_type="\x9bx")
    write(version, [row], [blocks(row["id"], [("why\x1b]0;x", "a b")])], [failure("https://a\x1b.example", "why\x1b")])
    shown = harvest("stats", version).stdout
    assert "\\u001b[2J" in shown and not {"\x1b", "\x07", "\x9b", "\u202e"} & set(shown)


def failure(name: str, reason: str) -> dict[str, object]:
    return {"id": "f" * 36, "name": name, "reason": reason, "detail": name, "file": "INDEX.md", "line": 1}
