"""JSON Lines, CSV and plain lists become Entries. Nothing is checked that needs more than its own line."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from harvester.index.fields import show
from harvester.index.listing import MARKED, Entry, Pair, Part, Problem, fold

_SEPARATORS = {"author": "; ", "authors": "; "}


def plain(text: str) -> Iterator[Part]:
    """A URL or a path a line, behind its kind if it has one; lines that begin with `#`, and blank ones, say nothing."""
    # not splitlines(): U+2028 and form feeds end no line of a file
    for number, line in enumerate(io.StringIO(text, newline=None), 1):
        target = line.strip()
        if target and not target.startswith("#"):
            marked = MARKED.fullmatch(target)
            yield Entry(line=number, target=marked[2] if marked else target, kind=marked[1].lower() if marked else None)


def json_lines(text: str) -> Iterator[Part]:
    """An object a line, each with `url`, `path` or both."""
    for number, line in enumerate(io.StringIO(text, newline="\n"), 1):
        if line.strip():
            yield _json_line(line, number)


def _json_line(line: str, number: int) -> Part:
    try:
        record = msgspec.json.decode(line, type=dict[str, msgspec.Raw])
        return _entry([_json_pair(fold(key).lower(), raw, number) for key, raw in record.items()], number)
    except msgspec.ValidationError:
        return Problem(line=number, text='no JSON object: write {"url": "https://…"} or {"path": "…"} on each line')
    except msgspec.DecodeError as error:
        return Problem(line=number, text=f"broken JSON, {error}: correct the line")
    except RecursionError:
        return Problem(line=number, text="broken JSON, nested too deep: keep values flat")


def _json_pair(key: str, raw: msgspec.Raw, line: int) -> Pair:
    if not bytes(raw).startswith(b"["):
        return Pair(key=key, value=_json_text(raw), line=line)
    parts = tuple(part for item in msgspec.json.decode(raw, type=list[msgspec.Raw]) if (part := fold(_json_text(item))))
    return Pair(key=key, value=_SEPARATORS.get(key, ", ").join(parts), parts=parts, line=line)


def _json_text(raw: msgspec.Raw) -> str:
    """A string's text; nothing for null; numbers, booleans and objects as they are written."""
    source = bytes(raw).decode()
    if source.startswith('"'):
        return msgspec.json.decode(raw, type=str)
    return "" if source == "null" else source


def delimited(text: str, delimiter: str) -> Iterator[Part]:
    """Rows beneath a header row that names a `url` or a `path` column."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header, line = list[str](), 1
    try:
        for row in rows:
            if not any(map(str.strip, row)):
                pass
            elif not header:
                header = [fold(cell).lower() for cell in row]
                if flaw := _header_flaw(header):
                    yield Problem(line=line, text=flaw)
                    return
            elif any(map(str.strip, row[len(header) :])):
                yield Problem(line=line, text=f"{len(row)} cells under {len(header)} columns: quote separators")
            else:
                yield _entry(
                    [Pair(key=key, value=cell.strip(), line=line) for key, cell in zip(header, row, strict=False)], line
                )
            line = rows.line_num + 1  # a quoted cell may span lines
    except csv.Error as error:
        yield Problem(line=line, text=f"broken CSV, {error}: correct the quotes of the row that begins here")


def _header_flaw(header: Sequence[str]) -> str | None:
    twice = [key for key, count in Counter(header).items() if key and count > 1]
    if twice:
        return f"two columns are named {show(twice[0])}: rename one"
    if not {"url", "path"} & set(header):
        return "no column is named url or path: name the columns in the first row"
    return None


def _entry(pairs: Sequence[Pair], line: int) -> Part:
    stated = [pair for pair in pairs if pair.value]
    place = next((pair for key in ("path", "url") for pair in stated if pair.key == key), None)
    if place is None:
        return Problem(line=line, text="neither url nor path is given: name the page")
    return Entry(line=line, target=place.value.strip(), pairs=tuple(pair for pair in stated if pair is not place))
