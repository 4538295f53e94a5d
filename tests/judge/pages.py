"""Pages written for the tests of the bench, with gold."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

SENTENCES = (
    "The keeper climbs the forty steps before sunset and trims the wick of the lamp at the end of the pier.",
    "When the book is full it goes into the archive of the town, and a new one is bought on the square.",
    "In winter the ferry comes twice a week, and the bread is baked on the island from flour kept dry in tins.",
    "Nobody has counted the stones of the mole since the last storm moved eleven of them into the harbour.",
)
MENU = '<nav><ul><li><a href="/">Home</a></li><li><a href="/tides">Tide tables</a></li></ul></nav>'


def page(name: str, *parts: str, **fields: object) -> dict[str, object]:
    """A page whose body is `parts`, below a menu and above a footer."""
    body = "".join(f"<p>{part}</p>" for part in parts)
    html = (
        f"<html><head><title>{name}</title></head><body>{MENU}<article>{body}</article>"
        "<footer>All rights reserved</footer></body></html>"
    )
    return {"id": name, "html": html, "gold": "\n\n".join(parts), **fields}


PAGES: Sequence[Mapping[str, object]] = (
    page(
        "pier",
        *SENTENCES[:2],
        url="https://pier.example/a",
        page_type="article",
        lang="en",
        **{"with": ["forty steps"]},
    ),
    page("ferry", *SENTENCES[1:3], page_type="article", without=["Tide tables"], comments="Lovely ferry"),
    page("mole", *SENTENCES[2:], page_type="forum", title=None, unknown={"kept": "out"}),
    page("tide", " ".join(SENTENCES), page_type="forum", lang="en"),
    page("blank", SENTENCES[0]) | {"gold": " \n"},
    page("elsewhere", SENTENCES[1]) | {"gold": "Kettles descaled overnight gleam"},
    {"id": "silent", "html": "<p></p>" + " " * 9 + "<script>forty steps before sunset</script>", "gold": "forty steps"},
)


def write(path: Path, pages: Sequence[Mapping[str, object]] = PAGES) -> Path:
    path.write_bytes(lines(pages))
    return path


def lines(pages: Sequence[Mapping[str, object]] = PAGES) -> bytes:
    return b"".join(json.dumps(dict(page)).encode() + b"\n" for page in pages)
