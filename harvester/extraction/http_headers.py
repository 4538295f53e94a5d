"""What HTTP headers state of a page: its links (RFC 8288), its language, when it was changed."""

import re
from collections.abc import Mapping, Sequence

from harvester.extraction import dates
from harvester.types import EPOCH, Header

_MOST = 50
"""Fields of a name, and links, that are read."""
_LONGEST = 8_192
_LINK = re.compile(r"<([^<>]{1,2048})>((?:\s*;\s*[\w*-]{1,40}(?:\s*=\s*(?:\"[^\"]{0,500}\"|[^\s\",;]{0,500}))?)*)")
_RELATION = re.compile(r"\brel\s*=\s*(?:\"([^\"]*)\"|([^\s\",;]+))", re.I)
_DAY = 86_400


def values(headers: Sequence[Header], name: str) -> list[str]:
    """The values of a header that is a list, in its order."""
    found = [header.value[:_LONGEST] for header in headers if header.name.lower() == name][:_MOST]
    return [part.strip() for value in found for part in value.split(",")][:_MOST]


def links(headers: Sequence[Header]) -> Mapping[str, list[str]]:
    """Addresses in `Link` headers by relation, lower case."""
    found: dict[str, list[str]] = {}
    fields = [header.value[:_LONGEST] for header in headers if header.name.lower() == "link"][:_MOST]
    for field in fields:
        for target, parameters in _LINK.findall(field)[:_MOST]:
            match = _RELATION.search(parameters)
            for relation in ((match[1] or match[2]) if match else "").lower().split():
                found.setdefault(relation, []).append(target)
    return found


def last_modified(headers: Sequence[Header], captured: str) -> list[str]:
    """`Last-Modified`, where it is more than a day before the capture: pages that are made anew for each request bear the
    moment of the request."""
    stated = [header.value for header in headers if header.name.lower() == "last-modified"][:1]
    found = [moment for value in stated if (moment := dates.stated(value, captured))]
    if captured == EPOCH:
        return []
    return [moment for moment in found if dates.seconds(moment) < dates.seconds(captured) - _DAY]
