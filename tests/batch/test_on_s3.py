"""Lists, inputs and shards in an object store, as moto's server speaks S3: the same bytes as from the disk."""

import os
import re
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.archive.foreign import packed, response
from tests.batch.test_batch import SITE, crawl, run, text, version
from tests.conftest import HARVEST

__all__ = ["crawl"]

_KEYS = {"AWS_ACCESS_KEY_ID": "ours", "AWS_SECRET_ACCESS_KEY": "ours", "AWS_DEFAULT_REGION": "us-east-1"}
Store = Mapping[str, str]
"""What the environment says of an object store with an empty bucket `mine`."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    pytest.importorskip("s3fs", reason="s3fs is not installed: pip install -r .ci/cluster.lock")
    server = Path(os.environ.get("HARVESTER_MOTO", "/nonexistent"), "moto_server")
    if not server.exists():
        pytest.skip("needs moto in an environment of its own, its bin folder named by HARVESTER_MOTO")
    log = tmp_path / "moto.log"
    with log.open("wb") as file:
        serving = subprocess.Popen([server, "-H", "127.0.0.1", "-p", "0"], stdout=file, stderr=file)
    try:
        while (said := re.search(r"Running on (http://\S+)", log.read_text())) is None:
            assert serving.poll() is None, log.read_text()
            time.sleep(0.1)
        made = {"AWS_ENDPOINT_URL": said[1], **_KEYS}
        _put(made, "", b"")
        yield made
    finally:
        serving.terminate()
        serving.wait()


def _put(store: Store, name: str, content: bytes) -> None:
    address, kind = f"{store['AWS_ENDPOINT_URL']}/mine/{name}", {"Content-Type": "application/octet-stream"}
    urllib.request.urlopen(urllib.request.Request(address, content, kind, method="PUT"), timeout=30).close()


def _batch(store: Store, source: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A batch of a list in the store, which names the files beside it, with shards there too."""
    options = ["--prefix", "s3://mine/", "--shards", "s3://mine/shards", "--name", "crawl", "-w", "2"]
    command = [str(HARVEST), "batch", f"s3://mine/{source}", *options]
    return subprocess.run(command, env={**os.environ, **store}, capture_output=True, text=True, cwd=folder, check=False)


def _files(folder: Path) -> Mapping[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_list_of_files_in_a_store_gives_the_version_that_the_disk_gives(
    crawl: list[str], store: Store, tmp_path: Path
) -> None:
    names = [Path(file).name for file in crawl]
    for name in names:
        _put(store, name, (tmp_path / name).read_bytes())
    _put(store, "warc.paths", "\n".join([*names, "lost.warc.gz"]).encode())
    (tmp_path / "far").mkdir()
    first, second = (_batch(store, "warc.paths", tmp_path / "far") for _ in range(2))
    assert first.returncode == second.returncode == 3, first.stderr
    assert "s3://mine/lost.warc.gz: no such file" in first.stderr
    assert "4 done before" in second.stdout and "nothing changed" in second.stdout
    (tmp_path / "warc.paths").write_text("\n".join([*names, "lost.warc.gz"]))
    near = run([str(tmp_path / "warc.paths")], tmp_path / "near", prefix=f"{tmp_path}/")
    assert _files(tmp_path / "far" / "corpus" / "crawl" / "1.0.0") == version(near)
    assert not (tmp_path / "far" / "corpus" / "crawl" / "shards").exists()


def test_ranges_of_an_index_are_read_from_a_store(store: Store, tmp_path: Path) -> None:
    members = [packed(response(f"{SITE}/{i}", text(i))) for i in range(5)]
    _put(store, "all.warc.gz", b"".join(members))
    lines = [
        f'example,a)/{i} 20250304050607 {{"filename": "all.warc.gz", '
        f'"offset": "{sum(map(len, members[:i]))}", "length": "{len(members[i])}"}}\n'
        for i in (3, 1)
    ]
    _put(store, "some.cdxj", "".join(lines).encode())
    done = _batch(store, "some.cdxj", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "pages    2 taken, 2 packed" in done.stdout
