"""TEI P5: one `teiCorpus`, with a `TEI` for each record; headings part the text into divisions."""

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from harvester.errors import storage
from harvester.export.source import Page, Paragraph, Source, paragraphs
from harvester.export.xml import attribute, escaped

_NAME = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


def write(source: Source, target: Path) -> None:
    """Write one file. Element names are those of TEI Lite; what an XML document may not hold is left out."""
    manifest = source.manifest
    with storage(target), target.open("x", encoding="utf-8", newline="\n") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<teiCorpus xmlns="http://www.tei-c.org/ns/1.0">\n')
        about = f"<p>The main text of {manifest.counts.records} web pages, taken out by harvester.</p>"
        title = escaped(f"{manifest.name} {manifest.version}")
        file.write(_header([f"<title>{title}</title>"], "<p>The texts belong to their authors.</p>", about, ""))
        for page in source.pages():
            file.writelines(_text(page))
        file.write("</teiCorpus>\n")


def _header(statement: list[str], publication: str, described: str, profile: str) -> str:
    return (
        f"<teiHeader><fileDesc>\n<titleStmt>{''.join(statement)}</titleStmt>\n"
        f"<publicationStmt>{publication}</publicationStmt>\n<sourceDesc>{described}</sourceDesc>\n"
        f"</fileDesc>{profile}</teiHeader>\n"
    )


def _text(page: Page) -> Iterator[str]:
    record, about = page.record, page.record.metadata
    language = about.language if about.language and _NAME.fullmatch(about.language) else None
    named = about.title or about.url or about.seed.path or record.id
    statement = [f"<title>{escaped(named)}</title>", *(f"<author>{escaped(name)}</author>" for name in about.authors)]
    license = f"<availability><p>{escaped(about.license)}</p></availability>" if about.license else ""
    publication = f"<publisher>{escaped(about.site_name or about.host or 'unknown')}</publisher>"
    publication += f'<idno type="record">{escaped(record.id)}</idno>{license}'
    publication += f"<date>{escaped(record.created)}</date>" if record.created else ""
    where = f'<idno type="URI">{escaped(about.url)}</idno>' if about.url else ""
    described = (
        f'<bibl><title>{escaped(named)}</title>{where}<date type="captured">{escaped(record.added)}</date></bibl>'
    )
    profile = f'<profileDesc><langUsage><language ident="{language}"/></langUsage></profileDesc>' if language else ""
    yield f'<TEI xml:id="r-{attribute(re.sub("[^0-9A-Za-z-]", "-", record.id))}"'
    yield f' xml:lang="{language}">\n' if language else ">\n"
    yield _header(statement, publication, described, profile)
    yield "<text><body>\n"
    yield from _divisions(paragraphs(page))
    yield "</body>"
    if about.footnotes:
        yield '<back><div type="notes">\n'
        yield from (f'<note n="{attribute(note.label)}">{escaped(note.text)}</note>\n' for note in about.footnotes)
        yield "</div></back>"
    yield "</text>\n</TEI>\n"


def _divisions(blocks: list[Paragraph]) -> Iterator[str]:
    """A division begins with each heading; TEI allows none amid paragraphs."""
    division = list[Paragraph]()
    for block in blocks:
        if block.label == "heading" and division:
            yield from _division(division)
            division = []
        division.append(block)
    yield from _division(division)


def _division(blocks: list[Paragraph]) -> Iterator[str]:
    yield "<div>\n"
    for label, run in groupby(blocks, key=lambda block: block.label):
        texts = [escaped(block.text) for block in run]
        match label:
            case "heading":
                yield from (f"<head>{text}</head>\n" for text in texts)
            case "list-item":
                yield f"<list>\n{''.join(f'<item>{text}</item>' + chr(10) for text in texts)}</list>\n"
            case "quote":
                yield f"<quote>{''.join(f'<p>{text}</p>' for text in texts)}</quote>\n"
            case "paragraph":
                yield from (f"<p>{text}</p>\n" for text in texts)
            case _:
                yield from (f'<p rend="{attribute(label)}">{text}</p>\n' for text in texts)
    yield "</div>\n"
