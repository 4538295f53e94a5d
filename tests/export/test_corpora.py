"""Dolma, datatrove, WET, TEI, vertical and plain text, each read by the tool or the rules that it is for."""

import gzip
import json
import os
import re
import subprocess
from importlib.resources import files
from pathlib import Path
from xml.sax.saxutils import unescape

import pytest
from lxml import etree

from harvester import open_corpus
from harvester.archive import check, read_capture, read_records
from harvester.export import export
from harvester.export.vertical import GLUE, tokens
from harvester.export.xml import escaped
from tests.export.conftest import EVIL, JAPANESE

TEI = {"tei": "http://www.tei-c.org/ns/1.0"}


@pytest.fixture
def texts(version: Path) -> dict[str, str]:
    return {record.id: record.text for record in open_corpus(version)}


def in_its_environment(tool: str, code: str, *arguments: Path) -> object:
    """What a program prints as JSON on its last line, run by the Python that has the tool."""
    variable = f"HARVESTER_{tool.upper()}"
    if variable not in os.environ:
        pytest.skip(f"needs {tool} in an environment of its own, its bin folder named by {variable}")
    python = Path(os.environ[variable]) / "python"
    run = subprocess.run([python, "-c", code, *arguments], capture_output=True, text=True, check=False, timeout=300)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout.splitlines()[-1])


def test_datatrove_s_reader_gives_the_same_documents(version: Path, tmp_path: Path, texts: dict[str, str]) -> None:
    export(version, "datatrove", tmp_path / "out")
    code = (
        "import json, sys\nfrom datatrove.pipeline.readers import JsonlReader\n"
        "found = [(d.id, d.text, d.metadata['url'], d.metadata['date'], d.metadata['dataset'])\n"
        "         for d in JsonlReader(sys.argv[1] + '/data').run()]\nprint(json.dumps(found))"
    )
    found = in_its_environment("datatrove", code, tmp_path / "out")
    assert isinstance(found, list)
    assert {identifier: text for identifier, text, *_ in found} == texts
    assert ["https://rich.example.org/a?b=1&c=2", "2025-05-06", "sample"] in [about for _, _, *about in found]


def test_dolma_s_types_read_documents_and_attributes(version: Path, tmp_path: Path, texts: dict[str, str]) -> None:
    """Its toolkit takes the created date as text only, and checks that attributes stand line by line beside documents."""
    export(version, "dolma", tmp_path / "out")
    code = (
        "import glob, json, sys\nimport msgspec, smart_open\n"
        "from dolma.core.data_types import InputSpecWithMetadata, OutputSpec\n"
        "document, attributes = msgspec.json.Decoder(InputSpecWithMetadata), msgspec.json.Decoder(OutputSpec)\n"
        "found = []\n"
        "for path in glob.glob(sys.argv[1] + '/documents/*'):\n"
        "    other = path.replace('documents', 'attributes/harvester')\n"
        "    with smart_open.open(path, 'rb') as one, smart_open.open(other, 'rb') as two:\n"
        "        for left, right in zip(one, two, strict=True):\n"
        "            d, a = document.decode(left), attributes.decode(right)\n"
        "            assert d.id == a.id\n"
        "            found.append([d.id, d.text, d.created, a.attributes])\n"
        "print(json.dumps(found))"
    )
    found = in_its_environment("dolma", code, tmp_path / "out")
    assert isinstance(found, list)
    assert {identifier: text for identifier, text, *_ in found} == texts
    for _, text, _, attributes in found:
        spans = sorted(span for spans in attributes.values() for span in spans)
        assert "\n\n".join(text[start:end] for start, end, _ in spans) == text


def test_the_dolma_layout_is_as_its_documentation_has_it(version: Path, tmp_path: Path, texts: dict[str, str]) -> None:
    """Without the toolkit: gzipped JSON Lines of `id, text, source, added, created, metadata`, attributes beside them."""
    export(version, "dolma", tmp_path / "out")
    found = dict[str, str]()
    for path in sorted((tmp_path / "out" / "documents").iterdir()):
        rows = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
        beside = gzip.decompress((tmp_path / "out" / "attributes" / "harvester" / path.name).read_bytes()).splitlines()
        assert [json.loads(line)["id"] for line in beside] == [row["id"] for row in rows]
        for row in rows:
            assert {"id", "text", "source", "added", "metadata"} <= row.keys() and row.get("created", "") is not None
            found[row["id"]] = row["text"]
    assert found == texts


def test_warcio_and_fastwarc_read_the_conversion_records(version: Path, tmp_path: Path, texts: dict[str, str]) -> None:
    from fastwarc.warc import ArchiveIterator as FastIterator
    from fastwarc.warc import WarcRecordType
    from warcio.archiveiterator import ArchiveIterator

    export(version, "wet", tmp_path / "out.warc.wet.gz")
    expected = {
        record.metadata.url or f"file:///{record.metadata.seed.path}": (record.text, record.metadata.capture.record_id)
        for record in open_corpus(version)
    }
    with (tmp_path / "out.warc.wet.gz").open("rb") as file:
        found = {}
        for number, record in enumerate(ArchiveIterator(file, check_digests="raise")):
            assert record.rec_type == ("conversion" if number else "warcinfo")
            if number:
                field = record.rec_headers.get_header
                text = record.content_stream().read().decode()
                found[field("WARC-Target-URI")] = (text, field("WARC-Refers-To").strip("<>"))
                assert field("Content-Type") == "text/plain"
    assert found == expected
    with (tmp_path / "out.warc.wet.gz").open("rb") as file:
        fast = FastIterator(file, record_types=WarcRecordType.conversion)
        read = [(r.headers["WARC-Target-URI"], r.verify_block_digest(), r.reader.read().decode()) for r in fast]
    assert read == [(uri, True, text) for uri, (text, _) in expected.items()]


def test_our_own_reader_gives_the_texts_back(version: Path, tmp_path: Path, texts: dict[str, str]) -> None:
    export(version, "wet", tmp_path / "out.warc.wet.gz")
    with (tmp_path / "out.warc.wet.gz").open("rb") as file:
        records = list(read_records(file))
    captures = [read_capture(record) for record in records if getattr(record, "kind", "") == "conversion"]
    assert [capture.body.decode() for capture in captures] == list(texts.values())
    assert list(check(tmp_path / "out.warc.wet.gz")) == []


def test_tei_is_valid_by_a_dtd_of_tei_p5_and_holds_every_text(
    version: Path, tmp_path: Path, texts: dict[str, str]
) -> None:
    """The DTD is one that TEI's tools generated for corpora (P5 4.8.0); trafilatura brings it along."""
    export(version, "tei", tmp_path / "out.xml")
    document = etree.parse(tmp_path / "out.xml", etree.XMLParser(resolve_entities=False))
    dtd = etree.DTD(str(files("trafilatura") / "data" / "tei_corpus.dtd"))
    assert dtd.validate(document), dtd.error_log
    found = {}
    for text in document.getroot().findall("tei:TEI", TEI):
        (identifier,) = text.xpath(".//tei:publicationStmt/tei:idno/text()", namespaces=TEI)
        blocks = text.xpath(".//tei:body//tei:head | .//tei:body//tei:p | .//tei:body//tei:item", namespaces=TEI)
        found[str(identifier)] = "\n\n".join("".join(block.itertext()) for block in blocks)
    assert found == texts
    (rich,) = document.xpath("//tei:TEI[.//tei:author]", namespaces=TEI)
    assert rich.findtext(".//tei:title", namespaces=TEI) == EVIL
    assert [head.text for head in rich.iterfind(".//tei:head", TEI)] == ["The lamp & the pier"]
    assert len(rich.findall(".//tei:list/tei:item", TEI)) == 2 and len(rich.findall(".//tei:quote", TEI)) == 1


def test_what_no_xml_may_hold_is_left_out() -> None:
    text = "a\x00\x0b\ufffe\ud800b<>&\"'\U0001f600"
    assert escaped(text) == "ab&lt;&gt;&amp;&quot;'\U0001f600"
    assert etree.fromstring(f'<a b="{escaped(text)}"/>').get("b") == "ab<>&\"'\U0001f600"


def test_vertical_text_has_one_token_a_line_and_tags_that_nest(
    version: Path, tmp_path: Path, texts: dict[str, str]
) -> None:
    export(version, "vertical", tmp_path / "out.vert")
    lines = (tmp_path / "out.vert").read_text("utf-8").split("\n")[:-1]
    found, depth, read, glued = dict[str, list[str]](), list[str](), "", True
    for line in lines:
        if match := re.fullmatch(r'<(doc|p)((?: [a-z]+="[^"<>]*")*)>', line):
            depth.append(match[1])
            if match[1] == "doc":
                read = str(re.search(r'id="(.*?)"', match[2])[1])  # type: ignore[index]
            glued = True
            found.setdefault(read, []).extend([""] if match[1] == "p" else [])
        elif match := re.fullmatch(r"</(doc|p)>", line):
            assert depth.pop() == match[1]
        elif line == GLUE:
            glued = True
        else:
            # no token can be taken for a tag, and each stands in a paragraph of a document
            assert line and "<" not in line and depth == ["doc", "p"] and not re.search(r"\s", line)
            found[read][-1] += ("" if glued else " ") + unescape(line, {"&quot;": '"'})
            glued = False
    assert depth == []
    folded = {key: [" ".join(part.split()) for part in text.split("\n\n")] for key, text in texts.items()}
    assert found == folded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't panic, e.g. at 3.14!", ["Don't", "panic", GLUE, ",", "e.g", GLUE, ".", "at", "3.14", GLUE, "!"]),
        ("well-known l’eau …", ["well-known", "l’eau", "…"]),
        ("see https://a.example/b?c=1.", ["see", "https://a.example/b?c=1", GLUE, "."]),
        ("wait... no", ["wait", GLUE, "...", "no"]),
        (JAPANESE[:4], ["島", GLUE, "へ", GLUE, "渡", GLUE, "る"]),
        ("naïve Ωμέγα привет", ["naïve", "Ωμέγα", "привет"]),
        ("a<b", ["a", GLUE, "&lt;", GLUE, "b"]),
        ("", []),
    ],
)
def test_tokens_are_found_by_rule(text: str, expected: list[str]) -> None:
    assert list(tokens(text)) == expected


def test_a_file_a_record_is_named_by_its_id_alone(version: Path, tmp_path: Path, texts: dict[str, str]) -> None:
    export(version, "txt", tmp_path / "out")
    found = {path.stem: path.read_text("utf-8") for path in (tmp_path / "out").rglob("*.txt")}
    assert found == {identifier: f"{text}\n" for identifier, text in texts.items()}
    assert all(path.parent.name == path.name[:2] for path in (tmp_path / "out").rglob("*.txt"))
    assert (tmp_path / "out" / "index.csv").read_text("utf-8").count("\n") == len(texts) + 1


def test_one_text_file_holds_all_texts_in_the_order_of_ids(
    version: Path, tmp_path: Path, texts: dict[str, str]
) -> None:
    export(version, "txt", tmp_path / "out.txt")
    assert (tmp_path / "out.txt").read_text("utf-8") == "\n\n\n".join(texts.values()) + "\n"
