"""Versions whose pages a test states in figures, and the noise and drift that are planted between two of them."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from harvester.pack import Parent, read_manifest
from harvester.types import url_id
from tests.pack.making import build_pages, entry_of, page, write_manifest

WORDS = (
    "keeper",
    "wick",
    "lamp",
    "pier",
    "tide",
    "harbour",
    "rope",
    "lantern",
    "gull",
    "storm",
    "sail",
    "anchor",
    "buoy",
)


@dataclass(frozen=True)
class Part:
    """Blocks of a page: kept ones have the reason `body`."""

    label: str
    reason: str
    words: int


@dataclass(frozen=True)
class Made:
    """A page of a version."""

    host: str
    number: int
    parts: tuple[Part, ...]
    confidence: float
    capture: str = "a"
    texts: str = ""
    """What its words are drawn by, if not by its address; pages that share it share their text."""
    lines: tuple[str, ...] = ()
    """Further kept paragraphs, word by word."""
    language: str = "en"
    truncated: bool = False
    low: bool = False

    @property
    def url(self) -> str:
        return f"https://{self.host}/{self.number}"


def usual(host: str, number: int, chance: Random) -> Made:
    """A page of an ordinary host: body, navigation and what else stands around it, of sizes that differ from page to page."""
    body = [Part("paragraph", "body", chance.randint(15, 90)) for _ in range(chance.randint(3, 14))]
    body[1:1] = [Part("heading", "body", chance.randint(2, 8)) for _ in range(chance.randint(0, 3))]
    around = [Part("list-item", "in-nav", chance.randint(1, 4)) for _ in range(chance.randint(8, 16))]
    around += [Part("paragraph", "in-promo", chance.randint(8, 25)) for _ in range(chance.randint(1, 4))]
    around += [Part("paragraph", "in-comment", chance.randint(5, 40)) for _ in range(chance.randint(0, 6))]
    around += [Part("paragraph", "in-footer", chance.randint(5, 20)) for _ in range(2)]
    return Made(host, number, (*body, *around), round(chance.uniform(0.82, 0.97), 4))


def noisy(made: Made, chance: Random, capture: str = "b") -> Made:
    """The same page captured again: other promos, comments and teasers, a paragraph corrected, a little less or more sure."""
    parts = list[Part]()
    for part in made.parts:
        if part.reason == "body":
            parts.append(replace(part, words=max(1, part.words + chance.choice((0, 0, 0, -2, 3)))))
        elif part.reason == "in-promo":
            parts.append(replace(part, words=chance.randint(8, 25)))
        elif part.reason != "in-comment" or chance.random() < 0.8:
            parts.append(part)
    parts += [Part("paragraph", "in-comment", chance.randint(5, 40)) for _ in range(chance.randint(0, 2))]
    confidence = min(1.0, max(0.0, made.confidence + chance.gauss(0, 0.02)))
    return replace(made, parts=tuple(parts), confidence=round(confidence, 4), capture=capture)


def promo_kept(made: Made) -> Made:
    """Promos, comments and the footer are taken for body, and the judge is less sure."""
    parts = tuple(
        replace(part, reason="body") if part.reason in ("in-promo", "in-comment", "in-footer") else part
        for part in made.parts
    )
    return replace(made, parts=parts, confidence=round(made.confidence - 0.15, 4))


def body_cut(made: Made) -> Made:
    """All of the body but its first blocks is taken for boilerplate."""
    body = [part for part in made.parts if part.reason == "body"]
    cut = {id(part) for part in body[max(1, len(body) // 3) :]}
    return replace(made, parts=tuple(replace(p, reason="boilerplate") if id(p) in cut else p for p in made.parts))


def relabelled(made: Made) -> Made:
    """Paragraphs come as list items: nothing is lost, yet the template is another."""
    return replace(
        made, parts=tuple(replace(p, label="list-item") if p.label == "paragraph" else p for p in made.parts)
    )


def split(made: Made) -> Made:
    """Each block of the body comes in two pieces and more."""
    parts = list[Part]()
    for part in made.parts:
        pieces = max(1, part.words // 12) if part.reason == "body" else 1
        parts += [replace(part, words=max(1, part.words // pieces))] * pieces
    return replace(made, parts=tuple(parts))


DRIFTS = (promo_kept, body_cut, relabelled, split)


def template(folder: Path) -> Path:
    """A version of one page, of which others are made."""
    folder.mkdir(parents=True)
    return Path(str(build_pages(folder, {"https://a.example/0": page("lamp")}).folder))


def write_version(
    folder: Path, model: Path, pages: Sequence[Made], parent: str | None = None, failed: Sequence[tuple[Made, str]] = ()
) -> Path:
    """A whole version with these pages, and some that failed for a reason, as `harvest verify` takes it."""
    record = json.loads(next(model.glob("data/*")).read_text())
    seed = json.loads((model / "seeds.jsonl").read_text())
    rows = [to_rows(model, made, record) for made in sorted(pages, key=lambda made: url_id(made.url))]
    reasons = {url_id(made.url): reason for made, reason in failed}
    listed = sorted((url_id(made.url), made.url) for made in (*pages, *(made for made, _ in failed)))
    failures = list[str]()
    seeds = list[str]()
    for number, (identifier, url) in enumerate(listed, 1):
        seeds.append(_line(seed | {"id": identifier, "url": url, "line": number}))
        if identifier in reasons:
            about = {"id": identifier, "name": url, "reason": reasons[identifier], "detail": "as planted"}
            failures.append(_line(about | {"file": seed["file"], "line": number}))
    folder.mkdir(parents=True)
    for path in sorted(model.rglob("*")):
        if path.is_file() and not path.name.startswith("manifest"):
            (folder / path.relative_to(model)).parent.mkdir(exist_ok=True)
            (folder / path.relative_to(model)).write_bytes(path.read_bytes())
    for place, name in enumerate(("data", "blocks")):
        next((folder / name).iterdir()).write_text("".join(_line(row[place]) for row in rows))
    (folder / "seeds.jsonl").write_text("".join(seeds))
    (folder / "failures.jsonl").write_text("".join(failures))
    manifest, _ = read_manifest(model)
    counts = msgspec.structs.replace(
        manifest.counts,
        pages=len(listed),
        records=len(rows),
        low_confidence=sum(made.low for made in pages),
        failures=len(failures),
        failures_by_reason=dict(Counter(reasons.values())),
        **_words(pages),
    )
    follows = None if parent is None else Parent(parent, read_manifest(folder.parent / parent)[1])
    files = tuple(entry_of(folder, file.path) for file in manifest.files)
    changed = msgspec.structs.replace(manifest, version=folder.name, parent=follows, counts=counts, files=files)
    write_manifest(folder, changed)
    return folder


def _line(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"


def _words(pages: Sequence[Made]) -> dict[str, Any]:
    reasons = Counter[str]()
    for made in pages:
        for part in made.parts:
            reasons[part.reason] += part.words
    kept = reasons.pop("body", 0) + sum(len(line.split()) for made in pages for line in made.lines)
    return {"kept_words": kept, "dropped_words": reasons.total(), "dropped_words_by_reason": dict(reasons)}


def to_rows(model: Path, made: Made, record: dict[str, Any] | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
    """The record and the row of blocks of a page, made after the record of `model`."""
    own = json.loads(json.dumps(record)) if record else json.loads(next(model.glob("data/*")).read_text())
    identifier = url_id(made.url)
    chance = Random(made.texts or f"{made.url}{made.capture}")
    spans, texts, position = list[dict[str, Any]](), list[str](), 0
    for part in made.parts:
        text = " ".join(chance.choices(WORDS, k=part.words))
        row: dict[str, Any] = {
            "label": part.label,
            "kept": part.reason == "body",
            "score": 0.5,
            "reason": part.reason,
        }
        if part.reason == "body":
            spans.append(row | {"start": position, "end": position + len(text), "text": None})
            texts.append(text)
            position += len(text) + 2
        else:
            spans.append(row | {"start": None, "end": None, "text": text})
    for line in made.lines:
        row = {"label": "paragraph", "kept": True, "score": 0.5, "reason": "body"}
        spans.append(row | {"start": position, "end": position + len(line), "text": None})
        texts.append(line)
        position += len(line) + 2
    own["id"], own["text"] = identifier, "\n\n".join(texts)
    about = own["metadata"]
    kept = sum(len(text.split()) for text in texts)
    dropped = sum(part.words for part in made.parts if part.reason != "body")
    about |= {
        "url": made.url,
        "host": made.host,
        "word_count": kept,
        "language": made.language,
        "truncated": made.truncated,
    }
    about["extraction"]["low_confidence"] = made.low
    sha = hashlib.sha256(own["text"].encode()).hexdigest()
    about["extraction"] |= {"confidence": made.confidence, "kept_words": kept, "dropped_words": dropped, "sha256": sha}
    captured = "2026-03-01T00:00:00Z" if made.capture == "b" else "2026-01-01T00:00:00Z"
    digest = hashlib.sha256(f"{made.url}{made.capture}".encode()).hexdigest()
    about["capture"] |= {"sha256": digest, "fetched_at": captured}
    return own, {"id": identifier, "blocks": spans, "pii": []}
