"""Bad input ends in one clear line and the right exit code, and costs no other page."""

import json
import os
import random
import shutil
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from harvester.pipeline import build, open_corpus
from harvester.settings import Settings
from tests.conftest import NOW, Harvest

GOOD = "The keeper climbs the forty steps a little before sunset and trims the wick of the lamp.\n"


def site(folder: Path, **pages: bytes | str) -> Path:
    """An index of `good.txt` and the pages given; file names have `_` for the dot."""
    folder.mkdir(exist_ok=True)
    (folder / "good.txt").write_text(GOOD)
    names = ["good.txt"]
    for name, content in pages.items():
        names.append(name.replace("_", "."))
        (folder / names[-1]).write_bytes(content if isinstance(content, bytes) else content.encode())
    (folder / "INDEX.md").write_text("".join(f"- [{name}]({name})\n" for name in names))
    return folder / "INDEX.md"


def failures(tmp_path: Path, corpus: str = "site") -> dict[str, str]:
    lines = (tmp_path / "corpus" / corpus / "1.0.0" / "failures.jsonl").read_text().splitlines()
    return {row["name"]: row["reason"] for row in map(json.loads, lines)}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "lists no page"),
        ("# Title\n\nOnly prose with a [link](good.txt) in it.\n", "lists no page"),
        ("- [a](gone.html)\n", "INDEX.md:1: "),
        ("- [a](good.txt)\n- [b](good.txt)\n", "INDEX.md:2: "),
        ("- [a](gopher://example.org/)\n", "INDEX.md:1: "),
        ("---\ncorpus: [\n---\n- [a](good.txt)\n", "INDEX.md:"),
    ],
)
def test_an_index_that_must_be_mended_is_exit_2_and_one_line(
    harvest: Harvest, tmp_path: Path, content: str, said: str
) -> None:
    index = site(tmp_path / "site")
    index.write_text(content)
    run = harvest("build", "site/INDEX.md")
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1), run.stderr
    assert run.stderr.startswith("harvest: ") and said in run.stderr
    assert not (tmp_path / "corpus").exists()


def test_a_missing_index_is_exit_2_and_names_the_remedy(harvest: Harvest) -> None:
    run = harvest("build", "nowhere.md")
    assert (run.returncode, run.stderr.count("\n")) == (2, 1)
    assert "nowhere.md" in run.stderr and "harvest init" in run.stderr


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty_html", b"", "empty"),
        ("blank_html", b" \n\t\n", "empty"),
        ("binary_html", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "binary"),
        ("paper_html", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "binary"),
        ("deep_html", b"<div>" * 100_000 + b"x", "too-deep"),
        ("lists_html", b"<ul><li>" * 100_000 + b"x", "too-deep"),
        ("template_html", b"<template>" * 80_000 + b"x", "too-deep"),
        ("attributes_html", b"<p " + b" ".join(b"a%d=1" % i for i in range(100_000)) + b">x</p>", "too-deep"),
        ("scripts_html", b"<html><script>var text = 'nothing here';</script></html>", "needs-scripts"),
    ],
)
def test_a_page_that_cannot_be_taken_is_a_failure_and_the_others_are_packed(
    tmp_path: Path, name: str, content: bytes, reason: str, harvest: Harvest
) -> None:
    site(tmp_path / "site", **{name: content})
    run = harvest("build", "site/INDEX.md")
    assert run.returncode == 3, run.stderr
    assert f"INDEX.md:2: {name.replace('_', '.')}: {reason}: " in run.stderr
    assert failures(tmp_path) == {name.replace("_", "."): reason}
    assert [r.text for r in open_corpus(tmp_path / "corpus" / "site")] == [GOOD.strip()]


def test_a_page_of_60_megabytes_is_refused_unread(tmp_path: Path, harvest: Harvest) -> None:
    index = site(tmp_path / "site", big_html=b"")
    with (tmp_path / "site" / "big.html").open("wb") as file:
        file.truncate(60_000_000)
    run = harvest("build", index)
    assert run.returncode == 3
    assert failures(tmp_path) == {"big.html": "too-large"}
    assert sum(f.stat().st_size for f in (tmp_path / "corpus" / "site" / "archive").iterdir()) < 10_000


def test_a_fifo_does_not_block_and_a_link_out_of_the_folder_is_not_followed(tmp_path: Path, harvest: Harvest) -> None:
    index = site(tmp_path / "site", pipe_html=b"", link_html=b"")
    (tmp_path / "secret.txt").write_text("A secret that stands outside the folder of the index, in full sentences.")
    for name in ("pipe.html", "link.html"):
        (tmp_path / "site" / name).unlink()
    os.mkfifo(tmp_path / "site" / "pipe.html")
    (tmp_path / "site" / "link.html").symlink_to(tmp_path / "secret.txt")
    run = harvest("build", index)
    assert run.returncode == 3
    assert failures(tmp_path) == {"pipe.html": "not-regular", "link.html": "outside-folder"}
    assert "secret" not in "".join(r.text for r in open_corpus(tmp_path / "corpus" / "site"))


def test_a_wrong_declared_charset_is_no_crash_and_the_bytes_are_kept(tmp_path: Path, harvest: Harvest) -> None:
    page = "<meta charset='{}'><p>La clé était rouillée, mais elle tournait encore dans la serrure du phare.</p>"
    index = site(
        tmp_path / "site",
        lies_html=page.format("utf-8").encode("latin-1"),
        unknown_html=page.format("klingon").encode(),
        dangerous_html=page.format("zip").encode(),
    )
    run = harvest("build", index)
    assert run.returncode == 0, run.stderr
    texts = {r.metadata.seed.path: r.text for r in open_corpus(tmp_path / "corpus" / "site")}
    assert texts["lies.html"].startswith("La cl\ufffd \ufffdtait")
    assert texts["unknown.html"] == texts["dangerous.html"] == page[len("<meta charset='{}'><p>") : -len("</p>")]


def test_an_unreadable_file_is_a_failure(open_folder: Path) -> None:
    index = site(open_folder / "site", closed_html=b"<p>closed</p>")
    out = open_folder / "corpus"
    out.mkdir(mode=0o777)
    out.chmod(0o777)
    # Permission bits do not bind root: build once to have every module loaded, then as nobody.
    code = f"""
import os, sys
from pathlib import Path
from harvester.pipeline import build
build({str(index)!r}, output=Path("warm"), now={NOW!r})
os.chmod({str(open_folder / "site" / "closed.html")!r}, 0)
if os.geteuid() == 0:
    os.seteuid(65534)
os.chdir({str(open_folder / "site")!r})
result = build("INDEX.md", output=Path("../corpus"), now={NOW!r})
print([(f.name, f.reason) for f in result.failures])
"""
    run = subprocess.run([sys.executable, "-c", code], cwd=open_folder, capture_output=True, text=True, check=False)
    assert run.stdout.strip() == "[('closed.html', 'unreadable')]", run.stderr


def test_nothing_usable_is_exit_4_and_writes_no_version(tmp_path: Path, harvest: Harvest) -> None:
    index = site(tmp_path / "site", empty_html=b"")
    index.write_text("- [x](empty.html)\n")
    run = harvest("build", index)
    assert run.returncode == 4
    assert "empty.html: empty" in run.stderr and "nothing was written" in run.stdout
    assert [p.name for p in (tmp_path / "corpus" / "site").iterdir() if p.is_dir()] == ["archive"]


def test_a_file_in_the_way_of_the_output_is_exit_5_that_names_it(tmp_path: Path, harvest: Harvest) -> None:
    index = site(tmp_path / "site")
    (tmp_path / "file").write_text("in the way")
    run = harvest("build", index, "-o", "file/corpus")
    assert (run.returncode, run.stderr.count("\n")) == (5, 1)
    assert "file/corpus" in run.stderr


needs_mount = pytest.mark.skipif(
    os.getuid() != 0 or shutil.which("mount") is None, reason="needs root to mount a small tmpfs"
)


@contextmanager
def mounted(disk: Path, options: str) -> Iterator[None]:
    disk.mkdir()
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", disk], capture_output=True, check=False)
    if mount.returncode:
        pytest.skip(f"cannot mount a tmpfs here: {mount.stderr.decode().strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", disk], check=True)


@needs_mount
def test_a_read_only_disk_is_exit_5_that_names_it(tmp_path: Path, harvest: Harvest) -> None:
    index = site(tmp_path / "site")
    with mounted(tmp_path / "disk", "ro,size=64k"):
        run = harvest("build", index, "-o", "disk")
        assert (run.returncode, run.stderr) == (5, "harvest: disk/site: Read-only file system\n")


@needs_mount
@pytest.mark.parametrize("size", range(160, 384, 32))
def test_a_full_disk_is_exit_5_and_with_space_the_same_command_goes_on(
    size: int, tmp_path: Path, harvest: Harvest
) -> None:
    # The sizes make the disk full at different files: the archive, its index, a shard, a sidecar, a buffer's last bytes.
    noise = random.Random(1)
    index = site(tmp_path / "site", **{f"p{i}_txt": GOOD * 400 + noise.randbytes(2000).hex() for i in range(60)})
    disk = tmp_path / "disk"
    with mounted(disk, f"size={size}k"):
        full = harvest("build", index, "-o", "disk")
        assert (full.returncode, full.stderr.count("\n")) == (5, 1), full.stderr
        assert "disk/site/" in full.stderr and "No space left" in full.stderr
        assert not (disk / "site" / "1.0.0").exists()
        subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
        assert harvest("build", index, "-o", "disk").returncode == 0
        assert harvest("build", index, "-o", "whole").returncode == 0
        for name in ("data/train-00000-of-00001.jsonl", "manifest.json"):
            assert (disk / "site/1.0.0" / name).read_bytes() == (tmp_path / "whole/site/1.0.0" / name).read_bytes()


def test_an_index_of_10_000_entries_costs_little_memory_a_page(tmp_path: Path) -> None:
    def peak(entries: int) -> int:
        folder = tmp_path / f"site{entries}"
        folder.mkdir()
        text = "It rained all night and the river rose again.\n"
        for number in range(entries):
            (folder / f"{number}.txt").write_text(text.replace("night", f"night {number}"))
        (folder / "INDEX.md").write_text("".join(f"- [page {n}]({n}.txt) - a note\n" for n in range(entries)))
        tracemalloc.start()
        result = build(str(folder / "INDEX.md"), output=tmp_path / "corpus", settings=Settings(), now=NOW)
        _, high = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert result.counts.records == entries
        return high

    small, large = peak(500), peak(10_000)
    # What grows is the seed and where its capture lies, some 2 KB; no page, document or record is held.
    assert large - small < 9_500 * 4_000, f"{small} bytes for 500 entries, {large} for 10,000"
