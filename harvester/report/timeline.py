"""When the pages of a version were published: by month, or by year where they span long. Pure."""

from collections.abc import Mapping

from harvester.report import numbers
from harvester.report.marks import Part, columns, section

_MONTHS = 15 * 12
_YEARS = 60


def timeline(months: Mapping[str, int]) -> str:
    """The section of the report; empty where no record has a date."""
    dated = {month: records for month, records in months.items() if month != "unknown"}
    if not dated:
        return ""
    last = max(int(month[:4]) for month in dated)
    first = max(min(int(month[:4]) for month in dated), last - _YEARS + 1)
    earlier = sum(records for month, records in dated.items() if int(month[:4]) < first)
    by_month = (last - first + 1) * 12 <= _MONTHS and all(len(month) == 7 for month in dated)
    parts = list[Part]()
    if by_month:
        begin, end = min(dated), max(dated)
        names = [f"{year}-{month:02}" for year in range(first, last + 1) for month in range(1, 13)]
        names = [name for name in names if begin <= name <= end]
    else:
        names = [str(year) for year in range(first, last + 1)]
    for name in names:
        records = sum(n for month, n in dated.items() if month.startswith(name))
        parts.append(Part(name, records, "cool", numbers.number(records, "record")))
    count = min(5, len(names))
    ticks = [names[(len(names) - 1) * number // max(1, count - 1)] for number in range(count)]
    axis = "".join(f"<span>{tick}</span>" for tick in ticks)
    said = f"Records by {'month' if by_month else 'year'} of publication."
    said += f" {earlier:,} are older." if earlier else ""
    said += f" Of {months['unknown']:,} no date is known." if "unknown" in months else ""
    tallest = max(int(part.value) for part in parts)
    figure = (
        f"<figure><figcaption>up to {numbers.number(tallest, 'record')}</figcaption>"
        f'{columns(parts, "records by date of publication")}<div class="axis">{axis}</div></figure>'
    )
    return section("Published", said, figure)
