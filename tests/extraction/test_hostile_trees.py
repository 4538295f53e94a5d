"""The markup with which parsers are tested: each piece of it becomes a document or a failure with a reason."""

from harvester import extract
from harvester.errors import PageError
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
