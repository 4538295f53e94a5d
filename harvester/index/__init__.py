"""In: an index of pages, as Markdown, JSON Lines, CSV, a plain list, a folder, or WARC files.
Out: a Listing of Seeds in index order, or one InputError that names every place to mend; the captures of WARC files."""

from harvester.index.fields import Refused, hosts, published, slug, web_address
from harvester.index.listing import KINDS, Ignored, Listing, PageSource
from harvester.index.read import read_index
from harvester.index.warcs import SUPERSEDED, Choice, Choosing, captures_in, seed_of
from harvester.index.warcs import captures as warc_captures

__all__ = [
    "KINDS",
    "SUPERSEDED",
    "Choice",
    "Choosing",
    "Ignored",
    "Listing",
    "PageSource",
    "Refused",
    "captures_in",
    "hosts",
    "published",
    "read_index",
    "seed_of",
    "slug",
    "warc_captures",
    "web_address",
]
