"""A gold root that tests write, page by page."""

from pathlib import Path

PAGE = """<!doctype html><html lang="en"><head><title>The lock keeper</title></head><body>
<nav><a href="/">Home</a> <a href="/canals">Canals</a></nav>
<article><h1>The lock keeper</h1>
<p>Every morning at six the lock keeper of Harrow Cut walks the length of the upper basin, counts the boats that
came in overnight, and writes their names into a ledger that his grandmother began.</p>
<p>Most of them are hire boats now. In her day they carried lime, barley and, for one bad winter, nothing but
snow that had to be shovelled out before the gates would close.</p>
<p>He has never missed a day, and he has never been asked by anyone to keep the ledger at all.</p></article>
<footer>Subscribe to our canal letter. All rights reserved.</footer></body></html>
"""
BODY = """Every morning at six the lock keeper of Harrow Cut walks the length of the upper basin, counts the boats that \
came in overnight, and writes their names into a ledger that his grandmother began.

Most of them are hire boats now. In her day they carried lime, barley and, for one bad winter, nothing but \
snow that had to be shovelled out before the gates would close.

He has never missed a day, and he has never been asked by anyone to keep the ledger at all.
"""


def gold(root: Path, name: str = "lock-keeper", *, page: str | bytes | None = PAGE, **files: str | bytes) -> Path:
    """A gold folder; `expect`, `body` and `provenance` are what its files hold, none where they are not given."""
    folder = root / name
    folder.mkdir(parents=True, exist_ok=True)
    names = {"body": "gold.md", "expect": "expect.toml", "provenance": "provenance.toml"}
    if page is not None:
        (folder / "page.html").write_bytes(page.encode() if isinstance(page, str) else page)
    for key, content in files.items():
        (folder / names[key]).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder
