"""Pages on the disk: what below the folder is read, and what is refused without waiting for it."""

import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from harvester.errors import PageError
from harvester.fetch import load_file
from harvester.fetch.files import _descend
from harvester.types import Capture
from tests.interrupting import losses

DATE = "1970-01-01T00:00:00Z"


def load(folder: Path, path: str, limit: int = 100) -> Capture:
    return load_file(folder, path, uri="file:///page", captured=DATE, limit=limit)


def refusal(folder: Path, path: str, limit: int = 100) -> str:
    with pytest.raises(PageError) as caught:
        load(folder, path, limit)
    assert str(folder) not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("a.html", "text/html"),
        ("a.HTM", "text/html"),
        ("a.xhtml", "application/xhtml+xml"),
        ("a.txt", "text/plain"),
        ("a.md", "text/plain"),
        ("html", "text/plain"),
        ("naïve page.tar.html", "text/html"),
    ],
)
def test_a_file_becomes_a_capture_whose_type_its_name_gives(tmp_path: Path, name: str, content_type: str) -> None:
    (tmp_path / name).write_bytes(b"caf\xe9\r\n")
    assert load(tmp_path, name) == Capture(
        uri="file:///page", fetched_at=DATE, body=b"caf\xe9\r\n", status=None, content_type=content_type
    )


def test_a_file_may_be_as_long_as_the_limit_and_no_longer(tmp_path: Path) -> None:
    (tmp_path / "page").write_bytes(b"a" * 100)
    assert load(tmp_path, "page", 100).body == b"a" * 100
    assert refusal(tmp_path, "page", 99) == "too-large: more than 99 bytes"


def test_a_sparse_file_of_ten_gigabytes_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "page").open("wb") as file:
        file.truncate(10_000_000_000)
    assert refusal(tmp_path, "page", 9_000_000_000) == "too-large: more than 9000000000 bytes"


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc, whose files say that they are empty")
def test_a_file_that_says_it_is_empty_is_still_read_up_to_the_limit_only() -> None:
    assert refusal(Path("/proc"), f"{os.getpid()}/smaps", 10) == "too-large: more than 10 bytes"


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "page").touch()
    assert refusal(tmp_path, "page") == "empty: 0 bytes"


@pytest.mark.parametrize(
    "path", ["../secret", "a/../../secret", "/etc/hostname", "out", "up/secret", "chain", "../twin-2/x"]
)
def test_a_path_or_link_that_leads_out_of_the_folder_is_refused(tmp_path: Path, path: str) -> None:
    folder = tmp_path / "twin"
    (folder / "a").mkdir(parents=True)
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "twin-2").mkdir()
    (tmp_path / "twin-2/x").write_bytes(b"secret")
    (folder / "out").symlink_to("../secret")
    (folder / "up").symlink_to("..")
    (folder / "chain").symlink_to("out")
    assert refusal(folder, path) == "outside-folder: the path leads out of the folder"


def test_whether_a_file_outside_exists_makes_no_difference(tmp_path: Path) -> None:
    assert refusal(tmp_path, "../../no/such/file") == "outside-folder: the path leads out of the folder"


def test_links_and_dots_that_stay_below_the_folder_are_followed(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / "a").mkdir(parents=True)
    (folder / "a/page").write_bytes(b"inside")
    (folder / "link").symlink_to("a/page")
    (folder / "b").symlink_to("a")
    (tmp_path / "way in").symlink_to("folder")
    assert [load(folder, path).body for path in ("link", "b/page", "a/../a/page", "./link")] == [b"inside"] * 4
    assert load(tmp_path / "way in", "link").body == b"inside"


@pytest.mark.parametrize("parts", [("folder", "link"), ("link", "page"), ("link",)])
def test_a_link_that_stands_in_the_way_after_the_check_is_not_followed(tmp_path: Path, parts: tuple[str, ...]) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/page").write_bytes(b"page")
    (tmp_path / "link").symlink_to("folder")
    (tmp_path / "folder/link").symlink_to("page")
    with pytest.raises(OSError):
        _descend(str(tmp_path), parts)
    os.close(_descend(str(tmp_path), ("folder", "page")))


@pytest.mark.parametrize("path", [".", "", "a", "fifo", "socket", "fifo-link"])
def test_what_is_no_regular_file_is_refused_without_waiting_for_it(path: str) -> None:
    with tempfile.TemporaryDirectory() as name:  # a socket's path may have 107 bytes, fewer than tmp_path can
        folder = Path(name)
        (folder / "a").mkdir()
        os.mkfifo(folder / "fifo")
        (folder / "fifo-link").symlink_to("fifo")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(folder / "socket"))
            assert refusal(folder, path) == "not-regular: not a regular file"


@pytest.mark.parametrize("path", ["null", "zero", "ptmx"])
def test_a_device_is_refused(path: str) -> None:
    if not Path("/dev", path).is_char_device():
        pytest.skip(f"there is no device /dev/{path}")
    assert refusal(Path("/dev"), path) in (
        "not-regular: not a regular file",
        "outside-folder: the path leads out of the folder",  # where /dev/ptmx is a link
    )


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("missing", "No such file or directory"),
        ("page/below", "Not a directory"),
        ("loop", "Too many levels of symbolic links"),
        ("a" * 300, "File name too long"),
        ("nul\0l", "not a possible file name"),
        ("lone\ud800surrogate", "not a possible file name"),
    ],
)
def test_a_file_that_cannot_be_opened_is_unreadable_and_says_why(tmp_path: Path, path: str, detail: str) -> None:
    (tmp_path / "page").touch()
    (tmp_path / "loop").symlink_to("loop")
    assert refusal(tmp_path, path) == f"unreadable: {detail}"


@contextmanager
def _bound_by_permissions() -> Iterator[None]:
    """Permission bits do not bind root."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(user)


def test_a_file_without_read_permission_is_unreadable() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        for file, mode in (("open", 0o644), ("closed", 0o000)):
            (folder / file).write_bytes(b"page")
            (folder / file).chmod(mode)
        with _bound_by_permissions():
            assert load(folder, "open").body == b"page"
            assert refusal(folder, "closed") == "unreadable: Permission denied"


def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/page").write_bytes(b"page")
    before = len(os.listdir("/dev/fd"))
    load(tmp_path, "a/page")
    refusal(tmp_path, "a/page", 1)
    refusal(tmp_path, "a/missing")
    refusal(tmp_path, "a")
    assert len(os.listdir("/dev/fd")) == before


def test_ctrl_c_while_a_page_is_read_is_no_unreadable_page(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "page.html").write_text("<p>page")
    assert losses(lambda: load(tmp_path, "a/b/page.html")) == []
