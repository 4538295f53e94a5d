"""The rows of a data table, made from the drafts in its cells; a table used for layout is left as it is."""

from collections.abc import Sequence

from harvester.extraction.drafts import Draft, Row, Table

# A cell of a data table is short. With header cells more is believed: documentation has paragraphs in cells.
_MAX_BLOCKS, _MAX_TEXT, _WITH_HEADER = 8, 1000, 4


def with_rows(table: Table, drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts of a table: one for each row of a data table, as they are for any other."""
    rows = [row for row in table.rows if any(row.cells)]
    if not _holds_data(table, rows):
        return [*drafts]
    out: list[Draft] = []
    written: Row | None = None
    for draft in drafts:
        if draft.row is None:
            out.append(draft)
        elif draft.row is not written:
            written = draft.row
            out.append(_row_draft(written, header=written is rows[0] and _is_header(written)))
    return out


def _holds_data(table: Table, rows: Sequence[Row]) -> bool:
    if table.layout or len(rows) < 2 or max(len(row.cells) for row in rows) < 2:
        return False
    headed = any(row.in_head or row.plain_cells < len(row.cells) for row in rows)
    factor = _WITH_HEADER if headed else 1
    return all(
        len(cell) <= factor * _MAX_BLOCKS and sum(len(draft.text) for draft in cell) <= factor * _MAX_TEXT
        for row in rows
        for cell in row.cells
    )


def _is_header(row: Row) -> bool:
    return row.in_head or row.plain_cells == 0


def _row_draft(row: Row, *, header: bool) -> Draft:
    drafts = [draft for cell in row.cells for draft in cell]
    cells = [" ".join(draft.markdown for draft in cell).replace("|", "\\|") for cell in row.cells]
    return Draft(
        label="table-row",
        text="\t".join(" ".join(draft.text for draft in cell) for cell in row.cells),
        markdown=f"| {' | '.join(cells)} |",
        level=0,
        info="header" if header else "",
        group=row.table.group,
        element=row.element,
        tag="tr",
        link_words=sum(draft.link_words for draft in drafts),
        words=sum(draft.words for draft in drafts),
    )
