"""`harvest push` against a hub on loopback, through the real huggingface_hub: what arrives, and what is said where it fails."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from harvester.pack.manifest import read_manifest
from tests.conftest import HARVEST, tree
from tests.hub import TOKEN, Hub
from tests.pack.making import build_pages, page, write_manifest

Run = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pushed")
    pages = {f"https://site-{n}.org/": page(f"lamp {n}") for n in range(4)}
    build_pages(folder, pages, splits="train=1 test=1", shard_bytes=1_500)
    build_pages(folder, {"https://site-0.org/": pages["https://site-0.org/"]})
    return folder / "corpus" / "sample"


def push(home: Path, hub: str, *arguments: object, token: str = TOKEN, **environ: str) -> Run:
    """Run the command in an empty home; neither output nor any file left there may hold the token."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("HARVEST_", "HF_"))}
    clean |= {"HF_ENDPOINT": hub, "HF_HOME": str(home / "hf"), "HOME": str(home), "HF_TOKEN": token}
    # Xet is a service of the real hub; without it files go the older way, which the stand-in knows.
    clean |= {"HF_HUB_DISABLE_XET": "1", **environ}
    command = [HARVEST, "push", *map(str, arguments)]
    run = subprocess.run(command, env=clean, capture_output=True, text=True, check=False, timeout=120, cwd=home)
    for content in (run.stdout.encode(), run.stderr.encode(), *tree(home).values()):
        assert TOKEN.encode() not in content
    return run


def test_the_files_of_a_version_arrive_in_one_commit_with_a_tag(corpus: Path, tmp_path: Path) -> None:
    with Hub() as hub:
        run = push(tmp_path, hub.url, corpus / "1.0.0", "me/sample")
        assert (run.returncode, run.stderr) == (0, "")
        digest = read_manifest(corpus / "1.0.0")[1]
        assert hub.files.pop(".gitattributes")
        assert hub.files == tree(corpus / "1.0.0")
        assert hub.commits == [f"sample 1.0.0 (manifest sha256 {digest})"]
        assert hub.tags == {"1.0.0": f"{1:040x}"}
        assert hub.stored and hub.created == [
            {"name": "sample", "organization": "me", "visibility": "private", "type": "dataset"}
        ]
        assert (
            run.stdout
            == f"sample 1.0.0: {len(hub.files)} files in {hub.url}/datasets/me/sample/commit/{1:040x}, tag 1.0.0\n"
        )


def test_the_next_version_takes_the_shards_of_the_one_before_away(corpus: Path, tmp_path: Path) -> None:
    with Hub() as hub:
        assert push(tmp_path, hub.url, corpus / "1.0.0", "me/sample").returncode == 0
        hub.files["notes.md"] = b"the owner's own"
        run = push(tmp_path, hub.url, corpus, "me/sample", "--json")
        assert (run.returncode, json.loads(run.stdout)["version"]) == (0, "2.0.0")
        assert hub.files.keys() - {".gitattributes", "notes.md"} == tree(corpus / "2.0.0").keys()
        assert list(hub.tags) == ["1.0.0", "2.0.0"]


def test_a_version_that_is_there_is_not_pushed_over(corpus: Path, tmp_path: Path) -> None:
    with Hub() as hub:
        assert push(tmp_path, hub.url, corpus, "me/sample", "--public").returncode == 0
        assert hub.created[0]["visibility"] == "public"
        run = push(tmp_path, hub.url, corpus, "me/sample")
        assert run.returncode == 2 and len(hub.commits) == 1
        assert run.stderr.startswith("harvest: me/sample: has a tag 2.0.0 already") and run.stderr.count("\n") == 1


def said(run: Run, code: int, *parts: str) -> bool:
    """Whether one line of harvest's says these things, and the exit code is right."""
    assert run.returncode == code and run.stdout == "", run
    assert run.stderr.startswith("harvest: ") and run.stderr.count("\n") == 1, run.stderr
    return all(part in run.stderr for part in parts)


def test_without_a_token_nothing_is_asked(corpus: Path, tmp_path: Path) -> None:
    with Hub() as hub:
        assert said(push(tmp_path, hub.url, corpus, "me/sample", token=""), 2, "HF_TOKEN: not set")
        assert hub.asked == []


@pytest.mark.parametrize(
    ("refuse", "code", "parts"),
    [
        ({"/api/repos/create": (403, f"you may not, {TOKEN}")}, 2, ["answered 403", "you may not, ***"]),
        ({"/commit/": (403, "read only token")}, 2, ["answered 403", "read only token", "may write there"]),
        ({"/commit/": (500, "oops")}, 5, ["answered 500"]),
        ({"/tag/": (403, "no tags")}, 2, ["answered 403", "no tags"]),
        ({"/stored/": (403, "no space")}, 5, ["Error while uploading"]),
    ],
)
def test_a_push_that_is_refused_is_told_in_one_line(
    corpus: Path, tmp_path: Path, refuse: dict[str, tuple[int, str]], code: int, parts: list[str]
) -> None:
    with Hub(refuse=refuse) as hub:
        assert said(push(tmp_path, hub.url, corpus / "1.0.0", "me/sample"), code, *parts)
        assert hub.tags == {}


def test_a_hub_that_repeats_a_wrong_token_does_not_make_us_print_it(corpus: Path, tmp_path: Path) -> None:
    with Hub() as hub:
        run = push(tmp_path, hub.url, corpus, "me/sample", token="hf_wrong")
        assert said(run, 2, "answered 401", "Bearer ***") and "hf_wrong" not in run.stderr


def test_a_hub_that_cannot_be_reached_is_a_matter_of_the_network(corpus: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    assert said(push(tmp_path, url, corpus, "me/sample"), 5, f"{url}: cannot be reached")
    assert said(push(tmp_path, url, corpus, "me/sample", HF_HUB_OFFLINE="1"), 5, "cannot be reached")


@pytest.mark.parametrize("endpoint", ["http://hub.example", "https://me:secret@hub.example", "ftp://127.0.0.1", "x"])
def test_a_token_goes_over_https_alone(corpus: Path, tmp_path: Path, endpoint: str) -> None:
    assert said(push(tmp_path, endpoint, corpus, "me/sample"), 2, "HF_ENDPOINT")


@pytest.mark.parametrize("repository", ["sample", "me/a/b", "../x", "https://hub.example/me/sample", ""])
def test_a_repository_is_named_by_owner_and_name(corpus: Path, tmp_path: Path, repository: str) -> None:
    assert said(push(tmp_path, "http://127.0.0.1:9", corpus, repository), 2, "OWNER/NAME")


def test_a_version_that_is_damaged_or_names_files_outside_is_not_pushed(corpus: Path, tmp_path: Path) -> None:
    """A manifest of somebody else's must not make us send our own files."""
    (tmp_path / "secret").write_text("mine")
    folder = tmp_path / "sample" / "1.0.0"
    for path, content in tree(corpus / "1.0.0").items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    manifest, _ = read_manifest(folder)
    files = [
        msgspec.structs.replace(file, path="../../secret") if file.path == "schema.json" else file
        for file in manifest.files
    ]
    write_manifest(folder, msgspec.structs.replace(manifest, files=tuple(files)))
    with Hub() as hub:
        assert said(push(tmp_path, hub.url, folder, "me/sample"), 5, "damaged")
        assert hub.asked == []


def test_without_the_extra_it_says_what_to_install(corpus: Path) -> None:
    code = "import sys; sys.modules['huggingface_hub'] = None; from harvester.cli import main; main()"
    command = [sys.executable, "-c", code, "push", corpus, "me/sample"]
    environ = {**os.environ, "HF_TOKEN": TOKEN, "HF_ENDPOINT": "http://127.0.0.1:9"}
    run = subprocess.run(command, capture_output=True, text=True, check=False, env=environ)
    assert said(run, 2, "huggingface_hub: not installed; run `pip install 'harvester[push]'`")
