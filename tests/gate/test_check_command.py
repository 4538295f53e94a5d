"""`harvest check` on gold roots, as a user runs it; and the action and the hook as they are written."""

import hashlib
import json
import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
import yaml

from harvester.gate import Request, check_gold
from harvester.gate.floors import read_floors
from harvester.settings import Settings
from tests.conftest import HARVEST, PROJECT, Harvest
from tests.gate.making import SITES, write
from tests.gate.sites import Site

BROKEN = (replace(SITES[0], template=replace(SITES[0].template, hide="<template>{}</template>")), *SITES[1:])


@pytest.fixture
def root(tmp_path: Path, harvest: Harvest, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    made = write(tmp_path / "gold", SITES)
    done = harvest("check", made, "--update")
    assert done.returncode == 0, done.stderr
    return made


def test_without_floors_it_says_how_to_make_them(tmp_path: Path, harvest: Harvest) -> None:
    done = harvest("check", write(tmp_path / "gold", SITES[:1]))
    assert done.returncode == 2
    assert "there are no floors yet; `--update`" in done.stderr


def test_pages_that_are_as_they_were_pass_and_nothing_is_written(root: Path, harvest: Harvest) -> None:
    before = (root / "floors.toml").read_bytes()
    done = harvest("check", root)
    assert (done.returncode, done.stderr) == (0, "")
    assert "passed" in done.stdout
    assert harvest("check", root, "--update").returncode == 0
    assert (root / "floors.toml").read_bytes() == before


def test_changed_pages_and_gold_are_refused_by_name_until_they_are_pinned(root: Path, harvest: Harvest) -> None:
    write(root, SITES, Random(3))
    (page,) = {site.pages[0].name for site in SITES[:1]}
    gold = root / SITES[0].host / page / "gold.md"
    gold.write_text(gold.read_text("utf-8") + "\n", "utf-8")
    done = harvest("check", root)
    assert done.returncode == 2
    assert f"{SITES[0].host}/{page} (page and gold changed)" in done.stderr
    assert harvest("check", root, "--update").returncode == 0
    assert harvest("check", root).returncode == 0


def test_a_broken_template_fails_names_its_host_and_what_was_lost_and_writes_nothing(
    root: Path, harvest: Harvest
) -> None:
    before = (root / "floors.toml").read_bytes()
    write(root, BROKEN)
    done = harvest("check", root, "--update")
    assert done.returncode == 1
    assert f"host {SITES[0].host}: mean word F1" in done.stdout
    assert SITES[0].pages[0].parts[0][1][:30] in done.stdout
    assert "finding" in done.stderr
    assert (root / "floors.toml").read_bytes() == before


def test_a_regression_passes_only_with_a_reason_which_stays_in_the_file(root: Path, harvest: Harvest) -> None:
    write(root, BROKEN)
    assert harvest("check", root, "--allow-regression", " ").returncode == 2
    assert harvest("check", root, "--allow-regression", "the site\nnow needs a script").returncode == 0
    floors = read_floors(root / "floors.toml")
    assert floors is not None
    (fall,) = floors.regressions
    assert fall.reason == "the site now needs a script"
    assert any(f"host {SITES[0].host}" in line for line in fall.sank)
    assert harvest("check", root).returncode == 0
    write(root, SITES)
    assert harvest("check", root, "--update").returncode == 0
    risen = read_floors(root / "floors.toml")
    assert risen is not None
    assert risen.floors.hosts[SITES[0].host] > floors.floors.hosts[SITES[0].host]
    assert risen.regressions == floors.regressions


def test_a_page_that_is_gone_is_a_finding(root: Path, harvest: Harvest) -> None:
    folder = root / SITES[1].host / SITES[1].pages[0].name
    for file in folder.iterdir():
        file.unlink()
    done = harvest("check", root, "--update")
    assert done.returncode == 1
    assert "no longer among the gold" in done.stdout


def test_workers_and_the_cache_change_no_byte_of_the_report(root: Path, harvest: Harvest) -> None:
    said = [harvest("check", root, "--json", *more).stdout for more in ((), ("-w", 2, "--no-cache"), ("--no-cache",))]
    assert said[0] == said[1] == said[2]
    assert json.loads(said[0])["checked"] == sum(len(site.pages) for site in SITES)


def test_a_planted_or_damaged_cache_is_not_believed(root: Path, tmp_path: Path, harvest: Harvest) -> None:
    (kept,) = (tmp_path / "cache" / "harvester" / "check").iterdir()
    good, said = kept.read_bytes(), harvest("check", root, "--json").stdout
    kept.write_bytes(good.replace(b'"missing":[]', b'"missing":["x"]', 1))
    assert harvest("check", root, "--json").stdout == said
    kept.write_bytes(good[: len(good) // 2])
    assert harvest("check", root, "--json").stdout == said
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(good)
    kept.unlink()
    kept.symlink_to(elsewhere)
    assert harvest("check", root, "--json").stdout == said
    kept.unlink(missing_ok=True)
    os.mkfifo(kept)
    assert harvest("check", root, "--json").stdout == said


def test_an_unchanged_page_is_taken_from_the_cache(root: Path, tmp_path: Path, harvest: Harvest) -> None:
    (kept,) = (tmp_path / "cache" / "harvester" / "check").iterdir()
    content = kept.read_bytes().partition(b"\n")[2].replace(b'"common":', b'"common":1', 1)
    kept.write_bytes(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
    assert harvest("check", root, "--json").stdout != harvest("check", root, "--json", "--no-cache").stdout


def test_files_that_nobody_touched_are_not_read_again(root: Path, tmp_path: Path) -> None:
    (kept,) = (tmp_path / "cache" / "harvester" / "check").iterdir()
    request = Request(cache=kept.parent)

    def hosts() -> str:
        later = (
            time.time_ns() + 60_000_000_000
        )  # two seconds after a file has changed, its state tells whether it did again
        report = check_gold(root, Settings(), request, now=lambda: later)
        return str(report.figures)

    said, host = hosts(), SITES[0].host
    content = kept.read_bytes().partition(b"\n")[2].replace(f'"host":"{host}"'.encode(), b'"host":"kept.example"')
    kept.write_bytes(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
    assert "kept.example" in hosts()
    for page in SITES[0].pages:
        (root / host / page.name / "gold.md").touch()
    assert hosts() == said


def test_reports_are_written_whether_or_not_it_passes(root: Path, tmp_path: Path, harvest: Harvest) -> None:
    write(root, BROKEN)
    junit, md = tmp_path / "check.xml", tmp_path / "check.md"
    done = harvest("check", root, "--update", "--junit", junit, "--md", md, GITHUB_ACTIONS="true")
    assert done.returncode == 1
    suite = ET.fromstring(junit.read_text("utf-8"))
    failures = suite.findall(".//failure")
    assert int(suite.attrib["failures"]) == len(failures) > 0
    assert "❌ harvest check" in md.read_text("utf-8")
    errors = [line for line in done.stdout.splitlines() if line.startswith("::error ")]
    assert 0 < len(errors) <= 10
    assert any("file=gold/" in line for line in errors)


def test_floors_that_cannot_be_read_are_named(root: Path, harvest: Harvest) -> None:
    path = root / "floors.toml"
    for content in (b"format = 2\n", b"format = 'x'\n", b"[flors]\n", b"\xff\xfe", b"a = [\n", b"a=" + b"[" * 9999):
        path.write_bytes(content)
        done = harvest("check", root)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), content[:20]
        assert str(path) in done.stderr


def steps() -> list[dict[str, object]]:
    action = yaml.safe_load((PROJECT / ".github" / "actions" / "check" / "action.yml").read_text("utf-8"))
    return list(action["runs"]["steps"])


def run_action(work: Path, checkout: Path, inputs: dict[str, str], path: str) -> tuple[int, str, Path]:
    """Run every step as GitHub's runner does: a script a step, an empty HOME, files for the path and the summary."""
    action = yaml.safe_load((PROJECT / ".github" / "actions" / "check" / "action.yml").read_text("utf-8"))
    values = {name: str(given.get("default", "")) for name, given in action["inputs"].items()} | inputs
    summary, paths = work / "summary.md", work / "path"
    for file in (summary, paths):
        file.write_text("")
    (work / "home").mkdir()
    (work / "temp").mkdir()
    log = ""
    for number, step in enumerate(steps()):
        env = {"PATH": ":".join([*reversed(paths.read_text().split()), path]), "HOME": str(work / "home")}
        env |= {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(checkout), "RUNNER_TEMP": str(work / "temp")}
        env |= {"GITHUB_PATH": str(paths), "GITHUB_STEP_SUMMARY": str(summary), "LANG": "C.UTF-8"}
        if "PIP_INDEX_URL" in os.environ:
            env["PIP_INDEX_URL"] = os.environ["PIP_INDEX_URL"]
        stated = step["env"]
        assert isinstance(stated, dict)
        for name, value in stated.items():
            inside = str(value).removeprefix("${{ ").removesuffix(" }}")
            folder = str(PROJECT / ".github" / "actions" / "check")
            env[name] = folder if inside == "github.action_path" else values[inside.removeprefix("inputs.")]
        script = work / f"step{number}.sh"
        script.write_text(str(step["run"]))
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
        done = subprocess.run(command, cwd=checkout, env=env, capture_output=True, text=True, timeout=900, check=False)
        log += done.stdout + done.stderr
        if done.returncode:
            return done.returncode, log, summary
    return 0, log, summary


def test_the_action_passes_and_fails_as_written(root: Path, tmp_path: Path) -> None:
    path = f"{HARVEST.parent}:/usr/bin:/bin"
    inputs = {"target": "gold", "junit": "check.xml", "arguments": "--update\n"}
    (good := tmp_path / "good").mkdir()
    code, log, summary = run_action(good, tmp_path, inputs, path)
    assert code == 0, log
    assert "✅ harvest check: passed" in summary.read_text("utf-8")
    write(root, BROKEN)
    (bad := tmp_path / "bad").mkdir()
    code, log, summary = run_action(bad, tmp_path, inputs, path)
    assert code == 1
    assert "::error " in log
    assert "❌ harvest check" in summary.read_text("utf-8")
    assert (tmp_path / "check.xml").exists()


def test_an_input_of_the_action_starts_no_command(tmp_path: Path) -> None:
    path = f"{HARVEST.parent}:/usr/bin:/bin"
    code, _, _ = run_action(tmp_path, tmp_path, {"target": "$(touch planted)", "arguments": "`touch planted`"}, path)
    assert code == 2
    assert not (tmp_path / "planted").exists()
    for step in steps():
        assert "${{" not in str(step["run"])


@pytest.mark.skipif(
    "HARVESTER_ACTION_INSTALL" not in os.environ, reason="installs anew: set HARVESTER_ACTION_INSTALL=1"
)
def test_the_action_installs_what_its_checkout_holds(root: Path, tmp_path: Path) -> None:
    python = Path(sys.executable).resolve().parent
    (work := tmp_path / "work").mkdir()
    code, log, _ = run_action(work, tmp_path, {"target": "gold"}, f"{python}:/usr/bin:/bin")
    assert code == 0, log
    installed = work / "temp" / "harvester" / "bin"
    assert (installed / "harvest").exists()
    made = "from harvester.extraction.language_model import read, PREPARED, Path, __file__ as file\n"
    made += "assert read(Path(file).with_name(PREPARED))  # what only building the package makes"
    subprocess.run([installed / "python", "-I", "-c", made], cwd=tmp_path, check=True)


def test_the_hook_runs_what_it_says(root: Path, tmp_path: Path, harvest: Harvest) -> None:
    (hook,) = yaml.safe_load((PROJECT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    command, *arguments = hook["entry"].split()
    assert command == "harvest"
    assert hook["pass_filenames"] is False
    assert harvest(*arguments, root).returncode == 0


def test_a_page_without_text_is_a_finding_and_the_others_are_scored(root: Path, harvest: Harvest) -> None:
    site: Site = SITES[2]
    (root / site.host / site.pages[0].name / "page.html").write_text("<!doctype html><title>x</title>", "utf-8")
    done = harvest("check", root, "--update", "--json")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert any(finding["check"] == "failed" for finding in report["findings"])
    assert report["checked"] == sum(len(one.pages) for one in SITES)
