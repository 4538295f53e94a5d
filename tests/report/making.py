"""A version whose records, blocks and failures a test states, around those of a page that was built."""

import copy
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from harvester.pipeline import build
from tests.conftest import NOW

PAGE = (
    "<html lang=en><title>Pier</title><nav><a href=/>Home</a> <a href=/x>More</a></nav><article><h1>Pier</h1>"
    "<p>The keeper climbs the forty steps before sunset and trims the wick of the lamp at the end of the pier.</p></article>"
)
Row = dict[str, Any]


def built(folder: Path) -> tuple[Path, Row, Row]:
    """A version of one page, its record and its blocks."""
    (folder / "a.html").write_text(PAGE)
    (folder / "INDEX.md").write_text("- [a](a.html)\n")
    version = Path(str(build(str(folder / "INDEX.md"), output=folder / "corpus", now=NOW).folder))
    (data,), (blocks,) = version.glob("data/*"), version.glob("blocks/*")
    return version, json.loads(data.read_text()), json.loads(blocks.read_text())


def record(template: Row, identifier: str, **metadata: Any) -> Row:
    """A record like `template`, with other metadata; `text` and `created` are its own, `extraction` is merged."""
    made = copy.deepcopy(template)
    made["id"] = identifier
    for key in ("text", "created"):
        if key in metadata:
            made[key] = metadata.pop(key)
    made["metadata"]["extraction"] |= metadata.pop("extraction", {})
    made["metadata"] |= metadata
    return made


def blocks(identifier: str, dropped: Sequence[tuple[str, str]], kept: int = 10) -> Row:
    """Blocks of (reason, text), and one that is kept: the first `kept` characters of the text."""
    rows = [
        {"label": "paragraph", "kept": False, "score": 0.1, "reason": r, "start": None, "end": None, "text": t}
        for r, t in dropped
    ]
    body = {"label": "paragraph", "kept": True, "score": 0.9, "reason": "body", "start": 0, "end": kept, "text": None}
    return {"id": identifier, "blocks": [*rows, body]}


def write(
    version: Path, records: Sequence[Row], sidecars: Sequence[Row], failures: Sequence[Row] = (), split: str = "train"
) -> None:
    """Put these rows in the place of what the version holds."""
    for folder, rows in (("data", records), ("blocks", sidecars)):
        for file in version.glob(f"{folder}/*"):
            file.unlink()
        lines = "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)
        (version / folder / f"{split}-00000-of-00001.jsonl").write_text(lines, "utf-8", newline="\n")
    (version / "failures.jsonl").write_text("".join(json.dumps(row) + "\n" for row in failures))
    path = version / "manifest.json"
    manifest = json.loads(path.read_text())
    for file in manifest["files"]:
        for folder in ("data", "blocks"):
            if file["path"].startswith(f"{folder}/"):
                file["path"] = f"{folder}/{split}-00000-of-00001.jsonl"
    path.write_text(json.dumps(manifest))
