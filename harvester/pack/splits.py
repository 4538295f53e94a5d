"""Which split a record belongs to: its site decides, by a hash, so that no site is in two and none ever moves. Pure."""

import hashlib
import re
from collections.abc import Sequence
from itertools import accumulate

from harvester.errors import InputError

Shares = Sequence[tuple[str, int]]
"""Names of splits with their shares, in the order stated."""

WHOLE: Shares = (("train", 1),)
"""What an empty setting means."""

_SPLIT = re.compile(r"([a-z][a-z0-9_]*)=([1-9][0-9]{0,5})")


def shares(setting: str) -> Shares:
    """`train=90 validation=5 test=5` → the names with their shares of the sites; raises InputError."""
    found = list[tuple[str, int]]()
    for part in setting.replace(",", " ").split():
        match = _SPLIT.fullmatch(part)
        if match is None or match[1] == "all":  # `all` means every split to the datasets library
            raise InputError(f"pack.splits: {part!r}: write NAME=SHARE, such as train=90 validation=5 test=5")
        if match[1] in dict(found):
            raise InputError(f"pack.splits: {match[1]} stands twice; name each split once")
        found.append((match[1], int(match[2])))
    return tuple(found) or WHOLE


def split_of(identifier: str, host: str | None, shares: Shares) -> str:
    """The split of a record with that id, by the site of its host; of one without a host, by its id."""
    if len(shares) == 1:
        return shares[0][0]
    key = f"site {site(host)}" if host else f"id {identifier}"
    # A number below 1 that follows from the key alone, in whole numbers: no float decides.
    drawn = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8])
    bounds = list(accumulate(share for _, share in shares))
    return next(name for (name, _), bound in zip(shares, bounds, strict=True) if drawn * bounds[-1] < bound << 64)


def site(host: str) -> str:
    """`news.example.co.uk` → `example.co.uk`: the registered domain by the public suffix list that comes with tld.

    Who can register a name below a suffix such as `github.io` has a site of their own. Under a suffix that the list
    does not hold, the last two labels count; an address counts as it is.
    """
    from tld import get_fld  # no worker needs it, nor a version without splits

    host = host.rstrip(".").lower()
    found = get_fld(f"https://{host}", fail_silently=True, search_private=True)
    if found is not None:
        return str(found)
    if ":" in host or re.fullmatch(r"[0-9.]+", host):
        return host
    return ".".join(host.split(".")[-2:])
