"""The nouns of harvester: Seed → Capture → Document (Block[], Verdict[]) → Record, and Failure.

All are frozen plain data. What a record's JSON holds is read off `Record`: field order here is key
order there, and the published JSON Schema is generated from it.
"""

import hashlib
import uuid
from collections.abc import Mapping
from functools import cached_property
from typing import dataclass_transform

import msgspec

RENDERED = "urn:dom:"
"""Stands before the address of a page where its document after its scripts have run is archived."""
CORRECTED = "urn:corrected:"
"""Stands before the address of a page where a person's correction of its text is archived."""

EPOCH = "1970-01-01T00:00:00Z"
"""The capture date of a local page for which the index states none."""

_PATH_IDS = uuid.UUID("6f0a4a57-5a0e-5d52-8f3c-2f6f0a3f9a11")

REASONS: Mapping[str, str] = {
    "binary": "the body is not text",
    "budget": "the budget of pages, bytes or seconds, of the run or of the host, was used up before",
    "connection": "the server could not be reached or broke the connection off",
    "damaged": "the page's record in a WARC file is damaged, or refers to what is not there",
    "decode-error": "the content coding is unknown or broken",
    "dns": "the host name does not resolve",
    "duplicate": "another page has the same or nearly the same text, and `curate.duplicates` is `drop`",
    "empty": "the page has no bytes",
    "forgotten": "`harvest forget` was told to keep the page, its address or its host out of the corpus",
    "needs-scripts": "the page has hardly any text until a browser has run its scripts",
    "host-down": "the host failed so often in a row that it is left alone until the next run",
    "http-401": "the server answered 401: the page wants a login",
    "http-403": "the server answered 403: it refuses the page",
    "http-404": "the server answered 404: there is no such page",
    "http-410": "the server answered 410: the page is gone for good",
    "http-429": "the server answered 429: too many requests",
    "http-451": "the server answered 451: the page may not be shown, for legal reasons",
    "http-4xx": "the server answered with another status from 400 to 499",
    "http-5xx": "the server answered with a status from 500 on: it failed itself",
    "language": "the text is in none of the languages that `curate.languages` names",
    "no-text": "no block of the page was judged to be body",
    "not-archived": "the archive holds no capture of the page and the run is offline",
    "not-html": "the server sent something that is neither HTML nor text",
    "not-regular": "the path is a FIFO, a device, a socket or a folder",
    "opt-out": "the page asks not to be mined, and `extract.opt_out` is `drop`",
    "outside-folder": "the path leads out of the index's folder",
    "parser-crash": "the process that parsed the page died of it, and so did a second one",
    "parser-memory": "parsing the page wants more memory than a worker process has, in a second one, too",
    "parser-timeout": "parsing the page did not come to an end and was stopped, in a second process, too",
    "port-refused": "the address names a port on which no web servers listen",
    "private-address": "the host resolves to a private, loopback or otherwise special address",
    "protocol-error": "the server's answer is not valid HTTP",
    "quality": "the text is outside of a bound of `curate.preset`, `curate.bounds` or `curate.min_confidence`",
    "redirect": "too many redirects, or one that leads nowhere",
    "render": "the browser could not run the page's scripts",
    "source-limit": "a feed, a sitemap or a page of links names more than is read; the rest of it is left out",
    "source-unreadable": "what is listed as a feed, a sitemap or a page of links is none",
    "retry-after": "the host asked to be left alone for longer than a run waits",
    "robots": "robots.txt forbids the page, cannot be read for now, or asks for a delay that is too long to keep",
    "timeout": "the server took too long",
    "tls": "the server's certificate or TLS is not acceptable",
    "too-deep": "the markup is nested deeper, or a tag has more attributes, than the parser takes",
    "too-large": "the page has more bytes or elements than the limit",
    "unreadable": "the file could not be read",
}
"""Why a page becomes a Failure: every reason a `PageError` may carry, with its meaning."""


@dataclass_transform(frozen_default=True)
class Frozen(msgspec.Struct, frozen=True):
    """Base of the nouns: immutable, comparable, encodable by msgspec."""


class Attribute(Frozen):
    """A `key: value` that the index states about a page, as written."""

    key: str
    value: str


class Source(Frozen, rename={"origin": "from"}):
    """Where a metadata field's value came from: `index`, `json-ld`, `meta og:title`, `byline` …"""

    field: str
    origin: str


class Seed(Frozen):
    """A page that an index lists. Exactly one of `path` and a fetched `url` is where its bytes are."""

    id: str
    """uuid5 of the normalised URL, else of the path."""
    url: str | None
    """The page's public address, normalised: the listed URL, or the `url` stated for a local file."""
    path: str | None
    """The local file as the index names it, relative to the index's folder; None for a URL."""
    file: str
    """The index the seed stands in, as given by the user."""
    line: int
    """Line in `file`, counted from 1; 0 where the index is a folder. In a WARC file, the byte its record begins at."""
    label: str | None = None
    section: str | None = None
    """Headings above the seed, joined by ` / `."""
    notes: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    date: str | None = None
    """ISO 8601 date of publication, to the day, month or year."""
    language: str | None = None
    site: str | None = None
    license: str | None = None
    tags: tuple[str, ...] = ()
    captured: str | None = None
    """When a local page was captured, `YYYY-MM-DDTHH:MM:SSZ`."""
    record: int | None = None
    """Where `file` is a WARC file: how many decoded bytes lie before the page's record in the gzip member at `line`,
    mostly 0. None for a page that lies in none."""
    attributes: tuple[Attribute, ...] = ()
    """Everything the index states about the page, typed or not, in its order; then what a feed states."""
    found: tuple[Source, ...] = ()
    """The fields above that a feed, a sitemap or a page of links states, and which of these it is."""
    render: bool = False
    """Whether a browser runs the page's scripts before it is read."""
    corrected: str | None = None
    """The file with the page's text as a person corrected it, in Markdown; relative to the index's folder."""

    @property
    def uri(self) -> str:
        """The address the page is archived under: its URL, or `file:///` and its path."""
        if self.path is None:
            assert self.url is not None
            return self.url
        return path_uri(self.path)

    @property
    def name(self) -> str:
        """What a person calls the page: the path as listed, else the URL."""
        return self.path or self.url or self.id


def page_uri(uri: str) -> str:
    """The address of the page that a capture is of, which may be its rendering or its correction."""
    return uri.removeprefix(RENDERED).removeprefix(CORRECTED)


def path_uri(path: str) -> str:
    """`pages/a b.html` → `file:///pages/a%20b.html`: an address without the machine's folders."""
    from urllib.parse import quote

    return "file:///" + quote(path)


def url_id(url: str) -> str:
    """The id of a page with a normalised URL."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, url))


def path_id(path: str) -> str:
    """The id of a local page without a URL, from its path relative to the index."""
    return str(uuid.uuid5(_PATH_IDS, path))


ROBOTS: Mapping[str, str] = {
    "allowed": "its rules allow the page",
    "none": "the site has none, or one that cannot be reached for good (RFC 9309 2.3.1.3)",
    "ignored": "it was not asked for, as `fetch.robots` says",
}
"""What robots.txt can say of a page that is fetched."""
OPT_OUT_FILES = ("tdmrep.json tdm-reservation", "ai.txt disallow")
"""What files of a site can say against mining a page."""


def record_id(uri: str, fetched_at: str, sha256: str) -> str:
    """The WARC record id of a capture, from its address, date and digest."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{uri} {fetched_at} {sha256}')}"


class Header(Frozen):
    """One HTTP header field."""

    name: str
    value: str


class Capture(Frozen, dict=True):
    """The bytes of a page as they came, from a server or a file, and how they came."""

    uri: str
    fetched_at: str
    """`YYYY-MM-DDTHH:MM:SSZ`."""
    body: bytes
    """The payload as sent: transfer coding undone, content coding not."""
    status: int | None = None
    """HTTP status; None for a file."""
    content_type: str | None = None
    headers: tuple[Header, ...] = ()
    request_headers: tuple[Header, ...] = ()
    ip: str | None = None
    source: str | None = None
    """Where a web archive gave it out, for a page that is gone itself."""
    robots: str | None = None
    """What robots.txt said of the page when it was asked for, one of `ROBOTS`; None where nobody asked a server for it."""
    opt_out: str | None = None
    """What files of the site asked of those who mine text when the page came, of `OPT_OUT_FILES`, `; ` between them.

    Empty where they were asked for and ask nothing; None where nobody asked for them, and of what an archive holds
    where they ask nothing.
    """
    truncated: str | None = None
    """Why the body is not whole, as WARC says it: `length`, `time`, `disconnect` or `unspecified`; None for a whole one."""

    @cached_property
    def sha256(self) -> str:
        """Hex digest of `body`."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def record_id(self) -> str:
        """The WARC record id: the same capture has the same id in any archive."""
        return record_id(self.uri, self.fetched_at, self.sha256)

    def header(self, name: str) -> str | None:
        """The first field of that name, whatever its case."""
        return next((h.value for h in self.headers if h.name.lower() == name.lower()), None)


class Block(Frozen, gc=False):
    """A run of visible text that stands or falls as one: a paragraph, a heading, a table row, a line."""

    label: str
    """paragraph, heading, list-item, quote, code, table-row, caption, footnote or, where a rule
    recognised more, what it is: title, byline, share, promo, teaser …"""
    text: str
    """Plain text, white space folded (code keeps its own)."""
    markdown: str
    """The same block as Markdown, without its place in a list or a table."""
    level: int = 0
    """Heading level 1–6; depth in nested lists or quotes from 1; 0 elsewhere."""
    info: str = ""
    """Language of a code block, `1.` of an ordered list item, `header` of a table's head row."""
    group: int = 0
    """Number of the list, table or quote the block belongs to; 0 for none."""


class Verdict(Frozen, gc=False):
    """What was decided about the block at the same position, and why."""

    kept: bool
    score: float
    """Estimated probability that the block is body, 0 to 1, four places."""
    reason: str


class Footnote(Frozen, gc=False):
    """A note, taken out of the sentence it stood in."""

    label: str
    text: str


class Metadata(Frozen):
    """What is known about a page; null, or empty, where unknown."""

    url: str | None = None
    canonical_url: str | None = None
    title: str | None = None
    subtitle: str | None = None
    authors: tuple[str, ...] = ()
    translators: tuple[str, ...] = ()
    date_published: str | None = None
    date_modified: str | None = None
    site_name: str | None = None
    host: str | None = None
    language: str | None = None
    license: str | None = None
    description: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None
    footnotes: tuple[Footnote, ...] = ()
    sources: tuple[Source, ...] = ()
    page_type: str | None = None
    page_type_probability: float | None = None
    word_count: int = 0
    truncated: bool = False


class PlacedImage(Frozen):
    """An image that stands between blocks of the text."""

    before: int
    """Position of the block behind it; their number where there is none."""
    block: Block
    """Its Markdown, without text."""


class Document(Frozen):
    """A page after extraction: every visible block with its verdict, and what the kept ones add up to."""

    text: str
    """The kept blocks, as paragraphs joined by a blank line; no markup."""
    markdown: str
    metadata: Metadata
    blocks: tuple[Block, ...]
    verdicts: tuple[Verdict, ...]
    """One for each block, in the same order."""
    engine: str
    """What judged the blocks: `blocks`, `lines` (flat text) or `trafilatura`; `declared` where the text is the page's JSON-LD,
    `corrected` where it is a person's."""
    confidence: float
    """The page's expected F1 given the verdicts' scores, 0 to 1; calibrated where the engine is `blocks`."""
    low_confidence: bool
    kept_words: int
    dropped_words: int
    opt_out: str | None = None
    """What the page and its HTTP headers ask of those who mine text; None where they ask nothing."""
    images: tuple[PlacedImage, ...] = ()
    """Those that stand in the Markdown."""


class Extraction(Frozen):
    """How a record's text was made."""

    engine: str
    confidence: float
    low_confidence: bool
    kept_words: int
    dropped_words: int
    sha256: str
    """Of the record's text in UTF-8."""


class SeedInfo(Frozen):
    """What the index says of the page."""

    label: str | None
    path: str | None
    section: str | None
    notes: str | None
    tags: tuple[str, ...]
    attributes: tuple[Attribute, ...]


class CaptureInfo(Frozen):
    """Which capture the record was made from."""

    record_id: str
    sha256: str
    """Of the bytes as they were sent."""
    fetched_at: str
    status: int | None
    robots: str | None = None
    """As on the capture."""
    opt_out: str | None = None
    """`http x-robots-tag noai; meta tdm-reservation` … : what the page asks of those who mine text."""


class Quality(Frozen):
    """Signals of a text's quality; null where one is undefined. Shares are from 0 to 1, to four places.

    What is measured, and on what definition of whom, stands in `curate/quality.py`.
    """

    words: int
    """Marks that combine with a letter are part of a word here, as they are not in `word_count`."""
    mean_word_length: float | None
    """Characters (Gopher); null in scripts without spaces."""
    symbol_words: float
    """`#` and ellipses for each word (Gopher)."""
    letter_words: float
    """Words with a letter (Gopher)."""
    stop_words: int | None
    """How many different ones of the language's commonest words occur (Gopher); null where there is no list of them."""
    sentences: int | None
    """Ends of sentences (C4); null in languages that do not mark them, such as Thai."""
    bullet_lines: float
    """Lines that are list items or begin with a bullet (Gopher)."""
    ellipsis_lines: float
    """Lines that end with an ellipsis (Gopher)."""
    terminal_lines: float | None
    """Lines that end as a sentence does (C4, FineWeb); null as `sentences` is."""
    short_lines: float
    """Lines of under 30 characters, 15 in scripts without spaces (FineWeb)."""
    javascript_lines: float
    """Lines that speak of JavaScript (C4)."""
    duplicate_lines: float
    """Lines that stood before (Gopher, as are the following eleven)."""
    duplicate_line_characters: float
    """Characters in them."""
    duplicate_paragraphs: float
    """Paragraphs that stood before."""
    duplicate_paragraph_characters: float
    """Characters in them."""
    top_2gram: float
    """Characters of words in the commonest run of two words."""
    top_3gram: float
    """In that of three."""
    top_4gram: float
    """In that of four."""
    duplicate_5gram: float
    """Characters of words in runs of five words that stood before, each word counted once."""
    duplicate_6gram: float
    """In runs of six."""
    duplicate_7gram: float
    """In runs of seven."""
    duplicate_8gram: float
    """In runs of eight."""
    duplicate_9gram: float
    """In runs of nine."""
    duplicate_10gram: float
    """In runs of ten."""
    list_words: float
    """Words in list items (after FineWeb's share of lines in lists)."""
    curly_brackets: int
    """`{` outside of code (C4)."""
    lorem_ipsum: bool
    """Whether filler text stands in it (C4)."""
    repeated_on_host: float | None = None
    """Words in paragraphs that stand in several other records of the host (after RefinedWeb's and CCNet's
    deduplication of lines); null where no host is known."""


class RecordMetadata(Metadata, kw_only=True):
    """The `metadata` of a record: the page's, and how it came to be."""

    quality: Quality | None = None
    extraction: Extraction
    seed: SeedInfo
    capture: CaptureInfo
    duplicate_of: str | None = None
    """Id of the record that stands for all with the same or nearly the same text; null for that record itself."""


class Record(Frozen):
    """One line of a shard. `id`, `text`, `source`, `added`, `created` and `metadata` are what Dolma reads."""

    id: str
    text: str
    source: str
    """Name of the corpus."""
    added: str
    """The capture's date."""
    created: str | None
    """The publication date."""
    markdown: str
    metadata: RecordMetadata


class SidecarBlock(Frozen, gc=False):
    """A block as the sidecar keeps it: a kept one by its span in the record's text, a dropped one whole."""

    label: str
    kept: bool
    score: float
    reason: str
    start: int | None
    """Code points into `text`, for a kept block."""
    end: int | None
    text: str | None
    """For a dropped block."""


class Personal(Frozen, gc=False):
    """Where a record's text holds what tells a person: an address, or the mask that stands in its place."""

    kind: str
    """`email`, `phone` or `ip`."""
    start: int
    """Code points into `text`."""
    end: int


class Sidecar(Frozen):
    """All blocks of the record with the same id, in document order."""

    id: str
    blocks: tuple[SidecarBlock, ...]
    pii: tuple[Personal, ...] = ()


class Failure(Frozen):
    """A page that did not become a record."""

    id: str
    name: str
    """The path or URL as the index names it."""
    reason: str
    """One of `REASONS`."""
    detail: str
    file: str
    """Name of the index, without folders: a version does not depend on where it was built."""
    line: int
