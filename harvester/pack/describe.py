"""The files of a version that describe it for people and for other tools; all follow from its counts and its files."""

from collections.abc import Sequence
from pathlib import Path

from harvester.pack.card import card
from harvester.pack.croissant import croissant
from harvester.pack.datapackage import datapackage, digest_of
from harvester.pack.facts import Facts
from harvester.pack.licenses import licenses
from harvester.pack.manifest import Counts, Version
from harvester.pack.shards import FileEntry, write_file


def describe(
    folder: Path, version: Version, facts: Facts, counts: Counts, files: Sequence[FileEntry]
) -> list[FileEntry]:
    """Write them beside `files`, which are all that lie there; what was written."""
    written = [
        write_file(folder, "README.md", card(facts, counts)),
        write_file(folder, "LICENSES.md", licenses(facts.name, facts.licenses)),
        write_file(folder, "croissant.json", croissant(str(version), facts, files)),
    ]
    # manifest.json is left out: it lists this file's digest, so that neither could be written before the other.
    package = datapackage(str(version), facts, [*files, *written])
    written.append(write_file(folder, "datapackage.json", package))
    return [*written, write_file(folder, "datapackage-digest.json", digest_of(package))]
