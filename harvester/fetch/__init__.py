"""Addresses and paths come in; Captures go out, the bytes of pages as sent with every redirect on the way, or a reason.

What is read is bounded, and by default only public addresses are dialled.
"""

from harvester.fetch.browser import browser, render
from harvester.fetch.client import PAGE, Wanted, host_of, next_hop
from harvester.fetch.files import load_file
from harvester.fetch.pages import Fetched, Known, fetch_pages
from harvester.fetch.politeness import Budget, HostProgress
from harvester.fetch.robots import robots_url

__all__ = [
    "PAGE",
    "Budget",
    "Fetched",
    "HostProgress",
    "Known",
    "Wanted",
    "browser",
    "fetch_pages",
    "host_of",
    "load_file",
    "next_hop",
    "render",
    "robots_url",
]
