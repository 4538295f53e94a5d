"""harvester: from a list of web pages to a clean, versioned text corpus that can be trusted.

    import harvester

    document = harvester.extract(html, url="https://example.org/a")
    result = harvester.build("seeds/INDEX.md", output=Path("corpus"))
    for record in harvester.open_corpus("corpus/my-corpus"): ...

Names are loaded when first used, so that importing the package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harvester.pipeline import build as build
    from harvester.pipeline import extract as extract
    from harvester.pipeline import open_corpus as open_corpus

__all__ = ["build", "extract", "open_corpus"]


def __getattr__(name: str) -> object:
    if name in __all__:
        return getattr(import_module("harvester.pipeline"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
