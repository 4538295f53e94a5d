"""Addresses and paths come in; Captures go out, the bytes of pages as sent with every redirect on the way, or a reason.

What is read is bounded, and by default only public addresses are dialled.
"""

from harvester.fetch.browser import browser, render
from harvester.fetch.client import PAGE, Fetched, Wanted, next_hop
from harvester.fetch.files import load_file
from harvester.fetch.pages import fetch_pages

__all__ = ["PAGE", "Fetched", "Wanted", "browser", "fetch_pages", "load_file", "next_hop", "render"]
