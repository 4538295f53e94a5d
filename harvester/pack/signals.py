"""What an answer's headers say against mining its text: recorded with the page, whatever is made of it."""

import re
from collections.abc import Iterable

from harvester.types import Header

_NO_AI = re.compile(r"(?<![\w-])(?:noai|noml)(?![\w-])", re.IGNORECASE)


def opt_out(headers: Iterable[Header]) -> str | None:
    """The signals, joined by `; `, None where there are none.

    `tdm-reservation: 1` is that of the TDM Reservation Protocol (W3C community group);
    `x-robots-tag: noai` and `noml` are what sites made up for the same.
    """
    found = dict[str, None]()
    for header in headers:
        name, value = header.name.lower(), header.value.strip()
        if name == "tdm-reservation" and value == "1":
            found["tdm-reservation: 1"] = None
        if name == "x-robots-tag":
            found.update({f"x-robots-tag: {word.lower()}": None for word in _NO_AI.findall(value)})
    return "; ".join(sorted(found)) or None
