"""The locks name every version with hashes and no registry, and none that is known to be dangerous."""

import re
from importlib.metadata import version

import pytest

from tests.conftest import PROJECT

LOCKS = ("requirements.lock", "tests/requirements.lock")
# Decompression without bound (CVE-2025-6176, CVE-2025-66418, CVE-2025-66471, CVE-2026-21441), entities (lxml).
AT_LEAST = {"brotli": (1, 2, 0), "urllib3": (2, 6, 3), "lxml": (6, 1, 0)}


def entries(lock: str) -> dict[str, tuple[str, str]]:
    """Name to version and what follows it, for each entry of a lock."""
    text = (PROJECT / lock).read_text("utf-8").replace("\\\n", " ")
    found = dict[str, tuple[str, str]]()
    for line in text.splitlines():
        name, pinned, rest = re.fullmatch(r"([\w.-]+)(?:\[[\w,-]+\])?==([\w.]+)(.*)", line).groups()  # type: ignore[union-attr]
        found[name.lower()] = pinned, rest
    return found


def number(written: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", written)))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_entry_has_hashes_and_none_an_address(lock: str) -> None:
    found = entries(lock)
    assert len(found) > 20
    assert [name for name, (_, rest) in found.items() if not re.search(r"--hash=sha256:[0-9a-f]{64}", rest)] == []
    text = (PROJECT / lock).read_text("utf-8")
    assert not re.search(r"://|--index|--extra|--find-links|--trusted|^-|@ ", text, re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS)
def test_versions_that_bound_what_they_unpack_are_locked_and_installed(lock: str) -> None:
    found = entries(lock)
    assert {"brotli", "lxml"} <= found.keys()
    for name, least in AT_LEAST.items():
        if name in found:
            assert number(found[name][0]) >= least
            assert number(version(name)) >= least
