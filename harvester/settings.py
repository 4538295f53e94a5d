"""One frozen tree of settings, resolved as flag > environment > project file > default.

`Recipe` is the part that changes text. It stands in every manifest, with what else decides a version's bytes.
Longer than 300 lines since the tree is one list, to be read in one place.
"""

import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, dataclass_transform

import msgspec
from msgspec import Meta

from harvester.errors import InputError

AGENT = "harvester/0.1 (+https://harvester.example/contact; set fetch.user_agent)"


@dataclass_transform(frozen_default=True, kw_only_default=True)
class _Group(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the tree."""


class FetchSettings(_Group):
    """How pages are fetched; none of it changes the text of a page."""

    mode: Annotated[
        Literal["missing", "update", "refresh", "offline"],
        Meta(description="fetch what the archive lacks; feeds and sitemaps again, too; all again; or nothing"),
    ] = "missing"
    user_agent: Annotated[
        str,
        # what an HTTP header can hold: printable ASCII, no blank at either end
        Meta(pattern=r"^[!-~]([ -~]*[!-~])?\Z", description="how harvester names itself; put a contact in it"),
    ] = AGENT
    timeout: Annotated[float, Meta(gt=0, description="seconds for connect, and for each read")] = 20.0
    total_timeout: Annotated[float, Meta(gt=0, description="seconds for a page, redirects included")] = 60.0
    robots: Annotated[bool, Meta(description="do what robots.txt asks (RFC 9309)")] = True
    opt_out_files: Annotated[
        bool, Meta(description="ask each site for tdmrep.json and ai.txt as well: two more requests")
    ] = False
    delay: Annotated[float, Meta(ge=0, description="seconds between two requests to a host")] = 2.0
    hosts: Annotated[int, Meta(ge=1, description="hosts fetched from at once, one request each")] = 16
    retries: Annotated[int, Meta(ge=0, description="further tries after a failure that may pass")] = 2
    backoff: Annotated[
        float, Meta(ge=0, description="seconds before the first of them, the half by chance; then doubled")
    ] = 4.0
    redirects: Annotated[int, Meta(ge=0, description="redirects followed for a page")] = 5
    max_bytes: Annotated[int, Meta(ge=1, le=100_000_000, description="bytes of a page on the wire, at most")] = (
        10_000_000
    )
    run_pages: Annotated[int, Meta(ge=0, description="pages asked for in a run, at most; 0 for no limit")] = 0
    run_bytes: Annotated[int, Meta(ge=0, description="bytes of bodies on the wire in a run; 0 for no limit")] = 0
    run_seconds: Annotated[float, Meta(ge=0, description="seconds in which a run asks for pages; 0 for no limit")] = 0.0
    host_pages: Annotated[int, Meta(ge=0, description="pages asked of a host in a run; 0 for no limit")] = 0
    host_bytes: Annotated[int, Meta(ge=0, description="bytes of bodies from a host in a run; 0 for no limit")] = 0
    allow_private: Annotated[bool, Meta(description="let pages come from private and loopback addresses")] = False


class RenderSettings(_Group):
    """How a browser runs the scripts of pages that the index says to render."""

    hosts: Annotated[str, Meta(description="hosts, parted by commas, of which every page is rendered")] = ""
    browser: Annotated[str, Meta(description="path of Chromium; the one on PATH if empty")] = ""
    seconds: Annotated[float, Meta(gt=0, description="seconds for a page; half of them for it to come to rest")] = 30.0
    requests: Annotated[int, Meta(ge=0, description="scripts and data loaded for a page, at most")] = 200
    bytes: Annotated[int, Meta(ge=1, le=100_000_000, description="bytes of these, at most")] = 20_000_000


class LookupSettings(_Group):
    """Where pages that are gone are looked up."""

    cdx: Annotated[str, Meta(description="query of a web archive's CDX server, with {url} in it; off if empty")] = ""
    replay: Annotated[
        str, Meta(description="where it gives a copy out: {timestamp} and {url}, or {filename} of a WARC file")
    ] = "https://web.archive.org/web/{timestamp}id_/{url}"


class Recipe(_Group):
    """What changes the text of a page."""

    engine: Annotated[
        Literal["blocks", "trafilatura"],
        Meta(description="what judges HTML: the block classifier, or what trafilatura keeps"),
    ] = "blocks"
    max_page_bytes: Annotated[int, Meta(ge=1, le=100_000_000, description="decoded bytes of a page, at most")] = (
        32_000_000
    )
    max_depth: Annotated[int, Meta(ge=1, description="nesting depth of a page's markup, at most")] = 5_000
    max_attributes: Annotated[int, Meta(ge=1, description="attributes of one tag, at most")] = 1_000
    max_elements: Annotated[int, Meta(ge=1, description="elements of a page's markup, at most")] = 400_000
    max_text: Annotated[int, Meta(ge=1, description="code points of a record's text; the rest is cut")] = 4_194_304
    images: Annotated[bool, Meta(description="write the images of the body into its Markdown")] = False
    opt_out: Annotated[
        Literal["keep", "drop"],
        Meta(description="keep pages that ask not to be mined, which their records say, or drop them"),
    ] = "keep"
    low_confidence: Annotated[float, Meta(ge=0, le=1, description="below this a record is flagged")] = 0.5


class CurateSettings(_Group):
    """What becomes of documents that are out of place, of low quality, or said twice; and of personal data in them."""

    languages: Annotated[
        str,
        Meta(
            pattern=r"^([a-z]{2,3}([ ,]+[a-z]{2,3})*)?\Z",
            description="languages to keep, such as `en, de`; all of them if empty",
        ),
    ] = ""
    preset: Annotated[
        Literal["none", "c4", "gopher", "fineweb"],
        Meta(description="drop what is outside of the bounds that this corpus was made with"),
    ] = "none"
    bounds: Annotated[
        str,
        Meta(description="bounds of your own, such as `words >= 50, short_lines <= 0.5`; they go before the preset's"),
    ] = ""
    min_confidence: Annotated[float, Meta(ge=0, le=1, description="drop records of a lower confidence")] = 0.0
    duplicates: Annotated[
        Literal["mark", "drop"], Meta(description="say of which record one is a duplicate, or drop it")
    ] = "mark"
    repeated_paragraphs: Annotated[
        Literal["keep", "drop"], Meta(description="keep or drop paragraphs that stand in other records of their host")
    ] = "keep"
    repeated_in: Annotated[
        int, Meta(ge=1, description="other records of the host in which such a paragraph stands")
    ] = 5
    pii: Annotated[
        Literal["keep", "mask"],
        Meta(description="leave e-mail addresses, phone numbers and IP addresses, or mask them"),
    ] = "keep"


class PackSettings(_Group):
    """How records are written."""

    compression: Annotated[Literal["none", "gzip", "zstd"], Meta(description="of shards and sidecars")] = "none"
    shard_bytes: Annotated[int, Meta(ge=1, description="uncompressed bytes after which a new shard begins")] = (
        268_435_456
    )
    splits: Annotated[
        str,
        Meta(description="shares of the sites, such as train=90 validation=5 test=5; all are train if empty"),
    ] = ""


class CheckSettings(_Group):
    """What `harvest check` lets pass; none of it changes the text of a page."""

    drop: Annotated[
        float, Meta(gt=0, le=1, description="mean word F1 that the gold pages of a host or kind, or all, may lose")
    ] = 0.01
    page_drop: Annotated[float, Meta(gt=0, le=1, description="word F1 that a gold page may lose by itself")] = 0.1
    languages: Annotated[
        str,
        Meta(
            pattern=r"^([a-z]{2,3}([ ,]+[a-z]{2,3})*)?\Z",
            description="languages that a corpus is in, such as `en, de`; any if empty",
        ),
    ] = ""
    other_languages: Annotated[
        float, Meta(ge=0, le=1, description="share of a corpus's records in other languages, at most")
    ] = 0.05
    language_shift: Annotated[
        float, Meta(ge=0, le=1, description="by how much a language's share may move against the parent version")
    ] = 0.1
    duplicates: Annotated[float, Meta(ge=0, le=1, description="share of records that repeat others, at most")] = 0.2
    short_words: Annotated[int, Meta(ge=1, description="words below which a record is short")] = 20
    short: Annotated[float, Meta(ge=0, le=1, description="share of short records, at most")] = 0.2
    truncated: Annotated[float, Meta(ge=0, le=1, description="share of records that were cut off, at most")] = 0.02
    low_confidence: Annotated[
        float, Meta(ge=0, le=1, description="share of records flagged as of low confidence, at most")
    ] = 0.3
    failed: Annotated[float, Meta(ge=0, le=1, description="share of listed pages that failed, at most")] = 0.3
    failed_rise: Annotated[
        float, Meta(ge=0, le=1, description="by how much a reason's share of the pages may rise against the parent")
    ] = 0.1
    host_records: Annotated[
        int, Meta(ge=2, description="records of a host from which it is asked whether it shrank, or repeats lines")
    ] = 5
    shrink: Annotated[
        float, Meta(gt=0, le=1, description="share of its records, words or kept share that a host may lose")
    ] = 0.5
    boilerplate: Annotated[
        float, Meta(gt=0, le=1, description="share of a host's records in which a line may stand")
    ] = 0.3
    drift_pages: Annotated[
        int, Meta(ge=4, description="pages of a host, in each version, from which it is asked whether it drifted")
    ] = 8
    drift: Annotated[
        float, Meta(gt=0, le=1, description="by how much a mean share or confidence must move to be drift")
    ] = 0.1
    drift_alarms: Annotated[
        float, Meta(gt=0, lt=1, description="share of the hosts reported as drifted that may be chance, at most")
    ] = 0.01


class Settings(_Group):
    """All settings; `fetch.delay` is `[fetch] delay` in a file and `HARVEST_FETCH_DELAY` in the environment."""

    fetch: FetchSettings = FetchSettings()
    lookup: LookupSettings = LookupSettings()
    render: RenderSettings = RenderSettings()
    extract: Recipe = Recipe()
    curate: CurateSettings = CurateSettings()
    pack: PackSettings = PackSettings()
    check: CheckSettings = CheckSettings()


def defaults() -> dict[str, Any]:
    """Every setting by its dotted name, with its default value."""
    return _flat(msgspec.to_builtins(Settings()))


def describe() -> dict[str, str]:
    """Every setting by its dotted name, with its meaning."""
    groups: Any = msgspec.inspect.type_info(Settings)
    return {
        f"{group.name}.{field.name}": field.type.extra_json_schema["description"]
        for group in groups.fields
        for field in group.type.fields
    }


def as_toml(settings: Settings, prefix: str = "") -> str:
    """Every setting as TOML with its meaning; `prefix` stands before each value's line."""
    lines, section, meanings = list[str](), "", describe()
    for key, value in _flat(msgspec.to_builtins(settings)).items():
        group, _, name = key.partition(".")
        if group != section:
            lines += ["", f"[{group}]"]
            section = group
        lines.append(f"{prefix}{name} = {msgspec.json.encode(value).decode()}  # {meanings[key]}")
    return "\n".join(lines[1:])


def starter_settings() -> str:
    """A settings file in which every default stands as a comment."""
    return f"# Settings of harvest; take the # off a line to change it.\n\n{as_toml(Settings(), prefix='# ')}\n"


def resolve(
    flags: Mapping[str, object] | None = None,
    *,
    stated: Mapping[str, str] | None = None,
    config: Path | None = None,
    environ: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Settings:
    """The settings in force.

    `flags` are values by dotted name, None where not given; `stated` are such pairs as text. `config` names
    the project file; without it `harvest.toml`, then `[tool.harvester]` of `pyproject.toml`, is looked for in
    `folder`.
    Raises InputError naming the key, where it stands and the nearest known one.
    """
    tree: dict[str, Any] = msgspec.to_builtins(Settings())
    file, values = _project_file(config, folder or Path.cwd())
    for key, value in _flat(values).items():
        _put(tree, key, value, where=file)
    for variable, text in sorted((os.environ if environ is None else environ).items()):
        if variable.startswith("HARVEST_"):
            group, _, name = variable.removeprefix("HARVEST_").lower().partition("_")
            _put(tree, f"{group}.{name}" if name else group, text, where=f"environment {variable}", as_text=True)
    for key, text in (stated or {}).items():
        _put(tree, key, text, where="--set", as_text=True)
    for key, flag in (flags or {}).items():
        if flag is not None:
            _put(tree, key, flag, where="command line")
    return msgspec.convert(tree, Settings, strict=False)


def _flat(tree: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in tree.items():
        flat.update(_flat(value, f"{prefix}{key}.") if isinstance(value, Mapping) else {prefix + key: value})
    return flat


def _project_file(config: Path | None, folder: Path) -> tuple[str, Mapping[str, Any]]:
    if config is not None:
        values = _read_toml(config, explicit=True)
        return str(config), _tool(values) if config.name == "pyproject.toml" else values
    if (folder / "harvest.toml").exists():
        return "harvest.toml", _read_toml(folder / "harvest.toml")
    return "pyproject.toml [tool.harvester]", _tool(_read_toml(folder / "pyproject.toml"))


def _tool(pyproject: Mapping[str, Any]) -> Mapping[str, Any]:
    tool = pyproject.get("tool", {})
    own = tool.get("harvester", {}) if isinstance(tool, Mapping) else {}
    if not isinstance(own, Mapping):
        raise InputError("pyproject.toml: [tool.harvester] is no table; write settings as [tool.harvester.fetch]")
    return own


def _read_toml(path: Path, explicit: bool = False) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        if explicit:
            raise InputError(f"{path}: no such settings file; name an existing one or leave --config out") from None
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path}: cannot be read as TOML: {error}") from error


def _put(tree: dict[str, Any], key: str, value: object, where: str, as_text: bool = False) -> None:
    """Set one dotted key, checking it and its value alone so that the message can name both."""
    known = defaults()
    if key not in known:
        near = difflib.get_close_matches(key, known, n=1, cutoff=0.0)[0]
        raise InputError(f"{where}: unknown setting {key!r}; did you mean {near!r}?")
    group, _, name = key.partition(".")
    try:
        msgspec.convert({group: {name: value}}, Settings, strict=not as_text)
    except msgspec.ValidationError as error:
        reason = str(error).split(" - at ")[0]
        raise InputError(f"{where}: {key} = {value!r}: {reason[:1].lower()}{reason[1:]}") from None
    tree[group][name] = value
