"""What a version keeps of its index, and what its manifest says of how it was made."""

from pathlib import Path

import pytest

from harvester.extraction import load_weights
from harvester.pack import read_manifest, read_seeds
from harvester.packing import recipe_info
from harvester.pipeline import build, open_corpus
from harvester.settings import FetchSettings, PackSettings, Recipe, Settings
from harvester.types import Attribute
from tests.conftest import NOW
from tests.pack.making import build_pages, page

OFFLINE = Settings(fetch=FetchSettings(mode="offline"))


def test_every_listed_page_has_a_row_with_what_the_index_says_and_the_capture_it_was_read_from(tmp_path: Path) -> None:
    (tmp_path / "lamp.html").write_text(page("lamp"))
    (tmp_path / "empty.html").touch()
    (tmp_path / "INDEX.md").write_text(
        "---\ncorpus: sample\ndescription: Of lamps\nlicense: CC0-1.0\n---\n## Lamps\n\n- [The lamp](lamp.html)\n"
        "  - keeper: Ada\n- [Nothing](empty.html)\n- [Gone](https://a.example/gone)\n"
    )
    result = build(str(tmp_path / "INDEX.md"), output=tmp_path / "corpus", settings=OFFLINE, now=NOW)
    assert result.folder is not None
    rows = {row.name: row for row in read_seeds(Path(result.folder))}
    assert list(rows) == [row.name for row in sorted(rows.values(), key=lambda row: row.id)]
    (record,) = open_corpus(result.folder)
    lamp = rows["lamp.html"]
    assert lamp.capture == record.metadata.capture.record_id and lamp.id == record.id
    assert (lamp.label, lamp.section, lamp.file, lamp.line) == ("The lamp", "Lamps", "INDEX.md", 8)
    assert lamp.attributes == (Attribute("keeper", "Ada"),)
    assert rows["empty.html"].label == "Nothing" and result.counts.failures_by_reason["empty"] == 1
    assert lamp.capture_sha256 == record.metadata.capture.sha256
    gone = rows["https://a.example/gone"]
    assert gone.capture is None and gone.capture_sha256 is None
    manifest, _ = read_manifest(Path(result.folder))
    assert (manifest.description, manifest.license) == ("Of lamps", "CC0-1.0")


def test_a_change_of_the_index_that_no_record_shows_is_no_new_version(tmp_path: Path) -> None:
    pages = {"https://a.example/1": page("lamp")}
    first = build_pages(tmp_path, pages)
    again = build_pages(tmp_path, pages, front="# a comment moves every line\n")
    assert again.version == first.version and not again.new


@pytest.mark.parametrize(
    "changed",
    [
        Settings(extract=Recipe(images=True)),
        Settings(extract=Recipe(low_confidence=0.4)),
        Settings(pack=PackSettings(compression="gzip")),
    ],
)
def test_the_settings_that_decide_bytes_are_part_of_the_fingerprint(changed: Settings) -> None:
    weights = load_weights()
    assert recipe_info(changed, weights).fingerprint != recipe_info(Settings(), weights).fingerprint
