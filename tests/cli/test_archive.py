"""`harvest archive` and WARC files as input, as a user runs them."""

import gzip
import json
from pathlib import Path

from tests.archive.foreign import packed, page, response
from tests.conftest import Harvest, tree

A, B = "https://a.example/a", "https://a.example/b"
OLD, NEW = "2025-01-01T00:00:00Z", "2025-06-01T00:00:00Z"


def crawl(folder: Path, *records: bytes, name: str = "crawl.warc.gz") -> Path:
    (folder / name).write_bytes(packed(*records))
    return folder / name


def test_a_warc_file_becomes_a_corpus_that_is_built_again_byte_for_byte(tmp_path: Path, harvest: Harvest) -> None:
    crawl(tmp_path, response(A, page("lamp"), date=OLD), response(B, page("bell"), date=NEW))
    first = harvest("build", "crawl.warc.gz")
    assert (first.returncode, first.stderr) == (0, "")
    version = tree(tmp_path / "corpus" / "crawl" / "1.0.0")
    records = [json.loads(line) for line in version["data/train-00000-of-00001.jsonl"].splitlines()]
    assert {record["metadata"]["url"]: record["added"] for record in records} == {A: OLD, B: NEW}
    archive = tree(tmp_path / "corpus" / "crawl" / "archive")
    assert harvest("build", "crawl.warc.gz", "--offline").returncode == 0
    assert tree(tmp_path / "corpus" / "crawl" / "archive") == archive
    (tmp_path / "corpus").rename(tmp_path / "before")
    assert harvest("build", "crawl.warc.gz").returncode == 0
    assert tree(tmp_path / "corpus" / "crawl" / "1.0.0") == version


def test_damage_is_named_by_file_and_offset_and_the_rest_is_built(tmp_path: Path, harvest: Harvest) -> None:
    good = packed(response(A, page("lamp")))
    torn = packed(response(B, page("bell")))[:-20]
    (tmp_path / "crawl.warc.gz").write_bytes(good + torn)
    listed = harvest("list", "crawl.warc.gz")
    assert f"crawl.warc.gz:{len(good)}" in listed.stdout and "1 pages, 0 ignored, 1 damaged" in listed.stdout
    built = harvest("build", "crawl.warc.gz")
    assert built.returncode == 3
    assert (
        built.stderr.startswith(f"crawl.warc.gz:{len(good)}: ") and "damaged: the file ends inside it" in built.stderr
    )
    assert "2 listed, 1 packed, 1 failed" in built.stdout
    for command in ("list", "check"):
        run = harvest("archive", command, "crawl.warc.gz")
        assert run.returncode == 1 and f"crawl.warc.gz:{len(good)}: " in run.stdout + run.stderr


def test_a_warc_file_without_a_page_says_where_to_look(tmp_path: Path, harvest: Harvest) -> None:
    crawl(tmp_path, response(A, b"\x89PNG", content_type="image/png"))
    run = harvest("build", "crawl.warc.gz")
    assert (run.returncode, run.stderr) == (2, "harvest: crawl.warc.gz: lists no page; see `harvest list`\n")
    missing = harvest("build", "none.warc.gz")
    assert (missing.returncode, missing.stderr.count("\n")) == (2, 1)


def test_list_shows_each_capture_and_json_says_the_same(tmp_path: Path, harvest: Harvest) -> None:
    path = crawl(tmp_path, response(A, b"<p>x</p>", date=OLD), response(B, b"", status="404 Not Found", date=NEW))
    shown = harvest("archive", "list", path.name).stdout.splitlines()
    assert [line.split() for line in shown] == [
        [OLD, "response", "200", "text/html", "8", "31d8e07ec305", A],
        [NEW, "response", "404", "text/html", "0", "e3b0c44298fc", B],
    ]
    [first, second] = json.loads(harvest("archive", "list", path.name, "--json").stdout)
    assert (first["url"], first["bytes"], first["file"], first["offset"]) == (A, 8, "crawl.warc.gz", 0)
    assert (second["status"], second["offset"]) == (404, len(packed(response(A, b"<p>x</p>", date=OLD))))


def test_control_characters_of_an_archive_do_not_reach_the_terminal(tmp_path: Path, harvest: Harvest) -> None:
    crawl(tmp_path, response("https://a.example/\x1b[31m", b"x", content_type="text/\x1b[1mhtml"))
    for command in ("list", "check"):
        assert "\x1b" not in harvest("archive", command, "crawl.warc.gz").stdout


def test_compact_keeps_what_a_version_on_disk_was_made_from(tmp_path: Path, harvest: Harvest) -> None:
    for date, word in ((OLD, "lamp"), (NEW, "bell")):
        crawl(tmp_path, response(A, page(word), date=date))
        assert harvest("build", "crawl.warc.gz").returncode == 0
    assert (tmp_path / "corpus" / "crawl" / "latest").read_text().strip() == "2.0.0"
    kept = harvest("archive", "compact", "corpus/crawl")
    assert (kept.returncode, kept.stdout.splitlines()[0]) == (0, "0 captures dropped, 2 kept")
    (tmp_path / "corpus" / "crawl" / "1.0.0" / "manifest.json").unlink()
    dry = harvest("archive", "compact", "corpus/crawl", "--dry-run")
    assert f"dropped: {OLD}" in dry.stdout and "nothing was written" in dry.stdout
    done = json.loads(harvest("archive", "compact", "corpus/crawl", "--json").stdout)
    assert ([entry["url"] for entry in done["dropped"]], done["kept"]) == ([A], 1)
    assert harvest("archive", "check", "corpus/crawl").stdout == "corpus/crawl: every record is whole\n"
    assert harvest("build", "crawl.warc.gz", "--offline").returncode == 0


def test_a_path_without_an_archive_is_one_line_and_exit_2(tmp_path: Path, harvest: Harvest) -> None:
    for command in ("list", "check", "compact"):
        run = harvest("archive", command, "nowhere")
        assert (command, run.returncode, run.stderr.count("\n")) == (command, 2, 1)


def test_a_folder_of_warc_files_is_an_index(tmp_path: Path, harvest: Harvest) -> None:
    (tmp_path / "in").mkdir()
    crawl(tmp_path / "in", response(A, page("lamp")))
    (tmp_path / "in" / "plain.warc").write_bytes(gzip.decompress(packed(response(B, page("bell")))))
    assert "2 listed, 2 packed, 0 failed" in harvest("build", "in").stdout
