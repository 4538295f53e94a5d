"""Hostile text in a report stays text, whatever reads it: a runner, a renderer of Markdown, a parser of XML."""

import xml.etree.ElementTree as ET
from pathlib import Path

from markdown_it import MarkdownIt

from harvester.gate import Finding, Report, Table, annotations, to_junit, to_markdown

HOSTILE = (
    "a\n::error::planted\r\n%0A::set-env x\x1b[2J <script>alert(1)</script> "
    "[l](http://e) @team | ``` ~~~ \x00 ]]>\u2028\u202e"
)


def report(number: int = 1, text: str = HOSTILE) -> Report:
    found = Finding("must", text, text, file="seeds/a,b:c\n.html", line=3, lines=(f"+ {text}", "- ~~~~"))
    table = Table("host", ("host", "F1"), ((text, 0.5), ("b", None)))
    return Report(text, 2, (table,), (found,) * number, (text,))


def test_an_annotation_is_one_line_with_one_command() -> None:
    (line,) = annotations(report(), Path("/w"))
    assert line.startswith("::error file=seeds/a%2Cb%3Ac%0A.html,title=harvest check%3A must,line=3::")
    assert not set("\n\r\x1b\x00\u2028\u202e") & set(line)
    assert "%250A" in line


def test_files_outside_of_the_folder_are_not_named() -> None:
    outside = Report("t", 1, (), (Finding("f1", "a", "b", file="/etc/passwd"),))
    assert "file=" not in annotations(outside, Path("/w"))[0]


def test_markdown_shows_hostile_text_and_runs_none_of_it() -> None:
    text = to_markdown(report())
    html = MarkdownIt("commonmark").enable("table").render(text)
    assert "<script" not in html and "<a " not in html and "<img" not in html
    assert "@team" not in text.split("```")[0].split("~~~")[0]
    assert html.count("<table>") == 1
    assert len([line for line in text.splitlines() if line.startswith("| ")]) == 4


def test_markdown_is_as_long_as_a_comment_may_be() -> None:
    text = to_markdown(report(3_000, "x" * 5_000))
    assert len(text) <= 60_000
    assert text.endswith("… and more: see the log.\n")


def test_junit_is_xml_with_every_failure_counted() -> None:
    suite = ET.fromstring(to_junit(report(3)))
    assert suite.attrib["failures"] == "3"
    assert len(suite.findall(".//testcase/failure")) == 3
    passed = ET.fromstring(to_junit(Report("t", 1, (), ())))
    assert passed.attrib == {"tests": "1", "failures": "0", "errors": "0", "skipped": "0"}
