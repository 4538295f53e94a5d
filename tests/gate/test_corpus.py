"""A version is held to its limits: one that breaks a limit fails, the same one within it does not."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import msgspec
import pytest

from harvester.gate import Report
from harvester.gate.corpus import check_version
from harvester.pack import read_manifest
from harvester.settings import CheckSettings
from tests.conftest import PROJECT, Harvest
from tests.gate.versions import Made, Part, noisy, template, usual, write_version
from tests.pack.making import entry_of, write_manifest

LINE = "Read all of our letters from the harbour every Sunday"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template(tmp_path_factory.mktemp("model") / "pages")


def pages(number: int = 24, hosts: int = 2) -> list[Made]:
    chance = Random(1)
    return [usual(f"host-{place % hosts}.example", place, chance) for place in range(number)]


def checks(report: Report) -> list[tuple[str, str, bool]]:
    return [(finding.check, finding.where, finding.fails) for finding in report.findings]


def check(folder: Path, model: Path, made: Sequence[Made], limits: CheckSettings | None = None) -> Report:
    return check_version(write_version(folder / "1.0.0", model, made), limits or CheckSettings())


def test_an_ordinary_version_passes_and_a_first_one_says_that_there_is_nothing_to_compare_with(
    model: Path, tmp_path: Path
) -> None:
    report = check(tmp_path, model, pages())
    assert report.passed and report.findings == () and report.checked == 24
    assert "nothing to compare with" in report.notes[0]


def test_a_byte_that_changed_fails_and_nothing_else_is_said(model: Path, tmp_path: Path) -> None:
    folder = write_version(tmp_path / "1.0.0", model, pages())
    data = next((folder / "data").iterdir())
    data.write_bytes(data.read_bytes().replace(b"lamp", b"lump", 1))
    assert {finding.check for finding in check_version(folder, CheckSettings()).findings} == {"integrity"}


def test_a_row_that_is_no_record_fails_although_its_bytes_are_those_of_the_manifest(
    model: Path, tmp_path: Path
) -> None:
    folder = write_version(tmp_path / "1.0.0", model, pages())
    data = next((folder / "data").iterdir())
    data.write_bytes(data.read_bytes().replace(b'"low_confidence":false', b'"low_confidence":"no"', 1))
    manifest, _ = read_manifest(folder)
    files = tuple(entry_of(folder, file.path) for file in manifest.files)
    write_manifest(folder, msgspec.structs.replace(manifest, files=files))
    (finding,) = check_version(folder, CheckSettings()).findings
    assert finding.check == "schema" and "low_confidence" in finding.detail


def test_short_cut_unsure_repeated_and_empty_records_fail_when_there_are_more_than_may_be(
    model: Path, tmp_path: Path
) -> None:
    made = [replace(page, parts=(Part("paragraph", "body", 5),)) for page in pages(5)] + pages()[5:]
    assert checks(check(tmp_path / "a", model, made, CheckSettings(short=0.3))) == []
    assert checks(check(tmp_path / "b", model, made, CheckSettings(short=0.1))) == [("short", "all", True)]
    made = [replace(page, truncated=place < 3, low=place < 8) for place, page in enumerate(pages())]
    limits = CheckSettings(truncated=0.1, low_confidence=0.3)
    assert checks(check(tmp_path / "c", model, made, limits)) == [
        ("truncated", "all", True),
        ("low-confidence", "all", True),
    ]
    assert checks(check(tmp_path / "d", model, made, CheckSettings(truncated=0.2, low_confidence=0.4))) == []
    made = [
        replace(page, texts="the same", parts=pages()[0].parts) if place < 6 else page
        for place, page in enumerate(pages())
    ]
    assert checks(check(tmp_path / "e", model, made, CheckSettings(boilerplate=0.9))) == [("duplicates", "all", True)]
    made = [
        replace(page, parts=(Part("paragraph", "body", 0),)) if place < 1 else page
        for place, page in enumerate(pages())
    ]
    assert checks(check(tmp_path / "f", model, made)) == [("empty", "all", True)]


def test_other_languages_than_those_expected_fail_and_so_does_a_shift_against_the_parent(
    model: Path, tmp_path: Path
) -> None:
    made = [replace(page, language="de" if place < 6 else "en") for place, page in enumerate(pages())]
    assert checks(check(tmp_path / "a", model, made)) == []
    report = check(tmp_path / "b", model, made, CheckSettings(languages="en, fr"))
    assert checks(report) == [("language", "all", True)] and "6 of 24" in report.findings[0].detail
    write_version(tmp_path / "c" / "1.0.0", model, pages())
    newer = write_version(tmp_path / "c" / "2.0.0", model, made, "1.0.0")
    assert {check for check, _, _ in checks(check_version(newer, CheckSettings()))} == {"language-shift"}


def test_a_line_in_many_records_of_a_host_is_shown_and_one_in_few_or_of_few_words_is_not(
    model: Path, tmp_path: Path
) -> None:
    made = pages(40)
    host = [page for page in made if page.host == "host-1.example"]
    with_line = {page.url for page in host[:7]}
    made = [replace(page, lines=(LINE, "See also")) if page.url in with_line else page for page in made]
    report = check(tmp_path / "a", model, made)
    assert checks(report) == [("boilerplate", "host-1.example", True)]
    assert report.findings[0].lines == (f"+ 7 × {LINE}",)
    assert checks(check(tmp_path / "b", model, made, CheckSettings(boilerplate=0.5))) == []


def test_a_host_that_lost_its_records_fails_and_one_whose_pages_left_the_index_is_a_warning(
    model: Path, tmp_path: Path
) -> None:
    old = pages(48, hosts=4)
    kept = [page for page in old if page.host != "host-2.example" or page.number < 10]
    write_version(tmp_path / "1.0.0", model, old)
    gone = [page for page in old if page not in kept]
    newer = write_version(tmp_path / "2.0.0", model, kept, "1.0.0", failed=[(page, "http-404") for page in gone])
    report = check_version(newer, CheckSettings())
    assert ("shrank", "host-2.example", True) in checks(report)
    assert any(
        "12 → 2 records" in finding.detail and "(gone: 10 http-404)" in finding.detail for finding in report.findings
    )
    left = write_version(tmp_path / "3.0.0", model, kept, "1.0.0")
    assert checks(check_version(left, CheckSettings())) == [("shrank", "host-2.example", False)]


def test_failures_fail_when_there_are_more_than_may_be_and_when_a_reason_rises(model: Path, tmp_path: Path) -> None:
    made = pages(40)
    write_version(tmp_path / "1.0.0", model, made, failed=[])
    newer = write_version(
        tmp_path / "2.0.0", model, made[:26], "1.0.0", failed=[(page, "http-403") for page in made[26:]]
    )
    found = [check for check, _, _ in checks(check_version(newer, CheckSettings()))]
    assert found == ["failures", "failures-rise"]


def test_the_command_leaves_with_one_for_findings_and_writes_them_in_every_form(
    model: Path, tmp_path: Path, harvest: Harvest
) -> None:
    old = pages()
    chance = Random(2)
    write_version(tmp_path / "sample" / "1.0.0", model, old)
    cut = [
        replace(noisy(page, chance), parts=page.parts[:1]) if page.host == "host-0.example" else page for page in old
    ]
    write_version(tmp_path / "sample" / "2.0.0", model, cut, "1.0.0")
    run = harvest("check", tmp_path / "sample" / "2.0.0", "--junit", "c.xml", "--md", "c.md")
    assert run.returncode == 1
    for said in ("fails  shrank", "fails  drift", "host-0.example: kept share", "2 findings"):
        assert said in run.stdout
    assert "host-0.example" in (tmp_path / "c.xml").read_text()
    assert "host\\-0.example" in (tmp_path / "c.md").read_text()
    assert harvest("check", tmp_path / "sample" / "1.0.0").returncode == 0
    assert harvest("check", tmp_path / "sample" / "1.0.0", "--update").returncode == 2
    assert harvest("check", tmp_path, "--deep").returncode == 2


def test_the_own_corpus_passes(harvest: Harvest) -> None:
    run = harvest("check", PROJECT / "corpus" / "harvester-seeds", "--deep")
    assert run.returncode == 0, run.stdout + run.stderr
