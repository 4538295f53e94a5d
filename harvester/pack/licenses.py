"""`LICENSES.md` of a version: which licence how many records of which host state, and who says so. Pure."""

from collections import Counter
from collections.abc import Mapping

from harvester.pack.markdown import plain, table
from harvester.types import Frozen

MOST = 1_000
"""Rows of a table; what is left over is one row more, so that its records are counted."""


class Stated(Frozen, order=True):
    """A licence as it is stated for records of a host."""

    license: str
    """As written, without control characters and cut to 200 characters; empty where none is stated."""
    host: str
    by: str
    """`index`, or `page` for what pages, feeds and archives say; empty where none is stated."""


def licenses(name: str, stated: Mapping[Stated, int]) -> bytes:
    """The file, in Markdown. What a page says of its licence is untrusted text, and nobody has checked it."""
    by_license, hosts = Counter[tuple[str, str]](), dict[tuple[str, str], set[str]]()
    for row, records in stated.items():
        by_license[row.license, row.by] += records
        hosts.setdefault((row.license, row.by), set()).add(row.host)
    ranked = sorted(by_license.items(), key=lambda item: (not item[0][0], -item[1], item[0]))
    rows = sorted(stated.items(), key=lambda item: (item[0].host, not item[0].license, -item[1], item[0]))
    return "\n".join(
        [
            f"# Licences in {plain(name)}\n",
            "The texts belong to their authors. These are the licences that the index or the pages themselves state, as\n"
            "written; nobody has checked them, and a page that states none is not free. That of each record is in\n"
            "`metadata.license`.\n",
            "## By licence\n",
            table(
                ("licence", "stated by", "hosts", "records"),
                [(*_named(key), len(hosts[key]), records) for key, records in ranked],
                MOST,
            ),
            "## By host\n",
            table(
                ("host", "licence", "stated by", "records"),
                [(plain(row.host), *_named((row.license, row.by)), records) for row, records in rows],
                MOST,
            ),
        ]
    ).encode()


def _named(key: tuple[str, str]) -> tuple[str, str]:
    return (plain(key[0]), key[1]) if key[0] else ("none stated", "")
