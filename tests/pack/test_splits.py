"""Splits by site: no site is in two, none moves, and everything that reads a version reads them."""

import json
from pathlib import Path

import pytest

from harvester import open_corpus
from harvester.errors import InputError
from harvester.pack import shares, split_of, verify
from harvester.pack.splits import WHOLE, site
from tests.conftest import Harvest
from tests.pack.making import build_pages, page

THREE = "train=80 validation=10 test=10"


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("", WHOLE),
        ("train=90 validation=5 test=5", (("train", 90), ("validation", 5), ("test", 5))),
        ("a=1,b_2=3", (("a", 1), ("b_2", 3))),
    ],
)
def test_the_setting_names_splits_with_their_shares(setting: str, expected: object) -> None:
    assert shares(setting) == expected


@pytest.mark.parametrize(
    "setting", ["train", "train=0", "train=1 train=2", "Train=1", "a-b=1", "a/b=1", "all=1", "x=1.5", "train=-1"]
)
def test_what_names_no_splits_is_refused(setting: str) -> None:
    with pytest.raises(InputError, match=r"pack\.splits"):
        shares(setting)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("www.example.co.uk", "example.co.uk"),
        ("News.Example.com.", "example.com"),
        ("ada.github.io", "ada.github.io"),
        ("deep.slack.example", "slack.example"),
        ("localhost", "localhost"),
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8::7", "2001:db8::7"),
    ],
)
def test_a_site_is_what_somebody_can_register(host: str, expected: str) -> None:
    assert site(host) == expected


def test_hosts_of_one_site_share_a_split_and_sites_fall_by_their_shares() -> None:
    splits = shares(THREE)
    counted = dict.fromkeys(("train", "validation", "test"), 0)
    for number in range(2_000):
        found = {split_of(f"{number}{host}", f"{host}site-{number}.org", splits) for host in ("", "www.", "a.b.")}
        assert len(found) == 1
        counted[found.pop()] += 1
    assert 1_540 < counted["train"] < 1_660 and 150 < counted["validation"] < 250 and 150 < counted["test"] < 250


def test_the_draw_of_a_site_is_settled_for_good() -> None:
    """Versions that people have trained on must not be shuffled by a later release."""
    hosts = [f"site-{number}.org" for number in range(12)]
    drawn = "".join(split_of("x", host, shares("a=1 b=1 c=1")) for host in hosts)
    assert drawn == "ccaaccbccaaa"
    assert [split_of(f"{n}", None, shares("a=1 b=1")) for n in range(4)] == list("abba")


def test_a_version_with_splits_reads_as_one_corpus_and_loads_split_by_split(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = {f"https://site-{n}.org/{part}": page(f"lamp {n} {part}") for n in range(12) for part in "ab"}
    whole = build_pages(tmp_path, pages)
    result = build_pages(tmp_path, pages, splits="train=1 validation=1 test=1")
    assert (whole.version, result.version) == ("1.0.0", "1.0.1")  # the same records, written differently
    assert result.folder is not None and whole.folder is not None
    folder = Path(result.folder)
    assert list(verify(folder)) == []
    records = list(open_corpus(folder))
    assert records == list(open_corpus(Path(whole.folder))) and len(records) == 24

    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import datasets

    hosts, seen = dict[str, set[str]](), list[str]()
    loaded = datasets.load_dataset(str(folder), cache_dir=str(tmp_path / "cache"))
    blocks = datasets.load_dataset(str(folder), "blocks", cache_dir=str(tmp_path / "cache"))
    assert sorted(loaded) == ["test", "train", "validation"]
    for split, rows in loaded.items():
        ids = [row["id"] for row in rows]
        assert ids == sorted(ids) == [row["id"] for row in blocks[split]]
        hosts[split] = {row["metadata"]["host"] for row in rows}
        seen += ids
    assert sorted(seen) == [found.id for found in records]
    assert not hosts["train"] & hosts["test"] and not hosts["train"] & hosts["validation"]
    assert not hosts["validation"] & hosts["test"]
    alone = datasets.load_dataset(str(folder), split="test", cache_dir=str(tmp_path / "cache"))
    assert {row["metadata"]["host"] for row in alone} == hosts["test"]


def test_no_site_moves_when_others_come(tmp_path: Path) -> None:
    pages = {f"https://site-{n}.org/": page(f"lamp {n}") for n in range(8)}
    first = build_pages(tmp_path, pages, splits="train=1 test=1")
    more = pages | {f"https://other-{n}.org/": page(f"bell {n}") for n in range(8)}
    second = build_pages(tmp_path, more, splits="train=1 test=1")
    assert second.version == "1.1.0"
    before, after = (_splits(Path(str(result.folder))) for result in (first, second))
    assert before.items() <= after.items() and len(after) == 16


def _splits(folder: Path) -> dict[str, str]:
    return {
        json.loads(line)["id"]: path.name.partition("-")[0]
        for path in folder.glob("data/*")
        for line in path.read_bytes().splitlines()
    }


def test_a_setting_that_cannot_be_read_is_said_before_anything_is_fetched(harvest: Harvest, tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("Some text of a page.")
    (tmp_path / "INDEX.md").write_text("- [page](page.txt)\n")
    run = harvest("build", "INDEX.md", "-s", "pack.splits=train")
    assert run.returncode == 2 and run.stderr.startswith("harvest: pack.splits: 'train'")
    assert not (tmp_path / "corpus").exists()
