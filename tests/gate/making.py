"""Gold roots on disk, from the sites of `sites.py`."""

import json
from collections.abc import Sequence
from pathlib import Path
from random import Random

from tests.gate.sites import Noise, Site, noise, render, sites

SITES = sites(Random(5), hosts=3)


def write(root: Path, found: Sequence[Site], chance: Random | None = None) -> Path:
    """A gold root with every page of the sites; with `chance`, as another fetch gives them."""
    for site in found:
        for page in site.pages:
            folder = root / site.host / page.name
            folder.mkdir(parents=True, exist_ok=True)
            fetch = noise(site, chance) if chance else Noise()
            (folder / "page.html").write_text(render(site, page, fetch), "utf-8")
            (folder / "gold.md").write_text(
                "\n\n".join([f"# {page.title}", *(text for _, text in page.parts)]), "utf-8"
            )
            must = [json.dumps(page.parts[0][1][:40], ensure_ascii=False)]
            must_not = [json.dumps(site.footer, ensure_ascii=False)]
            (folder / "expect.toml").write_text(
                f'kind = "article"\nlanguage = "{site.language}"\ntitle = {json.dumps(page.title, ensure_ascii=False)}\n'
                f"must = [{', '.join(must)}]\nmust_not = [{', '.join(must_not)}]\n",
                "utf-8",
            )
            (folder / "provenance.toml").write_text(
                f'url = "https://{site.host}/{page.name}"\ncaptured = "2026-02-01T00:00:00Z"\n', "utf-8"
            )
    return root
