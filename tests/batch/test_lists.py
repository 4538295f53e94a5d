"""What a user may name, and what is said of what cannot be read."""

from pathlib import Path

import pytest

from harvester.batch import inputs_of, name_of
from harvester.batch.task import Range
from harvester.errors import InputError


def listed(folder: Path, text: str, name: str = "x.paths") -> str:
    (folder / name).write_text(text)
    return str(folder / name)


def test_names_in_lists_get_the_prefix_and_each_is_taken_once(tmp_path: Path) -> None:
    file = listed(tmp_path, "# mine\nb.warc.gz\n\na.wet.gz\nb.warc.gz\n/abs/c.warc\n")
    found = inputs_of([file, "d.warc"], prefix="/data/")
    assert [i.path for i in found] == ["/abs/c.warc", "/data/a.wet.gz", "/data/b.warc.gz", "d.warc"]


def test_ranges_of_one_file_become_one_input(tmp_path: Path) -> None:
    lines = [f'x {{"filename": "a.warc.gz", "offset": {o}, "length": "9"}}' for o in (50, 10, 50)]
    [found] = inputs_of([listed(tmp_path, "\n".join(lines), "x.cdxj")])
    assert found.ranges == (Range(10, 9), Range(50, 9))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("http://127.0.0.1/a.warc.gz", "http is not read; download the file"),
        ("https://a.example/a.warc.gz", "https is not read"),
        ("simplecache::http://127.0.0.1/a.warc.gz", "no storage of this kind"),
        ("github://a:b@c/a.warc.gz", "no storage of this kind"),
        ("gs://bucket/a.warc.gz", "gcsfs"),
        ("/etc/passwd", ":1: '/etc/passwd' is no WARC or WET file"),
        ("x" * 70_000, ":1: longer than"),
        ("\x1b]0;a\x07", ":1: '\\x1b]0;a\\x07' is no WARC"),
    ],
)
def test_what_cannot_be_read_is_said_before_anything_is_done(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        inputs_of([listed(tmp_path, line + "\n")])
    assert said in str(error.value)


@pytest.mark.parametrize(
    "line", ['{"filename": "a.warc", "offset": -1, "length": 2}', "x y z", '{"filename": "a.warc"}']
)
def test_a_line_that_is_no_place_of_a_record_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(InputError, match=r"x\.cdxj:1: "):
        inputs_of([listed(tmp_path, line, "x.cdxj")])


def test_the_corpus_is_called_as_its_list_is() -> None:
    assert [name_of(n) for n in ("a/warc.paths.gz", "s3://b/My Crawl.warc.gz", "x.cdxj")] == ["warc", "my-crawl", "x"]
