"""The files that describe a version, read by the tools they are written for."""

import hashlib
import json
import re
from collections import Counter
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from harvester import open_corpus
from harvester.pack import DIGEST, MANIFEST
from harvester.pack.licenses import Stated, licenses
from harvester.pack.manifest import read_manifest
from tests.conftest import tree
from tests.pack.making import build_pages, page

EVIL = "</td><script>alert(1)</script> | [x](javascript:alert(1)) `a` **b** https://evil.example/\u202e\x1b[2J\r\n# Big"


@pytest.fixture(scope="module", params=["none", "gzip"])
def version(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("described")
    license = "<link rel=license href='https://creativecommons.org/licenses/by/4.0/'>"
    pages = {
        f"https://site-{n}.org/{p}": page(f"lamp {n} {p}", license if n % 2 else "") for n in range(4) for p in "ab"
    }
    front = "description: Pages about lamps.\n"
    splits = {"splits": "train=1 test=1", "shard_bytes": 2_000, "compression": request.param}
    return Path(str(build_pages(folder, pages, front=front, **splits).folder))


def test_mlcroissant_finds_nothing_wrong_and_loads_every_record(
    version: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import mlcroissant

    dataset = mlcroissant.Dataset(jsonld=str(version / "croissant.json"))
    issues = dataset.metadata.ctx.issues
    assert not issues.errors
    # both are recommended: nothing that the program knows states a citation, and this index no licence
    assert [warning for warning in issues.warnings if not re.search("citeAs|license", warning)] == []
    assert "not standard" not in caplog.text
    rows = {row["records/id"].decode(): row for row in dataset.records("records")}
    records = list(open_corpus(version))
    assert sorted(rows) == [record.id for record in records]
    for record in records:
        row = rows[record.id]
        assert row["records/text"].decode() == record.text
        assert row["records/metadata.title"].decode() == record.metadata.title
        assert row["records/metadata.capture.sha256"].decode() == record.metadata.capture.sha256
        assert row["records/metadata.word_count"] == record.metadata.word_count
        # pandas, which mlcroissant reads lines with, loses a last bit
        assert row["records/metadata.extraction.confidence"] == pytest.approx(record.metadata.extraction.confidence)
        assert row["records/created"] is None
        assert row["records/split"] in (b"train", b"test")
    splits = Counter(row["records/split"].decode() for row in rows.values())
    lines = Counter[str]()
    for path in sorted(version.glob("data/*")):
        frame = dataset.metadata.file_objects
        assert f"data/{path.name}" in {file.content_url for file in frame}
        lines[path.name.partition("-")[0]] += _lines(path)
    assert splits == lines


def _lines(path: Path) -> int:
    import gzip

    content = path.read_bytes()
    return (gzip.decompress(content) if path.suffix == ".gz" else content).count(b"\n")


def test_croissant_states_the_digest_and_size_of_each_shard(version: Path) -> None:
    document = json.loads((version / "croissant.json").read_bytes())
    files = [entry for entry in document["distribution"] if entry["@type"] == "cr:FileObject"]
    assert [file["contentUrl"] for file in files] == sorted(f"data/{path.name}" for path in version.glob("data/*"))
    for file in files:
        content = (version / file["contentUrl"]).read_bytes()
        assert (file["sha256"], file["contentSize"]) == (hashlib.sha256(content).hexdigest(), f"{len(content)} B")
    newest = max(record.added for record in open_corpus(version))
    assert (document["version"], document["datePublished"]) == ("1.0.0", newest[:10])


def test_the_data_package_names_every_file_as_it_lies_but_the_manifest(version: Path) -> None:
    package = (version / "datapackage.json").read_bytes()
    document, files = json.loads(package), tree(version)
    stated = {resource["path"]: resource for resource in document["resources"]}
    assert stated.keys() == files.keys() - {MANIFEST, DIGEST, "datapackage.json", "datapackage-digest.json"}
    for path, resource in stated.items():
        assert resource["hash"] == f"sha256:{hashlib.sha256(files[path]).hexdigest()}"
        assert resource["bytes"] == len(files[path])
    assert len({resource["name"] for resource in document["resources"]}) == len(stated)
    digest = json.loads(files["datapackage-digest.json"])
    assert digest == {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(package).hexdigest()}"}


@pytest.mark.parametrize(
    ("license", "expected"),
    [("CC-BY-4.0", {"name": "CC-BY-4.0"}), ("ask us", {"name": "other", "title": "ask us"})],
)
def test_the_index_s_licence_is_that_of_the_package_and_of_the_dataset(
    tmp_path: Path, license: str, expected: object
) -> None:
    folder = build_pages(tmp_path, {"https://a.org/": page("lamp")}, front=f"license: {license}\n").folder
    package, dataset = (
        json.loads((Path(str(folder)) / n).read_bytes()) for n in ("datapackage.json", "croissant.json")
    )
    assert (package["licenses"], dataset["license"]) == ([expected], license)


def test_the_manifest_names_every_other_file(version: Path) -> None:
    manifest, _ = read_manifest(version)
    assert [file.path for file in manifest.files] == sorted(tree(version).keys() - {MANIFEST, DIGEST})


def test_the_card_s_figures_are_those_of_the_records(version: Path) -> None:
    card = (version / "README.md").read_text("utf-8")
    records, manifest = list(open_corpus(version)), read_manifest(version)[0]
    assert f"| records | {len(records)} |" in card
    assert f"| words kept | {sum(record.metadata.extraction.kept_words for record in records):,} |" in card
    assert f"| words dropped | {manifest.counts.dropped_words:,} |" in card
    for host, number in Counter(record.metadata.host for record in records).items():
        assert f"| {host} | {number} |" in card
    for tenth, number in Counter(int(r.metadata.extraction.confidence * 10) for r in records).items():
        assert f"| 0.{tenth} to {(tenth + 1) / 10} | {number} |" in card
    assert f"- {len(records)} of {len(records)} records have no date of publication" in card
    assert "4 of 8 records state a licence" in card
    assert 'train = load_dataset("path/to/this/folder", split="train")' in card


def test_licences_are_counted_by_licence_and_by_host(version: Path) -> None:
    shown = MarkdownIt("gfm-like").render((version / "LICENSES.md").read_text("utf-8"))
    rows = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in re.findall(r"(?s)<tr>(.*?)</tr>", shown)]
    named = "https://creativecommons.org/licenses/by/4.0/"
    assert [[re.sub("<.*?>", "", cell) for cell in row] for row in rows if row] == [
        [named, "page", "2", "4"],
        ["none stated", "", "2", "4"],
        ["site-0.org", "none stated", "", "2"],
        ["site-1.org", named, "page", "2"],
        ["site-2.org", "none stated", "", "2"],
        ["site-3.org", named, "page", "2"],
    ]


def test_the_same_pages_give_the_same_files_of_description(version: Path, tmp_path: Path) -> None:
    compression = "gzip" if any(version.glob("data/*.gz")) else "none"
    license = "<link rel=license href='https://creativecommons.org/licenses/by/4.0/'>"
    pages = {
        f"https://site-{n}.org/{p}": page(f"lamp {n} {p}", license if n % 2 else "") for n in range(4) for p in "ab"
    }
    front = "description: Pages about lamps.\n"
    splits = {"splits": "train=1 test=1", "shard_bytes": 2_000, "compression": compression}
    again = build_pages(tmp_path, pages, front=front, **splits)
    assert tree(Path(str(again.folder))) == tree(version)


def test_what_a_page_calls_its_licence_is_shown_as_text_and_nothing_else() -> None:
    """Rendered as the Hub renders it, with bare addresses linked."""
    rendered = MarkdownIt("gfm-like").render(
        licenses("sample", {Stated(EVIL, "evil.example", "page"): 1, Stated("", "b.example", ""): 2}).decode()
    )
    assert "<script" not in rendered and "<strong>" not in rendered and "javascript:alert(1)" in rendered
    # addresses and host names may become links to themselves
    assert {link.partition(":")[0] for link in re.findall(r'<a href="(.*?)"', rendered)} <= {"https", "http"}
    assert rendered.count("<h1>") == 1 and rendered.count("<tr>") == 6
    assert "\x1b" not in rendered and "\u202e" not in rendered
