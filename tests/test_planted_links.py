"""Links that somebody planted where harvester writes: what they point to is neither changed nor made."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harvester.errors import HarvestError
from harvester.pipeline import build
from harvester.settings import FetchSettings, Settings
from tests.conftest import NOW, tree
from tests.fetch.loopback import OPEN, Site, answer

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace (Debian package strace)")

FOLDERS = ("corpus", "corpus/site", "corpus/site/archive")
"""These may be links: whoever has little space puts them on another disk."""
CODE = "from tests.test_planted_links import run; from pathlib import Path; import sys; run(Path(sys.argv[1]))"


def run(folder: Path) -> None:
    settings = Settings(fetch=FetchSettings(**OPEN | {"robots": True}))  # type: ignore[arg-type]
    build(str(folder / "site" / "INDEX.md"), output=folder / "corpus", settings=settings, now=NOW)


def index(folder: Path, site: Site) -> None:
    (folder / "site").mkdir(parents=True)
    (folder / "site" / "INDEX.md").write_text(f"- [a](a.txt)\n- [b]({site.root}/b)\n")
    (folder / "site" / "a.txt").write_text("The keeper climbs the forty steps before sunset and trims the wick.\n")


def made(folder: Path, site: Site) -> set[str]:
    """Every name below `folder` that a build makes, the temporary ones too."""
    index(folder, site)
    trace = folder / "trace"
    calls = "trace=openat,mkdir,mkdirat,rename,renameat,renameat2"
    command = ["strace", "-f", "-qq", "-y", "-e", calls, "-o", trace, sys.executable, "-c", CODE, folder]
    subprocess.run(command, check=True, timeout=120)
    makes = [line for line in trace.read_text().splitlines() if re.search(r"O_CREAT| mkdir| rename", line)]
    names = {name for line in makes for name in re.findall(rf'"{re.escape(str(folder))}/([^"]+)"', line)}
    return {name for name in names if name.startswith("corpus/")}


def test_no_link_at_the_name_of_an_output_is_written_through(tmp_path: Path) -> None:
    with Site({"/b": answer(b"<p>The bell is rung in fog, twice a minute, until the ferry is in.</p>")}) as site:
        names = sorted(made(tmp_path / "first", site) - set(FOLDERS))
        assert {"corpus/site/fetch.sqlite", "corpus/site/.lock", "corpus/site/archive/.index.cdxj.tmp"} < set(names)
        for number, name in enumerate(names):
            for kind in ("file", "empty", "folder", "none"):
                folder, victims = tmp_path / f"{number}{kind}", tmp_path / f"{number}{kind}" / "victims"
                index(folder, site)
                (victims / "folder").mkdir(parents=True)
                (victims / "folder" / "kept").write_text("kept")
                (victims / "file").write_text("kept")
                (victims / "empty").touch()
                before = tree(victims)
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).symlink_to(victims / kind)
                try:
                    run(folder)
                except HarvestError as error:
                    assert str(folder / "corpus") in str(error)
                assert (tree(victims), (victims / "none").exists()) == (before, False), (name, kind)
