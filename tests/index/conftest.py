"""An empty folder with a few pages, and an index read in it."""

from pathlib import Path
from typing import Protocol

import pytest

from harvester.errors import InputError
from harvester.index import Listing, read_index


class Index(Protocol):
    """Write an index and read it."""

    def __call__(self, text: str | bytes, name: str = "x.md") -> Listing: ...


class Problems(Protocol):
    """Write an index that must be refused, and give its problems."""

    def __call__(self, text: str | bytes, name: str = "x.md") -> tuple[str, ...]: ...


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Index:
    """The folder of the index is the current one; it holds a.html, b.txt and `c d.html`."""
    monkeypatch.chdir(tmp_path)
    for page in ("a.html", "b.txt", "c d.html"):
        Path(page).touch()

    def read(text: str | bytes, name: str = "x.md") -> Listing:
        Path(name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_index(name)

    return read


@pytest.fixture
def problems(index: Index) -> Problems:
    """Each problem is one line `FILE:LINE: what: remedy`."""

    def refuse(text: str | bytes, name: str = "x.md") -> tuple[str, ...]:
        with pytest.raises(InputError) as caught:
            index(text, name)
        return caught.value.problems

    return refuse
