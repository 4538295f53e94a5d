"""A gold folder on disk: made whole under a temporary name and then renamed, never over one that is there."""

import hashlib
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

import msgspec

from harvester.archive import replacement, sync_folder
from harvester.errors import InputError, storage
from harvester.gold.folders import BODY, EXPECT, PROVENANCE
from harvester.types import EPOCH, Frozen

_NAME = re.compile(r"\w[\w.-]{0,99}")
_LONGEST = 60
_UNSAFE = re.compile("[\ud800-\udfff]")
Value = str | bool | Sequence[str]


class Draft(Frozen):
    """A gold page that is to be written."""

    name: str
    page: bytes
    suffix: str
    """`html`, or what the page's file ends with."""
    body: str | None
    """Markdown."""
    expect: Mapping[str, Value | None]
    """Keys of `expect.toml`; None where nothing is expected."""
    made_from: str
    url: str | None = None
    captured: str = EPOCH
    content_type: str | None = None
    notes: Mapping[str, Sequence[str]] = {}
    """Lines of comment below a key of `expect`; inside, where its value is an empty list."""


def write_page(root: Path, draft: Draft) -> Path:
    """Write a page of gold that nobody has checked yet; its folder. Raises InputError where one of that name exists."""
    folder = root / checked_name(draft.name)
    if folder.is_symlink() or folder.exists():
        raise InputError(f"{folder}: exists already; remove it, or give another name with --name")
    files = {
        f"page.{draft.suffix}": draft.page,
        EXPECT: _expect(draft).encode(),
        PROVENANCE: _provenance(draft).encode(),
    }
    if draft.body is not None:
        files[BODY] = (_safe(draft.body).rstrip("\n") + "\n").encode()
    with storage(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = replacement(folder)
        try:
            for name, content in files.items():
                (made / name).write_bytes(content)
            sync_folder(made)
            made.rename(folder)
        finally:
            shutil.rmtree(made, ignore_errors=True)
    sync_folder(folder.parent)
    return folder


def checked_name(name: str) -> str:
    """The same name, of a folder below the root. Raises InputError."""
    parts = PurePosixPath(name).parts
    if not parts or not all(_NAME.fullmatch(part) for part in parts):
        raise InputError(f"{name!r}: no name for a gold folder; use letters, digits, - and _, parted by /")
    return "/".join(parts)


def slug(text: str) -> str:
    """A name for the folder of a page, from its address, its path or its id; the same for the same text."""
    short = re.sub(r"\.(html?|xhtml|txt)(\.gz)?\Z", "", re.sub(r"^(https?|file)://+(www\.)?|[?#].*", "", text))
    words = re.sub(r"[^\w.]+|\.(?!\w)", "-", short).strip("-._")
    return words if 0 < len(words) <= _LONGEST else f"{words[: _LONGEST - 9]}-{_digest(text)}".lstrip("-")


def apart(name: str, text: str) -> str:
    """Another name for a page whose name another one has."""
    return f"{name}-{_digest(text)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]


def quoted(text: str) -> str:
    """A TOML string. JSON's escapes are TOML's; DEL, which JSON leaves as it is, is none of a TOML file."""
    return msgspec.json.encode(_safe(text)).decode().replace("\x7f", "\\u007f")


def _safe(text: str) -> str:
    return _UNSAFE.sub("�", text)


def _expect(draft: Draft) -> str:
    lines = [
        "# What must be found of the page. Correct it, and gold.md; then set checked = true in provenance.toml.",
        "# A key that is left out is not checked; an empty one says that the page has none.",
    ]
    for key, value in draft.expect.items():
        notes = [f"  # {note}" for note in draft.notes.get(key, ())]
        if value is None:
            lines += notes
        elif value or not notes:
            lines += [f"{key} = {_value(value)}", *notes]
        else:
            lines += [f"{key} = [", *notes, "]"]
    return "\n".join(lines) + "\n"


def _provenance(draft: Draft) -> str:
    stated: dict[str, Value | None] = {
        "url": draft.url,
        "captured": draft.captured if draft.captured != EPOCH else None,
        "content_type": draft.content_type,
        "sha256": hashlib.sha256(draft.page).hexdigest(),
        "made_from": draft.made_from,
        "checked": False,
    }
    return "".join(f"{key} = {_value(value)}\n" for key, value in stated.items() if value is not None)


def _value(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return quoted(value) if isinstance(value, str) else _list(value)


def _list(values: Iterable[str]) -> str:
    items = [quoted(value) for value in values]
    if sum(map(len, items)) <= 100:
        return f"[{', '.join(items)}]"
    return "[\n" + "".join(f"  {item},\n" for item in items) + "]"
