"""Several at once on one corpus: a reader while versions are published, and runs that want to write it."""

import subprocess
import sys
from pathlib import Path

import pytest

from harvester.pack import open_corpus, verify, versions
from tests.conftest import HARVEST

VERSIONS, PAGES = 100, 5
PUBLISH = f"""
from pathlib import Path
from harvester.pipeline import build
for number in range({VERSIONS}):
    for page in range({PAGES}):
        text = f"The lamp on pier {{page}} was lit for the {{number}}th time, and then it was out again.\\n"
        Path("site", f"{{page}}.txt").write_text(text)
    build("site/INDEX.md", output=Path("out"), now=f"2026-01-02T03:{{number // 60:02}}:{{number % 60:02}}Z")
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "INDEX.md").write_text("".join(f"- [{n}]({n}.txt)\n" for n in range(PAGES)))
    return tmp_path


def lit(folder: Path) -> int:
    """Of what time the records of a version tell; it must be the same in all."""
    texts = [record.text for record in open_corpus(folder)]
    (number,) = {int(text.partition("the ")[2].partition("th time")[0]) for text in texts}
    assert len(texts) == PAGES
    return number


def test_a_reader_sees_the_old_version_or_the_new_and_never_a_mix_of_both(site: Path) -> None:
    corpus, last, seen = site / "out" / "site", 0, set[int]()
    writer = subprocess.Popen([sys.executable, "-c", PUBLISH], cwd=site)
    try:
        while writer.poll() is None:
            if not versions(corpus):
                continue
            by_folders = lit(corpus)
            if not (corpus / "latest").exists():  # behind the folder of the first version for a moment
                continue
            by_pointer = lit(corpus / (corpus / "latest").read_text().strip())
            assert last <= by_folders and by_folders - 1 <= by_pointer, (last, by_folders, by_pointer)
            last = by_folders
            seen.add(by_folders)
    finally:
        writer.kill()
        writer.wait()
    assert writer.returncode == 0 and len(versions(corpus)) == VERSIONS and len(seen) > 10
    assert lit(corpus) == lit(corpus / (corpus / "latest").read_text().strip()) == VERSIONS - 1


def test_of_four_runs_at_once_one_goes_on_and_the_others_say_who_holds_the_corpus(site: Path) -> None:
    for page in range(PAGES):
        (site / "site" / f"{page}.txt").write_text(f"The lamp on pier {page} was lit once more.\n")
    command = [HARVEST, "build", "site/INDEX.md", "-o", "out"]
    # The first holds the lock until it is told to go on, so that none of the others can be late.
    holding = "import sys; from harvester.archive import hold; from pathlib import Path\n"
    holding += "with hold(Path('out/site'), now='2026-01-02T03:04:05Z'): print('in', flush=True); sys.stdin.read()"
    first = subprocess.Popen(
        [sys.executable, "-c", holding], cwd=site, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert first.stdout is not None and first.stdout.readline() == "in\n"
    others = [subprocess.Popen(command, cwd=site, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    for other in others:
        _, said = other.communicate(timeout=60)
        assert (other.returncode, said.count("\n"), f"in use by process {first.pid} on " in said) == (5, 1, True), said
    first.kill()
    first.communicate()
    racing = [subprocess.Popen(command, cwd=site, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    outcomes = [(run.communicate(timeout=60)[1].count("in use by"), run.returncode) for run in racing]
    assert set(outcomes) <= {(0, 0), (1, 5)} and (0, 0) in outcomes, outcomes
    assert [str(version) for version in versions(site / "out" / "site")] == ["1.0.0"]
    assert list(verify(site / "out" / "site" / "1.0.0")) == []
