"""How pages mark footnotes up: marks in sentences, links back to them, notes inside sentences and note lists.

Recognised by class, id, role and address, the words that Word, LibreOffice, Pandoc, GitHub, MediaWiki,
WordPress plug-ins and Tufte CSS write; the text of a mark must look like one.
"""

import re

from selectolax.lexbor import LexborNode

from harvester.extraction.markup import Attributes, hint_words, short_text

_KIND = "(?:fn|ftn|ftnt|foot[-_]?notes?|cite|cite_note|edn|end[-_]?notes?|notes?|sd(?:foot|end)note|mfn|easy-footnote)"
_START = "[_.:]?(?:user-content-)?"
_TO_NOTE = re.compile(rf"#{_START}(?:{_KIND}(?![a-z])|(?:bib|cr|en|r|ref|references?)[-_:.]?(?:cr)?\d)", re.I)
_TO_MARK = re.compile(
    rf"#{_START}(?:{_KIND}[-_:.]?\d*[-_:.]?(?:ref|anc|back|text|link)|(?:ref|back|return)[-_:.]?{_KIND})", re.I
)
_NOTE_ID = re.compile(
    rf"{_START}(?:fn|ftn|foot[-_]?note|cite_note|edn|end[-_]?note|sd(?:foot|end)note)"
    r"[-_:.]*(?:[\w.-]*[-_.:])?(\d{1,4})\Z",
    re.I,
)
_MARK = re.compile(r"[\[(]?\s?((?:note |nb |n )?\d{1,3}[a-z]?|[a-z]|[*†‡§¶]{1,3})\s?[\])]?", re.I)
_OWN_NUMBER = re.compile(
    r"\s*(?:[\[(^]([^\s\])]{1,12})[\])]?[.:]?|([^\s\]).:]{1,12})(?:[\]).:]*(?=\s*\Z)|[\]).:]+))\s*"
)
_ARROW = re.compile(r"[\^↑↩↵⤴⏎⇑▲\ufe0e\ufe0f\s]*|[a-z]|back|jump up|return", re.I)
_MARK_WORDS = {"footnote", "footnotes", "noteref", "fnref", "reference", "endnote", "sidenote"}
_BACK_WORDS = {"backlink", "backref", "footnoteback", "fnback", "footbacklink"}
_NOTE_WORDS = {
    "footnote", "footnotes", "sidenote", "marginnote", "foot", "side", "margin", "tooltip", "tooltips", "popover",
}  # fmt: skip
_LIST_WORDS = {"footnotes", "endnotes", "references", "reflist"}
WORDS = frozenset((*_MARK_WORDS, *_BACK_WORDS, *_NOTE_WORDS, *_LIST_WORDS))
"""Words that are asked for: where an element has none of them, only its tag, id and address tell."""
_NOT_A_LIST = {"has", "with", "no", "without"}
LIST_TAGS = frozenset(("ol", "ul", "dl", "div", "section", "aside", "footer"))
_INLINE_NOTE = re.compile(
    r"(?:^|[\s_-])"
    r"(?:(?:side|margin)-?note|(?:foot-?note|tooltip|popover)s?[\s_-]+(?:\S*[-_])?(?:note|content|text|body))"
    r"(?:$|[\s_-])",
    re.I,
)


def mark_label(node: LexborNode, tag: str, attributes: Attributes, words: frozenset[str]) -> str | None:
    """The label of a footnote mark, such as `3` for `<sup><a href="#fn3">[3]</a></sup>`; None where it is none."""
    says = not _MARK_WORDS.isdisjoint(words)
    if tag == "a":
        says = says or _leads(_TO_NOTE, attributes.get("href"))
    elif tag == "sup" and not says:
        child = node.first_child
        link = child.attributes if child is not None and child.tag == "a" else {}
        says = _leads(_TO_NOTE, link.get("href")) or not _MARK_WORDS.isdisjoint(hint_words(link))
    return _label(short_text(node)) if says else None


def returns_to_mark(node: LexborNode, tag: str, attributes: Attributes, words: frozenset[str]) -> str | None:
    """For a link from a note back to its mark: the note's label where it shows one, else nothing; None for others."""
    if not _BACK_WORDS.isdisjoint(words):
        return ""
    if tag != "a" or not _leads(_TO_MARK, attributes.get("href")):
        return None
    text = short_text(node)
    return "" if _ARROW.fullmatch(text) else _label(text)


def is_inline_note(attributes: Attributes, words: frozenset[str]) -> bool:
    """Whether an element inside a sentence is the note itself, shown on hover or beside the text."""
    return not _NOTE_WORDS.isdisjoint(words) and _INLINE_NOTE.search(attributes.get("class") or "") is not None


def is_tooltip(attributes: Attributes) -> bool:
    """Whether an element is shown on hover; behind a footnote mark it is the note."""
    return attributes.get("role") in ("tooltip", "doc-footnote", "note")


def is_note_list(words: frozenset[str]) -> bool:
    """Whether an element, one of `LIST_TAGS`, holds the page's notes; one that merely `has-footnotes` does not."""
    return not _LIST_WORDS.isdisjoint(words) and words.isdisjoint(_NOT_A_LIST)


def note_id(attributes: Attributes) -> str | None:
    """The number in an id such as `fn1` or `cite_note-Smith-3`; None for other ids."""
    stated = attributes.get("id")
    if not stated or not stated[-1].isdecimal():  # most ids
        return None
    match = _NOTE_ID.match(stated)
    return match[1] if match else None


def without_label(text: str, label: str) -> str:
    """A note's first run without its label: `[3] See below` → `See below`."""
    match = _OWN_NUMBER.match(text)
    return text[match.end() :] if match and label in match.groups() else text


def _leads(to: re.Pattern[str], href: str | None) -> bool:
    return href is not None and "#" in href and to.search(href) is not None


def _label(text: str) -> str | None:
    match = _MARK.fullmatch(text)
    return match[1] if match else None
