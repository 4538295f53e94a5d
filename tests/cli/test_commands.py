"""The command as a user runs it: every verb, its exit code, what stands on stdout and on stderr."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.archive.foreign import packed, response
from tests.conftest import HARVEST, PROJECT, Harvest, shared, tree

PAGE = "<title>Pier</title><article><h1>Pier</h1>" + (
    "<p>The keeper climbs the forty steps before sunset and trims the wick of the lamp at the end of the pier.</p>"
    "<p>When the book is full it goes into the archive of the town, and a new one is bought on the square.</p></article>"
)
HEAVY = ("trafilatura", "selectolax", "httpx", "markdown_it", "warcio", "msgspec", "lxml", "rich", "yaml", "numpy")


def test_init_then_build_then_build_again(harvest: Harvest, tmp_path: Path) -> None:
    init = harvest("init")
    assert init.returncode == 0
    assert sorted(init.stdout.split()) == ["harvest.toml", "seeds/INDEX.md", "seeds/example.html"]
    first = harvest("build")
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.startswith("my-corpus 1.0.0 (new version)\n")
    assert "1 listed, 1 packed, 0 failed" in first.stdout and "corpus/my-corpus/1.0.0" in first.stdout
    before = tree(tmp_path / "corpus")
    second = harvest("build")
    assert second.returncode == 0 and "nothing changed" in second.stdout
    after = tree(tmp_path / "corpus")
    lock = "my-corpus/.lock"  # holds who had it last
    assert {**after, lock: b""} == {**before, lock: b""}


def test_init_overwrites_nothing(harvest: Harvest, tmp_path: Path) -> None:
    (tmp_path / "harvest.toml").write_text("# mine\n")
    run = harvest("init")
    assert (run.returncode, run.stderr.count("\n")) == (2, 1)
    assert "harvest.toml: exists already" in run.stderr
    assert not (tmp_path / "seeds").exists() and (tmp_path / "harvest.toml").read_text() == "# mine\n"


def test_versions_follow_what_happened_to_the_records(harvest: Harvest, tmp_path: Path) -> None:
    harvest("init")
    harvest("build")
    index = tmp_path / "seeds" / "INDEX.md"
    (tmp_path / "seeds" / "second.html").write_text(PAGE)
    index.write_text(index.read_text() + "\n- [second](second.html)\n")
    assert "my-corpus 1.1.0 (new version)" in harvest("build").stdout
    assert "my-corpus 1.1.1 (new version)" in harvest("build", "-s", "pack.compression=gzip").stdout
    (tmp_path / "seeds" / "second.html").write_text(PAGE.replace("forty", "fifty"))
    assert "my-corpus 2.0.0 (new version)" in harvest("build").stdout
    assert (tmp_path / "corpus" / "my-corpus" / "latest").read_text() == "2.0.0\n"
    manifest = json.loads((tmp_path / "corpus" / "my-corpus" / "2.0.0" / "manifest.json").read_text())
    assert manifest["parent"]["version"] == "1.1.1"
    status = harvest("status")
    assert "my-corpus 2.0.0: 2 records" in status.stdout and "4 versions" in status.stdout
    lines = status.stdout.splitlines()
    assert lines[1].startswith("  1.0.0: 1 records, ") and lines[1].endswith("the first")
    assert lines[4].startswith("  2.0.0: 2 records, ") and lines[4].endswith("follows 1.1.1")
    assert harvest("list", "corpus").stdout == harvest("list", "corpus/my-corpus").stdout == status.stdout
    (tmp_path / "corpus" / "my-corpus" / "1.1.0" / "manifest.json").write_text("{}")
    damaged = harvest("status")
    assert damaged.returncode == 0 and "1.1.0/manifest.json: not a manifest" in damaged.stdout


def test_verify_finds_every_changed_byte_and_file(harvest: Harvest, tmp_path: Path) -> None:
    harvest("init")
    harvest("build")
    version = tmp_path / "corpus" / "my-corpus" / "1.0.0"
    assert harvest("verify", "corpus/my-corpus").returncode == 0
    for path in sorted(p for p in version.rglob("*") if p.is_file() and p.stat().st_size and p.name != "manifest.json"):
        content = path.read_bytes()
        for changed in (content[:-1], content + b" ", bytes([content[0] ^ 1]) + content[1:]):
            path.write_bytes(changed)
            run = harvest("verify", version)
            assert run.returncode == 1 and str(path.relative_to(version)) in run.stdout
        path.write_bytes(content)
    (version / "extra").write_text("x")
    (version / "schema.json").unlink()
    run = harvest("verify", version)
    assert run.stdout == "extra: not in the manifest\nschema.json: missing\n"


def test_a_damaged_version_is_not_called_unchanged(harvest: Harvest, tmp_path: Path) -> None:
    harvest("init")
    harvest("build")
    shard = next((tmp_path / "corpus" / "my-corpus" / "1.0.0" / "data").iterdir())
    shard.write_bytes(shard.read_bytes()[:-20])
    run = harvest("build")
    assert (run.returncode, run.stderr.count("\n")) == (5, 1) and "damaged: data/" in run.stderr
    (tmp_path / "seeds" / "example.html").write_text(PAGE)
    run = harvest("build")
    assert (run.returncode, run.stderr.count("\n")) == (5, 1) and "harvest verify" in run.stderr


def test_verify_does_not_believe_a_falsified_manifest(harvest: Harvest, tmp_path: Path) -> None:
    harvest("init")
    harvest("build")
    path = tmp_path / "corpus" / "my-corpus" / "1.0.0" / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["counts"]["records"] = 999
    path.write_text(json.dumps(manifest))
    findings = harvest("verify", "corpus/my-corpus").stdout.splitlines()
    assert findings[0].startswith("manifest.json: its bytes may have changed")
    assert findings[1:] == ["data: 1 records, the manifest says 999"]
    for file in manifest["files"]:
        file["sha256"] = "0" * 64
    path.write_text(json.dumps(manifest))
    assert harvest("verify", "corpus/my-corpus").returncode == 1
    path.write_text(json.dumps(manifest | {"format": "harvester-corpus/99"}))
    assert harvest("verify", "corpus/my-corpus").returncode == 5


def test_a_latest_that_points_nowhere_hurts_nobody(harvest: Harvest, tmp_path: Path) -> None:
    harvest("init")
    harvest("build")
    latest = tmp_path / "corpus" / "my-corpus" / "latest"
    for content in (b"7.7.7", b"", b"../../../etc", b"\xff"):
        latest.write_bytes(content)
        assert harvest("verify", "corpus/my-corpus").returncode == 0
    assert harvest("build").returncode == 0 and latest.read_text() == "1.0.0\n"


def test_verify_of_no_version_is_exit_2_and_of_a_broken_manifest_exit_5(harvest: Harvest, tmp_path: Path) -> None:
    assert harvest("verify", "nowhere").returncode == 2
    (tmp_path / "manifest.json").write_text("{}")
    run = harvest("verify", ".")
    assert run.returncode == 5 and "manifest.json" in run.stderr


def test_extract_is_a_filter(harvest: Harvest, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE)
    expected = PAGE.partition("<p>")[2].removesuffix("</p></article>").replace("</p><p>", "\n\n") + "\n"
    assert harvest("extract", "page.html").stdout == expected
    assert harvest("extract", "-", stdin=PAGE).stdout == expected
    assert harvest("extract", "page.html", "--md").stdout == expected
    document = json.loads(harvest("extract", "page.html", "--json").stdout)
    assert document["metadata"]["title"] == "Pier"
    assert [verdict["kept"] for verdict in document["verdicts"]] == [False, True, True]


def test_images_stand_in_the_markdown_where_they_are_asked_for(harvest: Harvest) -> None:
    page = PAGE.replace("</p><p>", "</p><img src=https://pier.example/lamp.jpg alt=Lamp><p>")
    plain = harvest("extract", "-", "--md", stdin=page).stdout
    asked = harvest("extract", "-", "--md", "--set", "extract.images=true", stdin=page).stdout
    assert "![" not in plain
    assert asked == plain.replace("\n\n", "\n\n![Lamp](https://pier.example/lamp.jpg)\n\n")
    assert harvest("extract", "-", "--set", "extract.images=true", stdin=page).stdout == plain


def test_the_engine_can_be_chosen(harvest: Harvest) -> None:
    page = "<article>" + "<p>The keeper climbs the forty steps before sunset and trims the wick of the lamp.</p>" * 3
    chosen = [
        json.loads(harvest("extract", "-", "--json", *flag, stdin=page).stdout)["engine"]
        for flag in ((), ("--engine", "trafilatura"))
    ]
    assert chosen == ["blocks", "trafilatura"]
    wrong = harvest("extract", "-", "--engine", "goose", stdin=page)
    assert wrong.returncode == 2 and "goose" in wrong.stderr and wrong.stderr.count("\n") == 1


def test_extract_of_nothing_is_exit_4_and_of_no_file_exit_2(harvest: Harvest) -> None:
    empty = harvest("extract", "-", stdin="")
    assert (empty.returncode, empty.stderr) == (4, "harvest: empty: the page has no bytes\n")
    gone = harvest("extract", "gone.html")
    assert (gone.returncode, gone.stderr.count("\n")) == (2, 1)


def test_list_shows_what_is_taken_and_what_is_ignored(harvest: Harvest, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE)
    (tmp_path / "list.md").write_text(
        "# A\n\nSee [this](b.html).\n\n## B\n\n- [one](a.html)\n- ~~[two](b.html)~~\n- no link\n"
    )
    run = harvest("list", "list.md")
    assert run.returncode == 0
    assert "list.md:7: a.html  [B]  one" in run.stdout
    assert "list.md:8: ignored (struck-through)" in run.stdout
    assert "list.md:9: ignored (" in run.stdout and "list.md:3: ignored (prose)" in run.stdout
    listing = json.loads(harvest("list", "list.md", "--json").stdout)
    assert [seed["path"] for seed in listing["seeds"]] == ["a.html"]


def test_untrusted_text_cannot_drive_the_terminal(harvest: Harvest, tmp_path: Path) -> None:
    strings = [s for s in json.loads((shared("hostile") / "blns" / "blns.json").read_text("utf-8")) if s.strip()]
    strings += ["\x1b[2J\x1b]0;title\x07", "\u202eevil", "\x9b31m", "a\u2066b\u2069"]
    rows = [{"url": f"https://a.example/{n}", "title": s, "notes": s, "tags": [s]} for n, s in enumerate(strings)]
    (tmp_path / "list.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    shown = harvest("list", "list.jsonl").stdout
    assert len(shown.split("\n")) == len(strings) + 2
    assert not re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", shown)


def test_settings_are_resolved_flag_over_environment_over_file(harvest: Harvest, tmp_path: Path) -> None:
    (tmp_path / "harvest.toml").write_text("[fetch]\ndelay = 3\ntimeout = 4\nhosts = 5\n")
    run = harvest("status", "--settings", "-s", "fetch.delay=9", HARVEST_FETCH_DELAY="8", HARVEST_FETCH_TIMEOUT="7")
    assert [
        line.split("  #")[0]
        for line in run.stdout.split("[render]")[0].splitlines()
        if line.startswith(("delay", "timeout", "hosts"))
    ] == [
        "timeout = 7.0",
        "delay = 9.0",
        "hosts = 5",
    ]


@pytest.mark.parametrize(
    ("file", "environ", "flags", "said"),
    [
        ("[fetch]\ndelai = 3\n", {}, [], "harvest.toml: unknown setting 'fetch.delai'; did you mean 'fetch.delay'?"),
        ("[fetch]\ndelay = -3\n", {}, [], "harvest.toml: fetch.delay = -3: "),
        ("[fetch\n", {}, [], "harvest.toml: cannot be read as TOML"),
        ("", {"HARVEST_FETCH_HOST": "3"}, [], "environment HARVEST_FETCH_HOST: unknown setting"),
        ("", {}, ["-s", "pack.compression=rar"], "--set: pack.compression = 'rar': "),
        ("", {}, ["-s", "fetch.delay"], "write it as KEY=VALUE"),
    ],
)
def test_a_wrong_setting_is_exit_2_and_named(
    harvest: Harvest, tmp_path: Path, file: str, environ: dict[str, str], flags: list[str], said: str
) -> None:
    if file:
        (tmp_path / "harvest.toml").write_text(file)
    run = harvest("status", "--settings", *flags, **environ)
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert said in run.stderr


def test_two_runs_at_once_one_goes_on_and_the_other_says_who_holds_it(harvest: Harvest, tmp_path: Path) -> None:
    harvest("init")
    code = (
        "import time, harvester.pipeline as p, pathlib; from harvester.archive import hold\n"
        "with hold(pathlib.Path('corpus/my-corpus'), now='2026-01-01T00:00:00Z'): print('in', flush=True); time.sleep(60)"
    )
    first = subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path, stdout=subprocess.PIPE)
    try:
        assert first.stdout is not None and first.stdout.readline() == b"in\n"
        second = harvest("build")
        assert (second.returncode, second.stderr.count("\n")) == (5, 1)
        assert f"in use by process {first.pid} on " in second.stderr
    finally:
        first.kill()
        first.wait()
    assert harvest("build").returncode == 0


@pytest.mark.parametrize(
    "arguments", [["buidl"], ["build", "--nope"], ["build", "a", "b"], ["extract"], ["build", "--offline", "--refresh"]]
)
def test_wrong_usage_is_exit_2_without_a_traceback(harvest: Harvest, arguments: list[str]) -> None:
    run = harvest(*arguments)
    assert (run.returncode, run.stdout) == (2, "")
    assert "Traceback" not in run.stderr and run.stderr.strip()


def test_two_builds_at_once_and_the_first_loses_nothing(harvest: Harvest, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    for number in range(400):
        (tmp_path / "site" / f"{number}.html").write_text(PAGE.replace("forty", str(number)))
    (tmp_path / "site" / "INDEX.md").write_text("".join(f"- [{n}]({n}.html)\n" for n in range(400)))
    first = subprocess.Popen([HARVEST, "build", "site/INDEX.md"], cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("corpus/site/archive/*.warc.gz")) and time.monotonic() < deadline:
        time.sleep(0.01)
    second = harvest("build", "site/INDEX.md")
    assert (second.returncode, second.stderr.count("\n")) == (5, 1)
    assert f"in use by process {first.pid} on " in second.stderr
    out, _ = first.communicate(timeout=120)
    assert first.returncode == 0 and "400 listed, 400 packed, 0 failed" in out


def test_ctrl_c_is_exit_130_and_the_next_run_goes_on(harvest: Harvest, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    for number in range(3000):
        (tmp_path / "site" / f"{number}.html").write_text(PAGE.replace("forty", str(number)))
    (tmp_path / "site" / "INDEX.md").write_text("".join(f"- [{n}]({n}.html)\n" for n in range(3000)))
    run = subprocess.Popen(
        [HARVEST, "build", "site/INDEX.md"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # a background shell ignores it
    )
    archive = tmp_path / "corpus" / "site" / "archive"
    deadline = time.monotonic() + 60
    while not list(archive.glob("*.warc.gz")) and time.monotonic() < deadline:
        time.sleep(0.01)
    run.send_signal(signal.SIGINT)
    _, error = run.communicate(timeout=60)
    assert (run.returncode, error) == (130, "harvest: interrupted; run the same command again to go on\n")
    assert not (tmp_path / "corpus" / "site" / "1.0.0").exists()
    (tmp_path / "site" / "INDEX.md").write_text("".join(f"- [{n}]({n}.html)\n" for n in range(5)))
    assert harvest("build", "site/INDEX.md").returncode == 0


def test_help_imports_no_heavy_module() -> None:
    code = (
        "import sys\nsys.argv = ['harvest', {command!r}, '--help']\nfrom harvester.cli import main\n"
        "try:\n    main()\nexcept SystemExit as stop:\n    assert not stop.code\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    )
    for command in (
        "build",
        "fetch",
        "list",
        "extract",
        "explain",
        "verify",
        "diff",
        "rebuild",
        "init",
        "status",
        "bench",
    ):
        run = subprocess.run(
            [sys.executable, "-c", code.format(command=command)],
            capture_output=True,
            text=True,
            check=True,
            cwd=PROJECT,
        )
        assert "Usage: harvest" in run.stdout or "usage" in run.stdout.lower()
        assert run.stderr.strip() == "[]", command


@pytest.mark.parametrize(
    ("arguments", "more"),
    [
        (("batch", "crawl.warc.gz", "--engine", "serial"), ("warcio", "fsspec")),
        (("build", "crawl.warc.gz", "--offline", "-w", "0"), ()),
    ],
)
def test_a_run_loads_nothing_that_it_has_no_use_for(
    tmp_path: Path, arguments: tuple[str, ...], more: tuple[str, ...]
) -> None:
    (tmp_path / "crawl.warc.gz").write_bytes(packed(response("https://a.example/pier", PAGE.encode())))
    unused = ("httpx", "markdown_it", "numpy", "rich", "trafilatura", *more)
    code = (
        f"import sys\nsys.argv = ['harvest', *{arguments!r}]\nfrom harvester.cli import main\n"
        "try:\n    main()\nexcept SystemExit as stop:\n    assert not stop.code\n"
        f"print([m for m in {unused!r} if m in sys.modules], file=sys.stderr)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert "1 packed" in run.stdout and run.stderr.strip() == "[]"


def test_the_same_bytes_whatever_the_clock_zone_locale_and_hash_seed(harvest: Harvest, tmp_path: Path) -> None:
    harvest("init")
    for number, environ in enumerate(
        (
            {"PYTHONHASHSEED": "1"},
            {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo"},
            {"LC_ALL": "tr_TR.UTF-8", "TZ": "US/Samoa"},
        )
    ):
        assert harvest("build", "-o", f"out{number}", **environ).returncode == 0
        time.sleep(0.01)
    first, *others = (tree(tmp_path / f"out{number}" / "my-corpus" / "1.0.0") for number in range(3))
    assert first and all(other == first for other in others)
    assert os.listdir(tmp_path / "out0" / "my-corpus")


def test_two_ways_of_fetching_at_once_are_refused_by_name(harvest: Harvest, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("https://x.example/\n")
    for command, flags, said in (
        ("build", ("--offline", "--update"), "--offline and --update exclude each other; give one of them"),
        ("fetch", ("--refresh", "--update"), "--update and --refresh exclude each other; give one of them"),
    ):
        run = harvest(command, "list.txt", *flags)
        assert (run.returncode, run.stderr) == (2, f"harvest: {said}\n")
