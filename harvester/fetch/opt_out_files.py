"""What a site asks, in files of its own, of those who mine its text: `tdmrep.json` and `ai.txt`.

tdmrep.json is a list of places and whether rights are reserved there (W3C, TDM Reservation Protocol, 2024, section 6); the first
place that fits a page holds. ai.txt (Spawning, 2023) has the rules of a robots.txt for what may be learned from. A file that
is missing, broken or too large says nothing.
"""

import ada_url
import msgspec
from protego import Protego

from harvester.decode import undo_coding
from harvester.errors import PageError
from harvester.fetch.client import Wanted
from harvester.fetch.robots import parse
from harvester.types import OPT_OUT_FILES, Capture, Frozen

TDMREP, AI = "/.well-known/tdmrep.json", "/ai.txt"
_MOST_PLACES, _LONGEST_PLACE = 1_000, 500
_MOST_BYTES = 524_288
WISHES = Wanted("application/json, text/plain, */*;q=0.1", codings="identity", limit=_MOST_BYTES)
_RESERVED, _DISALLOWED = OPT_OUT_FILES
_MARK = b"\xef\xbb\xbf"


class _Place(Frozen, rename={"reservation": "tdm-reservation"}):
    location: str
    reservation: int | str = 0


class SiteWishes(Frozen, frozen=True):
    """What the files of one origin (scheme, host and port) say; nothing where there are none."""

    places: tuple[tuple[str, bool], ...] = ()
    """Patterns of paths, and whether rights are reserved there."""
    rules: Protego | None = None

    def of(self, url: str) -> str:
        """The signals against mining that hold for a page, `; ` between them; empty without any."""
        where = ada_url.URL(url)
        path = where.pathname + where.search
        reserved = next((yes for pattern, yes in self.places if fits(pattern, path)), False)
        # Of kinds of files (`*.html`) HTML is the one that every page is, whatever its address ends with.
        names = [url, *(where.origin + where.pathname + kind for kind in (".html", ".htm"))]
        disallowed = self.rules is not None and not all(self.rules.can_fetch(name, "us") for name in names)
        found = [said for said, holds in ((_RESERVED, reserved), (_DISALLOWED, disallowed)) if holds]
        return "; ".join(found)


def read_wishes(tdmrep: Capture | PageError, ai: Capture | PageError, agent: str) -> SiteWishes:
    """What the two answers say to `agent`, a product token."""
    text = _body(ai).removeprefix(_MARK)
    if text.lstrip()[:1] == b"<":  # a page that says that there is none
        text = b""
    return SiteWishes(
        places=places(_body(tdmrep)),
        rules=parse(text, agent) if text else None,
    )


def places(body: bytes) -> tuple[tuple[str, bool], ...]:
    """The places of a tdmrep.json, in its order, and whether rights are reserved there; none of a broken file."""
    try:
        found = msgspec.json.decode(body.removeprefix(_MARK), type=list[_Place])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ()
    return tuple(
        (place.location, str(place.reservation) == "1")
        for place in found[:_MOST_PLACES]
        if 0 < len(place.location) <= _LONGEST_PLACE
    )


def fits(pattern: str, path: str) -> bool:
    """Whether a path begins as the pattern says, in which `*` stands for anything and a last `$` for its end."""
    whole = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    for number, part in enumerate(others, 1):
        if whole and number == len(others):
            return len(path) - len(part) >= at and path.endswith(part)
        at = path.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return at == len(path) or not whole


def _body(answer: Capture | PageError) -> bytes:
    if isinstance(answer, PageError) or answer.status != 200 or answer.truncated:
        return b""
    try:
        return undo_coding(answer.body, answer.header("content-encoding"), _MOST_BYTES)
    except PageError:
        return b""
