"""The model of languages in the form that is read: prepared when the package is built, the same as the library's."""

from importlib.metadata import version
from pathlib import Path

import pytest

from harvester.extraction import language_model
from harvester.extraction.language_model import Model, convert, load, read, write


@pytest.fixture(scope="module")
def converted() -> Model:
    return convert()


@pytest.fixture(scope="module")
def prepared(converted: Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("model") / "language.model"
    write(file, converted)
    return file


def content(model: Model) -> list[object]:
    languages, dense, *arrays = model
    return [list(languages), dense, *(memoryview(array).tobytes() for array in arrays)]


def test_what_is_read_of_a_prepared_file_is_what_the_library_has(converted: Model, prepared: Path) -> None:
    found = read(prepared)
    assert found is not None and content(found) == content(converted)
    assert len(found.weights) == len(found.languages) * (1 + max(found.found))


def test_the_file_that_the_installation_made_is_the_one_that_is_made_now(prepared: Path) -> None:
    """A failure means that it is older than what makes it: `make .venv/compiled` makes it anew."""
    installed = Path(language_model.__file__).with_name(language_model.PREPARED)
    assert installed.read_bytes() == prepared.read_bytes()


def test_a_file_that_is_of_another_version_or_not_whole_is_not_read(
    converted: Model, prepared: Path, tmp_path: Path
) -> None:
    whole, file = prepared.read_bytes(), tmp_path / "language.model"
    assert read(file) is None
    stated = f"py3langid {version('py3langid')}".encode()
    other = whole.replace(stated, b"py3langid " + b"9" * (len(stated) - 10), 1)
    for broken in (b"", b"\x01", whole[:1000], whole[:-8], whole + bytes(8), b"\xff" * 1000, other):
        file.write_bytes(broken)
        assert read(file) is None
    assert content(load(file)) == content(converted)
