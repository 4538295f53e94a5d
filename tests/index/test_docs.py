"""What docs/index-format.md says of the index is what the code does."""

import re
from pathlib import Path

import pytest

from harvester.index import front_matter, markdown, read
from harvester.index.listing import KINDS, Defaults
from harvester.index.seeds import TYPED
from harvester.sources import markup, named, rounds
from harvester.sources import read as sources
from tests.conftest import PROJECT
from tests.index.conftest import Index

DOC = (PROJECT / "docs" / "index-format.md").read_text("utf-8")


def example(kind: str) -> str:
    return DOC.split(f"```{kind}\n")[1].split("```")[0]


def table(heading: str) -> list[str]:
    """The first cells of the table under a heading."""
    rows = re.findall(r"^\| (.*?) \|", DOC.split(f" {heading}\n")[1].split("\n#")[0], re.M)
    return rows[1:]


@pytest.fixture
def pages(index: Index) -> Index:
    """The pages that the examples name."""
    index("")
    Path("pages").mkdir()
    for name in ("ferry.html", "tides.txt", "rope-ferry.html"):
        Path("pages", name).touch()
    return index


def test_the_markdown_example_lists_what_the_doc_says(pages: Index) -> None:
    listing = pages(example("markdown"))
    shown = re.findall(r"^\| (\d+) \| `(.*?)` \| (\w+) \|", DOC, re.M)
    assert [(str(seed.line), seed.name, seed.section) for seed in listing.seeds] == shown
    assert (listing.name, listing.language) == ("ferries", "en")
    assert listing.seeds[0].authors == ("Jane Doe", "John Roe")
    assert [seed.tags for seed in listing.seeds] == [("boats",), ("boats",), ("boats",), ("boats", "rope")]
    assert [place.reason for place in listing.ignored] == ["struck-through"]


@pytest.mark.parametrize(("kind", "suffix", "count"), [("json", "jsonl", 2), ("csv", "csv", 1), ("text", "txt", 2)])
def test_every_other_example_is_read(pages: Index, kind: str, suffix: str, count: int) -> None:
    assert len(pages(example(kind), f"x.{suffix}").seeds) == count


def test_the_sources_of_the_example_are_read_as_the_doc_says(pages: Index) -> None:
    Path("saved").mkdir()
    Path("saved", "old-blog.atom").touch()
    listing = pages(example("md"))
    assert [(source.kind, source.match) for source in listing.sources] == [
        ("feed", ()),
        ("sitemap", ("/articles/", "/*ferry")),
        ("links", ("/20*/",)),
        ("feed", ()),
    ]
    assert listing.sources[2].seed.authors == ("Jane Doe",)
    assert table("Feeds, sitemaps and links") == [f"`{kind}`" for kind in KINDS]


def test_the_doc_lists_exactly_the_keys_there_are() -> None:
    assert sorted(re.findall("`(.*?)`", " ".join(table("Keys")))) == sorted(TYPED)
    assert sorted(re.findall("`(.*?)`", " ".join(table("Front matter")))) == sorted(Defaults.__struct_fields__)


def test_the_doc_states_the_limits_there_are() -> None:
    limits = DOC.split("## Limits")[1]
    for limit in (
        read.MAX_BYTES,
        markdown.MAX_BYTES,
        markdown.MAX_TOKENS,
        read.MAX_LINE,
        markdown.MAX_RUN,
        front_matter.MAX_BYTES,
        front_matter.MAX_BRACKETS,
        sources.MAX_BYTES,
        named.MAX_PAGES,
        markup.MAX_ELEMENTS,
        rounds.MAX_DEPTH,
        rounds.MAX_FILES,
        rounds.MAX_PAGES,
    ):
        assert f"{limit:,}" in limits
