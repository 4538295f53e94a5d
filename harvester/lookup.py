"""Pages that are gone, looked up in a web archive by its CDX server, and archived under their own address and its date.

Wayback machines, pywb and Common Crawl's index answer the same question in two forms; where an archived page lies
is a template, so that any of them can be asked.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import aclosing
from datetime import datetime
from urllib.parse import quote

import msgspec

from harvester.archive import Entry, warc
from harvester.decode import to_text, undo_coding
from harvester.errors import PageError, StorageError
from harvester.run import Run, finish
from harvester.types import Capture, Failure, Frozen, Header, Seed

GONE = ("dns", "connection", "http-404", "http-410")
"""Reasons for which a page is looked up. A page that is refused or forbidden is not gone."""
_TEXT = ("text/html", "text/plain", "application/xhtml+xml", "unk")
_STAMP = re.compile(r"\d{14}", re.ASCII)
_NUMBER = re.compile(r"\d{1,15}", re.ASCII)
_MAX_ANSWER = 16_000_000


class Row(Frozen):
    """A capture that a web archive holds."""

    timestamp: str
    """`YYYYMMDDhhmmss`, UTC."""
    url: str
    filename: str = ""
    """The WARC file it lies in, where the server says so; then `offset` and `length` are bytes of it."""
    offset: int = 0
    length: int = 0

    @property
    def date(self) -> str:
        """`YYYY-MM-DDTHH:MM:SSZ`."""
        return datetime.strptime(self.timestamp, "%Y%m%d%H%M%S").strftime("%Y-%m-%dT%H:%M:%SZ")


def look_up_all(
    captured: Sequence[tuple[Seed, Entry]], lost: Sequence[Failure], seeds: Iterable[Seed], run: Run
) -> tuple[list[tuple[Seed, Entry]], list[Failure]]:
    """The same pages, those that are gone with the copy that a web archive gave; it is asked where `lookup.cdx` says so.

    A copy that our archive holds is used whatever the settings are, so that they do not change what it gives.
    """
    reasons = {failure.id for failure in lost if failure.reason in GONE}
    reasons |= {seed.id for seed, entry in captured if entry.status in ("404", "410")}
    gone = [seed for seed in seeds if seed.id in reasons and seed.path is None]
    missing = [seed for seed in gone if _copy(seed, run) is None]
    if missing and run.settings.lookup.cdx and run.settings.fetch.mode != "offline":
        finish(_look_up(missing, run))
    held = {seed.id: (seed, copy) for seed in gone if (copy := _copy(seed, run)) is not None}
    kept = [(seed, entry) for seed, entry in captured if seed.id not in held]
    return [*kept, *held.values()], [failure for failure in lost if failure.id not in held]


def _copy(seed: Seed, run: Run) -> Entry | None:
    """The newest capture of a page that came whole."""
    history = run.archive.history(seed.uri)
    return next((entry for entry in history if entry.status.startswith("2") and not entry.original), None)


async def _look_up(missing: Sequence[Seed], run: Run) -> None:
    """Ask for the copies of pages, fetch them and archive them; what there is none of is said."""
    template = run.settings.lookup.cdx
    queries = {template.replace("{url}", quote(seed.uri, safe="")): seed for seed in missing}
    rows = dict[str, tuple[Row, Seed]]()
    for query, answer in (await _ask(list(queries), run, {})).items():
        seed = queries[query]
        try:
            row = newest(read_rows(_text(answer)))
        except PageError as error:
            run.notices.append(f"{seed.uri}: is gone and could not be looked up ({error})")
            continue
        if row is None:
            run.notices.append(f"{seed.uri}: is gone, and the archive that was asked holds no copy")
            continue
        rows[_replay(row, run.settings.lookup.replay)] = (row, seed)
    ranges = {
        place: Header("Range", f"bytes={row.offset}-{row.offset + row.length - 1}")
        for place, (row, _) in rows.items()
        if row.length
    }
    for place, answer in (await _ask(list(rows), run, ranges)).items():
        row, seed = rows[place]
        try:
            run.archive.add(_archived(answer, row, seed, place))
        except PageError as error:
            run.notices.append(f"{seed.uri}: is gone, and its copy of {row.date} did not come ({error})")


async def _ask(urls: Sequence[str], run: Run, ranges: Mapping[str, Header]) -> dict[str, Capture | PageError]:
    """What comes of addresses of the web archive. Its robots.txt speaks of crawling, not of asking its interface."""
    from harvester.fetch import Known, Wanted, fetch_pages

    answers = dict[str, Capture | PageError]()
    fetch = msgspec.structs.replace(run.settings.fetch, robots=False, opt_out_files=False)
    asked = fetch_pages(
        urls,
        fetch,
        now=run.now,
        transport=run.transport,
        known=Known(conditions=lambda url, _: [ranges[url]] if url in ranges else []),
        wanted=Wanted("application/json, */*", codings="identity") if ranges else Wanted("application/json, */*"),
        budget=run.budget,
    )
    async with aclosing(asked) as pages:
        async for page in pages:
            answers[page.url] = PageError(page.reason, page.detail) if page.reason else page.captures[-1]
            run.report("look up", len(answers), len(urls))
    return answers


def _text(answer: Capture | PageError) -> str:
    if isinstance(answer, PageError):
        raise answer
    if answer.status == 404:  # how some servers say that they hold nothing
        return ""
    if answer.status != 200:
        raise PageError("http-4xx", f"the CDX server answered {answer.status}")
    body = undo_coding(answer.body, answer.header("content-encoding"), _MAX_ANSWER)
    return to_text(body, "text/plain; charset=utf-8", html=False)


def read_rows(text: str) -> list[Row]:
    """The captures of pages that a CDX server's JSON tells of: a table with a header row, or an object a line.

    Raises PageError `protocol-error` for anything else.
    """
    try:
        if text.lstrip().startswith("["):
            header, *table = msgspec.json.decode(text, type=list[list[str]]) or [[]]
            found = [dict(zip(header, row, strict=False)) for row in table]
        else:
            found = [msgspec.json.decode(line, type=dict[str, str]) for line in text.split("\n") if line.strip()]
    except (msgspec.MsgspecError, RecursionError) as error:
        raise PageError("protocol-error", "what the CDX server answered is no list of captures in JSON") from error
    return [row for fields in found if (row := _row(fields)) is not None]


def _row(fields: Mapping[str, str]) -> Row | None:
    """A row of a whole page with text; None for redirects, errors, revisits and images."""
    status, mime = fields.get("statuscode", fields.get("status", "")), fields.get("mimetype", fields.get("mime", ""))
    stamp, url = fields.get("timestamp", ""), fields.get("original", fields.get("url", ""))
    if status != "200" or not mime.startswith(_TEXT) or not url.startswith(("http://", "https://")):
        return None
    try:
        datetime.strptime(stamp if _STAMP.fullmatch(stamp) else "", "%Y%m%d%H%M%S")
    except ValueError:
        return None
    offset, length = fields.get("offset", ""), fields.get("length", "")
    if fields.get("filename") and _NUMBER.fullmatch(offset) and _NUMBER.fullmatch(length):
        return Row(stamp, url, fields["filename"], int(offset), int(length))
    return Row(stamp, url)


def newest(rows: Sequence[Row]) -> Row | None:
    """The last capture."""
    return max(rows, key=lambda row: (row.timestamp, row.url), default=None)


def _replay(row: Row, template: str) -> str:
    parts = {"{timestamp}": row.timestamp, "{url}": row.url, "{filename}": quote(row.filename)}
    return re.sub(r"\{(?:timestamp|url|filename)\}", lambda match: parts[match[0]], template)


def _archived(answer: Capture | PageError, row: Row, seed: Seed, place: str) -> Capture:
    """The page as the web archive gives it, under its own address and the date of the copy."""
    if isinstance(answer, PageError):
        raise answer
    if answer.status not in (200, 206):
        raise PageError("http-4xx", f"the web archive answered {answer.status}")
    if row.length:
        try:
            record = warc.read_record(answer.body, place=place)
        except StorageError as error:
            raise PageError("protocol-error", "no readable WARC record lies there") from error
        if record.uri != row.url or (answer := warc.read_capture(record)).status != 200:
            raise PageError("protocol-error", "another page lies there")
    return msgspec.structs.replace(
        answer,
        uri=seed.uri,
        fetched_at=row.date,
        status=200,
        request_headers=(),
        ip=None,
        robots=None,
        opt_out=None,
        source=place,
    )
