"""Addresses and paths come in; Captures go out, the bytes of pages as sent with every redirect on the way, or a reason.

What is read is bounded, and by default only public addresses are dialled. Names are loaded when first used: who reads local
files or an archive needs no HTTP client, which takes longer to load than all else.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harvester.fetch.client import PAGE as PAGE
    from harvester.fetch.client import Wanted as Wanted
    from harvester.fetch.client import host_of as host_of
    from harvester.fetch.client import next_hop as next_hop
    from harvester.fetch.files import load_file as load_file
    from harvester.fetch.pages import Fetched as Fetched
    from harvester.fetch.pages import Known as Known
    from harvester.fetch.pages import fetch_pages as fetch_pages
    from harvester.fetch.politeness import Budget as Budget
    from harvester.fetch.politeness import HostProgress as HostProgress
    from harvester.fetch.robots import robots_url as robots_url

_PLACES = {
    "PAGE": "client",
    "Budget": "politeness",
    "Fetched": "pages",
    "HostProgress": "politeness",
    "Known": "pages",
    "Wanted": "client",
    "fetch_pages": "pages",
    "host_of": "client",
    "load_file": "files",
    "next_hop": "client",
    "robots_url": "robots",
}

__all__ = [
    "PAGE",
    "Budget",
    "Fetched",
    "HostProgress",
    "Known",
    "Wanted",
    "fetch_pages",
    "host_of",
    "load_file",
    "next_hop",
    "robots_url",
]


def __getattr__(name: str) -> object:
    if name in _PLACES:
        return getattr(import_module(f"harvester.fetch.{_PLACES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
