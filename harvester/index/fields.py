"""What a value of an index means: dates, web addresses, names, tags, paths. Reads no index itself."""

import hashlib
import os
import posixpath
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime
from urllib.parse import unquote

import ada_url

from harvester.errors import InputError
from harvester.index.listing import fold, shorten

_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}\S*", re.ASCII)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(?=:)")
LISTS = (".xml", ".xml.gz", ".rss", ".atom")
"""Endings of local files that name pages and are none."""
_AND = re.compile(r",? and |, ?")


class Refused(InputError):
    """A value that cannot be taken; the message says what is wrong and how to mend it."""


def show(text: str) -> str:
    """Text of an index as a message quotes it: short, on one line, control characters escaped."""
    return repr(shorten(text))


def published(text: str) -> str:
    """A date of publication: `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or an ISO 8601 time, of which the day is kept."""
    text = fold(text)
    if _MOMENT.fullmatch(text):
        return _moment(text).date().isoformat()
    match = _DAY.fullmatch(text)
    if match is None:
        raise _bad_date(text)
    year, month, day = (int(part or 1) for part in match.groups())
    try:
        date(year, month, day)
    except ValueError:
        raise _bad_date(text) from None
    return text


def timestamp(text: str) -> str:
    """A moment as `YYYY-MM-DDTHH:MM:SSZ`, from a day or an ISO 8601 time; UTC where no zone is given."""
    text = fold(text)
    if not _MOMENT.fullmatch(text):
        if len(text) != 10:
            raise _bad_date(text)
        return published(text) + "T00:00:00Z"
    moment = _moment(text)
    try:
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        raise _bad_date(text) from None
    return moment.replace(tzinfo=None, microsecond=0).isoformat() + "Z"


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise _bad_date(text) from None


def _bad_date(text: str) -> Refused:
    return Refused(f"bad date {show(text)}: write YYYY-MM-DD, or an ISO 8601 time such as 2022-04-27T10:00:00Z")


def authors(text: str) -> tuple[str, ...]:
    """Names. `;` always parts them; without one, `,` and `and` do if every part then has two words or more."""
    if ";" in text:
        return _parts(text.split(";"))
    names = _parts(_AND.split(fold(text)))
    return names if all(" " in name for name in names) else _parts([text])


def tags(text: str) -> tuple[str, ...]:
    """Tags, parted by `,`."""
    return _parts(text.split(","))


def _parts(parts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for part in map(fold, parts) if part))


def patterns(text: str) -> tuple[str, ...]:
    """Patterns of addresses as robots.txt writes them, parted by blanks; each begins with `/`, `http://` or `https://`."""
    found = tuple(dict.fromkeys(text.split()))
    for pattern in found:
        if not pattern.startswith(("/", "http://", "https://")):
            raise Refused(f"pattern {show(pattern)} does not begin with /: write it as /2024/ or /*ferry")
    return found


def hosts(text: str) -> tuple[str, ...]:
    """Host names, parted by `,`, in the form that addresses have."""
    return tuple(dict.fromkeys(_host(part) for part in _parts(text.split(","))))


def _host(text: str) -> str:
    try:
        url = ada_url.URL(f"https://{text}/")
    except ValueError:
        url = None
    if url is None or url.pathname != "/" or not url.hostname or "@" in text:
        raise Refused(f"{show(text)} is no host name: write it as www.example.org, without https:// and path")
    return str(url.hostname)


def yes(text: str) -> bool:
    """`true` or `yes`, `false` or `no`."""
    known = {"true": True, "yes": True, "false": False, "no": False}
    if fold(text).lower() not in known:
        raise Refused(f"{show(text)} is neither true nor false: write one of the two")
    return known[fold(text).lower()]


def list_kind(path: str) -> str | None:
    """What a local file is by its name: `sitemap` or `feed` for XML, which is never a page; None for a page."""
    name = posixpath.basename(path).lower()
    if not name.endswith(LISTS):
        return None
    return "sitemap" if "sitemap" in name else "feed"


def scheme(target: str) -> str | None:
    """The URL scheme that `target` begins with, in lower case; None for a path."""
    match = _SCHEME.match(target)
    return match[0].lower() if match else None


def web_address(text: str) -> str:
    """An http or https URL, normalised as browsers do (WHATWG), without its fragment."""
    text = text.strip()
    found = scheme(text)
    if found is None:
        raise Refused(f"{show(text)} is no web address: begin it with https:// or http://")
    if found not in ("http", "https"):
        raise Refused(f"unknown scheme {show(found)}: list an http or https URL, or a path relative to the index")
    try:
        url = ada_url.URL(text)
    except ValueError:
        raise Refused(f"{show(text)} is no valid URL: correct it") from None
    if url.username or url.password:
        # the secret itself stays out of the message, which ends up in logs
        raise Refused(f"the URL of {url.host!r} holds a user name or password: remove what stands before the @")
    url.hash = ""
    return str(url.href)


def local_path(target: str, folder: str) -> str:
    """The path of a page that exists below `folder`: relative, posix, NFC where the file's own name allows.

    The name is tried as written, then percent-decoded, then both without query and fragment.
    """
    for name in _names(target):
        path = posixpath.normpath(name)
        if path.startswith("/"):
            raise Refused(f"{show(target)} is an absolute path: write it relative to the index, below its folder")
        if path.split("/")[0] == "..":
            raise Refused(f"{show(target)} leads out of the index's folder: move the page below it")
        for form in dict.fromkeys((nfc(path), path)):
            if os.path.lexists(os.path.join(folder, form)):
                return form
    raise Refused(
        f"missing file {show(target)}: add it below {folder!r}, correct the path, or begin a web address with https://"
    )


def _names(target: str) -> Iterator[str]:
    bare = re.split("[?#]", target, maxsplit=1)[0]
    yield from (name for name in dict.fromkeys((target, unquote(target), bare, unquote(bare))) if name)


def nfc(path: str) -> str:
    """The path in Unicode's composed form, which is the same on every file system."""
    return unicodedata.normalize("NFC", path)


def slug(name: str) -> str:
    """A corpus name of `[a-z0-9-]` from any name, at most 80 long; of one without ASCII letters, its digest."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    short = re.sub("[^a-z0-9]+", "-", plain)[:80].strip("-")
    digest = hashlib.sha256(unicodedata.normalize("NFC", name).encode("utf-8", "surrogateescape")).hexdigest()
    return short or f"corpus-{digest[:8]}"
