"""corpus/ is what seeds/ gives: built anew, on this Python and this day, not a byte differs."""

import json
from pathlib import Path

from harvester.pipeline import build, open_corpus, verify
from harvester.settings import FetchSettings, Settings
from tests.conftest import PROJECT, tree


def test_the_committed_corpus_is_what_the_seeds_give(tmp_path: Path) -> None:
    committed = PROJECT / "corpus" / "harvester-seeds"
    (version,) = [folder for folder in committed.iterdir() if (folder / "manifest.json").is_file()]
    assert (committed / "latest").read_text() == f"{version.name}\n"
    assert verify(version) == []
    result = build(
        str(PROJECT / "seeds" / "INDEX.md"), output=tmp_path, settings=Settings(fetch=FetchSettings(mode="offline"))
    )
    assert result.folder is not None and result.failures == ()
    anew, old = tree(Path(result.folder)), tree(version)
    for files in (anew, old):
        del files["manifest.json.sha256"]  # of the manifests, which are compared below
    manifests = [json.loads(files.pop("manifest.json")) for files in (anew, old)]
    assert anew == old
    for manifest in manifests:
        del manifest["version"], manifest["parent"]  # a first build has no parent
    assert manifests[0] == manifests[1]


def test_every_span_in_the_sidecar_is_the_text_it_says() -> None:
    version = next(path.parent for path in (PROJECT / "corpus" / "harvester-seeds").glob("*/manifest.json"))
    rows = [json.loads(line) for path in sorted(version.glob("blocks/*")) for line in path.read_bytes().splitlines()]
    for record, row in zip(open_corpus(version), rows, strict=True):
        assert record.id == row["id"]
        kept = [record.text[block["start"] : block["end"]] for block in row["blocks"] if block["kept"]]
        assert "\n\n".join(kept) == record.text
        assert all((block["text"] is None) == block["kept"] for block in row["blocks"])
