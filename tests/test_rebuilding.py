"""A version is made again from the archive, its own listed pages and its manifest: the same bytes, or the cause is named."""

import gzip
import json
import shutil
from pathlib import Path

import msgspec
import pytest

from harvester.archive import remove
from harvester.errors import InputError, StorageError
from harvester.pack import read_manifest, recipe_fingerprint, verify
from harvester.pipeline import Rebuilt, build, compact_archive, rebuild
from harvester.settings import FetchSettings, PackSettings, Recipe, Settings
from tests.conftest import NOW, Harvest, tree
from tests.pack.making import entry_of, page, write_manifest

SETTINGS = Settings(
    fetch=FetchSettings(mode="offline"),
    extract=Recipe(images=True),
    pack=PackSettings(compression="gzip", shard_bytes=3_000),
)


def corpus(folder: Path, settings: Settings = SETTINGS, **pages: str) -> Path:
    """Build one more version of the corpus `sample`; two pages of its index never give a record."""
    entries = ["- [gone](https://a.example/gone)\n- [nothing](nothing.html)\n"]
    (folder / "nothing.html").touch()
    for name, html in sorted(pages.items()):
        (folder / f"{name}.html").write_text(html)
        entries.append(f"- [{name}]({name}.html)\n  - url: https://{name}.example/\n  - keeper: Ada\n")
    front = "---\ncorpus: sample\ndescription: Of lamps\nlicense: CC0-1.0\n---\n"
    (folder / "INDEX.md").write_text(front + "".join(entries))
    result = build(str(folder / "INDEX.md"), output=folder / "corpus", settings=settings, now=NOW)
    assert result.folder is not None
    return Path(result.folder)


@pytest.fixture
def version(tmp_path: Path) -> Path:
    """The second version of a corpus, whose index is gone."""
    names = ("lamp", "bell", "rope", "mast")
    corpus(tmp_path, **{name: page(name) for name in names})
    folder = corpus(tmp_path, **{name: page(name) for name in names} | {"lamp": page("lantern"), "keel": page("keel")})
    for file in tmp_path.iterdir():
        if file.name != "corpus":
            file.unlink()
    assert folder.name == "2.0.0"
    return folder


def edited(folder: Path, *, fingerprint: bool = True, **recipe: object) -> None:
    """Change the recipe that the manifest states, as if the version had been made with it."""
    manifest, _ = read_manifest(folder)
    made = msgspec.structs.replace(manifest.recipe, **recipe)
    if fingerprint:
        made = msgspec.structs.replace(made, fingerprint=recipe_fingerprint(made))
    write_manifest(folder, msgspec.structs.replace(manifest, recipe=made))


def test_every_file_comes_out_the_same_without_the_index(tmp_path: Path, version: Path) -> None:
    before = tree(version.parent)
    done = rebuild(version, output=tmp_path / "again")
    assert done.same and done.first is None and done.causes == () and done.damaged == ()
    assert tree(tmp_path / "again") == tree(version)
    assert len(list((tmp_path / "again" / "data").iterdir())) > 1
    first = rebuild(version.with_name("1.0.0"), output=tmp_path / "first")
    assert first.same and tree(tmp_path / "first") == tree(version.with_name("1.0.0"))
    assert {k: v for k, v in tree(version.parent).items() if k != ".lock"} == {
        k: v for k, v in before.items() if k != ".lock"
    }


def test_neither_day_nor_place_nor_the_order_of_hashes_changes_a_byte(
    tmp_path: Path, version: Path, harvest: Harvest
) -> None:
    for number, environ in enumerate(
        ({"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo"}, {"PYTHONHASHSEED": "2", "TZ": "America/Lima", "LC_ALL": "C"})
    ):
        ran = harvest("rebuild", version, "-o", f"again{number}", **environ)
        assert ran.returncode == 0, ran.stderr
        assert "every byte came out the same" in ran.stdout
        assert tree(tmp_path / f"again{number}") == tree(version)


def test_what_is_missing_or_damaged_is_put_back_and_nothing_else_is_touched(version: Path, harvest: Harvest) -> None:
    before = tree(version)
    shard = sorted((version / "data").iterdir())[1]
    shard.write_bytes(gzip.compress(b"{}\n"))
    (version / "README.md").unlink()
    (version / "CHANGES.md").write_bytes(b"no")
    (version / "failures.jsonl").write_bytes(before["failures.jsonl"])
    shutil.rmtree(version / "blocks")
    kept = (version / "croissant.json").stat().st_ino
    only = rebuild(version, verify=True)
    assert only.same and len(only.damaged) == 3 + len([n for n in before if n.startswith("blocks/")])
    assert not only.restored and not (version / "README.md").exists()
    assert harvest("rebuild", version, "--verify").returncode == 1
    ran = harvest("rebuild", version)
    assert ran.returncode == 0, ran.stdout
    assert tree(version) == before and list(verify(version)) == []
    assert (version / "croissant.json").stat().st_ino == kept


def test_a_damaged_file_that_would_come_out_otherwise_stays_as_it_is(version: Path) -> None:
    manifest, _ = read_manifest(version)
    edited(version, extract=msgspec.structs.replace(manifest.recipe.extract, max_text=30), fingerprint=False)
    shard = sorted((version / "data").iterdir())[0]
    shard.write_bytes(b"damaged")
    done = rebuild(version)
    assert not done.same and done.restored == () and shard.read_bytes() == b"damaged"


def first(done: Rebuilt) -> tuple[str, str | None]:
    assert not done.same and done.first is not None
    return done.first.file, done.first.field


def test_a_version_made_with_another_library_is_told_by_it(version: Path) -> None:
    manifest, _ = read_manifest(version)
    edited(version, libraries={**manifest.recipe.libraries, "lxml": "0.0.1"})
    done = rebuild(version, verify=True)
    assert done.differing == ("manifest.json",)
    assert first(done)[0] == "manifest.json"
    assert [c for c in done.causes if c.startswith("library lxml: the version was made with 0.0.1, here is ")]
    assert len(done.causes) == 1


def test_a_version_made_by_another_harvester_or_with_other_weights_is_told_by_that(version: Path) -> None:
    manifest, _ = read_manifest(version)
    edited(version, libraries={**manifest.recipe.libraries, "harvester": "0.0.1"}, weights_sha256="0" * 64)
    causes = rebuild(version, verify=True).causes
    assert [cause.partition(":")[0] for cause in causes] == ["harvester", "weights"]


def test_a_setting_that_was_changed_in_the_manifest_is_told_with_record_and_field(version: Path) -> None:
    manifest, _ = read_manifest(version)
    edited(version, extract=msgspec.structs.replace(manifest.recipe.extract, max_text=40), fingerprint=False)
    done = rebuild(version, verify=True)
    assert first(done) == (sorted(f"data/{p.name}" for p in (version / "data").iterdir())[0], "text")
    assert done.first is not None and done.first.record is not None and len(done.first.after or "") < 50
    assert [cause.partition(":")[0] for cause in done.causes] == ["settings"]


def test_code_that_changed_under_the_same_version_is_told_by_what_is_left(version: Path) -> None:
    # as if a harvester of the same version number had once kept another word
    shard = sorted((version / "data").iterdir())[0]
    lines = gzip.decompress(shard.read_bytes()).replace(b"trims the wick", b"trims the lamp")
    shard.write_bytes(gzip.compress(lines, mtime=0))
    manifest, _ = read_manifest(version)
    files = tuple(entry_of(version, f.path) if f.path == f"data/{shard.name}" else f for f in manifest.files)
    write_manifest(version, msgspec.structs.replace(manifest, files=files))
    done = rebuild(version, verify=True)
    assert first(done) == (f"data/{shard.name}", "text")
    assert len(done.causes) == 1 and "harvester's code changed" in done.causes[0]


def test_a_page_that_the_archive_lost_is_named(version: Path) -> None:
    seeds = [json.loads(line) for line in (version / "seeds.jsonl").read_bytes().splitlines()]
    lost = next(seed for seed in seeds if seed["url"] == "https://keel.example/")
    archive = version.parent / "archive"
    # an archive that was made anew without the page
    gone = remove(archive, gone=lambda url: url.endswith("/keel.html"), now=NOW, name="sample", info={})
    assert len(gone.dropped) == 1
    done = rebuild(version, verify=True)
    assert not done.same
    assert done.causes == (f"the archive lacks the capture of keel.html ({lost['id']})",)
    assert done.first is not None and done.first.record == lost["id"]


def test_compaction_keeps_the_captures_of_pages_that_failed(tmp_path: Path, version: Path) -> None:
    compact_archive(version.parent, now=NOW)
    assert rebuild(version, verify=True).same and rebuild(version.with_name("1.0.0"), verify=True).same


def test_without_listed_pages_or_archive_nothing_can_be_made_again(tmp_path: Path, version: Path) -> None:
    (tmp_path / "there").mkdir()
    with pytest.raises(InputError, match="exists already"):
        rebuild(version, output=tmp_path / "there")
    (version / "seeds.jsonl").write_bytes(b"")
    with pytest.raises(StorageError, match=r"seeds\.jsonl"):
        rebuild(version)
    shutil.rmtree(version.parent / "archive")
    with pytest.raises(StorageError, match="no archive"):
        rebuild(version)


def test_a_path_in_the_manifest_that_leads_out_is_never_written(tmp_path: Path, version: Path) -> None:
    manifest, _ = read_manifest(version)
    planted = msgspec.structs.replace(manifest.files[0], path="../../../outside")
    write_manifest(version, msgspec.structs.replace(manifest, files=(*manifest.files, planted)))
    done = rebuild(version)
    assert not done.same and "../../../outside" in done.damaged and not done.restored
    assert not (tmp_path / "outside").exists()
