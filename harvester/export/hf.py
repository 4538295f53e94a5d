"""A dataset repository of the Hugging Face Hub: records and blocks in Parquet, with the version's card."""

import re
import shutil
from pathlib import Path
from typing import Any

import yaml

from harvester.errors import StorageError, storage
from harvester.export.parquet import write_both
from harvester.export.source import Source

_BESIDE = ("LICENSES.md", "CHANGES.md", "seeds.jsonl", "failures.jsonl", "schema.json")


def write(source: Source, target: Path) -> None:
    """Write `data/`, `blocks/` and a README.md whose front matter names them; what tells of the version is copied."""
    write_both(source, target)
    card = source.folder / "README.md"
    with storage(card):
        text = card.read_text("utf-8")
        for name in _BESIDE:
            if (source.folder / name).is_file():
                shutil.copyfile(source.folder / name, target / name, follow_symlinks=False)
        (target / "README.md").write_text(_in_parquet(text, card, source), encoding="utf-8")


def _in_parquet(card: str, path: Path, source: Source) -> str:
    match = re.match(r"---\n(.*?\n)---\n", card, re.DOTALL)
    try:
        header: Any = yaml.safe_load(match[1]) if match else None
        for config in header["configs"]:
            for files in config["data_files"]:
                files["path"] = re.sub(r"\.jsonl\*?\Z", ".parquet", files["path"])
    except (yaml.YAMLError, TypeError, KeyError) as error:
        raise StorageError(f"{path}: not a card of harvester; run `harvest verify`") from error
    assert match is not None
    front = yaml.safe_dump(header, sort_keys=False, allow_unicode=True, width=120)
    said = f"\nIn Parquet, from version {source.manifest.version}: one row here is one line of the files that are named below.\n"
    return f"---\n{front}---\n{said}{card[match.end() :]}"
