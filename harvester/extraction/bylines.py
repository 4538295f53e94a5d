"""Who wrote a page, and who translated it, by its visible lines: found by where they stand and how they begin.

A name that no word introduces counts where the markup says that an author stands there, or a date beside it.
"""

import re

import cython

from harvester.extraction.head import LONGEST, Head
from harvester.extraction.names import Named, has_digit, has_shape, is_opening, named, without_opening
from harvester.extraction.words import ends_sentence
from harvester.extraction.words import words as tokens

_BY_INSIDE = re.compile(
    r"(?:^|[\s|·•,])(?:(?:posted|written|published|started|submitted|created|asked|story|text)\s+by)\s*:?\s+(?=[^\W\d_])"
    r"|(?:^|\d\s*|[|·•⋅●–—-]\s*)(?i:by|von|par|por|di|door|av|от)\s+(?=[^\W\d_])"
    r"|\bUhr\s*\|?\s*[Vv]on\s+(?=[^\W\d_])"
)
_INTRODUCING = ("av", "by", "di", "door", "par", "por", "von")
"""One of these is the end of a word in each of them, unless there are other letters than those of English."""
_SURE = (" by", "by", "von", "作者", "記者", "记者", "기자", "author", "autor", "автор")
"""Openings behind which a nick may stand."""
_KANA = re.compile("[はがをでにすまのと]|^[\u30a0-\u30ff]{1,5}$")
"""In Japanese, what is in a sentence or a heading and in no name: particles, one word in katakana."""
_LINK = re.compile(r"\[([^\[\]]{1,120})\]\(")
_LIKE_DATE = re.compile(r"(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?!\d)")
_REVIEWED = re.compile(r"(?<=\S)[\s.,;|·•-]+(?:\w+ly\s)?(?:reviewed|(?:fact[ -]?)?checked|edited)\s+by\b.*", re.I)
"""Whom a line names besides who wrote."""
_LABEL = re.compile(r"\*\*([^*:：]{2,20})[:：]?\*\*|([^*:：]{2,20})\s?[:：]")
_EMPHASIS = re.compile(r"^[*_]{1,3}|[*_]{1,3}$")
_OPENING = 6
"""Blocks from the headline to a signature above the text."""
_PROSE = 150
"""Characters of a paragraph of sentences."""
_MINUTES = re.compile(r"\s*[|·•⋅●–—-]?\s*\d+\s*(?:min\b|minute|Min\b|Minuten).*$")


def authors(page: Head) -> Named:
    """Those of the line near the headline that says so best; else of the one author whom the whole page marks."""
    ranked: list[tuple[int, int, Named]] = []
    for order, i in enumerate(page.near):
        text = page.blocks[i].text
        if len(text) > LONGEST or page.is_marked(i, page.words.other_hints) or _edited(page, text):
            continue
        marked = page.is_marked(i, page.words.author_hints)
        if found := _introduced(page, i, marked=marked):
            ranked.append((0, order, found))
        elif marked and (found := _alone(page, i, nicks=page.is_marked(i, page.words.author_hints, around=2))):
            ranked.append((1, order, found))
    if people := [entry for entry in ranked if entry[2].people]:
        return min(people, key=lambda entry: entry[:2])[2]
    if (labelled := _labelled(page)).people:
        return labelled
    return min(ranked, key=lambda entry: entry[:2])[2] if ranked else _marked_anywhere(page)


def _labelled(page: Head) -> Named:
    """Whom the lines name that begin with a word for an author, where all name the same, as in a table of facts."""
    found: dict[tuple[str, ...], Named] = {}
    for i, block in enumerate(page.blocks):
        if len(block.text) > 80 or not _may_be_labelled(block.markdown):
            continue
        match = _LABEL.match(block.markdown)
        if match is None or (match[1] or match[2]).strip().lower() not in page.words.labels:
            continue
        if not page.is_marked(i, page.words.other_hints, around=8):
            one = _read(page, i, block.text[len(match[1] or match[2]) :].lstrip(" :："), nicks=False)
            found |= {one.people: one} if one and one.people else {}
    return next(iter(found.values())) if len(found) == 1 else Named()


@cython.cfunc
def _may_be_labelled(markdown: str) -> cython.bint:
    """Whether it begins in bold, or with what a colon stands behind; most lines do not."""
    left: cython.Py_ssize_t = 24
    for char in markdown:
        if char == ":" or char == "：":
            return True
        left -= 1
        if not left:
            break
    return markdown.startswith("**")


def signature(page: Head) -> tuple[str, ...]:
    """Whom a line in bold or italics names that is nothing but names: the last one of a text, or between its headline and
    its first paragraph, in the same element."""
    for i in range(max(0, page.start) + 1, len(page.blocks) - 1):
        block = page.blocks[i]
        if (
            block.markdown[:1] not in ("*", "_")
            or len(block.text) > 60
            or _EMPHASIS.sub("", block.markdown) != block.text
        ):
            continue
        first = (
            i <= page.start + _OPENING
            and _is_prose(page, i, i + 1)
            and not any(_is_prose(page, i, k) for k in range(page.start + 1, i))
        )
        last = _is_prose(page, i, i - 1) and page.container(i) != page.container(i + 1)
        if not (first or last) or page.is_marked(i, page.words.other_hints):
            continue
        found = _unmarked(page, i)
        if found and not page.lowered.intersection(word for name in found.people for word in tokens(name)):
            return found.people
    return ()


def _is_prose(page: Head, i: int, other: int) -> bool:
    """Whether another block is a paragraph of sentences in the same element as a block."""
    block = page.blocks[other]
    return block.label == "paragraph" and len(block.text) >= _PROSE and page.container(i) == page.container(other)


def _marked_anywhere(page: Head) -> Named:
    """The author whom elements name that are marked as such, where all name the same, as in a box below the text."""
    found: dict[tuple[str, ...], Named] = {}
    for i in page.marked(page.words.author_hints, around=2):
        block = page.blocks[i]
        if len(block.text) > 80 or page.is_marked(i, page.words.other_hints, around=8) or _edited(page, block.text):
            continue
        if page.is_marked(i, page.words.poster_hints, around=2) and i > page.start >= 0:
            return _alone(page, i, nicks=True) or Named()
        if one := _introduced(page, i, marked=True) or _alone(page, i, nicks=False):
            found[one.people or one.organisations] = one
    return next(iter(found.values())) if len(found) == 1 else Named()


def guessed(page: Head) -> tuple[str, ...]:
    """The names of a line under the headline that has a date, or a date beside it."""
    near = range(page.start + 1, page.start + 8)
    dated = [i for i in page.near if i in near and (page.days[i] or _LIKE_DATE.search(page.blocks[i].text[:LONGEST]))]
    for i in page.near:
        if i not in near[:-1] or not any(abs(i - day) <= 1 for day in dated):
            continue
        if page.blocks[i].label not in ("paragraph", "list-item") or page.is_marked(i, page.words.other_hints):
            continue
        if found := _unmarked(page, i):
            return found.people
    return ()


def editors(page: Head) -> frozenset[str]:
    """Those whom lines name as editors, folded: `Editor: Jane Doe`."""
    found = [_edited(page, block.text) for block in page.blocks if len(block.text) <= 80]
    return frozenset(name.casefold() for rest in found if rest for name in named([rest], page.sites).people)


@cython.cfunc
def _edited(page: Head, text: str) -> str:
    """Whom a line names behind a word for an editor and a colon; nothing for another line."""
    if ":" not in text and "：" not in text:
        return ""
    opening, colon, rest = text.replace("：", ":").partition(":")
    return rest.strip() if colon and opening.strip().lower() in page.words.edited else ""


def _introduced(page: Head, i: int, *, marked: bool) -> Named | None:
    """Whom a line names behind the words of a byline; where these are all of the line, the line below names them."""
    block = page.blocks[i]
    text = _first_named(block.text)
    bare = text.strip("()（）[]【】 ")
    if is_opening(bare):
        below = page.blocks[i + 1] if i + 1 < len(page.blocks) else None
        one = _read(page, i + 1, below.text, nicks=False) if below and len(below.text) <= LONGEST // 3 else None
        return one if one and one.people else None
    rest = without_opening(bare)
    if rest == bare:
        may_match = len(text) <= LONGEST // 2 and _may_introduce(text) and not ends_sentence(text)
        match = _BY_INSIDE.search(text) if may_match else None
        if match is None:
            return None
        rest = text[match.end() :]
    labelled = marked or ":" in text[: len(text) - len(rest)]
    if (
        (not marked and len(rest) > LONGEST // 2)
        or (not labelled and ends_sentence(text))
        or (block.label == "heading" and len(rest) > 60)
    ):
        return None
    by = text[: len(text) - len(rest)].lower().rstrip(" :")
    return _read(page, i, rest, nicks=marked or by.endswith(_SURE))


@cython.cfunc
def _first_named(line: str) -> str:
    """A line without the minutes that reading takes, and without whom it names besides who wrote."""
    text = _without_minutes(line)
    return _REVIEWED.sub("", text) if "by" in text.lower() else text


@cython.cfunc
def _without_minutes(line: str) -> str:
    text = line.strip()
    return _MINUTES.sub("", text) if "min" in text or "Min" in text else text


@cython.cfunc
def _may_introduce(text: str) -> cython.bint:
    if not text.isascii():
        return True
    word: str
    for word in text.lower().split():
        if word.endswith(_INTRODUCING):
            return True
    return False


def _alone(page: Head, i: int, *, nicks: bool) -> Named | None:
    """Whom a line names that is nothing but names, a date and a role."""
    block = page.blocks[i]
    text = _first_named(block.text)
    if block.label in ("code", "table-row") or is_opening(text) or ends_sentence(text):
        return None
    if " " not in text and (
        text.lower() in page.words.lexicon.words or text.lower() in page.words.roles or (text.islower() and not nicks)
    ):
        return None
    return _read(page, i, text, nicks=nicks)


def _unmarked(page: Head, i: int) -> Named | None:
    """Whom a line names that nothing introduces or marks: it is a name, or a name and a date, and no word of the headline
    or of a site's controls."""
    text = _without_minutes(page.blocks[i].text)
    if len(text) > 80 or ends_sentence(text):
        return None
    found = _read(page, i, text, nicks=False)
    if found is None or not found.people:
        return None
    title = set(tokens(page.title or ""))
    for name in found.people:
        parts = tokens(name)
        if (
            name.isupper()
            or not 2 <= len(parts) <= 4
            or not name[0].isupper()
            or any(part in title or part in page.words.lexicon.words for part in parts)
        ):
            return None
        if any(part in page.words.promo or part in page.words.share_core for part in parts):
            return None
    return Named(found.people)


def _read(page: Head, i: int, text: str, *, nicks: bool) -> Named | None:
    """Whom a text of a block names; where several links bear names, these."""
    links = [link for link in _LINK.findall(page.blocks[i].markdown) if link in text]
    linked = [link for link in links if has_shape(link)]
    parts = linked if len(linked) > 1 or (len(linked) == 1 and len(text.split()) > 4) else [text]
    found = named(parts, page.sites, nicks=nicks and len(text.split()) <= 4)
    people = tuple(name for name in found.people if not has_digit(name) or (nicks and " " not in name))
    people = tuple(name for name in people if not _KANA.search(name))
    if not people and not found.organisations:
        return None
    return Named(people, found.organisations)


def translators(page: Head) -> tuple[str, ...]:
    """The people whom a line names behind the words of a translation."""
    openings = sorted(page.words.translator, key=len, reverse=True)
    firsts: str = "".join({opening[0] for opening in openings})
    text: str
    for block in page.blocks:
        text = block.text.strip("()[] ")
        if not text or len(text) > 120 or text[0].lower() not in firsts:
            continue
        if not (lowered := text.lower()).startswith(page.words.translator):
            continue
        opening = next(o for o in openings if lowered.startswith(o))
        rest = text[len(opening) :]
        if rest[:1].isalnum() and opening.isascii():
            continue
        if names := named([rest.lstrip(" :：.—–-|/")], page.sites, nicks=False).people:
            return names
    return ()
