"""Duplicates and repeated paragraphs of small corpora, beside a search that compares each record with every other one."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester import curate
from harvester.curate import duplicates, grams
from harvester.curate.duplicates import SIMILAR, Duplicate, jaccard
from harvester.curate.reading import Traces
from harvester.curate.repeats import paragraph_hashes
from harvester.types import Block
from tests.conftest import PROJECT

ROOMY = 64 << 20


class Page(NamedTuple):
    """What a record is judged by."""

    paragraphs: Sequence[str]
    host: str | None
    created: str | None
    name: str

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)

    @property
    def traces(self) -> Traces:
        words = grams.read(self.paragraphs)
        blocks = [Block("paragraph", text, text) for text in self.paragraphs]
        hashes = paragraph_hashes(blocks, words, self.host)
        return Traces(duplicates.digest(self.text.lower()), duplicates.signature(words), hashes, len(self.text))

    @property
    def runs(self) -> frozenset[int]:
        return frozenset(grams.runs(grams.read(self.paragraphs).hashes, grams.SHINGLE))


def decided(
    pages: Sequence[Page], folder: Path, memory: int, least: int
) -> tuple[dict[int, Duplicate], dict[int, list[bool]]]:
    with curate.Remembered(folder, memory=memory) as known:
        for page in pages:
            record: Any = SimpleNamespace(
                created=page.created,
                added="2026-01-01T00:00:00Z",
                id=page.name,
                metadata=SimpleNamespace(host=page.host),
            )
            known.add(record, page.traces)
        found = curate.decide(known, lambda number: pages[number].runs, repeated_in=least)
        return found.duplicates, {number: [*map(bool, found.repeated.of(number))] for number in found.repeated}


def slow_duplicates(pages: Sequence[Page]) -> dict[int, Duplicate]:
    """The stated rule, by comparing each record with all that stand before it."""
    order = sorted(range(len(pages)), key=lambda n: (pages[n].created or "~", -len(pages[n].text), pages[n].name, n))
    readings, found, standing = [page.traces for page in pages], dict[int, Duplicate](), list[int]()
    for record in order:
        same = next((n for n in order if readings[n].digest == readings[record].digest), record)
        if same != record:
            found[record] = Duplicate(same, 1.0, True)
    for record in order:
        if record in found or not readings[record].signature:
            continue
        candidates = []
        for place, other in enumerate(standing):
            if bands := shared_bands(readings[record].signature, readings[other].signature):
                candidates.append((-len(bands), bands[0], place, other))
        near = [(jaccard(pages[other].runs, pages[record].runs), other) for *_, other in sorted(candidates)]
        best = next(((similarity, other) for similarity, other in near if similarity >= SIMILAR), None)
        if best is None:
            standing.append(record)
        else:
            found[record] = Duplicate(best[1], round(best[0], 4), False)
    for record, own in found.items():
        if own.is_exact and own.of in found:
            found[record] = Duplicate(found[own.of].of, found[own.of].similarity, False)
    return found


def shared_bands(one: bytes, other: bytes) -> list[int]:
    return [band for band in range(21) if one[24 * band : 24 * band + 24] == other[24 * band : 24 * band + 24]]


def slow_repeated(pages: Sequence[Page], found: dict[int, Duplicate], least: int) -> dict[int, list[bool]]:
    """For each paragraph, in how many other records of the host it stands, an article at several addresses counted once."""
    words = [[text.strip(".!") for text in page.paragraphs] for page in pages]
    out = {}
    for number, page in enumerate(pages):
        counted = found[number].of if number in found else number
        flags = []
        for text in words[number]:
            others = sum(
                other.host == page.host and text in words[n] and n not in found and n != counted
                for n, other in enumerate(pages)
            )
            flags.append(page.host is not None and len(text.split()) >= 4 and others >= least)
        if any(flags):
            out[number] = flags
    return out


def paragraph(seed: int, length: int) -> str:
    return " ".join(f"w{(seed * 7919 + i * i * 31 + i * seed) % 997}" for i in range(length))


@st.composite
def corpora(draw: st.DrawFn) -> list[Page]:
    """Pages of a few hosts that share paragraphs; some are others with a paragraph changed, put in, or nothing changed."""
    pages = list[Page]()
    for number in range(draw(st.integers(0, 14))):
        if pages and draw(st.booleans()):
            texts = [*draw(st.sampled_from(pages)).paragraphs]
            if draw(st.booleans()):
                texts = [text + draw(st.sampled_from(["", ".", "!"])) for text in texts]
            elif draw(st.booleans()):
                texts.insert(
                    draw(st.integers(0, len(texts))), paragraph(draw(st.integers(0, 9)), draw(st.integers(1, 9)))
                )
        else:
            texts = [
                paragraph(draw(st.integers(0, 9)), draw(st.integers(1, 40))) for _ in range(draw(st.integers(0, 5)))
            ]
        if texts and draw(st.integers(0, 3)) == 0:
            texts.append(texts[0])
        host = draw(st.sampled_from(["a.example", "b.example", None]))
        pages.append(Page(texts, host, draw(st.sampled_from([None, "2020", "2020-05"])), f"{number % 3}{number}"))
    return pages


@settings(max_examples=150)
@given(pages=corpora(), memory=st.sampled_from([1, 500, 3_000, ROOMY]), least=st.integers(1, 3))
def test_all_comparisons_find_the_same_and_memory_makes_no_difference(
    tmp_path_factory: pytest.TempPathFactory, pages: list[Page], memory: int, least: int
) -> None:
    found, repeated = decided(pages, tmp_path_factory.getbasetemp(), memory, least)
    assert found == slow_duplicates(pages)
    assert repeated == slow_repeated(pages, found, least)


def test_the_corpora_compared_hold_duplicates_of_both_kinds_and_repeated_paragraphs(tmp_path: Path) -> None:
    """What the comparison above compares is no empty thing."""
    first = [paragraph(n, 40) for n in range(5)]
    pages = [
        Page(first, "a.example", "2020", "a"),
        Page([*first, paragraph(6, 9)], "a.example", None, "b"),
        Page(first, "b.example", None, "c"),
        *(Page([paragraph(20 + n, 40), first[1]], "a.example", None, f"d{n}") for n in range(2)),
    ]
    found, repeated = decided(pages, tmp_path, 1, 2)
    assert found.keys() == {1, 2} and found[2].is_exact and not found[1].is_exact
    assert repeated.keys() == {0, 1, 3, 4} and repeated[0] == [False, True, False, False, False]
    assert not list(tmp_path.iterdir())


def test_more_records_share_a_band_than_are_held(tmp_path: Path) -> None:
    """A template with 250 pages: what it means that a bucket is full does not hang on memory either."""
    frame = [paragraph(1, 300)]
    pages = [Page([*frame, paragraph(100 + n, 110)], None, None, f"{n:03}") for n in range(250)]
    assert decided(pages, tmp_path, 2_000, 1) == decided(pages, tmp_path, ROOMY, 1)


DISK_FULL = """
import resource, signal, sys
from pathlib import Path
from harvester.curate.duplicates import Texts
from harvester.errors import StorageError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
texts = Texts(Path(sys.argv[1]))
try:
    for number in range(10_000):
        texts.add(bytes(16), bytes(512))
except StorageError as error:
    print(error)
texts.close()
"""


def test_a_full_disk_is_a_storage_error_and_leaves_no_file(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", DISK_FULL, tmp_path], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert run.stdout.startswith(f"{tmp_path}: ") and not run.stderr
    assert not list(tmp_path.iterdir())
