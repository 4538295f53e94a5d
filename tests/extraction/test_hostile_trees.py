"""The markup with which parsers are tested: each piece of it becomes a document or a failure with a reason."""

import pytest

from harvester import extract
from harvester.errors import PageError
from harvester.settings import resolve
from tests.conftest import shared


def test_every_case_of_tree_construction_ends_in_a_document_or_a_reason() -> None:
    files = sorted(shared("hostile/html-tree-webkit").rglob("*.dat"))
    cases = [
        case.split(b"\n#errors", 1)[0]
        for file in files
        for case in file.read_bytes().removeprefix(b"#data\n").split(b"\n#data\n")
    ]
    assert len(cases) > 1_500
    whole = b"<article><h1>Lamp</h1><p>The keeper climbs the forty steps before sunset.</p>%s<p>He trims the wick.</p>"
    kept = 0
    for case in cases:
        for page in (case, whole % case):
            try:
                kept += "keeper climbs" in extract(page, content_type="text/html; charset=utf-8").text
            except PageError as error:
                assert error.reason
    assert kept > len(cases) * 0.7


@pytest.mark.parametrize(
    "piece",
    [
        "<p>The keeper climbs the forty steps.</p>",
        "<h2>The keeper climbs.</h2>",
        "<p><a href='#note'>see the note</a> on the steps</p>",
        "<table><tr><td colspan=1000>forty steps</td></tr></table>",
    ],
)
def test_a_page_of_more_than_trafilatura_takes_is_judged_by_blocks(piece: str) -> None:
    settings = resolve({"extract.engine": "trafilatura"}, environ={})
    assert extract(f"<article>{piece * 25_000}</article>", settings=settings).engine == "blocks"
