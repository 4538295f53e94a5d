"""A Listing and the captures of its feeds, sitemaps and pages of links come in; the Listing of all pages goes out.

Pure: the captures are handed in, so the same index and archive give the same pages. What the web wrote names
web addresses only, and what is left out of it is counted.
"""

from harvester.sources.read import names_pages
from harvester.sources.rounds import Expansion, Obtain, Obtained, expand

__all__ = ["Expansion", "Obtain", "Obtained", "expand", "names_pages"]
