"""corpus/ is what seeds/ gives: built anew, on this Python and this day, not a byte differs."""

import json
import shutil
from pathlib import Path

from harvester.pipeline import build, open_corpus, verify
from harvester.rebuilding import rebuild
from harvester.settings import FetchSettings, Settings
from tests.conftest import PROJECT


def test_the_committed_corpus_is_what_the_seeds_give(tmp_path: Path) -> None:
    committed = PROJECT / "corpus" / "harvester-seeds"
    (version,) = [folder for folder in committed.iterdir() if (folder / "manifest.json").is_file()]
    assert (committed / "latest").read_text() == f"{version.name}\n"
    assert verify(version, deep=True) == []
    copy = tmp_path / "harvester-seeds"
    shutil.copytree(version, copy / version.name)
    offline = Settings(fetch=FetchSettings(mode="offline"))
    result = build(str(PROJECT / "seeds" / "INDEX.md"), output=tmp_path, settings=offline)
    assert (result.version, result.new, result.failures) == (version.name, False, ())
    again = rebuild(copy / version.name, verify=True)
    assert again.same, (again.first, again.causes)


def test_every_span_in_the_sidecar_is_the_text_it_says() -> None:
    version = next(path.parent for path in (PROJECT / "corpus" / "harvester-seeds").glob("*/manifest.json"))
    rows = [json.loads(line) for path in sorted(version.glob("blocks/*")) for line in path.read_bytes().splitlines()]
    for record, row in zip(open_corpus(version), rows, strict=True):
        assert record.id == row["id"]
        kept = [record.text[block["start"] : block["end"]] for block in row["blocks"] if block["kept"]]
        assert "\n\n".join(kept) == record.text
        assert all((block["text"] is None) == block["kept"] for block in row["blocks"])
