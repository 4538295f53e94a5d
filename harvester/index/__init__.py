"""In: an index of pages, as Markdown, JSON Lines, CSV, a plain list, a folder, or WARC files.
Out: a Listing of Seeds in index order, or one InputError that names every place to mend; the captures of WARC files."""

from harvester.index.fields import Refused, hosts, published, web_address
from harvester.index.listing import KINDS, Ignored, Listing, PageSource
from harvester.index.read import read_index
from harvester.index.warcs import captures as warc_captures

__all__ = [
    "KINDS",
    "Ignored",
    "Listing",
    "PageSource",
    "Refused",
    "hosts",
    "published",
    "read_index",
    "warc_captures",
    "web_address",
]
