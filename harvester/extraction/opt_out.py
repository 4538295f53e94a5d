"""What a page asks of those who mine text: robots directives and the TDM Reservation Protocol, in HTTP headers and `<meta>`.

Directives for one robot alone (`googlebot: noindex`) are not ours. What files of the whole site say, `ai.txt` and
`tdmrep.json`, comes with the capture.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from harvester.extraction import http_headers
from harvester.types import Header

_DIRECTIVES = ("noindex", "noai", "noimageai", "noml")
_WORD = re.compile(r"[\w-]{1,40}")
_RESERVED = "tdm-reservation"


def opt_out(metas: Mapping[str, Sequence[str]], headers: Sequence[Header]) -> str | None:
    """The signals of a page, each with where it stands: `http x-robots-tag noai; meta tdm-reservation`. None without any."""
    found = [
        *(f"http x-robots-tag {one}" for one in _robots(http_headers.values(headers, "x-robots-tag"))),
        *(f"http {_RESERVED}" for value in http_headers.values(headers, _RESERVED)[:1] if value == "1"),
        *(f"meta robots {one}" for one in _robots(metas.get("robots", ()))),
        *(f"meta {_RESERVED}" for value in metas.get(_RESERVED, ())[:1] if value.strip() == "1"),
    ]
    return "; ".join(dict.fromkeys(found)) or None


def _robots(values: Sequence[str]) -> Iterator[str]:
    """The directives that opt out; `none` stands for `noindex, nofollow`."""
    for value in values:
        robot, colon, rest = value.lower().partition(":")
        for part in (rest if colon and robot.strip() in ("robots", "*") else value.lower()[:2_000]).split(","):
            words = _WORD.findall(part)
            one = "noindex" if words == ["none"] else words[0] if len(words) == 1 else ""
            if one in _DIRECTIVES:
                yield one
