"""In: an index of pages, as Markdown, JSON Lines, CSV, a plain list or a folder.
Out: a Listing of Seeds in index order, or one InputError that names every place to mend."""

from harvester.index.fields import Refused, published, web_address
from harvester.index.listing import KINDS, Ignored, Listing, PageSource
from harvester.index.read import read_index

__all__ = ["KINDS", "Ignored", "Listing", "PageSource", "Refused", "published", "read_index", "web_address"]
